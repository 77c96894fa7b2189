"""What the keywords that look at one value alone ask of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from llm_intercept.schema.formats import has_format
from llm_intercept.schema.keywords import KINDS, is_number, kind_of, same, shown, unlike
from llm_intercept.schema.patterns import compiled

__all__ = ["ASSERTIONS", "fraction", "is_multiple"]

#: What was wanted, where a value is not that; it gets the value and what the keyword holds.
Assertion = Callable[[Any, Any], "str | None"]


def fraction(number: float) -> Fraction:
    """A number as it is written: 0.1 is a tenth."""
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def is_multiple(value: float, step: float) -> bool:
    """Whether a number is a multiple of another, as written or as computed: 19.99 is one of 0.01."""
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    try:
        quotient = value / step
        if int(quotient) == quotient:
            return True
    except OverflowError:
        pass
    return (fraction(value) / fraction(step)).denominator == 1


def _type(value: Any, types: Any) -> str | None:
    allowed = [types] if isinstance(types, str) else types
    kind = kind_of(value)
    if kind in allowed or (kind == "integer" and "number" in allowed):
        return None
    return " or ".join(sorted(allowed, key=KINDS.index)) or "of a type, and none is allowed"


def _enum(value: Any, values: Any) -> str | None:
    key = unlike(value)
    return None if any(unlike(one) == key for one in values) else f"one of {shown(values)}"


def _const(value: Any, only: Any) -> str | None:
    return None if same(value, only) else shown(only)


def _minimum(value: Any, least: Any) -> str | None:
    return None if value >= least else f"at least {least}"


def _maximum(value: Any, most: Any) -> str | None:
    return None if value <= most else f"at most {most}"


def _exclusive_minimum(value: Any, bound: Any) -> str | None:
    return None if value > bound else f"above {bound}"


def _exclusive_maximum(value: Any, bound: Any) -> str | None:
    return None if value < bound else f"below {bound}"


def _multiple_of(value: Any, step: Any) -> str | None:
    return None if is_multiple(value, step) else f"a multiple of {step}"


def _pattern(value: Any, pattern: Any) -> str | None:
    found = compiled(pattern)
    return None if found is None or found.search(value) else f"a match of {pattern}"


def _format(value: Any, name: Any) -> str | None:
    return None if has_format(value, name) else f"of format {name}"


def _least(what: str) -> Assertion:
    return lambda value, least: None if len(value) >= least else f"at least {least} {what}"


def _most(what: str) -> Assertion:
    return lambda value, most: None if len(value) <= most else f"at most {most} {what}"


def _unique(value: Any, wanted: Any) -> str | None:
    return None if not wanted or len({unlike(one) for one in value}) == len(value) else "all of its items different"


def _required(value: Any, names: Any) -> str | None:
    absent = [name for name in names if name not in value]
    return f"with {', '.join(map(repr, absent))}" if absent else None


def _dependent(value: Any, dependencies: Any) -> str | None:
    for name, names in dependencies.items():
        if name in value and isinstance(names, list):
            absent = [other for other in names if other not in value]
            if absent:
                return f"with {', '.join(map(repr, absent))}, since it has {name!r}"
    return None


def _any(value: Any) -> bool:  # noqa: ARG001  (whatever it is)
    return True


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _array(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _object(value: Any) -> bool:
    return isinstance(value, Mapping)


#: Each keyword, with the values that it is about.
ASSERTIONS: dict[str, tuple[Callable[[Any], bool], Assertion]] = {
    "type": (_any, _type),
    "enum": (_any, _enum),
    "const": (_any, _const),
    "minimum": (is_number, _minimum),
    "maximum": (is_number, _maximum),
    "exclusiveMinimum": (is_number, _exclusive_minimum),
    "exclusiveMaximum": (is_number, _exclusive_maximum),
    "multipleOf": (is_number, _multiple_of),
    "minLength": (_text, _least("characters")),
    "maxLength": (_text, _most("characters")),
    "pattern": (_text, _pattern),
    "format": (_text, _format),
    "minItems": (_array, _least("items")),
    "maxItems": (_array, _most("items")),
    "uniqueItems": (_array, _unique),
    "minProperties": (_object, _least("properties")),
    "maxProperties": (_object, _most("properties")),
    "required": (_object, _required),
    "dependentRequired": (_object, _dependent),
    "dependencies": (_object, _dependent),
}
