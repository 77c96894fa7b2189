"""What a reply is made of. A pause and a fault are parts too: `wire.Pause` and `wire.Fail`, standing exactly where they happen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, Literal

from llm_intercept.cut import cut
from llm_intercept.framing.json import dumps
from llm_intercept.wire import Fail, Pause

__all__ = [
    "Citation",
    "Default",
    "Embedding",
    "Media",
    "Native",
    "Object",
    "Part",
    "Refusal",
    "StreamEvent",
    "Text",
    "Thinking",
    "ToolCall",
    "Transcript",
    "audio",
    "citation",
    "embedding",
    "image",
    "json_text",
    "native",
    "pause",
    "refusal",
    "stream_event",
    "thinking",
    "tool_call",
    "transcript",
]


@dataclass(frozen=True, slots=True)
class Text:
    """Text, delivered as it is. `whole` text streams as one piece."""

    text: str
    whole: bool = False

    def __repr__(self) -> str:
        return repr(self.text if len(self.text) <= 60 else self.text[:57] + "...")


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool call. `arguments` is its JSON text, sent as it stands, well-formed or not; `id` is None for a made-up one."""

    name: str
    arguments: str
    id: str | None = None

    def with_id(self, id: str) -> ToolCall:  # noqa: A002  (the field's own word)
        """The same call with an id of your own."""
        return replace(self, id=id)

    @property
    def parsed(self) -> Any:
        """The arguments as a value; raises `ValueError` where they are not JSON."""
        return json.loads(self.arguments)

    def __repr__(self) -> str:
        given_id = "" if self.id is None else f".with_id({self.id!r})"
        return f"tool_call({self.name!r}, {self.arguments!r}){given_id}"


@dataclass(frozen=True, slots=True)
class Thinking:
    """What the model thinks before it speaks. `signature` is None for a made-up one; `redacted` thinking shows that alone."""

    text: str = ""
    signature: str | None = None
    redacted: bool = False

    def __repr__(self) -> str:
        signed = "" if self.signature is None else f", signature={cut(self.signature, 20)}"
        return f"thinking({cut(self.text, 60)}{signed}{', redacted=True' if self.redacted else ''})"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The model's refusal. `category` is the provider's own word for what is refused, where it says one."""

    text: str
    category: str | None = None

    def __repr__(self) -> str:
        return f"refusal({cut(self.text, 60)}{'' if self.category is None else f', category={self.category!r}'})"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where the text before it comes from: a page by its `url`, or a document of the request by its `document` number or id."""

    url: str | None = None
    title: str | None = None
    quote: str | None = None
    document: int | str | None = None

    def __repr__(self) -> str:
        named = {"url": self.url, "title": self.title, "quote": self.quote, "document": self.document}
        return f"citation({', '.join(f'{name}={value!r}' for name, value in named.items() if value is not None)})"


@dataclass(frozen=True, slots=True)
class Media:
    """An image or a sound; `transcript` is what a sound says."""

    kind: Literal["image", "audio"]
    data: bytes
    mime_type: str
    transcript: str = ""

    def __repr__(self) -> str:
        said = f", transcript={self.transcript!r}" if self.transcript else ""
        return f"{self.kind}(<{len(self.data)} bytes>, {self.mime_type!r}{said})"


@dataclass(frozen=True, slots=True)
class Native:
    """A piece in the provider's own shape, sent as it stands."""

    value: Any

    def __repr__(self) -> str:
        return f"native({cut(dumps(self.value), 60)})"


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """An event that stands in a stream, and nowhere in a body."""

    data: Any
    name: str | None = None

    def __repr__(self) -> str:
        return f"stream_event({cut(dumps(self.data), 60)}{'' if self.name is None else f', name={self.name!r}'})"


@dataclass(frozen=True, slots=True)
class Embedding:
    """The vector of one input."""

    vector: tuple[float, ...]

    def __repr__(self) -> str:
        shown = ", ".join(f"{number:g}" for number in self.vector[:3])
        return f"embedding([{shown}{', ...' if len(self.vector) > 3 else ''}])"


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard in a sound: its text, its language (ISO 639-1) and how many seconds it lasts, where they are told."""

    text: str
    language: str | None = None
    duration: float | None = None

    def __repr__(self) -> str:
        named = {"language": self.language, "duration": self.duration}
        told = "".join(f", {name}={value!r}" for name, value in named.items() if value is not None)
        return f"transcript({cut(self.text, 60)}{told})"


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON value that takes the form which the call demands: a forced tool's arguments, else JSON text."""

    value: Any

    def __repr__(self) -> str:
        return repr(self.value)


@dataclass(frozen=True, slots=True)
class Default:
    """What is said where nobody said what: in the form that the call demands, else the `text`.

    An instance of the schema that it wants, a call of the tool that it forces.
    """

    text: str

    def __repr__(self) -> str:
        return repr(self.text)


Part = (
    Text
    | ToolCall
    | Thinking
    | Refusal
    | Citation
    | Media
    | Native
    | StreamEvent
    | Embedding
    | Transcript
    | Object
    | Default
    | Pause
    | Fail
)


def tool_call(name: str, arguments: object = None, /, **more: object) -> ToolCall:
    """A part that calls a tool.

    `name` is the tool's name. `arguments` is a mapping, or a `str` that is sent raw, well-formed or not; keywords are arguments
    too. Raises `TypeError` for arguments that are no mapping or that JSON cannot carry.

        reply("Let me look.", tool_call("get_weather", city="Paris"))

    Reference: https://platform.openai.com/docs/guides/function-calling
    """
    if not isinstance(name, str):
        raise TypeError(f"tool_call(name, ...): the name is a str, not {type(name).__name__}")
    if isinstance(arguments, str):
        if more:
            raise TypeError(f"tool_call({name!r}, ...): raw arguments and keyword arguments do not go together")
        return ToolCall(name, arguments)
    if arguments is not None and not isinstance(arguments, Mapping):
        raise TypeError(f"tool_call({name!r}, ...): arguments are a mapping or a str, not {type(arguments).__name__}")
    return ToolCall(name, json_text(f"tool_call({name!r}, ...): arguments", {**(arguments or {}), **more}))


def thinking(text: str = "", *, signature: str | None = None, redacted: bool = False) -> Thinking:
    """A part in which the model thinks: reasoning, before what it says.

    `text` is the thought, or its summary where a provider shows no more. `signature` is the provider's opaque token over it, made
    up by default. `redacted` thinking hides the text and shows the token alone. Raises `TypeError` for a text that is none.

        reply(thinking("The user wants a city."), "Paris.")

    References: https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking,
    https://platform.openai.com/docs/guides/reasoning
    """
    return Thinking(_text("thinking(text)", text), signature, redacted)


def refusal(text: str, *, category: str | None = None) -> Refusal:
    """A part in which the model refuses, where a provider has a word for that.

    `text` is what it says; `category` the provider's own name for the reason, where it gives one.

        llm.on("explosives").reply(refusal("I can't help with that."))

    Reference: https://platform.openai.com/docs/guides/structured-outputs#refusals
    """
    return Refusal(_text("refusal(text)", text), category)


def citation(
    *, url: str | None = None, title: str | None = None, quote: str | None = None, document: int | str | None = None
) -> Citation:
    """A part that says where the text just before it comes from.

    `url` and `title` are those of a page, `quote` the words cited there; `document` is the number (from 0) or the id of a document
    that the request brought along. Raises `TypeError` where neither a page nor a document is named.

        reply("Paris is the capital.", citation(url="https://example.org/paris", title="Paris"))

    Reference: https://docs.anthropic.com/en/docs/build-with-claude/citations
    """
    if url is None and document is None:
        raise TypeError("citation(...): name its source, url= or document=")
    return Citation(url, title, quote, document)


def image(data: bytes, mime_type: str = "image/png") -> Media:
    """A part that is an image: its bytes and their type.

    Raises `TypeError` for what is no bytes.

        reply("Here it is.", image(png))

    Reference: https://platform.openai.com/docs/guides/image-generation
    """
    return Media("image", _bytes("image(data)", data), mime_type)


def audio(data: bytes, mime_type: str = "audio/wav", *, transcript: str = "") -> Media:
    """A part that is a sound: its bytes, their type, and what it says.

    Raises `TypeError` for what is no bytes.

        reply(audio(wav, transcript="Hello."))

    Reference: https://platform.openai.com/docs/guides/audio
    """
    return Media("audio", _bytes("audio(data)", data), mime_type, transcript)


def embedding(vector: Iterable[float]) -> Embedding:
    """A part that is the vector of an input; one vector serves all inputs of a call, several are theirs in order.

    `vector` are finite numbers, at least one. Raises `TypeError` for what are none, `ValueError` for none and for infinite ones.

        llm.on("capital").reply(embedding([0.6, 0.8]))

    Reference: https://platform.openai.com/docs/guides/embeddings
    """
    try:
        numbers = tuple(float(number) for number in vector)
    except (TypeError, ValueError) as wrong:
        raise TypeError(f"embedding(vector): numbers, one for each dimension: {wrong}") from None
    if not numbers or not all(map(isfinite, numbers)):
        raise ValueError(f"embedding(vector): at least one number, all of them finite, got {numbers!r}")
    return Embedding(numbers)


def transcript(text: str, *, language: str | None = None, duration: float | None = None) -> Transcript:
    """A part that is what was heard in a sound: the answer to a call that has one transcribed or translated.

    `language` is the ISO 639-1 code of what was spoken, `duration` the sound's length in seconds; both are made up by default.
    Raises `TypeError` for a text that is none, `ValueError` for a duration that is no time.

        llm.on(operation="transcription").reply(transcript("Hello there.", language="en", duration=2.5))

    Reference: https://platform.openai.com/docs/guides/speech-to-text
    """
    if duration is not None and not 0 <= duration < float("inf"):
        raise ValueError(f"transcript(duration): a time of 0 or more seconds, got {duration!r}")
    return Transcript(_text("transcript(text)", text), language, duration)


def native(value: Mapping[str, Any]) -> Native:
    """A part in the provider's own shape, sent as it stands: a content block, an output item, a server tool's call or result.

    `value` is a mapping of JSON values. It is said where the provider's wire has a place for pieces of its own; what it holds is
    not checked. Raises `TypeError` for what is no JSON object.

        reply(native({"type": "web_search_call", "id": "ws_1", "status": "completed"}), "Found it.")
    """
    if not isinstance(value, Mapping):
        raise TypeError(f"native(value): a mapping in the provider's own shape, not {type(value).__name__}")
    return Native(json.loads(json_text("native(value)", dict(value))))


def stream_event(data: Any, *, name: str | None = None) -> StreamEvent:
    """A part that is one event of a stream, known to the provider's SDK or not, standing exactly where it stands in the reply.

    `data` is the event's JSON, `name` its name where the framing has one. A body that is not streamed does not show it.

        reply("Once upon ", stream_event({"type": "from_the_future"}), "a time.")
    """
    return StreamEvent(json.loads(json_text("stream_event(data)", data)), name)


def pause(seconds: float) -> Pause:
    """A part in which nothing arrives for `seconds`.

        reply("Once upon ", pause(0.5), "a time.")

    Raises `ValueError` for a negative time.
    """
    if not 0 <= seconds < float("inf"):
        raise ValueError(f"pause(seconds): a time of 0 or more, got {seconds!r}")
    return Pause(float(seconds))


def json_text(what: str, value: object) -> str:
    """A value as JSON; `TypeError` says what of it must be."""
    try:
        return dumps(value)
    except (TypeError, ValueError) as wrong:
        raise TypeError(f"{what} must be JSON: {wrong}") from None


def _text(what: str, text: object) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{what}: a str, not {type(text).__name__}")
    return text


def _bytes(what: str, data: object) -> bytes:
    if not isinstance(data, bytes | bytearray):
        raise TypeError(f"{what}: bytes, not {type(data).__name__}")
    return bytes(data)
