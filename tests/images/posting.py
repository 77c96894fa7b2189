"""What is posted to each wire of images, the image of its answer, and what Pillow says of it; no SDK between."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from io import BytesIO
from typing import Any, NamedTuple

import httpx2
from PIL import Image

from llm_intercept import Interceptor
from llm_intercept.synthesis.picture import picture
from tests.dialects.wire import Answered

__all__ = ["LINKED", "PHOTO", "PROMPT", "WIRES", "Look", "draw", "fetch", "look", "post"]

PROMPT = "A lighthouse in the rain"

#: What is brought along: 320 pixels wide, 160 high.
PHOTO = picture("a photo", 0, 320, 160)

_OPENAI, _AZURE = "https://api.openai.com/v1/images", "https://r.openai.azure.com/openai/deployments"
_GEMINI = "https://generativelanguage.googleapis.com/v1beta/models"
_VERTEX = "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models"
_BEDROCK = "https://bedrock-runtime.us-east-1.amazonaws.com/model"
_HF = "https://router.huggingface.co/hf-inference/models"

_WORDS = {"prompt": PROMPT}
_INSTANCE = {"instances": [_WORDS]}
_CANVAS = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": PROMPT}}

#: Where images are made of words, and the least that is asked.
WIRES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "openai": (f"{_OPENAI}/generations", {"model": "gpt-image-1", **_WORDS}),
    "openai v2": (f"{_OPENAI}/generations", {"model": "gpt-image-2", **_WORDS}),
    "dall-e-2": (f"{_OPENAI}/generations", {"response_format": "b64_json", **_WORDS}),
    "dall-e-3": (f"{_OPENAI}/generations", {"model": "dall-e-3", "response_format": "b64_json", **_WORDS}),
    "azure": (f"{_AZURE}/gpt-image-1/images/generations?api-version=2025-04-01-preview", _WORDS),
    "azure v1": ("https://r.openai.azure.com/openai/v1/images/generations", {"model": "gpt-image-1", **_WORDS}),
    "together": ("https://api.together.ai/v1/images/generations", {"model": "flux", "response_format": "base64", **_WORDS}),
    "xai": ("https://api.x.ai/v1/images/generations", {"model": "grok-2-image", "response_format": "b64_json", **_WORDS}),
    "deepinfra": ("https://api.deepinfra.com/v1/openai/images/generations", {"model": "flux", **_WORDS}),
    "nebius": ("https://api.studio.nebius.ai/v1/images/generations", {"model": "flux", "response_format": "b64_json", **_WORDS}),
    "gemini": (f"{_GEMINI}/imagen-4.0-generate-001:predict", _INSTANCE),
    "vertex": (f"{_VERTEX}/imagen-4.0-generate-001:predict", _INSTANCE),
    "nova canvas": (f"{_BEDROCK}/amazon.nova-canvas-v1%3A0/invoke", _CANVAS),
    "titan": (f"{_BEDROCK}/amazon.titan-image-generator-v2%3A0/invoke", _CANVAS),
    "sdxl": (f"{_BEDROCK}/stability.stable-diffusion-xl-v1/invoke", {"text_prompts": [{"text": PROMPT}]}),
    "stability": (f"{_BEDROCK}/us.stability.sd3-5-large-v1%3A0/invoke", _WORDS),
    "huggingface": (f"{_HF}/black-forest-labs/FLUX.1-schnell", {"inputs": PROMPT}),
}

#: Where an image is told by its URL.
LINKED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "dall-e-2": (f"{_OPENAI}/generations", _WORDS),
    "dall-e-3": (f"{_OPENAI}/generations", {"model": "dall-e-3", **_WORDS}),
    "azure": (f"{_AZURE}/my-dall-e/images/generations?api-version=2024-10-21", _WORDS),
    "together": ("https://api.together.ai/v1/images/generations", {"model": "flux", **_WORDS}),
    "xai": ("https://api.x.ai/v1/images/generations", {"model": "grok-2-image", **_WORDS}),
    "nebius": ("https://api.studio.nebius.ai/v1/images/generations", {"model": "flux", **_WORDS}),
}


class Look(NamedTuple):
    """What Pillow says of an image."""

    kind: str | None
    size: tuple[int, int]
    clear: bool = False


def look(data: bytes) -> Look:
    """The image, verified."""
    Image.open(BytesIO(data)).verify()
    found = Image.open(BytesIO(data))
    return Look(found.format, found.size, found.convert("RGBA").getextrema()[3][0] == 0)


def post(llm: Interceptor, url: str, **sent: Any) -> Answered:
    """Post to a wire."""
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        response = client.post(url, **sent)
        return Answered(response.status_code, response.headers, response.content)


def fetch(llm: Interceptor, url: str) -> Answered:
    """Get what is at a URL."""
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        response = client.get(url)
        return Answered(response.status_code, response.headers, response.content)


def draw(llm: Interceptor, name: str, **more: Any) -> list[bytes]:
    """Have images made on a wire; `more` is asked besides, and what is None is left out."""
    url, least = WIRES[name]
    asked = {key: value for key, value in {**least, **more}.items() if value is not None}
    answer = post(llm, url, json=asked)
    assert answer.status == 200, answer.body
    if answer.headers["content-type"].startswith("image/"):
        return [answer.body]
    return [b64decode(text) for text in _images(json.loads(answer.body))]


def _images(body: Any) -> list[str]:
    match body:
        case {"data": data}:
            return [one["b64_json"] for one in data]
        case {"predictions": told}:
            return [one["bytesBase64Encoded"] for one in told if "bytesBase64Encoded" in one]
        case {"artifacts": told}:
            return [one["base64"] for one in told]
        case _:
            images: list[str] = body["images"]
            return images
