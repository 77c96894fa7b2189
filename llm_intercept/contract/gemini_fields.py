"""What each field of generateContent must be, in Gemini's words or in Vertex AI's, and what only some of the models take.

References: https://ai.google.dev/api/generate-content, https://ai.google.dev/gemini-api/docs/thinking
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from llm_intercept.call import Call
from llm_intercept.contract.clause import Clause
from llm_intercept.dialects.gemini.fields import field, listed, snake

__all__ = ["FIELDS"]

#: The least and the most that a setting may be.
_RANGES: Mapping[str, tuple[float, float]] = {"temperature": (0.0, 2.0), "topP": (0.0, 1.0)}

_MOST_STOPS, _MOST_TOKENS = 5, 65_536

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}")
_NAMED = (
    "Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), "
    "underscores (_), dots (.), "
    "colons (:), or dashes (-), with a maximum length of 128."
)

#: The least and the most tokens that may be given to think in, by how a model's name starts; the first that fits.
_BUDGETS = (
    ("gemini-2.5-flash-lite", 512, 24_576),
    ("gemini-2.5-flash", 0, 24_576),
    ("gemini-2.5-pro", 128, 32_768),
)

#: The models before the third generation, which do one thing at a time.
_OLDER = re.compile(r"gemini-(1|2)[.-]")

#: What Google itself runs.
_BUILT_IN = frozenset({"googleSearch", "googleSearchRetrieval", "codeExecution", "urlContext", "googleMaps", "enterpriseWebSearch"})


def _is_vertex(call: Call) -> bool:
    return call.provider == "vertex"


def _config(call: Call) -> Mapping[str, Any]:
    return field(call.json, "generationConfig") or {}


def _numbers(call: Call) -> str | None:
    config = _config(call)
    for key, (least, most) in _RANGES.items():
        given = field(config, key)
        if isinstance(given, int | float) and not least <= given <= most:
            if _is_vertex(call):
                shown = int(given) if given == int(given) else given
                return _unable(key, shown, f"{least:g} (inclusive) to {most:g}.0001 (exclusive)")
            return _flawed(f"generation_config.{snake(key)}", f"{snake(key)} must be in the range [{least}, {most}].")
    return None


def _tokens(call: Call) -> str | None:
    given = field(_config(call), "maxOutputTokens")
    if not isinstance(given, int) or given > 0:
        return None
    if _is_vertex(call):
        return _unable("maxOutputTokens", given, f"1 (inclusive) to {_MOST_TOKENS + 1} (exclusive)")
    return _flawed("generation_config.max_output_tokens", "max_output_tokens must be positive.")


def _stops(call: Call) -> str | None:
    given = field(_config(call), "stopSequences")
    if not isinstance(given, list) or len(given) <= _MOST_STOPS:
        return None
    if _is_vertex(call):
        return _unable("stopSequences", f"of length {len(given)}", f"0 (inclusive) to {_MOST_STOPS + 1} (exclusive)")
    return _flawed("generation_config.stop_sequences", f"at most {_MOST_STOPS} stop sequences are allowed.")


def _parts(call: Call) -> str | None:
    for number, (content, _) in enumerate(listed(call.json, "contents")):
        if not field(content, "parts"):
            if _is_vertex(call):
                return (
                    "Unable to submit request because it must include at least one parts field, which describes the prompt input."
                )
            return _flawed(f"contents[{number}].parts", "contents.parts must not be empty.")
    return None


def _opening(call: Call) -> str | None:
    if field(call.json, "cachedContent") is not None:
        return None
    first = next((message for message in call.messages if message.role != "system"), None)
    if first is None or first.role != "assistant" or not first.tool_uses:
        return None
    return "Please ensure that function call turn comes immediately after a user turn or after a function response turn."


def _functions(call: Call) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for tool, where in listed(call.json, "tools"):
        for function, at in listed(tool, "functionDeclarations", where):
            yield at, function


def _names(call: Call) -> str | None:
    for at, function in _functions(call):
        if not _NAME.fullmatch(str(function.get("name"))):
            return _NAMED if _is_vertex(call) else _flawed(f"{at}name", _NAMED)
    return None


def _twice(call: Call) -> str | None:
    seen = set[str]()
    for _, function in _functions(call):
        name = str(function.get("name"))
        if name in seen:
            return f"Duplicate function declaration found: {name}"
        seen.add(name)
    return None


def _budget(call: Call) -> str | None:
    thinking = field(_config(call), "thinkingConfig")
    given = field(thinking, "thinkingBudget") if isinstance(thinking, dict) else None
    if not isinstance(given, int):
        return None
    if field(thinking, "thinkingLevel") is not None:
        return "You can only set only one of thinking budget and thinking level."
    least, most = next(((least, most) for name, least, most in _BUDGETS if call.model.startswith(name)), (given, given))
    if given == -1 or least <= given <= most or (given == 0 and "flash" in call.model):
        return None
    if given == 0:
        return "Budget 0 is invalid. This model only works in thinking mode."
    return f"The thinking budget {given} is invalid. Please choose a value between {least} and {most}."


def _at_once(call: Call) -> str | None:
    """What the models before Gemini 3 do not do at once: functions, Google's own tools, and JSON."""
    if not _OLDER.match(call.model):
        return None
    kinds = {kind for tool, _ in listed(call.json, "tools") for kind, given in tool.items() if given is not None}
    functions, own = not kinds.isdisjoint({"functionDeclarations", "function_declarations"}), _owned(kinds)
    if functions and own:
        return (
            "Multiple tools are supported only when they are all search tools."
            if _is_vertex(call)
            else "Tool use with function calling is unsupported"
        )
    if (functions or own) and field(_config(call), "responseMimeType") == "application/json":
        return f"{'Function calling' if functions else 'Tool use'} with a response mime type: 'application/json' is unsupported"
    return None


def _owned(kinds: set[str]) -> bool:
    return any(kind in kinds or snake(kind) in kinds for kind in _BUILT_IN)


def _answer(call: Call) -> str | None:
    schema = field(_config(call), "responseSchema")
    if schema is None:
        return None
    for at, inner in _schemas(schema, "generation_config.response_schema"):
        if _kind(inner) == "OBJECT" and not (inner.get("properties") or field(inner, "additionalProperties")):
            return _flawed(f"{at}.properties", "should be non-empty for OBJECT type")
        wrong = _ill_formed(at, inner)
        if wrong is not None:
            return wrong
    return None


def _parameters(call: Call) -> str | None:
    for at, function in _functions(call):
        if isinstance(function.get("parameters"), dict):
            for where, inner in _schemas(function["parameters"], f"{at}parameters"):
                wrong = _ill_formed(where, inner)
                if wrong is not None:
                    return wrong
    return None


def _ill_formed(at: str, schema: Mapping[str, Any]) -> str | None:
    """What is wrong with one schema, its inner ones aside."""
    kind, known, required = _kind(schema), schema.get("properties"), schema.get("required")
    if kind == "ARRAY" and schema.get("items") is None:
        return _flawed(f"{at}.items", "missing field.")
    if schema.get("enum") and kind not in ("STRING", ""):
        return _flawed(f"{at}.enum", "only allowed for STRING type")
    for index, name in enumerate(required if isinstance(required, list) else ()):
        if isinstance(name, str) and not (isinstance(known, dict) and name in known):
            return _flawed(f"{at}.required[{index}]", "property is not defined")
    return None


def _kind(schema: Mapping[str, Any]) -> str:
    return str(schema.get("type") or "").upper()


def _schemas(schema: Mapping[str, Any], where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each schema in a schema, and where it stands, outermost first; nothing recurses, however deep it is."""
    left: list[tuple[str, Any]] = [(where, schema)]
    while left:
        at, inner = left.pop()
        if isinstance(inner, dict):
            yield at, inner
            below = [(f"{at}.items", inner.get("items"))]
            properties, choices = inner.get("properties"), field(inner, "anyOf")
            below += (
                [(f'{at}.properties["{name}"]', one) for name, one in properties.items()] if isinstance(properties, dict) else []
            )
            below += [(f"{at}.any_of[{index}]", one) for index, one in enumerate(choices)] if isinstance(choices, list) else []
            left += reversed(below)


def _flawed(where: str, what: str) -> str:
    return f"* GenerateContentRequest.{where}: {what}\n"


def _unable(key: str, given: object, wanted: str) -> str:
    return (
        f"Unable to submit request because it has a {key} value "
        f"{given if isinstance(given, str) else f'of {given}'} but the supported "
        f"range is from {wanted}. Update the value and try again."
    )


_API = "https://ai.google.dev/api/generate-content"
_CALLING = "https://ai.google.dev/gemini-api/docs/function-calling"
_THINKING = "https://ai.google.dev/gemini-api/docs/thinking"
_SCHEMA = "https://ai.google.dev/api/caching#Schema"
_SETTINGS = "generationConfig generation_config"

FIELDS = (
    Clause("ranges", "`temperature` is from 0 to 2, and `topP` from 0 to 1.", _API, _numbers, about=_SETTINGS),
    Clause("tokens", "`maxOutputTokens` is at least 1.", _API, _tokens, about=_SETTINGS),
    Clause("stop sequences", f"There are at most {_MOST_STOPS} stop sequences.", _API, _stops, about=_SETTINGS),
    Clause("parts", "A content has parts.", _API, _parts),
    Clause("first turn", "The first turn is no function call's.", _CALLING, _opening),
    Clause(
        "function names",
        "A function's name starts with a letter or an underscore, and has letters, digits, `_`, `.`, `:` and `-`, at most 128.",
        _CALLING,
        _names,
        about="tools",
    ),
    Clause("unique functions", "No two functions have one name.", _CALLING, _twice, about="tools"),
    Clause("parameters", "The schemas of functions define what they speak of.", _SCHEMA, _parameters, about="tools"),
    Clause("answer's schema", "So does the answer's, and its objects have properties.", _SCHEMA, _answer, about=_SETTINGS),
    Clause(
        "thinking budget",
        "A thinking budget is one that the model has, and does not stand beside a level.",
        _THINKING,
        _budget,
        about=_SETTINGS,
    ),
    Clause(
        "one thing at a time",
        "Before Gemini 3, functions, Google's own tools and JSON do not come together.",
        "https://ai.google.dev/gemini-api/docs/structured-output",
        _at_once,
        about="tools",
    ),
)
