"""Hugging Face's speech recognition: POST /models/{model}, the sound as it is, or in JSON.

Reference: https://huggingface.co/docs/inference-providers/tasks/automatic-speech-recognition
"""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any, ClassVar
from urllib.parse import unquote

from llm_intercept.call import Call, Message
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.hearing import Heard, Hearing
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.framing.json import dump, load
from llm_intercept.memory import Past
from llm_intercept.synthesis.sound import wav_seconds
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import RawHeaders, Request, Response

__all__ = ["HuggingFaceRecognition"]

#: How models that listen are called.
_NAMES = r"(?i:[^/:]*(?:whisper|wav2vec|hubert|wavlm|asr|speech-?rec|speech-?to-?text|s2t|stt|transcri|parakeet|canary)[^/:]*)"

_MODEL = re.compile(r"/models/(.+?)/?\Z")


class HuggingFaceRecognition(OpenAIEndpoint, Hearing):
    """POST /models/{model}, of a model that listens."""

    name = "huggingface speech recognition"
    path = rf"/models/(?:[^/]+/)?{_NAMES}"
    home: ClassVar[str] = "huggingface"
    only: ClassVar[frozenset[str]] = frozenset({"huggingface"})

    def read(self, request: Request, provider: str, past: Past) -> Call:
        named = _MODEL.search(request.path)
        kind, sound, asked = (request.header("content-type") or "").partition(";")[0].strip(), request.body, dict[str, Any]()
        if kind == "application/json":
            body = _object(request.body)
            sound, asked = _sound(body.get("inputs")), body.get("parameters") or {}
            kind = "application/octet-stream"
        if not sound:
            raise Malformed("The request has no sound: `inputs` is empty.")
        file = {"filename": None, "content_type": kind, "size": len(sound), "seconds": wav_seconds(sound)}
        model = unquote(named[1]) if named else ""
        return Call(request, provider, self.operation, self.name, model, (Message("user", ""),), parameters={**asked, "file": file})

    def sent(self, value: Heard, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        wanted = call.parameters.get("return_timestamps")
        spans = value.words if wanted == "word" else value.sentences if wanted else ()
        chunks = [{"text": span.text.strip(), "timestamp": [span.start, span.end]} for span in spans]
        return self.response(dump({"text": value.text, **({"chunks": chunks} if chunks else {})}), call, stamp, given)


def _object(body: bytes) -> dict[str, Any]:
    try:
        given = load(body)
    except ValueError:
        raise Malformed("Failed to parse the request body as JSON") from None
    if not isinstance(given, dict) or not isinstance(given.get("parameters") or {}, dict):
        raise Malformed("Failed to deserialize the JSON body into the target type")
    return given


def _sound(inputs: object) -> bytes:
    try:
        return b64decode(inputs, validate=True) if isinstance(inputs, str) else b""
    except ValueError:
        raise Malformed("`inputs` is no base64 of a sound.") from None
