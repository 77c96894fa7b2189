"""OpenAI's wire APIs, which many providers speak."""

from __future__ import annotations

from llm_intercept.dialects.endpoint import Endpoint
from llm_intercept.dialects.openai.chat import DatabricksInvocations, OpenAIChat
from llm_intercept.dialects.openai.completions import OpenAICompletions
from llm_intercept.dialects.openai.embeddings import AzureImageEmbeddings, DatabricksEmbeddings, OpenAIEmbeddings
from llm_intercept.dialects.openai.images import OpenAIImageEdits, OpenAIImages, OpenAIImageVariations
from llm_intercept.dialects.openai.images_kept import OpenAIImageFile
from llm_intercept.dialects.openai.model_list import MODELS
from llm_intercept.dialects.openai.moderations import OpenAIModeration
from llm_intercept.dialects.openai.rerank import CompatibleRerank
from llm_intercept.dialects.openai.responses import OpenAIResponses
from llm_intercept.dialects.openai.responses_conversations import CONVERSATIONS
from llm_intercept.dialects.openai.responses_state import STATE
from llm_intercept.dialects.openai.speech import OpenAISpeech
from llm_intercept.dialects.openai.stored import DeleteStored, ListStored, RetrieveStored, StoredMessages, UpdateStored
from llm_intercept.dialects.openai.transcription import OpenAITranscription, OpenAITranslation

__all__ = ["ENDPOINTS"]

ENDPOINTS: tuple[Endpoint, ...] = (
    OpenAIChat(),
    DatabricksEmbeddings(),  # its path is one of those
    DatabricksInvocations(),
    OpenAICompletions(),
    OpenAIEmbeddings(),
    AzureImageEmbeddings(),
    OpenAIImages(),
    OpenAIImageEdits(),
    OpenAIImageVariations(),
    OpenAIImageFile(),
    OpenAISpeech(),
    OpenAITranscription(),
    OpenAITranslation(),
    RetrieveStored(),
    UpdateStored(),
    DeleteStored(),
    StoredMessages(),
    ListStored(),
    OpenAIResponses(),
    *STATE,
    *CONVERSATIONS,
    OpenAIModeration(),
    CompatibleRerank(),
    *MODELS,
)
