"""`wrap` on every SDK's client: its calls are answered or refused by that interceptor alone, and nothing leaves."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from importlib import import_module
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import pytest

from llm_intercept import UnknownEndpoint, wrap
from tests.conftest import RealConnection
from tests.everywhere.test_sdks import (
    _CONVERSE,
    KEY,
    MESSAGES,
    ROWS,
    SDK,
    _atake,
    _attribute,
    _client,
    _create,
    _installed,
    _take,
)

#: The SDKs that cannot be wrapped, and why.
NOT = {
    "aiobotocore": "its rows make their client at each call; it has rows of its own below",
    "litellm": "is no client; its handlers have rows of their own below",
    "voyageai": "keeps no client",
    "dashscope": "keeps no client",
}

CHAT = _create("chat.completions.create", model="m", messages=MESSAGES)
STREAMED = _create("chat.completions.create", model="m", messages=MESSAGES, stream=True)


def _on(sdk: str, name: str, module: str, http_client: str) -> Callable[[], Any]:
    """A client of Stainless's make, on an HTTP client of somebody's."""
    return lambda: _attribute(sdk, name)(api_key=KEY, http_client=_attribute(module, http_client)(), max_retries=0)


def _on_httpx_aiohttp() -> Any:
    transport = import_module("httpx_aiohttp").AiohttpTransport()
    http_client = import_module("httpx").AsyncClient(transport=transport)
    return import_module("openai").AsyncOpenAI(api_key=KEY, http_client=http_client, max_retries=0)


def _aiobotocore(backend: str) -> Callable[[], Awaitable[Any]]:
    async def build() -> Any:
        config = _attribute("aiobotocore.config", "AioConfig")(http_session_cls=_attribute(*backend.split(":")))
        session = import_module("aiobotocore.session").get_session()
        made = session.create_client(
            "bedrock-runtime", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b", config=config
        )
        return await made.__aenter__()

    return build


async def _converse_stream(client: Any) -> Any:
    return [event async for event in (await client.converse_stream(**_CONVERSE))["stream"]]


def _litellm(handler: str, name: str) -> SDK:
    def ask(client: Any) -> Any:
        call = getattr(import_module("litellm"), name)
        return call(model="groq/llama3", messages=MESSAGES, api_key=KEY, client=client, num_retries=0)

    return SDK("litellm", _client("litellm.llms.custom_httpx.http_handler", handler), ask, name.startswith("a"))


_genai = _client("google.genai", "Client", api_key=KEY)


def _genai_on(option: str, module: str, http_client: str) -> Callable[[], Awaitable[Any]]:
    async def build() -> Any:  # aiohttp wants a loop
        options = _attribute("google.genai.types", "HttpOptions")(**{option: _attribute(module, http_client)()})
        return import_module("google.genai").Client(api_key=KEY, http_options=options)

    return build


_AGENERATE = _create("aio.models.generate_content", model="gemini-2.5-flash", contents="Hello")

#: Clients that stand in no row of the SDKs' own test.
MORE: dict[str, SDK] = {
    "openai on httpx": SDK("openai", _on("openai", "OpenAI", "httpx", "Client"), CHAT),
    "openai on httpx stream": SDK("openai", _on("openai", "OpenAI", "httpx", "Client"), STREAMED),
    "openai async on httpx": SDK("openai", _on("openai", "AsyncOpenAI", "httpx", "AsyncClient"), CHAT, True),
    "openai async on httpx stream": SDK("openai", _on("openai", "AsyncOpenAI", "httpx", "AsyncClient"), STREAMED, True),
    "openai on aiohttp stream": SDK("openai", _on("openai", "AsyncOpenAI", "openai", "DefaultAioHttpClient"), STREAMED, True),
    "openai on httpx-aiohttp": SDK("httpx_aiohttp", _on_httpx_aiohttp, CHAT, True),
    "anthropic on Vertex, a wire of Google's": SDK(
        "anthropic",
        _client("anthropic", "AnthropicVertex", access_token="x", project_id="p", region="us-east5", max_retries=0),
        _create("messages.create", model="m", messages=MESSAGES, max_tokens=9),
    ),
    "google-genai on aiohttp's session": SDK(
        "google.genai", _genai_on("aiohttp_client", "aiohttp", "ClientSession"), _AGENERATE, True
    ),
    "google-genai on httpx": SDK("google.genai", _genai_on("httpx_async_client", "httpx", "AsyncClient"), _AGENERATE, True),
    "google-genai on httpx2": SDK("google.genai", _genai_on("httpx_async_client", "httpx2", "AsyncClient"), _AGENERATE, True),
    "google-genai interactions": SDK(
        "google.genai", _genai, _create("interactions.create", model="gemini-2.5-flash", input="Hello")
    ),
    "google-genai async interactions": SDK(
        "google.genai", _genai, _create("aio.interactions.create", model="gemini-2.5-flash", input="Hello"), True
    ),
    "mistralai.azure, a wire of Mistral's": SDK(
        "mistralai",
        _client("mistralai.azure.client", "MistralAzure", api_key=KEY, server_url="https://api.mistral.ai"),
        _create("chat.complete", model="m", messages=MESSAGES),
    ),
    **{
        f"boto with {name} on {backend}": SDK("aiobotocore", _aiobotocore(path), ask, True)
        for backend, path, name, ask in (
            ("aiohttp", "aiobotocore.httpsession:AIOHTTPSession", "body", _create("converse", **_CONVERSE)),
            ("aiohttp", "aiobotocore.httpsession:AIOHTTPSession", "stream", _converse_stream),
            # it reads no stream of events over httpx
            ("httpx", "aiobotocore.httpxsession:HttpxSession", "body", _create("converse", **_CONVERSE)),
        )
    },
    "litellm.HTTPHandler": _litellm("HTTPHandler", "completion"),
    "litellm.AsyncHTTPHandler": _litellm("AsyncHTTPHandler", "acompletion"),
}
WRAPPED = {**{name: sdk for name, sdk in ROWS.items() if sdk.package not in NOT}, **MORE}

#: The wires that are not spoken yet: such a call may be refused.
UNSPOKEN = ("Vertex",)

EACH = pytest.mark.parametrize("row", WRAPPED)


@pytest.fixture(autouse=True)
def no_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a process, huggingface_hub looks up a table at its hub, for its user agent; that is no LLM call, and goes by."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_TELEMETRY", True)


async def _built(sdk: SDK) -> Any:
    made = sdk.build()
    return await made if inspect.isawaitable(made) else made


async def _ask(sdk: SDK, client: Any) -> Any:
    return await _atake(sdk.ask(client)) if sdk.asynchronous else _take(sdk.ask(client))


async def _reaches_the_network(sdk: SDK, client: Any, attempts: list[str]) -> bool:
    """Whether a call of a client's tries to leave; however its SDK maps that."""
    try:
        await _ask(sdk, client)
    except BaseException as error:
        return isinstance(error, RealConnection) or bool(attempts)
    finally:
        attempts.clear()
    return False


def _held(client: Any) -> dict[str, Any]:
    """Everything that a client holds, by its path, as far as the HTTP libraries' own clients and what they hold."""
    found: dict[str, Any] = {}
    seen: dict[int, Any] = {}
    waiting = [("", client)]
    while waiting:
        path, one = waiting.pop()
        found[path] = one
        leaf = isinstance(one, type | ModuleType | FunctionType | MethodType | BuiltinFunctionType | str | bytes | int)
        if leaf or id(one) in seen or path.count("/") > 9:
            continue
        seen[id(one)] = one
        if isinstance(one, dict):
            inside: Any = [(f"[{key!r}]", value) for key, value in one.items()]
        elif isinstance(one, list | tuple):
            inside = [(f"[{number}]", value) for number, value in enumerate(one)]
        else:
            inside = getattr(one, "__dict__", {}).items()
        waiting += [(f"{path}/{name}", value) for name, value in inside]
    return found


def _ours(held: dict[str, Any]) -> list[str]:
    """Where something of ours is in it."""
    modules = {path: (one if isinstance(one, type) else type(one)).__module__ for path, one in held.items()}
    return [path for path, module in modules.items() if str(module).startswith("llm_intercept")]


@EACH
def test_a_wrapped_client_is_answered_and_no_other(row: str, closed_network: list[str]) -> None:
    sdk = WRAPPED[row]
    if not _installed(sdk.package):
        pytest.skip(f"{sdk.package} is not installed")

    async def main() -> None:
        older, client = await _built(sdk), await _built(sdk)
        llm = wrap(client, "Hi there.")
        newer = await _built(sdk)
        for calls in (1, 2):
            try:
                answer = await _ask(sdk, client)
            except UnknownEndpoint:
                llm._own.pending.clear()
                assert any(name in row for name in UNSPOKEN)
            else:
                assert any(name in row for name in UNSPOKEN) or "Hi" in str(answer)
            assert (llm.calls.total, closed_network) == (calls, [])
            for other in (older, newer):
                assert await _reaches_the_network(sdk, other, closed_network)
            assert llm.calls.total == calls
        assert _ours(_held(client)) != []
        llm.restore()
        assert _ours(_held(client)) == []
        assert await _reaches_the_network(sdk, client, closed_network)
        assert llm.calls.total == 2

    asyncio.run(main())


@EACH
def test_a_client_that_is_restored_holds_what_it_held(row: str) -> None:
    sdk = WRAPPED[row]
    if not _installed(sdk.package):
        pytest.skip(f"{sdk.package} is not installed")

    async def main() -> None:
        client = await _built(sdk)
        before = _held(client)
        first, second = wrap(client), wrap(client)
        first.restore()
        second.restore()
        after = _held(client)
        assert [path for path, one in before.items() if not _same(after.get(path), one)] == []

    asyncio.run(main())


def _same(after: Any, before: Any) -> bool:
    """Whether it is that very object; Python makes anew what it finds in a table, and methods."""
    return after is before or (isinstance(before, MethodType | str | bytes | int | tuple) and after == before)


@pytest.mark.parametrize("row", ["voyageai", "dashscope"])
def test_what_keeps_no_client_is_refused(row: str) -> None:
    if not _installed(row):
        pytest.skip(f"{row} is not installed")
    with pytest.raises(TypeError, match=r"cannot wrap a .*\. Known are .*intercept\(\.\.\.\) catches every client\."):
        wrap(ROWS[row].build())
