"""Clients that go wrong, each in one way, as an SDK that has changed would."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import httpx

CHAT = "https://api.openai.com/v1/chat/completions"
ASKED = {"model": "m", "messages": [{"role": "user", "content": "?"}]}


class Client:
    """Makes a call that is caught."""

    def post(self) -> Any:
        with httpx.Client(trust_env=False) as client:
            return client.post(CHAT, json=ASKED)


class Deaf(Client):
    """Makes something else of the answer."""

    def ask(self) -> Any:
        self.post()
        return "Pardon?"


class Told(Client):
    """Has what it heard in an attribute alone."""

    def __init__(self) -> None:
        self.heard = ""

    def ask(self) -> Any:
        self.heard = self.post().text
        return self


class Silent:
    """Makes no call."""

    def ask(self) -> Any:
        return ""


class Failing(Client):
    """Does not understand the answer."""

    def ask(self) -> Any:
        raise ValueError(f"no field of that name\n in {self.post().json()['object']}")


class Waiting:
    """Waits for a loop where there is none."""

    async def ask(self) -> Any:
        await asyncio.sleep(0)


class Swallowing:
    """Goes past every library, and hides that it was refused."""

    def ask(self) -> Any:
        try:
            socket.create_connection(("api.openai.com", 443))
        except BaseException:
            return "Caught by llm_intercept."


class Escaping:
    """Goes past the interceptor, too."""

    def ask(self) -> Any:
        guard = socket.getaddrinfo
        connect: Any = socket.socket.connect
        with socket.socket() as plain:
            connect.__wrapped__(plain, ("203.0.113.7", 443))
        return guard


class Local:
    """Talks to this machine, and to Ollama on it."""

    def ask(self) -> Any:
        with socket.socket() as server, socket.socket() as client:
            server.bind(("127.0.0.1", 0))
            server.listen()
            client.connect(server.getsockname())
        with socket.socket() as client:
            client.connect(("127.0.0.1", 11434))
