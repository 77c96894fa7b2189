"""What waits for the call: the default reply and objects, in the form that each call demands."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from llm_intercept import CannotSay, Interceptor, intercept, pause, reply
from llm_intercept.replies.reply import DEFAULT
from tests.rules.asking import openai_client

CITY = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "people": {"type": "integer", "minimum": 1}},
    "required": ["name", "people"],
    "additionalProperties": False,
}
RIVER = {"type": "object", "properties": {"name": {"type": "string"}, "length": {"type": "number"}}, "required": ["length"]}
PARIS = {"name": "Paris", "people": 2_000_000}


def tool(name: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, **({"parameters": parameters} if parameters is not None else {})}}


TOOLS = [tool("city", CITY), tool("river", RIVER), tool("ping")]
WANTED: dict[str, Any] = {"response_format": {"type": "json_schema", "json_schema": {"name": "city", "schema": CITY}}}


def ask(prompt: str = "Hi", *, messages: list[dict[str, Any]] | None = None, **body: Any) -> Any:
    messages = messages or [{"role": "user", "content": prompt}]
    made = openai_client().chat.completions.create(model="gpt-5", messages=messages, **body)  # type: ignore[call-overload]
    return made.choices[0].message


def called(message: Any) -> list[tuple[str, Any]]:
    return [(call.function.name, json.loads(call.function.arguments)) for call in message.tool_calls or ()]


def refused(given: object, **body: Any) -> str:
    with intercept(given) as llm, llm.expect_failure() as failure:
        ask(**body)
    assert type(failure.value) is CannotSay
    return str(failure.value)


# the default


def test_the_default_is_an_instance_of_the_schema_that_the_call_wants() -> None:
    with intercept() as llm:
        said = [json.loads(ask(text, **WANTED).content) for text in ("Hi", "Hi", "Ho")]
        streamed = openai_client().chat.completions.create(
            model="gpt-5", messages=[{"role": "user", "content": "Hi"}], stream=True, **WANTED
        )
        assert json.loads("".join(chunk.choices[0].delta.content or "" for chunk in streamed)) == said[0]
    for one in said:
        jsonschema.validate(one, CITY)
    assert said[0] == said[1] != said[2]
    assert repr(llm.calls[0].reply) != "reply('This is a mock request')"
    with intercept(seed=7):
        assert json.loads(ask("Hi", **WANTED).content) != said[0]


def test_a_default_of_your_own_is_text_all_the_same() -> None:
    with intercept(default="Mine."):
        assert ask(**WANTED).content == "Mine."


def test_a_rule_that_replies_nothing_replies_the_default() -> None:
    with intercept() as llm:
        llm.on("hi").reply()
        jsonschema.validate(json.loads(ask("hi", **WANTED).content), CITY)
        assert ask("hi").content == "This is a mock request"
        assert ask("hi", extra_body={"mock_response": True}).content == "This is a mock request"


@pytest.mark.parametrize(
    ("choice", "name"),
    [
        ({"type": "function", "function": {"name": "river"}}, "river"),
        ("required", "city"),
        ({"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [tool("ping")]}}, None),
    ],
    ids=["named", "required", "allowed"],
)
def test_the_default_calls_the_tool_that_the_call_forces(choice: Any, name: str | None) -> None:
    with intercept():
        (made,) = called(ask(tools=TOOLS, tool_choice=choice))
    if name is not None:
        assert made[0] == name
        jsonschema.validate(made[1], {"city": CITY, "river": RIVER}[name])


@pytest.mark.parametrize("choice", ["auto", "none"])
def test_the_default_is_text_where_a_tool_may_be_called(choice: str) -> None:
    with intercept():
        assert ask(tools=TOOLS, tool_choice=choice).content == "This is a mock request"


def test_a_forced_tool_comes_before_a_schema() -> None:
    with intercept():
        assert [name for name, _ in called(ask(tools=TOOLS, tool_choice="required", **WANTED))] == ["city"]


def test_a_tool_without_parameters_is_called_without_arguments() -> None:
    for parameters in (None, {}, {"type": "object"}, {"type": "object", "properties": {}}):
        with intercept():
            assert called(ask(tools=[tool("ping", parameters)], tool_choice="required")) == [("ping", {})]


def test_a_loop_of_forced_calls_goes_through_the_tools_and_stays_with_the_last() -> None:
    history: list[dict[str, Any]] = [{"role": "user", "content": "Hi"}]
    names = []
    with intercept():
        for _ in range(4):
            message = ask(messages=history, tools=TOOLS, tool_choice="required")
            (call,) = message.tool_calls
            names.append(call.function.name)
            history += [message.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": call.id, "content": "ok"}]
        history.append({"role": "user", "content": "Again"})
        assert called(ask(messages=history, tools=TOOLS, tool_choice="required"))[0][0] == "city"
    assert names == ["city", "river", "ping", "ping"]


def test_a_custom_tool_is_given_text() -> None:
    custom = {"type": "custom", "custom": {"name": "shell"}}
    with intercept():
        (call,) = ask(tools=[custom], tool_choice="required").tool_calls
    assert (call.custom.name, call.custom.input) == ("shell", "This is a mock request")


def test_a_tool_that_the_provider_runs_is_not_called() -> None:
    with intercept():
        made = openai_client().responses.create(
            model="gpt-5", input="Hi", tools=[{"type": "web_search"}], tool_choice={"type": "web_search"}
        )
    assert made.output_text == "This is a mock request"


def test_a_schema_without_an_instance_is_refused_with_what_to_do() -> None:
    impossible = {"type": "object", "properties": {"a": False}, "required": ["a"]}
    with intercept() as llm, llm.expect_failure() as failure:
        ask(response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": impossible}})
    text = str(failure.value)
    assert text.startswith("No instance of the schema that the call wants could be made up.\n  ")
    assert "the schema at #" in text
    assert text.endswith("\nGive a reply: llm.on(...).reply({...}), or a str, which is sent as it stands.")


# objects


def test_an_object_is_checked_against_the_schema_that_the_call_wants() -> None:
    with intercept(PARIS):
        assert json.loads(ask(**WANTED).content) == PARIS
    made = reply({"name": "Paris", "people": 0})
    text = refused(made, **WANTED)
    first, second, *rest = text.splitlines()
    assert first == "The object does not fit the schema that the call wants."
    assert "$.people" in second
    assert "#/properties/people/minimum" in second
    assert rest == [
        f"  reply: reply({{'name': 'Paris', 'people': 0}})   {made.origin}",
        "Give one that fits, or a str, which is sent as it stands.",
    ]


def test_a_str_is_sent_as_it_stands_whatever_is_wanted() -> None:
    with intercept('{"name": 1}'):
        assert ask(**WANTED).content == '{"name": 1}'


def test_an_object_is_checked_against_the_arguments_of_the_tool_that_it_calls() -> None:
    forced = {"type": "function", "function": {"name": "city"}}
    with intercept(PARIS):
        assert called(ask(tools=TOOLS, tool_choice=forced)) == [("city", PARIS)]
    text = refused({"name": "Paris"}, tools=TOOLS, tool_choice=forced)
    assert text.startswith("The object does not fit the arguments of city, which the call demands.\n")
    assert "#/required" in text


@pytest.mark.parametrize(
    ("given", "name"), [(PARIS, "city"), ({"length": 777}, "river"), ({"name": "Seine", "length": 777.5}, "river")]
)
def test_an_object_is_the_call_of_the_one_tool_that_it_fits(given: Any, name: str) -> None:
    with intercept(given):
        assert called(ask(tools=TOOLS, tool_choice="required")) == [(name, given)]


@pytest.mark.parametrize("given", [{}, {"name": "Paris"}], ids=str)
def test_an_object_that_fits_several_tools_or_none_is_refused(given: Any) -> None:
    tools = [tool("a", {"type": "object", "properties": {"name": {}}}), tool("b", {"type": "object", "properties": {"name": {}}})]
    assert refused(given, tools=tools, tool_choice="required").startswith(
        "The call requires one of several tools (a, b), and an object does not say which.\n"
    )


def test_one_reply_takes_another_form_from_call_to_call() -> None:
    with intercept(PARIS):
        for _ in range(3):
            assert json.loads(ask().content) == PARIS
            assert json.loads(ask(tools=TOOLS).content) == PARIS
            assert called(ask(tools=TOOLS, tool_choice="required")) == [("city", PARIS)]
            assert json.loads(ask(**WANTED).content) == PARIS


def test_what_stands_beside_an_object_stays_as_it_is() -> None:
    with intercept(reply("Here:", pause(0), PARIS, finish="length")):
        message = ask(tools=TOOLS, tool_choice="required")
    assert (message.content, called(message)) == ("Here:", [("city", PARIS)])


def test_a_reply_that_waits_is_shown_as_it_was_given() -> None:
    assert repr(reply(DEFAULT)) == "reply('This is a mock request')"
    assert repr(Interceptor({"a": 1}).otherwise.sources[0]) == "reply({'a': 1})"
