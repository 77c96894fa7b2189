"""What else can be asked of an interaction: itself, again as a stream, its cancelling, and its end.

Reference: https://ai.google.dev/api/interactions-api
"""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote

from llm_intercept.call import Call, Message
from llm_intercept.dialects.gemini.house import House
from llm_intercept.dialects.gemini.interactions import PATH, replayed
from llm_intercept.dialects.gemini.interactions_kept import Kept, asked, kept
from llm_intercept.dialects.operation import Operation
from llm_intercept.framing.sse import SSE
from llm_intercept.memory import Past
from llm_intercept.replies.reply import DEFAULT_TEXT, Answer, ErrorReply, Usual
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Request, Response

__all__ = ["CancelInteraction", "DeleteInteraction", "GetInteraction"]


class _OfInteraction(House, Operation):
    """An endpoint of one interaction."""

    stateful = True

    def read(self, request: Request, provider: str, past: Past) -> Call:
        named = unquote(request.path.rpartition("/interactions/")[2].partition("/")[0])
        found = kept(named, past) or _plausible(named)
        told = _query(request).get("stream") == ["true"]
        model = str(found.body.get("model") or found.body["agent"])
        return Call(request, provider, self.operation, self.name, model, found.messages, told, kept=found)


class GetInteraction(_OfInteraction):
    """GET /interactions/{id}, `?include_input=true` with what asked for it, `?stream=true` as events."""

    name: ClassVar[str] = "gemini interaction"
    operation: ClassVar[str] = "retrieve"
    method: ClassVar[str] = "GET"
    path: ClassVar[str] = PATH + "/[^/]+"

    def write(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens) -> Response:
        if not call.stream or not isinstance(answer, Usual):
            return super().write(answer, call, stamp, count)
        headers = (*SSE.headers, (b"transfer-encoding", b"chunked"), *self.headers(call, stamp))
        return Response(200, headers, tuple(replayed(_dated(call.kept.body, stamp), SSE)))

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        found: Kept = call.kept
        body = _dated(found.body, stamp)
        if _query(call.request).get("include_input") != ["true"]:
            return body
        return {**body, "steps": [*found.asked, *body["steps"]]}


class CancelInteraction(_OfInteraction):
    """POST /interactions/{id}/cancel"""

    name: ClassVar[str] = "gemini cancel interaction"
    operation: ClassVar[str] = "cancel"
    path: ClassVar[str] = PATH + "/[^/]+/cancel"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        return {**_dated(call.kept.body, stamp), "status": "cancelled"}

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if not isinstance(answer, ErrorReply):
            body = self.answer(call, stamp, count)
            past.keep(body["id"], call.kept._replace(body=body))


class DeleteInteraction(_OfInteraction):
    """DELETE /interactions/{id}"""

    name: ClassVar[str] = "gemini delete interaction"
    operation: ClassVar[str] = "delete"
    method: ClassVar[str] = "DELETE"
    path: ClassVar[str] = PATH + "/[^/]+"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        return {}

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if not isinstance(answer, ErrorReply) and kept(call.kept.body["id"], past) is not None:
            past.forget(call.kept.body["id"])


def _query(request: Request) -> dict[str, list[str]]:
    return parse_qs(request.target.partition("?")[2])


def _dated(body: dict[str, Any], stamp: Stamp) -> dict[str, Any]:
    """A body with its times, which one that was never made here gets when it is asked for."""
    return {"created": stamp.timestamp, "updated": stamp.timestamp, **body}


def _plausible(id: str) -> Kept:  # noqa: A002  (the field's own word)
    """An interaction that was never made here."""
    output = {"type": "model_output", "content": [{"type": "text", "text": DEFAULT_TEXT}]}
    usage = {"total_tokens": 12, "total_input_tokens": 6, "total_output_tokens": 6, "total_thought_tokens": 0}
    body = {"id": id, "status": "completed", "model": "gemini-3-flash-preview", "steps": [output], "usage": usage}
    said = (Message("user", "Hello", raw="Hello"), Message("assistant", DEFAULT_TEXT, raw=output))
    return Kept(body, asked("Hello"), said)
