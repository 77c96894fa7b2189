"""How a content block streams: what stands at its start, which deltas follow, and the one that carries its text.

Reference: https://docs.anthropic.com/en/docs/build-with-claude/streaming
"""

from __future__ import annotations

from typing import Any, NamedTuple

from llm_intercept.framing.json import HOLE, dumps

__all__ = ["Flow", "flow_of"]


class Flow(NamedTuple):
    """One block on its way: `start`, then the deltas `before` its text, the `delta` that each piece fills, and those `after`.

    `text` is what is cut into pieces. A block without a `delta` stands whole at its start.
    """

    start: dict[str, Any]
    before: tuple[dict[str, Any], ...] = ()
    delta: dict[str, Any] | None = None
    text: str = ""
    after: tuple[dict[str, Any], ...] = ()


def flow_of(block: dict[str, Any], arguments: str | None = None) -> Flow:
    """How a block streams; `arguments` are a tool call's as they were given, well-formed or not."""
    match block:
        case {"type": "text", "text": str(text)}:
            cited = block.get("citations")
            return Flow(
                start={**block, **({"citations": []} if cited else {}), "text": ""},
                before=tuple([{"type": "citations_delta", "citation": one} for one in cited or ()]),
                delta={"type": "text_delta", "text": HOLE},
                text=text,
            )
        case {"type": "thinking", "thinking": str(text)}:
            return Flow(
                start={**block, "thinking": "", "signature": ""},
                delta={"type": "thinking_delta", "thinking": HOLE},
                text=text,
                after=({"type": "signature_delta", "signature": block.get("signature", "")},),
            )
        case {"type": "tool_use" | "server_tool_use" | "mcp_tool_use", "input": dict(given)}:
            return Flow(
                start={**block, "input": {}},
                before=({"type": "input_json_delta", "partial_json": ""},),
                delta={"type": "input_json_delta", "partial_json": HOLE},
                text=dumps(given) if arguments is None else arguments,
            )
        case {"type": "compaction", "content": str(text)}:
            sealed = block.get("encrypted_content")
            return Flow(
                start={**block, "content": None, "encrypted_content": None},
                after=({"type": "compaction_delta", "content": text, "encrypted_content": sealed},),
            )
        case _:
            return Flow(block)
