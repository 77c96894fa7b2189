"""A script: the turns of a conversation, and which of them a call is, told by the call's own history.

Nothing is counted. What is kept is which histories were answered with which turn: a call whose history goes on from one of them is
the turn after it, a call with that very history is that turn again (an SDK's retry), so that any number of conversations go through
one script, in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, takewhile
from typing import NamedTuple

from llm_intercept.call import Call, Message
from llm_intercept.replies.parts import Text, ToolCall
from llm_intercept.replies.reply import ErrorReply, Reply, Source
from llm_intercept.rules.loop import as_value

__all__ = ["Place", "Places"]


class Place(NamedTuple):
    """Where a call stands in a script: the turn that is its, or why none is. `starts` for a conversation that is not known yet.

    `key` is that of its history, None where nobody has asked for it.
    """

    turn: int = 0
    why: str = ""
    starts: bool = False
    key: int | None = None


class Places:
    """The conversations of one script, by their histories."""

    def __init__(self, turns: Sequence[Source]) -> None:
        self._turns = turns
        #: The turn that answered a history.
        self._answered: dict[int, int] = {}
        #: The turns that answered a last message, for a history whose beginning was dropped; and all that were said so far.
        self._after: dict[int, tuple[int, ...]] = {}
        self._said: tuple[int, ...] = ()

    def of(self, call: Call) -> Place:
        """Where a call stands; nothing is changed."""
        history = _history(call)
        keys = _keys(history)
        turn = self._turn_of(history, keys)
        if turn is None:
            return Place(starts=True, key=keys[-1])
        if turn >= len(self._turns):
            count = len(self._turns)
            return Place(turn, f"this conversation is past its script of {count} turn{'s' * (count != 1)}", key=keys[-1])
        return Place(turn, _unanswered(history), key=keys[-1])

    def take(self, call: Call, place: Place) -> None:
        """A call is answered with the turn of its place."""
        turn = place.turn
        self._answered[_keys(_history(call))[-1] if place.key is None else place.key] = turn
        last = _key(0, call.messages[-1]) if call.messages else 0
        self._after[last] = _with(self._after.get(last, ()), turn)
        self._said = _with(self._said, turn)

    @property
    def furthest(self) -> int:
        """How many turns the conversation that came furthest has heard."""
        return max(self._said) + 1

    def _turn_of(self, history: list[Message], keys: list[int]) -> int | None:
        """The turn that a history asks for; None where no conversation is known that it is one of."""
        if keys[-1] in self._answered:
            turn = self._answered[keys[-1]]
            return turn + _goes_wrong(self._turns[turn])
        for place in range(len(history) - 1, 0, -1):
            if history[place].role == "assistant" and keys[place] in self._answered:
                return self._heard(self._answered[keys[place]], _turn(history, place)) + 1
        trimmed = self._trimmed(history)
        return None if trimmed is None else trimmed + 1

    def _heard(self, turn: int, message: Message) -> int:
        """The turn that a message is, where a history that `turn` answered goes on with it.

        It is that turn, unless the message is another one's, word for word: then those between were dropped. Applications drop tool
        calls and their results alone, too, and keep the text in which a call ended.
        """
        answered = self._turns[turn]
        if not isinstance(answered, Reply) or _says(answered, message):
            return turn
        later = range(turn + 1, len(self._turns))
        same = next((one for one in later if _says(self._turns[one], message)), None)
        if same is not None or message.tool_uses or not _calls(answered):
            return turn if same is None else same
        return next((one for one in later if _could_say(self._turns[one], message)), turn)

    def _trimmed(self, history: list[Message]) -> int | None:
        """The turn that the last assistant message is, where what came before it is no longer all there; None for none of ours."""
        said = _last_said(history)
        if said < 0:
            return None
        first = next(number for number in range(said, -1, -1) if number == 0 or history[number - 1].role != "assistant")
        message = _turn(history, first)
        if first == 0:
            return max((turn for turn in self._said if _says(self._turns[turn], message)), default=None)
        known = self._after.get(_key(0, history[first - 1]), ())
        return max((turn for turn in known if _could_say(self._turns[turn], message)), default=None)


def _history(call: Call) -> list[Message]:
    """The conversation; what the system says may change from turn to turn."""
    return [message for message in call.messages if message.role != "system"]


def _keys(history: list[Message]) -> list[int]:
    """A key of the history before each message, and of all of it."""
    key, keys = 0, [0]
    for message in history:
        key = _key(key, message)
        keys.append(key)
    return keys


def _key(before: int, message: Message) -> int:
    called = tuple([use.name for use in message.tool_uses]) if message.tool_uses else ()
    return hash((before, message.role, message.text, called, message.tool_use_id))


def _with(turns: tuple[int, ...], turn: int) -> tuple[int, ...]:
    """Turns and one more; replaced, never changed, since other threads read them meanwhile."""
    return turns if turn in turns else (*turns, turn)


def _turn(history: list[Message], first: int) -> Message:
    """What the assistant says from a message on, which some applications keep in several."""
    said = [*takewhile(lambda message: message.role == "assistant", islice(history, first, None))]
    if len(said) == 1:
        return said[0]
    uses = tuple([use for message in said for use in message.tool_uses])
    return Message("assistant", "".join([message.text for message in said]), uses)


def _goes_wrong(turn: Source) -> bool:
    """Whether a turn never reaches the history, so that the same history, asked again, is the turn after it."""
    return isinstance(turn, ErrorReply) or (isinstance(turn, Reply) and turn.said.breaks)


def _calls(turn: Reply) -> list[ToolCall]:
    return [part for part in turn.parts if isinstance(part, ToolCall)]


def _could_say(turn: Source, message: Message) -> bool:
    """Whether a turn may have become this message."""
    if not isinstance(turn, Reply):
        return not isinstance(turn, ErrorReply)
    called = [call.name for call in _calls(turn)]
    return not called or called == [use.name for use in message.tool_uses]


def _says(turn: Source, message: Message) -> bool:
    """Whether a turn is this message: its text, and its tool calls with their arguments."""
    if not isinstance(turn, Reply):
        return False
    text = "".join([passage.part.text for passage in turn.said.passages if isinstance(passage.part, Text)])
    called = [(call.name, as_value(call.arguments)) for call in _calls(turn)]
    return text.split() == message.text.split() and called == [(use.name, as_value(use.arguments)) for use in message.tool_uses]


def _last_said(history: list[Message]) -> int:
    """The place of the last assistant message; -1 for none."""
    return next((number for number in range(len(history) - 1, -1, -1) if history[number].role == "assistant"), -1)


def _unanswered(history: list[Message]) -> str:
    """What is wrong with the results of the last assistant message's tool calls; nothing where each has its own."""
    said = _last_said(history)
    given = [message.tool_use_id for message in history[said + 1 :] if message.role == "tool"]
    made = {use.id or use.name for message in history for use in message.tool_uses} if given else set()
    for id_ in given:
        if id_ and id_ not in made:
            return f"the result of {id_!r} answers a tool call that was never made in this conversation"
    if all(given):
        for use in history[said].tool_uses if said >= 0 else ():
            if (use.id or use.name) not in given:
                return f"the script awaits the result of {use.name} ({use.id or use.name})"
    return ""
