"""What a reply becomes through the real SDKs, streamed or not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import anthropic
import httpx
import openai
import pydantic
import pytest

from llm_intercept import CannotSay, Reply, disconnect, error, intercept, pause, reply, tool_call
from llm_intercept.wire import Pause


class Weather(pydantic.BaseModel):
    city: str
    degrees: float = pydantic.Field(alias="temp")


OBJECTS = {
    "dict": ({"city": "Zürich", "temp": 21.5}, {"city": "Zürich", "temp": 21.5}),
    "model": (Weather(city="Paris", temp=-1), {"city": "Paris", "temp": -1.0}),
}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}, "temp": {"type": "number"}}}


@dataclass
class Said:
    """What an SDK was told: text, tool calls by name and arguments, and the pieces of a stream."""

    text: str = ""
    tools: list[tuple[str, Any]] = field(default_factory=list)
    finish: str | None = None
    model: str = ""
    id: str = ""
    usage: tuple[int, int] = (0, 0)
    pieces: list[str] = field(default_factory=list)


def ask_openai(client: openai.OpenAI, stream: bool, wants: str, **more: Any) -> Said:
    def tool(name: str) -> Any:
        return {"type": "function", "function": {"name": name, "parameters": SCHEMA}}

    wanted: dict[str, Any] = {
        "nothing": {},
        "schema": {"response_format": {"type": "json_schema", "json_schema": {"name": "weather", "schema": SCHEMA}}},
        "named": {"tools": [tool("look"), tool("buy")], "tool_choice": {"type": "function", "function": {"name": "buy"}}},
        "required one": {"tools": [tool("look")], "tool_choice": "required"},
        "required several": {"tools": [tool("look"), tool("buy")], "tool_choice": "required"},
        "auto": {"tools": [tool("look")]},
        "none": {"tools": [tool("look")], "tool_choice": "none"},
    }[wants]
    asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], **wanted, **more}
    if stream:
        return accumulated(client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    whole = client.chat.completions.create(**asked)
    choice = whole.choices[0]
    return Said(
        choice.message.content or "",
        [(call.function.name, json.loads(call.function.arguments)) for call in choice.message.tool_calls or ()],
        choice.finish_reason,
        whole.model,
        whole.id,
        (whole.usage.prompt_tokens, whole.usage.completion_tokens),
    )


def accumulated(chunks: Any) -> Said:
    """The SDK's own accumulating helper refuses what ended early, so the chunks are added up here."""
    said, calls = Said(), dict[int, list[str]]()
    for chunk in chunks:
        said.model, said.id = chunk.model, chunk.id
        if chunk.usage:
            said.usage = (chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
        for choice in chunk.choices:
            said.pieces += [choice.delta.content] if choice.delta.content else []
            said.finish = choice.finish_reason or said.finish
            for call in choice.delta.tool_calls or ():
                name, arguments = calls.setdefault(call.index, ["", ""])
                calls[call.index] = [name + (call.function.name or ""), arguments + call.function.arguments]
    said.text = "".join(said.pieces)
    said.tools = [(name, json.loads(arguments)) for name, arguments in calls.values()]
    return said


def ask_anthropic(client: anthropic.Anthropic, stream: bool, wants: str, **more: Any) -> Said:
    def tool(name: str) -> Any:
        return {"name": name, "input_schema": SCHEMA}

    wanted: dict[str, Any] = {
        "nothing": {},
        "schema": {"output_config": {"format": {"type": "json_schema", "schema": {**SCHEMA, "additionalProperties": False}}}},
        "named": {"tools": [tool("look"), tool("buy")], "tool_choice": {"type": "tool", "name": "buy"}},
        "required one": {"tools": [tool("look")], "tool_choice": {"type": "any"}},
        "required several": {"tools": [tool("look"), tool("buy")], "tool_choice": {"type": "any"}},
        "auto": {"tools": [tool("look")]},
        "none": {"tools": [tool("look")], "tool_choice": {"type": "none"}},
    }[wants]
    asked = {"model": "claude-test", "max_tokens": 100, "messages": [{"role": "user", "content": "Hi"}], **wanted, **more}
    if not stream:
        whole = client.messages.create(**asked)
        pieces = []
    else:
        with client.messages.stream(**asked) as events:
            pieces = [event.text for event in events if event.type == "text"]
            whole = events.get_final_message()
    return Said(
        "".join(block.text for block in whole.content if block.type == "text"),
        [(block.name, block.input) for block in whole.content if block.type == "tool_use"],
        whole.stop_reason,
        whole.model,
        whole.id,
        (whole.usage.input_tokens, whole.usage.output_tokens),
        pieces,
    )


Ask = Callable[..., Said]


@pytest.fixture(scope="module")
def openai_client() -> openai.OpenAI:
    return openai.OpenAI(api_key="test", max_retries=0)


@pytest.fixture(scope="module")
def anthropic_client() -> anthropic.Anthropic:
    return anthropic.Anthropic(api_key="test", max_retries=0)


@pytest.fixture(params=["openai", "anthropic"])
def dialect(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(params=[False, True], ids=["body", "stream"])
def stream(request: pytest.FixtureRequest) -> bool:
    streamed: bool = request.param
    return streamed


@pytest.fixture
def ask(dialect: str, stream: bool, request: pytest.FixtureRequest) -> Ask:
    client = request.getfixturevalue(f"{dialect}_client")
    asking = ask_openai if dialect == "openai" else ask_anthropic
    return lambda wants="nothing", **more: asking(client, stream, wants, **more)


# objects


@pytest.mark.parametrize("kind", OBJECTS)
@pytest.mark.parametrize(
    ("wants", "tool"),
    [("nothing", None), ("schema", None), ("auto", None), ("none", None), ("named", "buy"), ("required one", "look")],
)
def test_an_object_takes_the_form_that_the_call_demands(ask: Ask, wants: str, tool: str | None, kind: str) -> None:
    value, meant = OBJECTS[kind]
    with intercept(value):
        said = ask(wants)
    if tool is None:
        assert (json.loads(said.text), said.tools) == (meant, [])
        assert said.finish in ("stop", "end_turn")
    else:
        assert (said.text, said.tools) == ("", [(tool, meant)])
        assert said.finish in ("tool_calls", "tool_use")


def test_an_object_beside_text_takes_its_form_too(ask: Ask) -> None:
    with intercept(reply("Here: ", {"a": 1})):
        assert ask("required one").tools == [("look", {"a": 1})]
        assert ask("nothing").text == 'Here: {"a":1}'


def test_a_list_stands_as_json_text_and_is_no_tools_arguments(ask: Ask) -> None:
    with intercept(pydantic.RootModel[list[int]]([1, 2])):
        assert ask("nothing").text == "[1,2]"


def test_an_object_that_could_be_any_of_several_tools_cannot_be_said(ask: Ask) -> None:
    made = reply({"city": "Paris"}, model="m")
    with pytest.raises(CannotSay) as refused, intercept(made):
        ask("required several")
    assert str(refused.value) == (
        "The call requires one of several tools (look, buy), and an object does not say which.\n"
        f"  reply: reply({{'city': 'Paris'}}, model='m')   {made.origin}\n"
        "Name it: tool_call('...', {'city': 'Paris'})."
    )
    assert re.search(r"test_said\.py:\d+$", made.origin)


def test_a_rule_replied_to_with_nothing_says_the_default_text(ask: Ask) -> None:
    with intercept("otherwise") as llm:
        llm.on("Hi").reply()
        assert ask().text == "This is a mock request"


def test_a_rules_reply_takes_the_options_of_reply(ask: Ask, dialect: str) -> None:
    with intercept() as llm:
        llm.on("Hi").reply("Part of it", finish="length", model="other-1")
        said = ask()
    assert (said.text, said.model) == ("Part of it", "other-1")
    assert said.finish == ("max_tokens" if dialect == "anthropic" else "length")


# what surrounds the parts


@pytest.mark.parametrize(
    ("options", "told", "expected"),
    [
        ({"model": "other-1"}, "model", ("other-1", "other-1")),
        ({"id": "given-id"}, "id", ("given-id", "given-id")),
        ({"usage": {"input": 11, "output": 22}}, "usage", ((11, 22), (11, 22))),
        ({"finish": "length"}, "finish", ("length", "max_tokens")),
        ({"finish": "tool_calls"}, "finish", ("tool_calls", "tool_use")),
        ({}, "finish", ("stop", "end_turn")),
        ({}, "model", ("gpt-4o", "claude-test")),
    ],
    ids=str,
)
def test_what_surrounds_a_reply_is_what_was_given_or_what_the_provider_would_send(
    ask: Ask, dialect: str, options: dict[str, Any], told: str, expected: tuple[object, object]
) -> None:
    with intercept(reply("Some text", **options)):
        assert getattr(ask(), told) == expected[dialect == "anthropic"]


@pytest.mark.parametrize(
    ("options", "pieces"),
    [
        ({}, ["Hel", "lo ", "👩‍👩‍👧🇫🇷é", "!"]),
        ({"chunk_size": 5}, ["Hello", " 👩‍👩‍👧🇫🇷é!"]),
        ({"chunk_size": 100}, ["Hello 👩‍👩‍👧🇫🇷é!"]),
        ({"chunks": ["H", "ello 👩‍", "👩‍👧🇫🇷é!"]}, ["H", "ello 👩‍", "👩‍👧🇫🇷é!"]),
    ],
    ids=["by threes", "chunk_size=5", "chunk_size=100", "chunks"],
)
@pytest.mark.parametrize("stream", [True], ids=["stream"], indirect=True)
def test_text_streams_in_the_pieces_that_were_asked_for(ask: Ask, options: dict[str, Any], pieces: list[str]) -> None:
    with intercept(reply("Hello 👩‍👩‍👧🇫🇷é!", **options)):
        said = ask()
    assert said.pieces == pieces
    assert said.text == "Hello 👩‍👩‍👧🇫🇷é!"


@pytest.mark.parametrize("stream", [True], ids=["stream"], indirect=True)
def test_tool_arguments_stream_in_pieces_of_the_same_size(ask: Ask, dialect: str) -> None:
    with intercept(reply(tool_call("look", city="Paris"), chunk_size=4)) as llm:
        assert ask("auto").tools == [("look", {"city": "Paris"})]
    assert llm.calls.one.response is not None
    sent = llm.calls.one.response.body.decode()
    marker = '"partial_json":' if dialect == "anthropic" else '"arguments":'
    found = [json.loads(f'"{piece}"') for piece in re.findall(rf'{marker}"((?:[^"\\]|\\.)*)"', sent)]
    assert [piece for piece in found if piece] == ['{"ci', 'ty":', '"Par', 'is"}']


def frames(made: Reply, ask: Ask) -> tuple[tuple[Any, ...], list[Any]]:
    """What comes before the status line, and the frames that are no bytes."""
    with intercept(made) as llm:
        ask()
    response = llm.calls.one.response
    assert response is not None
    return response.prelude, [frame for frame in response.frames if not isinstance(frame, bytes)]


def test_a_delay_comes_before_the_first_byte(ask: Ask) -> None:
    assert frames(reply("Hello", delay=0.01), ask) == ((Pause(0.01),), [])


def test_a_pause_stands_where_it_was_put_and_a_body_waits_for_all_of_them(ask: Ask, stream: bool) -> None:
    made = reply("Once upon ", pause(0.004), "a time", pause(0.002))
    streamed: tuple[Any, Any] = ((), [Pause(0.004), Pause(0.002)])
    assert frames(made, ask) == (streamed if stream else ((Pause(0.006),), []))


def test_what_was_said_before_a_disconnect_arrives(dialect: str, request: pytest.FixtureRequest) -> None:
    client, arrived = request.getfixturevalue(f"{dialect}_client"), ""
    with intercept(reply("Once upon a ", disconnect(), "time")) as llm:
        broken = llm.calls
        with pytest.raises(Exception, match=r"peer closed connection|Connection error") as raised:  # noqa: PT012  (what arrives before counts)
            if dialect == "openai":
                for chunk in client.chat.completions.create(model="m", messages=[{"role": "user", "content": "?"}], stream=True):
                    arrived += chunk.choices[0].delta.content or ""
            else:
                with client.messages.stream(model="m", max_tokens=9, messages=[{"role": "user", "content": "Hi"}]) as events:
                    for text in events.text_stream:
                        arrived += text
    assert not isinstance(raised.value, AssertionError)
    assert arrived == "Once upon a "
    assert broken.one.outcome == "failed"


# headers and errors


ENDPOINTS = {
    "openai": ("https://api.openai.com/v1/chat/completions", {"model": "m", "messages": [{"role": "user", "content": "?"}]}),
    "anthropic": (
        "https://api.anthropic.com/v1/messages",
        {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 9},
    ),
}


@pytest.fixture
def post(dialect: str, stream: bool) -> Callable[[], httpx.Response]:
    """A plain HTTP call, for what an SDK does not show."""
    url, body = ENDPOINTS[dialect]
    return lambda: httpx.post(url, json={**body, "stream": stream})


@pytest.mark.parametrize("made", [reply("Hello", headers={"X-Mine": "a b"}), error(418, headers={"X-Mine": "a b"})], ids=str)
def test_headers_of_your_own_are_sent_beside_the_providers(made: Any, post: Callable[[], httpx.Response]) -> None:
    with intercept(made):
        sent = post().headers
    assert sent["x-mine"] == "a b"
    assert sent.get("x-request-id", sent.get("request-id", "")).startswith("req_")


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "BadRequestError"),
        (401, "AuthenticationError"),
        (403, "PermissionDeniedError"),
        (404, "NotFoundError"),
        (409, "ConflictError"),
        (422, "UnprocessableEntityError"),
        (429, "RateLimitError"),
        (500, "InternalServerError"),
        (503, "InternalServerError"),
        (529, "InternalServerError"),
        (418, "APIStatusError"),
        (599, "InternalServerError"),
    ],
)
def test_an_error_is_the_sdks_own_class_with_the_message_given(ask: Ask, dialect: str, status: int, name: str) -> None:
    sdk: Any = openai if dialect == "openai" else anthropic
    with intercept(error(status, "Not today.", type="mine", code="why")), pytest.raises(getattr(sdk, name)) as raised:
        ask()
    assert raised.value.status_code == status
    body = raised.value.body if dialect == "openai" else raised.value.body["error"]
    assert (body["message"], body["type"]) == ("Not today.", "mine")
    assert "why" in json.dumps(body)


@pytest.mark.parametrize(
    ("made", "header"),
    [
        (error(429), ("retry-after-ms", "1")),
        (error(500), ("retry-after-ms", "1")),
        (error(429, retry_after=30), ("retry-after", "30")),
        (error(429, retry_after=0.5), ("retry-after", "0.5")),
        (error(400, retry_after=1), ("retry-after", "1")),
        (error(400), None),
    ],
    ids=str,
)
def test_an_error_asks_for_the_retry_that_was_given_else_an_immediate_one(
    post: Callable[[], httpx.Response], made: Any, header: Any
) -> None:
    with intercept(made):
        sent = [pair for pair in post().headers.items() if pair[0].startswith("retry-after")]
    assert sent == ([] if header is None else [header])


@pytest.mark.parametrize("retry_after", [1e6, 1234567])
def test_the_seconds_to_wait_are_sent_as_plain_digits(openai_client: openai.OpenAI, retry_after: float) -> None:
    with intercept(error(429, retry_after=retry_after)), pytest.raises(openai.RateLimitError) as raised:
        openai_client.chat.completions.create(model="m", messages=[{"role": "user", "content": "?"}])
    sent = raised.value.response.headers["retry-after"]
    assert float(sent) == retry_after
    assert re.fullmatch(r"[0-9.]+", sent)


# a reply that the call brings along


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Paris.", "Paris."),
        ("", ""),
        (True, "This is a mock request"),
        (False, "from the rule"),
        (None, "from the rule"),
        ({"city": "Paris"}, '{"city":"Paris"}'),
    ],
    ids=repr,
)
def test_the_body_key_mock_response_answers_that_one_call(ask: Ask, value: object, text: str) -> None:
    with intercept("from the rule") as llm:
        assert ask(extra_body={"mock_response": value}).text == text
        assert ask().text == "from the rule"
    assert [entry.rule is None for entry in llm.calls] == [text != "from the rule", False]


@pytest.mark.parametrize("value", [7, ["a"], {"choices": [{"message": {"role": "assistant", "content": "a"}}]}], ids=repr)
def test_a_mock_response_that_can_be_no_reply_is_the_providers_400(ask: Ask, value: object) -> None:
    with intercept(), pytest.raises((openai.BadRequestError, anthropic.BadRequestError), match="mock_response"):
        ask(extra_body={"mock_response": value})


def test_a_tool_that_is_required_where_none_is_on_offer_leaves_an_object_as_text() -> None:
    with intercept({"city": "Paris"}, contract="off"):
        answer = httpx.post(
            "https://api.openai.com/v1/chat/completions",
            json={"model": "gpt-5", "messages": [{"role": "user", "content": "Hi"}], "tool_choice": "required"},
        )
    assert json.loads(answer.json()["choices"][0]["message"]["content"]) == {"city": "Paris"}


def test_a_header_that_a_reply_names_takes_the_place_of_ours() -> None:
    with intercept(error(429, headers={"Retry-After": "7"}), reply("a", headers={"content-type": "text/plain", "x-mine": "1"})):
        answers = [
            httpx.post(
                "https://api.openai.com/v1/chat/completions", json={"model": "m", "messages": [{"role": "user", "content": "?"}]}
            )
            for _ in range(2)
        ]
    assert (answers[0].headers["retry-after"], "retry-after-ms" in answers[0].headers) == ("7", False)
    assert (answers[1].headers["content-type"], answers[1].headers["x-mine"]) == ("text/plain", "1")
    with pytest.raises(ValueError, match="how the body is framed"):
        reply("a", headers={"Content-Length": "5"})
