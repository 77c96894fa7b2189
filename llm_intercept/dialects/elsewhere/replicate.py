"""Replicate predictions of language models: POST /v1/predictions, /v1/models/{owner}/{name}/predictions, /v1/deployments/...

A prediction is made by one call, and told, streamed or cancelled by others. Reference: https://replicate.com/docs/reference/http
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from llm_intercept.call import Call, Message
from llm_intercept.dialects.arguments import as_object
from llm_intercept.dialects.dialect import Dialect, Draft, Stream
from llm_intercept.dialects.drawing import fitting, ratio
from llm_intercept.dialects.endpoint import Endpoint, Malformed
from llm_intercept.dialects.failing import NamedErrors, Words
from llm_intercept.dialects.operation import Operation
from llm_intercept.dialects.wanted import formatted
from llm_intercept.framing.json import load
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Media, Part, Text
from llm_intercept.replies.passages import Passage
from llm_intercept.replies.reply import Answer, ErrorReply, Reply, reply
from llm_intercept.synthesis.picture import picture
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Frame, RawHeaders, Request, Response

__all__ = ["CancelPrediction", "GetPrediction", "Predictions", "ReplicateEndpoint", "StreamPrediction"]

_ID = re.compile(r"/predictions/([^/?#]+)")
_OF = re.compile(r"/(?:models|deployments)/([^/]+/[^/]+)/predictions")

#: How models are called that make images.
_DRAWS = re.compile(
    "diffusion|flux|sdxl|imagen|-image|ideogram|recraft|seedream|photon|playground-v|kandinsky|hidream", re.IGNORECASE
)

#: Status to title and detail.
_ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("Bad request", "The request is malformed."),
    401: ("Unauthenticated", "You did not pass a valid authentication token"),
    402: ("Insufficient credit", "You have insufficient credit to run this model."),
    404: ("Not found", "The requested resource could not be found."),
    422: ("Input validation failed", "The input is not what the model takes."),
    429: ("Too Many Requests", "Request was throttled."),
    500: ("Internal server error", "An unexpected error occurred."),
}


#: What is said of an error that has a name.
_NAMED: NamedErrors = {
    "bad_request": Words(422),
    "quota_exhausted": Words(402),
}


class _Said(NamedTuple):
    """A prediction as it was made."""

    answer: Reply
    call: Call
    stamp: Stamp
    count: CountTokens


class ReplicateEndpoint(Endpoint):
    """An endpoint of Replicate's."""

    home = "replicate"
    only: ClassVar[frozenset[str]] = frozenset({"replicate"})
    stateful = True

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> dict[str, Any]:
        title, detail = _ERRORS.get(error.status) or _ERRORS[500 if error.status >= 500 else 400]
        named = {"type": error.type} if error.type else {}
        return {**named, "title": title, "detail": error.message or detail, "status": error.status}

    def named_errors(self, call: Call) -> NamedErrors:
        return _NAMED

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        return (
            (b"replicate-request-id", stamp.uuid("request").encode()),
            (b"ratelimit-remaining", b"599"),
            (b"ratelimit-reset", b"1"),
        )


class Predictions(ReplicateEndpoint, Dialect):
    """POST /v1/predictions. The output of a language model is the list of its pieces; only text and images can be said."""

    name, operation = "replicate predictions", "completion"
    path = r"/v1/(?:(?:models|deployments)/[^/]+/[^/]+/)?predictions"
    success = 201
    finishes: ClassVar[Mapping[str, str]] = {"stop": "succeeded"}

    def read(self, request: Request, provider: str, past: Past) -> Call:
        try:
            body = load(request.body)
        except ValueError:
            raise Malformed("The request body is not valid JSON.") from None
        given = body.get("input") if isinstance(body, dict) else None
        if not isinstance(given, dict):
            raise Malformed("- input: input is required", status=422)
        of = _OF.search(request.path)
        model = of[1] if of is not None else body.get("version")
        if not isinstance(model, str):
            raise Malformed("- version: version is required", status=422)
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=model,
            messages=tuple(_messages(given)),
            schema=formatted(_format(given)).schema,
            parameters=body,
            json=body,
            modality="image" if _DRAWS.search(model) else "text",
        )

    def shown(self, text: str, call: Call) -> Part:
        given = call.parameters["input"]
        size = fitting(given.get("width"), given.get("height")) or ratio(given.get("aspect_ratio")) or (1024, 1024)
        return Media("image", picture(call.prompt or text, 0, *size, "webp"), "image/webp")

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return stamp.id("completion", 26)

    def value(self, passage: Passage, index: int, draft: Draft) -> list[str]:
        match passage.part:
            case Text() if not passage.citations:
                return [piece for piece in passage.pieces(draft.chunk_size) if isinstance(piece, str)]
            case Media("image", data, mime):
                return [f"data:{mime};base64,{b64encode(data).decode()}"]
            case Text():
                raise self.cannot_say(f"{passage.citations[0]!r}", draft.reply)
            case part:
                raise self.cannot_say(f"{part!r}", draft.reply)

    def body(self, draft: Draft) -> dict[str, Any]:
        waited = "wait" in (draft.call.request.header("prefer") or "")
        return self.prediction(draft, draft.finish if waited else "starting")

    def prediction(self, draft: Draft, status: str) -> dict[str, Any]:
        """The prediction in one state of its life."""
        created, done = draft.stamp.timestamp, status == "succeeded"
        here = f"https://api.replicate.com/v1/predictions/{draft.id}"
        named = draft.call.parameters.get("version")
        return {
            "id": draft.id,
            "model": "" if named == draft.model else draft.model,
            "version": named or "hidden",
            "input": draft.call.parameters["input"],
            "logs": "",
            "output": _output(draft) if done else None,
            "data_removed": False,
            "error": None,
            "source": "api",
            "status": status,
            "created_at": created,
            "started_at": created if done else None,
            "completed_at": created if done else None,
            "urls": {
                "cancel": f"{here}/cancel",
                "get": here,
                "stream": f"https://stream.replicate.com/v1/predictions/{draft.id}/stream",
                "web": f"https://replicate.com/p/{draft.id}",
            },
            "metrics": _metrics(draft) if done else {},
        }

    def events(self, draft: Draft) -> Iterator[Frame]:
        number = 0
        for passage, pieces in zip(draft.passages, draft.values, strict=True):
            whole = () if isinstance(passage.part, Text) else pieces
            for piece in (*whole, *passage.pieces(draft.chunk_size)):
                if isinstance(piece, str):
                    yield _event("output", draft, number, piece)
                    number += 1
                else:
                    yield piece
        yield _event("done", draft, number, "{}")

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if isinstance(answer, Reply):
            past.keep(answer.id or self.completion_id(call, stamp), _Said(answer, call, stamp, count))


def _output(draft: Draft) -> Any:
    """What was said, in pieces; a model that was asked for an object tells it beside them."""
    pieces = [piece for pieces in draft.values for piece in pieces]
    if draft.call.schema is None:
        return pieces
    text = "".join(pieces)
    return {"json_output": as_object(text), "text": text}


def _format(given: Mapping[str, Any]) -> Any:
    """The format that a model wraps its schema in: https://replicate.com/openai/gpt-5-structured"""
    asked = given.get("json_schema")
    return asked.get("format", asked) if isinstance(asked, dict) else None


def _metrics(draft: Draft) -> dict[str, Any]:
    return {
        "input_token_count": draft.usage.input,
        "output_token_count": draft.usage.output,
        "predict_time": 0.5,
        "total_time": 0.6,
    }


def _event(name: str, draft: Draft, number: int, text: str) -> bytes:
    lines = "".join(f"data: {line}\n" for line in text.split("\n"))
    return f"event: {name}\nid: {draft.stamp.created}:{number}\n{lines}\n".encode("utf-8", "replace")


def _messages(given: Mapping[str, Any]) -> Iterator[Message]:
    for key in ("system_prompt", "system"):
        if isinstance(given.get(key), str) and given[key]:
            yield Message("system", given[key])
    told = given.get("messages")
    for message in told if isinstance(told, list) else ():
        if isinstance(message, dict) and message.get("role") in ("system", "user", "assistant"):
            yield Message(message["role"], str(message.get("content") or ""), raw=message)
    if isinstance(given.get("prompt"), str):
        yield Message("user", given["prompt"])


#: What was said by a prediction that was never made here.
_PLAUSIBLE = reply()


class _OfPrediction(ReplicateEndpoint):
    """An endpoint of one prediction."""

    method: ClassVar[str] = "GET"
    speaks: ClassVar[bool] = False
    _maker = Predictions()

    def read(self, request: Request, provider: str, past: Past) -> Call:
        named = _ID.search(request.path)
        kept = past.find(named[1]) if named else None
        model = kept.call.model if kept else ""
        return Call(request, provider, self.operation, self.name, model, kept=kept, parameters={"input": {}}, json=None)

    def draft(self, call: Call, stamp: Stamp, count: CountTokens) -> Draft:
        """The completion that the prediction made."""
        said = call.kept or _Said(_PLAUSIBLE, call, stamp, count)
        told = said.answer.said
        draft = self._maker.draft(said.answer, told, said.call, said.stamp, self._maker.usage(said.answer, told, said.call, count))
        named = _ID.search(call.request.path)
        draft.id = named[1] if named else draft.id
        return draft


class GetPrediction(_OfPrediction, Operation):
    """GET /v1/predictions/{id}: it is done."""

    name, operation = "replicate prediction", "retrieve"
    path = r"/v1/predictions/[^/]+"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        return self._maker.prediction(self.draft(call, stamp, count), "succeeded")


class CancelPrediction(_OfPrediction, Operation):
    """POST /v1/predictions/{id}/cancel"""

    name, operation, method = "replicate cancelled prediction", "cancel", "POST"
    path = r"/v1/predictions/[^/]+/cancel"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        return self._maker.prediction(self.draft(call, stamp, count), "canceled")


class StreamPrediction(_OfPrediction):
    """GET /v1/predictions/{id}/stream, on the host that a prediction's `urls.stream` names."""

    name, operation = "replicate stream", "retrieve"
    path = r"/v1/predictions/[^/]+/stream"

    def write(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens) -> Response:
        match answer:
            case ErrorReply():
                return self.write_error(answer, call, stamp)
            case Reply():
                raise self.cannot_say("that; it streams what the prediction said", answer)
        sent = ((b"content-type", b"text/event-stream"), (b"transfer-encoding", b"chunked"), *self.headers(call, stamp))
        return Response(200, sent, Stream(self._maker.events, self.draft(call, stamp, count)))
