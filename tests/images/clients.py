"""The real SDKs: how each is made, and asked for an image."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from io import BytesIO
from json import dumps, loads
from typing import Any, NamedTuple

from tests.images.posting import PHOTO, PROMPT

__all__ = ["CLIENTS", "LINKS", "Client"]


class Client(NamedTuple):
    """One client: `make` is given its package and whether it blocks, `ask` the client and whether it blocks.

    `told` takes the image out of the answer. `ways` are sync, and the loops that it knows, `refused` is what it raises.
    """

    package: str
    make: Callable[[Any, bool], Any]
    ask: Callable[[Any, bool], Any]
    told: Callable[[Any], bytes]
    ways: tuple[str, ...] = ("sync", "asyncio")
    refused: str = "BadRequestError"


def _made(sync: str, **options: Any) -> Callable[[Any, bool], Any]:
    return lambda module, blocking: getattr(module, sync if blocking else f"Async{sync}")(**{"api_key": "k", **options})


def _inline(answer: Any) -> bytes:
    return b64decode(answer.data[0].b64_json)


def _openai(sync: str, kind: str, options: Mapping[str, Any] | None = None, package: str = "openai", **asked: Any) -> Client:
    return Client(
        package,
        _made(sync, **(options or {})),
        lambda client, _: getattr(client.images, kind)(**{"prompt": PROMPT, **asked}),
        _inline,
        ("sync", "asyncio", "trio"),
    )


def _genai(vertex: bool) -> Callable[[Any, bool], Any]:
    def make(module: Any, _: bool) -> Any:
        if not vertex:
            return module.Client(api_key="k")
        from google.oauth2.credentials import Credentials

        return module.Client(vertexai=True, project="p", location="us-central1", credentials=Credentials("token"))

    return make


def _google(method: str, **asked: Any) -> Callable[[Any, bool], Any]:
    return lambda client, blocking: getattr(client.models if blocking else client.aio.models, method)(**asked)


def _generated(answer: Any) -> bytes:
    data: bytes = answer.generated_images[0].image.image_bytes
    return data


def _inlined(answer: Any) -> bytes:
    data: bytes = answer.candidates[0].content.parts[0].inline_data.data
    return data


def _bedrock(module: Any, _: bool) -> Any:
    return module.client("bedrock-runtime", region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="k")


def _invoke(model: str, **asked: Any) -> Callable[[Any, bool], Any]:
    return lambda client, _: client.invoke_model(modelId=model, body=dumps(asked))


def _invoked(answer: Any) -> bytes:
    return b64decode(loads(answer["body"].read())["images"][0])


def _litellm(model: str, **asked: Any) -> Client:
    return Client(
        "litellm",
        lambda module, _: module,
        lambda module, blocking: (module.image_generation if blocking else module.aimage_generation)(
            **{"model": model, "prompt": PROMPT, "api_key": "k", **asked}
        ),
        _inline,
    )


def _coded(image: Any) -> bytes:
    """What Hugging Face's client has decoded, coded again."""
    held = BytesIO()
    image.save(held, "PNG")
    return held.getvalue()


_AZURE = {"azure_endpoint": "https://r.openai.azure.com", "api_version": "2025-04-01-preview"}
_FILE = ("a.png", PHOTO, "image/png")
_SHOWN = {"image_bytes": PHOTO, "mime_type": "image/png"}
_REFERENCE = {"reference_id": 1, "reference_image": _SHOWN}

CLIENTS: Mapping[str, Client] = {
    "openai": _openai("OpenAI", "generate", model="gpt-image-1"),
    "openai edit": _openai("OpenAI", "edit", model="gpt-image-1", image=_FILE),
    "openai edit of several": _openai("OpenAI", "edit", model="gpt-image-1", image=[_FILE, _FILE], mask=_FILE),
    "azure": _openai("AzureOpenAI", "generate", _AZURE, model="gpt-image-1"),
    "azure edit": _openai("AzureOpenAI", "edit", _AZURE, model="gpt-image-1", image=_FILE),
    "azure v1": _openai("OpenAI", "generate", {"base_url": "https://r.openai.azure.com/openai/v1"}, model="gpt-image-1"),
    "xai": _openai(
        "OpenAI", "generate", {"base_url": "https://api.x.ai/v1"}, model="grok-2-image", response_format="b64_json"
    ),
    "deepinfra": _openai("OpenAI", "generate", {"base_url": "https://api.deepinfra.com/v1/openai"}, model="flux"),
    "together": _openai("Together", "generate", package="together", model="flux", response_format="base64"),
    "vertex": Client(
        "google.genai", _genai(True), _google("generate_images", model="imagen-4.0-generate-001", prompt=PROMPT), _generated,
        refused="ClientError",
    ),
    "gemini": Client(
        "google.genai", _genai(False), _google("generate_content", model="gemini-2.5-flash-image", contents=PROMPT), _inlined,
        refused="ClientError",
    ),
    "nova canvas": Client(
        "boto3", _bedrock,
        _invoke("amazon.nova-canvas-v1:0", taskType="TEXT_IMAGE", textToImageParams={"text": PROMPT}), _invoked,
        ("sync",), "ValidationException",
    ),
    "stability": Client(
        "boto3", _bedrock, _invoke("stability.sd3-5-large-v1:0", prompt=PROMPT), _invoked, ("sync",), "ValidationException"
    ),
    "huggingface": Client(
        "huggingface_hub",
        lambda module, blocking: (module.InferenceClient if blocking else module.AsyncInferenceClient)(token="k"),
        lambda client, _: client.text_to_image(
            PROMPT, model="https://router.huggingface.co/hf-inference/models/black-forest-labs/FLUX.1-schnell"
        ),
        _coded,
        refused="BadRequestError",
    ),
    "litellm": _litellm("gpt-image-1"),
    "litellm gemini": _litellm("gemini/gemini-2.5-flash-image"),
    "litellm imagen": _litellm("gemini/imagen-4.0-generate-001"),
    "litellm openrouter": _litellm("openrouter/google/gemini-2.5-flash-image"),
    "litellm bedrock": _litellm("bedrock/amazon.nova-canvas-v1:0", aws_access_key_id="k", aws_secret_access_key="k",
                                aws_region_name="us-east-1", api_key=None),
}  # fmt: skip

#: Those that tell an image by its URL.
LINKS: Mapping[str, Client] = {
    "openai": _openai("OpenAI", "generate", model="dall-e-3"),
    "openai before": _openai("OpenAI", "generate"),
    "azure": _openai("AzureOpenAI", "generate", _AZURE, model="my-dall-e"),
    "together": _openai("Together", "generate", package="together", model="flux"),
}
