"""Which earlier rule leaves a later one nothing to answer: found by its criteria, without comparing each with each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, combinations

from llm_intercept.rules.criterion import Criterion
from llm_intercept.rules.rule import Rule

__all__ = ["Shadows"]

#: A rule with more criteria has too many parts to look each up.
_MOST = 8


class Shadows:
    """Rules in reading order, to be asked which of them shadows one."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._numbers: dict[Rule, int] = {}
        self._by_criteria: dict[frozenset[Criterion], list[Rule]] = {}
        #: Those whose criteria cannot be looked up.
        self._others: list[Rule] = []
        for rule in rules:
            self.add(rule)

    def add(self, rule: Rule) -> None:
        """One more rule, asked last."""
        self._numbers[rule] = len(self._numbers)
        key = _key(rule.criteria)
        if key is None:
            self._others.append(rule)
        else:
            self._by_criteria.setdefault(key, []).append(rule)

    def over(self, rule: Rule) -> Rule | None:
        """The first rule before this one that shadows it."""
        before = (one for one in self._similar(rule) if self._numbers[one] < self._numbers[rule] and one.shadows(rule))
        return min(before, key=self._numbers.__getitem__, default=None)

    def _similar(self, rule: Rule) -> Iterator[Rule]:
        """The rules whose criteria may all be among this one's."""
        known = [one for one in rule.criteria if _key((one,)) is not None]
        if len(known) > _MOST:
            yield from self._numbers
            return
        yield from self._others
        for part in chain.from_iterable(combinations(known, size) for size in range(len(known) + 1)):
            yield from self._by_criteria.get(frozenset(part), ())


def _key(criteria: tuple[Criterion, ...]) -> frozenset[Criterion] | None:
    """The criteria to look up by; None where one cannot be hashed."""
    try:
        return frozenset(criteria)
    except TypeError:
        return None
