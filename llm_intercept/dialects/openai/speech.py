"""A text said aloud: POST /audio/speech. Reference: https://platform.openai.com/docs/api-reference/audio/createSpeech"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping

from llm_intercept.call import Call, Message
from llm_intercept.dialects.openai.asking import body_of, model_of
from llm_intercept.dialects.openai.fields import among, between, missing, number_of, unfit
from llm_intercept.dialects.openai.flavours import flavour_of
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.dialects.openai.spoken import Style, style_of
from llm_intercept.dialects.played import Played
from llm_intercept.dialects.speaking import Speaking, Spoken, pieces
from llm_intercept.framing.sse import SSE
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Media, Part
from llm_intercept.replies.reply import Reply
from llm_intercept.synthesis.sound import RATE, RATES, sound
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame, RawHeaders, Request

__all__ = ["OpenAISpeech"]

#: The encodings of bare samples, as Together names them.
_ENCODINGS: Mapping[str, str] = {"pcm_f32le": "f32", "pcm_s16le": "pcm", "pcm_mulaw": "mulaw", "pcm_alaw": "alaw"}


class OpenAISpeech(OpenAIEndpoint, Speaking, Played):
    """POST /audio/speech. Reference: https://platform.openai.com/docs/api-reference/audio/createSpeech"""

    name = "openai speech"
    path = r"/audio/speech"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = body_of(request)
        flavour = flavour_of(provider, request)
        model = model_of(body, request, flavour)
        said = body.get("input")
        if not isinstance(said, str):
            raise missing("input") if said is None else unfit("input", "string_type", "Input should be a valid string")
        messages, stream = (Message("user", said),), style_of(flavour.name).events(body)
        return Call(request, provider, self.operation, self.name, model, messages, stream, parameters=body, json=body)

    def check(self, call: Call) -> None:
        asked, style = call.parameters, _style(call)
        for name in style.needs:
            if asked.get(name) is None:
                raise missing(name)
        if not call.prompt:
            raise unfit("input", "string_too_short", "String should have at least 1 character", min_length=1)
        if len(call.prompt) > style.longest:
            most = style.longest
            raise unfit("input", "string_too_long", f"String should have at most {most} characters", max_length=most)
        among(asked, "response_format", tuple(style.formats))
        among(asked, "stream_format", ("sse", "audio"))
        between(asked, "speed", *style.speeds)

    def own(self, call: Call) -> Media:
        asked, formats = call.parameters, _style(call).formats
        container, mime_type = formats.get(str(asked.get("response_format"))) or next(iter(formats.values()))
        if container == "pcm":
            container = _ENCODINGS.get(str(asked.get("response_encoding")), container)
        rate = asked.get("sample_rate")
        data = sound(call.prompt, container, rate if rate in RATES else RATE, number_of(asked.get("speed")) or 1.0)
        return Media("audio", data, mime_type, call.prompt)

    def streams(self, call: Call) -> bool:
        return True

    def head(self, value: Spoken, call: Call) -> RawHeaders:
        return SSE.headers if call.stream else ((b"content-type", value.mime_type.encode("ascii", "replace")),)

    def frames(self, value: Spoken, parts: tuple[Part, ...], reply: Reply, call: Call, stamp: Stamp) -> Iterator[Frame]:
        if not call.stream:
            yield from pieces(parts)
            return
        style = _style(call)
        for piece in pieces(parts):
            yield SSE.event(style.delta(b64encode(piece).decode("ascii"), value)) if isinstance(piece, bytes) else piece
        for event in style.end(value):
            yield event if isinstance(event, bytes) else SSE.event(event)


def _style(call: Call) -> Style:
    return style_of(flavour_of(call.provider, call.request).name)
