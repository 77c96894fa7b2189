"""What OpenAI demands of responses, and in which words it refuses what does not meet it.

Reference: https://platform.openai.com/docs/api-reference/responses/create
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from llm_intercept.call import Call
from llm_intercept.contract.clause import Clause
from llm_intercept.contract.openai_content import input_parts
from llm_intercept.contract.openai_fields import METADATA, metadata, mistyped, too_long, unknown_value, unmatched
from llm_intercept.contract.openai_models import REASONED, sampled
from llm_intercept.contract.openai_numbers import out_of_range
from llm_intercept.contract.openai_schema import MOST_LEVELS, MOST_PROPERTIES, MOST_VALUES, looseness, strictness
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

#: What fields must be, and what some of them may say.
_TYPES: dict[str, str] = {
    **{key: "an integer" if whole else "a decimal" for key, (_, _, whole) in _RANGES.items()},
    **dict.fromkeys(("background", "store", "parallel_tool_calls"), "a boolean"),
    **dict.fromkeys(("metadata", "reasoning", "text"), "an object"),
    "user": "a string",
}
_VALUES: dict[str, tuple[str, ...]] = {
    "tool_choice": ("none", "auto", "required"),
    "text.format.type": ("text", "json_object", "json_schema"),
    "truncation": ("auto", "disabled"),
}

_NAME, _LONGEST_NAME = re.compile(r"^[a-zA-Z0-9_-]+$"), 64

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
            return unmatched(f"{where}.name", _NAME.pattern)
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


def _schemas(call: Call) -> ErrorReply | None:
    for where, function in _functions(call):
        match function:
            case {"parameters": dict(schema), "name": name}:
                wrong = strictness(schema) if function.get("strict") is True else looseness(schema)
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


def _named_format(call: Call) -> ErrorReply | None:
    match call.json["text"]:
        case {"format": {"type": "json_schema", **given}}:
            pass
        case _:
            return None
    name = given.get("name")
    for key in ("name", "schema"):
        if given.get(key) is None:
            where = f"text.format.{key}"
            return ErrorReply(400, f"Missing required parameter: '{where}'.", param=where, code="missing_required_parameter")
    if not isinstance(name, str):
        return None
    if len(name) > _LONGEST_NAME:
        return too_long("text.format.name", name, _LONGEST_NAME)
    return None if _NAME.match(name) else unmatched("text.format.name", _NAME.pattern)


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
    Clause("types", "Numbers, flags, texts and objects are such.", _API, mistyped(_TYPES), _OPENAI, " ".join(_TYPES)),
    Clause(
        "values",
        "`tool_choice`, the type of `text.format` and `truncation` are known words.",
        _API,
        unknown_value(_VALUES),
        _OPENAI,
        "tool_choice text truncation",
    ),
    Clause("content", "The parts of a message are those of this API, and an assistant's are its own.", _API, input_parts, _OPENAI),
    Clause(
        "metadata",
        "Metadata are {} texts, their keys of {} characters at most, their values of {}.".format(*METADATA),
        _API,
        metadata,
        _OPENAI,
        "metadata",
    ),
    Clause("format", "A schema for the answer has a fitting name, and is there.", _OUTPUTS, _named_format, _OPENAI, "text"),
    Clause(
        "reasoning models",
        "o1, o3, o4-mini, GPT-5 and their kin take no other sampling than their own.",
        _REASONING,
        sampled,
        frozenset({"openai"}),
        REASONED,
    ),
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
        f"A strict schema closes its objects, requires all their properties, has no keywords that cannot be kept to, at most "
        f"{MOST_LEVELS} objects inside one another, {MOST_PROPERTIES} properties and {MOST_VALUES} values of enumerations.",
        _OUTPUTS,
        _strict_format,
        _OPENAI,
        "text",
    ),
    Clause(
        "function schemas",
        "The parameters of a function with `strict: true` do, too; others are an object, whose arrays tell their items.",
        _OUTPUTS,
        _schemas,
        _OPENAI,
        "tools",
    ),
    Clause("files", "A file's data is neither sound nor film.", _FILES, _files, _OPENAI),
)
