"""What an SDK made of a reply, in no SDK's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Choice", "Failure", "Said"]


@dataclass(frozen=True)
class Choice:
    """One choice: its text, the tools that it calls, why it ended, and what was thought and refused."""

    text: str
    tools: tuple[tuple[str, Any], ...] = ()
    finish: str | None = None
    thought: str = ""
    refusal: str = ""


@dataclass(frozen=True)
class Said:
    """A completion as the SDK hands it out. `usage` is input and output, None where the SDK was told none."""

    id: str | None
    model: str | None
    choices: tuple[Choice, ...]
    usage: tuple[int, int] | None
    tool_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failure:
    """An error as the SDK raises it: its class, its status, and the provider's word for it where the SDK tells one."""

    kind: str
    status: int
    type: str | None = None
