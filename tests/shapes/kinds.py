"""The shapes that are kept here, one file a kind, and how they are made."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from tests.shapes.recording import Kind, Recording
from tests.shapes.shape import Shape

__all__ = ["KINDS", "keep", "kept", "kind", "shapes"]

FOLDER = Path(__file__).with_name("kinds")


def shapes(found: Iterable[Recording]) -> dict[Kind, Shape]:
    """The shape of each kind. A stream has many events of one kind, and each is one of the documents that have a path or not."""
    values: dict[Kind, list[object]] = {}
    for recording in found:
        for document in recording.documents:
            values.setdefault(recording.kind(document), []).append(document.value)
    return {kind: Shape.of(documents) for kind, documents in sorted(values.items())}


def keep(found: Mapping[Kind, Shape]) -> None:
    """Write them, in place of those that were kept."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for kind, shape in found.items():
        _file(kind).write_text(json.dumps({"kind": kind, **_facts(shape)}, indent=1) + "\n", encoding="utf-8")


def _file(kind: Kind) -> Path:
    return FOLDER / (re.sub(r"[^\w.-]+", "-", ".".join(kind)) + ".json")


def _facts(shape: Shape) -> dict[str, object]:
    """JSON of it; a path's types are one string."""
    return {
        "documents": shape.documents,
        "always": {path: "|".join(kinds) for path, kinds in shape.always.items()},
        "ever": {path: "|".join(kinds) for path, kinds in shape.ever.items() if path not in shape.always},
    }


@cache
def kept() -> Mapping[Kind, Shape]:
    """The shapes that are kept."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        always = {path: tuple(kinds.split("|")) for path, kinds in facts["always"].items()}
        ever = {path: tuple(kinds.split("|")) for path, kinds in facts["ever"].items()}
        found[Kind(*facts["kind"])] = Shape(always, {**always, **ever}, facts["documents"])
    return found


KINDS = kept()


def kind(provider: str, operation: str, part: str) -> Shape:
    """One of those that are kept; `KeyError` for one that was never recorded."""
    return KINDS[Kind(provider, operation, part)]
