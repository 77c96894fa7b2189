"""How one SDK is asked, and what it made of the answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tests.sdks.cases import Case
from tests.sdks.said import Failure, Said
from tests.sdks.ways import WAYS

__all__ = ["FORMS", "TELLS", "USER", "Asking", "Client"]

FORMS = ("body", "stream", "helper")

#: What an SDK can tell of a completion besides its choices.
TELLS = frozenset({"id", "model", "usage", "tool_ids"})

USER = ({"role": "user", "content": "What is the weather in Paris?"},)


class Asking(ABC):
    """One SDK. `completed` is its own object, `said` its neutral form. See the package for what to give."""

    name: str
    finishes: Mapping[str, str | None]
    failures: Mapping[int, Failure]
    forms: tuple[str, ...] = FORMS
    cannot: frozenset[str] = frozenset()
    tells: frozenset[str] = TELLS
    replies: Mapping[str, Case] = {}

    @abstractmethod
    async def completed(self, client: Any, form: str, **request: Any) -> Any:
        """The SDK's own completion: the body, or the accumulated stream."""

    @abstractmethod
    def said(self, completion: Any) -> Said:
        """The neutral form."""

    @abstractmethod
    def opened(self, client: Any) -> Any:
        """A raw stream, or what awaits one."""

    @abstractmethod
    def text(self, event: Any) -> str | None:
        """The text of one event of a raw stream."""

    @abstractmethod
    def failure(self, raised: BaseException) -> Failure:
        """What an exception of the SDK tells."""

    def once(self, client: Any) -> Any:
        """The client without retries."""
        return client

    def cut(self, finish: str, form: str) -> type[Exception] | None:
        """What the SDK raises for a completion that ended so, in the provider's word, where it gives none out."""
        return None

    async def ask(self, client: Any, form: str = "body", **request: Any) -> Said:
        """What the SDK made of the answer."""
        return self.said(await self.completed(client, form, **request))


class Client(NamedTuple):
    """One client: how it is asked, what makes it, and the ways in which its HTTP library can go."""

    asking: Asking
    blocking: Callable[[], Any] | None = None
    asynchronous: Callable[[], Any] | None = None
    ways: tuple[str, ...] = WAYS

    @property
    def can(self) -> tuple[str, ...]:
        """The ways in which it can be asked."""
        return tuple(way for way in self.ways if (self.blocking if way == "sync" else self.asynchronous) is not None)
