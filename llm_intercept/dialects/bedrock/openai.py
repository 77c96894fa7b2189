"""The models that are invoked with OpenAI's chat completions: OpenAI's own open ones, and most that came after them.

Reference: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html
"""

from __future__ import annotations

from collections.abc import Iterator

from llm_intercept.call import Call
from llm_intercept.dialects.bedrock.invoke import Invoke, invoked
from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.openai.chat import OpenAIChat
from llm_intercept.framing.json import dump
from llm_intercept.framing.sse import DONE
from llm_intercept.memory import Past
from llm_intercept.wire import Frame, Request

__all__ = ["InvokedChat"]


class InvokedChat(Invoke, OpenAIChat):
    """POST /model/openai.gpt-oss-.../invoke. Reference: https://docs.aws.amazon.com/bedrock/latest/userguide/inference-chat-completions.html"""

    name = "bedrock invoke openai"
    path = invoked(
        r"openai\.|qwen\.|deepseek\.v|zai\.|moonshot(ai)?\.|minimax\.|google\.gemma|nvidia\.|writer\.palmyra|ai21\.jamba"
        r"|mistral\.(mistral-large-2407|pixtral|mistral-large-3|ministral|magistral|voxtral|devstral)"
    )

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        named = {**body, "model": self.model_of(request, body), "stream": self.stream_of(request, body)}
        call = super().read(request._replace(body=dump(named)), provider, past)
        return call._replace(request=request, parameters=body, json=body)

    def chunks(self, draft: Draft) -> Iterator[Frame]:
        return (frame for frame in OpenAIChat.events(self, draft) if frame != DONE)
