"""Gemini: POST /models/{model}:countTokens, on Google's own host and on Vertex AI.

References: https://ai.google.dev/api/tokens, https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/count-tokens
"""

from __future__ import annotations

from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.gemini import asked
from llm_intercept.dialects.gemini.fields import body, typed
from llm_intercept.dialects.gemini.house import House, model_named
from llm_intercept.dialects.gemini.usage import by_modality
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.synthesis import tokens
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Request

__all__ = ["CountTokens", "VertexCountTokens"]


class CountTokens(House, Operation):
    """POST /models/{model}:countTokens. Reference: https://ai.google.dev/api/tokens"""

    name: ClassVar[str] = "gemini count tokens"
    operation: ClassVar[str] = "count_tokens"
    path: ClassVar[str] = r"/(?:models|tunedModels)/[^/]+(?::|%3[aA])countTokens"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        sent = body(request)
        counted = typed(sent, "generateContentRequest", dict) or sent
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=model_named(request.path),
            messages=asked.messages(counted),
            tools=asked.tools(counted),
            parameters=sent,
            json=sent,
        )

    def answer(self, call: Call, stamp: Stamp, count: tokens.CountTokens) -> Any:
        total = tokens.asked(call, count)
        return {"totalTokens": total, "promptTokensDetails": by_modality(total)}


class VertexCountTokens(CountTokens):
    """POST /publishers/google/models/{model}:countTokens.

    Reference: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/count-tokens
    """

    name: ClassVar[str] = "vertex count tokens"
    path: ClassVar[str] = r"/(?:publishers/[^/]+/models|endpoints)/[^/]+(?::|%3[aA])countTokens"
    home: ClassVar[str] = "vertex"

    def answer(self, call: Call, stamp: Stamp, count: tokens.CountTokens) -> Any:
        billable = sum(len("".join(message.text.split())) for message in call.messages)  # white space costs nothing
        return {**super().answer(call, stamp, count), "totalBillableCharacters": billable}
