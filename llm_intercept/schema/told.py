"""What SDKs leave of a schema that the provider does not take as it is: keywords in a description, for the model to read there.

anthropic's ends a description in `{minimum: 1, maximum: 5}`, pydantic-ai in `(minLength=3, pattern=^a)`, litellm in
`Note: minimum value: 1, maximum value: 5.` Where a model leads back to itself google-genai and LangChain leave a schema that says
nothing: there, we go no deeper.
"""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Iterator, Mapping
from json import JSONDecoder
from typing import Any

__all__ = ["told"]

#: The keywords that are taken from there, and what their values are.
_KEYWORDS: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), (int, float)),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), int),
    **dict.fromkeys(("pattern", "format"), str),
    "uniqueItems": bool,
    "prefixItems": list,
    "enum": list,
    "const": object,
}

_BLOCKS = (
    re.compile(r"(?:\A|\n\n)\{(.*)\}\Z", re.DOTALL),
    re.compile(rf"\(((?:{'|'.join(_KEYWORDS)})=.*)\)\Z", re.DOTALL),
    re.compile(rf"\A((?:{'|'.join(_KEYWORDS)})=.*)\Z", re.DOTALL),
)

#: Where one begins.
_ENTRY = re.compile(r"(?:\A|, )([A-Za-z$]\w*)(?:: |=)")

#: litellm's words, before the value.
_PHRASES: Mapping[str, str] = {
    "minimum number of items: ": "minItems",
    "maximum number of items: ": "maxItems",
    "all array items must be unique": "uniqueItems",
    "leading items must match, in order: ": "prefixItems",
    "minimum value: ": "minimum",
    "maximum value: ": "maximum",
    "exclusive minimum value: ": "exclusiveMinimum",
    "exclusive maximum value: ": "exclusiveMaximum",
    "must be a multiple of ": "multipleOf",
    "minimum length: ": "minLength",
    "maximum length: ": "maxLength",
    "minimum number of properties: ": "minProperties",
    "maximum number of properties: ": "maxProperties",
}
#: pydantic-ai's for Gemini.
_FORMAT = re.compile(r"(?:\AFormat: |\(format: )([a-z-]+)\)?\Z")
_NOTE = re.compile(r"(?:\A| )Note: (.*)\.\Z", re.DOTALL)
_PHRASE = re.compile(rf"(?:\A|, )({'|'.join(_PHRASES)})")

_JSON = JSONDecoder()

#: What holds values, and no schemas.
_VALUES = frozenset({"const", "default", "enum", "example", "examples"})

#: With nothing but these, a schema says nothing of its values.
_NAMING = frozenset({"title", "description", "default"})

#: With none of these, a schema says nothing of its values.
_SAYING = frozenset({"type", "anyOf", "enum", "$ref"})


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
        keywords = {name: told(value) for name, value in _keywords(description) if isinstance(value, _KEYWORDS[name])}
        found = {**keywords, **found}
    if found.get("type") in ("array", ["array", "null"]) and _silent(found.get("items")) and "prefixItems" not in found:
        found = {"maxItems": 0, **found}
    if isinstance(found.get("anyOf"), list):
        saying = [one for one in found["anyOf"] if not _silent(one)]
        found["anyOf"] = saying if 0 < len(saying) < len(found["anyOf"]) else found["anyOf"]
    if (found.get("nullable") is True and _SAYING.isdisjoint(found)) or (_silent(found) and found.get("default", ...) is None):
        found["type"] = "null"
    return schema if len(found) == len(schema) and all(map(_is, found.values(), schema.values())) else found


def _silent(schema: Any) -> bool:
    """Whether a schema is there, and says nothing of its values."""
    return schema is True or (isinstance(schema, dict) and schema.keys() <= _NAMING)


def _is(one: Any, other: Any) -> bool:
    return one is other


def _keywords(description: str) -> Iterator[tuple[str, Any]]:
    """The keywords that a description tells, and their values."""
    named = _FORMAT.search(description)
    if named is not None:
        yield "format", named[1]
    note = _NOTE.search(description)
    if note is not None:
        for phrase in _PHRASE.finditer(note[1]):
            yield _PHRASES[phrase[1]], _written(note[1], phrase.end()) if phrase[1].endswith(" ") else True
    block = next(filter(None, (block.search(description) for block in _BLOCKS)), None)
    if block is None:
        return
    entries = [*_ENTRY.finditer(block[1])]
    ends = [*[entry.start() for entry in entries[1:]], len(block[1])]
    for entry, end in zip(entries, ends, strict=True):
        name, text = entry[1], block[1][entry.end() : end]
        if name in _KEYWORDS:
            value = text if _KEYWORDS[name] is str else _value(text)
            yield name, text if name == "const" and value is None else value


def _written(text: str, at: int) -> Any:
    """The JSON that begins there."""
    try:
        return _JSON.raw_decode(text, at)[0]
    except ValueError:
        return None


def _value(text: str) -> Any:
    """What Python's own notation says."""
    try:
        return literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
