"""Models invoked by a name that does not tell how they are asked: what they are asked tells it.

Such a name is the ARN of an application's inference profile, of an imported or a provisioned model, or made up by a test; or a
model that can be asked in two ways has it.
"""

from __future__ import annotations

from collections.abc import Mapping

from llm_intercept.call import Call
from llm_intercept.dialects.bedrock.fields import refused
from llm_intercept.dialects.bedrock.house import BedrockEndpoint
from llm_intercept.dialects.bedrock.invoke import INVOKED, invoked
from llm_intercept.dialects.bedrock.prompted import LEGACY
from llm_intercept.dialects.dialect import Dialect
from llm_intercept.memory import Past
from llm_intercept.replies.reply import Answer, ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Request, Response

__all__ = ["InvokedByBody", "InvokedLegacy"]


class InvokedByBody(BedrockEndpoint):
    """POST /model/{no id of Amazon's}/invoke. `families` are what it can be, by the key that each one's body alone has.

    Every id of a model has a dot in it, after its maker's name.
    """

    name = "bedrock invoke"
    path = r"/model/[^.]+" + INVOKED
    speaks = True

    def __init__(self, families: Mapping[str, Dialect]) -> None:
        self._families = families
        self._by_name = {family.name: family for family in families.values()}

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        for key, family in self._families.items():
            if key in body:
                return family.read(request, provider, past)
        raise refused(" | ".join(self._families), "One of them tells what this model is, and none is there")

    def check(self, call: Call) -> None:
        self._by_name[call.dialect].check(call)

    def write(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens) -> Response:
        if isinstance(answer, ErrorReply):
            return self.write_error(answer, call, stamp)
        return self._by_name[call.dialect].write(answer, call, stamp, count)


class InvokedLegacy(InvokedByBody):
    """POST /model/anthropic.claude-v2.../invoke: messages, or a prompt.

    Reference: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-claude.html
    """

    name = "bedrock invoke legacy anthropic"
    path = invoked(LEGACY)
