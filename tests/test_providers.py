"""Who is who: hosts belong to one provider, and an SDK is known by what it leaves in the headers."""

from __future__ import annotations

import re
from itertools import combinations

import anthropic
import openai
import pytest

from llm_intercept import intercept, providers, reply, thinking
from llm_intercept.providers import PROVIDERS, Provider, fingerprinted, names, provider_of, speaking

HOSTS = [(provider, host) for provider in PROVIDERS for host in provider.hosts]
EACH = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)


def examples(host: str) -> list[str]:
    return [host.replace("*", filled) for filled in ("a", "a-b", "a.b")] if "*" in host else [host]


@pytest.mark.parametrize(("provider", "host"), HOSTS, ids=[host for _, host in HOSTS])
def test_a_host_belongs_to_its_provider_alone(provider: Provider, host: str) -> None:
    assert [provider_of(one) for one in examples(host)] == [provider] * len(examples(host))
    patterns = [re.compile(re.escape(other).replace(r"\*", ".*")) for owner, other in HOSTS if owner is not provider]
    assert not [pattern.pattern for pattern in patterns for one in examples(host) if pattern.fullmatch(one)]


def test_no_host_stands_twice() -> None:
    hosts = [host for _, host in HOSTS]
    assert sorted(hosts) == sorted(set(hosts))


@EACH
def test_a_provider_has_a_lower_case_name_and_lower_case_hosts(provider: Provider) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", provider.name)
    assert provider.hosts or provider.port
    assert all(re.fullmatch(r"[a-z0-9.*-]+\.[a-z]+", host) for host in provider.hosts)


@EACH
def test_a_providers_key_variables_are_its_own(provider: Provider) -> None:
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]*", key) for key in provider.keys)
    assert not [other.name for other in PROVIDERS if other is not provider and set(other.keys) & set(provider.keys)]


def test_every_name_stands_once() -> None:
    listed = list(names())
    assert listed == [provider.name for provider in PROVIDERS]
    assert all(first != second for first, second in combinations(listed, 2))


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "localhost",
        "openai.com",
        "www.openai.com",
        "platform.openai.com",
        "api.openai.com.example.com",
        "xapi.openai.com",
        "notapi.anthropic.com",
        "openai.azure.com",
        "api.openai.org",
        "",
    ],
)
def test_other_hosts_belong_to_nobody(host: str) -> None:
    assert provider_of(host) is None


CLIENTS = {
    "OpenAI": openai.OpenAI,
    "AsyncOpenAI": openai.AsyncOpenAI,
    "Anthropic": anthropic.Anthropic,
    "AsyncAnthropic": anthropic.AsyncAnthropic,
    "AzureOpenAI": lambda api_key: openai.AzureOpenAI(api_key=api_key, azure_endpoint="https://a.test", api_version="1"),
    "AsyncAzureOpenAI": lambda api_key: openai.AsyncAzureOpenAI(api_key=api_key, azure_endpoint="https://a.test", api_version="1"),
}


@pytest.mark.parametrize("path_known", [False, True])
@pytest.mark.parametrize("name", CLIENTS)
def test_an_sdk_is_known_by_its_user_agent(name: str, path_known: bool) -> None:
    client = CLIENTS[name](api_key="k")
    headers = ((b"accept", b"*/*"), (b"User-Agent", client.user_agent.encode()))
    assert fingerprinted(headers, path_known=path_known)


@pytest.mark.parametrize(
    ("header", "alone"),
    [
        ((b"X-Stainless-Lang", b"python"), False),
        ((b"anthropic-version", b"2023-06-01"), False),
        ((b"USER-AGENT", b"OpenAI/Python 1.0"), True),
    ],
)
def test_a_header_that_other_sdks_share_counts_only_with_a_known_path(header: tuple[bytes, bytes], alone: bool) -> None:
    assert fingerprinted((header,), path_known=True)
    assert fingerprinted((header,), path_known=False) is alone


@pytest.mark.parametrize(
    "agent",
    [
        b"unknown/None; hf_hub/2.4.0; python/3.11.1; torch/2",
        b"replicate-python/1.0.7",
        b"litellm/1.109.1",
        b"dashscope/2.0.2; python/3.11",
    ],
)
def test_an_sdk_that_downloads_too_counts_only_with_a_known_path(agent: bytes) -> None:
    assert fingerprinted(((b"user-agent", agent),), path_known=True)
    assert not fingerprinted(((b"user-agent", agent),), path_known=False)


@pytest.mark.parametrize("path_known", [False, True])
@pytest.mark.parametrize(
    "header",
    [
        (b"user-agent", b"python-httpx/0.28"),
        (b"user-agent", b"myapp openai/1"),
        (b"user-agent", b"groq/1"),
        (b"user-agent", b"speakeasy-sdk/python 1.0.0 other"),
        (b"user-agent", b"azsdk-python-storage-blob/12"),
        (b"x-goog-api-client", b"gl-python/3.11 auth/2.62"),
        (b"x-custom", b"openai/1"),
        (b"authorization", b"k"),
    ],
)
def test_other_headers_are_nobodys_fingerprint(header: tuple[bytes, bytes], path_known: bool) -> None:
    assert not fingerprinted((header,), path_known=path_known)


@pytest.mark.parametrize(
    ("agent", "port", "who"),
    [
        (b"Groq/Python 1.7.0", 443, "groq"),
        (b"AsyncGroq/Python 1.7.0", None, "groq"),
        (b"AsyncTogether/Python 3.1.1", None, "together"),
        (b"Cerebras/Python 1.91.0", None, "cerebras"),
        (b"mistral-client-python/3.7.0", None, "mistral"),
        (b"AzureOpenAI/Python 3.54.0", None, "azure"),
        (b"OpenAI/Python 3.54.0", None, None),
        (b"OpenAI/Python 3.54.0", 11434, "ollama"),
        (b"OpenAI/Python 3.54.0", 1234, "lmstudio"),
        (b"Groq/Python 1.7.0", 11434, "groq"),
        (b"OpenAI/Python 3.54.0", 8000, None),
    ],
)
def test_who_answers_at_an_unknown_host_is_told_by_the_sdk_or_the_port(agent: bytes, port: int | None, who: str | None) -> None:
    assert speaking(port, ((b"accept", b"*/*"), (b"user-agent", agent))) == who


def test_a_port_tells_who_listens_without_any_header() -> None:
    assert speaking(11434, ()) == "ollama"
    assert speaking(None, ()) is None


@EACH
def test_what_tells_a_provider_is_its_own(provider: Provider) -> None:
    others = [other for other in PROVIDERS if other is not provider]
    assert not provider.port or provider.port not in {other.port for other in others}
    assert not provider.agent or provider.agent not in {other.agent for other in others}


def test_a_new_compatible_host_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy speaks OpenAI's wire from its first call on, thinking and all."""
    toy = Provider("toyhost", ("api.toyhost.test",), ("TOYHOST_API_KEY",))
    monkeypatch.setitem(vars(providers)["_EXACT"], "api.toyhost.test", toy)
    client = openai.OpenAI(api_key="k", base_url="https://api.toyhost.test/v1", _strict_response_validation=True)
    with intercept(reply(thinking("Hm."), "Paris.")) as llm:
        message = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "?"}]).choices[0].message
    assert (message.content, message.model_extra) == ("Paris.", {"reasoning_content": "Hm."})
    assert llm.calls.one.provider == "toyhost"
