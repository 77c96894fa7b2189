"""Which client is changed how: the table of the families, and what stands at the end of their paths, the HTTP libraries' clients.

Private names of SDKs stand here alone. A version that lacks one is an `IncompatibleLibrary`, and its client stays as it was.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from llm_intercept.errors import IncompatibleLibrary
from llm_intercept.run import Run
from llm_intercept.wrapping.makers import Borrower, Change, Maker
from llm_intercept.wrapping.slots import Undo, change_slot, each

__all__ = ["change"]


class _Family(NamedTuple):
    """Classes that are changed alike, as patterns of their names, and the public names by which they are known."""

    known: str
    classes: tuple[str, ...]
    change: Change


def change(client: Any, run: Run) -> Undo:
    """Have a run answer the client, and return what changes it back; a subclass is changed as its base.

    Raises `TypeError` for a client of no known family.
    """
    for kind in type(client).__mro__:
        name = f"{kind.__module__}.{kind.__name__}"
        for family in _FAMILIES:
            if any(fnmatchcase(name, pattern) for pattern in family.classes):
                try:
                    return family.change(client, run)
                except AttributeError as missing:
                    raise _incompatible(kind, missing) from missing
    known = ", ".join(family.known for family in _FAMILIES if family.known)
    raise TypeError(
        f"wrap(client): cannot wrap a {type(client).__module__}.{type(client).__qualname__}. Known are {known}, and their async "
        "ones. intercept(...) catches every client."
    )


def _incompatible(kind: type, missing: AttributeError) -> IncompatibleLibrary:
    library, version = kind.__module__, None
    while version is None and "." in library:
        library = library.rpartition(".")[0]
        version = getattr(sys.modules[library], "__version__", None)
    return IncompatibleLibrary(
        f"{library} {version or 'of unknown version'} has no {missing.name}, by which wrap(client) comes to the HTTP client of a "
        f"{kind.__qualname__}. Its calls would reach the network, so nothing was changed. intercept(...) catches every client."
    )


# what an SDK's client has


def _at(*paths: str) -> Change:
    """HTTP clients, or further clients, at some paths of attributes."""

    def change_them(client: Any, run: Run) -> Undo:
        return each(partial(_change_at, path, client, run) for path in paths)

    return change_them


def _change_at(path: str, client: Any, run: Run) -> Undo:
    return change(attrgetter(path)(client), run)


def _made_by(name: str) -> Change:
    """A method that makes an HTTP client, or finds one that it has made."""

    def change_it(owner: Any, run: Run) -> Undo:
        slots = vars(owner)
        undo = change_slot(slots, name, lambda *of: Maker(getattr(owner, name), change, *of), run)
        return each([lambda: undo, lambda: partial(slots[name].leave, run)])

    return change_it


def _lent_by(lender: str, name: str) -> Change:
    """A method that borrows everybody's HTTP client."""

    def change_it(owner: Any, run: Run) -> Undo:
        return change_slot(vars(owner), name, lambda *of: Borrower(getattr(owner, name), lender, change, *of), run)

    return change_it


def _all(*changes: Change) -> Change:
    def change_all(client: Any, run: Run) -> Undo:
        return each(partial(one, client, run) for one in changes)

    return change_all


# what the HTTP libraries' clients have


def _slots(slots: Any, keys: Iterable[Any], make: Callable[[list[Run], Any], Any], run: Run) -> Undo:
    return each(partial(change_slot, slots, key, make, run) for key in keys)


def _httpx(client: Any, run: Run) -> Undo:
    from llm_intercept.transports.httpx import explicit

    library = next(kind.__module__ for kind in type(client).__mro__ if kind.__module__ in ("httpx", "httpx2"))
    make = partial(explicit, library)
    mounted = [pattern for pattern, transport in client._mounts.items() if transport is not None]
    return each([
        partial(_slots, client._mounts, mounted, make, run),
        partial(_slots, vars(client), ["_transport"], make, run),
    ])  # fmt: skip


def _aiohttp(session: Any, run: Run) -> Undo:
    from llm_intercept.transports.aiohttp import explicit

    return _slots(vars(session), [] if session._connector is None else ["_connector"], explicit, run)  # None: it is closed


def _requests(session: Any, run: Run) -> Undo:
    from llm_intercept.transports.requests import explicit

    return _slots(session.adapters, list(session.adapters), explicit, run)


def _botocore(session: Any, run: Run) -> Undo:
    """One table of urllib3's pool classes for all managers of a session, which keep the pools that they made."""
    from llm_intercept.transports.urllib3 import explicit

    def forget_pools() -> None:
        for manager in (session._manager, *session._proxy_managers.values()):
            manager.clear()

    undo = _slots(session._pool_classes_by_scheme, ["http", "https"], explicit, run)
    forget_pools()
    return each([lambda: forget_pools, lambda: undo])


#: One line a family: an SDK is a path to its HTTP client. A family that is known by no name is what another's path leads to. The
#: private names are those of the version that is told; in another that lacks one the client is refused.
_FAMILIES = (
    # Stainless generates these and more, all on the same two bases (openai 3.54, anthropic 2.12, groq 1.7, together 3.1)
    _Family("openai.OpenAI and what is made like it (anthropic.Anthropic, groq.Groq, together.Together ...)",
            ("*._base_client.SyncAPIClient", "*._base_client.AsyncAPIClient"), _at("_client")),
    _Family("aiohttp.ClientSession", ("aiohttp.*.ClientSession",), _aiohttp),
    # boto3's and aiobotocore's (1.43, 3.10): the former's session is of urllib3's pools, the latter's makes its HTTP clients
    _Family("boto3.client(...)", ("botocore.*.BaseClient",), _at("_endpoint.http_session")),
    _Family("", ("botocore.*.URLLib3Session",), _botocore),
    _Family("", ("aiobotocore.*.AIOHTTPSession", "aiobotocore.*.HttpxSession"), _made_by("_get_session")),
    # cohere 7.3
    _Family("cohere.Client", ("cohere.*.BaseCohere", "cohere.*.AsyncBaseCohere"), _at("_client_wrapper.httpx_client.httpx_client")),
    # google-genai makes a session of aiohttp's for each event loop, and a client of httpx's for each (3.4)
    _Family("google.genai.Client", ("google.genai.*.Client", "google.genai.*.AsyncClient"), _at("_api_client")),
    _Family("", ("google.genai.*.BaseApiClient",),
            _all(_at("_httpx_client", "_async_httpx_client"), _made_by("_get_aiohttp_session"))),
    _Family("", ("google.genai.*._PerLoopAsyncClientMixin",), _all(_httpx, _made_by("_client_for_running_loop"))),
    _Family("httpx.Client", ("httpx.Client", "httpx.AsyncClient"), _httpx),
    _Family("httpx2.Client", ("httpx2.Client", "httpx2.AsyncClient"), _httpx),
    # one HTTP client for all blocking ones, and one for each async one, made at its first call (1.33)
    _Family("huggingface_hub.InferenceClient", ("huggingface_hub.*.InferenceClient",), _lent_by("get_session", "_inner_post")),
    _Family("", ("huggingface_hub.*.AsyncInferenceClient",), _made_by("_get_async_client")),
    _Family("litellm.HTTPHandler", ("litellm.*.HTTPHandler", "litellm.*.AsyncHTTPHandler"), _at("client")),
    # mistralai 3.7, its clients for Azure and GCP too
    _Family("mistralai.Mistral", ("mistralai.*.BaseSDK",), _at("sdk_configuration.client", "sdk_configuration.async_client")),
    _Family("ollama.Client", ("ollama.*.BaseClient",), _at("_client")),
    _Family("replicate.Client", ("replicate.*.Client",), _at("_client", "_async_client")),
    _Family("requests.Session", ("requests.*.Session",), _requests),
)  # fmt: skip
