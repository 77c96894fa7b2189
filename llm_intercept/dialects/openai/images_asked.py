"""What the calls for images bring along, as a form or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.embeddings import image_bytes
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.openai.asking import missing, wrong_type
from llm_intercept.dialects.pictures import picture
from llm_intercept.framing import multipart

__all__ = ["between", "number", "prompt", "seen", "shown", "truth"]


def shown(call: Call) -> tuple[bytes, ...]:
    """The images that a call brings along: their bytes, or where they are."""
    kind = call.request.header("content-type") or ""
    if kind.lower().startswith("multipart/"):
        return tuple([field.data for field in multipart.read(kind, call.request.body).files("image")])
    return tuple(_linked(call.parameters))


def _linked(asked: Mapping[str, Any]) -> Iterator[bytes]:
    """Images in JSON: of OpenAI's a list of their URLs or of files' ids, of others one or several."""
    for name in ("images", "image", "image_url", "reference_images"):
        given = asked.get(name)
        for one in given if isinstance(given, list) else [given]:
            match one:
                case (
                    str(url)
                    | {"image_url": str(url)}
                    | {"url": str(url)}
                    | {"image_url": {"url": str(url)}}
                    | {"file_id": str(url)}
                ):
                    yield image_bytes(url)


def seen(call: Call) -> int:
    """The tokens of the images that a call brings along.

    Reference: https://platform.openai.com/docs/guides/images-vision#gpt-image-1
    """
    total = 0
    for data in shown(call):
        found = picture(data)
        wide, high = (found.width, found.height) if found is not None else (1, 1)
        total += 65 + 129 * -(-max(wide, high) // max(min(wide, high), 1))
    return total


def number(asked: Mapping[str, Any], name: str) -> int | None:
    """A number, which a form has as text."""
    value = asked.get(name)
    if value is None or type(value) is int:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    raise wrong_type(name, "an integer", value)


def truth(asked: Mapping[str, Any], name: str) -> bool:
    """Whether a flag is set, which a form has as text."""
    value = asked.get(name)
    if value is None or isinstance(value, bool):
        return value is True
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise wrong_type(name, "a boolean", value)


def between(asked: Mapping[str, Any], name: str, least: int, most: int) -> None:
    """Refuse a number, if it is there, that is too small or too large."""
    value = number(asked, name)
    if value is not None and not least <= value <= most:
        below = value < least
        kind, bound = ("below minimum", f">= {least}") if below else ("above maximum", f"<= {most}")
        raise Malformed(
            f"Invalid '{name}': integer {kind} value. Expected a value {bound}, but got {value} instead.",
            param=name,
            code="integer_below_min_value" if below else "integer_above_max_value",
        )


def prompt(asked: Mapping[str, Any]) -> str:
    """What is asked for."""
    value = asked.get("prompt")
    if value is None:
        raise missing("prompt")
    if not isinstance(value, str):
        raise wrong_type("prompt", "a string", value)
    return value
