"""Google's models: GET /models and /models/{model}, and what Vertex AI lists of a publisher's.

References: https://ai.google.dev/api/models, https://cloud.google.com/vertex-ai/docs/reference/rest/v1beta1/publishers.models
"""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import unquote

from llm_intercept.call import Call
from llm_intercept.dialects.catalogue import listed, page, page_size, query
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.gemini.house import House, model_named
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Request

__all__ = ["GetModel", "ListModels", "VertexGetModel", "VertexListModels"]

#: How many a page has where nobody says how many, and at most.
_PAGE, _MOST = 50, 1000

#: What a model can be asked to do, by a part of its name; the last is what most can.
_METHODS = (
    ("embedding", ["embedContent", "countTextTokens", "countTokens", "asyncBatchEmbedContent"]),
    ("imagen", ["predict"]),
    ("", ["generateContent", "countTokens", "createCachedContent", "batchGenerateContent"]),
)


class _Models(House, Operation):
    """One endpoint of models."""

    operation: ClassVar[str] = "models"
    method: ClassVar[str] = "GET"
    only: ClassVar[frozenset[str]] = frozenset({"gemini"})
    key: ClassVar[str] = "models"

    def card(self, name: str) -> dict[str, Any]:
        """What is told of a model."""
        base = name.removeprefix("models/")
        thinks = base.startswith(("gemini-2.5", "gemini-3"))
        told = {
            "name": name if "/" in name else f"models/{name}",
            "version": "001",
            "displayName": base.replace("-", " ").title(),
            "description": f"{base.replace('-', ' ').title()}.",
            "inputTokenLimit": 1_048_576,
            "outputTokenLimit": 65_536 if thinks else 8_192,
            "supportedGenerationMethods": next(methods for part, methods in _METHODS if part in base),
        }
        return {**told, "temperature": 1, "topP": 0.95, "topK": 64, "maxTemperature": 2, **({"thinking": True} if thinks else {})}


class ListModels(_Models):
    """GET /models, a page."""

    name = "gemini models"
    path = r"/v\d+\w*/models"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        wanted = query(request)
        size = wanted.get("pageSize", wanted.get("page_size"))
        page_size(size, _PAGE, 10**9, Malformed(f"Invalid value at 'page_size' (TYPE_INT32), {size!r}", param="page_size"))
        token = wanted.get("pageToken", wanted.get("page_token"))
        if token and not (token.isascii() and token.isdigit()):
            raise Malformed("The page token is invalid.", param="page_token")
        asked = {"size": min(int(size or _PAGE), _MOST), "start": int(token or 0)}
        return Call(request, provider, self.operation, self.name, parameters=asked, kept=listed(provider, past))

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        shown, following = page(call.kept, call.parameters["start"], call.parameters["size"])
        more = {} if following is None else {"nextPageToken": following}
        return {self.key: [self.card(name) for name in shown], **more}


class GetModel(_Models):
    """GET /models/{model}, or a tuned one."""

    name = "gemini model"
    path = r"/v\d+\w*/(?:models|tunedModels)/[^/]+"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        return Call(request, provider, self.operation, self.name, self.named(request.path))

    def named(self, path: str) -> str:
        """The model that a path names."""
        return model_named(path)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return self.card(call.model)


class _Published(_Models):
    """One endpoint of a publisher's models."""

    home: ClassVar[str] = "vertex"
    only: ClassVar[frozenset[str]] = frozenset({"vertex"})
    key: ClassVar[str] = "publisherModels"

    def card(self, name: str) -> dict[str, Any]:
        named = name if name.startswith("publishers/") else f"publishers/google/models/{name}"
        return {"name": named, "versionId": "default", "openSourceCategory": "PROPRIETARY", "launchStage": "GA"}


class VertexListModels(_Published, ListModels):
    """GET /publishers/google/models, a page."""

    name = "vertex models"
    path = r"/publishers/google/models"


class VertexGetModel(_Published, GetModel):
    """GET /publishers/{publisher}/models/{model}."""

    name = "vertex model"
    path = r"/publishers/[^/]+/models/[^/]+"

    def named(self, path: str) -> str:
        return "publishers/" + unquote(path.rstrip("/").rpartition("publishers/")[2])
