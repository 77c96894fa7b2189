"""The entries of a Mistral conversation: how they are read, and how what is said becomes some.

Reference: https://docs.mistral.ai/api/#tag/beta.conversations
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from llm_intercept.call import Message, Role, ToolUse
from llm_intercept.dialects.mistral.envelope import invalid

__all__ = ["Conversation", "Said", "inputs", "messages", "outputs", "text_of"]


class Conversation(NamedTuple):
    """A conversation as its provider keeps it: what it was started with, and its entries."""

    start: Mapping[str, Any]
    created: str
    entries: tuple[dict[str, Any], ...] = ()


class Said(NamedTuple):
    """One passage: `kind` is chunk for a piece of a message, entry for an entry of its own."""

    kind: str
    value: dict[str, Any]


def inputs(given: Any, body: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The entries of a request's inputs; raises `Malformed`."""
    if given is None and "inputs" not in body:
        raise invalid(("body", "inputs"), "missing", "Field required")
    if isinstance(given, str):
        return ({"object": "entry", "type": "message.input", "role": "user", "content": given},)
    if given is not None and (not isinstance(given, list) or not all(isinstance(one, dict) for one in given)):
        raise invalid(("body", "inputs"), "list_type", "Input should be a valid string or list of entries")
    return tuple({"object": "entry", "type": "message.input", **one} for one in given or ())


def text_of(content: Any) -> str:
    """The text of a message's content: a string, or the text chunks of a list."""
    if isinstance(content, str):
        return content
    chunks = content if isinstance(content, list) else ()
    return "".join(str(chunk.get("text", "")) for chunk in chunks if isinstance(chunk, dict) and chunk.get("type") == "text")


def messages(entries: Iterable[Mapping[str, Any]]) -> Iterator[Message]:
    """The messages of some entries; what the assistant said and called in a row is one message."""
    for role, group in groupby(entries, key=_role):
        if role == "assistant":
            said = list(group)
            calls = [one for one in said if one.get("type") == "function.call"]
            uses = tuple(ToolUse(str(one.get("tool_call_id")), str(one.get("name")), one.get("arguments", "")) for one in calls)
            yield Message("assistant", "".join(text_of(one.get("content")) for one in said), uses, raw=said)
        elif role == "tool":
            yield from (Message("tool", str(one.get("result")), (), str(one.get("tool_call_id")), one) for one in group)
        else:
            yield from (Message("user", text_of(one.get("content")), raw=one) for one in group)


def _role(entry: Mapping[str, Any]) -> Role:
    match entry:
        case {"type": "function.result"}:
            return "tool"
        case {"type": "message.input", "role": "assistant"}:
            return "assistant"
        case {"type": "message.input"}:
            return "user"
        case _:
            return "assistant"


def outputs(said: Iterable[tuple[int, Said]]) -> Iterator[tuple[list[int], Said]]:
    """What is said, by numbers, as entries: adjacent chunks are one message."""
    for kind, group in groupby(said, key=lambda one: one[1].kind):
        if kind == "entry":
            yield from (([index], one) for index, one in group)
        else:
            together = list(group)
            chunks = [one.value for _, one in together]
            plain = all(chunk.keys() == {"type", "text"} for chunk in chunks)
            content: Any = "".join(chunk["text"] for chunk in chunks) if plain else chunks
            yield [index for index, _ in together], Said("chunk", {"content": content})
