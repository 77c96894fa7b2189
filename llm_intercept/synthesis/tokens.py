"""Token counts, estimated: one token for each four bytes of UTF-8, rounded up. No vocabulary is downloaded."""

from __future__ import annotations

from collections.abc import Callable

from llm_intercept.call import Call
from llm_intercept.framing.json import dump
from llm_intercept.replies.parts import Embedding, Media, Refusal, Text, Thinking, ToolCall, Transcript
from llm_intercept.replies.passages import Passage

__all__ = ["CountTokens", "asked", "estimate", "said"]

CountTokens = Callable[[str], int]

#: What a provider adds to each message for its role, and to the whole for the answer's start.
_PER_MESSAGE, _PER_CALL = 4, 3


def estimate(text: str) -> int:
    """The estimate for one text."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return (size + 3) // 4


def asked(call: Call, count: CountTokens = estimate) -> int:
    """Tokens of the messages, their tool calls and the tools on offer."""
    messages = call.messages
    texts = [message.text for message in messages]
    if count is estimate:  # of a long history, without a call for each of its texts
        total = sum([(len(text) + 3) // 4 if text.isascii() else estimate(text) for text in texts])
    else:
        total = sum(map(count, texts))
    total += _PER_CALL + _PER_MESSAGE * len(messages)
    for use in [use for message in messages if message.tool_uses for use in message.tool_uses]:
        total += count(use.name) + count(use.arguments if isinstance(use.arguments, str) else dump(use.arguments).decode())
    for tool in call.tools:
        total += count(tool.name) + count(tool.description) + count(dump(dict(tool.parameters)).decode())
    return total


def said(passages: tuple[Passage, ...], count: CountTokens = estimate) -> tuple[int, int]:
    """Tokens of what is said, at least one, and how many of them are thought."""
    total = reasoning = 0
    for passage in passages:
        match passage.part:
            case Text(text) | Refusal(text) | Media(transcript=text) | Transcript(text):
                total += count(text)
            case ToolCall(name, arguments):
                total += count(name) + count(arguments)
            case Thinking(text):
                reasoning += count(text)
            case Embedding():
                continue  # nothing is said in words
            case native:
                total += count(dump(native.value).decode())
    return max(total + reasoning, 1), reasoning
