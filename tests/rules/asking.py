"""One way to ask each real SDK, so that a test is about what is answered and not about how to ask."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import anthropic
import httpx2
import openai
import pytest

__all__ = [
    "CHAT_URL",
    "aask_openai",
    "anthropic_client",
    "ask_anthropic",
    "ask_openai",
    "async_openai_client",
    "openai_client",
    "post",
    "raised_at_the_end",
    "raw_client",
    "text_of",
]

CHAT_URL = "https://api.openai.com/v1/chat/completions"

#: A conversation in no provider's words: (role, text); ("use", name) is an assistant's tool call and ("result", text) its result.
Spoken = list[tuple[str, str]]


@cache
def openai_client(max_retries: int = 0, key: str = "sk-of-the-tests") -> openai.OpenAI:
    return openai.OpenAI(api_key=key, max_retries=max_retries)


@cache
def async_openai_client() -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(api_key="sk-of-the-tests", max_retries=0)


@cache
def anthropic_client(max_retries: int = 0, key: str = "sk-ant-of-the-tests") -> anthropic.Anthropic:
    return anthropic.Anthropic(api_key=key, max_retries=max_retries)


@cache
def raw_client() -> httpx2.Client:
    return httpx2.Client()


def post(body: Any, url: str = CHAT_URL, headers: dict[str, str] | None = None) -> httpx2.Response:
    """The call without an SDK."""
    return raw_client().post(url, json=body, headers=headers)


def raised_at_the_end(kind: type[BaseException], match: str | None = None) -> AbstractContextManager[pytest.ExceptionInfo[Any]]:
    """What the end of a block raises, after all that its body does."""
    return pytest.raises(kind, match=match)


def text_of(response: httpx2.Response) -> str:
    """The text in an OpenAI answer's bytes, streamed or not."""
    if response.headers["content-type"] == "application/json":
        return str(response.json()["choices"][0]["message"]["content"])
    events = [line.removeprefix("data: ") for line in response.text.split("\n\n") if line and line != "data: [DONE]"]
    return "".join(json.loads(event)["choices"][0]["delta"].get("content") or "" for event in events)


def ask_openai(prompt: str = "Capital of France?", *, spoken: Spoken | None = None, **body: Any) -> str:
    """The text of OpenAI's answer to a prompt, or to what was spoken."""
    return _openai_text(openai_client().chat.completions.create(**_openai_body(spoken or [("user", prompt)], body)))


async def aask_openai(prompt: str = "Capital of France?", **body: Any) -> str:
    answer = await async_openai_client().chat.completions.create(**_openai_body([("user", prompt)], body))
    return answer.choices[0].message.content or ""


def ask_anthropic(prompt: str = "Capital of France?", *, spoken: Spoken | None = None, **body: Any) -> str:
    """The text of Anthropic's answer to a prompt, or to what was spoken."""
    spoken = spoken or [("user", prompt)]
    system = "\n\n".join(text for role, text in spoken if role == "system")
    given = {"model": "claude-sonnet-5", "max_tokens": 99, **({"system": system} if system else {}), **body}
    messages = [_anthropic_message(*one) for one in spoken if one[0] != "system"]
    answer = anthropic_client().messages.create(messages=messages, **given)
    if given.get("stream"):
        return "".join(event.delta.text for event in answer if event.type == "content_block_delta")
    return "".join(block.text for block in answer.content if block.type == "text")


def _openai_body(spoken: Spoken, body: dict[str, Any]) -> dict[str, Any]:
    return {"model": "gpt-5", "messages": [_openai_message(*one) for one in spoken], **body}


def _openai_text(answer: Any) -> str:
    if isinstance(answer, openai.Stream):
        return "".join(chunk.choices[0].delta.content or "" for chunk in answer)
    return answer.choices[0].message.content or ""


def _openai_message(role: str, text: str) -> dict[str, Any]:
    if role == "use":
        call = {"id": "call_1", "type": "function", "function": {"name": text, "arguments": json.dumps({"city": "Paris"})}}
        return {"role": "assistant", "content": None, "tool_calls": [call]}
    if role == "result":
        return {"role": "tool", "tool_call_id": "call_1", "content": text}
    return {"role": role, "content": text}


def _anthropic_message(role: str, text: str) -> dict[str, Any]:
    if role == "use":
        return {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": text, "input": {"city": "Paris"}}]}
    if role == "result":
        return {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": text}]}
    return {"role": role, "content": text}
