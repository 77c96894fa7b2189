"""How far something that takes long has come: on stderr, and on a terminal alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

__all__ = ["progress"]


@contextmanager
def progress() -> Iterator[Callable[[int, int, str], None]]:
    """A block with a bar that goes when it ends; gives what is told how many steps are done, of how many, and the next one."""
    console = Console(file=sys.stderr)  # this one: what examines SDKs puts another in its place
    bar = Progress(console=console, transient=True, redirect_stdout=False, redirect_stderr=False, disable=not console.is_terminal)
    with bar:
        task = bar.add_task("", total=None)

        def tell(done: int, steps: int, step: str) -> None:
            bar.update(task, completed=done, total=steps, description=step)

        yield tell
