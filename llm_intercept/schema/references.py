"""A schema as a whole: where each schema in it stands, and what its references point at.

Reference: https://json-schema.org/draft/2020-12/json-schema-core#section-8.2
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin

from llm_intercept.framing.json import dumps
from llm_intercept.schema.keywords import LISTS, MAPS, SHAPES, SINGLES, is_schema, shown

__all__ = ["REFERENCES", "Document", "Path", "Place", "Unsatisfiable", "document", "pointer"]

#: The way from the root, the last step first: a long one costs no more than a short one until somebody reads it.
Path = tuple[Any, ...]

#: Keywords that refer to a schema elsewhere.
REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")

#: Keywords that name a schema.
_ANCHORS = ("$anchor", "$dynamicAnchor")


def pointer(path: Path) -> str:
    """A path as a JSON pointer: `#/properties/price/minimum`."""
    steps: list[str] = []
    while path:
        path, step = path
        steps.append(str(step).replace("~", "~0").replace("/", "~1"))
    return "/".join(("#", *reversed(steps)))


class Unsatisfiable(ValueError):
    """A schema that nothing satisfies, that cannot be read, or that we find no instance of.

    `schema_path` is where (`#/properties/price`), `reason` is why.
    """

    def __init__(self, schema_path: str, reason: str, *, final: bool = False) -> None:
        self.schema_path = schema_path
        self.reason = reason
        #: Whether no other choice can help.
        self.final = final
        super().__init__(f"No instance of the schema at {self.schema_path}: {reason}. Give a reply that fits the call.")


class Place(NamedTuple):
    """A schema and where it stands: the path to it, and the URI that its references are relative to."""

    schema: Any
    path: Path = ()
    base: str = ""

    def under(self, *steps: str | int) -> Place:
        """The schema some steps further down."""
        schema, path = self.schema, self.path
        for step in steps:
            schema, path = schema[step], (path, step)
        return Place(schema, path, _base(schema, self.base))


def _base(schema: Any, base: str) -> str:
    if isinstance(schema, dict):
        for name in ("$id", "id"):
            named = schema.get(name)
            if isinstance(named, str) and not named.startswith("#"):
                return urljoin(base, named.rstrip("#"))
    return base


class Document:
    """One schema, its own copy: places in it are known by the identity of what stands there."""

    def __init__(self, text: str) -> None:
        schema = json.loads(text)
        self.size = len(text)
        if not is_schema(schema):
            raise Unsatisfiable("#", f"it is {schema!r}, and a schema is an object or a boolean")
        self.root = Place(schema, (), _base(schema, ""))
        #: What cannot be read, by the schema that it stands in.
        self.faults: dict[int, tuple[Path, str]] = {}
        self._read: dict[int, dict[str, Any]] = {}
        self._targets: dict[tuple[int, str], Place | None] = {}
        self._kept: dict[str, Place] = {}
        self._named = {"": self.root, self.root.base: self.root}
        if any(f'"{name}"' in text for name in ("$id", "id", *_ANCHORS)):
            self._named.update(self._names())

    def keywords(self, place: Place) -> dict[str, Any]:
        """What can be read of a schema that is an object, in the words of today; `faults` tells the rest.

        A null is as good as nothing, and so is draft 3's `required: true`.
        """
        schema = place.schema
        known = self._read.get(id(schema))
        if known is None:
            known = {}
            for name, value in schema.items():
                words, fits = SHAPES.get(name, ("", is_schema))
                if not words or fits(value):
                    known[name] = value
                elif value is not None:
                    self.faults[id(schema)] = ((place.path, name), f"it is {shown(value)}, not {words}")
            known = self._read[id(schema)] = _of_today(known)
        return known

    def keep(self, place: Place) -> Place:
        """A schema that the document does not hold, the same object whenever it is asked for at one place."""
        return self._kept.setdefault(f"{pointer(place.path)} {dumps(place.schema)}", place)

    def target(self, place: Place, name: str) -> Place | None:
        """What a reference of this schema points at; None for what is not in the document."""
        key = (id(place.schema), name)
        if key not in self._targets:
            self._targets[key] = self._find(place.schema[name], place.base)
        return self._targets[key]

    def _find(self, reference: str, base: str) -> Place | None:
        address, _, fragment = reference.partition("#")
        uri = urljoin(base, address) if address else base
        resource = self._named.get(uri)
        if resource is None:
            return None
        if fragment and not fragment.startswith("/"):
            return self._named.get(f"{uri}#{fragment}")
        found = resource
        for token in unquote(fragment).split("/")[1:]:
            step = token.replace("~1", "/").replace("~0", "~")
            match found.schema:
                case dict() if step in found.schema:
                    found = found.under(step)
                case list() if step.isdecimal() and int(step) < len(found.schema):
                    found = found.under(int(step))
                case _:
                    return None
        return found if is_schema(found.schema) else None

    def _names(self) -> Iterator[tuple[str, Place]]:
        waiting = [self.root]
        while waiting:
            place = waiting.pop()
            if not isinstance(place.schema, dict):
                continue
            if any(isinstance(place.schema.get(name), str) for name in ("$id", "id")):
                yield place.base, place
            for name in _ANCHORS:
                if isinstance(place.schema.get(name), str):
                    yield f"{place.base}#{place.schema[name]}", place
            old = place.schema.get("id", place.schema.get("$id"))
            if isinstance(old, str) and old.startswith("#"):
                yield f"{place.base}{old}", place
            waiting.extend(self.inside(place))

    def inside(self, place: Place) -> Iterator[Place]:
        """The schemas that stand directly in a schema."""
        for name, value in self.keywords(place).items():
            if name in SINGLES and is_schema(value):
                yield place.under(name)
            elif name in LISTS:
                yield from (place.under(name, index) for index in range(len(value)))
            elif name in MAPS:
                yield from (place.under(name, key) for key, one in value.items() if is_schema(one))


def _of_today(keywords: dict[str, Any]) -> dict[str, Any]:
    """The keywords, draft 4's `exclusiveMinimum: true` as a bound of its own."""
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(keywords.get(exclusive), bool):
            excludes = keywords.pop(exclusive)
            if excludes and bound in keywords:
                keywords[exclusive] = keywords.pop(bound)
    if isinstance(keywords.get("required"), bool):
        del keywords["required"]
    return keywords


@lru_cache(maxsize=256)
def _document(text: str) -> Document:
    return Document(text)


def document(schema: Any) -> Document:
    """The document of a schema, read once for as long as it is asked for; raises `Unsatisfiable` for what is no JSON."""
    try:
        return _document(dumps(schema))
    except RecursionError:
        raise Unsatisfiable("#", "it is nested too deep") from None
    except TypeError as wrong:
        raise Unsatisfiable("#", f"it is no JSON ({wrong})") from None
