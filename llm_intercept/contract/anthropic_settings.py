"""What Anthropic's settings must be by themselves: their types, their ranges, and which tool may be chosen.

Reference: https://docs.anthropic.com/en/api/messages
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llm_intercept.call import Call
from llm_intercept.contract.anthropic_shape import OWN
from llm_intercept.contract.clause import Clause

__all__ = ["SETTINGS"]

#: What a setting is, and the provider's word for it; null is let be.
_TYPES: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    "max_tokens": (int, "integer"),
    "temperature": ((int, float), "number"),
    "top_p": ((int, float), "number"),
    "top_k": (int, "integer"),
    "stop_sequences": (list, "array"),
}

_TIERS = ("auto", "standard_only")
_CHOICES = ("auto", "any", "tool", "none")
_THINKING = ("adaptive", "disabled", "enabled")


def _types(call: Call) -> str | None:
    body = call.json
    for key, (kinds, word) in _TYPES.items():
        if key in body:
            given = body[key]
            if given is not None and (isinstance(given, bool) or not isinstance(given, kinds)):
                return f"{key}: Input should be a valid {word}"
    for index, one in enumerate(body.get("stop_sequences") or ()):
        if not isinstance(one, str):
            return f"stop_sequences.{index}: Input should be a valid string"
    return None


def _ranges(call: Call) -> str | None:
    """None may be generated, to fill the cache alone; a `top_k` below nothing is taken."""
    match call.json.get("max_tokens"), call.json.get("top_p"):
        case int(most), _ if most < 0:
            return "max_tokens: Input should be greater than or equal to 0"
        case _, int() | float() as share if not 0 <= share <= 1:
            return "top_p: range: 0..1"
        case _:
            return None


def _tier(call: Call) -> str | None:
    given = call.json.get("service_tier")
    return None if given is None or given in _TIERS else "service_tier: Input should be 'auto' or 'standard_only'"


def _thinking(call: Call) -> str | None:
    match call.json.get("thinking"):
        case {"type": kind} if kind not in _THINKING:
            return _untagged("thinking", kind, _THINKING)
        case {"type": "enabled", **given} if given.get("budget_tokens") is None:
            return "thinking.enabled.budget_tokens: Field required"
        case {"type": "enabled" | "adaptive"} if _lowered(call.json.get("top_p")):
            return "`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled or in adaptive mode."
        case _:
            return None


def _lowered(share: Any) -> bool:
    return isinstance(share, int | float) and share < 0.95


def _choice(call: Call) -> str | None:
    """Of what a server of tools offers, the names are not known here."""
    body = call.json
    match body.get("tool_choice"):
        case None | {"type": "auto" | "none"}:
            return None
        case {"type": "any"}:
            offered = body.get("tools") or body.get("mcp_servers")
            return None if offered else "tool_choice.any may only be specified while providing tools"
        case {"type": "tool", "name": str(name)}:
            tools = body.get("tools") or ()
            if body.get("mcp_servers") or any(tool.get("name") in (None, name) for tool in tools):
                return None
            return f"Tool '{name}' not found in provided tools"
        case {"type": "tool"}:
            return "tool_choice.tool.name: Field required"
        case {"type": kind}:
            return _untagged("tool_choice", kind, _CHOICES)
        case _:
            return "tool_choice: Input should be a valid dictionary or object to extract fields from"


def _untagged(where: str, kind: Any, known: tuple[str, ...]) -> str:
    expected = ", ".join(map(repr, known))
    return f"{where}: Input tag '{kind}' found using 'type' does not match any of the expected tags: {expected}"


_API = "https://docs.anthropic.com/en/api/messages"

SETTINGS = (
    Clause(
        "types",
        "Numbers are numbers, whole where they count, and `stop_sequences` a list of texts.",
        _API,
        _types,
        OWN,
        about="max_tokens temperature top_p top_k stop_sequences",
    ),
    Clause("ranges", "`max_tokens` is not below 0, and `top_p` from 0 to 1.", _API, _ranges, OWN, about="max_tokens top_p"),
    Clause("service tier", "`service_tier` is auto or standard_only.", _API, _tier, OWN, about="service_tier"),
    Clause(
        "thinking",
        "Thinking is enabled, with a budget, or adaptive or disabled; where there is some, `top_p` is at least 0.95 or not there.",
        "https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking",
        _thinking,
        OWN,
        about="thinking",
    ),
    Clause(
        "tool choice",
        "A tool that must be used is on offer.",
        "https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use",
        _choice,
        OWN,
        about="tool_choice",
    ),
)
