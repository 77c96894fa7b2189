"""How each provider's images differ on OpenAI's wire: how they are told where nobody says how, and what a body tells of them.

To add a provider whose bodies differ: one entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.drawing import Drawn
from llm_intercept.dialects.openai.errors import SAFE
from llm_intercept.dialects.openai.flavours import flavour_of
from llm_intercept.dialects.openai.images_asked import seen
from llm_intercept.synthesis.stamp import Stamp

__all__ = ["QUALITIES", "Style", "looks", "model_meant", "quality_of", "style_of", "usage"]

#: The qualities that some models have, and the tokens of a square of 1024 pixels a side.
#: Reference: https://platform.openai.com/docs/guides/image-generation#cost-and-latency
QUALITIES: Mapping[str, int] = {"low": 272, "medium": 1056, "high": 4160, "xhigh": 6240, "max": 8320}

#: What only the models can do that count tokens.
_TELLING = ("background", "moderation", "output_format", "output_compression", "partial_images", "stream", "input_fidelity", "svg")


def _nothing(_call: Call, _index: int) -> dict[str, Any]:
    return {}


def _created(_: Drawn, stamp: Stamp) -> dict[str, Any]:
    return {"created": stamp.created}


@dataclass(frozen=True, slots=True)
class Style:
    """One way to answer.

    `form` is how an image is told where nobody says how: `url`, or `b64_json`. `counts` is who counts tokens: they tell every image
    in the body. `format` is what it is coded in by default. `item` are the keys beside an image, `top` those around all of them.
    """

    form: str = "url"
    counts: bool = False
    format: str = "png"
    item: Callable[[Call, int], dict[str, Any]] = _nothing
    top: Callable[[Drawn, Stamp], dict[str, Any]] = _created


def quality_of(call: Call) -> str:
    """The quality that is asked for, or taken where it is left to the model."""
    asked = str(call.parameters.get("quality"))
    return asked if asked in QUALITIES else "medium"


def looks(drawn: Drawn) -> dict[str, Any]:
    """How the images look, as those tell it who count tokens."""
    canvas = drawn.canvas
    return {
        "background": "transparent" if canvas.clear else "opaque",
        "output_format": canvas.format,
        "quality": quality_of(drawn.call),
        "size": f"{canvas.width}x{canvas.height}",
    }


def usage(drawn: Drawn) -> dict[str, Any]:
    """What the images cost, by what was asked in words, and in images."""
    counts = drawn.usage
    images = min(seen(drawn.call), counts.input)
    return {
        "total_tokens": counts.total,
        "input_tokens": counts.input,
        "output_tokens": counts.output,
        "input_tokens_details": {"text_tokens": counts.input - images, "image_tokens": images},
    }


def _gpt(drawn: Drawn, stamp: Stamp) -> dict[str, Any]:
    return {"created": stamp.created, **looks(drawn), "usage": usage(drawn)}


def _revised(call: Call, _: int) -> dict[str, Any]:
    return {"revised_prompt": call.prompt}


def _filtered(call: Call, index: int) -> dict[str, Any]:
    """Reference: https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter."""
    judged = {**SAFE, "profanity": {"filtered": False, "detected": False}, "jailbreak": {"filtered": False, "detected": False}}
    return {**_revised(call, index), "content_filter_results": SAFE, "prompt_filter_results": judged}


def _together(drawn: Drawn, stamp: Stamp) -> dict[str, Any]:
    return {"id": stamp.uuid("completion"), "model": drawn.model, "object": "list"}


def _placed(call: Call, index: int) -> dict[str, Any]:
    base64 = call.parameters.get("response_format") in ("base64", "b64_json")
    return {"index": index, "type": "b64_json" if base64 else "url"}


def _nebius(_: Drawn, stamp: Stamp) -> dict[str, Any]:
    return {"id": f"text2img-{stamp.uuid('completion')}", "created": stamp.created}


#: By model, those of OpenAI's own, which others serve, too. Reference: https://platform.openai.com/docs/api-reference/images
_MODELS: tuple[tuple[re.Pattern[str], Style], ...] = (
    (re.compile(r"gpt-image"), Style("b64_json", counts=True, top=_gpt)),
    (re.compile(r"dall-?e-?3"), Style(item=_revised)),
)

#: By flavour, or, of those who have none of their own, by provider.
_STYLES: Mapping[str, Style] = {
    "azure": Style(item=_filtered),
    # https://docs.together.ai/reference/post-images-generations
    "together": Style(format="jpeg", item=_placed, top=_together),
    # https://docs.x.ai/docs/guides/image-generations
    "xai": Style(format="jpeg", item=_revised),
    # https://deepinfra.com/docs/openai_api, https://docs.nscale.com/api-reference/images, https://docs.litellm.ai/docs/providers
    "deepinfra": Style("b64_json"),
    "nscale": Style("b64_json"),
    # https://docs.tokenfactory.nebius.com/api-reference/images
    "nebius": Style(top=_nebius),
}
_COMPATIBLE = Style()


def style_of(call: Call) -> Style:
    """How a call is answered: as models that count tokens do everywhere, else as the provider does."""
    by_model = next((style for pattern, style in _MODELS if pattern.search(call.model)), _COMPATIBLE)
    if by_model.counts:
        return by_model
    return _STYLES.get(flavour_of(call.provider, call.request).name) or _STYLES.get(call.provider) or by_model


def model_meant(asked: Mapping[str, Any]) -> str:
    """The model that OpenAI takes where none is named: the old one, but for what only the new ones can do."""
    new = any(asked.get(name) is not None for name in _TELLING) or asked.get("quality") in QUALITIES
    return "gpt-image-1" if new else "dall-e-2"
