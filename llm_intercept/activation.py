"""Who is active, in which order, for whom; and what must be in place while anybody is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from threading import RLock
from typing import TYPE_CHECKING

from llm_intercept.errors import OutOfScope
from llm_intercept.keys import Keys
from llm_intercept.reach import Found, on_provider, recognise
from llm_intercept.wire import RawHeaders

if TYPE_CHECKING:
    from llm_intercept.run import Run

__all__ = ["Caught", "active", "caught", "caught_for", "enter", "leave", "patch_late"]

#: What a request is, and the runs to ask, innermost first.
Caught = tuple[Found, "tuple[Run, ...]"]

_lock = RLock()
_keys = Keys()

#: Runs that answer the whole process, innermost first, and all that are active whoever they answer; both replaced, never changed,
#: so that a request reads them without a lock.
_process: tuple[Run, ...] = ()
_active: tuple[Run, ...] = ()
_hosts: tuple[str, ...] = ()

_task: ContextVar[tuple[Run, ...]] = ContextVar("llm_intercept_task", default=())


def caught(method: str, host: str, port: int | None, target: str, headers: RawHeaders) -> Caught | None:
    """What a request is and who is asked, if it is an LLM call and anything is active.

    Raises `OutOfScope` where only other tasks' interceptors are active.
    """
    runs_now = _active
    if not runs_now:
        return None
    found = on_provider(method, host, target) or recognise(method, host, port, target, headers, _hosts)
    if found is None:
        return None
    runs = _around() if _task.get() else _process
    if not runs:
        failure = OutOfScope(
            f"An LLM call to {host}{target.partition('?')[0]} from a context in which no interceptor answers: every active one "
            "has scope='task' and was entered elsewhere. It is not let out to the network. Enter one here, or use scope='process'."
        )
        for run in runs_now:
            run.fail(failure)
        raise failure
    return found, runs


def active() -> bool:
    """Whether anything is active."""
    return bool(_active)


def caught_for(
    own: Sequence[Run], method: str, host: str, port: int | None, target: str, headers: RawHeaders, *, refuse: bool = False
) -> Caught | None:
    """The same for a client that has interceptors of its own, the last first: every LLM-shaped call, to any host.

    While such an interceptor is entered as well, the run that was entered answers: it has the rules of its block. With `refuse`
    what is no LLM call is caught too, as an unknown endpoint.
    """
    if not own:
        return None
    hosts = [host for run in own for host in run.options.hosts]
    found = recognise(method, host, port, target, headers, hosts, anywhere=True)
    if found is None:
        return (Found("unknown", None), tuple(own)) if refuse else None
    around = _around()
    first = [next((run for run in around if run.journal is mine.journal), mine) for mine in reversed(own)]
    return found, (*first, *(run for run in around if run not in first))


def _around() -> tuple[Run, ...]:
    """The runs that a call from here asks: the task's, then the process's, innermost first."""
    return (*(run for run in _task.get() if run.live), *_process)


def patch_late(patch: Callable[[], None]) -> None:
    """Patch a library that was imported just now, if anything is active still."""
    with _lock:
        if _active:
            patch()


def enter(run: Run) -> None:
    """Make a run active: patches first, so that a library that cannot be caught raises here and leaves nothing behind."""
    global _process
    from llm_intercept.transports import patches

    with _lock:
        patches.install()
        if run.options.keys:
            _keys.fill()
        if run.options.scope == "task":
            _task.set((run, *_task.get()))
        else:
            _process = (run, *_process)
        _set_active((*_active, run))


def leave(run: Run) -> None:
    """End a run, wherever it stands among the others; with the last one every patch goes."""
    global _process
    from llm_intercept.transports import patches

    with _lock:
        run.live = False
        _process = tuple(other for other in _process if other is not run)
        _task.set(tuple(other for other in _task.get() if other is not run))
        _set_active(tuple(other for other in _active if other is not run))
        if run.options.keys:
            _keys.clear()
        if not _active:
            patches.remove()


def _set_active(runs: tuple[Run, ...]) -> None:
    global _active, _hosts
    _active = runs
    _hosts = tuple(host for run in runs for host in run.options.hosts)
