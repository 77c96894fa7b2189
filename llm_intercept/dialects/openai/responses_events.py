"""The events of a streamed response, each with its number.

Reference: https://platform.openai.com/docs/api-reference/responses-streaming
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import dropwhile, islice
from typing import Any

from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.openai.responses_body import begun, whole
from llm_intercept.dialects.openai.responses_items import OutputItem, dicts, items
from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import HOLE, MARK, dumps
from llm_intercept.replies.passages import Passage
from llm_intercept.wire import Frame

__all__ = ["events", "resumed"]

#: Where an event's number goes.
_NUMBER = f"{MARK} number\0"
_NUMBER_BYTES = dumps(_NUMBER).encode()


class _Numbered:
    """Makes events, and numbers them; `last` is the last number given."""

    __slots__ = ("_framing", "last")

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self.last = -1

    def event(self, kind: str, **data: Any) -> bytes:
        self.last += 1
        return self._framing.event({"type": kind, **data, "sequence_number": self.last}, kind)

    def filler(self, kind: str, **data: Any) -> Callable[[str], bytes]:
        """A maker of events that differ in one text and their number alone, which stands as far from the end in all."""
        fill = self._framing.filler({"type": kind, **data, "sequence_number": _NUMBER}, kind)
        empty = fill("")
        at = empty.rindex(_NUMBER_BYTES) - len(empty)
        end = empty[at + len(_NUMBER_BYTES) :]

        def numbered(piece: str) -> bytes:
            self.last += 1
            return b"%b%d%b" % (fill(piece)[:at], self.last, end)

        return numbered


def events(draft: Draft) -> Iterator[Frame]:
    """All events of a response."""
    return _events(draft, _Numbered(draft.framing))


def resumed(draft: Draft, after: int) -> Iterator[Frame]:
    """Those after a number."""
    to = _Numbered(draft.framing)
    return dropwhile(lambda _: to.last <= after, _events(draft, to))


def _events(draft: Draft, to: _Numbered) -> Iterator[Frame]:
    if draft.call.parameters.get("background") is True:
        yield to.event("response.created", response=begun(draft, "queued"))
        yield to.event("response.queued", response=begun(draft, "queued"))
    else:
        yield to.event("response.created", response=begun(draft, "in_progress"))
    yield to.event("response.in_progress", response=begun(draft, "in_progress"))
    output = items(draft)
    for index, item in enumerate(output):
        yield from _item(to, item, index, draft.chunk_size)
    told = whole(draft, [item.value for item in output])
    yield to.event(f"response.{told['status']}", response=told)


def _item(to: _Numbered, item: OutputItem, index: int, size: int) -> Iterator[Frame]:
    held = item.value
    kind = str(held.get("type"))
    where = {"item_id": str(held.get("id")), "output_index": index}
    before, after = _STEPS.get(kind, ((), ()))
    yield to.event("response.output_item.added", item=_opening(held, kind), output_index=index)
    for step in before:
        yield to.event(f"response.{kind}.{step}", **where)
    if item.silent is not None:
        yield from (piece for piece in item.silent.pieces(size) if not isinstance(piece, str))
    match kind:
        case "message":
            yield from _message(to, item, where, size)
        case "reasoning":
            yield from _reasoning(to, item, where, size)
        case _ if kind in _ARGUMENTS:
            yield from _arguments(to, item, kind, where, size)
    for step in after:
        yield to.event(f"response.{kind}.{'failed' if held.get('error') and step == 'completed' else step}", **where)
    yield to.event("response.output_item.done", item=held, output_index=index)


#: What happens to an item of the provider's own before its text, if it has one, and after it.
_STEPS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "code_interpreter_call": (("in_progress",), ("interpreting", "completed")),
    "file_search_call": (("in_progress", "searching"), ("completed",)),
    "image_generation_call": (("in_progress", "generating"), ("completed",)),
    "mcp_call": (("in_progress",), ("completed",)),
    "mcp_list_tools": (("in_progress",), ("completed",)),
    "web_search_call": (("in_progress", "searching"), ("completed",)),
}

#: Where an item that calls something streams its text: the event, and the key in the item.
_ARGUMENTS: Mapping[str, tuple[str, str]] = {
    "code_interpreter_call": ("response.code_interpreter_call_code", "code"),
    "custom_tool_call": ("response.custom_tool_call_input", "input"),
    "function_call": ("response.function_call_arguments", "arguments"),
    "mcp_call": ("response.mcp_call_arguments", "arguments"),
}

#: Who tells the name again at the end of its text: openai 2's models demand it.
_NAMED = frozenset({"function_call"})

#: What an item has at its start in place of what is about to come, by its type.
_EMPTY: Mapping[str, Mapping[str, Any]] = {
    "code_interpreter_call": {"code": ""},
    "custom_tool_call": {"input": ""},
    "function_call": {"arguments": ""},
    "image_generation_call": {"result": None},
    "mcp_call": {"arguments": "", "output": None, "error": None},
    "message": {"content": []},
    "reasoning": {"content": [], "summary": []},
}


def _opening(held: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """An item as it stands at its start: it has the same keys."""
    empty = {"status": "in_progress", **_EMPTY.get(kind, {})}
    return {key: empty.get(key, told) for key, told in held.items()}


def _streamed(to: _Numbered, said: tuple[Passage, ...], size: int, kind: str, **where: Any) -> Iterator[Frame]:
    """The deltas of one text."""
    fill = to.filler(f"{kind}.delta", delta=HOLE, **where)
    for passage in said:
        for piece in passage.pieces(size):
            yield fill(piece) if isinstance(piece, str) else piece


def _message(to: _Numbered, item: OutputItem, where: Mapping[str, Any], size: int) -> Iterator[Frame]:
    for index, (part, said) in enumerate(zip(dicts(item.value, "content"), item.spoken, strict=True)):
        at = {**where, "content_index": index}
        if part.get("type") == "refusal":
            yield to.event("response.content_part.added", **at, part={**part, "refusal": ""})
            yield from _streamed(to, said, size, "response.refusal", **at)
            yield to.event("response.refusal.done", refusal=part.get("refusal"), **at)
        else:
            yield to.event("response.content_part.added", **at, part={**part, "annotations": [], "logprobs": [], "text": ""})
            yield from _text(to, part, said, at, size)
        yield to.event("response.content_part.done", **at, part=part)


def _text(to: _Numbered, part: dict[str, Any], said: tuple[Passage, ...], at: Mapping[str, Any], size: int) -> Iterator[Frame]:
    """A text's deltas, each passage's annotations after it."""
    notes, tokens = enumerate(dicts(part, "annotations")), dicts(part, "logprobs")
    probable = iter([_bare(token) for token in tokens])
    fill = to.filler("response.output_text.delta", delta=HOLE, logprobs=[], **at)
    for passage in said:
        for piece in passage.pieces(size):
            if not isinstance(piece, str):
                yield piece
            elif tokens:
                yield to.event("response.output_text.delta", delta=piece, logprobs=[*islice(probable, 1)], **at)
            else:
                yield fill(piece)
        for number, note in islice(notes, len(passage.citations)):
            yield to.event("response.output_text.annotation.added", annotation=note, annotation_index=number, **at)
    for number, note in notes:
        yield to.event("response.output_text.annotation.added", annotation=note, annotation_index=number, **at)
    yield to.event("response.output_text.done", text=part.get("text"), logprobs=[_bare(token) for token in tokens], **at)


def _bare(token: Mapping[str, Any]) -> dict[str, Any]:
    """A token as events tell it: without its bytes."""
    top = [{"token": one.get("token"), "logprob": one.get("logprob")} for one in dicts(token, "top_logprobs")]
    return {"token": token.get("token"), "logprob": token.get("logprob"), "top_logprobs": top}


def _reasoning(to: _Numbered, item: OutputItem, where: Mapping[str, Any], size: int) -> Iterator[Frame]:
    """A summary's parts, then the thoughts themselves."""
    spoken = iter(item.spoken)
    for key, place, part_event, text_event in _THOUGHTS:
        for index, (part, said) in enumerate(zip(dicts(item.value, key), spoken)):  # noqa: B905  (the rest is the next key's)
            at = {**where, place: index}
            yield to.event(f"{part_event}.added", **at, part={**part, "text": ""})
            yield from _streamed(to, said, size, text_event, **at)
            yield to.event(f"{text_event}.done", text=part.get("text"), **at)
            yield to.event(f"{part_event}.done", **at, part=part)


#: Where thoughts stand: the item's key, the name of a place in it, the event of a part, and that of its text.
_THOUGHTS = (
    ("summary", "summary_index", "response.reasoning_summary_part", "response.reasoning_summary_text"),
    ("content", "content_index", "response.content_part", "response.reasoning_text"),
)


def _arguments(to: _Numbered, item: OutputItem, kind: str, where: Mapping[str, Any], size: int) -> Iterator[Frame]:
    event, key = _ARGUMENTS[kind]
    yield from _streamed(to, item.spoken[0], size, event, **where)
    named = {"name": item.value.get("name")} if kind in _NAMED else {}
    yield to.event(f"{event}.done", **named, **{key: item.value.get(key)}, **where)
