"""What every wire is told to say. What one of them cannot say stands in `exceptions.UNSAID`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llm_intercept import audio, citation, image, pause, refusal, reply, thinking, tool_call
from llm_intercept.replies.reply import FINISHES

__all__ = ["BRIEF", "REPLIES"]

PARIS = {"city": "Paris", "days": [1, 2.5, None, True], "nested": {"text": "naïve 👩‍👩‍👧"}}

TEXTS: Mapping[str, Any] = {
    "text": "Paris, of course.",
    "empty text": "",
    "no part": reply(),
    "hard text": '\x00 \x85 \u2028 \n\n 👩‍👩‍👧 "',
    "one piece": reply("Paris", chunk_size=100),
    "given chunks": reply("Paris", chunks=["Pa", pause(0.0), "", "ris"]),
    "an object": {"city": "Paris"},
    "cut JSON": reply('{"city": "Par', finish="length"),
    "given names": reply("Hi", id="id-7", model="m-7"),
    "given usage": reply("Hi", usage={"input": 100, "output": 9}),
    "given usage, cached": reply("Hi", usage={"input": 100, "output": 9, "cached": 60}),
    "given usage, written to a cache": reply("Hi", usage={"input": 100, "output": 9, "cached": 60, "cache_write": 30}),
    "given usage, reasoned": reply("Hi", usage={"input": 100, "output": 9, "reasoning": 4}),
    **{f"finish {name}": reply("Hi", finish=name) for name in sorted(FINISHES)},
}

CALLS: Mapping[str, Any] = {
    "tool call": tool_call("weather", PARIS),
    "tool call without arguments": tool_call("now"),
    "tool call with an id": tool_call("now").with_id("call7abcd"),
    "parallel tool calls": reply(tool_call("weather", PARIS), tool_call("weather", city="Rome"), tool_call("now")),
    "text and tool call": reply("Let me look.", tool_call("weather", PARIS)),
    "interleaved": reply("One. ", tool_call("weather", PARIS), "Two. ", tool_call("now"), "Three."),
    "a tool that was not offered": tool_call("launch", now=True),
    "malformed arguments": tool_call("weather", '{"city'),
    "arguments of nothing": tool_call("weather", ""),
}

PARTS: Mapping[str, Any] = {
    "thinking": reply(thinking("A city."), "Paris."),
    "signed thinking": reply(thinking("A city.", signature="c2ln"), "Paris."),
    "redacted thinking": reply(thinking(redacted=True), "Paris."),
    "thinking alone": thinking("Hm."),
    "thinking and tool call": reply(thinking("Hm."), tool_call("now")),
    "thinking twice": reply(thinking("Hm."), "Paris. ", thinking("Or?"), "Rome."),
    "refusal": refusal("I cannot help with that."),
    "refusal after text": reply("Well, ", refusal("no.")),
    "refusal with a category": refusal("I cannot help with that.", category="cyber"),
    "page cited": reply("Blue.", citation(url="https://a.test/b", title="A", quote="blue"), " So it is."),
    "page cited by its address": reply("Blue.", citation(url="https://a.test/b")),
    "document cited": reply("Blue.", citation(document=0, quote="blue"), " So it is."),
    "image": reply("Here: ", image(b"png")),
    "sound": audio(b"RIFF" * 600, transcript="Hello."),
    "sound without words": audio(b"RIFF" * 600),
}

REPLIES: Mapping[str, Any] = {**TEXTS, **CALLS, **PARTS}

#: What is said to every request, and not to the plain one alone, where time is short.
BRIEF = ("text", "tool call", "thinking", "refusal", "page cited", "document cited", "sound", "finish length")
