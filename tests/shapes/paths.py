"""How a place in a JSON document is written: keys by dots, a list item as [its type], or [] where it has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llm_intercept.doctor.judges.paths import item, join, kind_of

__all__ = ["FREE", "below", "item", "join", "kind_of", "parent", "places"]

#: What these keys hold is the caller's or the model's own, not the wire's: a leaf. A path ends so.
FREE = frozenset({
    "input", "arguments", "args", "metadata", "schema", "json_schema", "input_schema", "output_schema", "parameters", "labels",
    "additionalModelResponseFields", "functionResponse.response", "inputSchema", "responseSchema", "responseJsonSchema",
    "logit_bias",
})  # fmt: skip


def parent(path: str) -> str:
    """The path that a path stands in; "" for the document."""
    if path.endswith("]"):
        return path[: path.rindex("[")]
    # A tag may have dots in it.
    key = path.rindex("]") + 1 if "]" in path else 0
    head, _, _ = path[key:].rpartition(".")
    return path[:key] + head


def below(path: str, above: str) -> bool:
    """Whether a path is another one, or stands in it."""
    return path == above or path.startswith((f"{above}.", f"{above}["))


def places(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every path of a document, with the JSON type of what stands there."""
    if isinstance(value, dict):
        for key, inner in value.items():
            path = join(at, key)
            yield path, kind_of(inner)
            if key not in FREE and ".".join(path.split(".")[-2:]) not in FREE:
                yield from places(inner, path)
    elif isinstance(value, list):
        for inner in value:
            path = item(at, inner)
            yield path, kind_of(inner)
            yield from places(inner, path)
