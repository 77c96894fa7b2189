"""The shape of a kind of document, as real ones have it, and the comparison of ours with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.shapes.paths import below, kind_of, parent, places

__all__ = ["Comparison", "Known", "Shape", "compare", "kinds_at"]

#: A judge's `check`: the paths of a document that the SDK's model does not know; raises `ValueError` where it would not have it.
Known = Callable[[Any], Iterable[str]]


@dataclass(frozen=True)
class Shape:
    """Paths with the JSON types that were seen there.

    `always`: in every recording that has what the path stands in. `ever`: in any. An item of a list that is named by its type is
    what was said, not how, and so is never in `always`; what stands in it may be.
    """

    always: Mapping[str, tuple[str, ...]]
    ever: Mapping[str, tuple[str, ...]]
    documents: int = 0

    @classmethod
    def of(cls, values: Iterable[Any]) -> Shape:
        """From real documents of one kind."""
        found = [kinds_at(value) for value in values]
        ever: dict[str, set[str]] = {}
        for here in found:
            for path, kinds in here.items():
                ever.setdefault(path, set()).update(kinds)
        always = [path for path in ever if path and not _named(path) and all(path in here for here in found if _opens(path, here))]
        types = {path: tuple(sorted(kinds)) for path, kinds in sorted(ever.items()) if path}
        return cls({path: types[path] for path in types if path in {*always}}, types, len(found))

    def expected(self, path: str, ours: Mapping[str, set[str]]) -> bool:
        """Whether a path of `always` should be in `ours`: what it stands in is there, or should be, too."""
        if _opens(path, ours):
            return True
        above = parent(path)
        return self.always.get(above) == (_holder(path),) and self.expected(above, ours)


def kinds_at(value: Any) -> dict[str, set[str]]:
    """Every path of a document, with the JSON types there."""
    found: dict[str, set[str]] = {"": {kind_of(value)}}
    for path, kind in places(value):
        found.setdefault(path, set()).add(kind)
    return found


def _holder(path: str) -> str:
    """What a path stands in: a null there, or an object where others have text, has no room for it."""
    return "array" if path.endswith("]") else "object"


def _opens(path: str, here: Mapping[str, set[str]]) -> bool:
    """Whether a document has what a path stands in."""
    return bool(path) and _holder(path) in here.get(parent(path), ())


def _named(path: str) -> bool:
    return path.endswith("]") and not path.endswith("[]")


@dataclass(frozen=True)
class Comparison:
    """What ours lacks of what every real one has, and what it has that neither a real one nor the SDK's model has.

    `expected` and `had` count the paths that were looked for and those that we have. `refused` is what the model would not have.
    """

    missing: tuple[str, ...]
    surplus: tuple[str, ...]
    expected: int
    had: int
    refused: tuple[str, ...] = ()


def compare(shape: Shape, documents: Iterable[Any], known: Known | None = None) -> Comparison:
    """Our documents of one kind against the real ones: each must have all of `always` that could be in it.

    `known` is a judge's `check`. A document that it would not have is compared with the real ones alone.
    """
    missing: set[str] = set()
    expected: set[str] = set()
    surplus: set[str] = set()
    ours: set[str] = set()
    refused: list[str] = []
    for document in documents:
        here = kinds_at(document)
        wanted = {path for path in shape.always if shape.expected(path, here)}
        expected |= wanted
        missing |= wanted - here.keys()
        ours |= here.keys() - {""}
        more = here.keys() - shape.ever.keys() - {""}
        if known is not None:
            try:
                unknown = [*known(document)]
            except ValueError as why:
                refused.append(str(why))
            else:
                more = {path for path in more if any(below(path, one) for one in unknown)}
        surplus |= more
    return Comparison(tuple(sorted(missing)), tuple(sorted(surplus)), len(expected), len(ours), tuple(refused))
