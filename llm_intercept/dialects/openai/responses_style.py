"""What differs from provider to provider in the answers of the responses API. To add one whose answers differ: one entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from llm_intercept.synthesis.stamp import Stamp

__all__ = ["OPENAI", "Style", "style_of"]


def _id(stamp: Stamp) -> str:
    return "resp_" + stamp.id("completion", 40)


def _item_id(stamp: Stamp, prefix: str, index: int) -> str:
    """An item's id begins as its response's does."""
    return f"{prefix}_{stamp.id('completion', 16)}{stamp.id(f'item {index}', 24)}"


def _uuid(stamp: Stamp, _: str, index: int) -> str:
    return stamp.uuid(f"item {index}")


def _call_id(stamp: Stamp, index: int) -> str:
    return "call_" + stamp.id(f"tool {index}", 24)


@dataclass(frozen=True, slots=True)
class Style:
    """One provider's way.

    `id`, `item_id` and `call_id` make its ids. `aloud` is who shows the text of its thoughts rather than a summary. `message` and
    `thought` are what those items have besides, `every` what each response has, `whole` what one in a body has that has come to its
    end; `verbosity` is the usual one. `stateless` is who keeps nothing.
    """

    id: Callable[[Stamp], str] = _id
    item_id: Callable[[Stamp, str, int], str] = _item_id
    call_id: Callable[[Stamp, int], str] = _call_id
    aloud: bool = False
    message: Mapping[str, Any] = field(default_factory=dict)
    thought: Mapping[str, Any] = field(default_factory=dict)
    every: Mapping[str, Any] = field(default_factory=dict)
    whole: Mapping[str, Any] = field(default_factory=dict)
    verbosity: str | None = "medium"
    stateless: bool = False


OPENAI = Style(whole={"billing": {"payer": "developer"}})

#: Azure's, AWS's, and that of servers that are merely compatible.
_COMPATIBLE = Style()
_ALOUD = Style(aloud=True)

_STYLES: Mapping[str, Style] = {
    "openai": OPENAI,
    # Reference: https://api-docs.deepseek.com
    "deepseek": Style(
        id=lambda stamp: stamp.uuid("completion"),
        item_id=_uuid,
        call_id=lambda stamp, index: "call_00_" + stamp.id(f"tool {index}", 24),
        aloud=True,
        message={"phase": "final_answer"},
        thought={"status": "completed"},
        every={"content_filters": None},
        verbosity=None,
        stateless=True,
    ),
    # models of open weights, whose thoughts are no secret
    **dict.fromkeys(("fireworks", "groq", "huggingface", "ollama", "together"), _ALOUD),
}


def style_of(provider: str) -> Style:
    """The way in which a provider answers."""
    return _STYLES.get(provider, _COMPATIBLE)
