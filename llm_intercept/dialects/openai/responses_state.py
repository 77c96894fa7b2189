"""What else can be asked of responses: one that was made, its items, its end; how many tokens one would cost; a shorter history.

Reference: https://platform.openai.com/docs/api-reference/responses
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

from llm_intercept.call import Call
from llm_intercept.dialects.dialect import Stream
from llm_intercept.dialects.endpoint import Endpoint, Malformed
from llm_intercept.dialects.openai.responses import OpenAIResponses
from llm_intercept.dialects.openai.responses_events import resumed
from llm_intercept.dialects.openai.responses_input import items_of
from llm_intercept.dialects.openai.responses_kept import Kept, listed, numbered
from llm_intercept.dialects.openai.responses_reading import asked
from llm_intercept.dialects.openai.responses_style import style_of
from llm_intercept.dialects.openai.responses_words import ResponsesEndpoint, not_found
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.replies.reply import DEFAULT_TEXT, Answer, Usual, reply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens, estimate
from llm_intercept.synthesis.tokens import asked as asked_tokens
from llm_intercept.wire import Request, Response

__all__ = ["STATE", "query"]

#: What writes the responses that are kept.
_RESPONSES = OpenAIResponses()

#: Who answers a response that was never made here.
_PLAUSIBLE = "gpt-4o-2024-08-06"


def query(request: Request) -> dict[str, str]:
    """A request's query."""
    return dict(parse_qsl(urlsplit(request.target).query))


def _id(request: Request) -> str:
    return unquote(request.path.rpartition("/responses/")[2].partition("/")[0])


class _OfResponse(ResponsesEndpoint, Operation):
    """An endpoint of one response. `kept` is what is known of it; one that was never made here says the default reply."""

    method: ClassVar[str] = "GET"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        known = self.known(request, past)
        messages = () if known is None else known.call.messages
        model = _PLAUSIBLE if known is None else known.call.model
        stream = query(request).get("stream") == "true"
        return Call(request, provider, self.operation, self.name, model, messages, stream, kept=known)

    def known(self, request: Request, past: Past) -> Kept | None:
        """What is known of the response."""
        if past.gone(_id(request)):
            raise not_found("Response", _id(request))
        found: Kept | None = past.find(_id(request))
        return found

    def found(self, call: Call, stamp: Stamp) -> Kept:
        """The response, or one that might have been made."""
        if call.kept is not None:
            kept: Kept = call.kept
            return kept
        made = Call(call.request, call.provider, "chat", _RESPONSES.name, call.model)
        return Kept(_RESPONSES, reply(DEFAULT_TEXT, id=_id(call.request)), made, stamp, estimate)


class GetResponse(_OfResponse):
    """GET /responses/{id}, whole or as a stream, from its start or after one of its events."""

    name, operation = "openai responses retrieve", "retrieve"
    path = r"/responses/[^/]+"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        return self.found(call, stamp).body

    def write(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens) -> Response:
        if not call.stream or not isinstance(answer, Usual):
            return super().write(answer, call, stamp, count)
        after = query(call.request).get("starting_after", "")
        start = int(after) if after.isdecimal() else -1
        draft = self.found(call, stamp).draft
        sent = (*draft.framing.headers, (b"transfer-encoding", b"chunked"), *self.headers(call, stamp))
        return Response(200, sent, Stream(lambda draft: resumed(draft, start), draft))


class DeleteResponse(_OfResponse):
    """DELETE /responses/{id}"""

    name, operation, method = "openai responses delete", "delete", "DELETE"
    path = r"/responses/[^/]+"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        return {"id": _id(call.request), "object": "response", "deleted": True}

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if isinstance(answer, Usual) and call.kept is not None:  # what was never here cannot go
            past.forget(_id(call.request))


class CancelResponse(_OfResponse):
    """POST /responses/{id}/cancel: of one that is made in the background, whether or not it was retrieved meanwhile."""

    name, operation, method = "openai responses cancel", "cancel", "POST"
    path = r"/responses/[^/]+/cancel"

    def known(self, request: Request, past: Past) -> Kept | None:
        found = super().known(request, past)
        if found is not None and found.call.parameters.get("background") is not True:
            raise Malformed("Cannot cancel a synchronous response.")
        return found

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        return {**replace(self.found(call, stamp), stopped=True).body, "background": True}

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if isinstance(answer, Usual) and call.kept is not None:
            past.keep(_id(call.request), replace(call.kept, stopped=True))


class ListInputItems(_OfResponse):
    """GET /responses/{id}/input_items"""

    name, operation = "openai responses input items", "list"
    path = r"/responses/[^/]+/input_items"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        given = numbered(items_of(DEFAULT_TEXT), stamp) if call.kept is None else call.kept.given
        return listed(given, query(call.request))


class CountInputTokens(ResponsesEndpoint, Operation):
    """POST /responses/input_tokens"""

    name, operation = "openai responses input tokens", "count_tokens"
    path = r"/responses/input_tokens"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        return asked(request, provider, past, self.operation, self.name)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        return {"object": "response.input_tokens", "input_tokens": asked_tokens(call, count)}


class CompactResponse(ResponsesEndpoint, Operation):
    """POST /responses/compact: the users' messages stay as they are, the rest is sealed, a plain text as the input among it."""

    name, operation = "openai responses compact", "compact"
    path = r"/responses/compact"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        return asked(request, provider, past, self.operation, self.name)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        style = style_of(call.provider)
        given = call.parameters.get("input")
        history = [item for batch in (*call.kept, items_of(given) if isinstance(given, list) else ()) for item in batch]
        said = numbered(tuple([item for item in history if item.get("role") == "user"]), stamp)
        sealed = "gAAAAAB" + stamp.id("sealed", 32)
        shorter = {"id": style.item_id(stamp, "cmp", len(said)), "type": "compaction", "encrypted_content": sealed}
        used, spent = asked_tokens(call, count), count(sealed)
        return {
            "id": style.id(stamp),
            "object": "response.compaction",
            "created_at": stamp.created,
            "output": [*said, shorter],
            "usage": {
                "input_tokens": used,
                "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
                "output_tokens": spent,
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": used + spent,
            },
        }


#: All of them.
STATE: tuple[Endpoint, ...] = (
    CountInputTokens(),
    CompactResponse(),
    GetResponse(),
    DeleteResponse(),
    CancelResponse(),
    ListInputItems(),
)
