"""cohere's four clients, blocking and async: what they make of bodies, streams, errors and breaks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import cohere
import httpx
import pytest
from cohere.core.api_error import ApiError
from cohere.core.http_sse._api import EventSource

from llm_intercept import citation, disconnect, error, intercept, reply, stream_event, thinking, tool_call
from llm_intercept.dialects import endpoint_of
from llm_intercept.dialects.cohere.provider import Cohere
from tests.dialects.cohere.asked import USER, post
from tests.sdks.ways import WAYS, each, run, settled

#: By way: the clients of v2 and of v1. The async ones bind to the loop that they are made in.
CLIENTS: Mapping[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "sync": (cohere.ClientV2, cohere.Client),
    "asyncio": (cohere.AsyncClientV2, cohere.AsyncClient),
    "trio": (cohere.AsyncClientV2, cohere.AsyncClient),
}

ways = pytest.mark.parametrize("way", WAYS)

#: At [DONE] the SDK lets go of a generator of its own, unfinished; trio, alone, says so.
pytestmark = pytest.mark.filterwarnings("ignore:Async generator:ResourceWarning")


def v2(**options: Any) -> Any:
    """The blocking client of v2."""
    return cohere.ClientV2(api_key="test", **options)


@asynccontextmanager
async def client(way: str, version: int) -> AsyncIterator[Any]:
    """A client of v2 or v1, that asks once and leaves nothing open."""
    made = CLIENTS[way][version == 1](api_key="test", max_retries=0)
    try:
        yield made
    finally:
        await settled(made._client_wrapper.httpx_client.httpx_client.aclose() if way != "sync" else made.__exit__(None, None, None))


@ways
def test_v2_says_what_was_said(way: str) -> None:
    said = reply(thinking("Hm."), "Let me look.", tool_call("weather", city="Paris"), "Blue.", citation(document=0))

    async def ask() -> tuple[Any, list[Any]]:
        asked = {"model": "command-a-03-2025", "messages": [USER], "documents": ["The sky is blue."]}
        async with client(way, 2) as co:
            return await settled(co.chat(**asked)), [event async for event in each(co.chat_stream(**asked))]

    with intercept(said) as llm:
        body, events = run(way, ask)
    message = body.message
    assert (body.finish_reason, message.tool_plan) == ("TOOL_CALL", "Let me look.")
    assert [(block.type, getattr(block, block.type)) for block in message.content] == [("thinking", "Hm."), ("text", "Blue.")]
    assert [(call.function.name, call.function.arguments) for call in message.tool_calls] == [("weather", '{"city":"Paris"}')]
    assert [(one.text, one.sources[0].document["text"]) for one in message.citations] == [("Blue.", "The sky is blue.")]
    assert [one for one, _ in pairwise([*kinds(events), None])] == [
        "message-start", "content-start", "content-delta", "content-end", "tool-plan-delta", "tool-call-start", "tool-call-delta",
        "tool-call-end", "content-start", "content-delta", "citation-start", "citation-end", "content-end", "message-end",
    ]  # fmt: skip
    assert events[-1].delta.usage == body.usage
    assert [call.stream for call in llm.calls] == [False, True]


def kinds(events: list[Any]) -> list[str]:
    """The types of events, each run of deltas once."""
    found = [event.type for event in events]
    return [one for index, one in enumerate(found) if index == 0 or one != found[index - 1]]


@ways
def test_v1_says_what_was_said(way: str) -> None:
    async def ask() -> tuple[Any, list[Any]]:
        async with client(way, 1) as co:
            asked = {"message": "Weather?", "documents": [{"text": "The sky is blue."}]}
            return await settled(co.chat(**asked)), [event async for event in each(co.chat_stream(**asked))]

    with intercept(reply("Let me look.", tool_call("weather", city="Paris"), "Blue.", citation(document=0))):
        body, events = run(way, ask)
    assert (body.text, body.finish_reason) == ("Let me look.Blue.", "COMPLETE")
    assert [(call.name, call.parameters) for call in body.tool_calls] == [("weather", {"city": "Paris"})]
    assert (body.citations[0].document_ids, body.documents[0]["text"]) == (["doc_0"], "The sky is blue.")
    found = [event.event_type for event in events]
    assert [one for index, one in enumerate(found) if index == 0 or one != found[index - 1]] == [
        "stream-start", "search-results", "tool-calls-chunk", "tool-calls-generation", "text-generation", "citation-generation",
        "stream-end",
    ]  # fmt: skip
    assert (events[-1].response.text, events[-1].response.tool_calls) == (body.text, body.tool_calls)


@ways
def test_generate_says_what_was_said(way: str) -> None:
    async def ask() -> tuple[Any, list[Any]]:
        async with client(way, 1) as co:
            body = await settled(co.generate(prompt="Say it.", num_generations=2))
            return body, [event async for event in each(co.generate_stream(prompt="Say it."))]

    with intercept("Paris."):
        body, events = run(way, ask)
    assert [one.text for one in body.generations] == ["Paris.", "Paris."]
    assert "".join(event.text for event in events[:-1]) == events[-1].response.generations[0].text == "Paris."


ERRORS = {
    400: cohere.BadRequestError, 401: cohere.UnauthorizedError, 402: ApiError, 403: cohere.ForbiddenError,
    404: cohere.NotFoundError, 408: ApiError, 409: ApiError, 413: ApiError, 422: cohere.UnprocessableEntityError,
    429: cohere.TooManyRequestsError, 498: cohere.InvalidTokenError, 499: cohere.ClientClosedRequestError,
    500: cohere.InternalServerError, 501: cohere.NotImplementedError, 502: ApiError, 503: cohere.ServiceUnavailableError,
    504: cohere.GatewayTimeoutError,
}  # fmt: skip


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize("version", [2, 1])
@pytest.mark.parametrize("status", ERRORS)
def test_an_error_is_the_sdk_s_own(status: int, version: int, stream: bool) -> None:
    asked: dict[str, Any] = {"model": "m", "messages": [USER]} if version == 2 else {"message": "Weather?"}
    co = CLIENTS["sync"][version == 1](api_key="test", max_retries=0)
    with intercept(error(status)), pytest.raises(ApiError) as raised:
        list(co.chat_stream(**asked) if stream else co.chat(**asked))
    assert type(raised.value) is ERRORS[status]
    assert set(raised.value.body) == {"id", "message"}
    assert raised.value.body["message"]
    assert (raised.value.headers or {})["x-debug-trace-id"]


def test_an_error_says_what_was_given() -> None:
    with intercept(error(429, "Slow down.")), pytest.raises(cohere.TooManyRequestsError) as raised:
        v2(max_retries=0).chat(model="m", messages=[USER])
    assert raised.value.body["message"] == "Slow down."


def test_an_unknown_model_is_named() -> None:
    with intercept(error(404)), pytest.raises(cohere.NotFoundError, match="model 'nobody' not found"):
        v2().chat(model="nobody", messages=[USER])


def test_the_sdk_asks_again_at_once() -> None:
    with intercept(error(429), error(503), "Paris.") as llm:
        body = v2().chat(model="m", messages=[USER])
    assert body.message.content[0].text == "Paris."
    assert [call.response and call.response.status for call in llm.calls] == [429, 503, 200]


def test_a_break_in_the_stream_is_the_library_s_own_error() -> None:
    with intercept(reply("Paris", disconnect())):
        stream = v2().chat_stream(model="m", messages=[USER])
        with pytest.raises(httpx.TransportError):
            list(stream)


def test_an_event_from_the_future_stands_where_it_stands_and_the_sdk_skips_it(caplog: pytest.LogCaptureFixture) -> None:
    said = reply("Pa", stream_event({"type": "from-the-future"}, name="from-the-future"), "ris")
    with intercept(said):
        events = [*v2().chat_stream(model="m", messages=[USER])]
    assert "".join(event.delta.message.content.text for event in events if event.type == "content-delta") == "Paris"
    assert [record.message.partition(":")[0] for record in caplog.records if "from-the-future" in record.message] == [
        "Skipping SSE event due to model construction error"
    ]


class Cut(httpx.SyncByteStream):
    """A body in two parts."""

    def __init__(self, body: bytes, at: int) -> None:
        self.parts = (body[:at], body[at:])

    def __iter__(self) -> Any:
        yield from self.parts


def test_events_read_the_same_wherever_they_are_cut() -> None:
    answer = post("/v2/chat", reply(thinking("é\u2028"), "👩‍👩‍👧 \x85", tool_call("now")), stream=True)
    headers = {"content-type": answer.headers["content-type"]}

    def read(at: int) -> list[tuple[str, str]]:
        source = EventSource(httpx.Response(200, headers=headers, stream=Cut(answer.content, at)))
        return [(one.event, one.data) for one in source.iter_sse()]

    whole = read(0)
    assert whole[-1][1] == "[DONE]"
    assert all(read(at) == whole for at in range(len(answer.content)))


def test_writer_s_path_is_cohere_s_on_its_own_hosts_alone() -> None:
    assert isinstance(endpoint_of("POST", "/v1/chat", "cohere"), Cohere)
    assert not isinstance(endpoint_of("POST", "/v1/chat", "writer"), Cohere)
    assert isinstance(endpoint_of("POST", "/v1/chat"), Cohere)
