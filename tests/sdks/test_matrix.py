"""The matrix: client x reply x {body, stream, stream helper} x {sync, asyncio, trio}, judged by the SDK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import openai
import pytest

from llm_intercept import CannotSay, error, intercept, reply, tool_call
from tests.sdks.clients import FORMS, OTHERS, SDKS, asking, client
from tests.sdks.said import Choice
from tests.sdks.ways import WAYS, each, run, settled

#: openai leaves its generator of events unfinished at `[DONE]`, over any transport; trio, alone, says so.
pytestmark = pytest.mark.filterwarnings("ignore:Async generator 'openai._streaming:ResourceWarning")

PARIS, ROME = {"city": "Paris"}, {"city": "Rome", "days": [1, 2], "unit": None}

#: Finish reasons by dialect, in the provider's words; None where the wire cannot say it.
FINISHES: Mapping[str, Mapping[str, str | None]] = {
    "stop": {"openai": "stop", "anthropic": "end_turn"},
    "stop_sequence": {"openai": "stop", "anthropic": "stop_sequence"},
    "length": {"openai": "length", "anthropic": "max_tokens"},
    "tool_calls": {"openai": "tool_calls", "anthropic": "tool_use"},
    "content_filter": {"openai": "content_filter", "anthropic": "refusal"},
    "pause": {"openai": None, "anthropic": "pause_turn"},
    "context_window": {"openai": None, "anthropic": "model_context_window_exceeded"},
}


@dataclass(frozen=True)
class Case:
    """A reply, and what every SDK must make of it."""

    reply: Any
    text: str = ""
    tools: tuple[tuple[str, Any], ...] = ()
    finish: str = "stop"


REPLIES: Mapping[str, Case] = {
    "text": Case("Paris, of course.", "Paris, of course."),
    "empty text": Case("", ""),
    "text of lines": Case("a\nb\r\n\r\nc\u2028d\x85e\n", "a\nb\r\n\r\nc\u2028d\x85e\n"),
    "text like framing": Case("data: [DONE]\n\nevent: x\n: y\n", "data: [DONE]\n\nevent: x\n: y\n"),
    "control characters": Case('\x00\x01\x1b\x7f"\\', '\x00\x01\x1b\x7f"\\'),
    "several texts": Case(reply("Once ", "upon ", "a time"), "Once upon a time"),
    "tool call": Case(tool_call("weather", PARIS), tools=(("weather", PARIS),), finish="tool_calls"),
    "tool call without arguments": Case(tool_call("now"), tools=(("now", {}),), finish="tool_calls"),
    "tool call with loose JSON": Case(
        tool_call("weather", '{ "city" : "Paris" }'), tools=(("weather", PARIS),), finish="tool_calls"
    ),
    "parallel tool calls": Case(
        reply(tool_call("weather", PARIS), tool_call("weather", ROME), tool_call("now")),
        tools=(("weather", PARIS), ("weather", ROME), ("now", {})),
        finish="tool_calls",
    ),
    "text and tool": Case(reply("Let me look.", tool_call("weather", PARIS)), "Let me look.", (("weather", PARIS),), "tool_calls"),
    "tool and text": Case(reply(tool_call("weather", PARIS), "Done."), "Done.", (("weather", PARIS),), "tool_calls"),
    "interleaved": Case(
        reply("One. ", tool_call("weather", PARIS), "Two. ", tool_call("weather", ROME), "Three."),
        "One. Two. Three.",
        (("weather", PARIS), ("weather", ROME)),
        "tool_calls",
    ),
    "an object": Case({"city": "Paris", "n": 1}, '{"city":"Paris","n":1}'),
    "one character at a time": Case(reply("naïve 👩‍👩‍👧 ok", chunk_size=1), "naïve 👩‍👩‍👧 ok"),
    "one piece": Case(reply("all at once", chunk_size=1000), "all at once"),
    "given chunks": Case(reply(chunks=["Once ", "", "upon", " a time"]), "Once upon a time"),
    "chunks and a tool": Case(reply("abc", tool_call("now"), chunks=["ab", "c"]), "abc", (("now", {}),), "tool_calls"),
    **{f"finish {name}": Case(reply("Well", finish=name), "Well", finish=name) for name in FINISHES},
    "tool call that was cut": Case(reply(tool_call("now"), finish="length"), tools=(("now", {}),), finish="length"),
}


#: What openai's accumulated stream raises, where its body does not.
CUT = {"length": openai.LengthFinishReasonError, "content_filter": openai.ContentFilterFinishReasonError}

#: Every reply to one client of each SDK, and some to the other clients.
ASKED = [(name, said) for name in SDKS for said in REPLIES] + [
    (name, said) for name in OTHERS for said in ("text", "parallel tool calls", "interleaved")
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "said"), ASKED)
def test_the_sdk_reads_what_the_reply_says(name: str, said: str, form: str, way: str) -> None:
    sdk, case = asking(name), REPLIES[said]
    finish = FINISHES[case.finish][sdk.dialect]
    with intercept(case.reply) as llm:
        if finish is None:
            with llm.expect_failure() as failure:
                run(way, lambda: sdk.ask(client(name, way), form))
            assert isinstance(failure.value, CannotSay)
            return
        if finish in CUT and form != "body":
            with pytest.raises(CUT[finish]):
                run(way, lambda: sdk.ask(client(name, way), form))
            return
        heard = run(way, lambda: sdk.ask(client(name, way), form))
    assert heard.choices == (Choice(case.text, case.tools, finish),)
    assert heard.model == llm.calls.one.model
    assert heard.usage is not None
    assert min(heard.usage) > 0
    assert len({*heard.tool_ids}) == len(case.tools)
    assert llm.calls.one.outcome == "complete"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SDKS)
def test_what_surrounds_the_parts_is_as_given(name: str, form: str) -> None:
    sdk = asking(name)
    given = reply("Hi", tool_call("now").with_id("tool-7"), id="id-7", model="model-7", usage={"input": 700, "output": 70})
    with intercept(given):
        said = run("sync", lambda: sdk.ask(client(name), form))
    assert (said.id, said.model, said.usage, said.tool_ids) == ("id-7", "model-7", (700, 70), ("tool-7",))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", [REPLIES[one] for one in ("text", "parallel tool calls", "interleaved", "empty text")])
def test_every_choice_of_n_says_the_reply(case: Case, form: str) -> None:
    sdk = asking("openai")
    with intercept(case.reply):
        said = run("sync", lambda: sdk.ask(client("openai"), form, n=2))
    assert said.choices == (Choice(case.text, case.tools, FINISHES[case.finish]["openai"]),) * 2


@pytest.mark.parametrize("include_usage", [None, False, True])
def test_a_stream_tells_usage_only_where_it_is_asked_for_it(include_usage: bool | None) -> None:
    options = {} if include_usage is None else {"stream_options": {"include_usage": include_usage}}
    with intercept("Hi"):
        chunks = list(client("openai").chat.completions.create(model="m", messages=[], stream=True, **options))
    told = [chunk for chunk in chunks if chunk.usage is not None]
    assert [chunk.choices for chunk in told] == ([[]] if include_usage else [])
    assert told == ([chunks[-1]] if include_usage else [])
    assert all(("usage" in chunk.model_fields_set) is bool(include_usage) for chunk in chunks)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", SDKS)
def test_the_default_reply_is_the_mock_text(name: str, way: str) -> None:
    with intercept():
        said = run(way, lambda: asking(name).ask(client(name, way)))
    assert said.choices[0].text == "This is a mock request"


STATUSES: Mapping[int, tuple[str, str, str, str]] = {
    # status: openai's class, its `type`, anthropic's class, its `type`
    400: ("BadRequestError", "invalid_request_error", "BadRequestError", "invalid_request_error"),
    401: ("AuthenticationError", "invalid_request_error", "AuthenticationError", "authentication_error"),
    403: ("PermissionDeniedError", "invalid_request_error", "PermissionDeniedError", "permission_error"),
    404: ("NotFoundError", "invalid_request_error", "NotFoundError", "not_found_error"),
    409: ("ConflictError", "conflict", "ConflictError", "conflict_error"),
    413: ("APIStatusError", "invalid_request_error", "ContentTooLargeError", "request_too_large"),
    422: ("UnprocessableEntityError", "invalid_request_error", "UnprocessableEntityError", "invalid_request_error"),
    429: ("RateLimitError", "requests", "RateLimitError", "rate_limit_error"),
    500: ("InternalServerError", "server_error", "InternalServerError", "api_error"),
    503: ("InternalServerError", "service_unavailable_error", "ServiceUnavailableError", "overloaded_error"),
    529: ("InternalServerError", "server_error", "OverloadedError", "overloaded_error"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("name", SDKS)
def test_an_error_is_the_sdks_own(name: str, status: int, stream: bool, way: str) -> None:
    sdk = asking(name)
    kind, type_ = STATUSES[status][2:] if sdk.dialect == "anthropic" else STATUSES[status][:2]
    with intercept(error(status)) as llm, pytest.raises(sdk.errors.APIStatusError) as caught:
        run(way, lambda: sdk.ask(client(name, way).with_options(max_retries=0), "stream" if stream else "body"))
    assert type(caught.value) is getattr(sdk.errors, kind)
    assert caught.value.status_code == status
    assert caught.value.type == type_
    assert caught.value.request_id
    assert caught.value.message
    assert llm.calls.one.attempt == 1


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("name", SDKS)
def test_an_error_says_what_it_was_given(name: str, status: int) -> None:
    sdk = asking(name)
    given = error(status, "No tokens left.", type="my_type", code="my_code", param="messages", headers={"x-mine": "7"})
    with intercept(given), pytest.raises(sdk.errors.APIStatusError) as caught:
        run("sync", lambda: sdk.ask(client(name).with_options(max_retries=0)))
    assert "No tokens left." in str(caught.value)
    assert caught.value.type == "my_type"
    assert caught.value.response.headers["x-mine"] == "7"
    assert (caught.value.error_code if name == "anthropic" else caught.value.code) == "my_code"
    if name == "openai":
        assert caught.value.param == "messages"


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize("name", SDKS)
def test_headers_are_the_providers_and_the_given_ones(name: str, stream: bool) -> None:
    wanted = {"openai": {"x-request-id", "openai-version"}, "anthropic": {"request-id", "anthropic-organization-id"}}[name]
    sdk = client(name)
    api = sdk.chat.completions if name == "openai" else sdk.messages
    more = {} if name == "openai" else {"max_tokens": 9}
    with intercept(reply("Hi", headers={"x-mine": "7"})):
        raw = api.with_raw_response.create(model="m", messages=[{"role": "user", "content": "?"}], stream=stream, **more)
        assert list(raw.parse()) if stream else raw.parse()
    assert wanted | {"x-mine"} <= {*raw.headers}
    assert raw.headers["content-type"] == ("text/event-stream; charset=utf-8" if stream else "application/json")
    assert ("content-length" in raw.headers) is not stream
    assert raw.request_id == raw.headers["x-request-id" if name == "openai" else "request-id"]


@pytest.mark.parametrize("name", SDKS)
def test_a_stream_comes_in_the_pieces_that_were_asked_for(name: str) -> None:
    def pieces(given: object) -> list[str]:
        async def collect() -> list[str]:
            stream = await settled(_opened(name))
            return [text async for text in _texts(name, stream) if text]

        with intercept(given):
            return run("sync", collect)

    assert pieces("abcdefgh") == ["abc", "def", "gh"]
    assert pieces(reply("abc", chunk_size=1)) == ["a", "b", "c"]
    assert pieces(reply("👩‍👩‍👧e\u0301🇫🇷x", chunk_size=1)) == ["👩‍👩‍👧", "e\u0301", "🇫🇷", "x"]
    assert pieces(reply(chunks=["Once", " upon a time"])) == ["Once", " upon a time"]


def _opened(name: str) -> Any:
    asked = {"model": "m", "messages": [{"role": "user", "content": "?"}], "stream": True}
    return (
        client(name).chat.completions.create(**asked) if name == "openai" else client(name).messages.create(max_tokens=9, **asked)
    )


async def _texts(name: str, stream: Any) -> Any:
    async for event in each(stream):
        if name == "openai":
            for choice in event.choices:
                yield choice.delta.content
        elif event.type == "content_block_delta":
            yield event.delta.text
