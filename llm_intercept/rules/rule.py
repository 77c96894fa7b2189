"""A condition on a call, and the replies it gives, in turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llm_intercept.call import Call
from llm_intercept.origin import origin, warn
from llm_intercept.replies.parts import Embedding, Media, Part, Transcript
from llm_intercept.replies.reply import PASSTHROUGH, Reply, Source, compose, source
from llm_intercept.rules.criteria import Operation
from llm_intercept.rules.criterion import Criterion
from llm_intercept.rules.sentences import condition, outcome
from llm_intercept.wire import Fail, Pause

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from llm_intercept.signatures import Said

__all__ = ["Rule"]


#: The kinds of parts that no completion is made of.
_SET_APART = (Embedding, Transcript)


def _is_media(part: Part) -> bool:
    return isinstance(part, Media)


#: The labels that are methods; the others are attributes.
_METHODS = ("on", "override")


class Rule:
    """What `llm.on(...)` returns: say what it replies.

    One reply repeats for ever. More than one: each once, in order, then the rule is exhausted and later rules are asked.
    `.once()`, `.times(n)` and `.forever()` say otherwise.

        llm.on("weather", model="gpt-*").reply("Sunny.")
        llm.on("joke").replies(error(429), "Knock, knock.")
    """

    def __init__(self, criteria: tuple[Criterion, ...], label: str = "on", replied: Callable[[Rule], None] | None = None) -> None:
        self.criteria = criteria
        self.origin = origin()
        self.sources: tuple[Source, ...] = ()
        self._label = label
        self._replied = replied
        #: How many calls it answers in all; None for any number.
        self.limit: int | None = 0
        self._counted = False
        #: Whether its sources are the turns of a conversation.
        self.scripted = False
        #: Whether it can answer calls that want a completion: not where all it replies are vectors or transcripts.
        self.completes = True

    @property
    def names_operation(self) -> bool:
        """Whether it asks for an operation, or lets calls go: then it is about calls that want no completion, too."""
        return PASSTHROUGH in self.sources or any(isinstance(criterion, Operation) for criterion in self.criteria)

    def says(self, sayable: Callable[[Part], bool]) -> bool:
        """Whether one of its replies is made of such parts, and of nothing else but what happens between them."""
        replies = [one.parts for one in self.sources if isinstance(one, Reply)]
        made = [[part for part in parts if not isinstance(part, Pause | Fail)] for parts in replies]
        return any(parts and all(map(sayable, parts)) for parts in made)

    def matches(self, call: Call) -> bool:
        """Whether every criterion fits."""
        for criterion in self.criteria:
            if not criterion.fits(call):
                return False
        return True

    @property
    def endless(self) -> bool:
        """Whether it replies the same to every call, without that being said."""
        return self.limit is None and not self._counted and self._label in _METHODS

    @property
    def spare(self) -> bool:
        """Whether nothing is missed where it answers no call: what is said, again and again, where no rule answers."""
        return self.limit is None and self._label not in _METHODS

    def goes_on(self, call: Call) -> bool:
        """Whether a call can belong to a conversation that the rule has begun: all criteria fit but those on the moment."""
        return all(criterion.fits(call) for criterion in self.criteria if criterion.lasting)

    def reply(self, *parts: object, **options: Unpack[Said]) -> Rule:
        """Give the one reply: parts and options as `reply(...)` takes them, a callable, or what `error(...)` made."""
        return self._say(compose(parts, options))

    def passthrough(self) -> Rule:
        """Let the real calls go, with the caller's own key; their journal entries say `passed`.

        It serves endpoints that no dialect knows, too: `llm.on(provider="gemini").passthrough()`.
        """
        return self._say(PASSTHROUGH)

    def replies(self, *replies: object) -> Rule:
        """Give several replies, each once, in order."""
        if not replies:
            raise TypeError(f"{self!r}.replies(...): give at least one reply")
        return self._say(*(source(one) for one in replies))

    def converse(self, *turns: object) -> Rule:
        """Script the turns of a conversation, one argument a turn, each anything that can be given as a reply.

        The script starts at the rule's first match, whatever the history holds by then. Which turn a later call is comes from its
        own history, so that any number of conversations go through one rule, in any order; of its criteria those on system, model,
        provider, operation, header and url hold for all turns, the others for the first. A tool call's result is awaited. An error
        or a fault is answered once: the same history, asked again, gets the turn after it. A conversation that goes on past its
        script, or that answers a tool call which was never made, is a miss that says so.

            llm.on("weather").converse(tool_call("get_weather", city="Paris"), "Sunny.", "You are welcome.")
        """
        if not turns:
            raise TypeError(f"{self!r}.converse(...): give at least one turn")
        self._say(*(source(one) for one in turns))
        self.limit, self.scripted, self._counted = None, True, True
        return self

    def then(self, *parts: object, **options: Unpack[Said]) -> Rule:
        """Add the next reply; comes before `.times(n)` and `.forever()`."""
        self._need_reply("then(...)")
        if self._counted:
            raise TypeError(f"{self!r}.then(...): comes before .once(), .times(n) and .forever()")
        self._set((*self.sources, compose(parts, options)))
        self.limit = len(self.sources)
        return self

    def once(self) -> Rule:
        """Answer one call."""
        return self.times(1)

    def times(self, n: int) -> Rule:
        """Answer `n` calls in all; the last reply repeats. Raises `ValueError` where that leaves replies unsaid."""
        self._need_reply(f"times({n})")
        self._need_replies(f"times({n})")
        least = len(self.sources)
        if n < least:
            raise ValueError(f"{self!r}.times({n}): its {least} {'reply needs' if least == 1 else 'replies need'} at least {least}")
        return self._count(n)

    def forever(self) -> Rule:
        """Repeat the last reply for ever."""
        self._need_reply("forever()")
        self._need_replies("forever()")
        return self._count(None)

    def _count(self, limit: int | None) -> Rule:
        self.limit, self._counted = limit, True
        return self

    def _need_reply(self, method: str) -> None:
        if not self.sources:
            raise TypeError(f"{self!r}.{method}: the first reply comes from .reply(...)")

    def _need_replies(self, method: str) -> None:
        if self.scripted:
            raise TypeError(f"{self!r}.{method}: a script ends with its last turn, in every conversation")

    def _say(self, *sources: Source) -> Rule:
        if self.sources:
            raise TypeError(f"{self!r} has a reply already: add the next one with .then(...)")
        self._set(sources)
        self.limit = None if len(sources) == 1 else len(sources)
        if self._replied is not None:
            self._replied(self)
        return self

    def _set(self, sources: tuple[Source, ...]) -> None:
        self.sources = sources
        self.completes = not all(
            isinstance(one, Reply) and any(isinstance(part, _SET_APART) for part in one.parts) for one in sources
        )

    def shadows(self, later: Rule) -> bool:
        """Whether a call that `later` matches always finds this rule first, endlessly."""
        return (
            bool(self.sources)
            and not self.scripted
            and self.limit is None
            and self.completes == later.completes
            and (self.names_operation or self.says(_is_media) or not later.says(_is_media))  # which prose is no answer to
            and all(one in later.criteria for one in self.criteria)
        )

    def warn_shadowed(self, earlier: Rule) -> None:
        """Warn that this rule can never answer."""
        warn(
            f"{self!r} ({self.origin}) can never answer: {earlier!r} ({earlier.origin}) takes every call before it. "
            "Put the more special rule first, bound the earlier one with .once() or .times(n), or use llm.override(...)."
        )

    def __repr__(self) -> str:
        if self._label in _METHODS:
            return f"llm.{self._label}({', '.join(map(str, self.criteria))})"
        return f"llm.{self._label}"

    def __str__(self) -> str:
        """The rule as a sentence."""
        said = outcome(self.sources, self.limit, scripted=self.scripted)
        if self._label not in _METHODS:
            return f"{self._label.capitalize()}, {said}."
        return f"If {' and '.join(map(condition, self.criteria)) or 'anything is asked'}, {said}."
