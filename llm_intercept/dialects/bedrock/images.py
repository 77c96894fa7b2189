"""Models of images, invoked: Amazon's Titan and Nova Canvas, and Stability's.

References: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-image.html,
https://docs.aws.amazon.com/nova/latest/userguide/image-gen-req-resp-structure.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-stability-diffusion.html
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

from llm_intercept.call import Call, Message
from llm_intercept.dialects.bedrock.fields import members, optional, refused, required
from llm_intercept.dialects.bedrock.house import LATENCY, BedrockEndpoint
from llm_intercept.dialects.bedrock.invoke import invoked
from llm_intercept.dialects.drawing import Canvas, Drawing, Drawn, base64, fitting, like, ratio, subject_of
from llm_intercept.dialects.embeddings import image_bytes
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.framing.json import dump
from llm_intercept.memory import Past
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import RawHeaders, Request, Response

__all__ = ["IMAGES"]

#: The most images of one invocation.
_MOST = 5


class Invoked(BedrockEndpoint, Drawing):
    """One family of models of images. It gives `prompted`, `body`, and `size` and `format` where those can be asked for."""

    def read(self, request: Request, provider: str, past: Past) -> Call:
        if request.path.endswith("-stream"):
            raise Malformed("The model is unsupported for streaming.")
        body = self.body_of(request)
        count = self.count(body)
        if type(count) is not int or not 1 <= count <= _MOST:
            raise Malformed(
                f"Malformed input request: the number of images must be 1 to {_MOST}, please reformat your input and try again."
            )
        model, messages = self.model_of(request, body), (Message("user", self.prompted(body), raw=body),)
        return Call(request, provider, self.operation, self.name, model, messages, n=count, parameters=body, json=body)

    @abstractmethod
    def prompted(self, body: dict[str, Any]) -> str:
        """The prompt; raises `Malformed`."""

    @abstractmethod
    def body(self, drawn: Drawn, stamp: Stamp) -> dict[str, Any]:
        """The body that tells the images."""

    def count(self, body: Mapping[str, Any]) -> Any:
        """How many images are asked for."""
        return 1

    def size(self, body: Mapping[str, Any]) -> tuple[int, int] | None:
        """The size that is asked for."""
        return fitting(body.get("width"), body.get("height"))

    def given(self, body: Mapping[str, Any]) -> Iterator[bytes]:
        """The images that a body brings along."""
        yield from (image_bytes(body[name]) for name in ("image", "init_image") if isinstance(body.get(name), str))

    def canvas(self, call: Call) -> Canvas:
        size = self.size(call.parameters) or like(self.given(call.parameters)) or (1024, 1024)
        coded = call.parameters.get("output_format")
        return Canvas(*size, coded if coded in ("jpeg", "webp") else "png", self.clear(call))

    def clear(self, call: Call) -> bool:
        """Whether what is behind the image shall be seen."""
        return False

    def subject(self, call: Call) -> str:
        return subject_of(call.prompt, self.given(call.parameters))

    def sent(self, value: Drawn, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        told = ((b"x-amzn-bedrock-invocation-latency", b"%d" % LATENCY),)
        return self.response(dump(self.body(value, stamp)), call, stamp, given, told)


#: Each task, and the key under which it is told.
_TASKS = {
    "TEXT_IMAGE": "textToImageParams",
    "COLOR_GUIDED_GENERATION": "colorGuidedGenerationParams",
    "IMAGE_VARIATION": "imageVariationParams",
    "INPAINTING": "inPaintingParams",
    "OUTPAINTING": "outPaintingParams",
    "BACKGROUND_REMOVAL": "backgroundRemovalParams",
    "VIRTUAL_TRY_ON": "virtualTryOnParams",
}


class Amazon(Invoked):
    """POST /model/amazon.nova-canvas-.../invoke, and amazon.titan-image-generator-..."""

    name = "bedrock invoke amazon images"
    path = invoked(r"amazon\.(?:titan-image|nova-canvas)")

    def prompted(self, body: dict[str, Any]) -> str:
        task = required(body, "taskType", str)
        if task not in _TASKS:
            raise refused("taskType", f"Member must satisfy enum value set: [{', '.join(_TASKS)}]")
        asked = required(body, _TASKS[task], dict)
        words = task in ("TEXT_IMAGE", "COLOR_GUIDED_GENERATION")
        return required(asked, "text", str, f"{_TASKS[task]}.") if words else optional(asked, "text", str) or ""

    def count(self, body: Mapping[str, Any]) -> Any:
        return (optional(body, "imageGenerationConfig", dict) or {}).get("numberOfImages", 1)

    def size(self, body: Mapping[str, Any]) -> tuple[int, int] | None:
        return super().size(optional(body, "imageGenerationConfig", dict) or {})

    def given(self, body: Mapping[str, Any]) -> Iterator[bytes]:
        asked = body[_TASKS[body["taskType"]]]
        for name in ("image", "images", "sourceImage", "referenceImage", "conditionImage"):
            held = asked.get(name)
            yield from (image_bytes(one) for one in (held if isinstance(held, list) else [held]) if isinstance(one, str))

    def clear(self, call: Call) -> bool:
        return bool(call.parameters["taskType"] == "BACKGROUND_REMOVAL")

    def body(self, drawn: Drawn, stamp: Stamp) -> dict[str, Any]:
        return {"images": [base64(image) for image in drawn.images], "error": None}


class StableDiffusion(Invoked):
    """POST /model/stability.stable-diffusion-xl-.../invoke."""

    name = "bedrock invoke stable diffusion"
    path = invoked(r"stability\.stable-diffusion-xl")

    def prompted(self, body: dict[str, Any]) -> str:
        required(body, "text_prompts", list)
        return "\n".join([required(one, "text", str, at) for one, at in members(body, "text_prompts")])

    def body(self, drawn: Drawn, stamp: Stamp) -> dict[str, Any]:
        told = [
            {"seed": _seed(drawn.call, stamp, index), "base64": base64(image), "finishReason": "SUCCESS"}
            for index, image in enumerate(drawn.images)
        ]
        return {"result": "success", "artifacts": told}


class Stability(Invoked):
    """POST /model/stability.sd3-.../invoke, stability.stable-image-..., which make images of words, and edit them."""

    name = "bedrock invoke stability images"
    path = invoked(r"stability\.(?!stable-diffusion-xl)")

    def prompted(self, body: dict[str, Any]) -> str:
        return required(body, "prompt", str) if "image" not in body else optional(body, "prompt", str) or ""

    def size(self, body: Mapping[str, Any]) -> tuple[int, int] | None:
        return ratio(body.get("aspect_ratio"))

    def clear(self, call: Call) -> bool:
        return "remove-background" in call.model

    def body(self, drawn: Drawn, stamp: Stamp) -> dict[str, Any]:
        return {
            "seeds": [_seed(drawn.call, stamp, index) for index in range(len(drawn.images))],
            "finish_reasons": [None] * len(drawn.images),
            "images": [base64(image) for image in drawn.images],
        }


def _seed(call: Call, stamp: Stamp, index: int) -> int:
    """The seed that was asked for, or one made up."""
    asked = call.parameters.get("seed")
    return asked if type(asked) is int and asked else int(stamp.id(f"seed {index}", 8), 16)


IMAGES = (Amazon(), StableDiffusion(), Stability())
