"""`python -m tests.bench.contract`: what the check of a request costs, against a bare post and against the reading of its JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from time import thread_time
from typing import Any

import httpx2

from llm_intercept import Interceptor
from llm_intercept.contract import Credited, findings, uncredited
from llm_intercept.dialects import ENDPOINTS
from tests.bench.floor import unit_client

__all__ = ["costs"]

#: The most of a bare post that ten messages cost, and of `json.loads` that two megabytes do.
POSTS, READINGS = 0.4, 2.0

_SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
_TEXT = "What is the weather in Paris?"
_BEDROCK = "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse"
_GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent"
_TOOL = {"name": "look", "parameters": _SCHEMA}


def _turns(count: int, text: str) -> list[dict[str, Any]]:
    return [{"role": ("user", "assistant")[index % 2], "content": text} for index in range(count - 1 + count % 2)]


def _parts(count: int, text: str, name: str, model: str) -> list[dict[str, Any]]:
    roles = {"user": "user", "assistant": model}
    return [{"role": roles[turn["role"]], name: [{"text": turn["content"]}]} for turn in _turns(count, text)]


#: Where each wire is, and what is asked there, of so many messages of a text.
WIRES: Mapping[str, tuple[str, Callable[[int, str], dict[str, Any]]]] = {
    "openai chat": ("https://api.openai.com/v1/chat/completions", lambda count, text: {
        "model": "gpt-4o", "messages": _turns(count, text), "tools": [{"type": "function", "function": _TOOL}]}),
    "openai responses": ("https://api.openai.com/v1/responses", lambda count, text: {
        "model": "gpt-4o", "input": _turns(count, text), "tools": [{"type": "function", **_TOOL}]}),
    "anthropic": ("https://api.anthropic.com/v1/messages", lambda count, text: {
        "model": "claude-sonnet-4-5", "max_tokens": 9, "messages": _turns(count, text),
        "tools": [{"name": "look", "input_schema": _SCHEMA}]}),
    "gemini": (_GEMINI, lambda count, text: {
        "contents": _parts(count, text, "parts", "model"), "tools": [{"functionDeclarations": [_TOOL]}]}),
    "bedrock": (_BEDROCK, lambda count, text: {
        "messages": _parts(count, text, "content", "assistant"),
        "toolConfig": {"tools": [{"toolSpec": {"name": "look", "inputSchema": {"json": _SCHEMA}}}]}}),
}  # fmt: skip


def _least(run: Callable[[], Any], times: int, rounds: int) -> float:
    """Seconds of one run, at its best."""
    found = float("inf")
    for _ in range(rounds):
        start = thread_time()
        for _ in range(times):
            run()
        found = min(found, (thread_time() - start) / times)
    return found


def _check(url: str, asked: dict[str, Any]) -> tuple[bytes, Callable[[], Any]]:
    """The body, and what is asked of it each time."""
    llm = Interceptor("Hi", contract="off")
    with httpx2.Client(transport=llm.httpx2_transport, headers={"authorization": "Bearer k"}) as client:
        assert client.post(url, json=asked).status_code == 200
    call = llm.calls.one.call
    dialect = next(one for one in ENDPOINTS if one.name == call.dialect)
    right: Credited = {}
    return call.request.body, lambda: (uncredited(call.request, call.provider, right), findings(dialect, call))


def costs(rounds: int = 30, size: int = 2_000_000) -> Iterator[tuple[str, float, float]]:
    """Each figure: its name, the ratio, and the most that it may be; a large body has so many bytes."""
    with unit_client() as client:
        url = "https://example.com"
        unit = _least(lambda: client.post(url, content=b"{}"), 40, rounds)
        for name, (where, asked) in WIRES.items():
            _, check = _check(where, asked(10, _TEXT))
            yield f"{name}, ten messages", _least(check, 100, rounds) / unit, POSTS
    for name, (where, asked) in WIRES.items():
        for kind, count, text in (("short messages", size // 69, _TEXT), ("long messages", 10, "a" * (size // 10))):
            body, check = _check(where, asked(count, text))
            reading = _least(lambda body=body: json.loads(body), 1, rounds)  # type: ignore[misc]
            yield f"{name}, 2 MB of {kind}", _least(check, 1, rounds) / reading, READINGS


def main() -> int:
    """Measure, print, and judge."""
    found = [*costs()]
    for name, ratio, most in found:
        sys.stdout.write(f"{name:40} {ratio:6.2f} of {most:g}  {'over' if ratio > most else 'ok'}\n")
    return int(any(ratio > most for _, ratio, most in found))


if __name__ == "__main__":
    sys.exit(main())
