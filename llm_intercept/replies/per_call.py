"""A reply that the call itself brings along: the body key `mock_response`, as LiteLLM's own."""

from __future__ import annotations

from llm_intercept.call import Call
from llm_intercept.replies.reply import DEFAULT, Answer, error, reply

__all__ = ["per_call"]


def per_call(call: Call) -> Answer | None:
    """The reply in the request's `mock_response` (a text, an object, or true for the default text), if there is one."""
    said = call.parameters.get("mock_response")
    match said:
        case None | False:
            return None
        case True:
            return reply(DEFAULT)
        case str() | dict():
            try:
                return reply(said)
            except TypeError as wrong:
                return error(400, f"mock_response: {wrong}", param="mock_response")
        case _:
            return error(400, f"mock_response: a text or an object, not {said!r}", param="mock_response")
