"""The `jsonschema` library's word on a value, under draft 2020-12."""

from __future__ import annotations

from typing import Any

from hypothesis import reject
from jsonschema import Draft202012Validator, FormatChecker

__all__ = ["fits"]

#: What it checks of the formats here, whatever else is installed.
_FORMATS = FormatChecker(["date", "date-time", "time", "email", "ipv4", "ipv6", "regex", "uuid"])


def fits(value: Any, schema: Any) -> bool:
    """Whether a value fits a schema; the example is dropped where a reference to itself sends the judge round in circles."""
    try:
        return bool(Draft202012Validator(schema, format_checker=_FORMATS).is_valid(value))
    except RecursionError:
        return bool(reject())
    except BaseException as panic:  # a library in Rust below it meets the same end in its own way
        if type(panic).__name__ != "PanicException":
            raise
        return bool(reject())
