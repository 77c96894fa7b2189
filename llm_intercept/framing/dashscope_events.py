"""Server-sent events as DashScope writes them: numbered, without a space after the colons, the HTTP status as a comment.

Reference: https://help.aliyun.com/zh/model-studio/stream
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any, ClassVar

from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import dump
from llm_intercept.wire import Frame, RawHeaders

__all__ = ["DASHSCOPE_EVENTS", "DashScopeEvents"]


class DashScopeEvents(Framing):
    """An event is its number, its name, the status and its data."""

    headers: ClassVar[RawHeaders] = ((b"content-type", b"text/event-stream;charset=UTF-8"), (b"x-dashscope-call-gateway", b"true"))

    def event(self, data: Any, name: str | None = None) -> bytes:
        return _head(name).encode() + dump(data) + b"\n\n"

    def join(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        number = count(1)
        for frame in frames:
            yield b"id:%d\n%b" % (next(number), frame) if isinstance(frame, bytes) else frame


def _head(name: str | None) -> str:
    return f"event:{name or 'result'}\n:HTTP_STATUS/200\ndata:"


DASHSCOPE_EVENTS = DashScopeEvents()
