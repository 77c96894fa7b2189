"""A rule as a sentence: for whom it is, and what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from llm_intercept.rules.matchers import Contains, Either, Every, Other, Words

if TYPE_CHECKING:
    from llm_intercept.replies.reply import Source
    from llm_intercept.rules.criterion import Criterion

__all__ = ["condition", "outcome", "wording"]

#: What a criterion is called in a sentence.
_SUBJECTS = {
    "said": "the last thing said",
    "prompt": "the user's last text",
    "system": "the system text",
    "tool": "a tool on offer",
    "tool_result": "a tool's result",
    "turn": "the turn",
    "step": "the step",
    "schema": "the schema wanted",
    "header": "the headers",
    "url": "the URL",
    "body": "the body",
    "where": "the call",
}


def condition(criterion: Criterion) -> str:
    """One criterion."""
    return f"{_SUBJECTS.get(criterion.name, f'the {criterion.name}')} {wording(criterion.shown)}"


def wording(wanted: Any) -> str:
    """What a value must be."""
    match wanted:
        case str():
            return f"is {'like ' if set(wanted) & set('*?[') else ''}{wanted!r}"
        case re.Pattern():
            return f"matches /{wanted.pattern}/"
        case Words(phrase):
            return f"has the words {phrase!r}"
        case Contains(text):
            return f"contains {text!r}"
        case set() | frozenset():
            return " or ".join(sorted(map(wording, wanted)))
        case Every(all_of):
            return " and ".join(map(wording, all_of))
        case Either(any_of):
            return " or ".join(map(wording, any_of))
        case Other(inner):
            return f"not so that it {wording(inner)}"
        case Mapping():
            return f"has {dict(wanted)!r}"
        case type():
            return f"is {wanted.__name__}"
        case _ if callable(wanted):
            return f"passes {getattr(wanted, '__name__', type(wanted).__name__)}"
        case _:
            return f"is {wanted!r}"


def outcome(sources: tuple[Source, ...], limit: int | None, *, scripted: bool = False) -> str:
    """What is replied, and how often."""
    if not sources:
        return "reply nothing yet"
    said = ", then ".join(map(_said, sources))
    if scripted:
        return f"reply {said}, turn by turn"
    if limit is None:
        return f"reply {said}, for ever" if len(sources) > 1 else f"always reply {said}"
    if limit == len(sources):
        return f"reply {said}, once{' each' if limit > 1 else ''}"
    return f"reply {said}, {limit} times in all"


def _said(source: Source) -> str:
    return f"what {getattr(source, '__name__', type(source).__name__)} returns" if callable(source) else repr(source)
