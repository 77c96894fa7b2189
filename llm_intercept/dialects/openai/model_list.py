"""The models of OpenAI, and of everybody who lists them alike: GET /models, GET and DELETE /models/{model}.

Any model is known by its name, but for a listed one that was deleted here.
References: https://platform.openai.com/docs/api-reference/models, https://learn.microsoft.com/rest/api/azureopenai/models
"""

from __future__ import annotations

import re
from typing import Any, ClassVar
from urllib.parse import unquote

from llm_intercept.call import Call
from llm_intercept.dialects.catalogue import forget, is_gone, listed
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.openai.flavours import flavour_of
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.dialects.openai.model_cards import cards_of
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.providers import names
from llm_intercept.replies.reply import Answer, ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Request

__all__ = ["MODELS"]

#: Where models are; what merely ends alike is somebody else's.
_AT = r"(?:\A|/v\d+|/openai)/models"

#: The name of one; what is told of a deployed one by another service is not it.
_NAME = r"/(?!.*/info\Z).+"

#: Who has models of another form there, and who serves OpenAI's beside them.
_OTHERS = frozenset({"anthropic", "cohere", "dashscope", "gemini", "mistral", "replicate", "vertex", "voyage", "watsonx"})
_BESIDE = r"(?:/openai|/compatibility/v1|/compatible-mode/v1)/models"


class _Models(OpenAIEndpoint, Operation):
    """One endpoint of models."""

    operation: ClassVar[str] = "models"
    method: ClassVar[str] = "GET"
    only: ClassVar[frozenset[str]] = frozenset(names()) - _OTHERS
    stateful: ClassVar[bool] = True


class ListModels(_Models):
    """GET /models. Reference: https://platform.openai.com/docs/api-reference/models/list"""

    name = "openai models"
    path = _AT

    def read(self, request: Request, provider: str, past: Past) -> Call:
        return Call(request, provider, self.operation, self.name, kept=listed(_row(provider, request), past))

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        cards = cards_of(_row(call.provider, call.request))
        return cards.all([cards.card(name) for name in call.kept])


class GetModel(_Models):
    """GET /models/{model}. Reference: https://platform.openai.com/docs/api-reference/models/retrieve"""

    name = "openai model"
    path = _AT + _NAME

    def read(self, request: Request, provider: str, past: Past) -> Call:
        name = _name(request)
        if is_gone(provider, name, past):
            raise Malformed(f"The model '{name}' does not exist", status=404, param="model", code="model_not_found")
        return Call(request, provider, self.operation, self.name, name)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return cards_of(_row(call.provider, call.request)).card(call.model)


class DeleteModel(GetModel):
    """DELETE /models/{model}: a fine-tuned one. Reference: https://platform.openai.com/docs/api-reference/models/delete"""

    name = "openai model deletion"
    operation = "delete"
    method = "DELETE"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return {"id": call.model, "object": "model", "deleted": True}

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if not isinstance(answer, ErrorReply):
            forget(call.provider, call.model, past)


class ListModelsBeside(ListModels):
    """GET /models, where a provider serves OpenAI's beside its own."""

    name = "openai models beside others"
    path = _BESIDE
    only = frozenset({"gemini", "cohere", "dashscope"})


class GetModelBeside(GetModel):
    """GET /models/{model}, there."""

    name = "openai model beside others"
    path = _BESIDE + _NAME
    only = ListModelsBeside.only


MODELS = (ListModels(), GetModel(), DeleteModel(), ListModelsBeside(), GetModelBeside())


def _row(provider: str, request: Request) -> str:
    """Whose models there are: the provider's, where a host that is nobody's counts as OpenAI's and is told by its flavour."""
    return {"openai": flavour_of(provider, request).name}.get(provider, provider)


def _name(request: Request) -> str:
    """The model that a path names."""
    return unquote(re.split(_AT + "/|" + _BESIDE + "/", request.path.rstrip("/"), maxsplit=1)[-1])
