"""What Google keeps of an interaction."""

from __future__ import annotations

from typing import Any, NamedTuple

from llm_intercept.call import Message
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.memory import Past

__all__ = ["Kept", "asked", "kept"]


class Kept(NamedTuple):
    """One interaction: its body once it is complete, the steps that asked for it, and the messages up to its end."""

    body: dict[str, Any]
    asked: list[dict[str, Any]]
    messages: tuple[Message, ...]


def kept(id: str, past: Past) -> Kept | None:  # noqa: A002  (the field's own word)
    """What is known of an interaction; None for one that was never made here. One that was deleted here is not found."""
    if past.gone(id):
        raise Malformed("Requested entity was not found.", status=404)
    found = past.find(id)
    return found if isinstance(found, Kept) else None


def asked(given: Any) -> list[dict[str, Any]]:
    """An input as steps."""
    if isinstance(given, str):
        return [_said([{"type": "text", "text": given}])]
    each = given if isinstance(given, list) else [given]
    steps = [one for one in each if isinstance(one, dict) and _is_step(str(one.get("type")))]
    contents = [one for one in each if isinstance(one, dict) and one not in steps]
    return [*steps, _said(contents)] if contents else steps


def _is_step(kind: str) -> bool:
    return kind in ("user_input", "model_output", "thought") or kind.endswith(("_call", "_result"))


def _said(contents: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "user_input", "content": contents}
