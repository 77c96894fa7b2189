"""watsonx.ai: POST /ml/v1/text/chat and chat_stream, OpenAI's chat in IBM's words; generation and generation_stream, its own.

Reference: https://cloud.ibm.com/apidocs/watsonx-ai
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import unquote

from llm_intercept.call import Call, Message, ToolChoice
from llm_intercept.dialects.dialect import Dialect, Draft
from llm_intercept.dialects.endpoint import Endpoint, Malformed
from llm_intercept.dialects.failing import NamedErrors, Words
from llm_intercept.dialects.openai.chat import OpenAIChat
from llm_intercept.dialects.openai.flavour import Flavour
from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import load
from llm_intercept.framing.numbered_events import NUMBERED
from llm_intercept.memory import Past
from llm_intercept.replies.parts import StreamEvent, Text
from llm_intercept.replies.passages import Passage
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame, RawHeaders, Request

__all__ = ["WatsonxChat", "WatsonxEndpoint", "WatsonxGeneration", "asked", "invalid", "object_of"]

#: Status to code and message.
_ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("invalid_request_entity", "The request is invalid."),
    401: ("authentication_token_not_valid", "Failed to authenticate the request due to invalid token."),
    403: ("authorization_rejected", "The access to this resource is forbidden."),
    404: ("model_not_supported", "The model is not supported for this environment."),
    429: ("too_many_requests", "The number of requests exceeds the limit."),
    500: ("internal_server_error", "An unexpected error occurred."),
    503: ("service_unavailable", "The service is temporarily unavailable."),
}

#: What is said of an error that has a name.
_NAMED: NamedErrors = {
    "context_length_exceeded": Words(
        400,
        "The number of input tokens 131073 cannot exceed the total tokens limit 131072 for this model",
        code="invalid_input_argument",
    ),
    "model_not_found": Words(404, "Model '{model}' is not supported for this environment."),
    "quota_exhausted": Words(
        403, "This request exceeds the allocated token quota for the current period", code="token_quota_reached"
    ),
}


#: Where a path names what is asked: a deployment.
_DEPLOYED = re.compile(r"/deployments/([^/]+)/text/")


class WatsonxEndpoint(Endpoint):
    """An endpoint of watsonx'."""

    home = "watsonx"
    only: ClassVar[frozenset[str]] = frozenset({"watsonx"})

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> dict[str, Any]:
        code, message = _ERRORS.get(error.status) or _ERRORS[500 if error.status >= 500 else 400]
        said = {
            "code": error.code or code,
            "message": error.message or message,
            "more_info": "https://cloud.ibm.com/apidocs/watsonx-ai",
        }
        return {"errors": [said], "trace": stamp.id("request", 32), "status_code": error.status}

    def stream_error(self, error: ErrorReply, call: Call, stamp: Stamp, number: int) -> StreamEvent | None:
        return StreamEvent(self.error(error, call, stamp), "error")

    def named_errors(self, call: Call) -> NamedErrors:
        return _NAMED

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        request_id = stamp.id("request", 32).encode()
        return (b"x-global-transaction-id", request_id), (b"x-request-id", request_id)

    def framing(self, call: Call) -> Framing:
        return NUMBERED


def invalid(why: str) -> Malformed:
    """What the provider says of a body that does not fit."""
    return Malformed(f"Json document validation error: {why}", code="json_validation_error")


def object_of(request: Request) -> dict[str, Any]:
    """The body, which is an object; raises `Malformed`."""
    try:
        body = load(request.body)
    except ValueError:
        raise invalid("not a JSON document") from None
    if not isinstance(body, dict):
        raise invalid("not a JSON object")
    return body


def asked(body: Mapping[str, Any], request: Request) -> str:
    """The model that a body names, or the deployment that a path names."""
    deployed = _DEPLOYED.search(request.path)
    named = unquote(deployed[1]) if deployed else body.get("model_id")
    if not isinstance(named, str) or not named:
        raise Malformed("Json document validation error: model_id cannot be blank", code="json_validation_error")
    return named


class WatsonxChat(WatsonxEndpoint, OpenAIChat):
    """POST /ml/v1/text/chat, and chat_stream."""

    name = "watsonx chat"
    path = r"/ml/v1/(?:deployments/[^/]+/)?text/chat(?:_stream)?"
    elsewhere = True

    def model(self, body: Mapping[str, Any], request: Request, flavour: Flavour) -> str:
        return asked(body, request)

    def tool_choice(self, body: Mapping[str, Any]) -> ToolChoice:
        option = body.get("tool_choice_option")
        return ToolChoice(option) if option in ("none", "required") else super().tool_choice(body)

    def streams(self, body: Mapping[str, Any], request: Request) -> bool:
        return request.path.rstrip("/").endswith("_stream")


class WatsonxGeneration(WatsonxEndpoint, Dialect):
    """POST /ml/v1/text/generation, and generation_stream: a prompt goes on, in text alone."""

    name, operation = "watsonx generation", "completion"
    path = r"/ml/v1/(?:deployments/[^/]+/)?text/generation(?:_stream)?"
    finishes: ClassVar[Mapping[str, str]] = {
        "stop": "eos_token",
        "stop_sequence": "stop_sequence",
        "length": "max_tokens",
        "context_window": "token_limit",
    }

    def read(self, request: Request, provider: str, past: Past) -> Call:
        try:
            body = load(request.body)
        except ValueError:
            raise Malformed("Json document validation error: not a JSON document", code="json_validation_error") from None
        if not isinstance(body, dict) or not isinstance(body.get("input", ""), str):
            raise Malformed("Json document validation error: input should be a string", code="json_validation_error")
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=asked(body, request),
            messages=(Message("user", body.get("input", ""), raw=body),),
            stream=request.path.rstrip("/").endswith("_stream"),
            parameters=body,
            json=body,
        )

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return stamp.id("completion", 32)

    def value(self, passage: Passage, index: int, draft: Draft) -> str:
        match passage.part:
            case Text(text) if not passage.citations:
                return text
            case part:
                raise self.cannot_say(f"{part!r}, and nothing but text", draft.reply)

    def body(self, draft: Draft) -> dict[str, Any]:
        return _generated(draft, "".join(draft.values), draft.finish, draft.usage.output)

    def events(self, draft: Draft) -> Iterator[Frame]:
        for passage in draft.passages:
            for piece in passage.pieces(draft.chunk_size):
                yield draft.framing.event(_generated(draft, piece, "not_finished", 1)) if isinstance(piece, str) else piece
        yield draft.framing.event(_generated(draft, "", draft.finish, draft.usage.output))


def _generated(draft: Draft, text: str, finish: str, output: int) -> dict[str, Any]:
    return {
        "model_id": draft.model,
        "model_version": "1.0.0",
        "created_at": draft.stamp.timestamp,
        "results": [
            {
                "generated_text": text,
                "generated_token_count": output,
                "input_token_count": draft.usage.input,
                "stop_reason": finish,
            }
        ],
        "system": {"warnings": []},
    }
