"""Who is active, in which order, for whom; and what must be in place while anybody is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from threading import RLock
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from llm_intercept.errors import BlockedNetwork, OutOfScope
from llm_intercept.keys import Keys
from llm_intercept.passing import answered, opened, passes
from llm_intercept.providers import provider_of
from llm_intercept.reach import Found, elsewhere, named, on_provider, plainly_foreign, recognise
from llm_intercept.sidecalls import carries_fake
from llm_intercept.wire import HeaderPairs, SentHeaders

if TYPE_CHECKING:
    from llm_intercept.clock import Clock
    from llm_intercept.run import Run

__all__ = [
    "Caught", "active", "answered_by", "caught", "caught_for", "enter", "fail", "foreign", "goes_by", "hold", "imported", "leave",
    "release", "skipped", "state",
]  # fmt: skip

#: What a request is, and the runs to ask, innermost first.
Caught = tuple[Found, "tuple[Run, ...]"]

_lock = RLock()
_keys = Keys()

#: The credentials for which a fake was given while anything is active.
_given: set[str] = set()

#: The virtual clocks in use, once for each run or wrapped client that has one.
_clocks: list[Clock] = []


class _State(NamedTuple):
    """Who is active: all runs, and those that answer the whole process, innermost first.

    `hosts` are the LLM hosts that they name, `allow` those that they let out to, `closed` whether one of them closes all others.
    """

    active: tuple[Run, ...] = ()
    process: tuple[Run, ...] = ()
    hosts: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    closed: bool = False


#: Replaced as a whole, never changed, so that a request reads it once and without a lock.
_state = _State()

_task: ContextVar[tuple[Run, ...]] = ContextVar("llm_intercept_task", default=())


#: Requests that are plainly none of ours, each as its library knows it: what is found here goes by, for the price of a look.
#: Another set takes its place when what goes by may change, so that what somebody is about to add comes too late.
foreign: set[tuple[object, ...]] = set()

#: How many are kept.
_MOST = 4096


def goes_by(known: tuple[object, ...], method: str, host: str, target: str, agent: bytes) -> bool:
    """Whether a request is plainly none of ours, and nobody asks where the others go; from then on it is `known` in `foreign`.

    All that the answer hangs on must be told by `known`, which begins with the library's name.
    """
    kept = foreign
    if _state.closed or _given or _clocks or not plainly_foreign(method, host, target, agent):
        return False
    if len(kept) >= _MOST:
        kept.clear()
    kept.add(known)
    return True


def caught(method: str, host: str, port: int | None, target: str, headers: SentHeaders) -> Caught | None:
    """What a request is and who is asked, if it is an LLM call and anything is active.

    Raises `OutOfScope` where only other tasks' interceptors are active.
    """
    state = _state
    if _clocks:
        answered.set(None)
    if not state.active:
        return None
    found = on_provider(method, host, target) or _elsewhere(state, method, host, port, target, headers)
    if found is None or passes() or (state.allow and named(host, port, state.allow)):
        return None
    runs = _around(state) if _task.get() else state.process
    if not runs:
        if found.side is not None:
            return found, state.active
        _refuse(f"{host}{target.partition('?')[0]}")
    if _clocks:
        answered.set(runs[0].clock)
    return found, runs


def _elsewhere(state: _State, method: str, host: str, port: int | None, target: str, headers: SentHeaders) -> Found | None:
    """The same for what is no call to a provider's API; what is none of ours goes by."""
    found = elsewhere(method, host, port, target, headers, state.hosts)
    if found is not None and found.side is not None:
        found = _answered(found, found.side.credential)
    if found is None:
        if _given and carries_fake(headers) and not (passes() or named(host, port, state.allow)):
            _refuse_fake(host)
        if state.closed or provider_of(host) is not None:
            _let_by(host, port)
    return found


def _answered(found: Found, credential: str | None) -> Found | None:
    """A side-call, if it is one that we answer; else what it is without that."""
    if credential is None:
        return found
    if _keys.stand_in(credential):
        _given.add(credential)
        _forget()
        return found
    return None if found.provider is None else Found(found.provider, None)


def _refuse_fake(host: str) -> NoReturn:
    failure = BlockedNetwork(
        f"A call to {host} was refused: it carries a fake credential. No variable, profile or role gives the SDKs of this cloud a "
        "real one, so that they were given a fake one for LLM calls; and this is none.\n"
        "  Give them a real credential before the block begins, or none: intercept(..., keys=False).\n"
        f"  To let the call out as it is: intercept(..., allow=[{host!r}])."
    )
    fail(failure)
    raise failure


def _let_by(host: str, port: int | None) -> None:
    """A call that is none of ours goes by, unless its host is closed; a provider's host may serve other things as well."""
    from llm_intercept import guard

    if _state.closed and guard.blocked(host, port):
        guard.refuse(host, port, "an HTTP library")
    opened.add(host)


def _refuse(where: str) -> NoReturn:
    failure = OutOfScope(
        f"An LLM call to {where} from a context in which no interceptor answers: every active one has scope='task' and was "
        "entered elsewhere. It is not let out to the network. Enter one here, or use scope='process'."
    )
    fail(failure)
    raise failure


def fail(failure: BaseException) -> None:
    """Keep a failure that belongs to no call for the end of every block."""
    for run in _state.active:
        run.fail(failure)


def state() -> _State:
    """Who is active at the moment."""
    return _state


def active() -> bool:
    """Whether anything is active."""
    return bool(_state.active)


def caught_for(
    own: Sequence[Run], method: str, host: str, port: int | None, target: str, headers: SentHeaders, *, refuse: bool = False
) -> Caught | None:
    """The same for a client that has interceptors of its own, the last first: every LLM-shaped call, to any host.

    While such an interceptor is entered as well, the run that was entered answers: it has the rules of its block. With `refuse`
    what is no LLM call is caught too, as an unknown endpoint.
    """
    if not own:
        return None
    hosts = [host for run in own for host in run.options.hosts]
    found = recognise(method, host, port, target, headers, hosts, anywhere=True)
    if found is not None and found.side is not None:
        found = _answered(found, found.side.credential)
    if found is None:
        return (Found(None, None), tuple(own)) if refuse else None
    around = _around(_state)
    first = [next((run for run in around if run.journal is mine.journal), mine) for mine in reversed(own)]
    if _clocks:
        answered.set(first[0].clock)
    return found, (*first, *(run for run in around if run not in first))


def _around(state: _State) -> tuple[Run, ...]:
    """The runs that a call from here asks: the task's, then the process's, innermost first."""
    return (*(run for run in _task.get() if run.live), *state.process)


def imported(name: str, module: ModuleType) -> None:
    """A library was imported just now: patch it if anything is active."""
    from llm_intercept.transports import patches

    with _lock:
        patches.executed(name, module, active() or bool(_clocks), bool(_clocks))


def answered_by() -> Clock | None:
    """The virtual clock by which this context's last call was answered; None where it was not, or is in use no more."""
    clock = answered.get()
    return clock if clock in _clocks else None


def skipped() -> float:
    """How many seconds are not waited for, by all virtual clocks in use."""
    return sum([clock.elapsed for clock in _clocks])


def hold(clock: Clock) -> None:
    """Have a clock in use: SDKs wait by a virtual one from now on."""
    from llm_intercept.transports import patches

    if clock.virtual:
        patches.prepare(virtual=True)
        with _lock, _or_nothing():
            patches.install(virtual=True)
            _clocks.append(clock)
            _forget()


def release(clock: Clock) -> None:
    """The end of that."""
    from llm_intercept.transports import patches

    if clock.virtual:
        with _lock:
            _clocks.remove(clock)
            if not (active() or _clocks):
                patches.remove()


@contextmanager
def _or_nothing() -> Iterator[None]:
    """What fails in it leaves no patch behind, where nothing else is active."""
    from llm_intercept.transports import patches

    try:
        yield
    except BaseException:
        if not (active() or _clocks):
            patches.remove()
        raise


def enter(run: Run) -> None:
    """Make a run active: patches first, so that a library that cannot be caught raises here and leaves nothing behind."""
    from llm_intercept.transports import patches

    patches.prepare(virtual=run.clock.virtual)
    with _lock:
        with _or_nothing():
            patches.install(virtual=run.clock.virtual)
            if run.options.keys is not False:
                _keys.fill()
        if run.clock.virtual:
            _clocks.append(run.clock)
        if run.options.scope == "task":
            _task.set((run, *_task.get()))
            _replace((*_state.active, run), _state.process)
        else:
            _replace((*_state.active, run), (run, *_state.process))


def leave(run: Run) -> None:
    """End a run, wherever it stands among the others; with the last one every patch goes."""
    from llm_intercept.transports import patches

    with _lock:
        run.live = False
        _task.set(tuple(other for other in _task.get() if other is not run))
        _replace(
            tuple(other for other in _state.active if other is not run),
            tuple(other for other in _state.process if other is not run),
        )
        if run.options.keys is not False:
            _keys.clear()
        if run.clock.virtual:
            _clocks.remove(run.clock)
        if not (active() or _clocks):
            patches.remove()


def _forget() -> None:
    global foreign
    foreign = set()


def _replace(runs: tuple[Run, ...], process: tuple[Run, ...]) -> None:
    global _state
    _state = _State(
        runs,
        process,
        tuple(host for run in runs for host in run.options.hosts),
        tuple(host for run in runs for host in run.options.allow),
        any(run.options.block_network == "all" for run in runs),
    )
    _forget()
    if not runs:
        opened.clear()
        _given.clear()
        HeaderPairs.forget()
