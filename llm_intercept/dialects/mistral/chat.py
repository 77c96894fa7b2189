"""Chat completions that Mistral alone has: POST /v1/fim/completions, which fills a middle, and POST /v1/agents/completions.

References: https://docs.mistral.ai/api/#tag/fim, https://docs.mistral.ai/api/#tag/agents
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from llm_intercept.call import Call, Message
from llm_intercept.dialects.openai.asking import body_of, flag, missing, required
from llm_intercept.dialects.openai.chat import OpenAIChat
from llm_intercept.dialects.openai.flavour import Flavour
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["MistralAgents", "MistralFim"]


class MistralFim(OpenAIChat):
    """POST /v1/fim/completions: a prompt, and perhaps a suffix, answered with a chat completion."""

    name, operation = "mistral fim", "completion"
    path = r"/v1/fim/completions"
    home = "mistral"
    only: ClassVar[frozenset[str]] = frozenset({"mistral"})

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = body_of(request)
        if "prompt" not in body:
            raise missing("prompt")
        prompt = required(body, "prompt", str, "body")
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=str(body.get("model") or "codestral-latest"),
            messages=(Message("user", prompt, raw=body),),
            stream=flag(body, "stream"),
            parameters=body,
            json=body,
        )


class MistralAgents(OpenAIChat):
    """POST /v1/agents/completions: the agent stands for the model."""

    name = "mistral agents"
    path = r"/v1/agents/completions"
    elsewhere = True
    home = "mistral"
    only: ClassVar[frozenset[str]] = frozenset({"mistral"})

    def model(self, body: Mapping[str, Any], request: Request, flavour: Flavour) -> str:
        if "agent_id" not in body:
            raise missing("agent_id")
        return required(body, "agent_id", str, "body")
