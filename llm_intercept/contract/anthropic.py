"""What Anthropic demands of its messages, and in which words it refuses what does not meet it.

Where models, betas or clouds differ, the laxest is taken: what one of them accepts is accepted.
References: https://docs.anthropic.com/en/api/messages, https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking,
https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from llm_intercept.call import Call
from llm_intercept.contract.anthropic_content import CONTENT
from llm_intercept.contract.anthropic_models import MODELS
from llm_intercept.contract.anthropic_schema import SCHEMAS
from llm_intercept.contract.anthropic_settings import SETTINGS
from llm_intercept.contract.anthropic_shape import OWN, SHAPE
from llm_intercept.contract.clause import Clause

__all__ = ["COUNTED", "MESSAGES", "kinds"]

#: The fewest tokens to think in, and the most blocks that are cached up to.
_LEAST_THOUGHT, _MOST_CACHED = 1024, 4


def kinds(call: Call) -> frozenset[str]:
    """The kinds of blocks that a request holds, and the keys that they have, each after a dot; and the roles."""
    found = set[str]()
    for message in call.json["messages"]:
        found.add(message["role"])
        if type(message["content"]) is not str:
            for block in message["content"]:
                found.update(block)
                found.add(block["type"])
                if block["type"] == "tool_result" and isinstance(block.get("content"), list):
                    found.update(str(inner.get("type")) for inner in block["content"])
    for listed in (call.json.get("system"), call.json.get("tools")):
        if isinstance(listed, list):
            found.update(*listed)
    return frozenset([f".{one}" for one in found])


def _empty(call: Call) -> str | None:
    return None if call.json["messages"] else "messages: at least one message is required"


def _temperature(call: Call) -> str | None:
    given = call.json.get("temperature")
    return "temperature: range: 0..1" if isinstance(given, int | float) and not 0 <= given <= 1 else None


def _budget(call: Call) -> int | None:
    """How many tokens are given to think in; None where thinking is not asked for with a budget."""
    match call.json.get("thinking"):
        case {"type": "enabled", "budget_tokens": int(budget)}:
            return budget
        case _:
            return None


def _too_small(call: Call) -> str | None:
    budget = _budget(call)
    if budget is None or budget >= _LEAST_THOUGHT:
        return None
    return f"thinking.enabled.budget_tokens: Input should be greater than or equal to {_LEAST_THOUGHT}"


def _too_large(call: Call) -> str | None:
    """Between tools a budget may be larger than one answer."""
    match _budget(call), call.json.get("max_tokens"):
        case int(budget), int(most) if most <= budget and not _interleaved(call):
            return (
                "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at "
                "https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size"
            )
        case _:
            return None


def _forced(call: Call) -> str | None:
    match call.json.get("thinking"), call.json.get("tool_choice"):
        case {"type": "enabled"}, {"type": "any" | "tool"}:
            return "Thinking may not be enabled when tool_choice forces tool use."
        case _:
            return None


def _interleaved(call: Call) -> bool:
    headers = call.request.headers
    return b"interleaved-thinking" in call.request.body or any(b"interleaved-thinking" in value for _, value in headers)


def _twice(call: Call) -> str | None:
    names = [tool["name"] for tool in call.json.get("tools") or () if isinstance(tool.get("name"), str)]
    return "tools: Tool names must be unique." if len(set(names)) < len(names) else None


def _same_ids(call: Call) -> str | None:
    """In another message an id may come again."""
    for number, message in enumerate(call.json["messages"]):
        seen = set[str]()
        for place, block in enumerate(message["content"] if isinstance(message["content"], list) else ()):
            if block["type"] == "tool_use":
                if block["id"] in seen:
                    return f"messages.{number}.content.{place}: `tool_use` ids must be unique"
                seen.add(block["id"])
    return None


def _pairs(call: Call) -> str | None:
    """Claude 3 Opus, which is no more, did not compare the ids."""
    return None if call.model.startswith("claude-3-opus") else _unpaired(call.json["messages"])


def _unpaired(messages: Sequence[Mapping[str, Any]]) -> str | None:
    """What is wrong with tool uses and their results: each stands beside the other, in turns that follow each other.

    Messages of one role in a row are one turn. A system message belongs to nobody's.
    """
    spoken = ((number, message) for number, message in enumerate(messages) if message["role"] != "system")
    at, used = 0, []
    for role, turn in groupby(spoken, lambda one: one[1]["role"]):
        kind, key = ("tool_use", "id") if role == "assistant" else ("tool_result", "tool_use_id")
        found = [(number, place, block[key]) for number, place, block in _blocks(turn) if block["type"] == kind]
        if role == "assistant":
            at, used = found[0][0] if found else 0, [given for _, _, given in found]
            continue
        for number, place, given in found:
            if given not in used:
                return (
                    f"messages.{number}.content.{place}: unexpected `tool_use_id` found in `tool_result` blocks: {given}. "
                    "Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
                )
        answered = set(_leading(found))
        missing = [given for given in used if given not in answered]
        if missing:
            return (
                f"messages.{at}: `tool_use` ids were found without `tool_result` blocks immediately after: {', '.join(missing)}. "
                "Each `tool_use` block must have a corresponding `tool_result` block in the next message."
            )
        used = []
    return None


def _leading(found: Iterable[tuple[int, int, str]]) -> Iterator[str]:
    """The results before which nothing else stands in their message; what comes later is no answer."""
    for _, beside in groupby(found, lambda one: one[0]):
        yield from (given for rank, (_, place, given) in enumerate(beside) if place == rank)


def _blocks(turn: Iterable[tuple[int, Mapping[str, Any]]]) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
    """Each block of a turn, with the numbers of its message and of itself."""
    for number, message in turn:
        if not isinstance(message["content"], str):
            for place, block in enumerate(message["content"]):
                yield number, place, block


def _cached(call: Call) -> str | None:
    found = sum(block.get("cache_control") is not None for _, block in _cacheable(call.json))
    if found <= _MOST_CACHED:
        return None
    return f"A maximum of {_MOST_CACHED} blocks with cache_control may be provided. Found {found}."


def _lifetimes(call: Call) -> str | None:
    """A lifetime that is not told is the shorter."""
    short = False
    for where, block in _cacheable(call.json):
        match block.get("cache_control"):
            case {"type": "ephemeral", **given}:
                lifetime = given.get("ttl") or "5m"
            case _:
                continue
        if lifetime not in ("5m", "1h"):
            return f"{where}.cache_control.ephemeral.ttl: Input should be '5m' or '1h'"
        if lifetime == "1h" and short:
            return (
                f"{where}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. "
                "Note that blocks are processed in the following order: `tools`, `system`, `messages`."
            )
        short = short or lifetime == "5m"
    return None


def _cacheable(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All that a prompt is cached up to, and where it stands."""
    for index, tool in enumerate(body.get("tools") or ()):
        yield f"tools.{index}", tool
    if isinstance(body.get("system"), list):
        for index, block in enumerate(body["system"]):
            yield f"system.{index}", block
    for number, message in enumerate(body["messages"]):
        if isinstance(message["content"], list):
            for place, block in enumerate(message["content"]):
                yield f"messages.{number}.content.{place}", block


_API = "https://docs.anthropic.com/en/api/messages"
_THINKING = "https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking"
_TOOLS = "https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use"
_CACHING = "https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching"

COUNTED = (
    *SHAPE,
    Clause("messages", "There is at least one message.", _API, _empty, OWN),
    Clause("temperature", "`temperature` is from 0 to 1.", _API, _temperature, OWN, about="temperature"),
    Clause(
        "least thinking budget",
        f"A thinking budget is at least {_LEAST_THOUGHT} tokens.",
        _THINKING,
        _too_small,
        OWN,
        about="thinking",
    ),
    Clause(
        "thinking budget",
        "A thinking budget is below `max_tokens`, unless thinking goes on between tools.",
        _THINKING,
        _too_large,
        OWN,
        about="thinking",
    ),
    Clause("thinking and forced tools", "Where a tool is forced, there is no thinking.", _THINKING, _forced, OWN, about="thinking"),
    Clause("tool names", "No two tools have one name.", _TOOLS, _twice, OWN, about="tools"),
    Clause(
        "tool pairs",
        "Each tool use has its result first in the next turn, and each result its use in the turn before.",
        _TOOLS,
        _pairs,
        OWN,
        about=".tool_use .tool_result",
    ),
    Clause(
        "cache breakpoints",
        f"At most {_MOST_CACHED} blocks are cached up to.",
        _CACHING,
        _cached,
        OWN,
        about=".cache_control",
    ),
    Clause(
        "tool uses' ids",
        "No two tool uses of a message have one id.",
        "https://github.com/anthropics/claude-code/issues/20700",
        _same_ids,
        OWN,
        about=".tool_use",
    ),
    Clause(
        "lifetimes",
        "What is cached for an hour stands before what is cached for five minutes.",
        _CACHING,
        _lifetimes,
        OWN,
        about=".cache_control",
    ),
    *CONTENT,
    *SETTINGS,
    *SCHEMAS,
)

#: Who counts asks no model.
MESSAGES = (*COUNTED, *MODELS)
