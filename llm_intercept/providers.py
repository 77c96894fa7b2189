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

__all__ = ["PROVIDERS", "Provider", "fingerprinted", "names", "provider_of"]


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider.

    `hosts` are its API hosts, `*` standing for any text. `keys` are the variables of which an SDK wants one; the first is the
    one to fill. `profiles` are files that give a credential too. `path` is a regular expression for the start of its API's
    paths, where its hosts serve other things as well.
    """

    name: str
    hosts: tuple[str, ...]
    keys: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    path: str = "/"


PROVIDERS: tuple[Provider, ...] = (
    Provider("openai", ("api.openai.com", "*.api.openai.com"), ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY")),
    Provider("azure", ("*.openai.azure.com", "*.services.ai.azure.com", "*.cognitiveservices.azure.com"),
             ("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN"),
             path="/(openai|models|anthropic)/"),
    Provider("anthropic", ("api.anthropic.com",),
             ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE", "ANTHROPIC_CONFIG_DIR",
              "ANTHROPIC_FEDERATION_RULE_ID"),
             ("~/.config/anthropic/active_config", "~/.config/anthropic/configs/default.json")),
    Provider("groq", ("api.groq.com",), ("GROQ_API_KEY",)),
    Provider("together", ("api.together.ai", "api.together.xyz", "api-inference.together.ai"), ("TOGETHER_API_KEY",)),
    Provider("mistral", ("api.mistral.ai", "api.*.mistral.ai", "codestral.mistral.ai"), ("MISTRAL_API_KEY",)),
    Provider("deepseek", ("api.deepseek.com",), ("DEEPSEEK_API_KEY",)),
    Provider("xai", ("api.x.ai",), ("XAI_API_KEY",)),
    Provider("openrouter", ("openrouter.ai",), ("OPENROUTER_API_KEY",), path="/api/"),
    Provider("cerebras", ("api.cerebras.ai",), ("CEREBRAS_API_KEY",)),
    Provider("fireworks", ("api.fireworks.ai",), ("FIREWORKS_API_KEY",)),
    Provider("perplexity", ("api.perplexity.ai",), ("PERPLEXITY_API_KEY",)),
    Provider("sambanova", ("api.sambanova.ai",), ("SAMBANOVA_API_KEY",)),
    Provider("nvidia", ("integrate.api.nvidia.com",), ("NVIDIA_API_KEY",)),
    Provider("moonshot", ("api.moonshot.ai", "api.moonshot.cn"), ("MOONSHOT_API_KEY",)),
    Provider("zai", ("api.z.ai", "open.bigmodel.cn"), ("ZAI_API_KEY",)),
    Provider("huggingface", ("router.huggingface.co", "api-inference.huggingface.co")),
    Provider("github", ("models.github.ai", "models.inference.ai.azure.com")),
    Provider("gemini", ("generativelanguage.googleapis.com",)),
    Provider("vertex", ("aiplatform.googleapis.com", "*-aiplatform.googleapis.com", "aiplatform.*.rep.googleapis.com"),
             path=".*/publishers/"),
    Provider("bedrock", ("bedrock-runtime.*.amazonaws.com", "bedrock-runtime-fips.*.amazonaws.com", "bedrock-mantle.*.api.aws")),
    Provider("cohere", ("api.cohere.com", "api.cohere.ai")),
    Provider("replicate", ("api.replicate.com",)),
    Provider("voyage", ("api.voyageai.com",)),
    Provider("dashscope", ("dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com")),
    Provider("deepinfra", ("api.deepinfra.com",)),
    Provider("nebius", ("api.studio.nebius.ai", "api.studio.nebius.com")),
    Provider("hyperbolic", ("api.hyperbolic.xyz",)),
    Provider("lambda", ("api.lambda.ai",)),
    Provider("ai21", ("api.ai21.com",)),
    Provider("writer", ("api.writer.com",)),
    Provider("vercel", ("ai-gateway.vercel.sh",)),
)  # fmt: skip

#: Starts of header names that LLM SDKs send, and of their user agents; other services' SDKs share the former, so they count only
#: together with a path that a dialect knows.
FINGERPRINTS = (b"x-stainless-", b"anthropic-version")
USER_AGENTS = re.compile(rb"(async)?(azure|bedrock)?(openai|anthropic[a-z]*)/", re.IGNORECASE)

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
        lower = name.lower()
        if lower == b"user-agent" and USER_AGENTS.match(value):
            return True
        if path_known and lower.startswith(FINGERPRINTS):
            return True
    return False


def names() -> Iterable[str]:
    """Every provider's name."""
    return (provider.name for provider in PROVIDERS)
