"""`@intercept(...)` on a function: active while it runs, its `llm` parameter filled."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from llm_intercept.interceptor import Interceptor

__all__ = ["decorate"]

Function = TypeVar("Function", bound=Callable[..., Any])

_PARAMETER = "llm"


def decorate(interceptor: Interceptor, function: Function) -> Function:
    """The function, intercepted; `TypeError` for a class, a generator, or what cannot be called."""
    if inspect.isclass(function) or not callable(function):
        raise TypeError(f"intercept(...) decorates functions, not {function!r}: decorate its methods, or use a `with` block")
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError(f"intercept(...) cannot decorate the generator {function.__qualname__}: use a `with` block around its body")
    signature = inspect.signature(function)
    fills = _PARAMETER in signature.parameters

    def filled(arguments: dict[str, Any]) -> dict[str, Any]:
        return {_PARAMETER: interceptor, **arguments} if fills else arguments

    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def wrapper(*args: Any, **kwargs: Any) -> Any:
            async with interceptor:
                return await function(*args, **filled(kwargs))
    else:

        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with interceptor:
                return function(*args, **filled(kwargs))

    hidden = [parameter for name, parameter in signature.parameters.items() if name != _PARAMETER]
    wrapper.__signature__ = signature.replace(parameters=hidden)  # type: ignore[attr-defined]
    return wrapper  # type: ignore[return-value]
