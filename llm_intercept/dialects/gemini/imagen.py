"""Google's images by prediction: POST /models/imagen-...:predict on its own host, and under /publishers/google on Vertex AI.

Made from words, edited, enlarged, put into another context. References: https://ai.google.dev/gemini-api/docs/imagen,
https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from llm_intercept.call import Call, Message
from llm_intercept.dialects.drawing import Canvas, Drawing, Drawn, base64, fitting, like, subject_of
from llm_intercept.dialects.embeddings import image_bytes
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.gemini.fields import body as body_of
from llm_intercept.dialects.gemini.fields import field, listed, typed
from llm_intercept.dialects.gemini.house import House, model_named
from llm_intercept.framing.json import dump
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Media
from llm_intercept.synthesis.picture import FORMATS
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import RawHeaders, Request, Response

__all__ = ["PredictImages", "VertexPredictImages"]

_MODELS = r"models/(?:imagen|imagegeneration|image-segmentation|virtual-try-on)[^/:%]*(?::|%3[aA])predict"

#: How many images are made of words where nobody says how many, and the most.
_USUAL, _MOST = 4, 8

#: Sizes by ratio.
_RATIOS: Mapping[Any, tuple[int, int]] = {
    "1:1": (1024, 1024),
    "3:4": (896, 1280),
    "4:3": (1280, 896),
    "9:16": (768, 1408),
    "16:9": (1408, 768),
}

#: How much larger an image is asked to be.
_SCALES: Mapping[Any, int] = {"x2": 2, "x3": 3, "x4": 4, "2K": 2, "2k": 2}

_BY_TYPE = {known.mime_type: name for name, known in FORMATS.items()}


class PredictImages(House, Drawing):
    """POST /models/imagen-...:predict. Reference: https://ai.google.dev/api/models#method:-models.predict"""

    name: ClassVar[str] = "gemini predict images"
    path: ClassVar[str] = rf"/{_MODELS}"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        sent = body_of(request)
        asked = typed(sent, "parameters", dict) or {}
        instances = tuple(listed(sent, "instances"))
        if not instances:
            raise Malformed("Empty instances.")
        instance, at = instances[0]
        shown = tuple(_shown(instance))
        prompt = typed(instance, "prompt", str, at)
        if prompt is None and not shown:
            raise Malformed(f"Missing struct property: prompt. ({at.rstrip('.')})")
        count = typed(asked, "sampleCount", int, "parameters.")
        n = (1 if shown else _USUAL) if count is None else count
        if not 1 <= n <= _MOST:
            raise Malformed(f"The value of sampleCount must be between 1 and {_MOST}, got {n}.")
        model, messages = model_named(request.path).partition("@")[0], (Message("user", prompt or "", raw=instance),)
        return Call(request, provider, self.operation, self.name, model, messages, n=n, parameters=sent, json=sent)

    def canvas(self, call: Call) -> Canvas:
        asked = typed(call.parameters, "parameters", dict) or {}
        size = _RATIOS.get(_word(asked, "aspectRatio")) or like(_shown(call.messages[0].raw)) or _RATIOS["1:1"]
        scale = _SCALES.get(_word(_inner(asked, "upscaleConfig"), "upscaleFactor")) or _SCALES.get(
            _word(asked, "sampleImageSize"), 1
        )
        larger = fitting(size[0] * scale, size[1] * scale)
        return Canvas(*(larger or size), _BY_TYPE.get(_word(_inner(asked, "outputOptions"), "mimeType"), "png"))

    def subject(self, call: Call) -> str:
        return subject_of(call.prompt, _shown(call.messages[0].raw))

    def sent(self, value: Drawn, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        asked = typed(call.parameters, "parameters", dict) or {}
        told = [self._told(image, index, asked, call, stamp) for index, image in enumerate(value.images)]
        if field(asked, "includeSafetyAttributes") is True:
            told.append({"contentType": "Positive Prompt", "safetyAttributes": _SAFE})
        return self.response(dump({"predictions": told}), call, stamp, given)

    def _told(self, image: Media, index: int, asked: Mapping[str, Any], call: Call, stamp: Stamp) -> dict[str, Any]:
        stored = _word(asked, "storageUri")
        ending = image.mime_type.rpartition("/")[2]
        where = f"{stored.rstrip('/')}/{stamp.created}/sample_{index}.{ending}"
        told: dict[str, Any] = {
            "mimeType": image.mime_type,
            **({"gcsUri": where} if stored else {"bytesBase64Encoded": base64(image)}),
        }
        if field(asked, "enhancePrompt") is True:
            told["prompt"] = call.prompt
        if field(asked, "includeSafetyAttributes") is True:
            told["safetyAttributes"] = _SAFE
        return told


class VertexPredictImages(PredictImages):
    """POST /publishers/google/models/imagen-...:predict.

    Reference: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api
    """

    name = "vertex predict images"
    path = rf"/publishers/[^/]+/{_MODELS}"
    home = "vertex"


#: What is said of an image, or of a prompt, that nobody minds.
_SAFE = {"categories": ["Death, Harm & Tragedy", "Violence"], "scores": [0.1, 0.1]}


def _shown(instance: Mapping[str, Any]) -> Iterator[bytes]:
    """The images that an instance brings along: their bytes, or where they are."""
    for name, inner in (("image", ""), ("referenceImages", "referenceImage"), ("personImage", "image"), ("productImages", "image")):
        for one, _ in listed(instance, name):
            held = (field(one, inner) or {}) if inner else one
            given = field(held, "bytesBase64Encoded") or field(held, "gcsUri") if isinstance(held, dict) else None
            if isinstance(given, str):
                yield image_bytes(given)


def _inner(owner: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = field(owner, name)
    return found if isinstance(found, dict) else {}


def _word(owner: Mapping[str, Any], name: str) -> str:
    found = field(owner, name)
    return found if isinstance(found, str) else ""
