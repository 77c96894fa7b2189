"""What every endpoint of Bedrock's has: where the model stands, its headers, and its errors.

Reference: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from llm_intercept.call import Call
from llm_intercept.dialects.bedrock.fields import structure
from llm_intercept.dialects.endpoint import Endpoint, Malformed
from llm_intercept.dialects.failing import NamedErrors, Words
from llm_intercept.framing.json import load
from llm_intercept.replies.parts import StreamEvent
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import RawHeaders, Request

__all__ = ["LATENCY", "BedrockEndpoint"]

#: How long a model took, in milliseconds, as it is told wherever it is.
LATENCY = 421

#: Status to exception and message.
_ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("ValidationException", "The input fails to satisfy the constraints specified by Amazon Bedrock."),
    401: ("UnrecognizedClientException", "The security token included in the request is invalid."),
    403: ("AccessDeniedException", "You don't have access to the model with the specified model ID."),
    404: ("ResourceNotFoundException", "Could not resolve the foundation model from the provided model identifier."),
    408: ("ModelTimeoutException", "The request took too long to process. Processing time exceeded the model timeout length."),
    413: ("RequestEntityTooLargeException", "The request entity is too large."),
    424: ("ModelErrorException", "The request failed due to an error while processing the model."),
    429: ("ThrottlingException", "Too many requests, please wait before trying again."),
    500: ("InternalServerException", "The system encountered an unexpected error during processing. Try your request again."),
    503: ("ServiceUnavailableException", "Bedrock is unable to process your request."),
}

#: Status to the exception that ends a stream.
_IN_STREAMS: Mapping[int, str] = {
    400: "validationException",
    408: "modelTimeoutException",
    424: "modelStreamErrorException",
    429: "throttlingException",
    500: "internalServerException",
    503: "serviceUnavailableException",
}

#: What is said of an error that has a name.
_NAMED: NamedErrors = {
    "content_filtered": Words(
        400,
        "This request has been blocked by our content filters. Our filters automatically flagged this prompt because it may "
        "conflict our AUP or AWS Responsible AI Policy. Please adjust your text prompt to submit a new request.",
    ),
    "context_length_exceeded": Words(400, "Input is too long for requested model."),
    "invalid_key": Words(403, "The security token included in the request is invalid.", "UnrecognizedClientException"),
    "quota_exhausted": Words(400, "Your request exceeds the service quota for your account.", "ServiceQuotaExceededException"),
}

#: What follows an exception's name in the header.
_NAMESPACE = ":http://internal.amazon.com/coral/com.amazon.bedrock/"


class BedrockEndpoint(Endpoint):
    """One endpoint of Bedrock's runtime: `/model/{model}/...`, whatever characters of the model are percent-encoded."""

    home = "bedrock"

    def model_of(self, request: Request, body: dict[str, Any]) -> str:
        """The model that is asked: an id, an inference profile's, or an ARN."""
        return unquote(request.path.partition("/model/")[2].rpartition("/")[0])

    def body_of(self, request: Request) -> dict[str, Any]:
        """The body; raises `Malformed` for one that is no JSON object."""
        try:
            body = load(request.body)
        except ValueError:
            raise Malformed("The request body is not valid JSON.", code="SerializationException") from None
        return structure(body)

    def named_errors(self, call: Call) -> NamedErrors:
        return _NAMED

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        return ((b"x-amzn-requestid", stamp.uuid("request").encode()),)

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> dict[str, Any]:
        return {"message": error.message or _error(error.status)[1]}

    def stream_error(self, error: ErrorReply, call: Call, stamp: Stamp, number: int) -> StreamEvent | None:
        """A modelled exception; of the others no stream can tell."""
        name = _IN_STREAMS.get(error.status)
        return None if name is None else StreamEvent(self.error(error, call, stamp), name)

    def error_headers(self, error: ErrorReply) -> RawHeaders:
        kind = error.type or error.code or _error(error.status)[0]
        return ((b"x-amzn-errortype", (kind + _NAMESPACE).encode()),)


def _error(status: int) -> tuple[str, str]:
    return _ERRORS.get(status) or _ERRORS[500 if status >= 500 else 400]
