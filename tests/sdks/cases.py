"""What every SDK hears: replies, and what each must make of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from llm_intercept import reply, tool_call

__all__ = ["FINISHES", "PARIS", "REPLIES", "ROME", "SOME", "Case"]

#: Every finish reason that a reply without tools can have, whatever the wire.
FINISHES = ("stop", "stop_sequence", "length", "tool_calls", "content_filter", "pause", "context_window")

PARIS, ROME = {"city": "Paris"}, {"city": "Rome", "days": [1, 2], "unit": None}


@dataclass(frozen=True)
class Case:
    """A reply, and what every SDK must make of it."""

    reply: Any
    text: str = ""
    tools: tuple[tuple[str, Any], ...] = ()
    finish: str = "stop"
    thought: str = ""
    refusal: str = ""


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

#: Those that a second client of an SDK hears, too.
SOME = ("text", "parallel tool calls", "interleaved")
