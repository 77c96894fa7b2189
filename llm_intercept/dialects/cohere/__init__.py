"""Cohere's wire APIs."""

from __future__ import annotations

from llm_intercept.dialects.cohere.chat import CohereChat
from llm_intercept.dialects.cohere.embed import CohereEmbed, CohereV1Embed
from llm_intercept.dialects.cohere.generate import CohereGenerate
from llm_intercept.dialects.cohere.model_list import GetModel, ListModels
from llm_intercept.dialects.cohere.rerank import CohereRerank, CohereV1Rerank
from llm_intercept.dialects.cohere.tokens import CheckKey, Detokenize, Tokenize
from llm_intercept.dialects.cohere.transcription import CohereTranscription
from llm_intercept.dialects.cohere.v1_chat import CohereV1Chat
from llm_intercept.dialects.endpoint import Endpoint

__all__ = ["ENDPOINTS"]

ENDPOINTS: tuple[Endpoint, ...] = (
    CohereChat(),
    CohereV1Chat(),
    CohereGenerate(),
    CohereEmbed(),
    CohereV1Embed(),
    CohereTranscription(),
    CohereRerank(),
    CohereV1Rerank(),
    ListModels(),
    GetModel(),
    Tokenize(),
    Detokenize(),
    CheckKey(),
)
