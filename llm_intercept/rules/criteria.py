"""What a rule can ask of a call: one class a criterion, and the table of them.

To add a criterion: one class and one entry in `CRITERIA`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from llm_intercept.call import OPERATIONS, Call
from llm_intercept.errors import near
from llm_intercept.providers import names
from llm_intercept.redaction import HIDDEN, Redacted, redact_url, secret
from llm_intercept.rules.criterion import Closed, Criterion, Each, Glob, short, within
from llm_intercept.rules.matchers import Either, Every, Matcher, Other, Words, words

__all__ = ["CRITERIA", "Criterion", "criteria"]


class Said(Criterion):
    """The positional criterion: words in the last user text, only while that text is the last thing said."""

    name = "said"

    def of(self, call: Call) -> Any:
        return call.said_last

    def why(self, call: Call) -> str:
        if call.said_last is None:
            return f"{self}: the last thing said is not the user's"
        return f"{self}: not in {short(call.said_last)}"

    def __str__(self) -> str:
        return repr(self.wanted.phrase if isinstance(self.wanted, Words) else self.wanted)


class Prompt(Criterion):
    """The last user text, whole."""

    name = "prompt"

    def of(self, call: Call) -> Any:
        return call.prompt


class System(Criterion):
    """The system text."""

    name = "system"
    lasting = True

    def of(self, call: Call) -> Any:
        return call.system


class Model(Glob):
    """The model asked for; strings are globs."""

    name = "model"
    lasting = True

    def of(self, call: Call) -> Any:
        return call.model


class Provider(Closed):
    """The provider's name."""

    name = "provider"
    lasting = True

    def of(self, call: Call) -> Any:
        return call.provider

    @classmethod
    def known(cls) -> frozenset[str]:
        return frozenset(names())


class Operation(Closed):
    """The operation's name."""

    name = "operation"
    lasting = True

    def of(self, call: Call) -> Any:
        return call.operation

    @classmethod
    def known(cls) -> frozenset[str]:
        return OPERATIONS


class Stream(Criterion):
    """Whether a stream is wanted."""

    name = "stream"

    def of(self, call: Call) -> Any:
        return call.stream


class Turn(Criterion):
    """How many assistant messages the request holds."""

    name = "turn"

    def of(self, call: Call) -> Any:
        return call.turn


class Step(Criterion):
    """How many assistant messages stand after the last user text."""

    name = "step"

    def of(self, call: Call) -> Any:
        return call.step


class OfTool(Each):
    """A tool on offer, by its name."""

    name = "tool"

    def of(self, call: Call) -> Any:
        return [tool.name for tool in call.tools]


class ToolResult(Each):
    """A tool's result given since the last assistant message: its text, or, as a mapping, that of the tool so named."""

    name = "tool_result"

    def of(self, call: Call) -> Any:
        return call.tool_results

    def _one(self, wanted: Any, value: Any) -> bool:
        if isinstance(wanted, Mapping):
            return all(self._fits(text, [one for one in value if one.name == name]) for name, text in wanted.items())
        return not value if wanted is None else super()._one(wanted, [one.text for one in value])

    def why(self, call: Call) -> str:
        given = {f"{one.name or one.id}": one.text for one in call.tool_results}
        return f"{self.name}: wanted {short(self.wanted)}, the call has {short(given) if given else 'none'}"


class Schema(Criterion):
    """The JSON schema that the answer must fit: whether one is wanted, its title, a part of it, or a pydantic model."""

    name = "schema"

    def of(self, call: Call) -> Any:
        return call.schema

    def _one(self, wanted: Any, value: Any) -> bool:
        if isinstance(wanted, bool):
            return wanted is (value is not None)
        if isinstance(wanted, type) and hasattr(wanted, "model_json_schema"):
            return value is not None and _alike(wanted.model_json_schema(), value)
        if isinstance(wanted, str | re.Pattern):
            return value is not None and super()._one(wanted, value.get("title"))
        return within(wanted, value, super()._one) if isinstance(wanted, Mapping) else super()._one(wanted, value)


def _alike(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """Whether a schema is that of a model: SDKs drop titles, close objects, and require all keys."""
    named = [one.get("title") for one in (ours, theirs)]
    known = [set(one.get("properties") or {}) for one in (ours, theirs)]
    return known[0] == known[1] and (None in named or named[0] == named[1])


class Header(Criterion):
    """Headers of the request, as they were sent, by their names in any case."""

    name = "header"
    lasting = True

    def of(self, call: Call) -> Any:
        return {name: call.request.header(name) for name in self.wanted}

    def check(self) -> None:
        if not isinstance(self.wanted, Mapping) or not all(isinstance(name, str) for name in self.wanted):
            raise TypeError(f"header={self.wanted!r}: a mapping from a header's name to its value")

    def fits(self, call: Call) -> bool:
        had = self.of(call)
        return all(self._fits(wanted, had[name]) for name, wanted in self.wanted.items())

    def why(self, call: Call) -> str:
        sent = Redacted(call.request.headers)
        return f"header: wanted {short(self.shown)}, the call has {short({name: sent.get(name) for name in self.wanted})}"

    @property
    def shown(self) -> Any:
        return {name: HIDDEN if secret(name) else wanted for name, wanted in self.wanted.items()}


class Url(Glob):
    """The whole URL; strings are globs."""

    name = "url"
    lasting = True

    def of(self, call: Call) -> Any:
        return call.request.url

    def why(self, call: Call) -> str:
        return f"{self}: the call goes to {redact_url(call.request.url)}"


class Body(Criterion):
    """A part of the request's JSON body."""

    name = "body"

    def of(self, call: Call) -> Any:
        return call.json

    def _one(self, wanted: Any, value: Any) -> bool:
        return within(wanted, value, super()._one) if isinstance(wanted, Mapping) else super()._one(wanted, value)

    def why(self, call: Call) -> str:
        if not isinstance(self.wanted, Mapping) or not isinstance(call.json, Mapping):
            return super().why(call)
        differing = [name for name, wanted in self.wanted.items() if not self._fits({name: wanted}, call.json)]
        had = {name: call.json[name] for name in differing if name in call.json}
        return f"body: wanted {short({name: self.wanted[name] for name in differing})}, the call has {short(had)}"


class Where(Criterion):
    """A predicate on the whole call."""

    name = "where"

    def of(self, call: Call) -> Any:
        return call

    def check(self) -> None:
        if not callable(self.wanted):
            raise TypeError(f"where= takes a callable that is given the call, not {self.wanted!r}")

    def why(self, call: Call) -> str:
        return f"{self}: said no"


CRITERIA: Mapping[str, type[Criterion]] = {
    criterion.name: criterion
    for criterion in (
        *(Prompt, System, Model, Provider, Operation, Stream, Turn, Step),
        *(OfTool, ToolResult, Schema, Header, Url, Body, Where),
    )
}


def criteria(said: tuple[object, ...], named: Mapping[str, object]) -> tuple[Criterion, ...]:
    """The criteria of `on(*said, **named)`; `TypeError` names the near one for an unknown name."""
    found: list[Criterion] = []
    for phrase in said:
        if not isinstance(phrase, str | Matcher | Every | Either | Other | re.Pattern):
            raise TypeError(
                f"on({phrase!r}): a positional criterion is words of the user's text; name the others, as in on(model=...)"
            )
        found.append(Said(words(phrase) if isinstance(phrase, str) else phrase))
    for name, wanted in named.items():
        if name not in CRITERIA:
            raise TypeError(f"on({name}=...) is no criterion; {near(name, CRITERIA)}")
        found.append(CRITERIA[name](wanted))
    for criterion in found:
        criterion.check()
    return tuple(found)
