"""The wire APIs of providers who have one of their own, a file each."""

from __future__ import annotations

from llm_intercept.dialects.elsewhere import replicate_models
from llm_intercept.dialects.elsewhere.dashscope import DashScope, DashScopeMultimodal
from llm_intercept.dialects.elsewhere.dashscope_embeddings import DashScopeEmbeddings, DashScopeMultimodalEmbeddings
from llm_intercept.dialects.elsewhere.dashscope_models import DashScopeModels
from llm_intercept.dialects.elsewhere.dashscope_rerank import DashScopeRerank
from llm_intercept.dialects.elsewhere.features import FeatureExtraction
from llm_intercept.dialects.elsewhere.recognition import HuggingFaceRecognition
from llm_intercept.dialects.elsewhere.replicate import CancelPrediction, GetPrediction, Predictions, StreamPrediction
from llm_intercept.dialects.elsewhere.text_to_image import HuggingFaceImages
from llm_intercept.dialects.elsewhere.text_to_speech import HuggingFaceSpeech
from llm_intercept.dialects.elsewhere.voyage import VoyageContextualized, VoyageEmbeddings, VoyageMultimodal
from llm_intercept.dialects.elsewhere.voyage_rerank import VoyageRerank
from llm_intercept.dialects.elsewhere.watsonx import WatsonxChat, WatsonxGeneration
from llm_intercept.dialects.elsewhere.watsonx_embeddings import WatsonxEmbeddings
from llm_intercept.dialects.elsewhere.watsonx_rerank import WatsonxRerank
from llm_intercept.dialects.elsewhere.watsonx_tokens import WatsonxModels, WatsonxTokenization
from llm_intercept.dialects.endpoint import Endpoint
from llm_intercept.dialects.openai.chat import WriterChat

__all__ = ["ENDPOINTS"]

ENDPOINTS: tuple[Endpoint, ...] = (
    DashScope(),
    WatsonxChat(),
    WatsonxGeneration(),
    DashScopeMultimodal(),
    Predictions(),
    GetPrediction(),
    CancelPrediction(),
    StreamPrediction(),
    WriterChat(),
    DashScopeEmbeddings(),
    DashScopeMultimodalEmbeddings(),
    WatsonxEmbeddings(),
    VoyageEmbeddings(),
    VoyageMultimodal(),
    VoyageContextualized(),
    FeatureExtraction(),
    HuggingFaceRecognition(),
    HuggingFaceSpeech(),
    HuggingFaceImages(),
    DashScopeRerank(),
    DashScopeModels(),
    VoyageRerank(),
    WatsonxRerank(),
    WatsonxTokenization(),
    WatsonxModels(),
    replicate_models.ListModels(),
    replicate_models.GetModel(),
)
