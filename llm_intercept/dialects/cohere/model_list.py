"""Cohere's models: GET /v1/models, and GET /v1/models/{model}.

References: https://docs.cohere.com/reference/list-models, https://docs.cohere.com/reference/get-model
"""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import unquote

from llm_intercept.call import Call
from llm_intercept.dialects.catalogue import listed, page, page_size, query
from llm_intercept.dialects.cohere.provider import CohereEndpoint
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Request

__all__ = ["GetModel", "ListModels"]

#: How many a page has where nobody says how many, and at most.
_PAGE, _MOST = 20, 1000

#: What a model serves, by a part of its name, and what it is taken for where only its name is told; the last is what most serve.
_ENDPOINTS: tuple[tuple[str, list[str], list[str]], ...] = (
    ("embed", ["embed", "classify"], []),
    ("rerank", ["rerank"], []),
    ("", ["generate", "chat", "summarize"], ["chat"]),
)


class _Models(CohereEndpoint, Operation):
    """One endpoint of models."""

    operation: ClassVar[str] = "models"
    method: ClassVar[str] = "GET"
    only: ClassVar[frozenset[str]] = frozenset({"cohere"})


class ListModels(_Models):
    """GET /v1/models, a page, perhaps of those alone that serve an endpoint."""

    name = "cohere models"
    path = r"(?<!/compatibility)/v1/models"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        wanted = query(request)
        wrong = Malformed(f"invalid request: page_size must be from 1 to {_MOST}")
        token = wanted.get("page_token", "")
        if token and not (token.isascii() and token.isdigit()):
            raise Malformed("invalid request: page_token is not valid")
        asked = {"size": page_size(wanted.get("page_size"), _PAGE, _MOST, wrong), "start": int(token or 0)}
        endpoint = wanted.get("endpoint")
        names = [name for name in listed(provider, past) if endpoint is None or endpoint in _card(name)["endpoints"]]
        return Call(request, provider, self.operation, self.name, parameters=asked, kept=names)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        shown, following = page(call.kept, call.parameters["start"], call.parameters["size"])
        return {"models": [_card(name) for name in shown], **({} if following is None else {"next_page_token": following})}


class GetModel(_Models):
    """GET /v1/models/{model}."""

    name = "cohere model"
    path = r"(?<!/compatibility)/v1/models/[^/]+"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        return Call(request, provider, self.operation, self.name, unquote(request.path.rstrip("/").rpartition("/")[2]))

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return _card(call.model)


def _card(name: str) -> dict[str, Any]:
    """What is told of a model. Its tokenizer, which an SDK would download, is not to be had."""
    serves, default = next((serves, default) for part, serves, default in _ENDPOINTS if part in name)
    return {
        "name": name,
        "is_deprecated": False,
        "endpoints": serves,
        "finetuned": name.endswith("-ft"),
        "context_length": 4_096 if "chat" not in serves else 256_000,
        "tokenizer_url": None,
        "default_endpoints": default,
        "features": ["tools", "json_mode", "citations"] if "chat" in serves else None,
        "sampling_defaults": {"temperature": 0.3, "k": 0, "p": 0.75} if "chat" in serves else None,
    }
