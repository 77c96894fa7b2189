"""Mistral's models: GET /v1/models, GET and DELETE /v1/models/{model}. Reference: https://docs.mistral.ai/api/#tag/models"""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import unquote

from llm_intercept.call import Call
from llm_intercept.dialects.catalogue import forget, is_gone, listed, made
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.mistral.envelope import MistralEndpoint
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.replies.reply import Answer, ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Request

__all__ = ["DeleteModel", "GetModel", "ListModels"]

#: What a model can do, by a part of its name; what the name tells nothing of chats and calls functions.
_ABILITIES = {
    "embed": (),
    "moderation": ("classification", "moderation"),
    "ocr": ("ocr",),
    "voxtral": ("completion_chat", "audio"),
    "codestral": ("completion_chat", "function_calling", "completion_fim"),
    "magistral": ("completion_chat", "function_calling", "reasoning", "vision"),
}
_USUAL = ("completion_chat", "function_calling", "vision")
_ALL = (
    *("completion_chat", "function_calling", "reasoning", "completion_fim", "fine_tuning", "vision", "ocr", "classification"),
    *("moderation", "audio"),
)


class _Models(MistralEndpoint, Operation):
    """One endpoint of models."""

    operation: ClassVar[str] = "models"
    method: ClassVar[str] = "GET"
    stateful: ClassVar[bool] = True


class ListModels(_Models):
    """GET /v1/models."""

    name = "mistral models"
    path = r"/v1/models"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        return Call(request, provider, self.operation, self.name, kept=listed(provider, past))

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return {"object": "list", "data": [_card(name) for name in call.kept]}


class GetModel(_Models):
    """GET /v1/models/{model}."""

    name = "mistral model"
    path = r"/v1/models/[^/]+"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        name = unquote(request.path.rstrip("/").rpartition("/")[2])
        if is_gone(provider, name, past):
            raise Malformed(f"Model {name} not found", status=404)
        return Call(request, provider, self.operation, self.name, name)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return _card(call.model)


class DeleteModel(GetModel):
    """DELETE /v1/models/{model}: a fine-tuned one."""

    name = "mistral model deletion"
    operation = "delete"
    method = "DELETE"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return {"id": call.model, "object": "model", "deleted": True}

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if not isinstance(answer, ErrorReply):
            forget(call.provider, call.model, past)


def _card(name: str) -> dict[str, Any]:
    can = next((abilities for part, abilities in _ABILITIES.items() if part in name), _USUAL)
    tuned = name.startswith("ft:")
    kind = {"type": "fine-tuned", "job": _job(name), "root": name.split(":")[1], "archived": False} if tuned else {"type": "base"}
    return {
        "id": name,
        "object": "model",
        "created": made(name),
        "owned_by": "mistralai",
        "capabilities": {ability: ability in can for ability in _ALL},
        "name": name,
        "description": f"Official {name} Mistral AI model",
        "max_context_length": 131_072,
        "aliases": [],
        "deprecation": None,
        "deprecation_replacement_model": None,
        "default_model_temperature": 0.3,
        **kind,
    }


def _job(name: str) -> str:
    """The job that made a fine-tuned model; its name ends in a part of it."""
    return f"{name.rpartition(':')[2]:0<8.8}-0000-4000-a000-000000000000"
