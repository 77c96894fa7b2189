"""Mistral's own wire APIs, besides the OpenAI chat that it speaks."""

from __future__ import annotations

from llm_intercept.dialects.endpoint import Endpoint
from llm_intercept.dialects.mistral.chat import MistralAgents, MistralFim
from llm_intercept.dialects.mistral.conversation_state import (
    DeleteConversation,
    GetConversation,
    GetHistory,
    GetMessages,
    ListConversations,
)
from llm_intercept.dialects.mistral.conversations import MistralConversations
from llm_intercept.dialects.mistral.embeddings import MistralEmbeddings
from llm_intercept.dialects.mistral.model_list import DeleteModel, GetModel, ListModels
from llm_intercept.dialects.mistral.moderations import CLASSIFIERS
from llm_intercept.dialects.mistral.speech import MistralSpeech
from llm_intercept.dialects.mistral.transcription import MistralTranscription

__all__ = ["ENDPOINTS"]

ENDPOINTS: tuple[Endpoint, ...] = (
    MistralFim(),
    MistralAgents(),
    MistralEmbeddings(),
    MistralSpeech(),
    MistralTranscription(),
    MistralConversations(),
    ListConversations(),
    GetHistory(),
    GetMessages(),
    GetConversation(),
    DeleteConversation(),
    *CLASSIFIERS,
    ListModels(),
    GetModel(),
    DeleteModel(),
)
