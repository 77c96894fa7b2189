"""The content blocks of a conversation: how each stands in a body, and how it streams.

References: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html,
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlockDelta.html
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from llm_intercept.framing.json import HOLE, dumps
from llm_intercept.replies.parts import Citation, Media, Thinking

__all__ = ["Beside", "Block", "cited", "drawn", "heard", "native_block", "spoken", "thought", "tool_used"]


@dataclass(frozen=True, slots=True)
class Block:
    """One block.

    `value` is what it is in a body; in a stream, `start` announces it, if anything does, its text streams in the delta that has a
    `hole`, and whole deltas come `after`: None where a stream has no form for it.
    """

    value: Mapping[str, Any]
    start: Mapping[str, Any] | None = None
    hole: Mapping[str, Any] | None = None
    after: tuple[Mapping[str, Any], ...] | None = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the message: keys of the body, and, in a stream, of the event that each belongs to."""

    keys: Mapping[str, Any]

    def of(self, event: str) -> dict[str, Any]:
        """The keys of one event."""
        return {key: value for key, value in self.keys.items() if _BESIDE[key] == event}


#: Which event has what stands beside the message in a body.
_BESIDE: Mapping[str, str] = {
    "additionalModelResponseFields": "messageStop",
    "performanceConfig": "metadata",
    "serviceTier": "metadata",
    "stopReason": "messageStop",
    "trace": "metadata",
}

_IMAGES = {"image/png": "png", "image/jpeg": "jpeg", "image/gif": "gif", "image/webp": "webp"}

_SOUNDS = {
    "audio/wav": "wav", "audio/x-wav": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3", "audio/ogg": "ogg", "audio/opus": "opus",
    "audio/flac": "flac", "audio/aac": "aac", "audio/mp4": "mp4", "audio/webm": "webm", "audio/pcm": "pcm",
}  # fmt: skip


def spoken(text: str) -> Block:
    """Text."""
    return Block({"text": text}, hole={"text": HOLE})


def cited(text: str, citations: tuple[Citation, ...]) -> Block:
    """Text that says where it comes from."""
    sources = [_citation(one) for one in citations]
    value = {"citationsContent": {"content": [{"text": text}], "citations": sources}}
    return Block(value, hole={"text": HOLE}, after=tuple({"citation": source} for source in sources))


def tool_used(id: str, name: str, arguments: Any) -> Block:  # noqa: A002  (the field's own word)
    """A tool call."""
    named = {"toolUseId": id, "name": name}
    return Block({"toolUse": {**named, "input": arguments}}, {"toolUse": named}, {"toolUse": {"input": HOLE}})


def thought(thinking: Thinking, signature: str | None) -> Block:
    """A thought, signed where its model signs, or the token that stands for it."""
    if thinking.redacted:
        hidden = {"reasoningContent": {"redactedContent": b64encode((signature or "").encode()).decode()}}
        return Block(hidden, after=(hidden,))
    signed = {} if signature is None else {"signature": signature}
    return Block(
        {"reasoningContent": {"reasoningText": {"text": thinking.text, **signed}}},
        hole={"reasoningContent": {"text": HOLE}},
        after=({"reasoningContent": signed},) if signed else (),
    )


def drawn(media: Media) -> Block | None:
    """An image; None for one of a kind that no model draws."""
    form = _IMAGES.get(media.mime_type)
    return None if form is None else _image({"format": form, "source": _source(media)})


def heard(media: Media) -> Block | None:
    """A sound, which has no words beside it; None for one that has, and for one of a kind that no model makes."""
    form = _SOUNDS.get(media.mime_type)
    unsaid = form is None or media.transcript
    return None if unsaid else Block({"audio": {"format": form, "source": _source(media)}}, after=None)


def _image(image: Mapping[str, Any]) -> Block:
    start = {"image": {"format": image.get("format")}}
    return Block({"image": image}, start, after=({"image": {"source": image.get("source")}},))


def _source(media: Media) -> dict[str, str]:
    return {"bytes": b64encode(media.data).decode()}


def _citation(citation: Citation) -> dict[str, Any]:
    url, document = citation.url, citation.document
    found: dict[str, Any] = {} if citation.title is None else {"title": citation.title}
    if isinstance(document, str):
        found["source"] = document
    elif document is not None and url is not None:
        found["source"] = url
    if citation.quote is not None:
        found["sourceContent"] = [{"text": citation.quote}]
    if isinstance(document, int):
        found["location"] = {"documentChar": {"documentIndex": document, "start": 0, "end": len(citation.quote or "")}}
    elif url is not None:
        found["location"] = {"web": {"url": url, "domain": urlsplit(url).hostname or ""}}
    return found


def native_block(value: Mapping[str, Any]) -> Block | Beside:
    """A piece in Bedrock's own shape: a content block, or what stands beside the message."""
    match value:
        case {"text": str() as text}:
            return Block(value, after=({"text": text},))
        case {"toolUse": {"input": arguments, **rest}}:
            return Block(value, {"toolUse": rest}, after=({"toolUse": {"input": dumps(arguments)}},))
        case {"toolResult": {"content": list(content), **rest}}:
            return Block(value, {"toolResult": rest}, after=({"toolResult": content},))
        case {"reasoningContent": {"reasoningText": dict(parts)}}:
            return Block(value, after=tuple({"reasoningContent": {key: part}} for key, part in parts.items()))
        case {"reasoningContent": {"redactedContent": _}}:
            return Block(value, after=(value,))
        case {"citationsContent": {"content": list(texts), "citations": list(sources)}}:
            return Block(value, after=(*texts, *({"citation": source} for source in sources)))
        case {"image": dict(image)}:
            return _image(image)
        case _ if value and value.keys() <= _BESIDE.keys():
            return Beside(value)
        case _:
            return Block(value, after=None)
