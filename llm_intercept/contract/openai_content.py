"""What OpenAI's messages may hold, and in which words it refuses others.

References: https://platform.openai.com/docs/api-reference/chat/create, https://platform.openai.com/docs/guides/images-vision
"""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any

from llm_intercept.call import Call
from llm_intercept.contract.openai_models import deaf
from llm_intercept.contract.openai_turns import items
from llm_intercept.replies.reply import ErrorReply

__all__ = ["input_parts", "parts"]

#: The parts of other APIs, which are taken for one another: those of responses, of Claude, and of chats.
_OTHERS = frozenset({"image", "document", "tool_use", "tool_result", "thinking"})
_NO_CHAT_S = _OTHERS | {"input_text", "output_text", "input_image", "input_file", "summary_text"}
_NO_RESPONSE_S = _OTHERS | {"text", "image_url", "file"}

_CHAT_S = "'text', 'image_url', 'input_audio', 'refusal', 'audio', and 'file'"
_RESPONSE_S = "'input_text', 'input_image', 'output_text', 'refusal', 'input_file', 'computer_screenshot', and 'summary_text'"

#: The start of an image's data, long enough to tell what it is.
_IMAGE = re.compile(r"data:[^,]*;base64,([A-Za-z0-9+/]{16})")
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")


def parts(call: Call) -> ErrorReply | None:
    """What a chat's messages hold; most hold a text."""
    for number, message in enumerate(call.messages):
        raw = message.raw
        content, uses = raw.get("content"), raw.get("tool_calls")
        if type(content) is str and uses is None:
            continue
        where = f"messages[{number}]"
        if uses is not None and not uses:
            empty = f"{where}.tool_calls"
            told = f"Invalid '{empty}': empty array. Expected an array with minimum length 1, but got an empty array instead."
            return ErrorReply(400, told, param=empty, code="empty_array")
        if type(content) is list:
            for index, part in enumerate(content):
                wrong = _part(part, where, f"{where}.content[{index}]", raw["role"], call)
                if wrong is not None:
                    return wrong
        elif content is None and raw["role"] != "function" and (raw["role"] != "assistant" or _says_nothing(raw)):
            param = f"messages.[{number}].content"
            return ErrorReply(400, "Invalid value for 'content': expected a string, got null.", param=param)
    return None


def _says_nothing(raw: dict[str, Any]) -> bool:
    return not any(raw.get(key) for key in ("tool_calls", "function_call", "refusal", "audio"))


def _part(part: dict[str, Any], message: str, where: str, role: str, call: Call) -> ErrorReply | None:
    kind = part["type"]
    if kind in _NO_CHAT_S:
        return _unknown(kind, _CHAT_S, f"{where}.type")
    if kind == "input_audio" and deaf(call):
        told = f"Invalid '{message}'. Content blocks are expected to be either text or image_url type."
        return ErrorReply(400, told, param=message, code="invalid_value")
    if kind != "image_url":
        return None
    if role != "user":
        told = (
            f"Invalid '{message}'. Image URLs are only allowed for messages with role 'user', but this message with role '{role}' "
            "contains an image URL."
        )
        return ErrorReply(400, told, param=message, code="invalid_value")
    match part:
        case {"image_url": {"url": str(url)}}:
            return _picture(url)
        case _:
            return None


def _picture(url: str) -> ErrorReply | None:
    """The refusal of data that are no image; those that are too few to be one stand for one in a test."""
    data = _IMAGE.match(url)
    if data is None:
        return None
    start = b64decode(data[1])
    if start.startswith(_IMAGES) or (start[:4] == b"RIFF" and start[8:12] == b"WEBP"):
        return None
    told = (
        "You uploaded an unsupported image. Please make sure your image has of one the following formats: "
        "['png', 'jpeg', 'gif', 'webp']."
    )
    return ErrorReply(400, told, code="invalid_image_format")


def input_parts(call: Call) -> ErrorReply | None:
    """What the messages of a response's input hold."""
    for number, item in enumerate(items(call)):
        content = item.get("content")
        if type(content) is not list or item.get("type", "message") != "message":
            continue
        for index, part in enumerate(content):
            kind, where = str(part.get("type")), f"input[{number}].content[{index}]"
            if item.get("role") == "assistant" and kind in ("input_text", "input_image", "input_file"):
                return ErrorReply(
                    400,
                    f"Invalid value: '{kind}'. Supported values are: 'output_text' and 'refusal'.",
                    param=where,
                    code="invalid_value",
                )
            if kind in _NO_RESPONSE_S:
                return _unknown(kind, _RESPONSE_S, where)
    return None


def _unknown(kind: str, known: str, where: str) -> ErrorReply:
    return ErrorReply(400, f"Invalid value: '{kind}'. Supported values are: {known}.", param=where, code="invalid_value")
