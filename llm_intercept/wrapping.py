"""`wrap`: one client's calls answered, the client changed in place and restorable.

To add a kind of client: one line in `_CLIENTS` and the function that changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from llm_intercept.interceptor import Interceptor
from llm_intercept.run import Run

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["Wrapped", "wrap"]

#: Changes a client in place, so that a run answers it, and returns what changes it back.
Change = Callable[[Any, Run], Callable[[], None]]


class Wrapped(Interceptor):
    """The interceptor of one client. As a block it restores the client at its end."""

    def __init__(self, client: Any, replies: tuple[object, ...], options: dict[str, Any]) -> None:
        super().__init__(*replies, **options)
        self._client = client
        self._undo: Callable[[], None] | None = _change(client, self._own)

    def restore(self) -> None:
        """Change the client back; raises the failures that nobody has seen. A second time does nothing."""
        self._restore(None)

    def __enter__(self) -> Self:
        if self._undo is None:
            self._book = self._own.book = self._book.fresh()
            self._undo = _change(self._client, self._own)
        return self

    def __exit__(self, kind: type[BaseException] | None, came_out: BaseException | None, trace: TracebackType | None) -> None:
        self._restore(came_out)

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, came_out: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._restore(came_out)

    def _restore(self, came_out: BaseException | None) -> None:
        if self._undo is not None:
            undo, self._undo = self._undo, None
            undo()
            self._finish(self._own, came_out)


def wrap(client: Any, *replies: object, **options: Any) -> Wrapped:
    """Answer one client's LLM calls, to whatever host, and nobody else's.

    `client` is a client of openai, anthropic, google-genai, mistralai, cohere, groq, together, ollama or another SDK of their make,
    a boto3 client, an `httpx` or `httpx2` client, a `requests.Session` or an `aiohttp.ClientSession`; it is changed in place.
    `replies` and `options` are those of `intercept`. Returns the interceptor; `llm.restore()`, or leaving it as a block, changes
    the client back. Raises `TypeError` for a client of another kind.

        llm = wrap(client, "Paris.")
        with wrap(client, "Paris.") as llm: ...
    """
    return Wrapped(client, replies, options)


def _change(client: Any, run: Run) -> Callable[[], None]:
    for kind in type(client).__mro__:
        for (package, name), change in _CLIENTS.items():
            if kind.__name__ == name and f"{kind.__module__}.".startswith(f"{package}."):
                return change(client, run)
        if kind.__name__ in _STAINLESS and kind.__module__.endswith("._base_client"):
            return _change(client._client, run)
    known = ", ".join(sorted({package for package, _ in _CLIENTS} | {"openai", "anthropic"}))
    raise TypeError(
        f"wrap(client): cannot wrap a {type(client).__module__}.{type(client).__qualname__}; known are clients of {known}, "
        "and of SDKs made as openai's is. intercept(...) catches every client."
    )


def _wrap_slot(slots: Any, key: Any, make: Callable[[list[Run], Any], Any], run: Run) -> Callable[[], None]:
    """Answer with a run what one slot sends. A slot that is wrapped already gets one more run, so that any may leave first."""
    standing = slots.get(key)  # None for an attribute of the class
    if hasattr(standing, "runs"):
        standing.runs.append(run)
    else:
        standing = slots[key] = make([run], standing)

    def undo() -> None:
        standing.runs.remove(run)
        if not standing.runs and slots.get(key) is standing:
            if standing.around is None:
                del slots[key]
            else:
                slots[key] = standing.around

    return undo


def _change_slots(slots: Any, keys: Iterable[Any], make: Callable[[list[Run], Any], Any], run: Run) -> Callable[[], None]:
    return _together([_wrap_slot(slots, key, make, run) for key in keys])


def _together(undos: list[Callable[[], None]]) -> Callable[[], None]:
    def undo() -> None:
        for one in undos:
            one()

    return undo


def _change_httpx(library: str) -> Change:
    def change(client: Any, run: Run) -> Callable[[], None]:
        from llm_intercept.transports.httpx import explicit

        make = partial(explicit, library)
        mounted = [pattern for pattern, transport in client._mounts.items() if transport is not None]
        undo_mounts = _change_slots(client._mounts, mounted, make, run)
        undo_transport = _change_slots(vars(client), ["_transport"], make, run)

        def undo() -> None:
            undo_transport()
            undo_mounts()

        return undo

    return change


def _change_parts(*paths: str) -> Change:
    """An SDK's client keeps its HTTP clients at some paths of attributes."""

    def change(client: Any, run: Run) -> Callable[[], None]:
        return _together([_change(attrgetter(path)(client), run) for path in paths])

    return change


class _No:
    """A switch of a client's, off while somebody answers: false, and so is what it returns."""

    def __init__(self, runs: list[Run], around: Any) -> None:
        self.runs, self.around = runs, around

    def __bool__(self) -> bool:
        return False

    def __call__(self) -> bool:
        return False


def _change_genai(client: Any, run: Run) -> Callable[[], None]:
    """google-genai makes a session or a client for each event loop; both switched off (3.4), it has one client each way."""
    api = client._api_client
    return _together(
        [
            _change_parts("_httpx_client", "_async_httpx_client")(api, run),
            _wrap_slot(vars(api), "_use_aiohttp", _No, run),
            _wrap_slot(vars(api._async_httpx_client), "_per_loop", _No, run),
        ]
    )


def _change_aiohttp(session: Any, run: Run) -> Callable[[], None]:
    from llm_intercept.transports.aiohttp import explicit

    return _change_slots(vars(session), ["_connector"], explicit, run)


def _change_botocore(client: Any, run: Run) -> Callable[[], None]:
    """A session of botocore's has one table of urllib3's pool classes for all its managers, which keep the pools that they made."""
    from llm_intercept.transports.urllib3 import explicit

    session = client._endpoint.http_session
    undo = _change_slots(session._pool_classes_by_scheme, ["http", "https"], explicit, run)

    def forget_pools() -> None:
        for manager in (session._manager, *session._proxy_managers.values()):
            manager.clear()

    forget_pools()
    return _together([undo, forget_pools])


def _change_session(session: Any, run: Run) -> Callable[[], None]:
    from llm_intercept.transports.requests import explicit

    return _change_slots(session.adapters, list(session.adapters), explicit, run)


#: The bases of the SDKs that Stainless generates (openai, anthropic, groq, together, cerebras ...); they keep their HTTP client in
#: `_client`.
_STAINLESS = ("SyncAPIClient", "AsyncAPIClient")

#: Which class of which package is changed how; a subclass is changed as its base.
_CLIENTS: Mapping[tuple[str, str], Change] = {
    ("aiohttp", "ClientSession"): _change_aiohttp,
    ("botocore", "BaseClient"): _change_botocore,
    ("cohere", "BaseCohere"): _change_parts("_client_wrapper.httpx_client.httpx_client"),
    ("cohere", "AsyncBaseCohere"): _change_parts("_client_wrapper.httpx_client.httpx_client"),
    ("google.genai", "Client"): _change_genai,
    ("httpx", "Client"): _change_httpx("httpx"),
    ("httpx", "AsyncClient"): _change_httpx("httpx"),
    ("httpx2", "Client"): _change_httpx("httpx2"),
    ("httpx2", "AsyncClient"): _change_httpx("httpx2"),
    ("mistralai", "Mistral"): _change_parts("sdk_configuration.client", "sdk_configuration.async_client"),
    ("ollama", "BaseClient"): _change_parts("_client"),
    ("requests", "Session"): _change_session,
}
