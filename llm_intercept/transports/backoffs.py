"""The waits of SDKs before they ask again: noted and skipped where the last call of their context was answered on a virtual clock.

What is stood in for is a name in the SDK's own module, and never the process's clock: `time` in `openai._base_client` is a module
that has another `sleep`, and else what `time` has.
"""

from __future__ import annotations

from functools import partial, wraps
from types import ModuleType
from typing import Any

from llm_intercept import activation
from llm_intercept.transports import BACKOFFS
from llm_intercept.transports.patches import Patch

__all__ = ["patches"]


def patches(module: ModuleType) -> list[Patch]:
    """What is stood in for in a module; a name that a version does not have is left out, and its SDK waits really."""
    found = []
    for name in BACKOFFS[module.__name__]:
        kind, _, method = name.rpartition(".")
        owner: Any = getattr(module, kind, None) if kind else module
        if hasattr(owner, method):
            found.append(Patch(owner, method, partial(_hook, module) if kind else partial(_StandIn, name)))
    return found


class _StandIn(ModuleType):
    """A module with another `sleep`, and a `time` by which that takes as long as it says: some give up after a time."""

    def __init__(self, name: str, real: Any) -> None:
        super().__init__(name)
        self.llm_intercept_real = real
        if name == "time":
            self.sleep = _sleep(real)
            self.time = lambda: real.time() + activation.skipped()
            self.monotonic = lambda: real.monotonic() + activation.skipped()
        else:
            self.sleep = _async_sleep(real)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.llm_intercept_real, name)


def _sleep(real: Any) -> Any:
    def sleep(seconds: float) -> None:
        clock = activation.answered_by()
        if clock is None:
            real.sleep(seconds)
        else:
            clock.skip(seconds)

    return sleep


def _async_sleep(real: Any) -> Any:
    async def sleep(seconds: float, *more: Any) -> Any:
        clock = activation.answered_by()
        if clock is None:
            return await real.sleep(seconds, *more)
        clock.skip(seconds)
        return await real.sleep(0, *more)  # others get their turn, as if time had passed

    return sleep


#: Whose sleeps tenacity's are: one of the user's own gets what it is due.
_KNOWN = frozenset({"tenacity", "stamina", "asyncio", "anyio", "trio"})


def _hook(module: Any, original: Any) -> Any:
    """`AsyncRetrying.iter`, which says what comes next; its sleep is looked up where nobody can stand in for it."""

    @wraps(original)
    async def iterate(retrying: Any, *args: Any, **kwargs: Any) -> Any:
        following = await original(retrying, *args, **kwargs)
        clock = activation.answered_by() if isinstance(following, module.DoSleep) else None
        if clock is None or str(getattr(retrying.sleep, "__module__", "")).partition(".")[0] not in _KNOWN:
            return following
        clock.skip(float(following))
        return module.DoSleep(0)

    return iterate
