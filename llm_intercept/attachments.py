"""What a call carries besides text: images, sounds, videos and files, as every provider's messages hold them."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import chain
from typing import Any, Literal, NamedTuple
from urllib.parse import unquote_to_bytes

__all__ = ["Attachment", "Kind", "attachments"]

Kind = Literal["image", "audio", "video", "file"]


class Attachment(NamedTuple):
    """One image, sound, video or file of a request.

    `data` are its bytes, None where the request only points to it: by `url`, or by the `id` of an upload. `mime_type` and `name`
    are empty where they are not told.
    """

    kind: Kind
    data: bytes | None = None
    mime_type: str = ""
    url: str | None = None
    id: str | None = None
    name: str = ""

    @property
    def size(self) -> int | None:
        """How many bytes it has; None where it is not here."""
        return None if self.data is None else len(self.data)

    @property
    def digest(self) -> str:
        """The SHA-256 of its bytes in hexadecimal digits; of the URL or the id where they are not here."""
        return sha256((self.url or self.id or "").encode() if self.data is None else self.data).hexdigest()

    def __repr__(self) -> str:
        what = f"{len(self.data)} bytes" if self.data is not None else f"{self.url or self.id}"
        shown = what if len(what) <= 60 else what[:57] + "..."
        return f"<{self.kind} {' '.join(filter(None, (self.name, self.mime_type, shown)))}>"


def attachments(raw: Iterable[Any]) -> tuple[Attachment, ...]:
    """The attachments of messages as they were sent, in order."""
    seen: set[int] = set()
    return tuple([found for message in raw for found in _walk(message, seen)])


def _walk(node: Any, seen: set[int]) -> Iterator[Attachment]:
    """What a value holds; a part that stands in two messages counts once."""
    if isinstance(node, list):
        for one in node:
            yield from _walk(one, seen)
    if not isinstance(node, dict) or id(node) in seen:
        return
    seen.add(id(node))
    found = list(_held(node))
    yield from found
    if not found:
        for value in node.values():
            yield from _walk(value, seen)


def _held(node: Mapping[str, Any]) -> Iterator[Attachment]:
    """The attachments that a part is, by the words of whoever sent it."""
    return chain.from_iterable(read(node) for read in (_pointed, _enclosed, _uploaded, _google, _named))


def _pointed(node: Mapping[str, Any]) -> Iterator[Attachment]:
    """A part named for the URL that it holds, a data URL perhaps."""
    kind = _POINTED.get(str(node.get("type")))
    held = None if kind is None else node.get(_URLS.get(node["type"], node["type"]))
    given = held.get("url") if isinstance(held, dict) else held
    if kind is not None and isinstance(given, str):
        yield _given(kind, given, name=str(node.get("document_name") or ""))


_POINTED: Mapping[str, Kind] = {
    "image_url": "image",
    "input_image": "image",
    "audio_url": "audio",
    "video_url": "video",
    "document_url": "file",
    "file_url": "file",
}
_URLS = {"input_image": "image_url"}


def _enclosed(node: Mapping[str, Any]) -> Iterator[Attachment]:
    """A part that encloses its bytes, or says where they are."""
    match node:
        case {"type": "input_audio", "input_audio": {"data": str(given)}}:
            yield _coded("audio", given, f"audio/{node['input_audio'].get('format', 'wav')}")
        case {"type": "input_audio", "input_audio": str(given)}:
            yield _given("audio", given)
        case {"type": "image" | "document" as kind, "source": dict(source)}:
            yield from _sourced("image" if kind == "image" else "file", source, str(node.get("title") or ""))
        case {"type": "image" | "audio" | "video" | "document" as kind, "data": str(given)}:
            yield _coded("file" if kind == "document" else kind, given, str(node.get("mime_type") or ""))
        case {"type": "image" | "audio" | "video" | "document" as kind, "uri": str(given)}:
            yield Attachment("file" if kind == "document" else kind, mime_type=str(node.get("mime_type") or ""), url=given)
        case {"images": [str(), *_] as images}:
            yield from (_coded("image", one, "") for one in images)


def _uploaded(node: Mapping[str, Any]) -> Iterator[Attachment]:
    """A file of OpenAI's: its data, its URL, or the id of an upload."""
    held = node.get("file") if node.get("type") == "file" else node if node.get("type") in ("input_file", "input_image") else None
    kind: Kind = "image" if node.get("type") == "input_image" else "file"
    name = str(held.get("filename") or "") if isinstance(held, dict) else ""
    match held:
        case {"file_data": str(given)}:
            yield _given(kind, given, name=name) if given.startswith("data:") else _coded(kind, given, "", name)
        case {"file_url": str(given)}:
            yield _given(kind, given, name=name)
        case {"file_id": str(given)}:
            yield Attachment(kind, id=given, name=name)


def _google(node: Mapping[str, Any]) -> Iterator[Attachment]:
    """A part of Google's, in either spelling."""
    held = node.get("inlineData") or node.get("inline_data") or node.get("fileData") or node.get("file_data")
    if not isinstance(held, dict):
        return
    mime_type = str(held.get("mimeType") or held.get("mime_type") or "")
    name = str(held.get("displayName") or held.get("display_name") or "")
    match held:
        case {"data": str(given)}:
            yield _coded(_kind(mime_type), given, mime_type, name)
        case {"fileUri": str(given)} | {"file_uri": str(given)}:
            yield Attachment(_kind(mime_type), mime_type=mime_type, url=given, name=name)


def _named(node: Mapping[str, Any]) -> Iterator[Attachment]:
    """A part whose key says what it is."""
    for name, kind in _NAMED.items():
        yield from _under(kind, node.get(name))


#: What Bedrock and DashScope name a part by.
_NAMED: Mapping[str, Kind] = {"image": "image", "document": "file", "video": "video", "audio": "audio"}


def _under(kind: Kind, held: Any) -> Iterator[Attachment]:
    family = "application" if kind == "file" else kind
    match held:
        case {"format": str(form), "source": {"bytes": str(given)}}:
            yield _coded(kind, given, f"{family}/{form}", str(held.get("name") or ""))
        case {"format": str(form), "source": {"s3Location": {"uri": str(given)}}}:
            yield Attachment(kind, mime_type=f"{family}/{form}", url=given, name=str(held.get("name") or ""))
        case str() if held.startswith(("http://", "https://", "data:", "oss://", "file://")):
            yield _given(kind, held)


def _sourced(kind: Kind, source: Mapping[str, Any], name: str) -> Iterator[Attachment]:
    """Anthropic's sources."""
    match source:
        case {"type": "base64", "data": str(given)}:
            yield _coded(kind, given, str(source.get("media_type") or ""), name)
        case {"type": "text", "data": str(given)}:
            yield Attachment(kind, given.encode(), str(source.get("media_type") or ""), name=name)
        case {"type": "url", "url": str(given)}:
            yield _given(kind, given, name=name)
        case {"type": "file", "file_id": str(given)}:
            yield Attachment(kind, id=given, name=name)


def _given(kind: Kind, url: str, *, name: str = "") -> Attachment:
    """What a URL, or a data URL, gives."""
    if not url.startswith("data:"):
        return Attachment(kind, url=url, name=name)
    head, _, data = url[len("data:") :].partition(",")
    mime_type = head.partition(";")[0]
    if head.endswith(";base64"):
        return _coded(kind, data, mime_type, name)
    return Attachment(kind, unquote_to_bytes(data), mime_type, name=name)


def _coded(kind: Kind, data: str, mime_type: str, name: str = "") -> Attachment:
    """What is given in base64; what is none has no bytes."""
    try:
        return Attachment(kind, b64decode(data, altchars=b"-_" if {"-", "_"} & {*data} else None), mime_type, name=name)
    except (Error, ValueError):
        return Attachment(kind, b"", mime_type, name=name)


def _kind(mime_type: str) -> Kind:
    family = mime_type.partition("/")[0]
    return family if family in ("image", "audio", "video") else "file"  # type: ignore[return-value]
