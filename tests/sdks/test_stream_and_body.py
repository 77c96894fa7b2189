"""One reply means the same in both forms: the stream that the SDK accumulates equals the answer that is not streamed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import anthropic
import httpx2
import openai
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llm_intercept import Interceptor, reply, tool_call
from tests.sdks.clients import SDKS, asking
from tests.sdks.ways import WAYS, run

#: Made for this reply alone, or a state of the stream: nothing of the meaning.
ASIDE = {"id", "created", "system_fingerprint", "_request_id", "parsed", "parsed_arguments", "parsed_output", "index"}

CLUSTERS = [
    *(
        "👩‍👩‍👧‍👦",
        "🏳️‍🌈",
        "👍🏽",
        "🇫🇷",
        "🇫",
        "e\u0301",
        "n\u0303\u0323",
        "שלום",
        "مرحبا",
        "\u202e",
        "\u200d",
        "\u200b",
        "한국",
        "नमस्ते",
    ),
    *("\r\n", "\n", "\r", "\n\n", "\u2028", "\x85", "\x00", "\ufeff", "\U0010ffff"),
    *("data: ", "[DONE]", "\\", '"', "{}", "</s>"),
]

texts = st.lists(st.sampled_from(CLUSTERS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=8).map("".join)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
calls = st.builds(tool_call, st.from_regex(r"\A[a-zA-Z_]{1,12}\Z"), st.dictionaries(texts, json_values, max_size=3))
parts = st.lists(texts | calls, min_size=1, max_size=5)
sizes = st.lists(st.integers(1, 40), min_size=1, max_size=6)


class Cut(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body cut into pieces of given sizes, over and over, wherever that falls."""

    def __init__(self, body: bytes, sizes: list[int]) -> None:
        self.pieces = self._cut(body, sizes)

    @staticmethod
    def _cut(body: bytes, sizes: list[int]) -> Iterator[bytes]:
        at = 0
        for size in cycle(sizes):
            if at >= len(body):
                return
            yield body[at : at + size]
            at += size

    def __iter__(self) -> Iterator[bytes]:
        return self.pieces

    async def __aiter__(self) -> Any:
        for piece in self.pieces:
            yield piece


class Cutting(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """What the interceptor's transport sends, cut anew."""

    def __init__(self, llm: Interceptor, sizes: list[int]) -> None:
        self.inner, self.sizes = llm.httpx2_transport, sizes

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = self.inner.handle_request(request)
        return self.cut(response, b"".join(response.stream))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self.inner.handle_async_request(request)
        return self.cut(response, b"".join([piece async for piece in response.stream]))

    def cut(self, response: httpx2.Response, body: bytes) -> httpx2.Response:
        return httpx2.Response(
            response.status_code, headers=response.headers, stream=Cut(body, self.sizes), extensions=response.extensions
        )


MAKERS = {
    ("openai", "sync"): lambda transport: openai.OpenAI(api_key="k", http_client=httpx2.Client(transport=transport), max_retries=0),
    ("openai", "async"): lambda transport: openai.AsyncOpenAI(
        api_key="k", http_client=httpx2.AsyncClient(transport=transport), max_retries=0
    ),
    ("anthropic", "sync"): lambda transport: anthropic.Anthropic(
        api_key="k", http_client=httpx2.Client(transport=transport), max_retries=0
    ),
    ("anthropic", "async"): lambda transport: anthropic.AsyncAnthropic(
        api_key="k", http_client=httpx2.AsyncClient(transport=transport), max_retries=0
    ),
}


def client(name: str, transport: Any, way: str = "sync") -> Any:
    """A client over one transport."""
    return MAKERS[name, "sync" if way == "sync" else "async"](transport)


def meaning(value: Any) -> Any:
    """A completion without what is made for one reply alone, and without what says nothing."""
    if hasattr(value, "model_dump"):
        return meaning(value.model_dump(warnings=False))
    if isinstance(value, dict):
        return {key: meaning(inner) for key, inner in value.items() if key not in ASIDE and inner not in (None, [])}
    if isinstance(value, list):
        return [meaning(inner) for inner in value]
    return value


def heard(name: str, transport: Any, form: str, way: str = "sync", **request: Any) -> Any:
    """What the SDK makes of one form."""
    return meaning(run(way, lambda: asking(name).completed(client(name, transport, way), form, **request)))


@pytest.mark.parametrize("form", ["stream", "helper"])
@pytest.mark.parametrize("name", SDKS)
@settings(max_examples=40, deadline=None)
@given(said=parts, size=st.integers(1, 5))
@example(said=[""], size=1)
@example(said=["👩‍👩‍👧‍👦e\u0301\r\n", tool_call("f", {"🏳️‍🌈": "\u202e"}), "שלום"], size=1)
def test_the_accumulated_stream_is_the_body(name: str, form: str, said: list[Any], size: int) -> None:
    llm = Interceptor(reply(*said, chunk_size=size))
    body = heard(name, llm.httpx2_transport, "body")
    assert heard(name, llm.httpx2_transport, form) == body
    assert body["usage"]


@pytest.mark.parametrize("n", [2, 3])
@settings(max_examples=12, deadline=None)
@given(said=parts)
def test_the_accumulated_stream_of_n_choices_is_the_body(n: int, said: list[Any]) -> None:
    llm = Interceptor(reply(*said))
    assert heard("openai", llm.httpx2_transport, "stream", n=n) == heard("openai", llm.httpx2_transport, "body", n=n)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", ["body", "stream", "helper"])
@pytest.mark.parametrize("name", SDKS)
@pytest.mark.filterwarnings("ignore:Async generator 'openai:ResourceWarning")  # openai's own, over any transport
@settings(max_examples=8, deadline=None)
@given(said=parts, sizes=sizes)
@example(said=["👩‍👩‍👧‍👦 naïve\n\n", tool_call("f", {"a": "é"})], sizes=[1])
def test_bytes_cut_anywhere_mean_the_same(name: str, form: str, way: str, said: list[Any], sizes: list[int]) -> None:
    llm = Interceptor(reply(*said))
    assert heard(name, Cutting(llm, sizes), form, way) == heard(name, llm.httpx2_transport, form, way)


@pytest.mark.parametrize("name", SDKS)
@settings(max_examples=25, deadline=None)
@given(text=texts)
def test_text_is_delivered_as_it_is(name: str, text: str) -> None:
    llm = Interceptor(reply(text, chunk_size=1))
    for form in ("body", "stream"):
        said = run("sync", lambda form=form: asking(name).ask(client(name, llm.httpx2_transport), form))
        assert said.choices[0].text == text


@pytest.mark.parametrize("name", SDKS)
@pytest.mark.parametrize(
    "arguments", ['{"a": 1, "a": 2}', '{"n": 123456789012345678901234567890}', '{"f": 1e3, "g": 1.10}', '{"u": "\\u00e9"}']
)
def test_raw_arguments_mean_the_same_in_both_forms(name: str, arguments: str) -> None:
    llm = Interceptor(reply(tool_call("f", arguments)))
    body = heard(name, llm.httpx2_transport, "body")
    assert heard(name, llm.httpx2_transport, "stream") == body
    assert heard(name, llm.httpx2_transport, "helper") == body


@pytest.mark.parametrize("name", SDKS)
@pytest.mark.parametrize("form", ["body", "stream"])
def test_a_lone_surrogate_reaches_the_sdk_as_it_is(name: str, form: str) -> None:
    llm = Interceptor("cut \ud83d here")
    said = run("sync", lambda: asking(name).ask(client(name, llm.httpx2_transport), form))
    assert said.choices[0].text == "cut \ud83d here"
