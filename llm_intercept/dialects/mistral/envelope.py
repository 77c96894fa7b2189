"""What all of Mistral's own endpoints have in common: how errors are said, and which headers are sent.

Reference: https://docs.mistral.ai/api/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.endpoint import Endpoint, Malformed
from llm_intercept.dialects.failing import NamedErrors
from llm_intercept.dialects.openai.named_errors import MISTRAL
from llm_intercept.framing.json import load
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import RawHeaders, Request

__all__ = ["MistralEndpoint", "invalid"]

#: Status to type, code and message.
_ERRORS: Mapping[int, tuple[str, str, str]] = {
    400: ("invalid_request_error", "3051", "Invalid request."),
    401: ("invalid_request_error", "1000", "Unauthorized"),
    403: ("invalid_request_error", "1001", "Forbidden"),
    404: ("invalid_request_error", "3240", "Not found."),
    429: ("rate_limited", "1300", "Rate limit exceeded"),
    500: ("internal_server_error", "1000", "Internal server error"),
    503: ("unreachable_backend", "1100", "Service unavailable."),
}


def invalid(where: tuple[str | int, ...], kind: str, message: str) -> Malformed:
    """A request that does not fit: the provider lists what is wrong, and where."""
    return Malformed(message, status=422, param=".".join(map(str, where)), code=kind)


class MistralEndpoint(Endpoint):
    """An endpoint that Mistral alone serves."""

    home = "mistral"
    only: ClassVar[frozenset[str]] = frozenset({"mistral"})

    def body_of(self, request: Request) -> dict[str, Any]:
        """The request's body; raises `Malformed`."""
        try:
            body = load(request.body)
        except ValueError:
            raise invalid(("body", 0), "json_invalid", "JSON decode error") from None
        if not isinstance(body, dict):
            raise invalid(("body",), "model_attributes_type", "Input should be a valid dictionary or object to extract fields from")
        return body

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> dict[str, Any]:
        if error.status == 422:
            where = (error.param or "body").split(".")
            message = error.message or "Value error"
            return {"detail": [{"type": error.code or "value_error", "loc": where, "msg": message, "input": None}]}
        if error.status == 401:
            return {"detail": error.message or "Unauthorized"}
        type_, code, message = _ERRORS.get(error.status) or _ERRORS[500 if error.status >= 500 else 400]
        return {
            "object": "error",
            "message": error.message or message,
            "type": error.type or type_,
            "param": error.param,
            "code": error.code or code,
            "raw_status_code": error.status,
        }

    def named_errors(self, call: Call) -> NamedErrors:
        return MISTRAL

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        request_id = stamp.uuid("request").encode()
        return (
            (b"mistral-correlation-id", request_id),
            (b"x-kong-request-id", request_id),
            (b"x-envoy-upstream-service-time", b"42"),
            (b"x-ratelimit-limit-req-minute", b"360"),
            (b"x-ratelimit-remaining-req-minute", b"359"),
        )
