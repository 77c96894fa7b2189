"""What of the rules was not used, in words."""

from __future__ import annotations

from collections.abc import Sequence

from llm_intercept.rules.rule import Rule
from llm_intercept.rules.rulebook import Rulebook

__all__ = ["unused"]


def unused(book: Rulebook, misses: Sequence[BaseException]) -> str:
    """The rules that have replies left which no call took, and the calls that no rule answered; nothing where there are none."""
    rules = [f"  {rule!r}   {rule.origin}\n    {why}" for rule in book.speaking if (why := _why(rule, book))]
    parts = ["Not every rule was used:\n" + "\n".join(rules)] if rules else []
    if misses:
        counted = f"{len(misses)} call{'s were' if len(misses) > 1 else ' was'}"
        parts.append(f"{counted} not answered by any rule:\n" + "\n".join(_call(miss) for miss in misses))
    return "\n\n".join(parts)


def _why(rule: Rule, book: Rulebook) -> str:
    """What is left of a rule; nothing for one that is used up, or repeats and was used."""
    if rule.spare:
        return ""
    if not rule.sources:
        return "was given no reply"
    used = book.used(rule)
    if used == 0:
        earlier = book.shadow(rule)
        if earlier is not None:
            return f"can never answer: {earlier!r} ({earlier.origin}) takes every call before it"
        return "answered no call"
    if rule.scripted:
        said, turns = book.furthest(rule), len(rule.sources)
        return f"no conversation came further than turn {said} of {turns}" if said < turns else ""
    left = (rule.limit or len(rule.sources)) - used
    return f"{left} of its {used + left} replies {'was' if left == 1 else 'were'} not asked for" if left > 0 else ""


def _call(miss: BaseException) -> str:
    """The line of a miss's text that tells the last message, or its first."""
    lines = str(miss).splitlines()
    shown = [line for line in lines if line.startswith("  message ")] or lines[1:2]
    return shown[0]
