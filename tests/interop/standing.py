"""What stands in the process: all that we, or a neighbour, may have patched."""

from __future__ import annotations

import inspect
import os
import sys
from typing import Any

from llm_intercept.transports import TRANSPORTS

__all__ = ["changed", "standing"]

#: Where neighbours patch.
_THEIRS = ("aiohttp.client", "botocore.awsrequest", "requests.adapters", "requests.sessions", "urllib3.connection")

#: Attributes that Python itself makes anew.
_VOLATILE = ("__dict__", "__weakref__", "__abstractmethods__", "_abc_impl", "__doc__", "_abc_cache", "__annotations__")


def standing() -> dict[str, Any]:
    """Every attribute of every library that is loaded and of its classes, the import hooks and the environment, by name."""
    found: dict[str, Any] = {"sys.meta_path": tuple(sys.meta_path)}
    for name in (*TRANSPORTS, *_THEIRS):
        module = sys.modules.get(name)
        for attribute, value in vars(module).items() if module else ():
            if attribute == "__warningregistry__":  # Python's own, where a warning was told
                continue
            found[f"{name}.{attribute}"] = value
            if inspect.isclass(value):
                found |= {f"{name}.{attribute}.{one}": inner for one, inner in vars(value).items() if one not in _VOLATILE}
    return found | {f"os.environ: {name}": value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


def changed(before: dict[str, Any]) -> list[str]:
    """The names of what is another now; no values, since an environment holds secrets."""
    now, missing = standing(), object()

    def same(name: str) -> bool:
        one, other = before.get(name, missing), now.get(name, missing)
        return one is other or (isinstance(one, str | tuple) and one == other)

    return sorted(name for name in {*before, *now} if not same(name))
