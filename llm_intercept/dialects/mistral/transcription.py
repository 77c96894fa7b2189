"""Mistral's transcription: POST /v1/audio/transcriptions.

Reference: https://docs.mistral.ai/api/#tag/audio.transcriptions
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from math import ceil
from typing import Any

from llm_intercept.call import Call, Message
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.form import asked_of
from llm_intercept.dialects.hearing import Heard, Hearing
from llm_intercept.dialects.mistral.envelope import MistralEndpoint, invalid
from llm_intercept.dialects.played import Played
from llm_intercept.framing.json import dump
from llm_intercept.framing.sse import SSE
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Part
from llm_intercept.replies.reply import Reply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.timing import Span
from llm_intercept.wire import Frame, RawHeaders, Request, Response

__all__ = ["MistralTranscription"]

#: Where the sound is; a call needs one of them.
_SOURCES = ("file", "file_url", "file_id")


class MistralTranscription(MistralEndpoint, Hearing, Played):
    """POST /v1/audio/transcriptions. Reference: https://docs.mistral.ai/api/#tag/audio.transcriptions"""

    name = "mistral transcription"
    path = r"/v1/audio/transcriptions"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        asked = asked_of(request, _no_form)
        model = asked.get("model")
        if not isinstance(model, str) or not model:
            raise invalid(("body", "model"), "missing", "Field required")
        if not any(asked.get(name) for name in _SOURCES):
            raise invalid(("body", "file"), "value_error", "Value error, one of file, file_url or file_id must be provided")
        stream = str(asked.get("stream")).lower() == "true"
        return Call(request, provider, self.operation, self.name, model, (Message("user", ""),), stream, parameters=asked)

    def sent(self, value: Heard, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        return self.response(dump(_body(value, call)), call, stamp, given)

    def frames(self, value: Heard, parts: tuple[Part, ...], reply: Reply, call: Call, stamp: Stamp) -> Iterator[Frame]:
        yield _event("transcription.language", {"audio_language": value.language})
        for piece in chain.from_iterable(self.arriving(part, reply) for part in parts):
            yield _event("transcription.text.delta", {"text": piece}) if isinstance(piece, str) else piece
        for segment in _segments(value, call):
            yield _event("transcription.segment", segment)
        yield _event("transcription.done", _body(value, call))


def _no_form(why: str) -> Malformed:
    return invalid(("body",), "value_error", f"There was an error parsing the body: {why}")


def _event(name: str, data: Mapping[str, Any]) -> bytes:
    return SSE.event({**data, "type": name}, name)


def _body(heard: Heard, call: Call) -> dict[str, Any]:
    usage = heard.usage
    return {
        "model": heard.model,
        "text": heard.text,
        "language": heard.language,
        "segments": _segments(heard, call),
        "usage": {
            "prompt_audio_seconds": ceil(heard.seconds),
            "prompt_tokens": usage.input,
            "completion_tokens": usage.output,
            "total_tokens": usage.total,
        },
    }


def _segments(heard: Heard, call: Call) -> list[dict[str, Any]]:
    """The sentences, or the words, as far as their times are asked for, or who speaks."""
    wanted, diarized = call.parameters.get("timestamp_granularities") or "", str(call.parameters.get("diarize")).lower() == "true"
    if "word" in wanted:
        return [_segment(span, diarized) for span in heard.words]
    return [_segment(span, diarized) for span in heard.sentences] if diarized or "segment" in wanted else []


def _segment(span: Span, diarized: bool) -> dict[str, Any]:
    told = {"type": "transcription_segment", "text": span.text.strip(), "start": span.start, "end": span.end}
    return {**told, "speaker_id": "speaker_1"} if diarized else told
