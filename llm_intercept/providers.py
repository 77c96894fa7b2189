"""Who is who: a provider's hosts, the variables that hold its key, and the fingerprints that SDKs leave on a request.

To add a provider that speaks a known dialect: one line in `PROVIDERS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

from llm_intercept.wire import SentHeaders

__all__ = ["PROVIDERS", "Provider", "fingerprinted", "names", "provider_of", "speaking"]


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider.

    `hosts` are its API hosts, `*` standing for any text. `keys` are the variables of which an SDK wants one; the first is the
    one to fill, so it is one that no other service reads. `profiles` are files that give a credential too. `path` is a regular
    expression for the start of its API's paths, where its hosts serve other things as well. `agent` is one for its SDK's user
    agent, and `port` where it listens on its user's own machine: they tell who answers at a host that is nobody's.
    """

    name: str
    hosts: tuple[str, ...]
    keys: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    path: str = "/"
    agent: str = ""
    port: int = 0


PROVIDERS: tuple[Provider, ...] = (
    Provider("openai", ("api.openai.com", "*.api.openai.com"), ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY")),
    Provider("azure", ("*.openai.azure.com", "*.services.ai.azure.com", "*.cognitiveservices.azure.com"),
             ("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN", "AZURE_API_KEY", "AZURE_AD_TOKEN"),
             path="/(openai|models|anthropic)/", agent=r"(async)?azureopenai/|.*azsdk-python-ai-inference/"),
    Provider("anthropic", ("api.anthropic.com", "aws-external-anthropic.*.api.aws", "claude.googleapis.com"),
             ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE", "ANTHROPIC_CONFIG_DIR",
              "ANTHROPIC_FEDERATION_RULE_ID"),
             ("~/.config/anthropic/active_config", "~/.config/anthropic/configs/default.json"),
             agent=r"(async)?anthropic[a-z]*/"),
    Provider("groq", ("api.groq.com",), ("GROQ_API_KEY",), agent=r"(async)?groq/python "),
    Provider("together", ("api.together.ai", "api.together.xyz", "api-inference.together.ai"),
             ("TOGETHER_API_KEY", "TOGETHER_AI_API_KEY", "TOGETHERAI_API_KEY", "TOGETHER_AI_TOKEN"),
             agent=r"(async)?together/python "),
    Provider("mistral", ("api.mistral.ai", "api.*.mistral.ai", "codestral.mistral.ai"), ("MISTRAL_API_KEY",),
             agent="speakeasy-sdk/python .*mistralai|mistral-client-python/"),
    Provider("deepseek", ("api.deepseek.com",), ("DEEPSEEK_API_KEY",)),
    Provider("xai", ("api.x.ai", "*.api.x.ai"), ("XAI_API_KEY",)),
    Provider("openrouter", ("openrouter.ai",), ("OPENROUTER_API_KEY",), path="/api/"),
    Provider("cerebras", ("api.cerebras.ai",), ("CEREBRAS_API_KEY",), agent=r"(async)?cerebras/python "),
    Provider("fireworks", ("api.fireworks.ai",),
             ("FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY", "FIREWORKSAI_API_KEY", "FIREWORKS_AI_TOKEN"),
             agent=r"(async)?fireworks/python "),
    Provider("perplexity", ("api.perplexity.ai",), ("PERPLEXITY_API_KEY", "PERPLEXITYAI_API_KEY", "PPLX_API_KEY"),
             agent=r"(async)?perplexity/python "),
    Provider("sambanova", ("api.sambanova.ai",), ("SAMBANOVA_API_KEY",)),
    Provider("nvidia", ("integrate.api.nvidia.com",), ("NVIDIA_API_KEY", "NVIDIA_NIM_API_KEY")),
    Provider("moonshot", ("api.moonshot.ai", "api.moonshot.cn"), ("MOONSHOT_API_KEY",)),
    Provider("zai", ("api.z.ai", "open.bigmodel.cn"), ("ZAI_API_KEY",)),
    # its token is the hub's as well, where a fake one is refused even for what is public: none is filled, and no SDK demands one
    Provider("huggingface", ("router.huggingface.co", "api-inference.huggingface.co")),
    Provider("github", ("models.github.ai", "models.inference.ai.azure.com")),  # its token is all of GitHub's
    Provider("gemini", ("generativelanguage.googleapis.com",), ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
             agent="google-genai-sdk/"),
    Provider("vertex", ("aiplatform.googleapis.com", "*-aiplatform.googleapis.com", "aiplatform.*.rep.googleapis.com"),
             path=r".*/(publishers/|interactions\b|endpoints/[^/]+(:|%3[aA])(generateContent|streamGenerateContent|countTokens))"),
    Provider("bedrock", ("bedrock-runtime.*.amazonaws.com", "bedrock-runtime-fips.*.amazonaws.com", "bedrock-mantle.*.api.aws",
                         "bedrock-runtime.*.amazonaws.com.cn", "bedrock-runtime.*.api.aws", "bedrock-runtime-fips.*.api.aws",
                         "*.bedrock-runtime.*.vpce.amazonaws.com", "bedrock-agent-runtime.*.amazonaws.com",
                         "bedrock-agent-runtime-fips.*.amazonaws.com"),
             path="/(?!knowledgebases/|sessions)"),  # which run no model
    Provider("cohere", ("api.cohere.com", "api.cohere.ai"), ("CO_API_KEY", "COHERE_API_KEY"), agent="cohere/"),
    Provider("ollama", ("ollama.com",), path="/(api|v1)/", port=11434),
    Provider("lmstudio", (), port=1234),
    Provider("replicate", ("api.replicate.com", "stream.replicate.com"), ("REPLICATE_API_TOKEN", "REPLICATE_API_KEY")),
    Provider("voyage", ("api.voyageai.com",), ("VOYAGE_API_KEY", "VOYAGE_API_KEY_PATH")),
    Provider("jina", ("api.jina.ai",), ("JINA_API_KEY", "JINA_AI_API_KEY")),
    Provider("scaleway", ("api.scaleway.ai",)),  # its key is all of Scaleway's
    Provider("dashscope", ("dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com", "dashscope-us.aliyuncs.com"),
             ("DASHSCOPE_API_KEY", "DASHSCOPE_API_KEY_FILE_PATH"), ("~/.dashscope/api_key",)),
    Provider("watsonx", ("*.ml.cloud.ibm.com",), ("WATSONX_APIKEY", "WATSONX_API_KEY", "WATSONX_TOKEN", "WX_API_KEY")),
    Provider("databricks", ("*.cloud.databricks.com", "*.gcp.databricks.com", "*.azuredatabricks.net"), path="/serving-endpoints/"),
    Provider("deepinfra", ("api.deepinfra.com",), ("DEEPINFRA_API_KEY", "DEEPINFRA_API_TOKEN")),
    Provider("nebius", ("api.studio.nebius.ai", "api.studio.nebius.com", "api.tokenfactory.nebius.com"), ("NEBIUS_API_KEY",)),
    Provider("hyperbolic", ("api.hyperbolic.xyz",), ("HYPERBOLIC_API_KEY",)),
    Provider("lambda", ("api.lambda.ai",), ("LAMBDA_API_KEY",)),
    Provider("ai21", ("api.ai21.com",), ("AI21_API_KEY",)),
    Provider("writer", ("api.writer.com",), ("WRITER_API_KEY",), agent=r"(async)?writer/python "),
    Provider("vercel", ("ai-gateway.vercel.sh",), ("AI_GATEWAY_API_KEY", "VERCEL_AI_GATEWAY_API_KEY", "VERCEL_OIDC_TOKEN")),
    Provider("meta", ("api.meta.ai", "api.llama.com"), ("META_API_KEY", "LLAMA_API_KEY")),
    Provider("reka", ("api.reka.ai",), ("REKA_API_KEY",)),
    Provider("baseten", ("inference.baseten.co",), ("BASETEN_API_KEY",)),
    Provider("pydantic", ("gateway.pydantic.info", "gateway.pydantic.dev", "gateway-us.pydantic.dev", "gateway-eu.pydantic.dev"),
             path="/proxy/"),
    Provider("helicone", ("ai-gateway.helicone.ai",), ("HELICONE_API_KEY",)),
    Provider("anyscale", ("api.endpoints.anyscale.com",), ("ANYSCALE_API_KEY",)),
    Provider("friendli", ("api.friendli.ai",), ("FRIENDLI_TOKEN", "FRIENDLIAI_API_KEY")),
    Provider("galadriel", ("api.galadriel.ai",), ("GALADRIEL_API_KEY",)),
    Provider("featherless", ("api.featherless.ai",), ("FEATHERLESS_AI_API_KEY", "FEATHERLESS_API_KEY")),
    Provider("nscale", ("inference.api.nscale.com",), ("NSCALE_API_KEY",)),
    Provider("novita", ("api.novita.ai",), ("NOVITA_API_KEY",)),
    Provider("modelscope", ("api-inference.modelscope.cn",)),
    Provider("publicai", ("api.publicai.co",), ("PUBLICAI_API_KEY",)),
    Provider("synthetic", ("api.synthetic.new",)),
    Provider("nanogpt", ("nano-gpt.com",), path="/api/"),
    Provider("poe", ("api.poe.com",), ("POE_API_KEY",)),
    Provider("chutes", ("llm.chutes.ai",), ("CHUTES_API_KEY",)),
    Provider("v0", ("api.v0.dev",), ("V0_API_KEY",)),
    Provider("morph", ("api.morphllm.com",), ("MORPH_API_KEY",)),
    Provider("inception", ("api.inceptionlabs.ai",), ("INCEPTION_API_KEY",)),
    Provider("minimax", ("api.minimax.io", "api.minimaxi.com"), ("MINIMAX_API_KEY",)),
    Provider("wandb", ("api.inference.wandb.ai",)),  # its key is all of Weights & Biases'
    Provider("volcengine", ("ark.*.volces.com", "ark.*.bytepluses.com"), ("ARK_API_KEY", "VOLCENGINE_API_KEY")),
    Provider("clarifai", ("api.clarifai.com",), path="/v2/ext/openai/"),
    Provider("edenai", ("api.edenai.run",)),
    Provider("gigachat", ("gigachat.devices.sberbank.ru",)),
)  # fmt: skip

#: Starts of header names that LLM SDKs send; other services' SDKs share them, so they count only together with a path that a
#: dialect knows.
FINGERPRINTS = (b"x-stainless-", b"anthropic-version")

#: User agents of LLM SDKs, which call nothing but LLM hosts with them.
USER_AGENTS = re.compile(
    rb"(async)?(azure|bedrock)?(openai|anthropic[a-z]*)/"
    rb"|(async)?(groq|together|fireworks|cerebras|perplexity|writer)/python "
    rb"|speakeasy-sdk/python .*mistralai|mistral-client-python/"
    rb"|(google-genai-sdk|cohere|ollama-python|lm15)/|.*azsdk-python-ai-inference/",
    re.IGNORECASE,
)

#: Those of SDKs that download with them as well, so that they count only together with a path that a dialect knows.
SHARED_AGENTS = re.compile(rb".*\bhf_hub/|replicate-python/|litellm/|dashscope/", re.IGNORECASE)

_EXACT = {host: provider for provider in PROVIDERS for host in provider.hosts if "*" not in host}
_GLOBS = tuple((re.compile(translate(host)), provider) for provider in PROVIDERS for host in provider.hosts if "*" in host)


@lru_cache(maxsize=4096)
def provider_of(host: str) -> Provider | None:
    """The provider whose API host this is."""
    found = _EXACT.get(host)
    if found is None:
        found = next((provider for glob, provider in _GLOBS if glob.match(host)), None)
    return found


def fingerprinted(headers: SentHeaders, *, path_known: bool) -> bool:
    """Whether an LLM SDK made the request, by what it leaves in the headers."""
    for name, value in headers:
        if len(name) == _LENGTH and name.lower() == b"user-agent":
            if _is_agent(value, path_known):
                return True
        elif path_known and name.lower().startswith(FINGERPRINTS):
            return True
    return False


#: Whose SDKs and whose ports are their own.
_AGENTS = tuple((re.compile(provider.agent.encode(), re.IGNORECASE), provider.name) for provider in PROVIDERS if provider.agent)
_PORTS = {provider.port: provider.name for provider in PROVIDERS if provider.port}


def speaking(port: int | None, headers: SentHeaders) -> str | None:
    """Who answers at a host that is no provider's, as far as the SDK that asks or the port tells."""
    for name, value in headers:
        if len(name) == _LENGTH and name.lower() == b"user-agent":
            found = _by_agent(value)
            if found is not None:
                return found
    return _PORTS.get(port or 0)


@lru_cache(maxsize=256)
def _by_agent(agent: bytes) -> str | None:
    return next((name for pattern, name in _AGENTS if pattern.match(agent)), None)


#: That of `user-agent`: every call of a process is asked for it, and few names have it.
_LENGTH = 10


@lru_cache(maxsize=256)
def _is_agent(agent: bytes, path_known: bool) -> bool:
    return bool(USER_AGENTS.match(agent) or (path_known and SHARED_AGENTS.match(agent)))


def names() -> Iterable[str]:
    """Every provider's name."""
    return (provider.name for provider in PROVIDERS)
