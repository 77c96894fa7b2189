"""Anthropic text completions, the legacy API: POST /v1/complete.

References: https://docs.anthropic.com/en/api/complete, https://docs.anthropic.com/en/api/streaming
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from llm_intercept.call import Call, Message, Role
from llm_intercept.dialects.anthropic.fields import required
from llm_intercept.dialects.anthropic.house import House
from llm_intercept.dialects.dialect import Dialect, Draft
from llm_intercept.framing.json import HOLE
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Text
from llm_intercept.replies.passages import Passage
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame, Request

__all__ = ["AnthropicComplete", "turns"]

#: Who speaks next in a prompt.
_TURN = re.compile(r"(?:\A|\n\n)(Human|Assistant):")

_ROLES: Mapping[str, Role] = {"Human": "user", "Assistant": "assistant"}


class AnthropicComplete(House, Dialect):
    """POST /v1/complete. Reference: https://docs.anthropic.com/en/api/complete"""

    name = "anthropic complete"
    operation = "completion"
    path = r"/v1/complete"
    only = frozenset({"anthropic"})
    finishes = {"stop": "stop_sequence", "stop_sequence": "stop_sequence", "length": "max_tokens"}

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=self.model_of(request, body),
            messages=tuple(turns(required(body, "prompt", str))),
            stream=self.stream_of(request, body),
            parameters=body,
            json=body,
        )

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return f"compl_01{stamp.id('completion', 22)}"

    def variant(self, call: Call) -> Hashable:
        return None

    def value(self, passage: Passage, index: int, draft: Draft) -> str:
        match passage.part:
            case Text(text) if not passage.citations:
                return text
            case Text():
                raise self.cannot_say("where a text comes from", draft.reply)
            case _:
                raise self.cannot_say(f"{passage.part!r}", draft.reply)

    def body(self, draft: Draft) -> dict[str, Any]:
        return _completion(draft, "".join(draft.values), draft.finish)

    def events(self, draft: Draft) -> Iterator[Frame]:
        framing = draft.framing
        fill = framing.filler(_completion(draft, HOLE, None), "completion")
        yield framing.event({"type": "ping"}, "ping")
        for passage in draft.passages:
            for piece in passage.pieces(draft.chunk_size):
                yield fill(piece) if isinstance(piece, str) else piece
        yield framing.event(_completion(draft, "", draft.finish), "completion")


def _completion(draft: Draft, text: str, stop: str | None) -> dict[str, Any]:
    return {"type": "completion", "id": draft.id, "completion": text, "stop_reason": stop, "model": draft.model}


def turns(prompt: str) -> Iterator[Message]:
    """The turns of a prompt; what stands before them is the system's, and a prompt without any the user's."""
    before, *turns = _TURN.split(prompt)
    if before.strip():
        yield Message("system" if turns else "user", before.strip(), raw=before)
    for who, said in zip(turns[::2], turns[1::2], strict=True):
        # The last turn, where the completion goes on, has no words yet, or those that it begins with.
        if who == "Human" or said.strip():
            yield Message(_ROLES[who], said.strip(), raw=said)
