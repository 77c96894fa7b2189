"""A recorded call, read from its file: what was asked, and the documents that came back, each with its kind."""

from __future__ import annotations

import base64
import json
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Document", "Kind", "Recording", "documents", "event_name", "recordings"]


class Kind(NamedTuple):
    """What is compared with what: `part` is "body", "error", or "event" and what the event is about."""

    provider: str
    operation: str
    part: str

    def __str__(self) -> str:
        return f"{self.provider} {self.operation} {self.part}"


class Document(NamedTuple):
    """One JSON document, and which part of an answer it is."""

    part: str
    value: Any


@dataclass(frozen=True)
class Recording:
    """One file: provider/operation.[error-][stream-]N.json."""

    path: Path
    call: Mapping[str, Any]

    @property
    def provider(self) -> str:
        """The folder."""
        return self.path.parent.name

    @property
    def operation(self) -> str:
        """The file's name without what it says of the answer."""
        return re.sub(r"\.(error-)?(stream-)?\d+\.json\Z", "", self.path.name)

    @property
    def method(self) -> str:
        """The request's method."""
        return str(self.call["request"]["method"])

    @property
    def url(self) -> str:
        """The request's URL."""
        return str(self.call["request"]["url"])

    @property
    def asked(self) -> Any:
        """The request's body: JSON, text, or None where none was kept."""
        return self.call["request"].get("body")

    @property
    def status(self) -> int:
        """The answer's status."""
        return int(self.call["response"]["status"])

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The answer's JSON documents, in order."""
        body = self.call["response"]["body"]
        if isinstance(body, dict) and [*body] == ["base64"]:
            body = _decoded(body["base64"])
        elif isinstance(body, list) and not all(isinstance(line, str) for line in body):
            body = json.dumps(body).encode()
        elif isinstance(body, list):
            body = "\n".join([*body, ""]).encode()
        elif not isinstance(body, str):
            body = json.dumps(body).encode()
        else:
            body = body.encode()
        return tuple(documents(self.status, str(self.call["response"].get("content-type") or ""), body))

    def kind(self, document: Document) -> Kind:
        """The kind of one of its documents."""
        return Kind(self.provider, self.operation, document.part)


def recordings(folder: Path) -> Iterator[Recording]:
    """Every recorded call below a folder."""
    for path in sorted(folder.glob("*/*.json")):
        call = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(call, dict) and {"request", "response"} <= call.keys():
            yield Recording(path, call)


def documents(status: int, content_type: str, body: bytes) -> Iterator[Document]:
    """The JSON documents of an answer, whatever its framing: one body, or the events of a stream."""
    if status >= 400:
        yield from (Document("error", value) for value in _json([body.decode(errors="replace")]))
    elif "eventstream" in content_type:
        for name, value in _frames(body):
            # A chunk is an event of another wire, wrapped; the others are named by their frame alone.
            yield Document(f"event {event_name(value)}", value) if name == "chunk" else Document(f"event {name}", {name: value})
    elif "event-stream" in content_type:
        for value in _json(_sse(body.decode())):
            yield Document(f"event {event_name(value)}", value)
    elif "ndjson" in content_type or "stream+json" in content_type:
        for value in _json(body.decode().splitlines()):
            yield Document(f"event {event_name(value)}", value)
    else:
        for value in _json([body.decode(errors="replace")]):
            if isinstance(value, list):  # streamGenerateContent without alt=sse
                yield from (Document(f"event {event_name(one)}", one) for one in value)
            else:
                yield Document("body", value)


def _decoded(text: str) -> bytes:
    """Base64, as far as the recording kept it."""
    kept = re.match(r"[A-Za-z0-9+/]*={0,2}", text)
    assert kept is not None
    return base64.b64decode(kept[0][: len(kept[0]) // 4 * 4])


def _sse(text: str) -> Iterator[str]:
    """The data of each event that has some; recordings that were cut end without a blank line."""
    data: list[str] = []
    for line in [*re.split(r"\r\n|\n|\r", text), ""]:
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            yield "\n".join(data)
            data = []


def _json(texts: Iterable[str]) -> Iterator[Any]:
    """Those that are JSON; `[DONE]` is none, neither is an HTML page."""
    for text in texts:
        try:
            value = json.loads(text)
        except ValueError:
            continue
        if isinstance(value, dict | list) and value != ["DONE"]:
            yield value


def _frames(body: bytes) -> Iterator[tuple[str, Any]]:
    """The name and the payload of each frame of an AWS event stream; its padding `p` is left out."""
    at = 0
    while at + 16 <= len(body):
        total, head = struct.unpack_from(">II", body, at)
        if total < 16 or at + total > len(body):
            return  # cut in the recording
        headers = _headers(body[at + 12 : at + 12 + head])
        payload = json.loads(body[at + 12 + head : at + total - 4] or b"{}")
        at += total
        payload.pop("p", None)
        if "bytes" in payload and headers.get(":event-type") == "chunk":
            yield "chunk", json.loads(base64.b64decode(payload["bytes"]))
        else:
            yield headers.get(":event-type") or headers[":exception-type"], payload


def _headers(raw: bytes) -> dict[str, str]:
    """The string headers of a frame; Bedrock sends no others."""
    found, at = {}, 0
    while at < len(raw):
        length = raw[at]
        name = raw[at + 1 : at + 1 + length].decode()
        at += 1 + length
        (size,) = struct.unpack_from(">H", raw, at + 1)
        found[name] = raw[at + 3 : at + 3 + size].decode()
        at += 3 + size
    return found


def event_name(event: Any) -> str:
    """What an event is about: its type and the type of what it brings, else what it adds."""
    if not isinstance(event, dict):
        return "value"
    named = event.get("type") or event.get("event_type") or event.get("event")
    if isinstance(named, str):
        inner = [value for value in event.values() if isinstance(value, dict) and isinstance(value.get("type"), str)]
        return " ".join([named, *(one["type"] for one in inner)])
    if event.get("error"):
        return "error"
    if isinstance(event.get("choices"), list):
        return _chat(event["choices"])
    if isinstance(event.get("candidates"), list):
        return "finish" if any(one.get("finishReason") for one in event["candidates"]) else "content"
    if "done" in event:
        return "done" if event["done"] else "content"
    return "other"


#: What a chunk of a chat completion adds, in the order of what tells most about it.
_ADDED = ("tool_calls", "reasoning", "reasoning_content", "content", "refusal", "role")


def _chat(choices: list[Any]) -> str:
    if not choices:
        return "usage"
    if any(choice.get("finish_reason") for choice in choices):
        return "finish"
    deltas = [choice.get("delta") or {} for choice in choices]
    return next((key for key in _ADDED if any(delta.get(key) for delta in deltas)), "text" if "text" in choices[0] else "empty")
