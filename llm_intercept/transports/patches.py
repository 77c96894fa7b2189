"""One patch a library, in place while anything is active: installed for what is imported, and for what is imported later.

Undone in reverse when the last interceptor leaves; an attribute that somebody else replaced meanwhile is left alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from llm_intercept.errors import IncompatibleLibrary
from llm_intercept.transports import TRANSPORTS

__all__ = ["Patch", "hooks", "install", "remove"]


@dataclass(frozen=True, slots=True)
class Patch:
    """One attribute of a class, to be replaced by what `wrap` makes of it; with `own_only` only while it is the library's own."""

    owner: type
    name: str
    wrap: Callable[[Any], Any]
    own_only: bool = False

    @property
    def current(self) -> Any:
        """What stands in the class itself; None where it inherits it."""
        return self.owner.__dict__.get(self.name)


@dataclass(frozen=True, slots=True)
class _Installed:
    patch: Patch
    original: Any
    ours: Any


_installed: list[_Installed] = []

#: Every hook that is in place.
hooks: set[Any] = set()

#: Modules that our loader is importing right now; it patches them at the end.
_loading: set[str] = set()


def install() -> None:
    """Put every hook in place that is not: raises `IncompatibleLibrary` and leaves nothing behind where one does not fit."""
    fresh = _finder not in sys.meta_path
    if fresh:
        sys.meta_path.insert(0, _finder)
    try:
        for name in TRANSPORTS:
            if name in sys.modules and name not in _loading:
                # Waits for an import that another thread began before our finder was in place.
                _patch(name, import_module(name))
    except BaseException:
        if fresh:
            remove()
        raise


def remove() -> None:
    """Take every hook away that is still ours."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    while _installed:
        done = _installed.pop()
        hooks.discard(done.ours)
        if done.patch.current is done.ours:
            setattr(done.patch.owner, done.patch.name, done.original)


def _patch(name: str, module: ModuleType) -> None:
    for patch in _patches(name, module):
        standing = patch.current
        if standing in hooks or (patch.own_only and not _is_own(patch, standing)):
            continue
        ours = patch.wrap(standing)
        setattr(patch.owner, patch.name, ours)
        hooks.add(ours)
        _installed.append(_Installed(patch, standing, ours))


def _patches(name: str, module: ModuleType) -> Iterable[Patch]:
    try:
        wanted: list[Patch] = import_module(TRANSPORTS[name]).patches(module)
    except AttributeError as missing:
        raise _incompatible(name, f"{missing.name}") from missing
    for patch in wanted:
        if not callable(patch.current):
            raise _incompatible(name, f"method {patch.owner.__qualname__}.{patch.name}")
    return wanted


def _incompatible(name: str, lacks: str) -> IncompatibleLibrary:
    version = getattr(sys.modules[name.partition(".")[0]], "__version__", "of unknown version")
    return IncompatibleLibrary(
        f"{name} {version} has no {lacks}, where its calls are caught. "
        "Its calls would reach the network, so nothing was activated. Install a version that llm_intercept supports."
    )


def _is_own(patch: Patch, standing: Any) -> bool:
    """Whether nobody has wrapped or replaced a method: it is a plain function of its class's own package."""
    package = patch.owner.__module__.partition(".")[0]
    return str(getattr(standing, "__module__", "")).partition(".")[0] == package and not hasattr(standing, "__wrapped__")


class _Finder(MetaPathFinder):
    """Patches a library right after its import, by standing in for its loader once."""

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname not in TRANSPORTS:
            return None
        for finder in sys.meta_path:
            if finder is not self and hasattr(finder, "find_spec"):
                spec = finder.find_spec(fullname, path, target)
                if spec is not None and spec.loader is not None:
                    spec.loader = _Loader(spec.loader)
                    return spec
        return None


class _Loader(Loader):
    """Loads as the original loader, puts it back where it belongs, and patches."""

    def __init__(self, original: Any) -> None:
        self._original = original

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        # From here on the module can stand in sys.modules, where an activation must not wait for it.
        _loading.add(spec.name)
        try:
            created: ModuleType | None = self._original.create_module(spec)
        except BaseException:
            _loading.discard(spec.name)
            raise
        return created

    def exec_module(self, module: ModuleType) -> None:
        from llm_intercept import activation

        name = module.__name__
        spec: Any = module.__spec__
        spec.loader = module.__loader__ = self._original
        try:
            self._original.exec_module(module)
        finally:
            _loading.discard(name)
        activation.patch_late(lambda: _patch(name, module))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


_finder = _Finder()
