"""What OpenAI demands of responses, and in which words it refuses what does not meet it.

Reference: https://platform.openai.com/docs/api-reference/responses/create
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from llm_intercept.call import Call
from llm_intercept.contract.clause import Clause
from llm_intercept.contract.openai_numbers import out_of_range
from llm_intercept.contract.openai_schema import strictness
from llm_intercept.contract.openai_turns import items, known_whole, pairs, reasoning, turns
from llm_intercept.replies.reply import ErrorReply

__all__ = ["RESPONSES"]

_OPENAI, _DEEPSEEK = frozenset({"openai", "azure"}), frozenset({"deepseek"})

#: The least and the most that a number may be, and whether it is whole.
_RANGES: dict[str, tuple[float, float | None, bool]] = {
    "temperature": (0, 2, False),
    "top_p": (0, 1, False),
    "top_logprobs": (0, 20, True),
    "max_output_tokens": (16, None, True),
}

_NAME = re.compile(r"^[a-zA-Z0-9_-]+$")

#: Files that no model reads, whatever they are named.
_UNREAD = re.compile(r"data:((?:audio|video)/[\w.+-]+)[;,]")


def _numbers(call: Call) -> ErrorReply | None:
    return out_of_range(call, _RANGES)


def _stream_options(call: Call) -> ErrorReply | None:
    if call.json.get("stream_options") is None or call.stream:
        return None
    message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
    return ErrorReply(400, message, param="stream_options")


def _json_word(call: Call) -> ErrorReply | None:
    match call.json.get("text"):
        case {"format": {"type": "json_object"}} if known_whole(call):
            if any("json" in message.text.lower() for message in call.messages):
                return None
            message = (
                "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'."
            )
            return ErrorReply(400, message, param="input")
        case _:
            return None


def _functions(call: Call) -> Iterator[tuple[str, dict[str, Any]]]:
    """The functions on offer, each with where it stands."""
    for index, tool in enumerate(call.json.get("tools") or ()):
        if tool["type"] == "function":
            yield f"tools[{index}]", tool


def _tool_names(call: Call) -> ErrorReply | None:
    for where, function in _functions(call):
        if not _NAME.match(function["name"]):
            message = (
                f"Invalid '{where}.name': string does not match pattern. Expected a string that matches the pattern "
                f"'{_NAME.pattern}'."
            )
            return ErrorReply(400, message, param=f"{where}.name", code="invalid_value")
    return None


def _tool_choice(call: Call) -> ErrorReply | None:
    if call.tools or call.json.get("prompt") is not None:
        return None
    match call.json.get("tool_choice"):
        case "required":
            return ErrorReply(400, "Tool choice 'required' must be specified with 'tools' parameter.", param="tool_choice")
        case {"type": "function"}:
            return ErrorReply(400, "Tool choice 'function' not found in 'tools' parameter.", param="tool_choice")
        case _:
            return None


def _strict_tools(call: Call) -> ErrorReply | None:
    for where, function in _functions(call):
        match function:
            case {"strict": True, "parameters": dict(schema), "name": name}:
                wrong = strictness(schema)
                if wrong is not None:
                    message = f"Invalid schema for function '{name}': {wrong}"
                    return ErrorReply(400, message, param=f"{where}.parameters", code="invalid_function_parameters")
            case _:
                pass
    return None


def _strict_format(call: Call) -> ErrorReply | None:
    match call.json.get("text"):
        case {"format": {"type": "json_schema", "strict": True, "schema": dict(schema), "name": str(name)}}:
            wrong = strictness(schema)
            if wrong is not None:
                message = f"Invalid schema for response_format '{name}': {wrong}"
                return ErrorReply(400, message, param="text.format.schema", code="invalid_json_schema")
            return None
        case _:
            return None


def _files(call: Call) -> ErrorReply | None:
    for index, item in enumerate(items(call)):
        for key in ("content", "output"):
            parts = item.get(key)
            for number, part in enumerate(parts if isinstance(parts, list) else ()):
                match part:
                    case {"type": "input_file", "file_data": str(data)} if unread := _UNREAD.match(data):
                        where = f"input[{index}].{key}[{number}].file_data"
                        message = (
                            f"Invalid file data: '{where}'. Expected a base64-encoded data URL with a valid file MIME type (e.g. "
                            "'data:text/plain;base64,SGVsbG8sIFdvcmxkIQ=='), but got unsupported MIME type "
                            f"'{unread[1]}'. Please see https://platform.openai.com/docs/assistants/tools/file-search"
                            "#supported-files for supported file types."
                        )
                        return ErrorReply(400, message, param=where, code="invalid_value")
                    case _:
                        pass
    return None


_API = "https://platform.openai.com/docs/api-reference/responses/create"
_TOOLS = "https://platform.openai.com/docs/guides/function-calling"
_OUTPUTS = "https://platform.openai.com/docs/guides/structured-outputs#supported-schemas"
_REASONING = "https://platform.openai.com/docs/guides/reasoning"
_FILES = "https://platform.openai.com/docs/guides/pdf-files"

RESPONSES = (
    Clause(
        "tool pairs", "Each call of a function or custom tool has its output, and each output its call.", _TOOLS, pairs, _OPENAI
    ),
    Clause(
        "reasoning",
        "After a reasoning item with an id comes what the model said next, with its id.",
        _REASONING,
        reasoning,
        _OPENAI,
    ),
    Clause("tool turns", "A turn's calls are answered before more is said.", "https://api-docs.deepseek.com/", turns, _DEEPSEEK),
    Clause(
        "numbers",
        "Numbers are in range: `temperature` 0 to 2, `top_p` 0 to 1, `top_logprobs` 0 to 20, `max_output_tokens` at least 16.",
        _API,
        _numbers,
        _OPENAI,
        " ".join(_RANGES),
    ),
    Clause("stream_options", "`stream_options` stands with `stream` alone.", _API, _stream_options, _OPENAI, "stream_options"),
    Clause("json mode", "For `json_object`, a message says the word JSON.", _OUTPUTS, _json_word, _OPENAI, "text"),
    Clause("tool names", "Names of functions are letters, digits, _ and -.", _TOOLS, _tool_names, _OPENAI, "tools"),
    Clause("tool choice", "A tool is forced where there are tools.", _TOOLS, _tool_choice, _OPENAI, "tool_choice"),
    Clause(
        "strict format",
        "A strict schema closes its objects and requires all their properties.",
        _OUTPUTS,
        _strict_format,
        _OPENAI,
        "text",
    ),
    Clause("strict tools", "The parameters of a function with `strict: true` do, too.", _OUTPUTS, _strict_tools, _OPENAI, "tools"),
    Clause("files", "A file's data is neither sound nor film.", _FILES, _files, _OPENAI),
)
