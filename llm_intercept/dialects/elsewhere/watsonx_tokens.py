"""watsonx.ai's tokens and models: POST /ml/v1/text/tokenization, GET /ml/v1/foundation_model_specs.

References: https://cloud.ibm.com/apidocs/watsonx-ai#text-tokenization,
https://cloud.ibm.com/apidocs/watsonx-ai#list-foundation-model-specs
"""

from __future__ import annotations

import re
from typing import Any

from llm_intercept.call import Call, Message
from llm_intercept.dialects.catalogue import listed, page_size, query
from llm_intercept.dialects.elsewhere.watsonx import WatsonxEndpoint, asked, invalid, object_of
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.synthesis.vocabulary import tokens_of
from llm_intercept.wire import Request

__all__ = ["WatsonxModels", "WatsonxTokenization"]

#: How many a page has where nobody says how many, and at most.
_PAGE, _MOST = 100, 200

#: What a filter asks of a model's name.
_FILTER = re.compile(r"modelid_([^,:]+)")

#: What a model does, by a part of its name; the last is what most do.
_FUNCTIONS = (("embedding", ["embedding"]), ("cross-encoder", ["rerank"]), ("", ["text_chat", "text_generation"]))


class WatsonxTokenization(WatsonxEndpoint, Operation):
    """POST /ml/v1/text/tokenization."""

    name = "watsonx tokenization"
    operation = "tokenize"
    path = r"/ml/v1/text/tokenization"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = object_of(request)
        text = body.get("input")
        if not isinstance(text, str):
            raise invalid("input should be a string")
        messages = (Message("user", text, raw=text),)
        return Call(request, provider, self.operation, self.name, asked(body, request), messages, parameters=body, json=body)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        told = [piece for _, piece in tokens_of(call.prompt)]
        match call.parameters.get("parameters"):
            case {"return_tokens": True}:
                shown = {"tokens": told}
            case _:
                shown = {}
        return {"model_id": call.model, "result": {"token_count": count(call.prompt), **shown}}


class WatsonxModels(WatsonxEndpoint, Operation):
    """GET /ml/v1/foundation_model_specs."""

    name = "watsonx models"
    operation = "models"
    method = "GET"
    path = r"/ml/v1/foundation_model_specs"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        wanted = query(request)
        limit = page_size(wanted.get("limit"), _PAGE, _MOST, invalid(f"limit should be from 1 to {_MOST}"))
        names = listed(provider, past)
        filtered = _FILTER.search(wanted.get("filters", ""))
        kept = [filtered[1]] if filtered else names  # any name is known
        return Call(request, provider, self.operation, self.name, parameters={"limit": limit}, kept=kept)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        limit = call.parameters["limit"]
        shown = call.kept[:limit]
        return {
            "total_count": len(call.kept),
            "limit": limit,
            "first": {"href": f"https://{call.request.host}/ml/v1/foundation_model_specs?version=2024-03-14"},
            "resources": [_card(name) for name in shown],
        }


def _card(name: str) -> dict[str, Any]:
    label = name.rpartition("/")[2]
    does = next(does for part, does in _FUNCTIONS if part in name)
    return {
        "model_id": name,
        "label": label,
        "provider": name.partition("/")[0],
        "source": name.partition("/")[0],
        "functions": [{"id": one} for one in does],
        "short_description": f"{label}.",
        "long_description": f"{label}.",
        "input_tier": "class_c1",
        "output_tier": "class_c1",
        "number_params": "8b",
        "model_limits": {"max_sequence_length": 131_072, "max_output_tokens": 16_384},
        "lifecycle": [{"id": "available", "start_date": "2025-01-01"}],
    }
