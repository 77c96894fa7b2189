"""Every SDK that is probed. To add one: one entry."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from llm_intercept.doctor.probes.probe import Ask, Made, Probe, ways

__all__ = ["PROBES"]

KEY = "not-a-key"
USER = [{"role": "user", "content": "Are you there?"}]
STREAM = {"stream": True}


def _clients(module: str, *names: str, **given: Any) -> list[Made]:
    return [Made(f"{module}:{name}", given) for name in names]


def _stainless(distribution: str, module: str, name: str, **more: Any) -> Probe:
    """An SDK that is generated as openai's is, and speaks its chat."""
    pair = _clients(module, name, f"Async{name}", **{"api_key": KEY, "max_retries": 0, **more})
    return Probe(distribution, {name: ways(pair, "chat.completions.create", STREAM, model="m", messages=USER)})


def _inside(package: str, folder: str) -> str:
    """A folder of a package, which is not imported; nothing where it is not installed."""
    found = find_spec(package)
    return "".join(f"{place}/{folder}" for place in (found.submodule_search_locations or ())) if found else ""


LITELLM = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION"}
OPENAI: Mapping[str, Any] = {"api_key": KEY, "max_retries": 0}
AZURE: Mapping[str, Any] = {**OPENAI, "azure_endpoint": "https://mine.openai.azure.com", "api_version": "2024-10-21"}
MESSAGE: Mapping[str, Any] = {"model": "claude-haiku-4-5", "max_tokens": 99, "messages": USER}
CLAUDE: Mapping[str, Any] = {"api_key": KEY, "max_retries": 0}
ON_VERTEX: Mapping[str, Any] = {"region": "us-east5", "project_id": "p", "access_token": KEY, "max_retries": 0}
ON_BEDROCK: Mapping[str, Any] = {"aws_region": "us-east-1", "aws_access_key": KEY, "aws_secret_key": KEY, "max_retries": 0}
GEMINI: Mapping[str, Any] = {"model": "gemini-2.5-flash", "contents": "Are you there?"}
CREDENTIALS = Made("google.oauth2.credentials:Credentials", {"token": KEY})
VERTEX: Mapping[str, Any] = {"vertexai": True, "project": "p", "location": "us-east5", "credentials": CREDENTIALS}
CONVERSE: Mapping[str, Any] = {
    "modelId": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "messages": [{"role": "user", "content": [{"text": "Are you there?"}]}],
}
AWS: Mapping[str, Any] = {
    "service_name": "bedrock-runtime",
    "region_name": "us-east-1",
    "aws_access_key_id": KEY,
    "aws_secret_access_key": KEY,
}
REALTIME = "wss://api.openai.com/v1/realtime?model=gpt-realtime"
AZURE_AI: Mapping[str, Any] = {
    "endpoint": "https://mine.services.ai.azure.com/models",
    "credential": Made("azure.core.credentials:AzureKeyCredential", {"key": KEY}),
    "retry_total": 0,
}


def _google(**given: Any) -> Mapping[str, Ask]:
    """One client, whose async methods are `aio`'s."""
    [client] = _clients("google.genai", "Client", **given)
    close = (".close", ".aio.aclose")
    return ways([client, client], "models.generate_content", "models.generate_content_stream", a="aio.{}", close=close, **GEMINI)


def _litellm(model: str) -> Mapping[str, Ask]:
    asked = {"model": model, "messages": USER, "api_key": KEY, "max_tokens": 99, "num_retries": 0, "no-log": True}
    return ways(["litellm", "litellm"], "completion", STREAM, a="a{}", close=("", "litellm:close_litellm_async_clients"), **asked)


PROBES: tuple[Probe, ...] = (
    Probe("openai", {
        "OpenAI": ways(_clients("openai", "OpenAI", "AsyncOpenAI", **OPENAI), "chat.completions.create", STREAM,
                       model="gpt-4o", messages=USER),
        "OpenAI's responses": ways(_clients("openai", "OpenAI", "AsyncOpenAI", **OPENAI), "responses.create", STREAM,
                                   model="gpt-4o", input="Are you there?"),
        "AzureOpenAI": ways(_clients("openai", "AzureOpenAI", "AsyncAzureOpenAI", **AZURE), "chat.completions.create", STREAM,
                            model="gpt-4o", messages=USER),
    }),
    Probe("anthropic", {
        "Anthropic": ways(_clients("anthropic", "Anthropic", "AsyncAnthropic", **CLAUDE), "messages.create", STREAM, **MESSAGE),
        "AnthropicBedrock": ways(_clients("anthropic", "AnthropicBedrock", "AsyncAnthropicBedrock", **ON_BEDROCK),
                                 "messages.create", STREAM, **MESSAGE),
        "AnthropicVertex": ways(_clients("anthropic", "AnthropicVertex", "AsyncAnthropicVertex", **ON_VERTEX),
                                "messages.create", STREAM, **MESSAGE),
    }),
    Probe("google-genai", {"Client": _google(api_key=KEY), "Client on Vertex": _google(**VERTEX)}),
    Probe("mistralai", {
        "Mistral": ways(_clients("mistralai.client", "Mistral", "Mistral", api_key=KEY), "chat.complete", "chat.stream",
                        a="{}_async", model="mistral-medium-latest", messages=USER),
    }),
    Probe("cohere", {
        "ClientV2": ways(_clients("cohere", "ClientV2", "AsyncClientV2", api_key=KEY), "chat", "chat_stream",
                         model="command-a-03-2025", messages=USER),
        "Client": ways(_clients("cohere", "Client", "AsyncClient", api_key=KEY), "chat", "chat_stream", message="Are you there?"),
    }),
    _stainless("groq", "groq", "Groq"),
    _stainless("together", "together", "Together"),
    Probe("ollama", {
        "Client": ways(_clients("ollama", "Client", "AsyncClient", host="http://127.0.0.1:11434"), "chat", STREAM,
                       model="llama3.2", messages=USER),
    }),
    Probe("huggingface-hub", {
        "InferenceClient": ways(_clients("huggingface_hub", "InferenceClient", "AsyncInferenceClient", api_key="hf_not_a_key"),
                                "chat_completion", STREAM, model="meta-llama/Llama-3.1-8B-Instruct", messages=USER),
    }),
    Probe("boto3", {
        "bedrock-runtime": ways([Made("client", AWS, Made("boto3:Session"))], "converse", "converse_stream", **CONVERSE),
    }),
    Probe("botocore", {
        "bedrock-runtime": ways([Made("create_client", AWS, Made("botocore.session:Session"))], "converse", "converse_stream",
                                **CONVERSE),
    }),
    Probe("aiobotocore", {
        "bedrock-runtime": ways([None, Made("create_client", AWS, Made("aiobotocore.session:AioSession"))],
                                "converse", "converse_stream", **CONVERSE),
    }),
    Probe(
        "litellm",
        {model: _litellm(model) for model in ("openai/gpt-4o", "anthropic/claude-haiku-4-5", "gemini/gemini-2.5-flash")},
        aside={
            **{f"litellm:{name}": [] for name in (
                "callbacks", "input_callback", "success_callback", "failure_callback", "service_callback",
                "_async_input_callback", "_async_success_callback", "_async_failure_callback",
            )},
            **{f"litellm:{name}": None for name in (
                "api_base", "api_key", "cache", "client_session", "aclient_session", "headers", "num_retries",
            )},
            "litellm:in_memory_llm_clients_cache": Made("litellm:LLMClientCache"),
            "litellm:suppress_debug_info": True,
        },
        environment={**LITELLM, "TIKTOKEN_CACHE_DIR": _inside("litellm", "litellm_core_utils/tokenizers")},
    ),
    Probe("replicate", {
        "Client": ways(_clients("replicate", "Client", "Client", api_token=KEY), "run", "stream", a="async_{}",
                       ref="meta/meta-llama-3-8b-instruct", input={"prompt": "Are you there?"}),
    }),
    Probe("dashscope", {
        "Generation": ways(["dashscope:Generation", "dashscope:AioGeneration"], "call", STREAM, model="qwen-plus", messages=USER,
                           api_key=KEY, close=("", "dashscope.api_entities.aio_session:close_shared_aio_session")),
    }),
    _stainless("cerebras-cloud-sdk", "cerebras.cloud.sdk", "Cerebras", warm_tcp_connection=False),
    _stainless("fireworks-ai", "fireworks", "Fireworks"),
    _stainless("perplexityai", "perplexity", "Perplexity"),
    Probe("writer-sdk", {
        "Writer": ways(_clients("writerai", "Writer", "AsyncWriter", api_key=KEY, max_retries=0), "chat.chat", STREAM,
                       model="palmyra-x5", messages=USER),
    }),
    Probe("voyageai", {
        "Client": {
            way: Ask(Made(f"voyageai:{name}", {"api_key": KEY}), "embed", {"texts": ["Are you there?"], "model": "voyage-3.5"})
            for way, name in (("sync", "Client"), ("async", "AsyncClient"))
        },
    }),
    Probe("azure-ai-inference", {
        "ChatCompletionsClient": ways(
            [Made(f"azure.ai.inference{part}:ChatCompletionsClient", AZURE_AI) for part in ("", ".aio")],
            "complete", STREAM, model="gpt-4o", messages=USER,
        ),
    }),
    Probe("dspy", {
        "LM": {
            way: Ask(Made("dspy:LM", {"model": "openai/gpt-4o", "api_key": KEY, "cache": False}), method, {"messages": USER})
            for way, method in (("sync", "__call__"), ("async", "acall"))
        },
    }, vendored=("lm15",), environment=LITELLM),
    # What is made already when there is a client, or a connection, has no method to be asked.
    Probe("xai-sdk", {"Client": {"sync": Ask(Made("xai_sdk:Client", {"api_key": KEY}), "", {})}}, "refused"),
    Probe("grpcio", {"secure_channel": {"sync": Ask(
        Made("grpc:secure_channel", {"target": "api.x.ai:443", "credentials": Made("grpc:ssl_channel_credentials")}), "", {},
    )}}, "refused"),
    Probe("websockets", {"connect": {"sync": Ask(Made("websockets.sync.client:connect", {"uri": REALTIME}), "", {})}}, "refused"),
    Probe("websocket-client", {"create_connection": {"sync": Ask(
        Made("websocket:create_connection", {"url": REALTIME}), "", {},
    )}}, "refused"),
)  # fmt: skip
