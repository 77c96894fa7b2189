"""A credential that is missing, or another provider's, is warned of and answered; a key that is marked gets its error."""

from __future__ import annotations

import warnings
from typing import Any

import anthropic
import cohere
import httpx2
import openai
import pytest
from google import genai
from google.genai.errors import ClientError
from mistralai.client import Mistral
from mistralai.client.errors import SDKError

from llm_intercept import CredentialWarning, Interceptor, intercept, invalid_key, rate_limit

USER: Any = {"role": "user", "content": "?"}
CHAT = {"model": "m", "messages": [USER]}
CLAUDE = {**CHAT, "max_tokens": 9}
GEMINI = {"contents": [{"role": "user", "parts": [{"text": "?"}]}]}
CONVERSE = {"messages": [{"role": "user", "content": [{"text": "?"}]}]}

OPENAI, GROQ = "https://api.openai.com/v1/chat/completions", "https://api.groq.com/openai/v1/chat/completions"
ANTHROPIC, DEEPSEEK = "https://api.anthropic.com/v1/messages", "https://api.deepseek.com/anthropic/v1/messages"
GOOGLE = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent"
BEDROCK = "https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1%3A0/converse"
AZURE = "https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21"
SCALEWAY = "https://api.scaleway.ai/v1/chat/completions"
HUGGINGFACE = "https://router.huggingface.co/v1/chat/completions"

#: Where a call goes, what it asks, and the headers that it has.
PASSES: tuple[tuple[str, dict[str, Any], dict[str, str]], ...] = (
    (OPENAI, CHAT, {"Authorization": "Bearer sk-proj-abc"}),
    (OPENAI, CHAT, {"authorization": "REDACTED"}),  # what a recording left
    (ANTHROPIC, CLAUDE, {"x-api-key": "sk-ant-abc"}),
    (ANTHROPIC, CLAUDE, {"x-api-key": "", "Authorization": "Bearer sk-ant-oat01-abc"}),
    (DEEPSEEK, CLAUDE, {"x-api-key": "sk-abc"}),
    (GOOGLE, GEMINI, {"x-goog-api-key": "AIzaabc"}),
    (GOOGLE + "?key=AIzaabc", GEMINI, {}),
    (BEDROCK, CONVERSE, {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/bedrock/aws4_request"}),
    (BEDROCK + "?X-Amz-Signature=abc", CONVERSE, {}),
    (AZURE, CHAT, {"api-key": "abc"}),
    (SCALEWAY, CHAT, {"X-Auth-Token": "hf_abc"}),
    (HUGGINGFACE, CHAT, {}),  # answers without one, too
    ("http://localhost:11434/v1/chat/completions", CHAT, {}),
    ("https://gateway.example.org/v1/chat/completions", CHAT, {"Authorization": "Bearer sk-ant-abc"}),
)

#: The same, and what is told.
FAILS: tuple[tuple[str, dict[str, Any], dict[str, str], str], ...] = (
    (OPENAI, CHAT, {}, "no credential is sent; openai wants one of its own in `Authorization`."),
    (
        OPENAI,
        CHAT,
        {"x-api-key": "sk-abc"},
        "the credential is sent as `x-api-key`; openai wants one of its own in `Authorization`.",
    ),
    (
        OPENAI,
        CHAT,
        {"api-key": "a", "x-api-key": "b"},
        "the credential is sent as `api-key`; openai wants one of its own in `Authorization`.",
    ),
    (
        OPENAI,
        CHAT,
        {"Authorization": "Bearer "},
        "no credential is sent, since `Authorization` is empty; openai wants one of its own in `Authorization`.",
    ),
    (
        OPENAI,
        CHAT,
        {"Authorization": "Bearer None"},
        "the key in `Authorization` is the word 'None'; openai wants one of its own in `Authorization`.",
    ),
    (
        OPENAI,
        CHAT,
        {"Authorization": "sk-proj-abc"},
        "the credential in `Authorization` stands without `Bearer`; openai wants one of its own in `Authorization`.",
    ),
    (
        GROQ,
        CHAT,
        {"Authorization": "Bearer sk-proj-abc"},
        "the key in `Authorization` is one of openai's; groq wants one of its own in `Authorization`.",
    ),
    (
        ANTHROPIC,
        CLAUDE,
        {"x-api-key": "gsk_abc"},
        "the key in `x-api-key` is one of groq's; anthropic wants one of its own in `x-api-key` or `Authorization`.",
    ),
    (
        DEEPSEEK,
        CLAUDE,
        {"x-api-key": "sk-ant-abc"},
        "the key in `x-api-key` is one of anthropic's; deepseek wants one of its own in `Authorization`.",
    ),
    (GOOGLE, GEMINI, {}, "no credential is sent; gemini wants one of its own in `x-goog-api-key` or `Authorization` or `key`."),
)


def post(llm: Interceptor, url: str, asked: dict[str, Any], headers: dict[str, str]) -> int:
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        return client.post(url, json=asked, headers=headers).status_code


@pytest.mark.parametrize(("url", "asked", "headers"), PASSES)
def test_a_credential_of_the_right_kind_is_no_matter(url: str, asked: dict[str, Any], headers: dict[str, str]) -> None:
    llm = Interceptor("Hi")
    assert post(llm, url, asked, headers) == 200
    assert llm.calls.one.findings == ()


@pytest.mark.parametrize("contract", ["refuse", "warn", "fail"])
@pytest.mark.parametrize(("url", "asked", "headers", "words"), FAILS)
def test_another_is_told_of_and_answered(
    url: str, asked: dict[str, Any], headers: dict[str, str], words: str, contract: str
) -> None:
    llm = Interceptor("Hi", contract=contract)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert post(llm, url, asked, headers) == 200
    found, call = llm.calls.one.findings[0], llm.calls.one.call
    assert (found.error.status, found.error.message) == (401, words)
    assert found.clause == ("key" if words.startswith("the key") else "credential")
    assert [(str(one.message), one.category) for one in warned] == [
        (f"{call.provider}, {call.dialect}: {found}", CredentialWarning)
    ]


def told(llm: Interceptor, url: str, headers: dict[str, str]) -> int:
    """How many warnings a call gives."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        post(llm, url, CHAT, headers)
    return len(warned)


def test_it_is_warned_of_once_for_each_host_and_kind() -> None:
    llm, wrong = Interceptor("Hi"), {"Authorization": "Bearer sk-ant-abc"}
    assert [told(llm, *one) for one in ((OPENAI, {}), (OPENAI, {}), (GROQ, {}), (OPENAI, wrong), (OPENAI, wrong))] == [
        1,
        0,
        1,
        1,
        0,
    ]
    assert all(len(entry.findings) == 1 for entry in llm.calls)
    llm.reset()
    assert told(llm, OPENAI, {}) == 1


def test_who_only_looks_something_up_is_not_warned() -> None:
    llm = Interceptor()
    with httpx2.Client(transport=llm.httpx2_transport) as client, warnings.catch_warnings():
        warnings.simplefilter("error")
        client.get("https://openrouter.ai/api/v1/models")
    assert [found.clause for found in llm.calls.one.findings] == ["credential"]


def test_a_right_credential_is_known_again_and_another_is_looked_at() -> None:
    told = []
    with warnings.catch_warnings(), intercept() as llm:
        warnings.simplefilter("ignore", CredentialWarning)
        for key in ("sk-proj-abc", "sk-proj-abc", "sk-ant-abc", "sk-proj-abc", "None", "sk-proj-other"):
            httpx2.post(OPENAI, json=CHAT, headers={"x-client": key, "Authorization": f"Bearer {key}"})
            told.append([found.clause for found in llm.calls.last.findings])
        httpx2.post(OPENAI, json=CHAT, headers={"x-client": "Bearer sk-proj-abc"})
        told.append([found.clause for found in llm.calls.last.findings])
    assert told == [[], [], ["key"], [], ["key"], [], ["credential"]]


def test_where_a_key_was_filled_nothing_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    with warnings.catch_warnings(), intercept("Hi") as llm:
        warnings.simplefilter("error")
        openai.OpenAI().chat.completions.create(model="gpt-4o", messages=[USER])
        anthropic.Anthropic().messages.create(model="claude-opus-4-8", max_tokens=9, messages=[USER])
        with genai.Client() as client:
            client.models.generate_content(model="gemini-2.5-flash", contents="?")
    assert [entry.findings for entry in llm.calls] == [(), (), ()]


def test_nothing_is_told_where_the_contract_is_off() -> None:
    llm = Interceptor("Hi", contract="off")
    assert post(llm, OPENAI, CHAT, {"x-api-key": "sk-abc"}) == 200
    assert llm.calls.one.findings == ()


def test_what_is_refused_is_refused_for_what_is_asked() -> None:
    llm = Interceptor("Hi")
    with pytest.warns(CredentialWarning):
        assert post(llm, ANTHROPIC, {**CLAUDE, "messages": []}, {"Authorization": "Bearer gsk_abc"}) == 400
    assert [found.clause for found in llm.calls.one.findings] == ["messages", "key"]


def test_an_sdk_with_anothers_key_is_told() -> None:
    with intercept("Hi"), pytest.warns(CredentialWarning, match="is one of anthropic's; openai wants"):
        openai.OpenAI(api_key="sk-ant-abc").chat.completions.create(model="gpt-4o", messages=[USER])


def test_a_fake_key_is_right_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with intercept("Hi") as llm:
        openai.OpenAI().chat.completions.create(model="gpt-4o", messages=[USER])
        anthropic.Anthropic().messages.create(**CLAUDE)
    assert [entry.findings for entry in llm.calls] == [(), ()]


def asked(to: str, key: str) -> Any:
    match to:
        case "openai":
            return openai.OpenAI(api_key=key, max_retries=0).chat.completions.create(model="gpt-4o", messages=[USER])
        case "anthropic":
            return anthropic.Anthropic(api_key=key, max_retries=0).messages.create(**CLAUDE)
        case "gemini":
            client = genai.Client(api_key=key)  # held: one that is collected is closed
            return client.models.generate_content(model="gemini-2.5-flash", contents="?")
        case "mistral":
            return Mistral(api_key=key).chat.complete(model="mistral-large-latest", messages=[USER])
        case _:
            return cohere.ClientV2(api_key=key).chat(model="command-a-03-2025", messages=[USER])


@pytest.mark.parametrize(
    ("to", "refusal"),
    [
        ("openai", openai.AuthenticationError),
        ("anthropic", anthropic.AuthenticationError),
        ("gemini", ClientError),
        ("mistral", SDKError),
        ("cohere", cohere.UnauthorizedError),
    ],
)
def test_a_marked_key_is_refused_as_its_provider_does(to: str, refusal: type[Exception]) -> None:
    with intercept("Hi", keys={"revoked": invalid_key(), "busy": rate_limit()}) as llm:
        with pytest.raises(refusal):
            asked(to, "revoked")
        asked(to, "mine")
    assert [getattr(entry.reply, "kind", "") for entry in llm.calls] == ["invalid_key", ""]


def test_a_key_may_be_marked_with_another_error() -> None:
    with intercept("Hi", keys={"busy": rate_limit()}), pytest.raises(openai.RateLimitError):
        asked("openai", "busy")


def test_where_keys_are_marked_the_missing_ones_are_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with intercept("Hi", keys={}):
        openai.OpenAI().chat.completions.create(model="gpt-4o", messages=[USER])


@pytest.mark.parametrize("keys", [{"sk-secret": "invalid"}, {5: invalid_key()}])
def test_a_mark_is_an_error(keys: Any) -> None:
    with pytest.raises(TypeError) as wrong:
        Interceptor(keys=keys)
    assert str(wrong.value) == "keys={'[redacted]': ...}: a bool is wanted, or errors by key, as in {'sk-...': invalid_key()}"
