"""What a reply says as the output items of a response, whatever the provider's style; and what of each streams.

Texts and refusals that stand beside each other are one message.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.openai import logprobs
from llm_intercept.dialects.openai.responses_style import Style, style_of
from llm_intercept.replies.parts import Citation, Media, Native, Refusal, Text, Thinking, ToolCall
from llm_intercept.replies.passages import Passage

__all__ = ["OutputItem", "dicts", "items", "value"]


@dataclass(frozen=True, slots=True)
class OutputItem:
    """An item as it stands in a body.

    `spoken` are, for each text in it that streams, the passages that say it; `silent` is the passage, of pauses and events alone,
    that stands before them, or in place of them.
    """

    value: dict[str, Any]
    spoken: tuple[tuple[Passage, ...], ...] = ()
    silent: Passage | None = None


def value(passage: Passage, index: int, draft: Draft) -> dict[str, Any] | None:
    """A passage as a part of a message's content, or as an item of its own; None for what the wire cannot carry."""
    style, stamp = style_of(draft.call.provider), draft.stamp
    match passage.part:
        case Text(text):
            notes = [_annotation(citation, text) for citation in passage.citations]
            return {"type": "output_text", "annotations": notes, "logprobs": _logprobs(passage, draft), "text": text}
        case Refusal(text):
            return {"type": "refusal", "refusal": text}
        case ToolCall(name, arguments, given):
            call_id = given or style.call_id(stamp, index)
            if any(tool.kind == "custom" and tool.name == name for tool in draft.call.tools):
                made = {"id": style.item_id(stamp, "ctc", index), "type": "custom_tool_call"}
                return {**made, "call_id": call_id, "input": arguments, "name": name}
            made = {"id": style.item_id(stamp, "fc", index), "type": "function_call", "status": "completed"}
            return {**made, "arguments": arguments, "call_id": call_id, "name": name, **_namespace(name, draft.call)}
        case Thinking():
            return _thought(passage.part, index, style, draft)
        case Media("image", data, mime_type):
            return {
                "id": style.item_id(stamp, "ig", index),
                "type": "image_generation_call",
                "status": "completed",
                "background": "opaque",
                "output_format": mime_type.rpartition("/")[2],
                "quality": "high",
                "result": b64encode(data).decode("ascii"),
                "revised_prompt": None,
                "size": "1024x1024",
            }
        case Native(held):
            return dict(held)
        case _:
            return None


def _logprobs(passage: Passage, draft: Draft) -> list[dict[str, Any]]:
    """A text's tokens, the pieces that it streams in, where they are asked for."""
    asked = draft.call.parameters
    if "message.output_text.logprobs" not in (asked.get("include") or ()):
        return []
    tokens = [piece for piece in passage.pieces(draft.chunk_size) if isinstance(piece, str)]
    found: list[dict[str, Any]] = logprobs.openai(tokens, asked.get("top_logprobs") or 0)["content"]
    return found


def _annotation(citation: Citation, text: str) -> dict[str, Any]:
    """Where a text comes from: the page, for the words that are quoted or else for all; or the file."""
    if citation.url is None:
        named = str(citation.document)
        return {"type": "file_citation", "file_id": named, "filename": citation.title or named, "index": len(text)}
    start = max(text.find(citation.quote), 0) if citation.quote else 0
    end = start + len(citation.quote) if citation.quote and citation.quote in text else len(text)
    return {
        "type": "url_citation",
        "end_index": end,
        "start_index": start,
        "title": citation.title or "",
        "url": citation.url,
    }


def _namespace(name: str, call: Call) -> dict[str, Any]:
    """The namespace that a tool is offered in."""
    for tool in call.parameters.get("tools") or ():
        if tool["type"] == "namespace" and any(inner.get("name") == name for inner in tool.get("tools") or ()):
            return {"namespace": tool.get("name")}
    return {}


def _thought(part: Thinking, index: int, style: Style, draft: Draft) -> dict[str, Any]:
    item: dict[str, Any] = {"id": style.item_id(draft.stamp, "rs", index), "type": "reasoning", "summary": [], **style.thought}
    shown = part.text if not part.redacted else ""
    if style.aloud:
        item["content"] = [{"type": "reasoning_text", "text": shown}] if shown else []
    elif shown:
        item["summary"] = [{"type": "summary_text", "text": shown}]
    asked = "reasoning.encrypted_content" in (draft.call.parameters.get("include") or ())
    if part.signature is not None or part.redacted or (asked and not style.aloud):
        item["encrypted_content"] = part.signature or "gAAAAAB" + draft.stamp.id(f"sealed {index}", 32)
    return item


def items(draft: Draft) -> list[OutputItem]:
    """The output items of a draft."""
    found: list[OutputItem] = []
    said = enumerate(zip(draft.passages, draft.values, strict=True))
    for beside, run in groupby(said, key=lambda one: isinstance(one[1][0].part, Text | Refusal)):
        if beside:
            found.append(_message([*run], draft))
        else:
            found += [_item(passage, held) for _, (passage, held) in run]
    cut = draft.finish != "completed" and found and not isinstance(draft.passages[-1].part, Native)
    if cut and "status" in found[-1].value:
        found[-1] = replace(found[-1], value={**found[-1].value, "status": "incomplete"})
    return found


def _message(run: list[tuple[int, tuple[Passage, dict[str, Any]]]], draft: Draft) -> OutputItem:
    """A message; texts up to a citation and after it are one part."""
    style = style_of(draft.call.provider)
    content: list[dict[str, Any]] = []
    spoken: list[tuple[Passage, ...]] = []
    for kind, parts in groupby((pair for _, pair in run), key=lambda pair: pair[1]["type"]):
        if kind == "refusal":
            for passage, held in parts:
                content.append(held)
                spoken.append((passage,))
        else:
            texts = [*parts]
            content.append(_joined([held for _, held in texts]))
            spoken.append(tuple([passage for passage, _ in texts]))
    made = {"id": style.item_id(draft.stamp, "msg", run[0][0]), "type": "message", "status": "completed"}
    return OutputItem({**made, "content": content, **style.message, "role": "assistant"}, tuple(spoken))


def _joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Texts as one, their annotations moved to where each now stands."""
    if len(parts) == 1:
        return parts[0]
    whole: dict[str, Any] = {"type": "output_text", "annotations": [], "logprobs": [], "text": ""}
    for part in parts:
        at = len(whole["text"])
        for note in part["annotations"]:
            whole["annotations"].append({key: note[key] + at if key in _PLACES else note[key] for key in note})
        whole["logprobs"] += part["logprobs"]
        whole["text"] += part["text"]
    return whole


_PLACES = ("start_index", "end_index", "index")


def _item(passage: Passage, held: dict[str, Any]) -> OutputItem:
    match passage.part:
        case Native():
            texts = tuple([(_saying(text),) for text in _texts(held)])
            return OutputItem(held, texts, passage)
        case ToolCall():
            return OutputItem(held, ((passage,),))
        case Thinking() if held["summary"] or held.get("content"):
            return OutputItem(held, ((passage,),))
        case _:
            return OutputItem(held, (), passage)


def _saying(text: str) -> Passage:
    return Passage(Text(text), (Text(text),))


def dicts(held: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The objects of a list under a key, as far as there are some: nobody checked what is given as it stands."""
    found = held.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _texts(held: Mapping[str, Any]) -> Iterator[str]:
    """The texts of an item given as it stands that stream."""
    read = _STREAMED.get(str(held.get("type")))
    return (str(text or "") for text in (read(held) if read else ()))


#: The texts that stream, by the item's type, in their order.
_STREAMED: Mapping[str, Callable[[Mapping[str, Any]], Iterable[Any]]] = {
    "code_interpreter_call": lambda item: (item.get("code"),),
    "custom_tool_call": lambda item: (item.get("input"),),
    "function_call": lambda item: (item.get("arguments"),),
    "mcp_call": lambda item: (item.get("arguments"),),
    "message": lambda item: [part.get("text") or part.get("refusal") for part in dicts(item, "content")],
    "reasoning": lambda item: [part.get("text") for key in ("summary", "content") for part in dicts(item, key)],
}
