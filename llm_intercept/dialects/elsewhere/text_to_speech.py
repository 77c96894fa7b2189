"""Hugging Face's text to speech: POST /models/{model}.

Reference: https://huggingface.co/docs/inference-providers/tasks/text-to-speech
"""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import unquote

from llm_intercept.call import Call, Message
from llm_intercept.dialects.endpoint import Malformed, named
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.dialects.speaking import Speaking, Spoken
from llm_intercept.framing.json import load
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Media
from llm_intercept.synthesis.sound import sound
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import RawHeaders, Request, Response

__all__ = ["HuggingFaceSpeech"]

#: How models that speak are called.
_NAMES = r"(?i:[^/:]*(?:tts|text-?to-?speech|speecht5|bark|kokoro|vits|parler|orpheus|sesame|csm-|dia-|fastspeech|tacotron)[^/:]*)"

_MODEL = re.compile(r"/models/(.+?)/?\Z")


class HuggingFaceSpeech(OpenAIEndpoint, Speaking):
    """POST /models/{model}, of a model that speaks: a FLAC file."""

    name = "huggingface speech"
    path = rf"/models/(?:[^/]+/)?{_NAMES}"
    home: ClassVar[str] = "huggingface"
    only: ClassVar[frozenset[str]] = frozenset({"huggingface"})

    def read(self, request: Request, provider: str, past: Past) -> Call:
        try:
            body = load(request.body)
        except ValueError:
            raise Malformed("Failed to parse the request body as JSON") from None
        said = body.get("inputs") if isinstance(body, dict) else None
        if not isinstance(said, str):
            raise Malformed("Failed to deserialize the JSON body into the target type: missing field `inputs`", status=422)
        found = _MODEL.search(request.path)
        model = unquote(found[1]) if found else ""
        return Call(request, provider, self.operation, self.name, model, (Message("user", said),), parameters=body, json=body)

    def own(self, call: Call) -> Media:
        return Media("audio", sound(call.prompt, "flac"), "audio/flac", call.prompt)

    def sent(self, value: Spoken, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        kind = value.mime_type.encode("ascii", "replace")
        return self.response(value.data, call, stamp, named(((b"content-type", kind),), given))
