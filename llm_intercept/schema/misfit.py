"""Whether a value fits a schema, and where it does not.

It judges as the `jsonschema` library does under draft 2020-12, and reads the spellings of older drafts and of OpenAPI that SDKs
write. What cannot be read of a schema holds nothing against a value.

Reference: https://json-schema.org/draft/2020-12/json-schema-core#section-10
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from llm_intercept.schema.assertions import ASSERTIONS
from llm_intercept.schema.evaluated import evaluated
from llm_intercept.schema.keywords import shown
from llm_intercept.schema.patterns import compiled
from llm_intercept.schema.references import REFERENCES, Document, Path, Place, document, pointer
from llm_intercept.schema.steps import Steps, finish

__all__ = ["Judge", "Misfit", "misfit"]


@dataclass(frozen=True, slots=True)
class Misfit:
    """Where a value does not fit.

    `path` is where in the value (`$.items[2].price`), `schema_path` what it does not fit
    (`#/properties/items/items/properties/price/minimum`), `wanted` what that asks for in words, and `found` the value there.
    """

    path: str
    schema_path: str
    wanted: str
    found: Any

    def __str__(self) -> str:
        return f"{self.path} is {shown(self.found)}, and should be {self.wanted} ({self.schema_path})"


def _written(at: Path) -> str:
    """A path in a value: `$.items[2].price`."""
    steps: list[str] = []
    while at:
        at, step = at
        steps.append(f".{step}" if isinstance(step, str) and step.isidentifier() else f"[{shown(step)}]")
    return "$" + "".join(reversed(steps))


class Judge:
    """Holds values against the schemas of one document. The values that it saw must outlive it unchanged."""

    def __init__(self, whole: Document) -> None:
        self._document = whole
        #: What a container was found to be under a schema that a reference points at: each is looked at once, however many
        #: ways lead there. While it is looked at it fits, so that a reference to itself ends.
        self._seen: dict[tuple[int, int], Misfit | None] = {}

    def misfit(self, value: Any, place: Place) -> Misfit | None:
        """Where the value does not fit."""
        return finish(self._check(value, place, ()))

    def _check(self, value: Any, place: Place, at: Path) -> Steps[Misfit | None]:
        if place.schema is True:
            return None
        if place.schema is False:
            return Misfit(_written(at), pointer(place.path), "absent: nothing is allowed here", value)
        keywords = self._document.keywords(place)
        if value is None and keywords.get("nullable") is True:
            return None
        for name, argument in keywords.items():
            assertion = ASSERTIONS.get(name)
            if assertion is not None and assertion[0](value):
                wanted = assertion[1](value, argument)
                if wanted is not None:
                    return Misfit(_written(at), pointer((place.path, name)), wanted, value)
            applicator = _APPLICATORS.get(name)
            if applicator is not None:
                found = yield applicator(self, value, place, at, name)
                if found is not None:
                    return found  # type: ignore[no-any-return]
        return None

    def _reference(self, value: Any, place: Place, at: Path, name: str) -> Steps[Misfit | None]:
        target = self._document.target(place, name)
        if target is None:
            return None
        key = (id(value), id(target.schema))
        if not isinstance(target.schema, dict):
            return (yield self._check(value, target, at))  # type: ignore[no-any-return]
        if key not in self._seen:
            self._seen[key] = None
            found = yield self._check(value, target, at)
            if not isinstance(value, Mapping | list):
                del self._seen[key]
                return found  # type: ignore[no-any-return]
            self._seen[key] = found
        return self._seen[key]

    def _all_of(self, value: Any, place: Place, at: Path, name: str) -> Steps[Misfit | None]:
        for index in range(len(place.schema[name])):
            found = yield self._check(value, place.under(name, index), at)
            if found is not None:
                return found  # type: ignore[no-any-return]
        return None

    def _branches(self, value: Any, place: Place, at: Path, name: str) -> Steps[Misfit | None]:
        misfits: list[Misfit] = []
        fitting: list[int] = []
        for index in range(len(place.schema[name])):
            found = yield self._check(value, place.under(name, index), at)
            if found is not None:
                misfits.append(found)
                continue
            fitting.append(index)
            if name == "anyOf" or len(fitting) > 1:
                break
        if len(fitting) == 1:
            return None
        where = pointer((place.path, name))
        if fitting:
            first, second = fitting
            return Misfit(_written(at), where, f"valid under one of the schemas alone, not both {first} and {second}", value)
        here = _written(at)
        inner = [found for found in misfits if found.path != here]
        if len(inner) == 1 or len(misfits) == 1:
            return (inner or misfits)[0]
        return Misfit(here, where, f"valid under one of the {len(misfits)} schemas", value)

    def _not(self, value: Any, place: Place, at: Path, name: str) -> Steps[Misfit | None]:
        found = yield self._check(value, place.under(name), at)
        if found is not None:
            return None
        return Misfit(_written(at), pointer((place.path, name)), f"anything but what fits {shown(place.schema[name])}", value)

    def _if(self, value: Any, place: Place, at: Path, name: str) -> Steps[Misfit | None]:
        found = yield self._check(value, place.under(name), at)
        branch = "then" if found is None else "else"
        if branch not in self._document.keywords(place):
            return None
        return (yield self._check(value, place.under(branch), at))  # type: ignore[no-any-return]

    def _properties(self, value: Any, place: Place, at: Path, name: str) -> Steps[Misfit | None]:
        if isinstance(value, Mapping):
            for key in place.schema[name]:
                if key in value:
                    found = yield self._check(value[key], place.under(name, key), (at, key))
                    if found is not None:
                        return found  # type: ignore[no-any-return]
        return None

    def _pattern_properties(self, value: Any, place: Place, at: Path, name: str) -> Steps[Misfit | None]:
        if isinstance(value, Mapping):
            for pattern in place.schema[name]:
                regex = compiled(pattern)
                for key in value:
                    if regex is not None and regex.search(key):
                        found = yield self._check(value[key], place.under(name, pattern), (at, key))
                        if found is not None:
                            return found  # type: ignore[no-any-return]
        return None

    def _additional_properties(self, value: Any, place: Place, at: Path, name: str) -> Steps[Misfit | None]:
        if isinstance(value, Mapping):
            for key in self._undeclared(value, place):
                found = yield self._check(value[key], place.under(name), (at, key))
                if found is not None:
                    return found  # type: ignore[no-any-return]
        return None

    def _undeclared(self, value: Mapping[str, Any], place: Place) -> list[str]:
        keywords = self._document.keywords(place)
        named = keywords.get("properties", {})
        regexes = [compiled(pattern) for pattern in keywords.get("patternProperties", {})]
        return [key for key in value if key not in named and not any(one is not None and one.search(key) for one in regexes)]

    def _property_names(self, value: Any, place: Place, at: Path, name: str) -> Steps[Misfit | None]:
        if isinstance(value, Mapping):
            for key in value:
                found = yield self._check(key, place.under(name), (at, key))
                if found is not None:
                    return found  # type: ignore[no-any-return]
        return None

    def _dependent_schemas(self, value: Any, place: Place, at: Path, name: str) -> Steps[Misfit | None]:
        if isinstance(value, Mapping):
            for key, schema in place.schema[name].items():
                if key in value and not isinstance(schema, list):
                    found = yield self._check(value, place.under(name, key), at)
                    if found is not None:
                        return found  # type: ignore[no-any-return]
        return None

    def _items(self, value: Any, place: Place, at: Path, name: str) -> Steps[Misfit | None]:
        if not isinstance(value, list | tuple):
            return None
        keywords = self._document.keywords(place)
        schemas = place.schema[name]
        start = 0
        if name == "items" and isinstance(schemas, dict | bool):
            start = len(keywords.get("prefixItems", ()))
        elif name == "additionalItems":
            if not isinstance(keywords.get("items"), list):
                return None
            start = len(keywords["items"])
        each = isinstance(schemas, dict | bool)
        for index in range(start, len(value) if each else min(len(value), len(schemas))):
            found = yield self._check(value[index], place.under(name) if each else place.under(name, index), (at, index))
            if found is not None:
                return found  # type: ignore[no-any-return]
        return None

    def _contains(self, value: Any, place: Place, at: Path, name: str) -> Steps[Misfit | None]:
        if not isinstance(value, list | tuple):
            return None
        keywords = self._document.keywords(place)
        least, most = keywords.get("minContains", 1), keywords.get("maxContains", len(value))
        count = 0
        for index, item in enumerate(value):
            found = yield self._check(item, place.under(name), (at, index))
            count += found is None
        if least <= count <= most:
            return None
        bound = f"at least {least}" if count < least else f"at most {most}"
        return Misfit(_written(at), pointer((place.path, name)), f"with {bound} items that fit {shown(place.schema[name])}", value)

    def _unevaluated(self, value: Any, place: Place, at: Path, name: str) -> Steps[Misfit | None]:
        if not isinstance(value, Mapping if name == "unevaluatedProperties" else list):
            return None
        told = yield evaluated(value, place, self._document, lambda one, inner: self._check(one, inner, at))
        for step in value if isinstance(value, Mapping) else range(len(value)):
            if step not in told:
                found = yield self._check(value[step], place.under(name), (at, step))
                if found is not None:
                    return found  # type: ignore[no-any-return]
        return None


Applicator = Callable[[Judge, Any, Place, Path, str], Steps["Misfit | None"]]

#: The keywords that hold a value, or what is in it, against other schemas.
_APPLICATORS: dict[str, Applicator] = {
    **dict.fromkeys(REFERENCES, Judge._reference),
    "allOf": Judge._all_of,
    "anyOf": Judge._branches,
    "oneOf": Judge._branches,
    "not": Judge._not,
    "if": Judge._if,
    "properties": Judge._properties,
    "patternProperties": Judge._pattern_properties,
    "additionalProperties": Judge._additional_properties,
    "propertyNames": Judge._property_names,
    "dependentSchemas": Judge._dependent_schemas,
    "dependencies": Judge._dependent_schemas,
    "prefixItems": Judge._items,
    "items": Judge._items,
    "additionalItems": Judge._items,
    "contains": Judge._contains,
    "unevaluatedItems": Judge._unevaluated,
    "unevaluatedProperties": Judge._unevaluated,
}


def misfit(value: Any, schema: Any) -> Misfit | None:
    """Where a JSON value does not fit a schema; None where it does.

    Raises `Unsatisfiable`, a `ValueError`, for a schema that is no JSON.
    """
    whole = document(schema)
    return Judge(whole).misfit(value, whole.root)
