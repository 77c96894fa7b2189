"""A tool that must be called is called, without a rule, with arguments that are valid; in every dialect's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx2
import jsonschema
import pytest

from llm_intercept import CannotSay, Interceptor, intercept, reply
from tests.sdks.clients import CLIENTS, FIRST, asking, client
from tests.sdks.ways import run
from tests.structured.forcing import TOOLS, WIRES, Wire

#: SDKs leave generators of their own behind, openai at `[DONE]`; trio, alone, says so.
pytestmark = pytest.mark.filterwarnings("ignore:Async generator:ResourceWarning")

#: The wires that have words for bounds.
BOUNDED = [name for name, wire in WIRES.items() if wire.tools is TOOLS]


def ask(wire: Wire, *keys: Mapping[str, Any] | None, llm: Interceptor | None = None) -> Any:
    """The body that answers."""
    with httpx2.Client(transport=(llm or Interceptor()).httpx2_transport) as client:
        body = json.dumps(wire.body(*filter(None, keys))).encode()
        answered = client.post(wire.url, content=body, headers={"content-type": "application/json"})
    assert answered.is_success, answered.text
    return answered.json()


def valid(calls: list[tuple[str, Any]], tools: Mapping[str, Any] = TOOLS) -> str:
    """The name of the one tool that is called, and rightly."""
    ((name, arguments),) = calls
    jsonschema.validate(arguments, tools[name], format_checker=jsonschema.FormatChecker())
    return name


FORCED = [(name, tool) for name, wire in WIRES.items() for tool in (None, *TOOLS) if wire.forces(tool) is not None]


@pytest.mark.parametrize(("name", "tool"), FORCED)
def test_a_tool_that_must_be_called_is_called(name: str, tool: str | None) -> None:
    wire = WIRES[name]
    forced = wire.forces(tool)
    assert valid(wire.calls(ask(wire, wire.offers(wire.tools), forced)), wire.tools) == (tool or "weather")


@pytest.mark.parametrize("name", [name for name, wire in WIRES.items() if wire.some])
def test_one_of_some_that_are_allowed_is_called(name: str) -> None:
    wire = WIRES[name]
    assert wire.some
    assert valid(wire.calls(ask(wire, wire.offers(TOOLS), wire.some(("book", "done"))))) == "book"


@pytest.mark.parametrize("name", WIRES)
def test_no_tool_is_called_where_none_must_be(name: str) -> None:
    wire = WIRES[name]
    assert wire.calls(ask(wire, wire.offers(TOOLS))) == []


@pytest.mark.parametrize("name", BOUNDED)
def test_an_object_is_the_arguments_of_the_tool_that_must_be_called(name: str) -> None:
    wire, given = WIRES[name], {"seats": 2}
    forced = wire.forces("book") or wire.forces(None)
    body = ask(wire, wire.offers({"book": TOOLS["book"]}), forced, llm=Interceptor(given))
    assert wire.calls(body) == [("book", given)]


@pytest.mark.parametrize("name", BOUNDED)
def test_an_object_that_does_not_fit_is_refused_at_the_call(name: str) -> None:
    wire, given = WIRES[name], reply({"seats": 20})
    with pytest.raises(CannotSay) as failure:
        ask(wire, wire.offers({"book": TOOLS["book"]}), wire.forces("book") or wire.forces(None), llm=Interceptor(given))
    assert str(failure.value) == (
        "The object does not fit the arguments of book, which the call demands.\n"
        "  $.seats is 20, and should be at most 9 (#/properties/seats/maximum)\n"
        f"  reply: reply({{'seats': 20}})   {given.origin}\n"
        "Give one that fits, or a str, which is sent as it stands."
    )


#: Each SDK's words for the tools and for one that must be called, by the name of its wire.
ASKED = {"boto3": "converse", "google-genai": "gemini", "mistralai": "mistral"}


def request(name: str, tool: str | None) -> dict[str, Any]:
    """What an SDK is given, in its own words."""
    wire = WIRES[ASKED.get(name, name)]
    if wire.asked == "gemini":
        offered, forced = wire.offers(wire.tools), wire.forces(tool) or {}
        return {"config": {"tools": offered["tools"], "toolConfig": forced["toolConfig"]}}
    keys: dict[str, Any] = {}
    for one in (wire.offers(wire.tools), wire.forces(tool) or wire.forces(None) or {}):
        for key, value in one.items():
            keys[key] = {**keys[key], **value} if isinstance(value, dict) and key in keys else value
    return keys


@pytest.mark.parametrize(
    ("name", "form", "way"),
    [
        (name, form, way)
        for name in FIRST
        if name in WIRES or name in ASKED
        for form in asking(name).forms
        if (name, form) != ("google-genai", "helper")  # its chats are given no tools here
        for way in CLIENTS[name].can
    ],
)
def test_the_sdk_reads_the_call_of_a_tool_that_must_be_called(name: str, form: str, way: str) -> None:
    wire = WIRES[ASKED.get(name, name)]
    for tool in (None, "book"):
        with intercept():
            said = run(way, lambda: asking(name).ask(client(name, way), form, **request(name, tool)))  # noqa: B023
        (choice,) = said.choices
        called = valid([*choice.tools], wire.tools)
        assert called == (tool if tool and wire.forces(tool) else "weather")


@pytest.mark.parametrize("form", ["body", "stream"])
def test_responses_call_custom_tools_with_text_and_none_of_the_provider_s_own(form: str) -> None:
    import openai

    def output(**keys: Any) -> list[Any]:
        with intercept():
            made = openai.OpenAI(api_key="k").responses.create(model="gpt-5", input="Hi", stream=form == "stream", **keys)
            return made.output if form == "body" else [*made][-1].response.output

    code = {"type": "custom", "name": "code"}
    (call,) = output(tools=[code], tool_choice={"type": "custom", "name": "code"})
    assert (call.type, call.name, call.input) == ("custom_tool_call", "code", "This is a mock request")
    both = [
        {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}, "strict": False},
        {"type": "web_search"},
    ]
    assert [one.type for one in output(tools=both, tool_choice={"type": "web_search"})] == ["message"]
    assert [one.type for one in output(tools=both, tool_choice="required")] == ["function_call"]
