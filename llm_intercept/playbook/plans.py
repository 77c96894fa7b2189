"""From what a playbook holds to the calls that one would write in Python; what Python would refuse is a problem of its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from re import findall
from typing import Any, NamedTuple

from pydantic import ValidationError

from llm_intercept.errors import near
from llm_intercept.playbook.documents import At, Document
from llm_intercept.playbook.grammar import ARGUMENTS, Playbook
from llm_intercept.playbook.problems import Problem
from llm_intercept.playbook.vocabulary import PARTS, data, wanted
from llm_intercept.replies.pacing import Pace
from llm_intercept.replies.reply import DEFAULT, ErrorReply, Reply, compose, reply
from llm_intercept.rules.criteria import CRITERIA, criteria
from llm_intercept.rules.rule import Rule
from llm_intercept.rules.rulebook import Rulebook

__all__ = ["Plan", "plans"]

#: The parts that are what stands after their names, were it a mapping.
_WHOLE = frozenset({"object", "native"})

#: How often a rule answers, by the key that says it.
_COUNTS = ("once", "times", "forever")


_QUOTED = "'([^']*)'"


class Plan(NamedTuple):
    """One rule to be made: `on`, `override` or `otherwise`, its criteria, what is called on it, and where it stands."""

    label: str
    said: tuple[Any, ...]
    named: Mapping[str, Any]
    calls: tuple[tuple[str, tuple[Any, ...]], ...]
    place: tuple[str, int]

    @property
    def origin(self) -> str:
        """`file:line`."""
        return f"{self.place[0]}:{self.place[1]}"

    def into(self, book: Rulebook) -> None:
        """Add the rule to a rulebook."""
        match self.label:
            case "on":
                rule = book.on(self.said, dict(self.named))
            case "override":
                rule = book.override(self.said, dict(self.named))
            case _:
                rule = book.otherwise
        self._say(rule)

    def tried(self) -> None:
        """Make the rule alone; raises what Python would raise."""
        self._say(Rule(criteria(self.said, self.named), self.label))

    def _say(self, rule: Rule) -> None:
        rule.origin = self.origin
        for method, given in self.calls:
            getattr(rule, method)(*given)


class _Off(Exception):
    """What Python refuses, at a place of the document."""

    def __init__(self, at: At, text: str) -> None:
        super().__init__(text)
        self.at, self.text = at, text


def plans(document: Document, problems: list[Problem]) -> list[Plan]:
    """The rules of a document, in order; what is wrong goes to `problems`."""
    value = {} if document.value is None else document.value
    try:
        Playbook.model_validate(value)
    except ValidationError as wrong:
        problems += [_problem(one, document) for one in wrong.errors()]
        return []
    found = []
    asked: list[tuple[At, str, Any]] = [(("rules", index), "", rule) for index, rule in enumerate(value.get("rules", ()))]
    if "otherwise" in value:
        asked.append((("otherwise",), "otherwise", {"reply": value["otherwise"]}))
    for at, label, rule in asked:
        try:
            found.append(_Maker(document).plan(at, label, rule))
        except _Off as off:
            problems.append(Problem(document.file, document.line(off.at), f"{_path(off.at)}: {off.text}"))
    return found


def _problem(wrong: Any, document: Document) -> Problem:
    """One of pydantic's errors, at its line."""
    at, said = _told(wrong, document.value)
    return Problem(document.file, document.line(at), f"{_path(at)}: {said}" if at else said)


def _told(wrong: Any, value: Any) -> tuple[At, str]:
    """Where in a value one of pydantic's errors is, and what it is."""
    at: At = ()
    for step in (*wrong["loc"], *((wrong["ctx"]["key"],) if wrong["type"] == "unknown" else ())):
        if (isinstance(value, dict) and step in value) or (isinstance(value, list) and isinstance(step, int)):
            value, at = value[step], (*at, step)  # the other steps are names of models
    match wrong["type"]:
        case "unknown" | "one" | "says":
            return at, wrong["msg"]
        case "missing":
            return at, f"{wrong['loc'][-1]!r} is missing"
        case "literal_error":
            return at, f"{value!r} is unknown; {near(str(value), findall(_QUOTED, wrong['ctx']['expected']))}"
        case _:
            return at, f"{wrong['msg']}, got {value!r}"


def _path(at: At) -> str:
    """A place as one would write it."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in at).lstrip(".")


class _Maker:
    """Makes the rules of one document."""

    def __init__(self, document: Document) -> None:
        self._document, self._folder = document, Path(document.file).parent

    def plan(self, at: At, label: str, rule: Mapping[str, Any]) -> Plan:
        """One rule."""
        label = label or ("override" if "override" in rule else "on")
        said, named = self._asked(rule.get(label, rule.get("on")) if label in rule else None, rule, (*at, label))
        place = self._document.file, self._document.line(at)
        made = Plan(label, said, named, tuple(self._calls(at, label, rule)), place)
        try:
            made.tried()
        except (TypeError, ValueError) as wrong:
            raise _Off(at, str(wrong)) from None
        return made

    def _asked(self, on: Any, rule: Mapping[str, Any], at: At) -> tuple[tuple[Any, ...], dict[str, Any]]:
        given = {"words": on} if isinstance(on, str) else dict(on or {})
        said = tuple([given.pop("words")] if "words" in given else [])
        for name in CRITERIA:
            if name in rule:
                if name in given:
                    raise _Off((*at[:-1], name), f"{name} is asked twice: in `{at[-1]}` and beside it")
                given[name] = rule[name]
        made = {}
        for name, value in given.items():
            try:
                made[name] = wanted(value)
            except Exception as wrong:
                raise _Off((*at, name) if name not in rule else (*at[:-1], name), f"{name}: {wrong}") from None
        return tuple([wanted(one) if not isinstance(one, str) else one for one in said]), made

    def _calls(self, at: At, label: str, rule: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        if "reply" in rule:
            yield "reply", (self._reply(rule["reply"], at if label == "otherwise" else (*at, "reply")),)
        for name in ("replies", "converse"):
            if name in rule:
                yield name, tuple([self._reply(one, (*at, name, index)) for index, one in enumerate(rule[name])])
        if "passthrough" in rule:
            yield "passthrough", ()
        for index, one in enumerate(rule.get("then") or ()):
            yield "then", (self._reply(one, (*at, "then", index)),)
        for name in _COUNTS:
            if rule.get(name) is not None:
                yield name, (rule[name],) if name == "times" else ()

    def _reply(self, said: Any, at: At) -> Any:
        """One reply, whose origin is its line."""
        try:
            made = self._said(said, at)
        except (TypeError, ValueError, OSError) as wrong:
            raise _Off(at, str(wrong)) from None
        where = f"{self._document.file}:{self._document.line(at)}"
        return replace(made, origin=where) if isinstance(made, Reply | ErrorReply) else made

    def _said(self, said: Any, at: At) -> Any:
        match said:
            case None:
                return reply(DEFAULT)
            case {"say": parts}:
                options = {key: value for key, value in said.items() if key != "say"}
                if "chunks" in options:
                    options["chunks"] = self._parts(options["chunks"], (*at, "chunks"))
                if options.get("pace") is not None:
                    options["pace"] = Pace(**options["pace"])
                return reply(*self._parts(parts, (*at, "say")), **options)
            case _:
                return compose(self._parts(said, at), {})

    def _parts(self, said: Any, at: At) -> tuple[Any, ...]:
        if not isinstance(said, list):
            return (self._part(said, at),)
        return tuple([self._part(one, (*at, index)) for index, one in enumerate(said)])

    def _part(self, said: Any, at: At) -> Any:
        if isinstance(said, str):
            return said
        ((name, given),) = said.items()
        at = (*at, name)
        try:
            first, named = self._arguments(name, given, at)
            return PARTS[name](*first, **named)
        except (TypeError, ValueError, OSError) as wrong:
            raise _Off(at, str(wrong)) from None

    def _arguments(self, name: str, given: Any, at: At) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What a part is made with: a mapping by names, nothing, or the first alone."""
        if given is None:
            return (), {}
        if not isinstance(given, dict) or name in _WHOLE or given.keys() == {"path"}:
            return (self._plain(name, given),), {}
        try:
            ARGUMENTS[name].model_validate(given)
        except ValidationError as wrong:
            inner, text = _told(wrong.errors()[0], given)
            raise _Off((*at, *inner), text) from None
        return (), {
            key: self._plain(name, value) if key == "data" and name != "stream_event" else value for key, value in given.items()
        }

    def _plain(self, name: str, value: Any) -> Any:
        return data(value, self._folder) if name in ("image", "audio") else value
