"""The rules of one interceptor in their order, and how much of each is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from llm_intercept.call import Call
from llm_intercept.origin import warn
from llm_intercept.replies.parts import Part
from llm_intercept.replies.reply import PASSTHROUGH, Source
from llm_intercept.rules.criteria import criteria
from llm_intercept.rules.index import Index
from llm_intercept.rules.rule import Rule
from llm_intercept.rules.script import Place, Places
from llm_intercept.rules.shadows import Shadows

__all__ = ["Choice", "Rulebook"]

Choice = tuple[Rule, Source]

#: Answers nothing.
_EMPTY = Rule((), "default")

#: So many rules are asked one by one sooner than they are looked up.
_FEW = 8


class Rulebook:
    """Rules in reading order, then the *otherwise*, then the default reply.

    The default is asked only while there is no rule and no otherwise. `default` is None for no default. `alone` lets one caller in
    at a time: each call takes one reply, also where threads ask together.
    """

    def __init__(self, default: Source | None, alone: AbstractContextManager[Any]) -> None:
        self._default_rule = _EMPTY if default is None else Rule((), "default").reply(default)
        #: The rules in the order in which they are asked; replaced, never changed.
        self.rules: tuple[Rule, ...] = ()
        self._otherwise: Rule | None = None
        self._used: dict[Rule, int] = {}
        self._alone = alone
        self._index: Index | None = None
        self._shadows: Shadows | None = None
        self._places: dict[Rule, Places] = {}

    def fresh(self) -> Rulebook:
        """The same rules, nothing used."""
        book = Rulebook(None, self._alone)
        book._default_rule = self._default_rule
        book.rules = self.rules
        if self._otherwise is not None and self._otherwise.sources:
            book._otherwise = self._otherwise
        return book

    @property
    def speaking(self) -> tuple[Rule, ...]:
        """The rules in the order in which they are asked, with the otherwise, where something was said for it."""
        last = self._otherwise
        return self.rules if last is None or not last.sources else (*self.rules, last)

    @property
    def otherwise(self) -> Rule:
        """What is said where no rule answers."""
        if self._otherwise is None:
            self._otherwise = Rule((), "otherwise")
        return self._otherwise

    def on(self, said: tuple[object, ...], named: Mapping[str, object]) -> Rule:
        """A new rule, asked last."""
        rule = Rule(criteria(said, named), "on", self._warn_shadowed)
        if self._shadows is None:
            self._shadows = Shadows(self.rules)
        self._shadows.add(rule)
        self.rules = (*self.rules, rule)
        return rule

    def override(self, said: tuple[object, ...], named: Mapping[str, object]) -> Rule:
        """A new rule, asked first."""
        rule = Rule(criteria(said, named), "override")
        self.rules, self._shadows = (rule, *self.rules), None
        return rule

    def used(self, rule: Rule) -> int:
        """How many calls a rule has answered."""
        return self._used.get(rule, 0)

    def passes(self, call: Call) -> Rule | None:
        """The rule that lets a call go which no dialect can answer."""
        for rule in self.rules:
            if PASSTHROUGH in rule.sources and rule.matches(call) and self._take(rule) is not None:
                return rule
        return None

    def lets_go(self, call: Call) -> bool:
        """Whether a rule would let a call go to the provider itself."""
        return any(PASSTHROUGH in rule.sources and rule.matches(call) for rule in self.rules)

    def astray(self, call: Call) -> bool:
        """Whether a call belongs to a conversation that a script knows, and is none of its turns."""
        return any(rule.scripted and self.place(rule, call).why for rule in self.rules)

    def choose(self, call: Call, *, explicit: bool = False, says: Callable[[Part], bool] | None = None) -> Choice | None:
        """The first rule that matches and has replies left, and its next reply, taken.

        `explicit` asks the rules alone. `says` is which parts answer the call, None for a completion: a rule that does not name the
        call's operation concerns it only if it replies such parts, and so it is with what is said where no rule answers.
        """
        for rule in self.rules if len(self.rules) <= _FEW else self._indexed().of(call):
            concerned = rule.completes if says is None else rule.says(says)
            if not (concerned or rule.names_operation):
                continue
            taken = self._next_turn(rule, call) if rule.scripted else self._take(rule) if rule.matches(call) else None
            if taken is not None:
                return rule, taken
        if explicit:
            return None
        last = self._otherwise
        if last is None or not last.sources:
            if self.rules:
                return None
            last = self._default_rule
        if says is not None and not last.says(says):
            return None
        taken = self._take(last)
        return None if taken is None else (last, taken)

    def place(self, rule: Rule, call: Call) -> Place:
        """Where a call stands in a rule's script."""
        places = self._places.get(rule)
        if places is None or not rule.goes_on(call):
            return Place(starts=True)
        return places.of(call)

    def _next_turn(self, rule: Rule, call: Call) -> Source | None:
        """The turn of a rule's script that a call is."""
        place = self.place(rule, call)
        if place.why or (place.starts and not rule.matches(call)):
            return None
        with self._alone:
            self._places.setdefault(rule, Places(rule.sources)).take(call, place)
            self._used[rule] = self._used.get(rule, 0) + 1
        return rule.sources[place.turn]

    def _indexed(self) -> Index:
        """The rules' index, made anew when there are others."""
        index = self._index
        if index is None or index.rules is not self.rules:
            index = self._index = Index(self.rules)
        return index

    def _take(self, rule: Rule) -> Source | None:
        with self._alone:
            number = self._used.get(rule, 0)
            if rule.limit is not None and number >= rule.limit:
                return None
            self._used[rule] = number + 1
        return rule.sources[number] if number < len(rule.sources) else rule.sources[-1]

    def furthest(self, rule: Rule) -> int:
        """How many turns of a rule's script the conversation that came furthest has heard."""
        places = self._places.get(rule)
        return 0 if places is None else places.furthest

    def shadow(self, rule: Rule) -> Rule | None:
        """The earlier rule that leaves this one nothing to answer."""
        if self._shadows is None:
            self._shadows = Shadows(self.rules)
        return self._shadows.over(rule)

    def _warn_shadowed(self, rule: Rule) -> None:
        earlier = self.shadow(rule)
        if earlier is not None:
            rule.warn_shadowed(earlier)

    def warn_silent(self) -> None:
        """Warn of the rules that were given no reply."""
        for rule in self.rules:
            if not rule.sources:
                warn(f"{rule!r} ({rule.origin}) was given no reply, so it answers nothing: add .reply(...).")
