"""Models that come and go, on an Ollama server: POST /api/pull, /api/push and /api/create, which tell how far they are.

References: https://docs.ollama.com/api/pull, https://docs.ollama.com/api/push, https://docs.ollama.com/api/create
"""

from __future__ import annotations

from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.catalogue import add
from llm_intercept.dialects.endpoint import Malformed, named
from llm_intercept.dialects.ollama.model_list import digest, full
from llm_intercept.dialects.ollama.provider import OllamaEndpoint
from llm_intercept.dialects.operation import Operation
from llm_intercept.framing.json import dump
from llm_intercept.framing.ndjson import NDJSON
from llm_intercept.memory import Past
from llm_intercept.replies.reply import Answer, ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import RawHeaders, Request, Response

__all__ = ["CreateModel", "PullModel", "PushModel"]

#: How many bytes the largest layer has.
_SIZE = 2_019_377_376


class PullModel(OllamaEndpoint, Operation):
    """POST /api/pull: a line for each step, or success alone."""

    name = "ollama pull"
    operation = "pull"
    path = r"/api/pull"
    asked = "PullRequest"
    stateful: ClassVar[bool] = True
    before: ClassVar[tuple[str, ...]] = ("pulling manifest",)
    moving: ClassVar[str] = "pulling"
    after: ClassVar[tuple[str, ...]] = ("verifying sha256 digest", "writing manifest", "success")

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        name = self.field(body, "model", str) or self.field(body, "name", str)
        if not name:
            raise Malformed("invalid model name")
        stream = self.field(body, "stream", bool) is not False
        return Call(request, provider, self.operation, self.name, name, stream=stream, parameters=body, json=body)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> list[dict[str, Any]]:
        layer = digest(call.model)
        moved = [
            {"status": f"{self.moving} {layer[:12]}", "digest": f"sha256:{layer}", "total": _SIZE, "completed": _SIZE * part // 2}
            for part in (0, 1, 2)
        ]
        return [*({"status": step} for step in self.before), *moved, *({"status": step} for step in self.after)]

    def sent(self, value: list[dict[str, Any]], call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        if not call.stream:
            return self.response(dump(value[-1]), call, stamp, given)
        headers = (*NDJSON.headers, (b"transfer-encoding", b"chunked"), *self.headers(call, stamp))
        return Response(200, named(headers, given), tuple([NDJSON.event(line) for line in value]))

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if not isinstance(answer, ErrorReply):
            add(call.provider, full(call.model), past)


class PushModel(PullModel):
    """POST /api/push."""

    name = "ollama push"
    operation = "push"
    path = r"/api/push"
    asked = "PushRequest"
    before = ("retrieving manifest",)
    moving = "pushing"
    after = ("pushing manifest", "success")


class CreateModel(PullModel):
    """POST /api/create."""

    name = "ollama create"
    operation = "create"
    path = r"/api/create"
    asked = "CreateRequest"
    before = ("reading model metadata", "creating system layer")
    moving = "using already created layer"
    after = ("writing manifest", "success")
