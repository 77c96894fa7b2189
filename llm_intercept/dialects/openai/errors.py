"""What each provider's errors look like: what it says with a status, and the envelope around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.stamp import Stamp

__all__ = [
    "OPENAI", "Problem", "Said", "azure", "cerebras", "databricks", "fireworks", "groq", "huggingface", "mistral", "numbered",
    "openai", "openrouter", "problem", "together", "writer", "xai", "zai",
]  # fmt: skip

#: Status to type, code and message.
Said = Mapping[int, tuple[str, str | None, str]]

#: Reference: https://platform.openai.com/docs/guides/error-codes
OPENAI: Said = {
    400: ("invalid_request_error", None, "Invalid request."),
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    402: ("insufficient_quota", "insufficient_quota", "You have no credits left."),
    403: ("invalid_request_error", None, "You are not allowed to do this."),
    404: ("invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it."),
    408: ("timeout", None, "Request timed out."),
    409: ("conflict", None, "The request conflicts with another one."),
    413: ("invalid_request_error", None, "The request is too large."),
    422: ("invalid_request_error", None, "The request could not be processed."),
    429: ("requests", "rate_limit_exceeded", "Rate limit reached. Please try again later."),
    500: ("server_error", None, "The server had an error while processing your request. Sorry about that!"),
    503: ("service_unavailable_error", None, "The engine is currently overloaded, please try again later."),
}


class Problem(NamedTuple):
    """An error with nothing left open but what its provider leaves open."""

    status: int
    message: str
    type: str
    code: str | None
    param: str | None
    stamp: Stamp


def problem(error: ErrorReply, said: Said, stamp: Stamp) -> Problem:
    """An error, and what its provider says with that status where the error leaves it open."""
    type_, code, message = said.get(error.status) or OPENAI.get(error.status) or OPENAI[500 if error.status >= 500 else 400]
    return Problem(
        error.status,
        error.message or message,
        type_ if error.type is None else error.type,
        (code if not error.message or error.kind else None) if error.code is None else error.code or None,
        error.param,
        stamp,
    )


def openai(one: Problem) -> Any:
    """OpenAI's, and that of most who speak its wire."""
    return {"error": {"message": one.message, "type": one.type, "param": one.param, "code": one.code}}


#: What Azure's filter says of a text that it lets through.
SAFE = {name: {"filtered": False, "severity": "safe"} for name in ("hate", "self_harm", "sexual", "violence")}


def azure(one: Problem) -> Any:
    """Its filter tells more. Reference: https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter"""
    error: dict[str, Any] = {
        "message": one.message,
        "type": one.type or None,
        "param": one.param,
        "code": one.code or str(one.status),
    }
    if one.code == "content_filter":
        error |= {
            "status": one.status,
            "innererror": {
                "code": "ResponsibleAIPolicyViolation",
                "content_filter_result": {**SAFE, "violence": {"filtered": True, "severity": "high"}},
            },
        }
    return {"error": error}


def cerebras(one: Problem) -> Any:
    """Reference: https://inference-docs.cerebras.ai/support/error"""
    return {"message": one.message, "type": one.type, "param": one.param, "code": one.code}


def databricks(one: Problem) -> Any:
    """Reference: https://docs.databricks.com/api/workspace/servingendpoints/query"""
    return {"error_code": one.code or one.type.upper(), "message": one.message}


def fireworks(one: Problem) -> Any:
    """Reference: https://docs.fireworks.ai/guides/inference-error-codes"""
    return {"error": {"object": "error", "type": one.type, "code": one.code or one.type, "message": one.message}}


def groq(one: Problem) -> Any:
    """What does not apply is left out. Reference: https://console.groq.com/docs/errors"""
    more = {name: value for name, value in (("param", one.param), ("code", one.code)) if value is not None}
    return {"error": {"message": one.message, "type": one.type, **more}}


def huggingface(one: Problem) -> Any:
    """Reference: https://huggingface.co/docs/inference-providers/index"""
    return {"error": one.message}


def mistral(one: Problem) -> Any:
    """A key that is not known, and what does not validate, are told as FastAPI does. Reference: https://docs.mistral.ai/api/"""
    if one.status == 422:
        where = ["body", *(one.param.split(".") if one.param else ())]
        return {"detail": [{"type": "value_error", "loc": where, "msg": one.message, "input": None}]}
    if one.status == 401:
        return {"detail": one.message}
    return {"object": "error", "message": one.message, "type": one.type, "param": one.param, "code": one.code}


def numbered(one: Problem) -> Any:
    """The code is the status. References: https://docs.perplexity.ai/api-reference, https://docs.vllm.ai"""
    return {"error": {"message": one.message, "type": one.type, "code": one.status}}


def openrouter(one: Problem) -> Any:
    """What an upstream provider said is beside it. Reference: https://openrouter.ai/docs/api-reference/errors"""
    error: dict[str, Any] = {"code": one.status, "message": one.message}
    if one.status == 429 or one.status >= 500:
        error["metadata"] = {"raw": one.message, "provider_name": "OpenAI"}
    return {"error": error, "user_id": f"user_{one.stamp.id('user', 27)}"}


def together(one: Problem) -> Any:
    """Reference: https://docs.together.ai/docs/error-codes"""
    return {"id": one.stamp.id("completion", 16), **openai(one)}


def writer(one: Problem) -> Any:
    """Reference: https://dev.writer.com/api-reference/errors"""
    return {"tpe": one.type, "errors": [{"description": one.message, "key": one.code or one.type}], "extras": {}}


def xai(one: Problem) -> Any:
    """Reference: https://docs.x.ai/docs/key-information/debugging"""
    return {"code": one.code or one.type, "error": one.message}


def zai(one: Problem) -> Any:
    """Reference: https://docs.z.ai/api-reference/api-code"""
    return {"error": {"code": one.code or str(one.status), "message": one.message}}
