"""The words of a playbook: what can be said, and how a criterion's value is written."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from llm_intercept.replies import failures, faults
from llm_intercept.replies.parts import (
    audio,
    citation,
    embedding,
    image,
    native,
    pause,
    refusal,
    stream_event,
    thinking,
    tool_call,
    transcript,
)
from llm_intercept.replies.reply import error
from llm_intercept.rules.matchers import Either, Every, Other, contains, words

__all__ = ["OPERATORS", "PARTS", "data", "wanted"]


def text(text: str) -> str:
    """A text, as a part that is written out."""
    return text


def object_(value: Mapping[str, Any]) -> dict[str, Any]:
    """An object, in the form that the call demands."""
    return dict(value)


def called(name: str, arguments: Any = None, id: str | None = None) -> Any:  # noqa: A002  (the field's own word)
    """A tool call."""
    made = tool_call(name, arguments)
    return made if id is None else made.with_id(id)


#: What a reply is made of, by its name in a file: the functions of the Python API, and what takes the place of Python's syntax.
PARTS: Mapping[str, Callable[..., Any]] = {
    "text": text,
    "object": object_,
    "tool_call": called,
    "error": error,
    **{
        one.__name__: one for one in (thinking, refusal, citation, image, audio, embedding, transcript, native, stream_event, pause)
    },
    **{name: getattr(failures, name) for name in failures.STATUSES},
    **{name: getattr(faults, name) for name in faults.__all__},
}


def data(value: str | Mapping[str, str], folder: Path) -> bytes:
    """The bytes of an image or a sound: base64, or `{path: ...}` of a file beside the playbook."""
    if isinstance(value, Mapping):
        return (folder / value["path"]).read_bytes()
    return b64decode(value, validate=True)


#: How a criterion's value is combined: each takes what stands after its name.
OPERATORS: Mapping[str, Callable[[Any], Any]] = {
    "words": words,
    "contains": contains,
    "pattern": re.compile,
    "not": lambda inner: Other(wanted(inner)),
    "any": lambda inner: Either(tuple(map(wanted, inner))),
    "all": lambda inner: Every(tuple(map(wanted, inner))),
}


def wanted(value: Any) -> Any:
    """The value of a criterion: plain, a list for any of its values, or an operator and what it takes."""
    if isinstance(value, list):
        plain = all(isinstance(one, str | int | float | bool | None) for one in value)
        return set(value) if plain else Either(tuple(map(wanted, value)))
    if isinstance(value, dict) and len(value) == 1 and value.keys() <= OPERATORS.keys():
        ((name, inner),) = value.items()
        return OPERATORS[name](inner)
    if isinstance(value, dict):
        return {key: wanted(inner) if isinstance(inner, dict) else inner for key, inner in value.items()}
    return value
