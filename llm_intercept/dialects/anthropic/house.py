"""What every endpoint of Anthropic's has: its headers, its errors, and how its requests are read.

References: https://docs.anthropic.com/en/api/overview, https://docs.anthropic.com/en/api/errors,
https://docs.anthropic.com/en/api/rate-limits
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.anthropic.fields import wrong
from llm_intercept.dialects.endpoint import Endpoint, Malformed
from llm_intercept.dialects.failing import NamedErrors, Words
from llm_intercept.framing.json import load
from llm_intercept.replies.parts import StreamEvent
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import RawHeaders, Request

__all__ = ["House"]

#: The largest body, in bytes.
_LARGEST_BODY = 32 * 1024 * 1024

_TOO_LARGE = "Request exceeds the maximum size"

#: Status to type and message.
_ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("invalid_request_error", "Invalid request."),
    401: ("authentication_error", "invalid x-api-key"),
    402: ("billing_error", "Your credit balance is too low to access the Anthropic API."),
    403: ("permission_error", "Your API key does not have permission to use the specified resource."),
    404: ("not_found_error", "Not found"),
    408: ("timeout_error", "Request timed out."),
    409: ("conflict_error", "The request conflicts with another one."),
    413: ("request_too_large", _TOO_LARGE),
    422: ("invalid_request_error", "The request could not be processed."),
    429: ("rate_limit_error", "This request would exceed your organization's rate limit. Please try again later."),
    500: ("api_error", "Internal server error"),
    503: ("overloaded_error", "Overloaded"),
    504: ("timeout_error", "Request timed out."),
    529: ("overloaded_error", "Overloaded"),
}

#: What is said of an error that has a name. References: https://docs.anthropic.com/en/api/errors,
#: https://docs.anthropic.com/en/docs/test-and-evaluate/strengthen-guardrails/handle-streaming-refusals
_NAMED: NamedErrors = {
    "content_filtered": Words(400, "Output blocked by content filtering policy"),
    "context_length_exceeded": Words(400, "prompt is too long: 200001 tokens > 200000 maximum"),
    "model_not_found": Words(404, "model: {model}"),
    "overloaded": Words(529),
    "quota_exhausted": Words(
        402,
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
    ),
}

#: How much a minute allows. The tokens that are limited apart, input and output, are left out: each header is looked through by
#: every look-up of an SDK's.
_LIMITS = {"requests": 4000, "tokens": 2_400_000}

#: What stands in every response but for the request's id. The limits are never near, and were whole again long ago: who waits until
#: then waits for nothing.
_EVER: RawHeaders = (
    (b"anthropic-organization-id", b"00000000-0000-4000-8000-000000000000"),
    *(
        (f"anthropic-ratelimit-{what}-{name}".encode(), value)
        for what, most in _LIMITS.items()
        for name, value in (("limit", b"%d" % most), ("remaining", b"%d" % most), ("reset", b"2025-10-09T00:00:00Z"))
    ),
)


class House(Endpoint):
    """One endpoint of Anthropic's, wherever it is served.

    A cloud that serves it in its own way gives `mark`, which its ids bear, and where it has the model and the wish for a stream:
    `model_of` and `stream_of`.
    """

    home = "anthropic"
    mark: ClassVar[str] = ""

    def body_of(self, request: Request) -> dict[str, Any]:
        """The body; raises `Malformed` for one that is no JSON object, or too large."""
        if len(request.body) > _LARGEST_BODY:
            raise Malformed(_TOO_LARGE, status=413)
        try:
            body = load(request.body)
        except ValueError:
            raise Malformed("The request body is not valid JSON") from None
        if not isinstance(body, dict):
            raise Malformed("Input should be a valid dictionary")
        return body

    def model_of(self, request: Request, body: dict[str, Any]) -> str:
        """The model that is asked."""
        model = body.get("model")
        if not isinstance(model, str):
            raise wrong(body, "model", str)
        return model

    def stream_of(self, request: Request, body: dict[str, Any]) -> bool:
        """Whether a stream is wanted."""
        stream = body.get("stream")
        if stream is not None and not isinstance(stream, bool):
            raise wrong(body, "stream", bool)
        return stream is True

    def request_id(self, stamp: Stamp) -> str:
        """The id of a request, as a header and as an error's envelope have it."""
        return f"req_{self.mark}01{stamp.id('request', 22)}"

    def named_errors(self, call: Call) -> NamedErrors:
        return _NAMED

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        return ((b"request-id", self.request_id(stamp).encode()), *_EVER)

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> dict[str, Any]:
        type_, message = _ERRORS.get(error.status) or _ERRORS[500 if error.status >= 500 else 400]
        details = {"details": {"error_code": error.code}} if error.code else {}
        return {
            "type": "error",
            "error": {"type": error.type or type_, "message": error.message or message, **details},
            "request_id": self.request_id(stamp),
        }

    def stream_error(self, error: ErrorReply, call: Call, stamp: Stamp, number: int) -> StreamEvent | None:
        return StreamEvent(self.error(error, call, stamp), "error")
