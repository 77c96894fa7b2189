"""What is made of a request: its JSON changed here and there, or its bytes; one random number generator decides, and may again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

from tests.fuzz.seeds import SEEDS

__all__ = ["mutated"]

#: Where a value stands: what holds it, and its key or index there.
_Place = tuple[Any, Any]

_ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**63, 10**400, 0.5, -1e308, 1e-320, float("nan"), float("inf"), "", "a", " ", "\x00", "\ud800",
    "é" * 300, "a" * 70_000, "json", "tool", "function", "user", "data:;base64,", "data:image/png;base64,AAAA", [], [[]], [None],
    {},     {"": {}}, {"type": "text"}, {"type": None}, {"role": "tool"}, [{}], [1, "a"], {"$ref": "#"}, {"$ref": "#/$defs/b"},
)  # fmt: skip

#: Bytes that mean something to JSON or to UTF-8.
_BYTES = b'{}[]":,\\0-.eEtfn\x00\x80\xc3\xff \n'


def mutated(body: Any, random: Random) -> bytes:
    """A body that is another: changed in one to four places, and sometimes cut, flipped or spliced as bytes."""
    changed = deepcopy(body)
    if isinstance(changed, dict | list) and random.random() < 0.9:
        for _ in range(random.randint(1, 4)):
            _change(changed, random)
    written = bytearray(json.dumps(changed).encode("utf-8", "surrogatepass"))
    if random.random() < 0.25:
        for _ in range(random.randint(1, 5)):
            _scratch(written, random)
    return bytes(written)


def _places(value: Any) -> Iterator[_Place]:
    left = [value]
    while left:
        holder = left.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        for key in keys:
            yield holder, key
            if isinstance(holder[key], dict | list):
                left.append(holder[key])


def _any_of_any(random: Random) -> Any:
    """A value out of some request."""
    holder, key = random.choice(list(_places(random.choice(list(SEEDS.values())).body)))
    return deepcopy(holder[key])


def _change(body: Any, random: Random) -> None:
    places = list(_places(body))
    if not places:
        return
    holder, key = random.choice(places)
    match random.randrange(7):
        case 0:
            del holder[key]
        case 1 | 2 | 3:
            holder[key] = deepcopy(random.choice(_ODD))
        case 4:
            holder[key] = _any_of_any(random)
        case 5:
            holder[key] = [deepcopy(holder[key]) for _ in range(random.choice((1, 2, 40)))]
        case _:
            other, name = random.choice(places)
            if key in holder if isinstance(holder, dict) else key < len(holder):
                given = deepcopy(other[name]) if name in other or (isinstance(other, list) and name < len(other)) else None
                holder[key] = given


def _scratch(written: bytearray, random: Random) -> None:
    at = random.randrange(len(written) + 1)
    match random.randrange(4):
        case 0:
            del written[at : at + random.choice((1, 3, 50))]
        case 1:
            written[at:at] = bytes([random.choice(_BYTES)])
        case 2:
            written[at : at + 1] = bytes([random.randrange(256)])
        case _:
            written[at:at] = written[at // 2 : at // 2 + random.randrange(99)]
