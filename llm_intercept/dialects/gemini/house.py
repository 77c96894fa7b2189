"""What every endpoint of Google's has: its headers, its errors, and how its paths name a model.

References: https://cloud.google.com/apis/design/errors, https://ai.google.dev/gemini-api/docs/troubleshooting
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import unquote

from llm_intercept.call import Call
from llm_intercept.dialects.endpoint import Endpoint
from llm_intercept.dialects.failing import NamedErrors
from llm_intercept.dialects.gemini.named_errors import NAMED, TYPES, exceeded
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import RawHeaders

__all__ = ["House", "model_named"]

#: Status to canonical status and message.
_ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("INVALID_ARGUMENT", "Request contains an invalid argument."),
    401: ("UNAUTHENTICATED", "Request had invalid authentication credentials."),
    403: ("PERMISSION_DENIED", "The caller does not have permission"),
    404: ("NOT_FOUND", "Requested entity was not found."),
    408: ("DEADLINE_EXCEEDED", "Request timed out."),
    409: ("ABORTED", "The operation was aborted."),
    412: ("FAILED_PRECONDITION", "Precondition check failed."),
    413: ("INVALID_ARGUMENT", "Request payload size exceeds the limit."),
    416: ("OUT_OF_RANGE", "The operation was attempted past the valid range."),
    429: ("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    499: ("CANCELLED", "The operation was cancelled."),
    500: ("INTERNAL", "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting"),
    501: ("UNIMPLEMENTED", "Operation is not implemented, or supported, or enabled."),
    503: ("UNAVAILABLE", "The model is overloaded. Please try again later."),
    504: ("DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
}  # fmt: skip

_HEADERS: RawHeaders = (
    (b"vary", b"Origin"),
    (b"vary", b"X-Origin"),
    (b"vary", b"Referer"),
    (b"server", b"scaffolding on HTTPServer2"),
    (b"x-xss-protection", b"0"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"x-content-type-options", b"nosniff"),
    (b"server-timing", b"gfet4t7; dur=42"),
)

#: The resource before the method: of a model that Google publishes the name, of another's its publisher too, else the whole.
_MODEL = re.compile(r"(?:.*/publishers/google/models/|.*/publishers/(?=[^/]+/models/)|.*?/v\d[^/]*/(?:models/)?)(.+?)(?::\w+)?\Z")


@lru_cache(maxsize=4096)
def model_named(path: str) -> str:
    """The model that a path names, as a user would."""
    found = _MODEL.match(re.sub("%3a", ":", path.rstrip("/"), flags=re.IGNORECASE))
    name = unquote(found[1] if found else path)
    publisher, told, rest = name.partition("/models/")
    return f"{publisher}/{rest}" if told and "/" not in publisher else name.removeprefix("models/")


class House(Endpoint):
    """The base of Google's endpoints. An error's `type` is its canonical status, `code` its reason, `param` the field."""

    home: ClassVar[str] = "gemini"
    body_headers: ClassVar[RawHeaders] = ((b"content-type", b"application/json; charset=UTF-8"),)

    def named_errors(self, call: Call) -> NamedErrors:
        return NAMED.get(call.provider) or NAMED[self.home]

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        return _HEADERS

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> Any:
        status, usual = _ERRORS.get(error.status) or _ERRORS[500 if error.status >= 500 else 400]
        message = error.message or usual
        details = exceeded(self.named_errors(call), error.kind, call.model)
        if error.code is not None:
            details.append({"@type": f"{TYPES}ErrorInfo", "reason": error.code, "domain": "googleapis.com"})
        if error.param is not None:
            violation = {"field": error.param, "description": message}
            details.append({"@type": f"{TYPES}BadRequest", "fieldViolations": [violation]})
        if error.retry_after is not None:
            details = [detail for detail in details if not detail["@type"].endswith("RetryInfo")]
            details.append({"@type": f"{TYPES}RetryInfo", "retryDelay": f"{error.retry_after:g}s"})
        told = {"code": error.status, "message": message, "status": error.type or status}
        return {"error": {**told, "details": details} if details else told}
