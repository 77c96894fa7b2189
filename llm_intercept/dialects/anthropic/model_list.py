"""Anthropic's models: GET /v1/models, and GET /v1/models/{model}.

References: https://docs.anthropic.com/en/api/models-list, https://docs.anthropic.com/en/api/models
"""

from __future__ import annotations

import re
from typing import Any, ClassVar
from urllib.parse import unquote

from llm_intercept.call import Call
from llm_intercept.dialects.anthropic.house import House
from llm_intercept.dialects.catalogue import listed, page_size, query
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Request

__all__ = ["GetModel", "ListModels"]

#: How many a page has where nobody says how many, and at most.
_PAGE, _MOST = 20, 1000

_YES, _NO = {"supported": True}, {"supported": False}

#: Parts of a model's name: its line, its version, and when it was made.
_LINE = re.compile(r"haiku|sonnet|opus|fable|mythos")
_DATE = re.compile(r"-(\d{4})(\d\d)(\d\d)\Z")


class ListModels(House, Operation):
    """GET /v1/models, a page."""

    name = "anthropic models"
    operation = "models"
    method = "GET"
    path = r"/v1/models"
    only: ClassVar[frozenset[str]] = frozenset({"anthropic"})

    def read(self, request: Request, provider: str, past: Past) -> Call:
        wanted = query(request)
        page_size(wanted.get("limit"), _PAGE, _MOST, Malformed("limit: Input should be a valid integer from 1 to 1000"))
        return Call(request, provider, self.operation, self.name, parameters=wanted, kept=listed(provider, past))

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        wanted, names = call.parameters, call.kept
        size = int(wanted.get("limit", _PAGE))
        if wanted.get("before_id") in names:
            earlier = names[: names.index(wanted["before_id"])]
            shown, more = earlier[-size:], len(earlier) > size
        else:
            start = names.index(wanted["after_id"]) + 1 if wanted.get("after_id") in names else 0
            shown, more = names[start : start + size], start + size < len(names)
        first, last = (shown[0], shown[-1]) if shown else (None, None)
        return {"data": [_card(name) for name in shown], "has_more": more, "first_id": first, "last_id": last}


class GetModel(House, Operation):
    """GET /v1/models/{model}."""

    name = "anthropic model"
    operation = "models"
    method = "GET"
    path = r"/v1/models/[^/]+"
    only: ClassVar[frozenset[str]] = frozenset({"anthropic"})

    def read(self, request: Request, provider: str, past: Past) -> Call:
        return Call(request, provider, self.operation, self.name, unquote(request.path.rstrip("/").rpartition("/")[2]))

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return _card(call.model)


def _card(name: str) -> dict[str, Any]:
    line, made = _LINE.search(name), _DATE.search(name)
    thinks = "claude-3-" not in name or "claude-3-7" in name
    return {
        "type": "model",
        "id": name,
        "display_name": _DATE.sub("", name).replace("-", " ").title(),
        "created_at": f"{made[1]}-{made[2]}-{made[3]}T00:00:00Z" if made else "1970-01-01T00:00:00Z",
        "max_input_tokens": 200_000,
        "max_tokens": 64_000 if thinks else 8_192,
        "lifecycle": "active",
        "deprecated_at": None,
        "retires_at": None,
        "line": line[0] if line else None,
        "capabilities": {
            "batch": _YES,
            "citations": _YES,
            "code_execution": _YES,
            "context_management": {
                **_YES,
                "clear_tool_uses_20250919": _YES,
                "clear_thinking_20251015": _YES,
                "compact_20260112": _NO,
            },
            "effort": {**_NO, "low": _NO, "medium": _NO, "high": _NO, "max": _NO, "xhigh": _NO},
            "image_input": _YES,
            "pdf_input": _YES,
            "server_tools": {**_YES, "code_execution": _YES, "web_search": _YES},
            "structured_outputs": _YES,
            "thinking": {
                "supported": thinks,
                "types": {"enabled": {"supported": thinks}, "adaptive": _NO, "between_tools": _NO, "disabled": _YES},
            },
        },
    }
