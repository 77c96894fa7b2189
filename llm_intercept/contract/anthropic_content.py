"""What Anthropic's messages must say: which texts may be empty, and what goes with thinking.

A text of white space alone is let be: one was answered, though most are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llm_intercept.call import Call
from llm_intercept.contract.anthropic_shape import OWN
from llm_intercept.contract.clause import Clause

__all__ = ["CONTENT"]

_THOUGHTS = frozenset({"thinking", "redacted_thinking"})


def _nothing(call: Call) -> str | None:
    messages = call.json["messages"]
    for number, message in enumerate(messages):
        if message["content"] or (message["role"] == "assistant" and number == len(messages) - 1):
            continue
        if message["role"] == "user":
            return f"messages.{number}: user messages must have non-empty content"
        return f"messages.{number}: all messages must have non-empty content except for the optional final assistant message"
    return None


def _blank(call: Call) -> str | None:
    for message in call.json["messages"]:
        content = message["content"]
        if not isinstance(content, str) and any(block["type"] == "text" and not block["text"] for block in content):
            return "messages: text content blocks must be non-empty"
    return None


def _trailing(call: Call) -> str | None:
    """What is to be gone on with ends where a token may begin."""
    match call.json["messages"]:
        case [*_, {"role": "assistant", "content": str(said) | [*_, {"type": "text", "text": str(said)}]}] if said[-1:].isspace():
            return "messages: final assistant content cannot end with trailing whitespace"
        case _:
            return None


def _stops(call: Call) -> str | None:
    given = call.json.get("stop_sequences")
    if isinstance(given, list) and any(isinstance(one, str) and not one.strip() for one in given):
        return "stop_sequences: each stop sequence must contain non-whitespace"
    return None


def _warm(call: Call) -> str | None:
    match call.json:
        case {"thinking": {"type": "enabled" | "adaptive"}, "temperature": int() | float() as given} if given != 1:
            return (
                "`temperature` may only be set to 1 when thinking is enabled or in adaptive mode. Please consult our documentation "
                "at https://platform.claude.com/docs/en/build-with-claude/extended-thinking"
            )
        case _:
            return None


def _thoughtless(call: Call) -> str | None:
    """Any thinking since the user spoke is enough: between tools there need be none."""
    match call.json:
        case {"thinking": {"type": "enabled"}, "messages": [*_, {"role": "assistant", "content": list(said)}, last]} if (
            said
            and isinstance(last["content"], list)
            and any(block["type"] == "tool_result" for block in last["content"])
            and not any(block["type"] in _THOUGHTS for block in _since(call.json["messages"]))
        ):
            return (
                f"messages.{len(call.json['messages']) - 2}.content.0.type: Expected `thinking` or `redacted_thinking`, but found "
                f"`{said[0]['type']}`. When `thinking` is enabled, a final `assistant` message must start with a thinking block "
                "(preceeding the lastmost set of `tool_use` and `tool_result` blocks). We recommend you include thinking blocks "
                "from previous turns. To avoid this requirement, disable `thinking`. Please consult our documentation at "
                "https://docs.claude.com/en/docs/build-with-claude/extended-thinking"
            )
        case _:
            return None


def _since(messages: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The blocks that the assistant said since the user last said anything but results."""
    for message in reversed(messages):
        content = message["content"]
        if message["role"] == "assistant":
            yield from content if isinstance(content, list) else ()
        elif isinstance(content, str) or all(block["type"] != "tool_result" for block in content):
            return


def _few(call: Call) -> str | None:
    match call.json:
        case {"thinking": {"type": "enabled"}, "top_k": int()}:
            return (
                "`top_k` must be unset when thinking is enabled. Please consult our documentation at "
                "https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking"
            )
        case _:
            return None


CONTENT = (
    Clause(
        "empty messages",
        "A message says something, unless it is the last and the assistant's.",
        "https://github.com/NousResearch/hermes-agent/pull/3149",
        _nothing,
        OWN,
    ),
    Clause(
        "empty texts",
        "A text block has a text.",
        "https://github.com/anthropics/claude-code/issues/59812",
        _blank,
        OWN,
        about=".text",
    ),
    Clause(
        "prefills",
        "What the assistant is to go on with does not end in white space.",
        "https://github.com/crewAIInc/crewAI/pull/4430",
        _trailing,
        OWN,
    ),
    Clause(
        "stop sequences",
        "A stop sequence has more than white space.",
        "https://github.com/BerriAI/litellm/issues/3286",
        _stops,
        OWN,
        about="stop_sequences",
    ),
    Clause(
        "thinking and temperature",
        "Where there is thinking, `temperature` is 1 or not there.",
        "https://github.com/MayDay-wpf/snow-app/issues/42",
        _warm,
        OWN,
        about="thinking",
    ),
    Clause(
        "thinking before tools",
        "Where there is thinking with a budget, the assistant thought before it used the tools whose results are sent last.",
        "https://github.com/anomalyco/opencode/issues/2599",
        _thoughtless,
        OWN,
        about="thinking",
    ),
    Clause(
        "thinking and top_k",
        "Where there is thinking with a budget, there is no `top_k`.",
        "https://github.com/quarkiverse/quarkus-langchain4j/issues/1812",
        _few,
        OWN,
        about="thinking",
    ),
)
