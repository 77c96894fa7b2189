"""Ollama's wire APIs."""

from __future__ import annotations

from llm_intercept.dialects.endpoint import Endpoint
from llm_intercept.dialects.ollama.chat import OllamaChat
from llm_intercept.dialects.ollama.embed import OllamaEmbed, OllamaEmbeddings
from llm_intercept.dialects.ollama.generate import OllamaGenerate
from llm_intercept.dialects.ollama.model_list import CopyModel, DeleteModel, ListModels, RunningModels, ServerVersion, ShowModel
from llm_intercept.dialects.ollama.pull import CreateModel, PullModel, PushModel

__all__ = ["ENDPOINTS"]

ENDPOINTS: tuple[Endpoint, ...] = (
    OllamaChat(),
    OllamaGenerate(),
    OllamaEmbed(),
    OllamaEmbeddings(),
    ListModels(),
    RunningModels(),
    ShowModel(),
    PullModel(),
    PushModel(),
    CreateModel(),
    CopyModel(),
    DeleteModel(),
    ServerVersion(),
)
