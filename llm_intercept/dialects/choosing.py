"""A choice among some of the tools on offer, as several providers' words for it come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llm_intercept.call import ToolChoice

__all__ = ["among", "named"]


def among(names: Sequence[str]) -> ToolChoice:
    """One of these tools must be called: that one, if it is alone; any of all, if they are none."""
    return ToolChoice("named", names[0]) if len(names) == 1 else ToolChoice("required", allowed=tuple(names))


def named(tools: Any) -> tuple[str, ...]:
    """The names in a list of tools; the provider's own go by their types."""
    found = []
    for tool in tools if isinstance(tools, list) else ():
        match tool:
            case {"function": {"name": str(name)}} | {"custom": {"name": str(name)}} | {"name": str(name)} | {"type": str(name)}:
                found.append(name)
            case str(name):
                found.append(name)
            case _:
                continue
    return tuple(found)
