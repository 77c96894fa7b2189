"""`wrap`: one client answered, changed in place, and changed back."""

# ruff: noqa: PT012  (what raises is the end of a block, and the block has a body)
from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anthropic
import boto3
import httpx
import httpx2
import openai
import pytest
import requests
import urllib3

from llm_intercept import InterceptWarning, UnansweredCall, UnknownEndpoint, intercept, wrap
from tests.activation.asking import CHAT
from tests.transports.libraries import JSON, TLS, chat, said

MESSAGES: Any = [{"role": "user", "content": "Hello"}]


@dataclass(frozen=True)
class Kind:
    """A kind of client: how it is built, what holds its transports, and how it asks."""

    build: Callable[[str], Any]
    held: Callable[[Any], Any]
    ask: Callable[[Any], Any]

    def say(self, client: Any) -> str:
        """What a call is answered."""
        answer = self.ask(client)
        text: str = asyncio.run(answer) if inspect.isawaitable(answer) else answer
        return text


def _openai(client: Any) -> Any:
    return client.chat.completions.create(model="gpt-5", messages=MESSAGES).choices[0].message.content


async def _openai_async(client: Any) -> Any:
    return (await client.chat.completions.create(model="gpt-5", messages=MESSAGES)).choices[0].message.content


def _anthropic(client: Any) -> Any:
    return client.messages.create(model="claude-opus-4-5", max_tokens=64, messages=MESSAGES).content[0].text


async def _anthropic_async(client: Any) -> Any:
    return (await client.messages.create(model="claude-opus-4-5", max_tokens=64, messages=MESSAGES)).content[0].text


def _httpx(client: Any) -> Any:
    return said(client.post("/v1/chat/completions", content=chat(), headers=JSON).content)


async def _httpx_async(client: Any) -> Any:
    return said((await client.post("/v1/chat/completions", content=chat(), headers=JSON)).content)


def _transports(client: Any) -> tuple[Any, ...]:
    return (client._transport, dict(client._mounts))


def _sdk_transports(client: Any) -> tuple[Any, ...]:
    return _transports(client._client)


def _adapters(session: Any) -> tuple[Any, ...]:
    return (session.adapters, list(session.adapters.items()))


def _session(url: str) -> Any:
    session = requests.Session()
    session.test_url = f"{url}/v1/chat/completions"  # type: ignore[attr-defined]
    return session


def _sdk(client: Any) -> Callable[[str], Any]:
    return lambda url: client(
        api_key="sk-mine", base_url=f"{url}{'/v1' if client.__module__.startswith('openai') else ''}", max_retries=0
    )


KINDS: dict[str, Kind] = {
    "openai.OpenAI": Kind(_sdk(openai.OpenAI), _sdk_transports, _openai),
    "openai.AsyncOpenAI": Kind(_sdk(openai.AsyncOpenAI), _sdk_transports, _openai_async),
    "anthropic.Anthropic": Kind(_sdk(anthropic.Anthropic), _sdk_transports, _anthropic),
    "anthropic.AsyncAnthropic": Kind(_sdk(anthropic.AsyncAnthropic), _sdk_transports, _anthropic_async),
    "httpx.Client": Kind(lambda url: httpx.Client(base_url=url, verify=TLS), _transports, _httpx),
    "httpx.AsyncClient": Kind(lambda url: httpx.AsyncClient(base_url=url, verify=TLS), _transports, _httpx_async),
    "httpx2.Client": Kind(lambda url: httpx2.Client(base_url=url, verify=TLS), _transports, _httpx),
    "httpx2.AsyncClient": Kind(lambda url: httpx2.AsyncClient(base_url=url, verify=TLS), _transports, _httpx_async),
    "requests.Session": Kind(
        _session, _adapters, lambda session: said(session.post(session.test_url, data=chat(), headers=JSON).content)
    ),
}


@pytest.fixture(params=list(KINDS))
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each kind of client that can be wrapped."""
    return KINDS[request.param]


def test_a_wrapped_client_is_answered_on_any_host_and_restored_exactly(kind: Kind, refusing: str) -> None:
    client = kind.build(refusing)
    before = kind.held(client)
    llm = wrap(client, "Wrapped.")
    assert kind.say(client) == "Wrapped."
    assert llm.calls.one.request.host == "127.0.0.1"
    assert llm.calls.one.outcome == "complete"
    llm.restore()
    after = kind.held(client)
    assert after == before
    assert after[0] is before[0]
    with pytest.raises(Exception, match=r"[Cc]onnect"):
        kind.say(client)


def test_nobody_else_is_answered(kind: Kind, refusing: str) -> None:
    client, other = kind.build(refusing), kind.build(refusing)
    with wrap(client, "Wrapped.") as llm:
        with pytest.raises(Exception, match=r"[Cc]onnect"):
            kind.say(other)
        assert len(llm.calls) == 0


def test_a_block_restores_at_its_end_whatever_happens(kind: Kind, refusing: str) -> None:
    client = kind.build(refusing)
    before = kind.held(client)
    with pytest.raises(ZeroDivisionError), wrap(client, "Wrapped."):
        assert kind.held(client) != before
        raise ZeroDivisionError
    assert kind.held(client) == before


def test_an_async_block_restores_at_its_end(kind: Kind, refusing: str) -> None:
    client = kind.build(refusing)
    before = kind.held(client)

    async def script() -> str:
        async with wrap(client, "Wrapped."):
            answer = kind.ask(client)
            return await answer if inspect.isawaitable(answer) else answer

    assert asyncio.run(script()) == "Wrapped."
    assert kind.held(client) == before


def test_a_miss_is_raised_by_restore(kind: Kind, refusing: str) -> None:
    client = kind.build(refusing)
    before = kind.held(client)
    llm = wrap(client, default=None)
    with pytest.raises(UnansweredCall):
        kind.say(client)
    with pytest.raises(UnansweredCall) as raised:
        llm.restore()
    assert raised.value is llm.failures[0]
    assert kind.held(client) == before
    llm.restore()


def test_a_miss_is_raised_at_the_end_of_the_block(kind: Kind, refusing: str) -> None:
    client = kind.build(refusing)
    with pytest.raises(UnansweredCall) as raised, wrap(client, default=None) as llm, pytest.raises(UnansweredCall):
        kind.say(client)
    assert raised.value is llm.failures[0]


def test_wrapped_twice_the_second_answers_and_each_is_undone(kind: Kind, refusing: str) -> None:
    client = kind.build(refusing)
    before = kind.held(client)
    first = wrap(client, "First.")
    with wrap(client, "Second.") as second:
        assert kind.say(client) == "Second."
    assert kind.say(client) == "First."
    first.restore()
    assert kind.held(client) == before
    assert (len(first.calls), len(second.calls)) == (2, 1)  # the first stands around the second


def test_wrapped_twice_and_undone_in_the_other_order_nothing_is_left(kind: Kind, refusing: str) -> None:
    client = kind.build(refusing)
    before = kind.held(client)
    first, second = wrap(client, "First."), wrap(client, "Second.")
    first.restore()
    assert kind.say(client) == "Second."
    second.restore()
    assert kind.held(client) == before


def test_its_own_interceptor_is_asked_before_the_process(kind: Kind, refusing: str) -> None:
    client, other = kind.build(refusing), kind.build("https://api.openai.com")
    with intercept("Process.") as process, wrap(client, "Wrapped.") as llm:
        assert kind.say(client) == "Wrapped."
        assert (len(llm.calls), len(process.calls)) == (1, 1)
        assert kind.say(other) == "Process."
        assert (len(llm.calls), len(process.calls)) == (1, 2)


def test_past_it_only_explicit_rules_of_the_process_are_asked(kind: Kind, refusing: str) -> None:
    client = kind.build(refusing)
    with intercept("Process default.") as process, wrap(client, default=None) as llm:
        with llm.expect_failure() as expected:
            kind.say(client)
        assert isinstance(expected.value, UnansweredCall)
        process.on("hello").reply("Process rule.")
        assert kind.say(client) == "Process rule."


def test_an_unknown_endpoint_of_a_provider_never_leaves(refusing: str) -> None:
    with pytest.raises(UnknownEndpoint), httpx2.Client(verify=TLS) as client, wrap(client), pytest.raises(UnknownEndpoint):
        client.get("https://api.openai.com/v1/unheard/of")


def test_rules_and_scripts_work_as_in_a_block(refusing: str) -> None:
    client = KINDS["openai.OpenAI"].build(refusing)
    with wrap(client, default=None) as llm:
        llm.on("hello", model="gpt-*").replies("First.", "Second.")
        assert [_openai(client), _openai(client)] == ["First.", "Second."]
        with llm.expect_failure():
            _openai(client)
        llm.reset()
        assert len(llm.calls) == 0


def test_a_rule_without_a_reply_is_reported_by_restore(refusing: str) -> None:
    llm = wrap(KINDS["httpx2.Client"].build(refusing), "Hello.")
    llm.on("weather")
    with pytest.warns(InterceptWarning, match="was given no reply"):
        llm.restore()


@pytest.mark.parametrize("name", ["openai.OpenAI", "openai.AsyncOpenAI", "anthropic.Anthropic", "anthropic.AsyncAnthropic"])
def test_a_copy_with_options_is_answered_too(name: str, refusing: str) -> None:
    kind = KINDS[name]
    client = kind.build(refusing)
    older = client.with_options(timeout=3)
    with wrap(client, "Wrapped.") as llm:
        assert kind.say(client.with_options(timeout=2)) == kind.say(older) == kind.say(client) == "Wrapped."
        assert len(llm.calls) == 3


@pytest.mark.parametrize("module", [httpx, httpx2])
def test_mounts_are_answered_and_restored_and_keep_foreign_calls(module: Any, refusing: str) -> None:
    mounted = module.MockTransport(lambda request: module.Response(299))
    client = module.Client(mounts={"https://": mounted, "http://nowhere.test": None}, verify=TLS)
    before = dict(client._mounts)
    with wrap(client, "Mounted."):
        assert said(client.post(CHAT, content=chat()).content) == "Mounted."
        assert client.get("https://things.test/").status_code == 299
        assert said(client.post("http://nowhere.test/v1/chat/completions", content=chat()).content) == "Mounted."
    assert client._mounts == before
    assert client.post(CHAT, content=chat()).status_code == 299
    client.close()


def test_mounted_adapters_are_answered_in_their_order_and_restored() -> None:
    class Mine(requests.adapters.HTTPAdapter):
        def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            response = requests.Response()
            response.status_code, response.url = 299, request.url
            return response

    session = requests.Session()
    session.mount("https://api.openai.com/v1", Mine())
    before = list(session.adapters.items())
    with wrap(session, "Mounted."):
        assert [prefix for prefix, _ in before] == list(session.adapters)
        assert said(session.post(CHAT, data=chat()).content) == "Mounted."
    assert list(session.adapters.items()) == before
    assert session.post(CHAT, data=chat()).status_code == 299
    session.close()


def test_an_adapter_mounted_meanwhile_stays() -> None:
    session, mine = requests.Session(), requests.adapters.HTTPAdapter()
    with wrap(session, "Wrapped."):
        session.mount("https://things.test", mine)
        assert session.get_adapter("https://things.test/") is mine
    assert session.get_adapter("https://things.test/") is mine
    session.close()


def test_a_transport_that_somebody_else_put_in_meanwhile_stays(refusing: str) -> None:
    client, theirs = httpx2.Client(verify=TLS), httpx2.MockTransport(lambda request: httpx2.Response(299))
    with wrap(client, "Wrapped."):
        client._transport = theirs
    assert client._transport is theirs


def test_a_subclass_is_wrapped_as_its_base(refusing: str) -> None:
    class Mine(httpx2.Client):
        """A user's own client."""

    with Mine(base_url=refusing, verify=TLS) as client, wrap(client, "Mine."):
        assert _httpx(client) == "Mine."


def test_an_azure_client_is_wrapped(refusing: str) -> None:
    client = openai.AzureOpenAI(api_key="mine", azure_endpoint=refusing, api_version="2024-10-21")
    with wrap(client, "Azure.") as llm:
        assert _openai(client) == "Azure."
        assert llm.calls.one.model == "gpt-5"


@pytest.mark.parametrize("what", [object(), "client", openai, requests])
def test_what_is_no_client_is_a_type_error_that_lists_the_known_ones(what: Any) -> None:
    with pytest.raises(TypeError) as refused:
        wrap(what, "Hello.")
    kind = type(what)
    assert str(refused.value) == (
        f"wrap(client): cannot wrap a {kind.__module__}.{kind.__qualname__}; known are clients of aiohttp, anthropic, botocore, "
        "cohere, google.genai, httpx, httpx2, mistralai, ollama, openai, requests, and of SDKs made as openai's is. "
        "intercept(...) catches every client."
    )


def test_a_wrong_option_leaves_the_client_alone(kind: Kind, refusing: str) -> None:
    client = kind.build(refusing)
    before = kind.held(client)
    with pytest.raises(TypeError):
        wrap(client, "Hello.", sope="task")
    assert kind.held(client) == before


def test_wrapping_needs_no_patch(refusing: str) -> None:
    from tests.activation.asking import process

    before = process()
    with wrap(httpx2.Client(verify=TLS), "Hello."):
        assert process() == before


def test_a_transport_that_was_kept_lets_calls_through_after_restore(refusing: str) -> None:
    client = httpx2.Client()
    with wrap(client, "Wrapped."):
        kept = client._transport
    with httpx2.Client(transport=kept) as other, pytest.raises(httpx2.ConnectError):
        other.post(f"{refusing}/v1/chat/completions", content=chat(), headers=JSON)


def test_through_a_proxy_what_is_no_llm_call_opens_its_tunnel_when_nothing_is_active(refusing: str) -> None:
    with intercept():
        kept = urllib3.HTTPSConnectionPool._prepare_proxy
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(urllib3.HTTPSConnectionPool, "_prepare_proxy", kept)
        with urllib3.ProxyManager(refusing) as manager, pytest.raises(urllib3.exceptions.MaxRetryError, match="proxy"):
            manager.request("GET", "https://foreign.test/", retries=0)


def test_entering_a_restored_wrap_wraps_again_from_the_definition(refusing: str) -> None:
    client = httpx2.Client(base_url=refusing)
    llm = wrap(client, "One.", "Two.")
    assert _httpx(client) == "One."
    llm.restore()
    with llm:
        assert _httpx(client) == "One."
    with pytest.raises(httpx2.ConnectError):
        _httpx(client)
    assert len(llm.calls) == 2


def _converse(client: Any) -> Any:
    return client.converse(modelId="m", messages=[{"role": "user", "content": [{"text": "Hello"}]}])


def _gemini(client: Any) -> Any:
    return client.models.generate_content(model="gemini-2.5-flash", contents="Hello")


def _async_gemini(client: Any) -> Any:
    return asyncio.run(client.aio.models.generate_content(model="gemini-2.5-flash", contents="Hello"))


def _boto3() -> Any:
    return boto3.client("bedrock-runtime", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")


def _genai() -> Any:
    from google import genai

    return genai.Client(api_key="x")


def _ollama() -> Any:
    import ollama

    return ollama.Client(host="https://api.openai.com/v1")


#: Clients whose own wire is not spoken: their calls are caught and refused.
UNSPOKEN: dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
    "boto3": (_boto3, _converse),
    "google-genai": (_genai, _gemini),
    "google-genai async": (_genai, _async_gemini),
    "ollama": (_ollama, lambda client: client.chat(model="m", messages=MESSAGES)),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("kind", UNSPOKEN)
def test_a_client_whose_wire_is_not_spoken_is_caught_and_no_other_and_changed_back(kind: str, closed_network: list[str]) -> None:
    build, ask = UNSPOKEN[kind]
    before, client = build(), build()
    first, second = wrap(client), wrap(client)
    for last in (second, first):  # the first one's journal is around the second's
        with last.expect_failure() as refused:
            ask(client)
        assert isinstance(refused.value, UnknownEndpoint)
        last.restore()
    assert closed_network == []
    for other in (before, client, build()):
        with pytest.raises(BaseException):  # noqa: B017  (each maps the closed network in its own way)
            ask(other)
        assert closed_network
        closed_network.clear()
    assert (first.calls.total, second.calls.total) == (2, 1)
