"""Mistral's speech: POST /v1/audio/speech. Reference: https://docs.mistral.ai/api/#tag/audio.speech"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from llm_intercept.call import Call, Message
from llm_intercept.dialects.mistral.envelope import MistralEndpoint, invalid
from llm_intercept.dialects.played import Played
from llm_intercept.dialects.speaking import Speaking, Spoken, pieces
from llm_intercept.framing.json import dump
from llm_intercept.framing.sse import SSE
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Media, Part
from llm_intercept.replies.reply import Reply
from llm_intercept.synthesis.sound import CONTAINERS, sound
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame, RawHeaders, Request, Response

__all__ = ["MistralSpeech"]

#: The containers that it has, the usual one first.
_FORMATS = ("mp3", "pcm", "wav", "flac", "opus")

#: Who speaks where a call names nobody.
_MODEL = "voxtral-mini-tts-latest"


class MistralSpeech(MistralEndpoint, Speaking, Played):
    """POST /v1/audio/speech: JSON, or a stream of events. Reference: https://docs.mistral.ai/api/#tag/audio.speech"""

    name = "mistral speech"
    path = r"/v1/audio/speech"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        said, model = body.get("input"), body.get("model")
        if not isinstance(said, str):
            raise invalid(("body", "input"), *(_MISSING if said is None else _NO_STRING))
        if model is not None and not isinstance(model, str):
            raise invalid(("body", "model"), *_NO_STRING)
        return Call(
            request,
            provider,
            self.operation,
            self.name,
            model or _MODEL,
            (Message("user", said),),
            body.get("stream") is True,
            parameters=body,
            json=body,
        )

    def check(self, call: Call) -> None:
        wanted = call.parameters.get("response_format")
        if wanted is not None and wanted not in _FORMATS:
            *most, last = map(repr, _FORMATS)
            raise invalid(("body", "response_format"), "literal_error", f"Input should be {', '.join(most)} or {last}")

    def own(self, call: Call) -> Media:
        wanted = str(call.parameters.get("response_format"))
        container = wanted if wanted in _FORMATS else _FORMATS[0]
        return Media("audio", sound(call.prompt, container), CONTAINERS[container].mime_type, call.prompt)

    def sent(self, value: Spoken, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        return self.response(dump({"audio_data": _encoded(value.data)}), call, stamp, given)

    def frames(self, value: Spoken, parts: tuple[Part, ...], reply: Reply, call: Call, stamp: Stamp) -> Iterator[Frame]:
        for piece in pieces(parts):
            yield _event("speech.audio.delta", {"audio_data": _encoded(piece)}) if isinstance(piece, bytes) else piece
        counts = {"prompt_tokens": value.usage.input, "completion_tokens": value.usage.output, "total_tokens": value.usage.total}
        yield _event("speech.audio.done", {"usage": counts})


_MISSING, _NO_STRING = ("missing", "Field required"), ("string_type", "Input should be a valid string")


def _encoded(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _event(name: str, data: Mapping[str, Any]) -> bytes:
    return SSE.event({"type": name, **data}, name)
