"""Which calls for images OpenAI refuses although it can read them, and in which words.

Reference: https://platform.openai.com/docs/api-reference/images/create
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from llm_intercept.call import Call
from llm_intercept.dialects.drawing import sides
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.openai.asking import wrong_type
from llm_intercept.dialects.openai.image_styles import QUALITIES
from llm_intercept.dialects.openai.images_asked import between
from llm_intercept.synthesis.picture import FORMATS

__all__ = ["check"]


class _Model(NamedTuple):
    """What one model takes: its sizes (none told: any), its qualities, and the most characters and images."""

    sizes: tuple[str, ...]
    qualities: tuple[str, ...]
    characters: int
    images: int = 10


_GPT = (*QUALITIES, "auto")
_SQUARES = ("256x256", "512x512", "1024x1024")

#: The first whose name fits; a deployment's name may be anything.
_MODELS: tuple[tuple[re.Pattern[str], _Model], ...] = (
    (re.compile("dall-e-2"), _Model(_SQUARES, ("standard",), 1000)),
    (re.compile("dall-e-3"), _Model(("1024x1024", "1792x1024", "1024x1792"), ("standard", "hd"), 4000, 1)),
    (re.compile("gpt-image-1|chatgpt-image"), _Model(("1024x1024", "1024x1536", "1536x1024", "auto"), _GPT, 32_000)),
    (re.compile("gpt-image"), _Model((), _GPT, 32_000)),
)


def check(call: Call, event: str) -> None:
    """Raise `Malformed` for what OpenAI refuses."""
    known = next((known for pattern, known in _MODELS if pattern.search(call.model)), None)
    if known is None:
        return
    asked = call.parameters
    if event == "image_generation":
        _check_prompt(call.prompt, known)
    between(asked, "n", 1, known.images)
    _check_size(asked, known)
    _among(asked, "quality", known.qualities)
    if known.qualities is not _GPT:
        _among(asked, "response_format", ("url", "b64_json"))
        return
    if asked.get("response_format") is not None:
        raise Malformed("Unknown parameter: 'response_format'.", param="response_format", code="unknown_parameter")
    _among(asked, "background", ("transparent", "opaque", "auto"))
    _among(asked, "output_format", tuple(FORMATS))
    between(asked, "output_compression", 0, 100)
    between(asked, "partial_images", 0, 3)
    if asked.get("background") == "transparent" and asked.get("output_format") == "jpeg":
        raise Malformed("Transparent background is not supported for JPEG output format.", param="background", code="invalid_value")


def _check_prompt(prompt: str, known: _Model) -> None:
    if not prompt:
        raise Malformed(
            "Invalid 'prompt': empty string. Expected a string with minimum length 1, but got an empty string instead.",
            param="prompt",
            code="empty_string",
        )
    if len(prompt) > known.characters:
        raise Malformed(
            f"Invalid 'prompt': string too long. Expected a string with maximum length {known.characters}, but got a string with "
            f"length {len(prompt)} instead.",
            param="prompt",
            code="string_above_max_length",
        )


def _check_size(asked: Mapping[str, Any], known: _Model) -> None:
    size = asked.get("size")
    if known.sizes or size is None or size == "auto":
        _among(asked, "size", known.sizes or ("auto",))
        return
    found = sides(size, "x")
    if found is None or any(length % 16 for length in found) or max(found) > 3 * min(found):
        raise Malformed(
            f"Invalid size '{size}'. Width and height must both be divisible by 16, and their ratio between 1:3 and 3:1.",
            param="size",
            code="invalid_value",
        )


def _among(asked: Mapping[str, Any], name: str, known: Collection[str]) -> None:
    """Refuse a value, if it is there, that is none of those known."""
    value = asked.get(name)
    if value is None:
        return
    if not isinstance(value, str):
        raise wrong_type(name, "a string", value)
    if value not in known:
        *most, last = map(repr, known)
        told = f"Supported values are: {', '.join(most)}, and {last}." if most else f"Value must be {last}."
        raise Malformed(f"Invalid value: '{value}'. {told}", param=name, code="invalid_value")
