"""watsonx.ai's embeddings: POST /ml/v1/text/embeddings.

Reference: https://cloud.ibm.com/apidocs/watsonx-ai#text-embeddings
"""

from __future__ import annotations

from typing import Any

from llm_intercept.call import Call, Message
from llm_intercept.dialects.elsewhere.watsonx import WatsonxEndpoint, asked
from llm_intercept.dialects.embeddings import Embedded, Embeddings
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.framing.json import load
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["WatsonxEmbeddings"]


class WatsonxEmbeddings(WatsonxEndpoint, Embeddings):
    """POST /ml/v1/text/embeddings, and that of a deployment."""

    name = "watsonx embeddings"
    path = r"/ml/v1/(?:deployments/[^/]+/)?text/embeddings"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        try:
            body = load(request.body)
        except ValueError:
            raise _invalid("not a JSON document") from None
        texts = body.get("inputs") if isinstance(body, dict) else None
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise _invalid("inputs should be a list of strings")
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=asked(body, request),
            messages=tuple([Message("user", text, raw=text) for text in texts]),
            parameters=body,
            json=body,
        )

    def check(self, call: Call) -> None:
        if not call.messages:
            raise _invalid("inputs should not be empty")

    def body(self, said: Embedded) -> dict[str, Any]:
        match said.call.parameters.get("parameters"):
            case {"return_options": {"input_text": bool(wanted)}}:
                shown = wanted
            case _:
                shown = False
        return {
            "model_id": said.model,
            "created_at": said.stamp.timestamp,
            "results": [
                {"embedding": list(vector), **({"input": message.text} if shown else {})}
                for vector, message in zip(said.vectors, said.call.messages, strict=True)
            ],
            "input_token_count": said.tokens,
        }


def _invalid(why: str) -> Malformed:
    return Malformed(f"Json document validation error: {why}", code="json_validation_error")
