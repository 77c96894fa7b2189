"""Which requests are LLM calls, of which provider and dialect, and which are left alone."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from llm_intercept import intercept
from llm_intercept.reach import recognise

OPENAI, ANTHROPIC = "openai chat", "anthropic messages"
SDK = ((b"User-Agent", b"OpenAI/Python 3.0.0"),)
STAINLESS = ((b"x-stainless-lang", b"python"),)
CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"

#: host, port, target, more -> provider and dialect, or None for what is no LLM call.
ROWS: list[tuple[str, int | None, str, dict[str, Any], tuple[str, str | None] | None]] = [
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
    ("api.anthropic.com", None, "/v1/complete", {}, ("anthropic", None)),
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
    # other services on a provider's host
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
    # an SDK's fingerprint on any host
    ("gateway.test", None, CHAT, {"headers": SDK}, ("openai", OPENAI)),
    ("gateway.test", None, CHAT, {"headers": STAINLESS}, ("openai", OPENAI)),
    ("gateway.test", None, MESSAGES, {"headers": ((b"Anthropic-Version", b"2023-06-01"),)}, ("anthropic", ANTHROPIC)),
    ("gateway.test", None, "/v1/unheard-of", {"headers": SDK}, ("unknown", None)),
    ("gateway.test", None, "/v1/unheard-of", {"headers": STAINLESS}, None),
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
]


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
        answer = httpx.post(url, json={"model": "m", "messages": []})
    assert answer.json()["choices"][0]["message"]["content"] == "Paris."
    assert llm.calls.one.provider == "openai"


def test_a_broken_base_url_of_somebody_else_breaks_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_BASE_URL", "http://[broken")
    with intercept() as llm, pytest.raises(httpx.ConnectError):
        httpx.post("http://127.0.0.1:9/chat/completions", json={})
    assert len(llm.calls) == 0
