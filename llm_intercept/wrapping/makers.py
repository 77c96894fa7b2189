"""What stands in for a method by which an SDK's client comes to its HTTP client, where it does not hold one from the start."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from types import FunctionType
from typing import Any

from llm_intercept.run import Run
from llm_intercept.wrapping.slots import Undo

__all__ = ["Borrower", "Maker"]

Change = Callable[[Any, Run], Undo]


class Maker:
    """For a method that makes an HTTP client when it is needed, as for each event loop: it is changed before it is used."""

    def __init__(self, method: Callable[..., Any], change: Change, runs: list[Run], around: Any) -> None:
        self.runs, self.around = runs, around
        self._method, self._change = method, change
        self._undos: dict[tuple[Any, Run], Undo] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        made = self._method(*args, **kwargs)
        return self._later(made) if isinstance(made, Coroutine) else self._changed(made)

    async def _later(self, made: Coroutine[Any, Any, Any]) -> Any:
        return self._changed(await made)

    def _changed(self, client: Any) -> Any:
        for run in self.runs:
            if (client, run) not in self._undos:
                self._undos[client, run] = self._change(client, run)
        return client

    def leave(self, run: Run) -> None:
        """Change back, for one run, what was made."""
        for made in [made for made in self._undos if made[1] is run]:
            self._undos.pop(made)()


class Borrower:
    """For a method that borrows everybody's HTTP client, of a function of its module: it gets a copy that is changed."""

    def __init__(self, method: Any, lender: str, change: Change, runs: list[Run], around: Any) -> None:
        if lender not in method.__func__.__code__.co_names:
            raise AttributeError(name=f"{lender}() in {method.__qualname__}")
        self.runs, self.around = runs, around
        self._method, self._lender, self._change = method, lender, change

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        function = self._method.__func__
        names = {**function.__globals__, self._lender: self._copy}
        again = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
        again.__kwdefaults__ = function.__kwdefaults__
        return again(self._method.__self__, *args, **kwargs)

    def _copy(self) -> Any:
        shared = self._method.__func__.__globals__[self._lender]()
        client = object.__new__(type(shared))  # not by copy(), which leaves a note in the class
        vars(client).update(vars(shared))
        client._mounts = dict(shared._mounts)  # httpx's and httpx2's; nothing else is changed in place
        for run in self.runs:
            self._change(client, run)
        return client
