"""Sounds written down: POST /audio/transcriptions, and in English, POST /audio/translations.

Reference: https://platform.openai.com/docs/api-reference/audio
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import accumulate, chain

from llm_intercept.call import Call, Message
from llm_intercept.dialects.endpoint import Malformed, named
from llm_intercept.dialects.form import asked_of
from llm_intercept.dialects.hearing import Heard, Hearing, Upload
from llm_intercept.dialects.openai.asking import model_of
from llm_intercept.dialects.openai.fields import among, between, missing
from llm_intercept.dialects.openai.flavours import flavour_of
from llm_intercept.dialects.openai.heard import Style, style_of
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.dialects.openai.transcripts import FORMS, Telling, done, logprobs, spoken
from llm_intercept.dialects.played import Played
from llm_intercept.framing.sse import SSE
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Part
from llm_intercept.replies.reply import Reply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame, RawHeaders, Request, Response

__all__ = ["OpenAITranscription", "OpenAITranslation"]

#: The one model that never streams.
_WHOLE = "whisper-1"


class OpenAITranscription(OpenAIEndpoint, Hearing, Played):
    """POST /audio/transcriptions. Reference: https://platform.openai.com/docs/api-reference/audio/createTranscription"""

    name = "openai transcription"
    path = r"(?<!/v2)/audio/transcriptions"  # not what merely ends alike: Cohere's

    def read(self, request: Request, provider: str, past: Past) -> Call:
        asked = asked_of(request, _no_form)
        flavour = flavour_of(provider, request)
        if not any(asked.get(name) for name in style_of(flavour.name).file):
            raise missing("file")
        return Call(
            request,
            provider,
            self.operation,
            self.name,
            model_of(asked, request, flavour),
            (Message("user", str(asked.get("prompt") or "")),),
            str(asked.get("stream")).lower() == "true",
            parameters=asked,
        )

    def check(self, call: Call) -> None:
        asked, style = call.parameters, _style(call)
        _check_file(asked.get("file"), style)
        formats = tuple([name for name in style.formats if self.operation == "transcription" or name != "diarized_json"])
        among(asked, "response_format", formats)
        between(asked, "temperature", 0, 1)
        _check_model(call.model, str(asked.get("response_format", formats[0])), style)

    def streams(self, call: Call) -> bool:
        return call.stream and call.model != _WHOLE

    def sent(self, value: Heard, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        form = FORMS.get(str(call.parameters.get("response_format")), FORMS["json"])
        return self.response(
            form.write(Telling(value, call, stamp)), call, stamp, named(((b"content-type", form.mime_type),), given)
        )

    def frames(self, value: Heard, parts: tuple[Part, ...], reply: Reply, call: Call, stamp: Stamp) -> Iterator[Frame]:
        segments = value.sentences if call.parameters.get("response_format") == "diarized_json" else ()
        ends = accumulate(len(span.text) for span in segments)
        waiting = deque((end, spoken(span, index, call)) for index, (end, span) in enumerate(zip(ends, segments, strict=True)))
        said = 0
        for piece in chain.from_iterable(self.arriving(part, reply) for part in parts):
            if not isinstance(piece, str):
                yield piece
                continue
            belongs = {"segment_id": waiting[0][1]["id"]} if waiting else {}
            yield SSE.event({"type": "transcript.text.delta", "delta": piece, **logprobs((piece,), call), **belongs})
            said += len(piece)
            while waiting and said >= waiting[0][0]:
                yield SSE.event(waiting.popleft()[1])
        yield SSE.event(done(value, call))


class OpenAITranslation(OpenAITranscription):
    """POST /audio/translations: into English. Reference: https://platform.openai.com/docs/api-reference/audio/createTranslation"""

    name = "openai translation"
    operation = "translation"
    path = r"/audio/translations"

    def upload(self, call: Call) -> Upload:
        return super().upload(call)._replace(language="en")

    def streams(self, call: Call) -> bool:
        return False


def _style(call: Call) -> Style:
    return style_of(flavour_of(call.provider, call.request).name)


def _no_form(why: str) -> Malformed:
    return Malformed(f"Could not parse multipart form: {why}")


def _check_file(file: object, style: Style) -> None:
    """Refuse a file that is too large, or empty."""
    match file:
        case {"size": 0}:
            message = "Audio file is too short. Minimum audio length is 0.1 seconds."
            raise Malformed(message, param="file", code="audio_too_short")
        case {"size": int(size)} if size > style.largest:
            raise Malformed(f"413: Maximum content size limit ({style.largest}) exceeded ({size} bytes read)", status=413)


def _check_model(model: str, asked: str, style: Style) -> None:
    """Refuse a form that a model has not."""
    for name, formats in style.models.items():
        if name in model:
            if asked not in formats:
                *most, last = map(repr, formats)
                known = f"{', '.join(most)} or {last}"
                raise Malformed(
                    f"response_format '{asked}' is not compatible with model '{model}'. Use {known} instead.",
                    param="response_format",
                    code="unsupported_value",
                )
            return
