"""Hugging Face's text to image, and image to image: POST /models/{model}.

References: https://huggingface.co/docs/inference-providers/tasks/text-to-image,
https://huggingface.co/docs/inference-providers/tasks/image-to-image
"""

from __future__ import annotations

import re
from typing import Any, ClassVar
from urllib.parse import unquote

from llm_intercept.call import Call, Message
from llm_intercept.dialects.drawing import Canvas, Drawing, Drawn, fitting, like, subject_of
from llm_intercept.dialects.embeddings import image_bytes
from llm_intercept.dialects.endpoint import Malformed, named
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.dialects.pictures import picture
from llm_intercept.framing.json import load
from llm_intercept.memory import Past
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import RawHeaders, Request, Response

__all__ = ["HuggingFaceImages"]

#: How models that make images are called.
_NAMES = (
    r"(?i:[^/:]*(?:diffusion|flux|sdxl|sd-?turbo|sd3|pixart|kandinsky|playground-v|hidream|lumina|kolors|auraflow|dreamshaper|pix2pix"
    r"|controlnet|z-image|(?:qwen|hunyuan|omni|long)-?image|text-?to-?image)[^/:]*)"
)

_MODEL = re.compile(r"/models/(.+?)/?\Z")


class HuggingFaceImages(OpenAIEndpoint, Drawing):
    """POST /models/{model}, of a model that makes images: a JPEG, or a PNG where that is accepted alone."""

    name = "huggingface images"
    path = rf"/models/(?:[^/]+/)?{_NAMES}"
    home: ClassVar[str] = "huggingface"
    only: ClassVar[frozenset[str]] = frozenset({"huggingface"})

    def read(self, request: Request, provider: str, past: Past) -> Call:
        found = _MODEL.search(request.path)
        model = unquote(found[1]) if found else ""
        kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
        if kind.startswith("image/"):
            return Call(request, provider, self.operation, self.name, model, (Message("user", "", raw=(request.body,)),))
        try:
            body = load(request.body)
        except ValueError:
            raise Malformed("Failed to parse the request body as JSON") from None
        said, asked = (body.get("inputs"), body.get("parameters")) if isinstance(body, dict) else (None, None)
        if not isinstance(said, str):
            raise Malformed("Failed to deserialize the JSON body into the target type: missing field `inputs`", status=422)
        parameters: dict[str, Any] = asked if isinstance(asked, dict) else {}
        image = picture(image_bytes(said)) is not None  # else it is words
        prompt = parameters.get("prompt") if image else said
        messages = (Message("user", prompt if isinstance(prompt, str) else "", raw=(image_bytes(said),) if image else ()),)
        return Call(request, provider, self.operation, self.name, model, messages, parameters=parameters, json=body)

    def canvas(self, call: Call) -> Canvas:
        asked = fitting(call.parameters.get("width"), call.parameters.get("height"))
        return Canvas(
            *(asked or like(call.messages[0].raw) or (1024, 1024)),
            "png" if call.request.header("accept") == "image/png" else "jpeg",
        )

    def subject(self, call: Call) -> str:
        return subject_of(call.prompt, call.messages[0].raw)

    def sent(self, value: Drawn, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        image = value.images[0]
        kind = (b"content-type", image.mime_type.encode("ascii", "replace"))
        return self.response(image.data, call, stamp, named((kind,), given))
