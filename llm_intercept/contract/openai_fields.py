"""What the fields of OpenAI's requests must be, each for itself: types and values, and in which words it refuses others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.openai.asking import JSON_TYPES
from llm_intercept.replies.reply import ErrorReply

__all__ = ["METADATA", "combined", "metadata", "mistyped", "too_long", "unknown_value", "unmatched"]

#: What a field may be, as Python has it, by what OpenAI calls it. A whole number is a decimal as well.
_KINDS: Mapping[str, tuple[type, ...]] = {
    "a decimal": (int, float),
    "an integer": (int,),
    "a boolean": (bool,),
    "a string": (str,),
    "an object": (dict,),
}

#: The most pairs of metadata, and the longest key and value.
METADATA = (16, 64, 512)


def mistyped(fields: Mapping[str, str]) -> Callable[[Call], ErrorReply | None]:
    """What refuses the first field of another type than it must have; null is as none."""

    def broken(call: Call) -> ErrorReply | None:
        for key, expected in fields.items():
            given = call.json.get(key)
            if given is None or type(given) in _KINDS[expected]:
                continue
            if expected == "an integer" and type(given) is float and given.is_integer():
                continue
            message = f"Invalid type for '{key}': expected {expected}, but got {JSON_TYPES[type(given)]} instead."
            return ErrorReply(400, message, param=key, code="invalid_type")
        return None

    return broken


def unknown_value(values: Mapping[str, Sequence[str]]) -> Callable[[Call], ErrorReply | None]:
    """What refuses the first field, named with the dots on the way to it, whose text is none of those known."""

    def broken(call: Call) -> ErrorReply | None:
        for where, known in values.items():
            given: Any = call.json
            for key in where.split("."):
                given = given.get(key) if isinstance(given, dict) else None
            if isinstance(given, str) and given not in known:
                *most, last = map(repr, known)
                message = f"Invalid value: '{given}'. Supported values are: {', '.join(most)}{',' * (len(most) > 1)} and {last}."
                return ErrorReply(400, message, param=where, code="invalid_value")
        return None

    return broken


def metadata(call: Call) -> ErrorReply | None:
    """The refusal of metadata that are too many, too long or no texts."""
    given = call.json["metadata"]
    if not isinstance(given, dict):
        return None
    pairs, key_length, value_length = METADATA
    if len(given) > pairs:
        message = (
            f"Invalid 'metadata': too many properties. Expected an object with at most {pairs} properties, but got an object with "
            f"{len(given)} properties instead."
        )
        return ErrorReply(400, message, param="metadata", code="object_above_max_properties")
    for key, value in given.items():
        where = f"metadata.{key}"
        if not isinstance(value, str):
            kind = JSON_TYPES.get(type(value), "null")
            message = f"Invalid type for '{where}': expected a string, but got {kind} instead."
            return ErrorReply(400, message, param=where, code="invalid_type")
        for text, most in ((key, key_length), (value, value_length)):
            if len(text) > most:
                return too_long(where, text, most)
    return None


def too_long(where: str, text: str, most: int) -> ErrorReply:
    """The refusal of a text."""
    message = (
        f"Invalid '{where}': string too long. Expected a string with maximum length {most}, but got a string with length "
        f"{len(text)} instead."
    )
    return ErrorReply(400, message, param=where, code="string_above_max_length")


def unmatched(where: str, pattern: str) -> ErrorReply:
    """The refusal of a text that does not match."""
    message = f"Invalid '{where}': string does not match pattern. Expected a string that matches the pattern '{pattern}'."
    return ErrorReply(400, message, param=where, code="invalid_value")


def combined(call: Call) -> ErrorReply | None:
    """The refusal of a limit that is told twice."""
    if call.json.get("max_tokens") is None or call.json.get("max_completion_tokens") is None:
        return None
    message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
    return ErrorReply(400, message, param="max_tokens", code="invalid_parameter_combination")
