"""Google's wire APIs: Gemini's own, and Vertex AI's."""

from __future__ import annotations

from llm_intercept.dialects.endpoint import Endpoint
from llm_intercept.dialects.gemini.compute_tokens import ComputeTokens
from llm_intercept.dialects.gemini.count_tokens import CountTokens, VertexCountTokens
from llm_intercept.dialects.gemini.embeddings import (
    BatchEmbedContents,
    EmbedContent,
    VertexBatchEmbedContents,
    VertexEmbedContent,
)
from llm_intercept.dialects.gemini.generate import (
    GenerateContent,
    StreamGenerateContent,
    VertexGenerateContent,
    VertexStreamGenerateContent,
)
from llm_intercept.dialects.gemini.imagen import PredictImages, VertexPredictImages
from llm_intercept.dialects.gemini.interactions import Interactions
from llm_intercept.dialects.gemini.interactions_state import CancelInteraction, DeleteInteraction, GetInteraction
from llm_intercept.dialects.gemini.model_list import GetModel, ListModels, VertexGetModel, VertexListModels
from llm_intercept.dialects.gemini.predict import PredictEmbeddings, PredictMultimodal

__all__ = ["ENDPOINTS"]

#: Vertex's come first: the end of their paths is that of Gemini's.
ENDPOINTS: tuple[Endpoint, ...] = (
    VertexGenerateContent(),
    VertexStreamGenerateContent(),
    VertexCountTokens(),
    VertexEmbedContent(),
    VertexBatchEmbedContents(),
    PredictEmbeddings(),
    PredictMultimodal(),
    VertexPredictImages(),
    GenerateContent(),
    StreamGenerateContent(),
    CountTokens(),
    EmbedContent(),
    BatchEmbedContents(),
    PredictImages(),
    Interactions(),
    GetInteraction(),
    CancelInteraction(),
    DeleteInteraction(),
    ComputeTokens(),
    VertexListModels(),
    VertexGetModel(),
    ListModels(),
    GetModel(),
)
