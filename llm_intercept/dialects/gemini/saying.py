"""What each passage becomes in a candidate. Reference: https://ai.google.dev/api/caching#Part"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.dialect import Dialect, Draft
from llm_intercept.dialects.drawing import ratio
from llm_intercept.dialects.gemini.candidate import Said
from llm_intercept.dialects.gemini.fields import field
from llm_intercept.dialects.payload import ALWAYS, Places, where
from llm_intercept.framing.json import dumps, load, to_bytes
from llm_intercept.replies.parts import Media, Native, Part, Refusal, Text, Thinking, ToolCall
from llm_intercept.replies.passages import Passage, Whole
from llm_intercept.synthesis.picture import picture
from llm_intercept.synthesis.sound import RATE, sound

__all__ = ["Speaker", "arguments"]

#: Models that name their function calls: those from the third generation on.
_WITH_IDS = re.compile(r"gemini-(?:[3-9]|\d\d)")

#: What models that speak send: samples in 16 bits, without a header. Reference: https://ai.google.dev/gemini-api/docs/speech-generation
_SOUND = f"audio/L16;codec=pcm;rate={RATE}"


class Speaker(Dialect):
    """The saying half of generateContent."""

    places: ClassVar[Places] = {
        "*": ALWAYS,
        "candidates": where(lambda event: any("finishReason" in one for one in event.get("candidates", ()))),
        "usageMetadata": where(lambda event: any("finishReason" in one for one in event.get("candidates", ()))),
    }
    #: What a candidate says of its end when it calls functions.
    called: ClassVar[str | None] = "Model generated function call(s)."

    def has_ids(self, call: Call) -> bool:
        """Whether function calls have ids."""
        return _WITH_IDS.match(call.model) is not None

    def offered(self, call: Call) -> tuple[str, ...]:
        """The functions on offer; none where nobody can tell: a cached content may bring its own."""
        return tuple([tool.name for tool in call.tools if tool.kind == "function"])

    def shown(self, text: str, call: Call) -> Part:
        """The prompt said aloud, which models that speak read out, or an image of it."""
        if call.modality == "image":
            config = field(field(call.parameters, "generationConfig") or {}, "imageConfig")
            size = ratio(field(config, "aspectRatio")) if isinstance(config, dict) else None
            return Media("image", picture(call.prompt or text, 0, *(size or (1024, 1024))), "image/png")
        return Media("audio", sound(call.prompt or text, "pcm"), _SOUND)

    def value(self, passage: Passage, index: int, draft: Draft) -> Said:
        said, signature = self._said(passage.part, index, draft), self._signature(index, draft)
        if signature is None:
            return said
        return said._replace(part={"thoughtSignature": signature, **(said.part or {"text": ""})})

    def _said(self, part: Whole, index: int, draft: Draft) -> Said:
        match part:
            case Text(text):
                return Said({"text": text})
            case Thinking(text, redacted=redacted):
                return Said({"text": text, "thought": True} if text and not redacted else None)
            case ToolCall():
                return self._called(part, index, draft)
            case Refusal(text, category):
                return Said(finish=category, message=text)
            case Media(transcript=""):
                return Said({"inlineData": {"mimeType": part.mime_type, "data": b64encode(part.data).decode("ascii")}})
            case Native(value):
                return Said(value)
            case _:  # a sound
                raise self.cannot_say(f"a transcript: {part!r}", draft.reply)

    def _called(self, call: ToolCall, index: int, draft: Draft) -> Said:
        given = arguments(call)
        if given is None:
            return Said(None, "MALFORMED_FUNCTION_CALL", f"Malformed function call: {call.name}({call.arguments})")
        made: dict[str, Any] = {"name": call.name, "args": given}
        if call.id is not None or self.has_ids(draft.call):
            made["id"] = call.id or draft.stamp.id(f"tool {index}", 8)
        offered = self.offered(draft.call)
        if offered and call.name not in offered:
            message = f"Unexpected tool call: Model tried to call an undeclared function: {call.name}"
            return Said({"functionCall": made}, "UNEXPECTED_TOOL_CALL", message)
        return Said({"functionCall": made}, message=self.called)

    def _signature(self, index: int, draft: Draft) -> str | None:
        """The signature on a passage: that of the thought before it, or its own where nothing follows that could have it."""
        parts = [passage.part for passage in draft.passages]
        here = parts[index]
        if isinstance(here, Thinking):
            thought = None if any(_carries(part) for part in parts[index + 1 : index + 2]) else here
        else:
            before = parts[index - 1] if index else None
            thought = before if isinstance(before, Thinking) and _carries(here) else None
        if thought is None:
            return None
        if thought.signature is None:
            return draft.stamp.id(f"thought {index}", 32)
        try:
            b64decode(thought.signature, b"-_" if {"-", "_"} & {*thought.signature} else None, validate=True)
        except ValueError:
            raise self.cannot_say(f"a signature that is no base64: {thought.signature!r}", draft.reply) from None
        return thought.signature


def arguments(call: ToolCall) -> dict[str, Any] | None:
    """A tool call's arguments, if they are an object of JSON."""
    try:
        given = load(to_bytes(call.arguments))
        dumps(given)  # refuses a number too large for a float, which is read as an infinity
    except ValueError:
        return None
    return given if isinstance(given, dict) else None


def _carries(part: Whole) -> bool:
    """Whether a part can have the signature of the thought before it."""
    return isinstance(part, Text | Media | Native) or (isinstance(part, ToolCall) and arguments(part) is not None)
