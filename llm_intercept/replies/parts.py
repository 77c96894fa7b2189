"""What a reply is made of. A pause and a fault are parts too: `wire.Pause` and `wire.Fail`, standing exactly where they happen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from llm_intercept.framing.json import dumps
from llm_intercept.wire import Fail, Pause

__all__ = ["Object", "Part", "Text", "ToolCall", "pause", "tool_call"]


@dataclass(frozen=True, slots=True)
class Text:
    """Text, delivered as it is. `whole` text streams as one piece."""

    text: str
    whole: bool = False

    def __repr__(self) -> str:
        return repr(self.text if len(self.text) <= 60 else self.text[:57] + "...")


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool call. `arguments` is its JSON text, sent as it stands, well-formed or not; `id` is None for a made-up one."""

    name: str
    arguments: str
    id: str | None = None

    def with_id(self, id: str) -> ToolCall:  # noqa: A002  (the field's own word)
        """The same call with an id of your own."""
        return replace(self, id=id)

    @property
    def parsed(self) -> Any:
        """The arguments as a value; raises `ValueError` where they are not JSON."""
        return json.loads(self.arguments)

    def __repr__(self) -> str:
        given_id = "" if self.id is None else f".with_id({self.id!r})"
        return f"tool_call({self.name!r}, {self.arguments!r}){given_id}"


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON value that takes the form which the call demands: a forced tool's arguments, else JSON text."""

    value: Any

    def __repr__(self) -> str:
        return repr(self.value)


Part = Text | ToolCall | Object | Pause | Fail


def tool_call(name: str, arguments: object = None, /, **more: object) -> ToolCall:
    """A part that calls a tool.

    `name` is the tool's name. `arguments` is a mapping, or a `str` that is sent raw, well-formed or not; keywords are arguments
    too. Raises `TypeError` for arguments that are no mapping or that JSON cannot carry.

        reply("Let me look.", tool_call("get_weather", city="Paris"))

    Reference: https://platform.openai.com/docs/guides/function-calling
    """
    if not isinstance(name, str):
        raise TypeError(f"tool_call(name, ...): the name is a str, not {type(name).__name__}")
    if isinstance(arguments, str):
        if more:
            raise TypeError(f"tool_call({name!r}, ...): raw arguments and keyword arguments do not go together")
        return ToolCall(name, arguments)
    if arguments is not None and not isinstance(arguments, Mapping):
        raise TypeError(f"tool_call({name!r}, ...): arguments are a mapping or a str, not {type(arguments).__name__}")
    try:
        return ToolCall(name, dumps({**(arguments or {}), **more}))
    except (TypeError, ValueError) as wrong:
        raise TypeError(f"tool_call({name!r}, ...): arguments must be JSON: {wrong}") from None


def pause(seconds: float) -> Pause:
    """A part in which nothing arrives for `seconds`.

        reply("Once upon ", pause(0.5), "a time.")

    Raises `ValueError` for a negative time.
    """
    if not 0 <= seconds < float("inf"):
        raise ValueError(f"pause(seconds): a time of 0 or more, got {seconds!r}")
    return Pause(float(seconds))
