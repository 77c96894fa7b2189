"""A call and its whole answer by each library, in the fewest words: neighbours' responses have less to look at than real ones."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from typing import Any

import aiohttp
import anyio
import httpcore2  # noqa: F401  (httpx2 imports it with its first client)
import httpx
import httpx2
import requests
import urllib3

from tests.transports.libraries import CHAT, JSON, TLS, chat

__all__ = ["ASKS", "ask"]


def _awaiting(module: Any) -> Callable[[str], bytes]:
    async def post(url: str) -> bytes:
        async with module.AsyncClient(verify=TLS) as client:
            content: bytes = (await client.post(url, content=chat(), headers=JSON)).content
            return content

    return lambda url: anyio.run(post, url)


def _aiohttp(url: str) -> bytes:
    async def post() -> bytes:
        connector = aiohttp.TCPConnector(ssl=TLS)
        async with aiohttp.ClientSession(connector=connector) as session, session.post(url, data=chat(), headers=JSON) as answer:
            return await answer.read()

    return anyio.run(post)


def _urllib3(url: str) -> bytes:
    with urllib3.PoolManager() as pool:
        data: bytes = pool.request("POST", url, body=chat(), headers=JSON, retries=False).data
        return data


def _urllib(url: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, chat(), JSON), context=TLS) as answer:
        data: bytes = answer.read()
        return data


ASKS: dict[str, Callable[[str], bytes]] = {
    "httpx": lambda url: httpx.post(url, content=chat(), headers=JSON, verify=TLS).content,
    "httpx-asyncio": _awaiting(httpx),
    "httpx2": lambda url: httpx2.post(url, content=chat(), headers=JSON, verify=TLS).content,
    "httpx2-asyncio": _awaiting(httpx2),
    "requests": lambda url: requests.post(url, data=chat(), headers=JSON).content,
    "urllib3": _urllib3,
    "aiohttp": _aiohttp,
    "http.client": _urllib,
}


def ask(name: str, url: str = CHAT) -> bytes:
    """What a library is answered."""
    return ASKS[name](url)
