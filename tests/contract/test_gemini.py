"""What Gemini and Vertex AI refuse of a request's fields is refused in their words, and what they nearly refuse is answered."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from google.genai.errors import ClientError

from llm_intercept import Interceptor, intercept
from tests.contract.test_turns import ASKS, google, turn

FLASH, LITE, PRO, THIRD = "gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.5-pro", "gemini-3-flash-preview"

NAMED = (
    "Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), "
    "underscores (_), dots (.), "
    "colons (:), or dashes (-), with a maximum length of 128."
)
OPENING = "Please ensure that function call turn comes immediately after a user turn or after a function response turn."
PARTS = "Unable to submit request because it must include at least one parts field, which describes the prompt input."
SEARCH = {"google_search": {}}


def unable(what: str, wanted: str) -> str:
    return (
        f"Unable to submit request because it has a {what} but the supported range is from {wanted}. Update the "
        "value and try again."
    )


def flawed(what: str) -> str:
    return f"* GenerateContentRequest.{what}\n"


def functions(*names: str, **parameters: Any) -> dict[str, Any]:
    """Functions with these names, and the parameters of them all."""
    return {"tools": [{"function_declarations": [{"name": name, "parameters": parameters or None} for name in names]}]}


def schema(**properties: Any) -> dict[str, Any]:
    """The schema of an object as the answer's."""
    return {
        "response_mime_type": "application/json",
        "response_schema": {"type": "OBJECT", "properties": properties, "required": [*properties]},
    }


def budget(given: int | None = None, level: str | None = None) -> dict[str, Any]:
    thinking = {"thinking_budget": given, "thinking_level": level}
    return {"thinking_config": {key: value for key, value in thinking.items() if value is not None}}


#: The clause, a configuration that just passes, one that just fails, Gemini's words, Vertex AI's where they differ, and the model.
CONFIGS: tuple[tuple[str, dict[str, Any], dict[str, Any], str, str | None, str], ...] = (
    (
        "ranges",
        {"temperature": 2},
        {"temperature": 2.5},
        flawed("generation_config.temperature: temperature must be in the range [0.0, 2.0]."),
        unable("temperature value of 2.5", "0 (inclusive) to 2.0001 (exclusive)"),
        FLASH,
    ),
    (
        "ranges",
        {"top_p": 0},
        {"top_p": -1},
        flawed("generation_config.top_p: top_p must be in the range [0.0, 1.0]."),
        unable("topP value of -1", "0 (inclusive) to 1.0001 (exclusive)"),
        FLASH,
    ),
    (
        "tokens",
        {"max_output_tokens": 1},
        {"max_output_tokens": 0},
        flawed("generation_config.max_output_tokens: max_output_tokens must be positive."),
        unable("maxOutputTokens value of 0", "1 (inclusive) to 65537 (exclusive)"),
        FLASH,
    ),
    (
        "stop sequences",
        {"stop_sequences": [*"abcde"]},
        {"stop_sequences": [*"abcdef"]},
        flawed("generation_config.stop_sequences: at most 5 stop sequences are allowed."),
        unable("stopSequences value of length 6", "0 (inclusive) to 6 (exclusive)"),
        FLASH,
    ),
    (
        "function names",
        functions("look_up.2:a-b", "_" * 128),
        functions("look", "look up"),
        flawed(f"tools[0].function_declarations[1].name: {NAMED}"),
        NAMED,
        FLASH,
    ),
    ("function names", functions("a"), functions("2a"), flawed(f"tools[0].function_declarations[0].name: {NAMED}"), NAMED, FLASH),
    (
        "unique functions",
        functions("a", "b"),
        {"tools": [*functions("a")["tools"], *functions("b", "a")["tools"]]},
        "Duplicate function declaration found: a",
        None,
        FLASH,
    ),
    (
        "parameters",
        functions("a", type="OBJECT", properties={"b": {"type": "ARRAY", "items": {"type": "STRING"}}}, required=["b"]),
        functions("a", type="OBJECT", properties={"b": {"type": "ARRAY"}}),
        flawed('tools[0].function_declarations[0].parameters.properties["b"].items: missing field.'),
        None,
        FLASH,
    ),
    (
        "parameters",
        functions("a", type="OBJECT", properties={"b": {"type": "STRING", "enum": ["c"]}}),
        functions("a", type="OBJECT", properties={"b": {"any_of": [{"type": "STRING"}, {"type": "INTEGER", "enum": ["1"]}]}}),
        flawed('tools[0].function_declarations[0].parameters.properties["b"].any_of[1].enum: only allowed for STRING type'),
        None,
        FLASH,
    ),
    (
        "parameters",
        functions("a", type="OBJECT"),
        functions("a", type="OBJECT", required=["b"]),
        flawed("tools[0].function_declarations[0].parameters.required[0]: property is not defined"),
        None,
        FLASH,
    ),
    (
        "answer's schema",
        schema(b={"type": "OBJECT", "properties": {"c": {"type": "STRING"}}}),
        schema(b={"type": "OBJECT"}),
        flawed('generation_config.response_schema.properties["b"].properties: should be non-empty for OBJECT type'),
        None,
        FLASH,
    ),
    (
        "answer's schema",
        schema(b={"type": "ARRAY", "items": {"type": "NUMBER"}}),
        schema(b={"type": "ARRAY"}),
        flawed('generation_config.response_schema.properties["b"].items: missing field.'),
        None,
        FLASH,
    ),
    (
        "thinking budget",
        budget(24_576),
        budget(24_577),
        "The thinking budget 24577 is invalid. Please choose a value between 0 and 24576.",
        None,
        FLASH,
    ),
    (
        "thinking budget",
        budget(-1),
        budget(100),
        "The thinking budget 100 is invalid. Please choose a value between 512 and 24576.",
        None,
        LITE,
    ),
    ("thinking budget", budget(128), budget(0), "Budget 0 is invalid. This model only works in thinking mode.", None, PRO),
    (
        "thinking budget",
        budget(100_000),
        budget(512, "LOW"),
        "You can only set only one of thinking budget and thinking level.",
        None,
        THIRD,
    ),
    (
        "thinking budget",
        budget(0),
        budget(512, "LOW"),
        "You can only set only one of thinking budget and thinking level.",
        None,
        LITE,
    ),
    (
        "one thing at a time",
        {"tools": [SEARCH]},
        {"tools": [SEARCH, *functions("a")["tools"]]},
        "Tool use with function calling is unsupported",
        "Multiple tools are supported only when they are all search tools.",
        FLASH,
    ),
    (
        "one thing at a time",
        functions("a"),
        {**functions("a"), "response_mime_type": "application/json"},
        "Function calling with a response mime type: 'application/json' is unsupported",
        None,
        FLASH,
    ),
    (
        "one thing at a time",
        {"tools": [SEARCH], "response_mime_type": "text/plain"},
        {"tools": [SEARCH], "response_mime_type": "application/json"},
        "Tool use with a response mime type: 'application/json' is unsupported",
        None,
        FLASH,
    ),
)

#: The same of contents.
CONTENTS: tuple[tuple[str, list[Any], list[Any], str, str | None], ...] = (
    ("parts", [ASKS], [ASKS, {"role": "user", "parts": []}], flawed("contents[1].parts: contents.parts must not be empty."), PARTS),
    ("first turn", [turn("model", text=1), ASKS], [turn("model", call=1), turn("user", response=1)], OPENING, None),
)


def asked(vertex: bool, model: str, contents: Any, config: Any) -> Any:
    client = google(vertex)  # held: one that is collected is closed
    return client.models.generate_content(model=model, contents=contents, config=config)


@pytest.mark.parametrize("vertex", [False, True], ids=["gemini", "vertex"])
@pytest.mark.parametrize(("clause", "passes", "fails", "words", "others", "model"), CONFIGS)
def test_a_configuration_is_refused_in_its_words(
    clause: str, passes: dict[str, Any], fails: dict[str, Any], words: str, others: str | None, model: str, vertex: bool
) -> None:
    with intercept() as llm:
        asked(vertex, model, "?", passes)
        assert llm.calls.one.findings == ()
        with pytest.raises(ClientError) as caught:
            asked(vertex, model, "?", fails)
    told = others if vertex and others is not None else words
    assert (caught.value.code, caught.value.status, caught.value.message) == (400, "INVALID_ARGUMENT", told)
    assert llm.calls.last.findings[0].clause == clause


@pytest.mark.parametrize("vertex", [False, True], ids=["gemini", "vertex"])
@pytest.mark.parametrize(("clause", "passes", "fails", "words", "others"), CONTENTS)
def test_a_content_is_refused_in_its_words(
    clause: str, passes: list[Any], fails: list[Any], words: str, others: str | None, vertex: bool
) -> None:
    with intercept("Hi.") as llm:
        asked(vertex, FLASH, passes, None)
        with pytest.raises(ClientError) as caught:
            asked(vertex, FLASH, fails, None)
    told = others if vertex and others is not None else words
    assert (caught.value.code, caught.value.status, caught.value.message) == (400, "INVALID_ARGUMENT", told)
    assert llm.calls.last.findings[0].clause == clause


def test_newer_models_do_several_things_at_once() -> None:
    with intercept() as llm:
        asked(False, THIRD, "?", {"tools": [SEARCH, *functions("a")["tools"]], "response_mime_type": "application/json"})
    assert llm.calls.one.findings == ()


@pytest.mark.parametrize("config", [{"responseSchema": {"type": "OBJECT", "properties": 5}}, {"stopSequences": "a"}, None])
def test_what_is_odd_is_let_be(config: Any) -> None:
    llm = Interceptor("Hi.")
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        url = f"https://generativelanguage.googleapis.com/v1beta/models/{FLASH}:generateContent"
        client.post(
            f"{url}?key=k", json={"contents": {"parts": {"text": "?"}}, "generationConfig": config, "tools": {"googleSearch": {}}}
        )
    assert llm.calls.one.findings == ()
