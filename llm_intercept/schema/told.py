"""Keywords that SDKs move into a description, because the provider does not take them: what a model would read there.

anthropic's SDK ends a description in `{minimum: 1, maximum: 5}`, pydantic-ai's in `(minLength=3, pattern=^a)`.
"""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Mapping
from typing import Any

__all__ = ["told"]

#: The keywords that are taken from there, and what their values are.
_KEYWORDS: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), (int, float)),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), int),
    **dict.fromkeys(("pattern", "format"), str),
    "uniqueItems": bool,
    "prefixItems": list,
}

_BLOCKS = (
    re.compile(r"(?:\A|\n\n)\{(.*)\}\Z", re.DOTALL),
    re.compile(rf"\(((?:{'|'.join(_KEYWORDS)})=.*)\)\Z", re.DOTALL),
    re.compile(rf"\A((?:{'|'.join(_KEYWORDS)})=.*)\Z", re.DOTALL),
)

#: Where one begins.
_ENTRY = re.compile(r"(?:\A|, )([A-Za-z$]\w*)(?:: |=)")

#: What holds values, and no schemas.
_VALUES = frozenset({"const", "default", "enum", "example", "examples"})


def told(schema: Any) -> Any:
    """A schema with the keywords that its descriptions tell; the same object where they tell none."""
    if isinstance(schema, list):
        items = [told(one) for one in schema]
        return schema if all(map(_is, items, schema)) else items
    if not isinstance(schema, dict):
        return schema
    found = {key: value if key in _VALUES else told(value) for key, value in schema.items()}
    description = schema.get("description")
    if isinstance(description, str):
        found = {**_keywords(description), **found}
    return schema if len(found) == len(schema) and all(map(_is, found.values(), schema.values())) else found


def _is(one: Any, other: Any) -> bool:
    return one is other


def _keywords(description: str) -> dict[str, Any]:
    block = next(filter(None, (block.search(description) for block in _BLOCKS)), None)
    if block is None:
        return {}
    entries = [*_ENTRY.finditer(block[1])]
    ends = [*[entry.start() for entry in entries[1:]], len(block[1])]
    found = {}
    for entry, end in zip(entries, ends, strict=True):
        name, text = entry[1], block[1][entry.end() : end]
        if name in _KEYWORDS:
            value = text if _KEYWORDS[name] is str else _value(text)
            if isinstance(value, _KEYWORDS[name]):
                found[name] = told(value)
    return found


def _value(text: str) -> Any:
    """What Python's own notation says."""
    try:
        return literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
