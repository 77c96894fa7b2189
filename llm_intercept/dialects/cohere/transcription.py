"""Cohere's transcription: POST /v2/audio/transcriptions. Reference: https://docs.cohere.com/reference/create-audio-transcription"""

from __future__ import annotations

from llm_intercept.call import Call, Message
from llm_intercept.dialects.cohere.provider import CohereEndpoint, required
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.form import asked_of
from llm_intercept.dialects.hearing import Heard, Hearing
from llm_intercept.framing.json import dump
from llm_intercept.memory import Past
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import RawHeaders, Request, Response

__all__ = ["CohereTranscription"]


class CohereTranscription(CohereEndpoint, Hearing):
    """POST /v2/audio/transcriptions: the text, and nothing else; never a stream."""

    name = "cohere transcription"
    path = r"/v2/audio/transcriptions"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        asked = asked_of(request, _no_form)
        model = required(asked, "model", str)
        required(asked, "file", dict)
        return Call(request, provider, self.operation, self.name, model, (Message("user", ""),), parameters=asked)

    def check(self, call: Call) -> None:
        required(call.parameters, "language", str)

    def sent(self, value: Heard, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        return self.response(dump({"text": value.text}), call, stamp, given)


def _no_form(why: str) -> Malformed:
    return Malformed(f"invalid request: {why}")
