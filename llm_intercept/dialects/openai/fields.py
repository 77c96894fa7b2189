"""In which words OpenAI refuses what its audio endpoints are asked for: as a list of what does not fit, and where."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from llm_intercept.dialects.endpoint import Malformed

__all__ = ["among", "between", "missing", "number_of", "unfit"]


def unfit(name: str, kind: str, message: str, **context: Any) -> Malformed:
    """The refusal of one field."""
    told = {"ctx": context} if context else {}
    return Malformed(str([{"type": kind, "loc": ("body", name), "msg": message, **told}]))


def missing(name: str) -> Malformed:
    """The refusal of a request without a field."""
    return unfit(name, "missing", "Field required")


def among(asked: Mapping[str, Any], name: str, known: tuple[str, ...]) -> None:
    """Refuse a field, if it is there, that is none of the values known."""
    value = asked.get(name)
    if value is not None and value not in known:
        *most, last = map(repr, known)
        expected = f"{', '.join(most)} or {last}" if most else last
        raise unfit(name, "enum", f"Input should be {expected}", expected=expected)


def between(asked: Mapping[str, Any], name: str, least: float, most: float) -> None:
    """Refuse a field, if it is there, that is no number from `least` to `most`."""
    value = asked.get(name)
    if value is None:
        return
    number = number_of(value)
    if number is None:
        raise unfit(name, "float_parsing", "Input should be a valid number, unable to parse string as a number")
    if number < least:
        raise unfit(name, "greater_than_equal", f"Input should be greater than or equal to {least:g}", ge=least)
    if number > most:
        raise unfit(name, "less_than_equal", f"Input should be less than or equal to {most:g}", le=most)


def number_of(value: Any) -> float | None:
    """A finite number, or a text that is one, as forms have it."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None
