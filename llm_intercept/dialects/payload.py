"""A provider's own fields, given with a reply, over what was synthesized: in a body, and in the events of a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from llm_intercept.framing.framing import Framing
from llm_intercept.wire import Frame

__all__ = ["ALWAYS", "CHUNKS", "Over", "Places", "in_type", "merged", "where"]

#: Where in an event, of a name perhaps, a key of the payload goes: the keys that lead there; None for one that does not have it.
Place = Callable[[Any, str | None], tuple[str, ...] | None]

#: Of each key of a payload, where it goes; `*` are all others. A key without a place has none in a stream.
Places = Mapping[str, Place | None]


def where(holds: Callable[[Any], bool], *within: str) -> Place:
    """In the events of which something holds."""
    return lambda event, _: within if isinstance(event, dict) and holds(event) else None


#: In every event, each of which is a whole of its own.
ALWAYS = where(lambda _: True)


def in_type(*types: str, within: tuple[str, ...] = ()) -> Place:
    """In the events of a type, which they have in their data or as their name."""
    return lambda event, name: within if {name, event.get("type")} & {*types} else None


def _ends(event: Any) -> bool:
    return any(choice.get("finish_reason") for choice in event.get("choices") or ())


#: OpenAI's chunks: each tells what the whole does, but what a choice or the tokens are stands in the last that has them.
CHUNKS: Places = {"*": ALWAYS, "choices": where(_ends), "usage": where(lambda event: bool(event.get("usage")))}


def merged(value: Any, over: Any, path: str = "$") -> Any:
    """A value with another over it: objects key by key, lists item by item, anything else replaced.

    Raises `ValueError`, which names the path, where an object or a list would replace something else, or be replaced.
    """
    match value, over:
        case dict(), dict():
            names = {"message": "delta"} if "delta" in value and "message" not in value else {}
            found = dict(value)
            for key, one in over.items():
                name = names.get(key, key)
                found[name] = merged(value[name], one, f"{path}.{name}") if name in value else one
            return found
        case list(), list():
            both = [merged(one, other, f"{path}[{number}]") for number, (one, other) in enumerate(zip(value, over, strict=False))]
            return [*both, *value[len(over) :], *over[len(value) :]]
        case (dict() | list(), str() | int() | float()) | (dict(), list()) | (list(), dict()) | (str() | int(), dict() | list()):
            raise ValueError(f"at {path} there is {_kind(value)}, and {_kind(over)} was given")
        case _:
            return over


def _kind(value: Any) -> str:
    return "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else repr(value)


class Over(Framing):
    """A framing whose events have a payload over them."""

    def __init__(self, framing: Framing, payload: Mapping[str, Any], places: Places) -> None:
        self._framing, self._payload, self._places = framing, payload, places
        self.headers = framing.headers  # type: ignore[misc]

    def event(self, data: Any, name: str | None = None) -> bytes:
        return self._framing.event(self._over(data, name), name)

    def filler(self, data: Any, name: str | None = None) -> Callable[[str], bytes]:
        return self._framing.filler(self._over(data, name), name)

    def join(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        return self._framing.join(frames)

    def _over(self, data: Any, name: str | None) -> Any:
        for key, value in self._payload.items():
            place = self._places.get(key, self._places.get("*"))
            within = place(data, name) if place is not None else None
            if within is not None:
                over: Any = {key: value}
                for step in reversed(within):
                    over = {step: over}
                data = merged(data, over)
        return data
