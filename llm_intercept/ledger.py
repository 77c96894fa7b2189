"""Calls as lines of JSON: what `llm.calls.dump(path)` and `pytest --llm-journal=FILE` write, and `load` reads.

Each line is one call, an object: `v` (the format's version, 1), `at` (seconds since 1970), `provider`, `operation`, `model`,
`url`, `attempt`, `outcome`, and where they are not empty `test`, `stream`, `system`, `messages` (`role`, `text`, `calls`), `tools`
(names), `text`, `tool_calls` (`name`, `arguments`), `status` and `rule` (where it was defined). Secrets of the request are hidden
in all of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from llm_intercept.redaction import hide, secrets

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from llm_intercept.journal import Entry

__all__ = ["VERSION", "dump", "load", "record"]

VERSION = 1


def record(entry: Entry, *, test: str = "") -> dict[str, Any]:
    """One call as plain values; `test` is the test that made it."""
    response = entry.response
    told = {
        "v": VERSION,
        "test": test,
        "at": entry.at,
        **entry.plain(),
        "url": entry.url,
        "attempt": entry.attempt,
        "status": None if response is None else response.status,
        "rule": None if entry.rule is None else entry.rule.origin,
    }
    hidden: dict[str, Any] = _hidden(told, secrets(entry.request))
    return {name: value for name, value in hidden.items() if value not in ("", None)}


def dump(entries: Iterable[Entry], path: str | PathLike[str]) -> None:
    """Write calls into a new file, one a line."""
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(record(entry)) + "\n" for entry in entries)


def load(path: str | PathLike[str]) -> list[dict[str, Any]]:
    """The calls in a file; `ValueError` names the line that is none of ours."""
    found = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                one = json.loads(line)
            except ValueError as error:
                raise ValueError(f"{path}:{number}: no JSON, so this is no journal of ours: {error}") from error
            if not isinstance(one, dict) or one.get("v") != VERSION:
                raise ValueError(f"{path}:{number}: no call in version {VERSION} of the journal's format")
            found.append(one)
    return found


def _hidden(value: Any, hidden: tuple[str, ...]) -> Any:
    match value:
        case str():
            return hide(value, hidden)
        case dict():
            return {name: _hidden(one, hidden) for name, one in value.items()}
        case list():
            return [_hidden(one, hidden) for one in value]
        case _:
            return value
