"""Amazon Bedrock's wire APIs."""

from __future__ import annotations

from llm_intercept.dialects.bedrock.by_body import InvokedByBody, InvokedLegacy
from llm_intercept.dialects.bedrock.claude import InvokedClaude
from llm_intercept.dialects.bedrock.command_r import CommandR
from llm_intercept.dialects.bedrock.converse import Converse
from llm_intercept.dialects.bedrock.count_tokens import BedrockCountTokens
from llm_intercept.dialects.bedrock.embeddings import EMBEDDINGS
from llm_intercept.dialects.bedrock.images import IMAGES
from llm_intercept.dialects.bedrock.invoke import Invoke
from llm_intercept.dialects.bedrock.nova import InvokedNova
from llm_intercept.dialects.bedrock.openai import InvokedChat
from llm_intercept.dialects.bedrock.prompted import Command, DeepSeek, Llama, Mistral, PromptedClaude, Titan
from llm_intercept.dialects.bedrock.rerank import BedrockRerank, InvokedRerank
from llm_intercept.dialects.endpoint import Endpoint

__all__ = ["ENDPOINTS"]

_CLAUDE, _NOVA, _CHAT, _COMMAND_R, _LLAMA, _TITAN = InvokedClaude(), InvokedNova(), InvokedChat(), CommandR(), Llama(), Titan()
_PROMPTED_CLAUDE = PromptedClaude()

#: The families whose bodies we know. Another model's invocation is refused as an endpoint that no dialect knows.
_FAMILIES: tuple[Invoke, ...] = (_CLAUDE, _NOVA, _CHAT, _COMMAND_R, _LLAMA, _TITAN, Mistral(), DeepSeek(), Command())

#: What only one family's body has.
_TELLING = {
    "anthropic_version": _CLAUDE,
    "schemaVersion": _NOVA,
    "inferenceConfig": _NOVA,
    "messages": _CHAT,
    "message": _COMMAND_R,
    "inputText": _TITAN,
    "max_tokens_to_sample": _PROMPTED_CLAUDE,
    "prompt": _LLAMA,
}

ENDPOINTS: tuple[Endpoint, ...] = (
    Converse(),
    BedrockCountTokens(_FAMILIES),
    InvokedLegacy({"prompt": _PROMPTED_CLAUDE, "messages": _CLAUDE}),
    *_FAMILIES,
    *EMBEDDINGS,
    *IMAGES,
    InvokedRerank(),
    BedrockRerank(),
    InvokedByBody(_TELLING),
)
