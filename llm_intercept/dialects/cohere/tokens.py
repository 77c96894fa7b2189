"""Cohere's tokens and keys: POST /v1/tokenize, /v1/detokenize and /v1/check-api-key.

References: https://docs.cohere.com/reference/tokenize, https://docs.cohere.com/reference/detokenize,
https://docs.cohere.com/reference/checkapikey
"""

from __future__ import annotations

from typing import Any, ClassVar

from llm_intercept.call import Call, Message
from llm_intercept.dialects.cohere.provider import CohereEndpoint, optional, required
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.synthesis.vocabulary import text_of, tokens_of
from llm_intercept.wire import Request

__all__ = ["CheckKey", "Detokenize", "Tokenize"]

_META = {"api_version": {"version": "1"}}

#: The most characters of a text.
_MOST = 65_536


class Tokenize(CohereEndpoint, Operation):
    """POST /v1/tokenize."""

    name = "cohere tokenize"
    operation: ClassVar[str] = "tokenize"
    path = r"/v1/tokenize"
    only: ClassVar[frozenset[str]] = frozenset({"cohere"})

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        text = required(body, "text", str)
        model = optional(body, "model", str) or ""
        messages = (Message("user", text, raw=text),)
        return Call(request, provider, self.operation, self.name, model, messages, parameters=body, json=body)

    def check(self, call: Call) -> None:
        if not 0 < len(call.prompt) <= _MOST:
            raise Malformed(f"invalid request: text must be from 1 to {_MOST} characters long")

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        told = tokens_of(call.prompt)
        return {"tokens": [one for one, _ in told], "token_strings": [piece for _, piece in told], "meta": _META}


class Detokenize(CohereEndpoint, Operation):
    """POST /v1/detokenize."""

    name = "cohere detokenize"
    operation: ClassVar[str] = "detokenize"
    path = r"/v1/detokenize"
    only: ClassVar[frozenset[str]] = frozenset({"cohere"})

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        tokens = required(body, "tokens", list)
        if not all(type(one) is int and one >= 0 for one in tokens):
            raise Malformed("invalid type: parameter tokens should be an array of integers from 0.")
        model = optional(body, "model", str) or ""
        messages = (Message("user", " ".join(map(str, tokens)), raw=tokens),)
        return Call(request, provider, self.operation, self.name, model, messages, parameters=body, json=body)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return {"text": text_of(call.parameters["tokens"]), "meta": _META}


class CheckKey(CohereEndpoint, Operation):
    """POST /v1/check-api-key: any key is valid."""

    name = "cohere check of a key"
    operation: ClassVar[str] = "check_key"
    path = r"/v1/check-api-key"
    only: ClassVar[frozenset[str]] = frozenset({"cohere"})

    def read(self, request: Request, provider: str, past: Past) -> Call:
        return Call(request, provider, self.operation, self.name)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        owner = "00000000-0000-4000-8000-000000000000"
        return {"valid": True, "organization_id": owner, "owner_id": owner}
