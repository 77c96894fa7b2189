"""Whatever the text and the chunk size: the stream says what the body says, and decodes alike at any split."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import httpx2
import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.lib.streaming.chat import ChatCompletionStreamState

from llm_intercept import Interceptor, reply, thinking, tool_call
from tests.dialects.openai.asked import CHATS, accumulated, chat
from tests.dialects.openai.test_flavours import comparable

TEXT = st.text(max_size=40)
ASKED: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "?"}]}


@pytest.mark.parametrize("who", ["openai", "groq", "mistral", "openrouter", "perplexity", "azure"])
@settings(max_examples=25, deadline=None)
@given(before=TEXT, after=TEXT, arguments=TEXT, size=st.integers(1, 9), n=st.integers(1, 3))
def test_the_stream_says_what_the_body_says(who: str, before: str, after: str, arguments: str, size: int, n: int) -> None:
    said = reply(before, tool_call("f", arguments), after, chunk_size=size)
    body, stream = chat(who, said, n=n), chat(who, said, n=n, stream=True)
    assert comparable(accumulated(stream)) == comparable(body.json["choices"][0]["message"])


@settings(max_examples=25, deadline=None)
@given(thought=TEXT, text=TEXT, size=st.integers(1, 9))
def test_a_thought_streams_as_it_stands_in_a_body(thought: str, text: str, size: int) -> None:
    for who in ("deepseek", "groq", "openrouter", "perplexity"):
        said = reply(thinking(thought), text, chunk_size=size)
        body, stream = chat(who, said), chat(who, said, stream=True)
        ours, theirs = (comparable(one) for one in (accumulated(stream), body.json["choices"][0]["message"]))
        if not thought:  # an empty thought brings no delta
            theirs.pop("reasoning_details", None)
        assert ours == theirs


@settings(max_examples=25, deadline=None)
@given(text=TEXT, cuts=st.lists(st.integers(1, 3000), max_size=6))
def test_the_sdk_reads_the_same_wherever_the_bytes_are_split(text: str, cuts: list[int]) -> None:
    whole = chat("openai", reply(text, tool_call("f", x=text)), stream=True).body
    at = [0, *sorted({cut for cut in cuts if cut < len(whole)}), len(whole)]
    pieces = [whole[start:end] for start, end in pairwise(at)]

    def finished(frames: list[bytes]) -> Any:
        def send(_: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=iter(frames))

        with httpx2.Client(transport=httpx2.MockTransport(send)) as http:
            state = ChatCompletionStreamState()
            for chunk in openai.OpenAI(api_key="k", http_client=http).chat.completions.create(stream=True, **ASKED):
                state.handle_chunk(chunk)
            return state.get_final_completion()

    assert finished(pieces) == finished([whole])


def test_the_urls_are_those_of_different_providers() -> None:
    llm = Interceptor("Hi")
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        for url in CHATS.values():
            client.post(url, json=ASKED)
    assert {call.provider for call in llm.calls} >= {"openai", "azure", "groq", "deepinfra", "nvidia", "writer", "databricks"}
