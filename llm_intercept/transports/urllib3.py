"""urllib3, and so requests, botocore, google-auth and azure-core: caught at `HTTPConnectionPool._make_request`, below its retries.

The request is written by urllib3 to a connection whose socket is in memory, and the response is read from there by http.client's
own parser, chunk by chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial, wraps
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from llm_intercept import activation
from llm_intercept.exchange import exchange
from llm_intercept.passing import let_through
from llm_intercept.run import Run
from llm_intercept.transports.http1 import Sent, is_chunked, phrase
from llm_intercept.transports.memory import LetThrough, Socket
from llm_intercept.transports.patches import Patch, own
from llm_intercept.transports.patience import Patience
from llm_intercept.transports.pump import Player
from llm_intercept.transports.unconnected import refused, unresolved, without_tls
from llm_intercept.wire import FaultKind, Request, SentHeaders

__all__ = ["Catch", "LazyHeaders", "answering", "explicit", "patches"]

Catch = Callable[[str, str, "int | None", str, SentHeaders], "activation.Caught | None"]

_DEFAULT_PORTS = {"http": 80, "https": 443}


def patches(module: ModuleType) -> list[Patch]:
    """The hooks of `urllib3.connectionpool`."""
    return [
        Patch(module.HTTPConnectionPool, "_make_request", _hook),
        Patch(module.HTTPSConnectionPool, "_prepare_proxy", _later),
    ]


def _hook(original: Any) -> Any:
    """`_make_request`, for which most requests are plainly none of ours; http.client's hook need not look at them again."""
    code = getattr(original, "__code__", None)  # a wrapper's is its own, and not that of what it wraps
    rest = () if code is None else code.co_varnames[4 : code.co_argcount]
    return wraps(original)(_BY_NAME.get(rest, _given)(original, answering(original, activation.caught)))


def _given(original: Any, answers: Any) -> Any:
    """The hook of a method that takes we know not what."""

    def _make_request(pool: Any, conn: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        if not _goes_by(pool, method, url, kwargs.get("headers")):
            return answers(pool, conn, method, url, *args, **kwargs)
        _tunnel(pool, conn)
        conn.llm_intercept_seen = True
        try:
            return original(pool, conn, method, url, *args, **kwargs)
        finally:
            conn.llm_intercept_seen = False

    return _make_request


def _by_name(original: Any, answers: Any) -> Any:
    """The same with each parameter by its name: what urllib3 gives, taken and handed on as `**kwargs`, costs more than the rest."""

    def _make_request(
        pool: Any, conn: Any, method: str, url: str, body: Any, headers: Any, retries: Any, timeout: Any, chunked: Any,
        response_conn: Any, preload_content: Any, decode_content: Any, enforce_content_length: Any,
    ) -> Any:  # fmt: skip
        if not _goes_by(pool, method, url, headers):
            rest = body, headers, retries, timeout, chunked, response_conn, preload_content, decode_content, enforce_content_length
            return answers(pool, conn, method, url, **dict(zip(_REST, rest, strict=True)))
        if pool.proxy is not None:
            _tunnel(pool, conn)
        conn.llm_intercept_seen = True
        try:
            return original(
                pool, conn, method, url, body, headers, retries, timeout, chunked,
                response_conn, preload_content, decode_content, enforce_content_length,
            )  # fmt: skip
        finally:
            conn.llm_intercept_seen = False

    _make_request.__defaults__ = original.__defaults__
    return _make_request


def _by_older_name(original: Any, answers: Any) -> Any:
    """The same before urllib3 2.0, where body and headers are the connection's to default."""

    def _make_request(
        pool: Any, conn: Any, method: str, url: str, timeout: Any, chunked: Any, body: Any = None, headers: Any = None
    ) -> Any:
        if not _goes_by(pool, method, url, headers):
            return answers(pool, conn, method, url, timeout=timeout, chunked=chunked, body=body, headers=headers)
        if pool.proxy is not None:
            _tunnel(pool, conn)
        conn.llm_intercept_seen = True
        try:
            return original(pool, conn, method, url, timeout, chunked, body=body, headers=headers)
        finally:
            conn.llm_intercept_seen = False

    _make_request.__defaults__ = (*original.__defaults__, None, None)
    return _make_request


#: What `_make_request` takes after the URL since urllib3 2.0.
_REST = (
    "body", "headers", "retries", "timeout", "chunked", "response_conn", "preload_content", "decode_content",
    "enforce_content_length",
)  # fmt: skip

#: The hooks of those whose parameters are known.
_BY_NAME = {_REST: _by_name, ("timeout", "chunked"): _by_older_name}


def _goes_by(pool: Any, method: str, url: str, headers: Any) -> bool:
    """Whether a request is plainly none of ours; urllib3 gives the headers with each."""
    if headers is None:
        return False
    # private, and in every version of urllib3's own and of requests': the public way to a header takes longer than all the rest
    kept: Any = getattr(headers, "_container", None) or getattr(headers, "_store", ())
    agent = kept["user-agent"][1] if "user-agent" in kept else headers.get("User-Agent") or _agent(headers)
    known = ("urllib3", method, pool.host, url, agent)
    if known in activation.foreign:
        return True
    _, host, _, target = _destination(pool, url)
    return activation.goes_by(known, method, host, target, _bytes(agent))


def _agent(headers: Any) -> Any:
    """What stands under `User-Agent` in any case, in a mapping that knows names as they are written."""
    names = [name for name in headers if len(name) == 10 and _bytes(name).lower() == b"user-agent"]
    return headers[names[0]] if names else ""


def answering(original: Any, catch: Catch) -> Any:
    """`_make_request`, answering what `catch` recognises over a connection in memory."""

    @wraps(original)
    def _make_request(pool: Any, conn: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        if isinstance(conn, _connection_class()):
            return original(pool, conn, method, url, *args, **kwargs)
        scheme, host, port, target = _destination(pool, url)
        caught = catch(method, host, port, target, LazyHeaders(kwargs.get("headers") or pool.headers))
        if caught is None:
            _tunnel(pool, conn)
            return original(pool, conn, method, url, *args, **kwargs)
        ours = _standing_for(conn.__class__)(pool, conn, scheme, host, port, target, caught)
        try:
            response = original(pool, ours, method, url, *args, **kwargs)
        except LetThrough as passed:
            with let_through(host):
                _tunnel(pool, conn)
                return original(pool, conn, method, url, *_with_body(passed.body, args, kwargs), **kwargs)
        vars(conn).pop("llm_intercept_tunnel", None)
        return response

    return _make_request


def explicit(runs: list[Run], around: Any) -> Any:
    """A class of connection pool that answers with runs of its own, the last first, and is else the class it stands `around`."""
    made = {"_make_request": answering(around._make_request, partial(activation.caught_for, runs)), "runs": runs, "around": around}
    return type(around.__name__, (around,), made)


def _with_body(body: bytes, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    """The arguments of `_make_request` after the URL, with the body that was read already, if there was one."""
    if kwargs.get("body") is not None:
        kwargs["body"] = body
    return (body, *args[1:]) if args and args[0] is not None else args


def _later(original: Any) -> Any:
    """`_prepare_proxy`, put off until it is known whose call it is: the tunnel through a proxy is a real connection."""

    @wraps(original)
    def _prepare_proxy(pool: Any, conn: Any) -> Any:
        if not activation.active():
            return original(pool, conn)
        conn.llm_intercept_tunnel = original
        return None

    return _prepare_proxy


def _tunnel(pool: Any, conn: Any) -> None:
    """Open the tunnel that was put off, with urllib3's own mapping of what fails there."""
    original = vars(conn).pop("llm_intercept_tunnel", None)
    if original is not None:
        try:
            original(pool, conn)
        except OSError as error:
            pool._raise_timeout(err=error, url=pool.proxy.url, timeout_value=conn.timeout)
            raise


def _destination(pool: Any, url: str) -> tuple[str, str, int | None, str]:
    """Scheme, host, port (None for the default one) and target; a forwarding proxy is sent the absolute URL."""
    if url.startswith("/"):
        scheme, host, port, target = pool.scheme, pool.host, pool.port, url
    else:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return scheme, host.strip("[]").lower(), None if port == _DEFAULT_PORTS.get(scheme) else port, target


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("latin-1", "replace")


class LazyHeaders:
    """Header pairs of any mapping of urllib3, requests or botocore (whose values are bytes), read out when somebody wants them."""

    __slots__ = ("_headers",)

    def __init__(self, headers: Any) -> None:
        self._headers = headers

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        return ((_bytes(name), _bytes(value)) for name, value in self._headers.items())


@lru_cache(maxsize=1)
def _connection_class() -> Any:
    from urllib3 import connection as library
    from urllib3.exceptions import ConnectTimeoutError, EmptyPoolError

    connection: Any = library
    plain: Any = own(connection, "HTTPConnection", connection._HTTPConnection)  # http.client's, under a name as old as the module

    class InMemoryConnection(plain):  # type: ignore[misc]
        """urllib3's own plain connection, for http and https alike, over a socket that is ours."""

        response_class = _response_class(plain)
        llm_intercept_seen = True
        is_verified = True  # no InsecureRequestWarning: there is no network to verify

        def __init__(
            self, pool: Any, real: Any, scheme: str, host: str, port: int | None, target: str, caught: activation.Caught
        ) -> None:
            super().__init__(real.host, real.port, timeout=real.timeout)
            self._pool = pool
            self._asked = (scheme, host, port, target)
            self._caught = caught

        def connect(self) -> None:
            self.sock = Socket(self._answer)
            self._connecting = self.timeout

        def _answer(self, sent: Sent) -> Player:
            method, headers = sent.line
            request = Request(method, *self._asked, headers, sent.body, "urllib3")
            exchanged = exchange(request, *self._caught)
            if exchanged is None:
                raise LetThrough(request.body)
            return Player(*exchanged, self._breaks, self._patience).open()

        def _patience(self) -> Patience:
            return Patience(_seconds(self._connecting), _seconds(self.sock.timeout))

        def _breaks(self, kind: FaultKind, player: Player) -> BaseException:
            faults: dict[FaultKind, Callable[[], BaseException]] = {
                "connect_error": lambda: _unmade(_failed(self, refused()), refused()),
                "connect_timeout": lambda: ConnectTimeoutError(
                    self, f"Connection to {self.host} timed out. (connect timeout={self.timeout})"
                ),
                "pool_timeout": lambda: EmptyPoolError(
                    self._pool, "Pool is empty and a new connection can't be opened due to blocking mode."
                ),
                "dns_error": lambda: _unresolved(self),
                "tls_error": without_tls,
                "read_timeout": lambda: TimeoutError("timed out"),
                "reset": lambda: ConnectionResetError(104, "Connection reset by peer"),
                "disconnect": EOFError,
            }
            return faults[kind]()

    return InMemoryConnection


def _unmade(error: Any, cause: OSError) -> Any:
    error.__cause__ = cause
    return error


def _failed(conn: Any, cause: OSError) -> Any:
    from urllib3.exceptions import NewConnectionError

    return NewConnectionError(conn, f"Failed to establish a new connection: {cause}")


def _unresolved(conn: Any) -> Any:
    """A name without an address, for which there is an error of its own since urllib3 2.0."""
    from urllib3 import exceptions

    cause = unresolved()
    kind = getattr(exceptions, "NameResolutionError", lambda _, conn, cause: _failed(conn, cause))
    return _unmade(kind(conn.host, conn, cause), cause)


def _seconds(timeout: Any) -> float | None:
    """A limit in seconds; None for none, and for the default one before urllib3 2.0, which is none."""
    return timeout if isinstance(timeout, int | float) else None


def _response_class(plain: Any) -> Any:
    """http.client's response, which takes its head as it is, and reads its body as from a socket.

    To write a head and parse it costs as much as all else that we do.
    """
    from http.client import HTTPMessage

    class InMemoryResponse(plain.response_class):  # type: ignore[misc]
        def begin(self) -> None:
            response = None if self.debuglevel else self.fp.raw.begin()
            if response is None:  # the parser prints what it reads, or finds nothing and raises what it raises then
                super().begin()
                return
            self.code = self.status = response.status
            self.reason, self.version = phrase(response.status), 11
            self.headers = self.msg = headers = HTTPMessage()
            for name, value in response.headers:
                headers.set_raw(name.decode("latin-1"), value.decode("latin-1"))
            self.chunked, self.chunk_left = is_chunked(response), None
            length = headers.get("content-length", "")
            self.length = int(length) if length.isdigit() and not self.chunked else None
            if self._method == "HEAD" or response.status in (204, 304):
                self.length = 0
            closes = "close" in headers.get("connection", "").lower()
            self.will_close = closes or (self.length is None and not self.chunked)

    return InMemoryResponse


@lru_cache(maxsize=8)
def _standing_for(real: Any) -> Any:
    """The same class under the name of the connection that it stands for, which urllib3 shows in its errors."""
    return type(real.__name__, (_connection_class(),), {"__module__": real.__module__})
