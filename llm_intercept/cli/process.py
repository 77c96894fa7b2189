"""A command as a process of its own: it ends as we are told to, and its exit status is what a shell would tell."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["CannotRun", "ran"]

#: What a terminal sends to all that run in it, so that it need not be passed on; and what else would end us.
_TYPED = [getattr(signal, name) for name in ("SIGINT", "SIGQUIT") if hasattr(signal, name)]
_SENT = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2") if hasattr(signal, name)]


class CannotRun(Exception):
    """A command that could not be started; `status` is what a shell tells of it."""

    def __init__(self, command: str, error: OSError) -> None:
        found = not isinstance(error, FileNotFoundError)
        super().__init__(f"{command}: {f'cannot be run ({error.strerror})' if found else 'command not found'}")
        self.status = 126 if found else 127


def ran(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """The exit status of a command, as a shell tells it. Raises `CannotRun`."""
    started: list[subprocess.Popen[Any]] = []
    with _passing_on(started):
        try:
            process = subprocess.Popen(arguments, env=environment)  # noqa: S603  (what to run is what we are asked)
        except OSError as error:
            raise CannotRun(arguments[0], error) from error
        started.append(process)
        status = process.wait()
    return status if status >= 0 else 128 - status


@contextmanager
def _passing_on(started: Sequence[subprocess.Popen[Any]]) -> Iterator[None]:
    """A block in which what should end us ends the command first, and us alone while there is none."""
    typed = sys.stdin is not None and sys.stdin.isatty()

    def pass_on(number: int, _: FrameType | None) -> None:
        if not started:
            raise SystemExit(128 + number)
        if not (typed and number in _TYPED):
            started[0].send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in (*_TYPED, *_SENT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
