"""What some of OpenAI's models do not take, and in which words it is refused.

Models that are not known to refuse something may take it. Azure's deployments may have any name, and are not judged by it.
References: https://platform.openai.com/docs/guides/reasoning, https://platform.openai.com/docs/guides/structured-outputs
"""

from __future__ import annotations

import re

from llm_intercept.call import Call
from llm_intercept.replies.reply import ErrorReply

__all__ = ["REASONED", "deaf", "instructed", "reasoned", "sampled", "searched", "shaped", "stopped"]

_DATED = r"(-\d{4}-\d{2}-\d{2})?$"

#: The models that think, whatever is asked: they take no sampling of one's own.
_REASONS = re.compile(r"(o1|o1-mini|o1-preview|o1-pro|o3|o3-mini|o3-pro|o4-mini|gpt-5|gpt-5-mini|gpt-5-nano)" + _DATED)

#: Of those, who takes no `stop`.
_UNSTOPPED = re.compile(r"(o1-mini|o3|o3-pro|o4-mini|gpt-5|gpt-5-mini|gpt-5-nano)" + _DATED)

#: The models before system prompts were for those that think.
_UNINSTRUCTED = re.compile(r"(o1-mini|o1-preview)" + _DATED)

#: Models of texts and images, which neither hear nor search in chats.
_DEAF = re.compile(r"(gpt-4o|gpt-4o-mini|gpt-4\.1|gpt-4\.1-mini|gpt-4\.1-nano|gpt-5|gpt-5-mini|gpt-5-nano)" + _DATED)

#: Models before schemas of answers.
_UNSHAPED = re.compile(
    r"(gpt-3\.5-turbo(-\d{4}|-16k|-16k-\d{4})?|gpt-4(-\d{4}|-32k|-turbo|-turbo-preview|-\d{4}-preview)?|gpt-4o-2024-05-13"
    r"|gpt-4-turbo-2024-04-09)$"
)

#: What such a model has one value for, and the value; those above take it.
_FIXED = {"temperature": 1, "top_p": 1, "presence_penalty": 0, "frequency_penalty": 0, "logprobs": False, "top_logprobs": 0}

#: What is looked at for them.
REASONED = " ".join((*_FIXED, "logit_bias", "max_tokens"))


def _unsupported(key: str, more: str = "") -> ErrorReply:
    message = f"Unsupported parameter: '{key}' is not supported with this model.{more}"
    return ErrorReply(400, message, param=key, code="unsupported_parameter")


def reasoned(call: Call) -> ErrorReply | None:
    """The refusal of sampling in chats."""
    if not _REASONS.match(call.model):
        return None
    if call.json.get("max_tokens") is not None:
        return _unsupported("max_tokens", " Use 'max_completion_tokens' instead.")
    key = _own(call)
    if key != "temperature" or call.model.startswith(("o3-mini", "o4-mini", "o3")):
        return None if key is None else _unsupported(key)
    message = (
        f"Unsupported value: 'temperature' does not support {call.json['temperature']} with this model. Only the default (1) value "
        "is supported."
    )
    return ErrorReply(400, message, param="temperature", code="unsupported_value")


def sampled(call: Call) -> ErrorReply | None:
    """The refusal of sampling in responses."""
    key = _own(call) if _REASONS.match(call.model) else None
    return None if key is None else _unsupported(key)


def _own(call: Call) -> str | None:
    """The first parameter that is not what it is without it."""
    for key, fixed in _FIXED.items():
        given = call.json.get(key)
        if given is not None and given != fixed:
            return key
    return "logit_bias" if call.json.get("logit_bias") else None


def stopped(call: Call) -> ErrorReply | None:
    """The refusal of `stop`."""
    return _unsupported("stop") if call.json.get("stop") and _UNSTOPPED.match(call.model) else None


def searched(call: Call) -> ErrorReply | None:
    """The refusal of a search."""
    if call.json.get("web_search_options") is None or not _DEAF.match(call.model):
        return None
    return ErrorReply(400, "Web search options not supported with this model.", param="web_search_options")


def shaped(call: Call) -> ErrorReply | None:
    """The refusal of a schema for the answer."""
    match call.json["response_format"]:
        case {"type": "json_schema"} if _UNSHAPED.match(call.model):
            return ErrorReply(
                400,
                "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. Learn more about "
                "supported models at the Structured Outputs guide: https://platform.openai.com/docs/guides/structured-outputs",
            )
        case _:
            return None


def instructed(call: Call) -> ErrorReply | None:
    """The refusal of a system prompt."""
    if not _UNINSTRUCTED.match(call.model):
        return None
    for number, message in enumerate(call.messages):
        if message.role == "system":
            where = f"messages[{number}].role"
            told = f"Unsupported value: '{where}' does not support '{message.raw['role']}' with this model."
            return ErrorReply(400, told, param=where, code="unsupported_value")
    return None


def deaf(call: Call) -> bool:
    """Whether it is asked of a model that takes no sounds."""
    return _DEAF.match(call.model) is not None
