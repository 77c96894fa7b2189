"""An interceptor as a test's markers describe it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from llm_intercept.interceptor import Interceptor
from llm_intercept.options import Options

__all__ = ["marked"]

_OPTIONS = {field.name for field in fields(Options)}


def marked(node: pytest.Item, *, strict: bool, clock: Any) -> tuple[Interceptor, bool]:
    """The interceptor of a test, and whether it must use all its replies.

    A marker with criteria is a rule; of those without, the nearest one's replies are the otherwise. Options are taken from all, the
    nearest one's first.
    """
    marks = [mark for mark in node.iter_markers("llm") if mark.args or mark.kwargs]
    if not marks:
        return Interceptor(default=None, clock=clock), strict
    told: dict[str, Any] = {}
    for mark in reversed(marks):
        told |= {name: value for name, value in mark.kwargs.items() if name in _OPTIONS or name == "assert_all_used"}
    strict = told.pop("assert_all_used", strict)
    llm = Interceptor(**{"default": None, "clock": clock, **told})
    where = f"{node.path}:{(node.location[1] or 0) + 1}"
    for mark in marks:
        criteria = {name: value for name, value in mark.kwargs.items() if name not in _OPTIONS and name != "assert_all_used"}
        if criteria and not mark.args:
            raise pytest.UsageError(f"{where}: @pytest.mark.llm({', '.join(criteria)}=...) says no reply: give it first")
        if criteria:
            rule = llm.on(**criteria)
        elif mark.args and not llm.otherwise.sources:
            rule = llm.otherwise
        else:
            continue
        rule.replies(*mark.args)
        rule.origin = where
    return llm, strict
