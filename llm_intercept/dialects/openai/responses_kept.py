"""What OpenAI keeps: responses and conversations, each by its id.

A response is kept as what it was made of, and made again when somebody asks for it: most are never asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from llm_intercept.call import Call
from llm_intercept.dialects.openai.responses_body import cancelled, whole
from llm_intercept.dialects.openai.responses_input import Item, items_of
from llm_intercept.dialects.openai.responses_items import items
from llm_intercept.dialects.openai.responses_style import style_of
from llm_intercept.memory import Past
from llm_intercept.replies.reply import Reply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens

if TYPE_CHECKING:
    from llm_intercept.dialects.dialect import Dialect, Draft

__all__ = ["Batches", "Conversation", "Kept", "completed", "keep", "listed", "named_in", "numbered", "referred"]

#: A history: what was put in, and what came out, in turns.
Batches = tuple[tuple[Item, ...], ...]

#: An id of an item, which begins as its response's does.
_ITEM_ID = re.compile(r"[a-z]+_([0-9a-f]{16})[0-9a-f]{24}")


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A response: what it answers and says, and what writes it."""

    dialect: Dialect
    reply: Reply
    call: Call
    stamp: Stamp
    count: CountTokens
    stopped: bool = False

    @property
    def draft(self) -> Draft:
        """The response before it is written."""
        said = self.reply.said
        return self.dialect.draft(
            self.reply, said, self.call, self.stamp, self.dialect.usage(self.reply, said, self.call, self.count)
        )

    @property
    def given(self) -> tuple[Item, ...]:
        """The items that were put in."""
        return numbered(items_of(self.call.parameters.get("input")), self.stamp)

    @property
    def output(self) -> tuple[Item, ...]:
        """The items that came out."""
        return () if self.stopped else tuple([item.value for item in items(self.draft)])

    @property
    def history(self) -> Batches:
        """All that a next response builds on."""
        return (*(self.call.kept or ()), items_of(self.call.parameters.get("input")), self.output)

    @property
    def body(self) -> dict[str, Any]:
        """The response."""
        return cancelled(self.draft) if self.stopped else completed(self.draft)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation: its history in turns, when it began, what its owner says of it, and whether it was made here."""

    created: int
    metadata: Any
    history: Batches = ()
    made: bool = False

    @property
    def items(self) -> tuple[Item, ...]:
        """All its items, oldest first."""
        return tuple([item for batch in self.history for item in batch])


def completed(draft: Draft) -> dict[str, Any]:
    """A response that is told whole, in a body."""
    told = whole(draft, [item.value for item in items(draft)])
    return {**told, **style_of(draft.call.provider).whole}


def keep(kept: Kept, id: str, past: Past) -> None:  # noqa: A002  (the field's own word)
    """Keep a response under its id, its items within reach of theirs, and both in its conversation."""
    past.keep(id, kept)
    past.keep(f"items {kept.stamp.id('completion', 16)}", kept)
    named = named_in(kept.call.parameters)
    if named is not None:
        known = past.find(named) or Conversation(kept.stamp.created, {})
        past.keep(named, replace(known, history=(*known.history, kept.given, kept.output)))


def named_in(body: Mapping[str, Any]) -> str | None:
    """The conversation that a request names."""
    match body.get("conversation"):
        case str(named) | {"id": str(named)}:
            return named
        case _:
            return None


def referred(item: Item, past: Past) -> Item:
    """The item that a reference means; the reference where nothing is known of it."""
    found = _ITEM_ID.fullmatch(str(item.get("id")))
    kept = past.find(f"items {found[1]}") if found is not None else None
    if kept is None:
        return item
    return next((one for one in (*kept.output, *kept.given) if one.get("id") == item["id"]), item)


#: What an item that was put in has once it is kept, besides an id, by its type.
_SETTLED: Mapping[str, Mapping[str, Any]] = {
    "computer_call_output": {"status": "completed"},
    "custom_tool_call": {"status": "completed"},
    "custom_tool_call_output": {"status": "completed"},
    "function_call": {"status": "completed"},
    "function_call_output": {"status": "completed"},
    "message": {"status": "completed"},
}

#: How an item's id begins, by its type.
_PREFIXES: Mapping[str, str] = {
    "custom_tool_call": "ctc",
    "custom_tool_call_output": "ctco",
    "function_call": "fc",
    "function_call_output": "fco",
    "message": "msg",
    "reasoning": "rs",
}


def numbered(given: tuple[Item, ...], stamp: Stamp) -> tuple[Item, ...]:
    """Items that were put in, as they are kept: each with an id, a message in its full form."""
    return tuple([_kept(item, f"in {index}", stamp) for index, item in enumerate(given)])


def _kept(item: Item, label: str, stamp: Stamp) -> Item:
    kind = str(item.get("type") or ("message" if "role" in item else "item_reference"))
    made = f"{_PREFIXES.get(kind, 'item')}_{stamp.id('completion', 16)}{stamp.id(label, 24)}"
    told = {**_SETTLED.get(kind, {}), **item, "type": kind, "id": item.get("id") or made}
    if kind == "message" and isinstance(item.get("content"), str):
        told["content"] = [_part(item["content"], item.get("role"))]
    return told


def _part(text: str, role: Any) -> dict[str, Any]:
    if role == "assistant":
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    return {"type": "input_text", "text": text}


def listed(found: tuple[Item, ...], asked: Mapping[str, str]) -> dict[str, Any]:
    """A page of items, newest first unless the query says otherwise."""
    ordered = found if asked.get("order") == "asc" else found[::-1]
    after = asked.get("after")
    start = next((index + 1 for index, item in enumerate(ordered) if after and item.get("id") == after), 0)
    limit = int(asked["limit"]) if asked.get("limit", "").isdecimal() else 20
    page = ordered[start : start + limit]
    first, last = (page[0].get("id"), page[-1].get("id")) if page else ("", "")
    return {"object": "list", "data": [*page], "first_id": first, "has_more": start + limit < len(ordered), "last_id": last}
