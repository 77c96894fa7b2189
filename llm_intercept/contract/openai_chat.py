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
from llm_intercept.contract.openai_content import parts
from llm_intercept.contract.openai_fields import METADATA, combined, metadata, mistyped, too_long, unknown_value, unmatched
from llm_intercept.contract.openai_models import REASONED, instructed, reasoned, searched, shaped, stopped
from llm_intercept.contract.openai_numbers import out_of_range
from llm_intercept.contract.openai_schema import MOST_LEVELS, MOST_PROPERTIES, MOST_VALUES, looseness, strictness
from llm_intercept.replies.reply import ErrorReply

__all__ = ["CHAT"]

#: Whom clauses concern, and whom those about models by their name: a deployment of Azure's may have any name.
_OPENAI, _NAMED = frozenset({"openai", "azure"}), frozenset({"openai"})

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

#: What stands with something else alone.
_NEEDED = {"tool_choice": "tools", "parallel_tool_calls": "tools", "function_call": "functions"}

_MOST_STOPS, _LONGEST_NAME = 4, 64
_NAME = re.compile(r"^[a-zA-Z0-9_-]+$")

#: What fields must be, and what some of them may say.
_TYPES: dict[str, str] = {
    **{key: "an integer" if whole else "a decimal" for key, (_, _, whole) in _RANGES.items()},
    **dict.fromkeys(("logprobs", "store", "parallel_tool_calls"), "a boolean"),
    **dict.fromkeys(("logit_bias", "metadata", "response_format"), "an object"),
    "seed": "an integer",
    "user": "a string",
}
_VALUES: dict[str, tuple[str, ...]] = {
    "tool_choice": ("none", "auto", "required"),
    "response_format.type": ("text", "json_object", "json_schema"),
}

_MOST_TOOLS = 128


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
            if message.tool_use_id is None:
                return _missing(f"messages[{number}].tool_call_id")
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
    if not call.json.get("top_logprobs") or call.json.get("logprobs"):
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


def _functions(call: Call) -> Iterator[tuple[str, dict[str, Any]]]:
    """The functions on offer, each with where it stands."""
    for index, tool in enumerate(call.json.get("tools") or ()):
        if tool.get("type") == "function":
            yield f"tools[{index}].function", tool["function"]


def _tool_names(call: Call) -> ErrorReply | None:
    for where, function in _functions(call):
        wrong = _misnamed(function["name"], f"{where}.name")
        if wrong is not None:
            return wrong
    return None


def _misnamed(name: str, where: str) -> ErrorReply | None:
    if len(name) > _LONGEST_NAME:
        return too_long(where, name, _LONGEST_NAME)
    return None if _NAME.match(name) else unmatched(where, _NAME.pattern)


def _many_tools(call: Call) -> ErrorReply | None:
    tools = call.json["tools"]
    if tools is None or 0 < len(tools) <= _MOST_TOOLS:
        return None
    if not tools:
        told = "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead."
        return refused(told, "tools", "empty_array")
    return refused(
        f"Invalid 'tools': array too long. Expected an array with maximum length {_MOST_TOOLS}, but got an array with length "
        f"{len(tools)} instead.",
        "tools",
        "array_above_max_length",
    )


def _tool_choice(call: Call) -> ErrorReply | None:
    for key, needed in _NEEDED.items():
        if call.json.get(key) is not None and not call.json.get(needed):
            return refused(f"Invalid value for '{key}': '{key}' is only allowed when '{needed}' are specified.", key)
    return None


def _chosen(call: Call) -> ErrorReply | None:
    match call.json["tool_choice"]:
        case {"type": "function", "function": {"name": str(name)}} if all(tool.name != name for tool in call.tools):
            return refused(f"Tool choice '{name}' not found in 'tools' parameter.", "tool_choice")
        case _:
            return None


def _named_format(call: Call) -> ErrorReply | None:
    match call.json["response_format"]:
        case {"type": "json_schema", **more}:
            return _format(more.get("json_schema"))
        case _:
            return None


def _format(given: Any) -> ErrorReply | None:
    where = "response_format.json_schema"
    match given:
        case {"name": str(name), **more}:
            wrong = _misnamed(name, f"{where}.name")
            if wrong is None and more.get("strict") is True and more.get("schema") is None:
                return _missing(f"{where}.schema")
            return wrong
        case None:
            return _missing(where)
        case {"name": _}:
            return None
        case _:
            return _missing(f"{where}.name")


def _missing(where: str) -> ErrorReply:
    return refused(f"Missing required parameter: '{where}'.", where, "missing_required_parameter")


def _strict_format(call: Call) -> ErrorReply | None:
    match call.json.get("response_format"):
        case {"type": "json_schema", "json_schema": {"strict": True, "schema": dict(schema), "name": str(name)}}:
            wrong = strictness(schema)
            return None if wrong is None else refused(f"Invalid schema for response_format '{name}': {wrong}", "response_format")
        case _:
            return None


def _schemas(call: Call) -> ErrorReply | None:
    for where, function in _functions(call):
        match function:
            case {"parameters": dict(schema), "name": name}:
                wrong = strictness(schema) if function.get("strict") is True else looseness(schema)
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
_SEARCH = "https://platform.openai.com/docs/guides/tools-web-search"
_REASONING = "https://platform.openai.com/docs/guides/reasoning"

CHAT = (
    Clause("types", "Numbers, flags, texts and objects are such.", _API, mistyped(_TYPES), _OPENAI, " ".join(_TYPES)),
    Clause(
        "values",
        "`tool_choice` and the type of `response_format` are known words.",
        _API,
        unknown_value(_VALUES),
        _OPENAI,
        "tool_choice response_format",
    ),
    Clause("messages", "There is at least one message.", _API, _empty, _OPENAI),
    Clause(
        "content",
        "Messages have a content, unless they are an assistant's with calls; its parts are those of this API, images are a user's "
        "and PNG, JPEG, GIF or WebP, sounds are for models that hear; lists of tool calls are not empty.",
        _API,
        parts,
        _OPENAI,
    ),
    Clause(
        "metadata",
        "Metadata are {} texts, their keys of {} characters at most, their values of {}.".format(*METADATA),
        _API,
        metadata,
        _OPENAI,
        "metadata",
    ),
    Clause("tools", f"There are 1 to {_MOST_TOOLS} tools where there is a list.", _TOOLS, _many_tools, _OPENAI, "tools"),
    Clause("chosen tool", "The tool that is forced is on offer.", _TOOLS, _chosen, _OPENAI, "tool_choice"),
    Clause(
        "format",
        "A schema for the answer has a fitting name; a strict one is there.",
        _OUTPUTS,
        _named_format,
        _OPENAI,
        "response_format",
    ),
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
    Clause(
        "one limit",
        "`max_tokens` and `max_completion_tokens` do not stand together.",
        _API,
        combined,
        _OPENAI,
        "max_completion_tokens",
    ),
    Clause(
        "reasoning models",
        "o1, o3, o4-mini, GPT-5 and their kin take neither `max_tokens` nor another sampling than their own.",
        _REASONING,
        reasoned,
        _NAMED,
        REASONED,
    ),
    Clause("models without stop", "o3, o4-mini and GPT-5 take no `stop`.", _REASONING, stopped, _NAMED, "stop"),
    Clause("models without system", "o1-mini and o1-preview take no system prompt.", _REASONING, instructed, _NAMED),
    Clause(
        "models without search",
        "GPT-4o, GPT-4.1 and GPT-5 do not search in chats.",
        _SEARCH,
        searched,
        _NAMED,
        "web_search_options",
    ),
    Clause(
        "models without schemas",
        "Models before GPT-4o of August 2024 take no `json_schema`.",
        _OUTPUTS,
        shaped,
        _NAMED,
        "response_format",
    ),
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
        "`tool_choice` and `parallel_tool_calls` stand with `tools` alone, `function_call` with `functions`.",
        _TOOLS,
        _tool_choice,
        _OPENAI,
        " ".join(_NEEDED),
    ),
    Clause(
        "strict format",
        f"A strict schema closes its objects, requires all their properties, has no keywords that cannot be kept to, at most "
        f"{MOST_LEVELS} objects inside one another, {MOST_PROPERTIES} properties and {MOST_VALUES} values of enumerations.",
        _OUTPUTS,
        _strict_format,
        _OPENAI,
        "response_format",
    ),
    Clause(
        "function schemas",
        "The parameters of a strict function do, too; others are an object, whose arrays tell their items.",
        _OUTPUTS,
        _schemas,
        _OPENAI,
        "tools",
    ),
)
