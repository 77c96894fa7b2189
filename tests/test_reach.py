"""Which requests are LLM calls, of which provider and dialect, and which are left alone."""

from __future__ import annotations

from typing import Any

import aiohttp
import anyio
import httpx
import httpx2
import pytest
import requests
from hypothesis import assume, given
from hypothesis import strategies as st

from llm_intercept import activation, intercept
from llm_intercept.providers import PROVIDERS, Provider, provider_of
from llm_intercept.reach import plainly_foreign, recognise
from tests.transports import loopback

OPENAI, ANTHROPIC = "openai chat", "anthropic messages"
SDK = ((b"User-Agent", b"OpenAI/Python 3.0.0"),)
STAINLESS = ((b"x-stainless-lang", b"python"),)
CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"
BEDROCK = "bedrock-runtime.us-east-1.amazonaws.com"

#: host, port, target, more -> provider and dialect, or None for what is no LLM call.
ROWS: list[tuple[str, int | None, str, dict[str, Any], tuple[str | None, str | None] | None]] = [
    # a provider's API host
    ("api.openai.com", None, CHAT, {}, ("openai", OPENAI)),
    ("api.openai.com", 443, CHAT, {}, ("openai", OPENAI)),
    ("api.openai.com", 8443, CHAT, {}, ("openai", OPENAI)),
    ("eu.api.openai.com", None, CHAT, {}, ("openai", OPENAI)),
    ("api.anthropic.com", None, MESSAGES, {}, ("anthropic", ANTHROPIC)),
    ("api.groq.com", None, "/openai/v1/chat/completions", {}, ("groq", OPENAI)),
    ("openrouter.ai", None, "/api/v1/chat/completions", {}, ("openrouter", OPENAI)),
    ("api.z.ai", None, "/api/paas/v4/chat/completions", {}, ("zai", OPENAI)),
    ("api.deepseek.com", None, "/chat/completions", {}, ("deepseek", OPENAI)),
    # a provider's API host and a path that no dialect knows
    ("api.openai.com", None, "/v1/unheard-of", {}, ("openai", None)),
    ("api.anthropic.com", None, "/v1/messages/unheard-of", {}, ("anthropic", None)),
    ("api.anthropic.com", None, "/v1/complete", {}, ("anthropic", "anthropic complete")),
    ("aws-external-anthropic.us-east-1.api.aws", None, "/v1/messages", {}, ("anthropic", "anthropic messages")),
    ("claude.googleapis.com", None, "/v1/projects/p/locations/l/workspaces/w/invoke/v1/messages", {},
     ("anthropic", "anthropic messages")),
    # how a target may be written
    ("api.openai.com", None, CHAT + "/", {}, ("openai", OPENAI)),
    ("api.openai.com", None, CHAT + "?a=/x", {}, ("openai", OPENAI)),
    ("api.openai.com", None, CHAT + "/?a=b#c", {}, ("openai", OPENAI)),
    ("api.openai.com", None, CHAT + "#stream", {}, ("openai", OPENAI)),
    ("api.openai.com", None, "/v1/files?path=/chat/completions", {}, ("openai", None)),
    ("api.anthropic.com", None, MESSAGES + "?beta=true", {}, ("anthropic", ANTHROPIC)),
    # Azure
    (
        "mine.openai.azure.com",
        None,
        "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
        {},
        ("azure", OPENAI),
    ),
    ("mine.openai.azure.com", None, "/openai/v1/chat/completions", {}, ("azure", OPENAI)),
    ("mine.cognitiveservices.azure.com", None, "/openai/deployments/d/chat/completions?api-version=1", {}, ("azure", OPENAI)),
    # Bedrock, with its models in every way to write them; Vertex
    *[(host, port, f"/model/{model}/{way}", {}, ("bedrock", name and f"bedrock {name}")) for host, port, model, way, name in (
        (BEDROCK, None, "anthropic.claude-3-haiku-20240307-v1%3A0", "converse", "converse"),
        (BEDROCK, 443, "anthropic.claude-3-haiku-20240307-v1:0", "invoke", "invoke anthropic"),
        (BEDROCK, None, "arn%3Aaws%3Abedrock%3Aus-east-1%3A0%3Ainference-profile%2Fx", "converse-stream", "converse"),
        (BEDROCK, None, "arn:aws:bedrock:us-east-1:0:inference-profile/x", "invoke-with-response-stream", "invoke"),
        (BEDROCK, None, "amazon.nova-reel-v1%3A0", "invoke", None), (BEDROCK, None, "x", "count-tokens", "count tokens"),
        ("bedrock-runtime.cn-north-1.amazonaws.com.cn", None, "x", "converse", "converse"),
        ("bedrock-runtime.us-east-1.api.aws", None, "x", "converse", "converse"),
        ("bedrock-runtime-fips.us-east-1.api.aws", None, "x", "converse", "converse"),
        ("vpce-0-1.bedrock-runtime.us-east-1.vpce.amazonaws.com", None, "x", "converse", "converse"))],
    *[(host, None, f"/openai{CHAT}", {}, ("bedrock", OPENAI)) for host in (BEDROCK, "bedrock-mantle.us-east-1.api.aws")],
    ("bedrock-mantle.us-east-1.api.aws", None, "/anthropic/v1/messages", {}, ("bedrock", "anthropic messages")),
    ("us-east5-aiplatform.googleapis.com", None, "/v1/projects/p/locations/l/publishers/anthropic/models/m:rawPredict", {},
     ("vertex", "anthropic messages on vertex")),
    ("aiplatform.eu.rep.googleapis.com", None, "/v1/projects/p/locations/eu/publishers/google/models/m:predict", {},
     ("vertex", None)),
    # hosts of others that speak OpenAI's wire
    *[(host, None, path, {}, (provider, OPENAI)) for host, path, provider in (
        ("api.llama.com", "/compat/v1/chat/completions", "meta"), ("inference.baseten.co", CHAT, "baseten"),
        ("gateway.pydantic.info", "/proxy/openai/chat/completions", "pydantic"), ("ollama.com", CHAT, "ollama"),
        ("nano-gpt.com", "/api/v1/chat/completions", "nanogpt"),
        ("api.clarifai.com", "/v2/ext/openai/v1/chat/completions", "clarifai"),
        ("ark.cn-beijing.volces.com", "/api/v3/chat/completions", "volcengine"))],
    # other services on a provider's host or in its cloud
    *[(host, None, path, {"method": method}, None) for method, host, path in (
        ("GET", "ollama.com", "/library/llama3"), ("GET", "nano-gpt.com", "/"), ("GET", "api.clarifai.com", "/v2/models"),
        ("POST", "x.cloud.databricks.com", "/api/2.0/jobs/run-now"),
        ("GET", "x.cloud.databricks.com", "/.well-known/databricks-config"),
        ("GET", "us-central1-aiplatform.googleapis.com", "/v1/projects/p/locations/l/datasets"),
        ("PUT", "b.s3.us-east-1.amazonaws.com", "/k"), ("POST", "bedrock.us-east-1.amazonaws.com", "/guardrails"),
        ("POST", "dynamodb.us-east-1.amazonaws.com", "/"), ("GET", "storage.googleapis.com", "/b/o"),
        ("POST", "secretmanager.googleapis.com", "/v1/projects/p/secrets/s:access"), ("GET", "mine.blob.core.windows.net", "/c/b"),
        ("GET", "openaipublic.blob.core.windows.net", "/encodings/cl100k_base.tiktoken"), ("GET", "cdn.openai.com", "/x.png"),
        ("GET", "us-south.ml.cloud.ibm.com.example.com", "/ml/v1/text/chat"), ("POST", "api.smith.langchain.com", "/runs"))],
    ("mine.cognitiveservices.azure.com", None, "/vision/v3.2/analyze", {}, None),
    ("mine.cognitiveservices.azure.com", None, "/speechtotext/v3.2/transcriptions", {}, None),
    # a host in hosts=
    ("gateway.test", None, CHAT, {}, None),
    ("gateway.test", None, CHAT, {"hosts": ("gateway.test",)}, ("openai", OPENAI)),
    ("gateway.test", None, MESSAGES, {"hosts": ("gateway.test",)}, ("anthropic", ANTHROPIC)),
    ("gateway.test", 8080, CHAT, {"hosts": ("gateway.test",)}, ("openai", OPENAI)),
    ("gateway.test", 8080, CHAT, {"hosts": ("gateway.test:8080",)}, ("openai", OPENAI)),
    ("gateway.test", 9090, CHAT, {"hosts": ("gateway.test:8080",)}, None),
    ("gateway.test", 8080, CHAT, {"hosts": ("gateway.test:80*",)}, ("openai", OPENAI)),
    ("a.gateway.test", None, CHAT, {"hosts": ("other.test", "*.gateway.test")}, ("openai", OPENAI)),
    ("gateway.test", None, CHAT, {"hosts": ("*.gateway.test",)}, None),
    ("gateway.test", None, "/health", {"hosts": ("gateway.test",)}, None),
    ("::1", 8080, CHAT, {"hosts": ("[::1]:8080",)}, ("openai", OPENAI)),
    ("::1", 8080, CHAT, {"hosts": ("[::1]",)}, ("openai", OPENAI)),
    # a host in a *_BASE_URL variable
    ("localhost", 8000, CHAT, {"env": {"OPENAI_BASE_URL": "http://localhost:8000/v1"}}, ("openai", OPENAI)),
    ("localhost", 8001, CHAT, {"env": {"OPENAI_BASE_URL": "http://localhost:8000/v1"}}, None),
    ("localhost", 8000, "/health", {"env": {"OPENAI_BASE_URL": "http://localhost:8000/v1"}}, None),
    ("gateway.test", None, CHAT, {"env": {"ANY_BASE_URL": "https://Gateway.TEST/openai"}}, ("openai", OPENAI)),
    ("gateway.test", None, MESSAGES, {"env": {"ANTHROPIC_BASE_URL": "https://gateway.test"}}, ("anthropic", ANTHROPIC)),
    ("gateway.test", None, CHAT, {"env": {"OPENAI_BASE_URL": "https://gateway.test:443/v1"}}, ("openai", OPENAI)),
    ("gateway.test", None, CHAT, {"env": {"OPENAI_BASE_URL": "http://gateway.test:80/v1"}}, ("openai", OPENAI)),
    ("gateway.test", None, CHAT, {"env": {"OPENAI_BASE_URL": "https://user:pass@gateway.test/v1"}}, ("openai", OPENAI)),
    ("gateway.test", 8000, CHAT, {"env": {"OPENAI_BASE_URL": "https://user:pass@gateway.test:8000/v1"}}, ("openai", OPENAI)),
    ("::1", 8000, CHAT, {"env": {"OPENAI_BASE_URL": "http://[::1]:8000/v1"}}, ("openai", OPENAI)),
    ("::1", None, CHAT, {"env": {"OPENAI_BASE_URL": "http://[::1]/v1"}}, ("openai", OPENAI)),
    ("gateway.test", None, CHAT, {"env": {"OPENAI_BASE_URL": ""}}, None),
    ("gateway.test", None, CHAT, {"env": {"OPENAI_BASE_URL": "not a url"}}, None),
    ("gateway.test", None, CHAT, {"env": {"OPENAI_BASE_URL": "http://[broken"}}, None),
    ("gateway.test", None, CHAT, {"env": {"OPENAI_BASE_URL": "http://gateway.test:port/"}}, None),
    ("gateway.test", None, CHAT, {"env": {"OPENAI_URL": "https://gateway.test"}}, None),
    ("gateway.test.", None, CHAT, {"env": {"OPENAI_BASE_URL": "https://gateway.test/v1"}}, ("openai", OPENAI)),
    ("gateway.test.", None, CHAT, {"hosts": ("gateway.test",)}, ("openai", OPENAI)),
    # a host in a variable of another name, which an SDK reads
    ("gateway.test", None, CHAT, {"env": {"OPENAI_API_BASE": "https://gateway.test/v1"}}, ("openai", OPENAI)),
    ("gateway.test", None, CHAT, {"env": {"CO_API_URL": "https://gateway.test"}}, ("openai", OPENAI)),
    ("gateway.test", 8443, "/openai/deployments/d/chat/completions", {"env": {"AZURE_OPENAI_ENDPOINT": "https://gateway.test:8443/"}},
     ("openai", OPENAI)),
    ("gateway.test", 11434, CHAT, {"env": {"OLLAMA_HOST": "gateway.test"}}, ("ollama", OPENAI)),
    ("gateway.test", 8000, CHAT, {"env": {"OLLAMA_HOST": "gateway.test:8000"}}, ("openai", OPENAI)),
    ("gateway.test", None, CHAT, {"env": {"OLLAMA_HOST": "http://gateway.test"}}, ("openai", OPENAI)),
    ("gateway.test", 11434, CHAT, {"env": {"OLLAMA_HOST": "http://gateway.test"}}, None),
    ("::1", 11434, CHAT, {"env": {"OLLAMA_HOST": "[::1]"}}, ("ollama", OPENAI)),
    ("gateway.test", None, CHAT, {"env": {"SHOP_ENDPOINT": "https://gateway.test"}}, None),
    ("gateway.test", None, CHAT, {"env": {"SHOP_HOST": "gateway.test"}}, None),
    # an SDK's fingerprint on any host
    ("gateway.test", None, CHAT, {"headers": SDK}, ("openai", OPENAI)),
    ("gateway.test", None, CHAT, {"headers": STAINLESS}, ("openai", OPENAI)),
    ("gateway.test", None, MESSAGES, {"headers": ((b"Anthropic-Version", b"2023-06-01"),)}, ("anthropic", ANTHROPIC)),
    ("gateway.test", None, "/v1/unheard-of", {"headers": SDK}, (None, None)),
    ("gateway.test", None, "/v1/unheard-of", {"headers": STAINLESS}, None),
    *[("gateway.test", None, CHAT, {"headers": ((b"user-agent", agent),)}, ("openai", OPENAI)) for agent in (
        b"unknown/None; hf_hub/2.4.0; python/3.11", b"litellm/1.109.1",
        b"ollama-python/0.6.3 (x86_64)")],
    ("gateway.test", None, CHAT, {"headers": ((b"user-agent", b"AsyncGroq/Python 1.7.0"),)}, ("groq", OPENAI)),
    *[("gateway.test", None, "/api/never-heard-of", {"headers": ((b"user-agent", agent),)}, (None, None)) for agent in (
        b"Groq/Python 1.7.0", b"ollama-python/0.6.3 (x86_64 linux) Python/3.11.1", b"cohere/7.3.1",
        b"speakeasy-sdk/python 3.7.0 2.935.1 1.0.0 mistralai", b"google-genai-sdk/3.4.0 gl-python/3.11.1")],
    ("gateway.test", None, "/org/name/resolve/main/model.bin", {"headers": ((b"user-agent", b"x; hf_hub/2.4.0"),)}, None),
    ("cdn.test", None, "/pbxt/out.png", {"headers": ((b"user-agent", b"replicate-python/1.0.7"),)}, None),
    # a client of its own
    ("gateway.test", None, CHAT, {"anywhere": True}, ("openai", OPENAI)),
    ("gateway.test", None, "/health", {"anywhere": True}, None),
    # what is nobody's
    ("example.com", None, "/", {}, None),
    ("telemetry.example.com", None, "/v1/traces", {"headers": ((b"user-agent", b"OTel"),)}, None),
    ("huggingface.co", None, "/gpt2/resolve/main/config.json", {}, None),
    ("platform.openai.com", None, "/docs", {}, None),
    ("testserver", None, CHAT, {}, None),
    ("localhost", 8000, "/api/v1/messages", {}, None),
    ("localhost", 8000, "/my/chat/completions/archive", {"hosts": ("localhost",)}, None),
    ("localhost", 8000, "/xchat/completions", {"hosts": ("localhost",)}, None),
    ("localhost", 8000, "/chat/completionsx", {"hosts": ("localhost",)}, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("host", "port", "target", "more", "expected"),
    ROWS,
    ids=[f"{host}:{port}{target} {more or ''}" for host, port, target, more, _ in ROWS],
)
def test_a_request_is_recognised(
    monkeypatch: pytest.MonkeyPatch, host: str, port: int | None, target: str, more: dict[str, Any], expected: object
) -> None:
    for name, value in more.get("env", {}).items():
        monkeypatch.setenv(name, value)
    found = recognise(
        more.get("method", "POST"),
        host,
        port,
        target,
        more.get("headers", ()),
        more.get("hosts", ()),
        anywhere=more.get("anywhere", False),
    )
    assert (found and (found.provider, found.dialect and found.dialect.name)) == expected


@pytest.mark.parametrize(
    ("url", "hosts", "base_url"),
    [
        ("https://gateway.test/v1/chat/completions", "gateway.test", None),
        ("https://GATEWAY.test/v1/chat/completions", "Gateway.Test", None),
        ("https://gateway.test/v1/chat/completions", "gateway.test:443", None),
        ("http://gateway.test/v1/chat/completions", "gateway.test:80", None),
        ("https://gateway.test:443/v1/chat/completions", "gateway.test:443", None),
        ("http://gateway.test:8080/v1/chat/completions", "gateway.test:8080", None),
        ("http://gateway.test:8080/v1/chat/completions", (), "http://gateway.test:8080/v1"),
        ("https://gateway.test/v1/chat/completions", (), "https://gateway.test:443/v1"),
        ("http://gateway.test/v1/chat/completions", (), "http://gateway.test:80/v1"),
        ("http://127.0.0.1:8080/v1/chat/completions", "127.0.0.1:8080", None),
        ("http://[::1]:8080/v1/chat/completions", "[::1]:8080", None),
    ],
)
def test_a_gateway_is_answered_under_every_way_to_write_it(
    monkeypatch: pytest.MonkeyPatch, url: str, hosts: Any, base_url: str | None
) -> None:
    if base_url is not None:
        monkeypatch.setenv("OPENAI_BASE_URL", base_url)
    with intercept("Paris.", hosts=hosts) as llm:
        answer = httpx.post(url, json={"model": "m", "messages": [{"role": "user", "content": "?"}]})
    assert answer.json()["choices"][0]["message"]["content"] == "Paris."
    assert llm.calls.one.provider == "openai"


def test_a_broken_base_url_of_somebody_else_breaks_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_BASE_URL", "http://[broken")
    with intercept() as llm, pytest.raises(httpx.ConnectError):
        httpx.post("http://127.0.0.1:9/chat/completions", json={})
    assert len(llm.calls) == 0


#: One endpoint, in every way that a URL may name it.
SPELLINGS = [
    "https://api.openai.com/v1/chat/completions",
    "https://api.openai.com:443/v1/chat/completions",
    "http://api.openai.com/v1/chat/completions",
    "http://api.openai.com:8080/v1/chat/completions",
    "https://API.OpenAI.com/v1/chat/completions",
    "https://api.openai.com./v1/chat/completions",
    "https://user:pass@api.openai.com/v1/chat/completions",
    "https://user:pass@api.openai.com:443/v1/chat/completions",
    "https://api.openai.com/v1/chat/completions#stream",
    "https://api.openai.com/v1/chat/completions?a=b&c=/d#e",
    "https://api.openai.com/v1/chat/completions/",
    "https://api.openai.com//v1/chat/completions",
]
ASKED = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}


def _httpx(url: str) -> Any:
    return httpx.post(url, json=ASKED).json()


def _httpx2(url: str) -> Any:
    return httpx2.post(url, json=ASKED).json()


def _requests(url: str) -> Any:
    return requests.post(url, json=ASKED, timeout=5).json()


def _requests_by_proxy(url: str) -> Any:
    proxies = {"http": "http://127.0.0.1:9", "https": "http://127.0.0.1:9"}
    return requests.post(url, json=ASKED, proxies=proxies, timeout=5).json()


def _httpx_by_proxy(url: str) -> Any:
    with httpx.Client(proxy="http://127.0.0.1:9") as client:
        return client.post(url, json=ASKED).json()


def _aiohttp(url: str) -> Any:
    async def ask() -> Any:
        async with aiohttp.ClientSession() as session, session.post(url, json=ASKED) as answer:
            return await answer.json()

    return anyio.run(ask)


@pytest.mark.parametrize("url", SPELLINGS)
@pytest.mark.parametrize("ask", [_httpx, _httpx2, _requests, _requests_by_proxy, _httpx_by_proxy, _aiohttp])
def test_a_provider_is_known_under_every_way_to_write_its_url(ask: Any, url: str) -> None:
    with intercept("Paris.") as llm:
        assert ask(url)["choices"][0]["message"]["content"] == "Paris."
    assert llm.calls.one.provider == "openai"


def test_the_users_own_app_is_left_alone() -> None:
    def serve(connection: Any, request: bytes) -> None:
        assert request.startswith(b"POST /v1/chat/completions ")
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmine")

    with loopback.serving(serve) as port, intercept("Paris.") as llm:
        for library in (httpx, httpx2, requests):
            answer = library.post(f"http://127.0.0.1:{port}/v1/chat/completions", json=ASKED)
            assert answer.text == "mine"
    assert llm.calls.total == 0


_hosts = st.from_regex(r"[a-z][a-z0-9-]{0,8}(\.[a-z][a-z0-9-]{0,8}){0,3}", fullmatch=True)
_paths = st.from_regex(r"(/[a-zA-Z0-9._~%:-]{0,12}){1,5}(\?[a-z=&/]{0,12})?", fullmatch=True)


@given(host=_hosts, port=st.none() | st.integers(1, 65535), path=_paths, method=st.sampled_from(["GET", "POST", "PUT"]))
def test_a_plain_call_to_a_host_that_is_nobodys_is_nobodys(host: str, port: int | None, path: str, method: str) -> None:
    assume(provider_of(host) is None)
    headers = ((b"host", host.encode()), (b"user-agent", b"python-httpx/0.28.1"), (b"authorization", b"Bearer x"))
    assert recognise(method, host, port, path, headers, ()) is None


@given(
    provider=st.sampled_from([one for one in PROVIDERS if one.path == "/"]),
    filled=_hosts,
    path=_paths,
    dot=st.sampled_from(["", "."]),
)
def test_every_call_to_a_providers_api_host_is_caught(provider: Provider, filled: str, path: str, dot: str) -> None:
    for host in provider.hosts:
        found = recognise("POST", host.replace("*", filled) + dot, None, path, (), ())
        assert found is not None
        assert found.provider == provider.name


@pytest.mark.parametrize(
    ("method", "host", "target", "agent", "foreign"),
    [
        ("GET", "example.com", "/", b"python-httpx/0.28.1", True),
        ("POST", "example.com", "/v2/things?x=1", b"", True),
        ("POST", "Example.COM.", "/things", b"app/1", True),
        ("POST", "localhost", "/v1/chat/completions", b"", False),  # its headers, an option or the environment may say that it is
        ("GET", "example.com", "/anything", b"OpenAI/Python 3.54.0", False),
        ("GET", "API.OpenAI.com.", "/v1/models", b"", False),
        ("GET", "mine.cognitiveservices.azure.com", "/speech", b"", False),  # a provider's host, for something else
        ("GET", "169.254.169.254", "/latest/meta-data/", b"", False),
    ],
)
def test_what_is_plainly_foreign_is_known_from_its_line_and_its_agent(
    method: str, host: str, target: str, agent: bytes, foreign: bool
) -> None:
    assert plainly_foreign(method, host, target, agent) is foreign
    if foreign:
        headers = ((b"user-agent", agent), (b"x-stainless-lang", b"python"))
        assert recognise(method, host.lower(), None, target, headers, ["*"]) is None


def test_what_goes_by_is_known_the_next_time_until_everything_is_closed() -> None:
    known = ("library", "example.com")
    with intercept():
        assert known not in activation.foreign
        assert activation.goes_by(known, *FOREIGN)
        assert known in activation.foreign
        with intercept(block_network="all"):
            assert known not in activation.foreign
            assert not activation.goes_by(known, *FOREIGN)
            assert known not in activation.foreign


def test_what_is_not_plainly_foreign_is_never_known() -> None:
    with intercept():
        assert not activation.goes_by(("library",), "POST", "localhost", "/v1/chat/completions", b"")
        assert not activation.foreign


def test_what_is_known_has_an_end() -> None:
    with intercept():
        for number in range(10_000):
            activation.goes_by(("library", number), *FOREIGN)
        assert 0 < len(activation.foreign) < 5_000


FOREIGN = ("GET", "example.com", "/", b"")
