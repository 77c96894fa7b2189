"""Which model judges what, SDK by SDK: names alone, so that an SDK is imported when it is asked for.

To have another document judged: one line. Several names of a model are those of several majors, the newest first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from llm_intercept.doctor.judges.judge import Judge
from llm_intercept.doctor.judges.pydantic import Enveloped, Listed, Paged, Pydantic
from llm_intercept.doctor.judges.service import Service
from llm_intercept.doctor.judges.typed import Loose, Typed

__all__ = ["DISTRIBUTIONS", "JUDGES", "Named"]


class Named(NamedTuple):
    """A judge by what it is made of: `module:Type` for a class, a shape's name for botocore's."""

    kind: type[Judge]
    names: tuple[str, ...]

    def judge(self) -> Judge:
        """The judge of the first of these that is there; `ImportError` or `AttributeError` where none is."""
        *others, last = self.names
        for name in others:
            try:
                return self.kind.named(name)
            except (ImportError, AttributeError):  # another major's
                continue
        return self.kind.named(last)


def _models(*modules: str, kind: type[Judge] = Pydantic, **models: str) -> dict[str, Named]:
    """Judges by their names, `_` for a blank, of models in one module."""
    return {name.replace("_", " "): Named(kind, tuple(f"{module}:{model}" for module in modules)) for name, model in models.items()}


def _completions(package: str) -> dict[str, Named]:
    """What the SDKs that are generated as openai's call the two forms of a chat completion."""
    return _models(f"{package}.types.chat", chat_body="ChatCompletion", chat_event="ChatCompletionChunk")


#: The SDK's name here, and the distribution that has the models.
DISTRIBUTIONS: Mapping[str, str] = {
    "openai": "openai",
    "anthropic": "anthropic",
    "google": "google-genai",
    "groq": "groq",
    "together": "together",
    "huggingface": "huggingface-hub",
    "bedrock": "botocore",
    "cohere": "cohere",
    "mistralai": "mistralai",
    "ollama": "ollama",
    "fireworks": "fireworks-ai",
    "cerebras": "cerebras-cloud-sdk",
    "writer": "writer-sdk",
}

#: By the SDK's name here, and by what the document is called.
JUDGES: Mapping[str, Mapping[str, Named]] = {
    "openai": {
        **_completions("openai"),
        **_models("openai.types.chat", chat_deleted="ChatCompletionDeleted"),
        **_models("openai.types", completions_body="Completion", completions_event="Completion"),
        **_models(
            "openai.types.responses",
            responses_body="Response",
            responses_event="ResponseStreamEvent",
            responses_compact_body="CompactedResponse",
        ),
        "responses input_items body": Named(Pydantic, ("openai.types.responses:ResponseItemList",)),
        "responses input_tokens body": Named(
            Pydantic, ("openai.types.responses.input_token_count_response:InputTokenCountResponse",)
        ),
        **_models(
            "openai.types.shared",
            kind=Enveloped,
            chat_error="ErrorObject",
            completions_error="ErrorObject",
            responses_error="ErrorObject",
        ),
        **_models(
            "openai.types",
            embeddings_body="CreateEmbeddingResponse",
            images_body="ImagesResponse",
            images_event="ImageGenStreamEvent",
            moderations_body="ModerationCreateResponse",
            model_body="Model",
        ),
        **_models("openai.types", kind=Listed, models_body="Model"),
    },
    # The SDK drops pings and raises errors before its models see a stream's events; they have none there.
    "anthropic": {
        **_models(
            "anthropic.types",
            messages_body="Message",
            messages_event="RawMessageStreamEvent",
            messages_error="ErrorResponse",
            beta_messages_error="BetaErrorResponse",
            complete_body="Completion",
            complete_event="Completion",
            model_body="ModelInfo",
        ),
        **_models("anthropic.types", kind=Paged, models_body="ModelInfo"),
        **_models("anthropic.types.beta", beta_messages_body="BetaMessage", beta_messages_event="BetaRawMessageStreamEvent"),
        "count_tokens body": Named(Pydantic, ("anthropic.types:MessageTokensCount",)),
        "beta count_tokens body": Named(Pydantic, ("anthropic.types.beta:BetaMessageTokensCount",)),
    },
    # The SDK makes these objects from the body without the headers that it adds itself.
    "google": {
        **_models(
            "google.genai.types",
            generate_body="GenerateContentResponse",
            generate_event="GenerateContentResponse",
            embed_body="EmbedContentResponse",
        ),
        "generate error": Named(Typed, ("llm_intercept.doctor.judges.google:Error",)),
        "count_tokens body": Named(Pydantic, ("google.genai.types:CountTokensResponse",)),
        **_models("google.genai.interactions", interactions_body="Interaction", interactions_event="InteractionSSEEvent"),
    },
    "groq": {
        **_completions("groq"),
        **_models("groq.types", embeddings_body="CreateEmbeddingResponse", models_body="ModelListResponse", model_body="Model"),
        **_models("groq.types", kind=Enveloped, chat_error="ErrorObject"),
    },
    "together": {
        **_completions("together"),
        **_models("together.types", completions_body="Completion", completions_event="CompletionChunk"),
        **_models("together.types", embeddings_body="Embedding", rerank_body="RerankCreateResponse", images_body="ImageFile"),
    },
    "fireworks": {
        **_models("fireworks.types.chat.completion_create_response", chat_body="CompletionCreateResponse"),
        **_models("fireworks.types.chat.chat_completion_chunk", chat_event="ChatCompletionChunk"),
    },
    "cerebras": _models("cerebras.cloud.sdk.types.chat.chat_completion", chat_body="ChatCompletion", chat_event="ChatCompletion"),
    "writer": _models("writerai.types", chat_body="ChatCompletion", chat_event="ChatCompletionChunk"),
    # Its own parser makes None of a field that is missing, and streams lack many (a continued tool call its id), so an event is
    # judged by its types and keys alone; a body must have what the dataclass asks for.
    "huggingface": {
        **_models("huggingface_hub", kind=Typed, chat_body="ChatCompletionOutput", generate_body="TextGenerationOutput"),
        **_models(
            "huggingface_hub", kind=Loose, chat_event="ChatCompletionStreamOutput", generate_event="TextGenerationStreamOutput"
        ),
    },
    # An error's class stands in a header; "error" is what the bodies of nearly all have in common.
    "bedrock": {
        "converse body": Named(Service, ("ConverseResponse",)),
        "converse event": Named(Service, ("ConverseStreamOutput",)),
        "converse error": Named(Service, ("ValidationException",)),
        "count_tokens body": Named(Service, ("CountTokensResponse",)),
        "error": Named(Service, ("ValidationException",)),
        **{
            f"{name} error": Named(Service, (name,))
            for name in (
                "AccessDeniedException",
                "InternalServerException",
                "ModelErrorException",
                "ModelNotReadyException",
                "ModelStreamErrorException",
                "ModelTimeoutException",
                "ResourceNotFoundException",
                "ServiceQuotaExceededException",
                "ServiceUnavailableException",
                "ThrottlingException",
                "ValidationException",
            )
        },
    },
    "cohere": {
        **_models(
            "cohere.v2.types",
            v2_chat_body="V2ChatResponse",
            v2_chat_event="V2ChatStreamResponse",
            v2_rerank_body="V2RerankResponse",
        ),
        **_models(
            "cohere.types",
            v1_chat_body="NonStreamedChatResponse",
            v1_chat_event="StreamedChatResponse",
            v1_embed_body="EmbedResponse",
            v2_embed_body="EmbedByTypeResponse",
            v1_rerank_body="RerankResponse",
            models_body="ListModelsResponse",
            model_body="GetModelResponse",
            tokenize_body="TokenizeResponse",
            detokenize_body="DetokenizeResponse",
        ),
    },
    # The SDK's events are what its own reader made of a line; `data` alone is on the wire.
    "mistralai": {
        **_models(
            "mistralai.client.models",
            "mistralai.models",
            chat_body="ChatCompletionResponse",
            chat_event="CompletionChunk",
            fim_body="FIMCompletionResponse",
            fim_event="CompletionChunk",
            agents_body="ChatCompletionResponse",
            agents_event="CompletionChunk",
            conversations_body="ConversationResponse",
            conversations_event="ConversationEventsData",
            conversations_history_body="ConversationHistory",
            conversations_messages_body="ConversationMessages",
            embeddings_body="EmbeddingResponse",
            moderations_body="ModerationResponse",
            classifications_body="ClassificationResponse",
            models_body="ModelList",
        ),
        **_models("mistralai.client.errors.httpvalidationerror", "mistralai.models", validation_error="HTTPValidationErrorData"),
    },
    # One line of a stream is one of them, whole.
    "ollama": {
        **_models(
            "ollama",
            chat_body="ChatResponse",
            chat_event="ChatResponse",
            generate_body="GenerateResponse",
            generate_event="GenerateResponse",
            embed_body="EmbedResponse",
            embeddings_body="EmbeddingsResponse",
            tags_body="ListResponse",
            show_body="ShowResponse",
            ps_body="ProcessResponse",
        ),
        **_models("builtins", kind=Enveloped, chat_error="str", generate_error="str"),
    },
}
