"""Which of many rules a call may fit, found without asking each: by the exact values and the words that they want.

A rule stands under one key, the rarest of those that a call must have to fit it; one that wants no exact value is always asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from llm_intercept.call import Call
from llm_intercept.rules.criterion import Criterion
from llm_intercept.rules.matchers import Words
from llm_intercept.rules.rule import Rule

__all__ = ["Index"]

#: A criterion's name, and a value of the call or a word in it.
Key = tuple[str, str]

_WORD = re.compile(r"\w+")

#: The letters that fit an ASCII one in any case although they are none: `re` says so, `str.lower` does not.
_ALIKE = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"})


def _said(call: Call) -> Iterator[str]:
    said = call.said_last
    return (word.lower() for word in _WORD.findall(said.translate(_ALIKE))) if said else iter(())


#: What a call has, by the criterion that asks for it.
_HAD: Mapping[str, Callable[[Call], Iterable[str]]] = {
    "said": _said,
    "prompt": lambda call: (call.prompt,),
    "system": lambda call: (call.system,),
    "model": lambda call: (call.model,),
    "tool": lambda call: [tool.name for tool in call.tools],
    "tool_result": lambda call: [result.text for result in call.tool_results],
}

#: The characters of a glob: a value with one is no exact value.
_GLOB = frozenset("*?[")


def _keys(criterion: Criterion) -> Iterator[Key]:
    """The keys that a call must have to fit."""
    match criterion.name, criterion.wanted:
        case "said", Words(phrase):
            yield from (("said", word.lower()) for word in _WORD.findall(phrase) if word.isascii())
        case "model", str(wanted) if _GLOB.isdisjoint(wanted):
            yield "model", wanted
        case "prompt" | "system" | "tool" | "tool_result" as name, str(wanted):
            yield name, wanted


def _asked(rule: Rule) -> Iterator[Criterion]:
    """The criteria that every call must fit which the rule answers; none are known before it has its replies."""
    if not rule.sources:
        return iter(())
    return (criterion for criterion in rule.criteria if criterion.lasting or not rule.scripted)


class Index:
    """The rules that were there when it was made."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        found = [[key for criterion in _asked(rule) for key in _keys(criterion)] for rule in rules]
        often = Counter(key for keys in found for key in set(keys))
        self._always: list[int] = []
        self._under: dict[Key, list[int]] = {}
        for number, keys in enumerate(found):
            under = self._under.setdefault(min(keys, key=often.__getitem__), []) if keys else self._always
            under.append(number)
        self._names = {name for name, _ in self._under}

    def of(self, call: Call) -> Iterator[Rule]:
        """The rules that the call may fit, in order; all that it fits are among them."""
        keys = {(name, value) for name in self._names for value in _HAD[name](call)}
        numbers = sorted([*self._always, *(number for key in keys for number in self._under.get(key, ()))])
        return (self.rules[number] for number in numbers)
