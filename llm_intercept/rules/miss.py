"""The text of a miss: the call, the nearest rules with what differed, and a rule to paste."""

from __future__ import annotations

from llm_intercept.call import Call
from llm_intercept.cut import cut
from llm_intercept.redaction import hide, redact_url, secrets
from llm_intercept.rules.rule import Rule
from llm_intercept.rules.rulebook import Rulebook

__all__ = ["describe", "explain"]

_NEAREST = 3


def describe(call: Call) -> str:
    """The call in at most five lines."""
    lines = [
        f"  {call.provider} {call.operation}, model {call.model!r}, {'streamed' if call.stream else 'not streamed'}",
        f"  {call.request.method} {redact_url(call.request.url)} (caught in {call.request.library})",
    ]
    if call.system:
        lines.append(f"  system: {cut(call.system, 100)}")
    if call.tools:
        lines.append(f"  tools: {', '.join(tool.name for tool in call.tools)}")
    if call.messages:
        last = call.messages[-1]
        count = len(call.messages)
        lines.append(f"  message {count} of {count}, {last.role}: {cut(last.text, 100)}")
    return "\n".join(lines)


def explain(call: Call, book: Rulebook) -> str:
    """The whole text of a miss in this rulebook."""
    told = f"No rule answers this call:\n{describe(call)}\n\n{_rules(call, book)}\n\nTo answer it:\n  {_paste(call)}"
    return hide(told, secrets(call.request))


def _rules(call: Call, book: Rulebook) -> str:
    asked = book.speaking
    if not asked:
        return "There are no rules, and default=None gives no default reply."
    scored = [(sum(not criterion.fits(call) for criterion in rule.criteria), rule) for rule in asked]
    scored.sort(key=lambda pair: pair[0])
    shown = [_rule(call, book, rule) for _, rule in scored[:_NEAREST]]
    return f"Nearest of {len(asked)} rule{'s' * (len(asked) > 1)}:\n" + "\n".join(shown)


def _rule(call: Call, book: Rulebook, rule: Rule) -> str:
    place = book.place(rule, call) if rule.scripted else None
    if place is not None and place.why:
        return f"  {rule!r}   {rule.origin}\n    {place.why}"
    differing = [criterion for criterion in rule.criteria if not criterion.fits(call)]
    if differing:
        reason = differing[0].why(call)
        if len(differing) > 1:
            reason += f" (and {len(differing) - 1} more)"
    elif not rule.sources:
        reason = "was given no reply"
    else:
        reason = f"exhausted: it answered {book.used(rule)} call{'s' * (book.used(rule) != 1)}, all it was given for"
    return f"  {rule!r}   {rule.origin}\n    {reason}"


def _paste(call: Call) -> str:
    said = call.said_last
    if said is not None and 0 < len(said) <= 80:
        return f"llm.on(prompt={said!r}).reply('...')"
    return f"llm.on(model={call.model!r}, turn={call.turn}).reply('...')"
