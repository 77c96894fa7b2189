"""OpenAI chat completions: POST /chat/completions, and every provider that speaks it.

Reference: https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.openai import logprobs
from llm_intercept.dialects.openai.chat_events import events, place
from llm_intercept.dialects.openai.chat_reading import OpenAIChatReader
from llm_intercept.dialects.openai.flavour import ABSENT, Flavour
from llm_intercept.dialects.openai.flavours import flavour_of
from llm_intercept.dialects.openai.stored import keep
from llm_intercept.dialects.payload import CHUNKS
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Citation, Media, Native, Part, Refusal, Text, Thinking, ToolCall
from llm_intercept.replies.passages import Passage
from llm_intercept.replies.reply import Answer, Reply
from llm_intercept.synthesis.picture import picture
from llm_intercept.synthesis.sound import CONTAINERS, sound
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Frame

__all__ = ["DatabricksInvocations", "OpenAIChat", "WriterChat"]

#: The keys of a request that an answer depends on, besides its model and its `n`.
_SHAPING = frozenset({"tools", "functions", "logprobs", "modalities", "service_tier"})

#: The formats of a sound, by the provider's names.
_SOUNDS = {"wav": "wav", "mp3": "mp3", "flac": "flac", "opus": "opus", "aac": "aac", "pcm16": "pcm"}


class OpenAIChat(OpenAIChatReader):
    """POST /chat/completions. Reference: https://platform.openai.com/docs/api-reference/chat/create"""

    name = "openai chat"
    path = r"/chat/completions"
    home = "openai"
    finishes: ClassVar[Mapping[str, str]] = {}  # each flavour has its own
    places = CHUNKS

    def finish(self, reason: str, call: Call) -> str | None:
        word = flavour_of(call.provider, call.request).finishes.get(reason)
        return "function_call" if reason == "tool_calls" and "functions" in call.parameters else word

    def variant(self, call: Call) -> Hashable:
        where = call.request.host, call.request.target  # which tell the flavour, and need no looking up
        asked = call.parameters
        if _SHAPING.isdisjoint(asked):
            return where
        custom = tuple([tool.name for tool in call.tools if tool.kind == "custom"])
        return where, custom, "functions" in asked, logprobs.asked(call), call.modality, str(asked.get("service_tier"))

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return flavour_of(call.provider, call.request).id(stamp)

    def shown(self, text: str, call: Call) -> Part:
        if call.modality == "image":
            return Media("image", picture(call.prompt or text), "image/png")
        asked = call.parameters.get("audio")
        container = _SOUNDS.get(str(asked.get("format")), "wav") if isinstance(asked, dict) else "wav"
        return Media("audio", sound(text, container), CONTAINERS[container].mime_type, text)

    def value(self, passage: Passage, index: int, draft: Draft) -> dict[str, Any]:
        """The keys that a passage brings into the message."""
        flavour, part = flavour_of(draft.call.provider, draft.call.request), passage.part
        match part:
            case Text(text):
                return (
                    {"content": text, **self._annotations(passage, index, draft, flavour)}
                    if passage.citations
                    else {"content": text}
                )
            case ToolCall():
                return self._called(part, index, draft, flavour)
            case Thinking(redacted=True) if flavour.thoughts is not None and flavour.thoughts.sealed is not None:
                return flavour.thoughts.sealed(part, place(draft, index, Thinking))
            case Thinking(redacted=False) if flavour.thoughts is not None and (part.signature is None or flavour.thoughts.signs):
                return flavour.thoughts.whole(part, place(draft, index, Thinking))
            case Refusal(text) if flavour.refuses:
                return {"refusal": text}
            case Media("image", data, mime_type) if flavour.draws:
                shown = {"url": f"data:{mime_type};base64,{b64encode(data).decode()}"}
                return {"images": [{"type": "image_url", "image_url": shown, "index": index}]}
            case Media("audio", data, transcript=transcript) if flavour.speaks and draft.call.modality == "audio":
                return {
                    "audio": {
                        "id": "audio_" + draft.stamp.id(f"audio {index}", 32),
                        "data": b64encode(data).decode(),
                        "expires_at": draft.stamp.created,
                        "transcript": transcript,
                    }
                }
            case Native(value):
                return dict(value)
            case _:
                raise self.cannot_say(f"{part!r} for {draft.call.provider}", draft.reply)

    def _called(self, call: ToolCall, index: int, draft: Draft, flavour: Flavour) -> dict[str, Any]:
        earlier = place(draft, index, ToolCall)
        if "functions" in draft.call.parameters:
            if earlier:
                raise self.cannot_say("more than one call of `functions`, which `tools` replaced", draft.reply)
            return {"function_call": {"name": call.name, "arguments": call.arguments}}
        given = call.id or flavour.tool_id(draft.stamp, f"tool {index}")
        if any(tool.kind == "custom" and tool.name == call.name for tool in draft.call.tools):
            return {"tool_calls": [{"id": given, "type": "custom", "custom": {"name": call.name, "input": call.arguments}}]}
        function = {"name": call.name, "arguments": call.arguments}
        return {"tool_calls": [{"id": given, **flavour.tool(earlier), "function": function}]}

    def _annotations(self, passage: Passage, index: int, draft: Draft, flavour: Flavour) -> dict[str, Any]:
        """What a message says beside its text of where that comes from."""
        start = sum(len(one.part.text) for one in draft.passages[:index] if isinstance(one.part, Text))
        text = passage.part.text if isinstance(passage.part, Text) else ""
        found = []
        for citation in passage.citations:
            if flavour.sources is not None and citation.url is not None:
                continue
            at = max(text.find(citation.quote or ""), 0)
            said = flavour.annotation and flavour.annotation(citation, start + at, start + at + len(citation.quote or text))
            if said is None:
                raise self.cannot_say(f"{citation!r} for {draft.call.provider}", draft.reply)
            found.append(said)
        return {"annotations": found} if found else {}

    def body(self, draft: Draft) -> dict[str, Any]:
        flavour = flavour_of(draft.call.provider, draft.call.request)
        choice: dict[str, Any] = {"message": _message(draft, flavour), "finish_reason": draft.finish}
        choice |= flavour.choice(draft, draft.finish)
        top = logprobs.asked(draft.call)
        if top is not None and flavour.logprobs is not None:
            choice["logprobs"] = _logprobs(draft, flavour, top)
        return {
            "id": draft.id,
            "object": "chat.completion",
            "created": draft.stamp.created,
            "model": draft.model,
            "choices": [{"index": index, **choice} for index in range(draft.call.n)],
            "usage": flavour.usage(draft),
            **flavour.top(draft),
            **(flavour.sources(_citations(draft)) if flavour.sources is not None else {}),
        }

    def events(self, draft: Draft) -> Iterator[Frame]:
        return events(draft, flavour_of(draft.call.provider, draft.call.request), _citations(draft))

    def remembers(self, call: Call) -> bool:
        return call.parameters.get("store") is True

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if isinstance(answer, Reply):
            said = answer.said
            if not said.opening:
                keep(self.body(self.draft(answer, said, call, stamp, self.usage(answer, said, call, count))), call, past)


class WriterChat(OpenAIChat):
    """POST /v1/chat, Writer's. Reference: https://dev.writer.com/api-reference/completion-api/chat-completion"""

    name = "writer chat"
    path = r"/v1/chat"
    home = "writer"
    only = frozenset({"writer"})


class DatabricksInvocations(OpenAIChat):
    """POST /serving-endpoints/{name}/invocations, Databricks' chat models.

    Reference: https://docs.databricks.com/machine-learning/foundation-model-apis/api-reference
    """

    name = "databricks invocations"
    path = r"/serving-endpoints/[^/]+/invocations"
    home = "databricks"
    only = frozenset({"databricks"})


def _citations(draft: Draft) -> list[Citation]:
    return [citation for passage in draft.passages for citation in passage.citations]


def _message(draft: Draft, flavour: Flavour) -> dict[str, Any]:
    """All that the passages bring: texts and lists one after the other, anything else as the last has it."""
    message: dict[str, Any] = {"role": "assistant", **flavour.message}
    for value in draft.values:
        for key, new in value.items():
            message[key] = _joined(message.get(key), new)
    if "content" not in message:
        silent = flavour.silent if draft.values else ""
        if silent is not ABSENT:
            message["content"] = silent
    return message


def _joined(old: Any, new: Any) -> Any:
    match old, new:
        case (str(), str()) | (list(), list()):
            return old + new
        case str(), list():
            return [*_chunks(old), *new]
        case list(), str():
            return [*old, *_chunks(new)]
        case _:
            return new


def _chunks(text: str) -> list[dict[str, str]]:
    """A text among other chunks of content."""
    return [{"type": "text", "text": text}]


def _logprobs(draft: Draft, flavour: Flavour, top: int) -> dict[str, Any]:
    """Those of all that is said; a refusal's, where it is one."""
    pieces = {
        kind: [
            piece
            for passage in draft.passages
            if isinstance(passage.part, kind)
            for piece in passage.pieces(draft.chunk_size)
            if isinstance(piece, str)
        ]
        for kind in (Text, Refusal)
    }
    if pieces[Refusal]:
        return logprobs.refusals(pieces[Refusal], top)
    assert flavour.logprobs is not None  # noqa: S101  (asked before)
    return flavour.logprobs(pieces[Text], top)
