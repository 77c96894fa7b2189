"""How generateContent is asked for. Reference: https://ai.google.dev/api/generate-content"""

from __future__ import annotations

from typing import ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.dialect import Dialect
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.gemini import asked
from llm_intercept.dialects.gemini.fields import body, typed
from llm_intercept.dialects.gemini.house import House, model_named
from llm_intercept.memory import Past
from llm_intercept.synthesis import tokens
from llm_intercept.wire import Request

__all__ = ["GenerateReader"]

#: The most candidates, and the largest context window, in tokens, that any model takes.
_MOST_CHOICES, _WINDOW = 8, 1_048_576


class GenerateReader(House, Dialect):
    """The reading half of generateContent."""

    streams: ClassVar[bool] = False

    def read(self, request: Request, provider: str, past: Past) -> Call:
        sent = body(request)
        config, model = typed(sent, "generationConfig", dict) or {}, model_named(request.path)
        wanted = asked.wanted(config)
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=model,
            messages=asked.messages(sent),
            stream=self.streams,
            tools=asked.tools(sent),
            tool_choice=asked.tool_choice(sent),
            schema=wanted.schema,
            n=asked.choices(config),
            parameters=sent,
            json=sent,
            modality=asked.modality(config, model),
            bare=wanted.bare,
        )

    def check(self, call: Call) -> None:
        if all(message.role == "system" for message in call.messages):
            raise Malformed("* GenerateContentRequest.contents: contents is not specified\n")
        if call.n > _MOST_CHOICES:
            raise Malformed(
                f"Unable to submit request because it has a candidateCount value of {call.n} but the supported range is from 1 "
                f"(inclusive) to {_MOST_CHOICES + 1} (exclusive). Update the value and try again."
            )
        if len(call.request.body) > 4 * _WINDOW:
            _check_length(call)


def _check_length(call: Call) -> None:
    length = tokens.asked(call)
    if length > _WINDOW:
        raise Malformed(f"The input token count ({length}) exceeds the maximum number of tokens allowed ({_WINDOW}).")
