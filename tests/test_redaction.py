"""Secrets never show: not in a repr, a header, a URL, the text of a failure, or whatever an entry is asked for."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import anthropic
import httpx2
import openai
import pytest
import requests

from llm_intercept import Interceptor, intercept
from llm_intercept.redaction import HIDDEN, Redacted, redact_url
from llm_intercept.wire import HeaderPairs
from tests.rules.asking import CHAT_URL, post

SECRET = "sk-very-secret-0123456789"
BODY = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello"}]}
MESSAGES_URL = "https://api.anthropic.com/v1/messages"


def _openai() -> None:
    openai.OpenAI(api_key=SECRET, max_retries=0).chat.completions.create(**BODY)  # type: ignore[call-overload]


def _azure() -> None:
    client = openai.AzureOpenAI(
        api_key=SECRET, azure_endpoint="https://mine.openai.azure.com", api_version="2025-01-01", max_retries=0
    )
    client.chat.completions.create(**BODY)  # type: ignore[call-overload]


def _anthropic() -> None:
    client = anthropic.Anthropic(api_key=SECRET, max_retries=0)
    client.messages.create(max_tokens=9, **BODY)  # type: ignore[call-overload]


def _anthropic_token() -> None:
    client = anthropic.Anthropic(auth_token=SECRET, max_retries=0)
    client.messages.create(max_tokens=9, **BODY)  # type: ignore[call-overload]


def _header(name: str, value: str = SECRET) -> Callable[[], Any]:
    return lambda: post(BODY, headers={name: value})


def _query(query: str) -> Callable[[], Any]:
    return lambda: post(BODY, f"{CHAT_URL}?{query}")


def _requests() -> None:
    requests.post(CHAT_URL, json=BODY, headers={"Authorization": f"Bearer {SECRET}"}, cookies={"session": SECRET}, timeout=1)


SENDERS = {
    "openai": _openai,
    "azure": _azure,
    "anthropic": _anthropic,
    "anthropic token": _anthropic_token,
    "requests with a cookie": _requests,
    "Authorization": _header("Authorization", f"Bearer {SECRET}"),
    "Basic": _header("Authorization", f"Basic {SECRET}"),
    "x-api-key": _header("x-api-key"),
    "X-API-Key": _header("X-API-Key"),
    "api-key": _header("api-key"),
    "x-goog-api-key": _header("x-goog-api-key"),
    "Cookie": _header("Cookie", f"session={SECRET}"),
    "Proxy-Authorization": _header("Proxy-Authorization"),
    "x-amz-security-token": _header("x-amz-security-token"),
    "?key=": _query(f"key={SECRET}"),
    "?alt=sse&key=": _query(f"alt=sse&key={SECRET}&x=1"),
    "?api_key=": _query(f"api_key={SECRET}"),
    "?api-key=": _query(f"api-key={SECRET}"),
    "?access_token=": _query(f"access_token={SECRET}"),
    "?X-Amz-Signature=": _query(f"X-Amz-Signature={SECRET}"),
}


def _everything(llm: Interceptor) -> str:
    """All that an interceptor and its journal show of themselves."""
    entry = llm.calls.one
    shown = [repr(llm), str(llm), repr(llm.calls), str(llm.calls), repr(entry), str(entry), f"{entry}"]
    shown += [repr(entry.headers), str(entry.headers), repr(dict(entry.headers)), repr(list(entry.headers.values())), entry.url]
    shown += [repr(entry.response), repr(entry.reply), repr(entry.rule), repr(entry.messages), repr(entry.json), repr(entry.tools)]
    shown += ["".join(traceback.format_exception(failure)) for failure in llm.failures]
    return "\n".join(shown)


@pytest.mark.parametrize("send", SENDERS.values(), ids=SENDERS)
def test_a_secret_that_was_sent_is_not_shown(send: Callable[[], Any]) -> None:
    with intercept() as llm:
        send()
    assert SECRET not in _everything(llm)
    assert HIDDEN in repr(llm.calls.one.headers) + llm.calls.one.url


@pytest.mark.parametrize("send", SENDERS.values(), ids=SENDERS)
def test_a_secret_is_not_in_the_repr_of_the_raw_call_and_request(send: Callable[[], Any]) -> None:
    with intercept() as llm:
        send()
    assert SECRET not in repr(llm.calls.one.call) + repr(llm.calls.one.request)


@pytest.mark.parametrize("send", SENDERS.values(), ids=SENDERS)
def test_a_secret_is_not_in_the_text_of_a_miss(send: Callable[[], Any]) -> None:
    with intercept() as llm:
        llm.on("joke", where=lambda call: False).reply("no")
        with llm.expect_failure() as expected:
            send()
    assert SECRET not in str(expected.value) + repr(expected.value)
    assert SECRET not in _everything(llm)


def test_a_secret_is_not_in_the_refusal_of_an_unknown_endpoint() -> None:
    with intercept() as llm, llm.expect_failure() as expected:
        post(BODY, f"https://api.openai.com/v1/unknown?key={SECRET}", headers={"Authorization": f"Bearer {SECRET}"})
    assert SECRET not in str(expected.value)


KEYS: list[tuple[Callable[[], Any], bool]] = [
    (_openai, True),
    (_azure, True),
    (_anthropic, True),
    (_anthropic_token, True),
    (_header("x-goog-api-key"), True),
    (_header("Authorization", SECRET), True),
    (_header("Authorization", f"bearer {SECRET}"), True),
    (_header("Authorization", "Bearer another"), False),
    (_header("x-custom", SECRET), False),
    (lambda: post(BODY), False),
]


@pytest.mark.parametrize(("send", "matches"), KEYS)
def test_the_key_that_was_sent_can_be_compared_without_showing_it(send: Callable[[], Any], matches: bool) -> None:
    with intercept() as llm:
        send()
    headers = llm.calls.one.headers
    assert headers.key_matches(SECRET) is matches
    assert not headers.key_matches(SECRET[:-1])
    assert not headers.key_matches(HIDDEN)


def test_no_key_at_all_is_not_matched_by_an_empty_one() -> None:
    with intercept() as llm:
        post(BODY)
    assert not llm.calls.one.headers.key_matches("")


def test_headers_are_a_mapping_by_name_in_any_case() -> None:
    headers = Redacted(((b"X-Thing", b"one"), (b"x-thing", b"two"), (b"Authorization", b"Bearer x"), (b"X-Caf\xe9", b"\xe9")))
    assert headers["X-Thing"] == headers["x-thing"] == "one, two"
    assert headers["AUTHORIZATION"] == HIDDEN
    assert "x-THING" in headers
    assert "x-other" not in headers
    assert headers.get("x-other") is None
    assert headers["x-café"] == "é"
    assert (list(headers), len(headers)) == (["x-thing", "authorization", "x-café"], 3)
    assert repr(headers) == "{'x-thing': 'one, two', 'authorization': '[redacted]', 'x-café': 'é'}"
    with pytest.raises(KeyError):
        headers["x-other"]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://h/p", "https://h/p"),
        ("https://h/p?alt=sse&monkey", "https://h/p?alt=sse&monkey"),
        ("https://h/p?key=s", "https://h/p?key=[redacted]"),
        ("https://h/p?a=1&api_key=s&b=2", "https://h/p?a=1&api_key=[redacted]&b=2"),
        ("https://h/p?KEY=s#part", "https://h/p?KEY=[redacted]#part"),
        ("https://h/p?key=", "https://h/p?key=[redacted]"),
        ("https://h/p?key=s&key=t", "https://h/p?key=[redacted]&key=[redacted]"),
        ("https://h/p?client_secret=s", "https://h/p?client_secret=[redacted]"),
        ("https://h/p?key=a=b", "https://h/p?key=[redacted]"),
        ("https://user:pass@h/p", "https://[redacted]@h/p"),
        ("https://h/p@v1?email=a@b", "https://h/p@v1?email=a@b"),
        ("https://h/p?sig=s&sv=1", "https://h/p?sig=[redacted]&sv=1"),
    ],
)
def test_a_url_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert redact_url(url) == shown


def test_raw_headers_show_no_secret_in_a_traceback() -> None:
    assert repr(HeaderPairs(((b"authorization", b"Bearer sk-secret"),))) == "<1 headers>"


def test_a_key_in_a_prompt_shows_in_no_repr() -> None:
    key = "sk-proj-the-key-of-the-tests"
    with intercept("Paris.") as llm:
        body = {"model": "m", "messages": [{"role": "user", "content": f"My key is {key}"}]}
        httpx2.post("https://api.openai.com/v1/chat/completions", json=body, headers={"Authorization": f"Bearer {key}"})
        shown = [repr(one) for one in (llm, llm.calls, llm.calls.one, llm.calls.one.call, llm.calls.one.request, *llm._runs)]
    assert all(key not in one for one in shown)
    assert shown[2] == "<openai chat 'm' 'My key is [redacted]' -> complete>"
