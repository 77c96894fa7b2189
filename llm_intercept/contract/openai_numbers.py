"""Which numbers OpenAI takes, and in which words it refuses others."""

from __future__ import annotations

from collections.abc import Mapping

from llm_intercept.call import Call
from llm_intercept.replies.reply import ErrorReply

__all__ = ["out_of_range"]


def out_of_range(call: Call, ranges: Mapping[str, tuple[float, float | None, bool]]) -> ErrorReply | None:
    """The refusal of the first number that is below its least or above its most; each range tells whether it is whole."""
    for key, (least, most, whole) in ranges.items():
        given = call.json.get(key)
        if type(given) is not int and type(given) is not float:
            continue
        kind = "integer" if whole else "decimal"
        if given < least:
            side, wrong, wanted = "below_min", "below minimum", f">= {least}"
        elif most is not None and given > most:
            side, wrong, wanted = "above_max", "above maximum", f"<= {most}"
        else:
            continue
        message = f"Invalid '{key}': {kind} {wrong} value. Expected a value {wanted}, but got {given} instead."
        return ErrorReply(400, message, param=key, code=f"{kind}_{side}_value")
    return None
