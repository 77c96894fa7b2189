"""Bedrock invoke: POST /model/{model}/invoke, and /invoke-with-response-stream, whose bodies are each model family's own.

References: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.bedrock.house import LATENCY, BedrockEndpoint
from llm_intercept.dialects.dialect import Dialect, Draft
from llm_intercept.dialects.endpoint import named
from llm_intercept.framing.aws_eventstream import CHUNKS, Chunks
from llm_intercept.replies.reply import Answer, Reply, Usage
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Frame, RawHeaders, Request, Response

__all__ = ["INVOKED", "Invoke", "invoked"]

#: How long a model takes for its first byte, in milliseconds.
_FIRST_BYTE = 42

#: What the path ends in.
INVOKED = r"/invoke(-with-response-stream)?"


def invoked(models: str) -> str:
    """The path at which models are invoked.

    `models` is a regular expression for how their ids start, past a region's prefix or the rest of an ARN.
    """
    return rf"/model/(.*[^a-z])?({models})[^/]*{INVOKED}"


class Invoke(BedrockEndpoint, Dialect):
    """One family of models, invoked.

    It stands before the family's own wire API, if it has one, in a class's bases. A family gives `chunks`, its stream without the
    metrics that the last chunk carries, and its `framing` where its chunks have names.
    """

    chunked: Chunks = CHUNKS

    def stream_of(self, request: Request, body: dict[str, Any]) -> bool:
        """Whether a stream is wanted; the path tells."""
        return request.path.endswith("-stream")

    def framing(self, call: Call) -> Chunks:
        return self.chunked

    def write(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens) -> Response:
        response = super().write(answer, call, stamp, count)
        if not isinstance(answer, Reply) or not response.headers:
            return response
        if call.stream:
            told: RawHeaders = ((b"x-amzn-bedrock-content-type", b"application/json"),)
        else:
            told = _counted(self.usage(answer, answer.said, call, count))
        return response._replace(headers=named(told, response.headers))

    @abstractmethod
    def chunks(self, draft: Draft) -> Iterator[Frame]:
        """The family's stream."""

    def events(self, draft: Draft) -> Iterator[Frame]:
        last: Frame = b""
        for frame in self.chunks(draft):
            if last:
                yield last
            last = frame
        told = {"amazon-bedrock-invocationMetrics": self.metrics(draft.usage)}
        yield self.chunked.extended(last, told)  # type: ignore[arg-type]  # a stream ends in a chunk

    def metrics(self, usage: Usage) -> dict[str, int]:
        """What Bedrock itself counts and times."""
        return {
            "inputTokenCount": usage.fresh,
            "outputTokenCount": usage.output,
            "invocationLatency": LATENCY,
            "firstByteLatency": _FIRST_BYTE,
        }


def _counted(usage: Usage) -> RawHeaders:
    told = {
        "input-token-count": usage.fresh,
        "output-token-count": usage.output,
        "cache-read-input-token-count": usage.cached,
        "cache-write-input-token-count": usage.cache_write,
        "invocation-latency": LATENCY,
    }
    return tuple((f"x-amzn-bedrock-{name}".encode(), b"%d" % value) for name, value in told.items())
