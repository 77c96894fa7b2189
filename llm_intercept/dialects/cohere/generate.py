"""Cohere's text generation, of old: POST /v1/generate.

Reference: https://docs.cohere.com/v1/reference/generate
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llm_intercept.call import Call, Message
from llm_intercept.dialects.cohere.provider import Cohere, billed, optional, required
from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.framing.json import HOLE
from llm_intercept.memory import Past
from llm_intercept.replies.parts import StreamEvent, Text
from llm_intercept.replies.passages import Passage
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame, Request

__all__ = ["CohereGenerate"]


class CohereGenerate(Cohere):
    """POST /v1/generate. It says texts alone."""

    name = "cohere generate"
    operation = "completion"
    path = r"/v1/generate"
    only = frozenset({"cohere"})
    lines = True
    finishes = {
        "stop": "COMPLETE",
        "stop_sequence": "COMPLETE",
        "length": "MAX_TOKENS",
        "content_filter": "ERROR_TOXIC",
        "context_window": "ERROR_LIMIT",
    }

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        prompt = required(body, "prompt", str)
        if not prompt:
            raise Malformed("invalid request: prompt must be at least 1 token long.")
        generations = body.get("num_generations") or 1
        if type(generations) is not int or not 1 <= generations <= 5:
            raise Malformed("invalid request: num_generations must be between 1 and 5 inclusive.")
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=optional(body, "model", str) or "",
            messages=(Message("user", prompt, raw=prompt),),
            stream=optional(body, "stream", bool) is True,
            n=generations,
            parameters=body,
            json=body,
        )

    def value(self, passage: Passage, index: int, draft: Draft) -> str:
        match passage.part:
            case Text(text) if not passage.citations:
                return text
            case _:
                raise self.cannot_say(f"{passage.part!r}{' with a citation' if passage.citations else ''}", draft.reply)

    def body(self, draft: Draft) -> dict[str, Any]:
        meta = {"api_version": {"version": "1"}, **billed(draft.usage)}
        return {"id": draft.id, "generations": [*_generations(draft)], "prompt": draft.call.json["prompt"], "meta": meta}

    def events(self, draft: Draft) -> Iterator[Frame]:
        framing, several = draft.framing, draft.call.n > 1
        events = [
            {"text": HOLE, **({"index": index} if several else {}), "is_finished": False, "event_type": "text-generation"}
            for index in range(draft.call.n)
        ]
        fillers = [framing.filler(event) for event in events]
        for passage in draft.passages:
            for piece in passage.pieces(draft.chunk_size):
                if isinstance(piece, str):
                    for fill in fillers:
                        yield fill(piece)
                else:
                    yield piece
        generations = [{**one, "finish_reason": draft.finish} for one in _generations(draft)]
        response = {"id": draft.id, "prompt": draft.call.json["prompt"], "generations": generations}
        ended = {"is_finished": True, "event_type": "stream-end", "finish_reason": draft.finish, "response": response}
        yield framing.event(ended)

    def stream_error(self, error: ErrorReply, call: Call, stamp: Stamp, number: int) -> StreamEvent | None:
        told = {"finish_reason": "ERROR", "err": self.error(error, call, stamp)["message"]}
        return StreamEvent({"is_finished": True, "event_type": "stream-error", **told})


def _generations(draft: Draft) -> Iterator[dict[str, Any]]:
    for index in range(draft.call.n):
        one = {"id": draft.stamp.uuid(f"generation {index}"), "text": "".join(draft.values)}
        yield {**one, "index": index} if draft.call.n > 1 else one
