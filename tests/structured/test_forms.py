"""What is said takes the form demanded: objects, a request's own `mock_response`, texts that must fit, JSON mode."""

from __future__ import annotations

import enum
import json
from typing import Any

import openai
import pytest

from llm_intercept import CannotSay, intercept, reply
from tests.structured.models import MODELS
from tests.structured.parsers import PARSERS, REFUSED, client

CAPITAL = {"city": "Lyon", "country": "France"}
USER: Any = [{"role": "user", "content": "Hi"}]

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    """asyncio: clients are kept from test to test."""
    return "asyncio"


@pytest.mark.parametrize("parser", PARSERS)
async def test_an_object_is_parsed_as_it_was_given(parser: str) -> None:
    model = MODELS["Capital"]
    with intercept(CAPITAL):
        assert await PARSERS[parser](model) == model(**CAPITAL)


@pytest.mark.parametrize("parser", PARSERS)
async def test_an_object_that_does_not_fit_is_refused_at_the_call(parser: str) -> None:
    given = reply({"city": "Lyon", "country": 33})
    with intercept(given) as llm, llm.expect_failure() as failure:
        await PARSERS[parser](MODELS["Capital"])
    assert type(failure.value) is CannotSay
    assert str(failure.value) == (
        "The object does not fit the schema that the call wants.\n"
        "  $.country is 33, and should be string (#/properties/country/type)\n"
        f"  reply: reply({{'city': 'Lyon', 'country': 33}})   {given.origin}\n"
        "Give one that fits, or a str, which is sent as it stands."
    )


def test_what_a_request_brings_along_takes_the_form_too() -> None:
    tools: Any = [{"type": "function", "function": {"name": "capital", "parameters": MODELS["Capital"].model_json_schema()}}]
    client = openai.OpenAI(api_key="k")
    with intercept():
        made = client.chat.completions.create(
            model="gpt-5", messages=USER, tools=tools, tool_choice="required", extra_body={"mock_response": CAPITAL}
        )
        parsed = client.chat.completions.parse(
            model="gpt-5", messages=USER, response_format=MODELS["Capital"], extra_body={"mock_response": CAPITAL}
        )
    (call,) = made.choices[0].message.tool_calls or ()
    assert json.loads(call.function.arguments) == CAPITAL  # type: ignore[union-attr]
    assert parsed.choices[0].message.parsed == MODELS["Capital"](**CAPITAL)


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


@pytest.mark.parametrize("mime_type", ["text/x.enum", "application/json"])
def test_a_member_of_an_enum_is_told_bare_where_that_is_asked(mime_type: str) -> None:
    with intercept():
        made = client("google").models.generate_content(
            model="gemini-2.5-flash", contents="Hi", config={"response_mime_type": mime_type, "response_schema": Color}
        )
    assert made.text in (("red", "blue") if mime_type == "text/x.enum" else ('"red"', '"blue"'))
    assert made.parsed in Color


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"guided_choice": ["yes", "no"]}, ("yes", "no")),
        ({"structured_outputs": {"regex": "a{3}"}}, ("aaa",)),
    ],
)
def test_a_text_that_must_fit_is_told_bare(keys: dict[str, Any], said: tuple[str, ...], stream: bool) -> None:
    with intercept():
        made: Any = openai.OpenAI(api_key="k", base_url="http://localhost:8000/v1").chat.completions.create(
            model="m", messages=USER, extra_body=keys, stream=stream
        )
        if stream:
            assert "".join(chunk.choices[0].delta.content or "" for chunk in made) in said
        else:
            assert made.choices[0].message.content in said


def test_json_mode_says_the_default_reply_in_an_object() -> None:
    with intercept():
        made = openai.OpenAI(api_key="k").chat.completions.create(
            model="gpt-5", messages=[{"role": "user", "content": "In JSON."}], response_format={"type": "json_object"}
        )
    assert "This is a mock request" in json.loads(made.choices[0].message.content or "").values()


def test_what_is_told_of_each_parser_is_of_one_that_there_is() -> None:
    assert REFUSED.keys() <= PARSERS.keys()
    assert all(models.keys() <= MODELS.keys() for models in REFUSED.values())


def test_replicate_s_structured_models_tell_the_object_beside_its_text() -> None:
    import replicate

    schema = MODELS["Capital"].model_json_schema()
    wanted = {"format": {"type": "json_schema", "name": "capital", "schema": schema}}
    with intercept():
        said: Any = replicate.Client(api_token="k").run("openai/gpt-5-structured", input={"prompt": "Hi", "json_schema": wanted})
    assert MODELS["Capital"](**said["json_output"])
    assert json.loads(said["text"]) == said["json_output"]


def chatted(messages: Any, *names: str) -> tuple[str, Any]:
    """The call that a chat with tools for some of the models is answered with."""
    tools: Any = [
        {"type": "function", "function": {"name": name, "parameters": MODELS[name].model_json_schema()}} for name in names
    ]
    made = openai.OpenAI(api_key="k").chat.completions.create(model="gpt-5", messages=messages, tools=tools, tool_choice="required")
    (call,) = made.choices[0].message.tool_calls or ()
    return call.function.name, json.loads(call.function.arguments)  # type: ignore[union-attr]


def test_the_first_tool_is_called_where_no_user_has_said_anything() -> None:
    with intercept():
        assert chatted([{"role": "system", "content": "Go."}], "Capital", "Address")[0] == "Capital"


def test_an_object_is_the_call_of_the_one_tool_whose_schema_it_fits() -> None:
    with intercept(CAPITAL):
        assert chatted(USER, "Address", "Capital") == ("Capital", CAPITAL)
