"""Bedrock's token counts: POST /model/{model}/count-tokens.

Reference: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.bedrock.converse_reading import messages_of, tool_choice_of, tools_of
from llm_intercept.dialects.bedrock.fields import optional, required
from llm_intercept.dialects.bedrock.house import BedrockEndpoint
from llm_intercept.dialects.endpoint import Endpoint, Malformed
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.synthesis import tokens
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Request

__all__ = ["BedrockCountTokens"]


class BedrockCountTokens(BedrockEndpoint, Operation):
    """POST /model/{model}/count-tokens. `families` read what a model would be invoked with."""

    name = "bedrock count tokens"
    operation = "count_tokens"
    path = r"/model/.+/count-tokens"

    def __init__(self, families: Sequence[Endpoint]) -> None:
        self._families = families

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        asked = required(body, "input", dict)
        conversation = optional(asked, "converse", dict)
        if conversation is None:
            invoked = self._invoked(request, required(asked, "invokeModel", dict, "input."), provider, past)
            return invoked._replace(request=request, operation=self.operation, dialect=self.name, parameters=body, json=body)
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=self.model_of(request, body),
            messages=messages_of(conversation),
            tools=tools_of(conversation),
            tool_choice=tool_choice_of(conversation),
            parameters=body,
            json=body,
        )

    def _invoked(self, request: Request, asked: dict[str, Any], provider: str, past: Past) -> Call:
        """The call that a body would make, were its model invoked with it."""
        try:
            body = b64decode(required(asked, "body", str, "input.invokeModel."), validate=True)
        except binascii.Error:
            raise Malformed("The body is not valid base64.", code="SerializationException") from None
        target = request.path.removesuffix("/count-tokens") + "/invoke"
        for family in self._families:
            if re.search(family.path + r"\Z", target):
                return family.read(request._replace(target=target, body=body), provider, past)
        raise Malformed("The provided model doesn't support counting tokens.")

    def answer(self, call: Call, stamp: Stamp, count: tokens.CountTokens) -> dict[str, Any]:
        return {"inputTokens": tokens.asked(call, count)}
