"""`@intercept(...)` on a function: active while it runs, its `llm` parameter filled."""

from __future__ import annotations

import inspect
from collections import OrderedDict
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
    shown = signature.replace(parameters=[one for name, one in signature.parameters.items() if name != _PARAMETER])

    def bind(args: tuple[Any, ...], kwargs: dict[str, Any]) -> inspect.BoundArguments:
        """The arguments as the function wants them, the interceptor in its place."""
        llm = kwargs.pop(_PARAMETER, interceptor)
        given = {**shown.bind(*args, **kwargs).arguments, _PARAMETER: llm}
        return inspect.BoundArguments(signature, OrderedDict((name, given[name]) for name in signature.parameters if name in given))

    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def wrapper(*args: Any, **kwargs: Any) -> Any:
            bound = bind(args, kwargs)
            async with interceptor:
                return await function(*bound.args, **bound.kwargs)
    else:

        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            bound = bind(args, kwargs)
            with interceptor:
                result = function(*bound.args, **bound.kwargs)
                if inspect.isawaitable(result):
                    getattr(result, "close", int)()
                    raise TypeError(
                        f"intercept(...) decorates {function!r}, which returned an awaitable: it would run after the block, and "
                        "reach the network. Decorate the async def itself."
                    )
                return result

    wrapper.__signature__ = shown  # type: ignore[attr-defined]
    return wrapper  # type: ignore[return-value]
