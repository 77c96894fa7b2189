"""What a provider says for an error that has a name, where its status alone does not tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from llm_intercept.replies.reply import ErrorReply

if TYPE_CHECKING:
    from llm_intercept.call import Call

__all__ = ["NamedErrors", "Words", "worded"]


class Words(NamedTuple):
    """A status, and what is said with it; `{model}` is the call's.

    None is what the provider says with that status, an empty text that it says nothing there.
    """

    status: int
    message: str | None = None
    type: str | None = None
    code: str | None = None
    param: str | None = None


#: By the names of `llm_intercept/replies/failures.py`. One that is missing is said as its usual status is.
NamedErrors = Mapping[str, Words]


def worded(error: ErrorReply, names: NamedErrors, call: Call) -> ErrorReply:
    """A named error as a provider says it, but for what the reply says itself."""
    words = names.get(error.kind)
    if words is None:
        return error
    return replace(
        error,
        status=error.status if error.fixed else words.status,
        message=_first(error.message, words.message and words.message.replace("{model}", call.model)),
        type=_first(error.type, words.type),
        code=_first(error.code, words.code),
        param=_first(error.param, words.param),
    )


def _first(given: str | None, usual: str | None) -> str | None:
    return usual if given is None else given
