"""`wrap`: one client answered, changed in place, and changed back."""

# ruff: noqa: PT012  (what raises is the end of a block, and the block has a body)
from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import anthropic
import boto3
import httpx
import httpx2
import huggingface_hub
import ollama
import openai
import pytest
import requests
import urllib3
from google import genai
from google.genai import _api_client as genai_api_client

from llm_intercept import IncompatibleLibrary, InterceptWarning, UnansweredCall, UnknownEndpoint, intercept, wrap
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


def _openai_on(http_client: Callable[[], Any], client: Any = openai.AsyncOpenAI) -> Callable[[str], Any]:
    return lambda url: client(api_key="sk-mine", base_url=f"{url}/v1", max_retries=0, http_client=http_client())


def _hugging_face(client: Any) -> Callable[[str], Any]:
    return lambda url: client(base_url=f"{url}/v1", api_key="mine")


def _hugging_face_held(client: Any) -> tuple[Any, ...]:
    """The client of httpx that all share, and what the client itself has but for the one that it makes at its first call."""
    shared = huggingface_hub.get_session()
    own = {name: value for name, value in vars(client).items() if name != "_async_client"}
    return (shared, shared._transport, dict(shared._mounts), own)


def _hugging_face_says(client: Any) -> Any:
    return client.chat_completion(messages=MESSAGES).choices[0].message.content


async def _hugging_face_says_async(client: Any) -> Any:
    return (await client.chat_completion(messages=MESSAGES)).choices[0].message.content


def _sdk(client: Any) -> Callable[[str], Any]:
    return lambda url: client(
        api_key="sk-mine", base_url=f"{url}{'/v1' if client.__module__.startswith('openai') else ''}", max_retries=0
    )


KINDS: dict[str, Kind] = {
    "openai.OpenAI": Kind(_sdk(openai.OpenAI), _sdk_transports, _openai),
    "openai.AsyncOpenAI": Kind(_sdk(openai.AsyncOpenAI), _sdk_transports, _openai_async),
    "anthropic.Anthropic": Kind(_sdk(anthropic.Anthropic), _sdk_transports, _anthropic),
    "anthropic.AsyncAnthropic": Kind(_sdk(anthropic.AsyncAnthropic), _sdk_transports, _anthropic_async),
    "openai.OpenAI on httpx": Kind(_openai_on(httpx.Client, openai.OpenAI), _sdk_transports, _openai),
    "openai.AsyncOpenAI on httpx": Kind(_openai_on(httpx.AsyncClient), _sdk_transports, _openai_async),
    "huggingface_hub.InferenceClient": Kind(_hugging_face(huggingface_hub.InferenceClient), _hugging_face_held, _hugging_face_says),
    "huggingface_hub.AsyncInferenceClient": Kind(
        _hugging_face(huggingface_hub.AsyncInferenceClient), _hugging_face_held, _hugging_face_says_async
    ),
    "httpx.Client": Kind(lambda url: httpx.Client(base_url=url, verify=TLS), _transports, _httpx),
    "httpx.AsyncClient": Kind(lambda url: httpx.AsyncClient(base_url=url, verify=TLS), _transports, _httpx_async),
    "httpx2.Client": Kind(lambda url: httpx2.Client(base_url=url, verify=TLS), _transports, _httpx),
    "httpx2.AsyncClient": Kind(lambda url: httpx2.AsyncClient(base_url=url, verify=TLS), _transports, _httpx_async),
    "requests.Session": Kind(
        _session, _adapters, lambda session: said(session.post(session.test_url, data=chat(), headers=JSON).content)
    ),
}


@pytest.fixture(autouse=True)
def no_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a process, huggingface_hub looks up a table at its hub, for its user agent; that is no LLM call, and goes by."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_TELEMETRY", True)


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


@pytest.mark.parametrize("what", [object(), "client", None, openai, requests])
def test_what_is_no_client_is_a_type_error_that_lists_the_known_ones(what: Any) -> None:
    with pytest.raises(TypeError) as refused:
        wrap(what, "Hello.")
    kind = type(what)
    assert str(refused.value) == (
        f"wrap(client): cannot wrap a {kind.__module__}.{kind.__qualname__}. Known are openai.OpenAI and what is made like it "
        "(anthropic.Anthropic, groq.Groq, together.Together ...), aiohttp.ClientSession, boto3.client(...), cohere.Client, "
        "google.genai.Client, httpx.Client, httpx2.Client, huggingface_hub.InferenceClient, litellm.HTTPHandler, "
        "mistralai.Mistral, ollama.Client, replicate.Client, requests.Session, and their async ones. "
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
    return genai.Client(api_key="x")


def _ollama() -> Any:
    return ollama.Client(host="https://ollama.com")


#: Clients whose own wire is not spoken yet: each with what is changed in it, and how it asks.
UNSPOKEN: dict[str, tuple[Callable[[], Any], Callable[[Any], Any], Callable[[Any], Any]]] = {
    "boto3": (_boto3, lambda client: dict(client._endpoint.http_session._pool_classes_by_scheme), _converse),
    "google-genai": (_genai, lambda client: dict(vars(client._api_client)), _gemini),
    "google-genai async": (_genai, lambda client: dict(vars(client._api_client)), _async_gemini),
    "ollama": (_ollama, _sdk_transports, lambda client: client.chat(model="m", messages=MESSAGES)),
}  # fmt: skip


LEFT_OPEN = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


def _asked(ask: Callable[[Any], Any], client: Any) -> None:
    """Ask, and let nothing but its interceptor's refusal keep it from its answer."""
    with contextlib.suppress(UnknownEndpoint):
        ask(client)


@LEFT_OPEN
@pytest.mark.parametrize("kind", UNSPOKEN)
def test_a_client_whose_wire_is_not_spoken_is_caught_and_no_other_and_changed_back(kind: str, closed_network: list[str]) -> None:
    build, held, ask = UNSPOKEN[kind]
    older, client = build(), build()
    with pytest.raises(BaseException):  # noqa: B017  (what it keeps for its next call is there when it is wrapped)
        ask(client)
    closed_network.clear()
    before = held(client)
    first, second = wrap(client, "Hello."), wrap(client, "Hello.")
    for last in (second, first):  # the first one's journal is around the second's
        _asked(ask, client)
        assert closed_network == []
        for other in (older, build()):
            with pytest.raises(BaseException):  # noqa: B017  (each maps the closed network in its own way)
                ask(other)
            assert closed_network
            closed_network.clear()
        last._own.pending.clear()
        last.restore()
        first._own.pending.clear()
    assert (first.calls.total, second.calls.total) == (2, 1)
    assert held(client) == before
    with pytest.raises(BaseException):  # noqa: B017
        ask(client)
    assert closed_network
    closed_network.clear()
    assert first.calls.total == 2


@LEFT_OPEN
def test_a_session_that_google_genai_made_before_is_answered_and_given_back(closed_network: list[str]) -> None:
    client = _genai()

    async def main() -> None:
        session = await client._api_client._get_aiohttp_session()
        connector = session._connector
        with wrap(client, "Hello.") as llm:
            for _ in range(2):
                with contextlib.suppress(UnknownEndpoint):
                    await client.aio.models.generate_content(model="gemini-2.5-flash", contents="Hello")
            assert session._connector is not connector
            llm._own.pending.clear()
        assert [entry.request.library for entry in llm.calls] == ["aiohttp", "aiohttp"]
        assert session._connector is connector
        await client.aio.aclose()

    asyncio.run(main())
    assert closed_network == []


@LEFT_OPEN
def test_google_genai_is_answered_on_every_event_loop(closed_network: list[str]) -> None:
    client = _genai()
    with wrap(client, "Hello.") as llm:
        for _ in range(3):
            _asked(_async_gemini, client)
        llm._own.pending.clear()
    assert (llm.calls.total, closed_network) == (3, [])


def test_google_genai_s_own_client_of_httpx_is_answered_on_every_event_loop_and_each_wrap_may_leave_first(refusing: str) -> None:
    client = _genai()
    http_client = client._api_client._async_httpx_client
    before = dict(vars(http_client))

    async def say() -> Any:
        return said((await http_client.post(f"{refusing}/v1/chat/completions", content=chat(), headers=JSON)).content)

    async def twice(first: Any, second: Any) -> None:
        assert await say() == "Second."
        inner = http_client._loop_clients[asyncio.get_running_loop()]
        second.restore()
        assert await say() == "First."
        third = wrap(client, "Third.")
        first.restore()
        assert await say() == "Third."
        assert hasattr(inner._transport, "runs")
        third.restore()
        assert not hasattr(inner._transport, "runs")
        with pytest.raises(Exception, match="connect"):
            await say()

    for _ in range(2):
        asyncio.run(twice(wrap(client, "First."), wrap(client, "Second.")))
        assert vars(http_client) == before


def test_two_clients_of_hugging_face_have_their_own_answers_though_they_share_their_http_client(refusing: str) -> None:
    kind = KINDS["huggingface_hub.InferenceClient"]
    one, other = kind.build(refusing), kind.build(refusing)
    with wrap(one, "One."), wrap(other, "Other."):
        assert (kind.say(one), kind.say(other)) == ("One.", "Other.")
        huggingface_hub.close_session()  # what they share is made anew
        assert (kind.say(one), kind.say(other)) == ("One.", "Other.")
        streamed = one.chat_completion(messages=MESSAGES, stream=True)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in streamed) == "One."


def test_a_closed_session_of_aiohttp_stays_closed() -> None:
    async def main() -> None:
        session = aiohttp.ClientSession()
        await session.close()
        with wrap(session, "Hello."):
            assert session.closed
            with pytest.raises(RuntimeError, match="Session is closed"):
                await session.post(CHAT, data=chat(), headers=JSON)

    asyncio.run(main())


def test_an_sdk_that_keeps_its_http_client_elsewhere_is_incompatible_and_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    client = _genai()
    api = client._api_client
    before = (dict(vars(api)), dict(vars(api._httpx_client)), dict(vars(api._async_httpx_client)))
    monkeypatch.delattr(genai_api_client.BaseApiClient, "_get_aiohttp_session")
    with pytest.raises(IncompatibleLibrary) as refused:
        wrap(client, "Hello.")
    assert str(refused.value) == (
        f"google.genai {genai.__version__} has no _get_aiohttp_session, by which wrap(client) comes to the HTTP client of a "
        "BaseApiClient. Its calls would reach the network, so nothing was changed. intercept(...) catches every client."
    )
    assert (dict(vars(api)), dict(vars(api._httpx_client)), dict(vars(api._async_httpx_client))) == before


def test_a_client_of_hugging_face_that_does_not_ask_for_the_shared_one_is_incompatible() -> None:
    class Mine(huggingface_hub.InferenceClient):
        def _inner_post(self, *args: Any, **kwargs: Any) -> Any:
            """A user's own way."""

    with pytest.raises(IncompatibleLibrary) as refused:
        wrap(Mine(), "Hello.")
    assert str(refused.value) == (
        f"huggingface_hub {huggingface_hub.__version__} has no get_session() in {Mine.__qualname__}._inner_post, by which "
        "wrap(client) comes to the HTTP client of a InferenceClient. Its calls would reach the network, so nothing was changed. "
        "intercept(...) catches every client."
    )


def test_an_sdk_of_unknown_version_is_told_as_such() -> None:
    class SyncAPIClient:
        """A client of an SDK of Stainless's make that has no `_client`."""

    SyncAPIClient.__module__ = "tests._base_client"
    with pytest.raises(IncompatibleLibrary, match=r"^tests of unknown version has no _client, by which"):
        wrap(SyncAPIClient(), "Hello.")
