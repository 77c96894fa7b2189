"""What OpenAI demands of chat completions, and in which words it refuses what does not meet it.

Other providers who speak this dialect are laxer, each in its own way: what is here concerns OpenAI and Azure alone.
Reference: https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from llm_intercept.call import Call
from llm_intercept.contract.clause import Clause
from llm_intercept.contract.openai_numbers import out_of_range
from llm_intercept.contract.openai_schema import strictness
from llm_intercept.replies.reply import ErrorReply

__all__ = ["CHAT"]

_OPENAI = frozenset({"openai", "azure"})

#: The least and the most that a number may be, and whether it is whole.
_RANGES: dict[str, tuple[float, float | None, bool]] = {
    "temperature": (0, 2, False),
    "top_p": (0, 1, False),
    "frequency_penalty": (-2, 2, False),
    "presence_penalty": (-2, 2, False),
    "n": (1, None, True),
    "top_logprobs": (0, 20, True),
    "max_tokens": (1, None, True),
    "max_completion_tokens": (1, None, True),
}

_MOST_STOPS, _LONGEST_NAME = 4, 64
_NAME = re.compile(r"^[a-zA-Z0-9_-]+$")

#: The models that think, and take neither `max_tokens` nor a temperature of one's own.
_REASONS = re.compile(r"^(o1|o3|o4-mini)(-\d{4}-\d{2}-\d{2})?$")


def refused(message: str, param: str | None = None, code: str | None = None) -> ErrorReply:
    """A refusal in OpenAI's envelope."""
    return ErrorReply(400, message, param=param, code=code)


def _numbers(call: Call) -> ErrorReply | None:
    return out_of_range(call, _RANGES)


def _empty(call: Call) -> ErrorReply | None:
    if call.messages:
        return None
    return refused(
        "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        "messages",
        "empty_array",
    )


def _pairs(call: Call) -> ErrorReply | None:
    """One walk over the messages: a history may have tens of thousands."""
    made, due = list[str](), list[str]()
    for number, message in enumerate(call.messages):
        if message.role != "tool":
            if due:
                return _unanswered(due, number)
            if made or message.tool_uses:
                due = [use.id for use in message.tool_uses] if message.raw.get("tool_calls") else []
                made = due
        elif message.raw["role"] == "tool":
            if not made:
                return refused(
                    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
                    f"messages.[{number}].role",
                )
            if message.tool_use_id not in made:
                return refused(
                    f"Invalid parameter: 'tool_call_id' of '{message.tool_use_id}' not found in 'tool_calls' of previous message.",
                    f"messages.[{number}].tool_call_id",
                )
            due = [one for one in due if one != message.tool_use_id]
    return _unanswered(due, len(call.messages)) if due else None


def _unanswered(due: list[str], number: int) -> ErrorReply:
    return refused(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
        f"The following tool_call_ids did not have response messages: {', '.join(due)}",
        f"messages.[{number}].role",
    )


def _stops(call: Call) -> ErrorReply | None:
    stop = call.json.get("stop")
    if not isinstance(stop, list) or len(stop) <= _MOST_STOPS:
        return None
    return refused(
        f"Invalid 'stop': array too long. Expected an array with maximum length {_MOST_STOPS}, but got an array with length "
        f"{len(stop)} instead.",
        "stop",
        "array_above_max_length",
    )


def _logprobs(call: Call) -> ErrorReply | None:
    if call.json.get("top_logprobs") is None or call.json.get("logprobs"):
        return None
    return refused("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", "top_logprobs")


def _stream_options(call: Call) -> ErrorReply | None:
    if call.json.get("stream_options") is None or call.stream:
        return None
    return refused("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")


def _json_word(call: Call) -> ErrorReply | None:
    match call.json.get("response_format"):
        case {"type": "json_object"} if not any("json" in message.text.lower() for message in call.messages):
            return refused(
                "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", "messages"
            )
        case _:
            return None


def _reasoning(call: Call) -> ErrorReply | None:
    if call.json.get("max_tokens") is not None and _REASONS.match(call.model):
        return refused(
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            "max_tokens",
            "unsupported_parameter",
        )
    return None


def _functions(call: Call) -> Iterator[tuple[str, dict[str, Any]]]:
    """The functions on offer, each with where it stands."""
    for index, tool in enumerate(call.json.get("tools") or ()):
        if tool.get("type") == "function":
            yield f"tools[{index}].function", tool["function"]


def _tool_names(call: Call) -> ErrorReply | None:
    for where, function in _functions(call):
        name = function["name"]
        if len(name) > _LONGEST_NAME:
            return refused(
                f"Invalid '{where}.name': string too long. Expected a string with maximum length {_LONGEST_NAME}, but got a string "
                f"with length {len(name)} instead.",
                f"{where}.name",
                "string_above_max_length",
            )
        if not _NAME.match(name):
            return refused(
                f"Invalid '{where}.name': string does not match pattern. Expected a string that matches the pattern "
                f"'{_NAME.pattern}'.",
                f"{where}.name",
                "invalid_value",
            )
    return None


def _tool_choice(call: Call) -> ErrorReply | None:
    for key in ("tool_choice", "parallel_tool_calls"):
        if call.json.get(key) is not None and not call.json.get("tools"):
            return refused(f"Invalid value for '{key}': '{key}' is only allowed when 'tools' are specified.", key)
    return None


def _strict_format(call: Call) -> ErrorReply | None:
    match call.json.get("response_format"):
        case {"type": "json_schema", "json_schema": {"strict": True, "schema": dict(schema), "name": str(name)}}:
            wrong = strictness(schema)
            return None if wrong is None else refused(f"Invalid schema for response_format '{name}': {wrong}", "response_format")
        case _:
            return None


def _strict_tools(call: Call) -> ErrorReply | None:
    for where, function in _functions(call):
        match function:
            case {"strict": True, "parameters": dict(schema), "name": name}:
                wrong = strictness(schema)
                if wrong is not None:
                    return refused(
                        f"Invalid schema for function '{name}': {wrong}", f"{where}.parameters", "invalid_function_parameters"
                    )
            case _:
                pass
    return None


_API = "https://platform.openai.com/docs/api-reference/chat/create"
_TOOLS = "https://platform.openai.com/docs/guides/function-calling"
_OUTPUTS = "https://platform.openai.com/docs/guides/structured-outputs#supported-schemas"
_REASONING = "https://platform.openai.com/docs/guides/reasoning"

CHAT = (
    Clause("messages", "There is at least one message.", _API, _empty, _OPENAI),
    Clause(
        "tool pairs",
        "Each tool call is answered by a tool message right after it, and each tool message answers such a call.",
        _TOOLS,
        _pairs,
        _OPENAI,
    ),
    Clause(
        "numbers",
        "Numbers are in range: `temperature` 0 to 2, `top_p` 0 to 1, penalties -2 to 2, `top_logprobs` 0 to 20, counts at least 1.",
        _API,
        _numbers,
        _OPENAI,
        " ".join(_RANGES),
    ),
    Clause("stop", f"`stop` has at most {_MOST_STOPS} texts.", _API, _stops, _OPENAI, "stop"),
    Clause("top_logprobs", "`top_logprobs` stands with `logprobs` alone.", _API, _logprobs, _OPENAI, "top_logprobs"),
    Clause("stream_options", "`stream_options` stands with `stream` alone.", _API, _stream_options, _OPENAI, "stream_options"),
    Clause("json mode", "For `json_object`, a message says the word JSON.", _OUTPUTS, _json_word, _OPENAI, "response_format"),
    Clause("reasoning models", "o1, o3 and o4-mini take no `max_tokens`.", _REASONING, _reasoning, _OPENAI, "max_tokens"),
    Clause(
        "tool names",
        f"Names of functions are letters, digits, _ and -, at most {_LONGEST_NAME}.",
        _TOOLS,
        _tool_names,
        _OPENAI,
        "tools",
    ),
    Clause(
        "tool choice",
        "`tool_choice` and `parallel_tool_calls` stand with `tools` alone.",
        _TOOLS,
        _tool_choice,
        _OPENAI,
        "tool_choice parallel_tool_calls",
    ),
    Clause(
        "strict format",
        "A strict schema closes its objects and requires all their properties.",
        _OUTPUTS,
        _strict_format,
        _OPENAI,
        "response_format",
    ),
    Clause("strict tools", "The parameters of a strict function do, too.", _OUTPUTS, _strict_tools, _OPENAI, "tools"),
)
