"""One patch a library, in place while anything is active: installed for what is imported, and for what is imported later.

Undone in reverse when the last interceptor leaves; an attribute that somebody else replaced meanwhile is left alone. If they put
our hook back after that, it lets everything by, and the next activation, or the end of one, puts the original there.
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
from weakref import WeakKeyDictionary

from llm_intercept.errors import IncompatibleLibrary
from llm_intercept.transports import BACKOFFS, TRANSPORTS

__all__ = ["Patch", "displaced", "executed", "install", "own", "prepare", "remove", "stands_alone"]


@dataclass(frozen=True, slots=True)
class Patch:
    """One attribute of a class or module, to be replaced by what `wrap` makes of it; `own_only` while it is the library's own."""

    owner: type | ModuleType
    name: str
    wrap: Callable[[Any], Any]
    own_only: bool = False

    @property
    def current(self) -> Any:
        """What stands there, in the class itself or inherited; None for nothing."""
        return getattr(self.owner, self.name, None)


@dataclass(frozen=True, slots=True)
class _Replaced:
    """What stood where a hook does."""

    owner: type | ModuleType
    name: str
    original: Any
    inherited: bool

    @property
    def undisturbed(self) -> bool:
        """Whether what stood there stands there again, as it did."""
        return getattr(self.owner, self.name, None) is self.original and (self.name not in vars(self.owner)) is self.inherited

    def put_back(self, ours: Any) -> bool:
        """Take our hook away, if it is what stands there."""
        if vars(self.owner).get(self.name) is not ours:
            return False
        if self.inherited:
            delattr(self.owner, self.name)
        else:
            setattr(self.owner, self.name, self.original)
        return True


#: Every hook that is in place, in order.
_installed: dict[Any, _Replaced] = {}

#: The hooks whose place somebody else had taken when they were to go, as long as anybody has them: they may be put back.
_left: WeakKeyDictionary[Any, _Replaced] = WeakKeyDictionary()

#: Of each module the hooks that were made for it together, last: in the same place they serve the next activation as well.
_warm: dict[str, tuple[ModuleType, dict[Any, _Replaced]]] = {}

#: Modules that our loader has executed.
_executed: set[str] = set()


def prepare(*, virtual: bool = False) -> None:
    """Have the finder in place, and wait for the imports that began before it was.

    Called without our lock: whoever imports may be waiting for it.
    """
    _place_finder()
    for name in _names(virtual):
        if sys.modules.get(name) is not None:
            _wait(_file(name))
            _wait(name)


def install(*, virtual: bool = False) -> None:
    """Put every hook in place that is not: raises `IncompatibleLibrary` where one does not fit."""
    _place_finder()
    _mend()
    for name in _names(virtual):
        module = sys.modules.get(name)
        if module is not None and (name in _executed or not _is_loading(module)):
            _patch(name, module)


def _wait(name: str) -> None:
    """Until a module is imported whole."""
    module = sys.modules.get(name)
    if module is None or _is_loading(module):
        import_module(name)


def _names(virtual: bool) -> Iterable[str]:
    """The modules that are hooked; those of `BACKOFFS` where a clock is virtual."""
    return (*TRANSPORTS, *BACKOFFS) if virtual else TRANSPORTS


def _file(name: str) -> str:
    """The module that has the hooks of one."""
    return TRANSPORTS.get(name, "llm_intercept.transports.backoffs")


def _place_finder() -> None:
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


def _is_loading(module: ModuleType) -> bool:
    """Whether its import is under way, so that our loader patches it at its end."""
    return bool(getattr(module.__spec__, "_initializing", False))


def executed(name: str, module: ModuleType, active: bool, virtual: bool) -> None:
    """A library was imported through our loader just now: patch it if anything is active."""
    _executed.add(name)
    if active and (virtual or name in TRANSPORTS):
        _patch(name, module)


def remove() -> None:
    """Take every hook away that is still ours."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    while _installed:
        ours, replaced = _installed.popitem()
        if not replaced.put_back(ours):
            _left[ours] = replaced
            _warm.clear()  # what may be put back later never serves again
    _mend()


def displaced() -> list[str]:
    """The hooks that are in place no more, nor within what somebody put around them; of several in one place the last counts."""
    newest = {(replaced.owner, replaced.name): ours for ours, replaced in _installed.items()}
    return [f"{owner.__name__}.{name}" for (owner, name), ours in newest.items() if not _within(getattr(owner, name, None), ours)]


def _within(standing: Any, ours: Any) -> bool:
    while standing is not None and standing is not ours:
        standing = getattr(standing, "__wrapped__", None)
    return standing is ours


def _mend() -> None:
    """Take away the hooks that somebody put back."""
    for ours, replaced in list(_left.items()) if _left else ():
        if replaced.put_back(ours):
            del _left[ours]


def _patch(name: str, module: ModuleType) -> None:
    made_for, hooks = _warm.get(name, (None, {}))
    if made_for is module and all(replaced.undisturbed and ours not in _installed for ours, replaced in hooks.items()):
        for ours, replaced in hooks.items():
            setattr(replaced.owner, replaced.name, ours)
        _installed.update(hooks)
        return
    wanted, made = _patches(name, module), dict[Any, _Replaced]()
    for patch in wanted:
        standing = patch.current
        if standing in _installed or (patch.own_only and not _is_own(patch.owner, standing)):
            continue
        ours, inherited = patch.wrap(standing), patch.name not in vars(patch.owner)
        setattr(patch.owner, patch.name, ours)
        _installed[ours] = made[ours] = _Replaced(patch.owner, patch.name, standing, inherited)
    if len(made) == len(wanted):
        _warm[name] = module, made


def _patches(name: str, module: ModuleType) -> Sequence[Patch]:
    try:
        wanted: list[Patch] = import_module(_file(name)).patches(module)
    except AttributeError as missing:
        raise _incompatible(name, f"{missing.name}") from missing
    for patch in wanted:
        if not (callable(patch.current) or isinstance(patch.current, ModuleType)):
            raise _incompatible(name, f"method {patch.owner.__name__}.{patch.name}")
    return wanted


def own(module: ModuleType, name: str, base: type = object) -> Any:
    """A class of a module, and a direct one of `base`, also while somebody has put another in its place, as vcrpy does."""
    standing = getattr(module, name)
    if standing.__module__ == module.__name__:
        return standing
    kinds: list[Any] = base.__subclasses__()
    return next((kind for kind in kinds if (kind.__module__, kind.__name__) == (module.__name__, name)), standing)


def _incompatible(name: str, lacks: str) -> IncompatibleLibrary:
    version = getattr(sys.modules[name.partition(".")[0]], "__version__", "of unknown version")
    return IncompatibleLibrary(
        f"{name} {version} has no {lacks}, where its calls are caught. "
        "Its calls would reach the network, so nothing was activated. Install a version that llm_intercept supports."
    )


def stands_alone(owner: type, name: str) -> bool:
    """Whether nobody stands around a method: it is our hook, or the library's own, if somebody took our hook away."""
    standing = vars(owner)[name]
    return standing in _installed or _is_own(owner, standing)


def _is_own(owner: Any, standing: Any) -> bool:
    """Whether nobody has wrapped or replaced a method: it is a plain function of its class's own package."""
    package = owner.__module__.partition(".")[0]
    return str(getattr(standing, "__module__", "")).partition(".")[0] == package and not hasattr(standing, "__wrapped__")


class _Finder(MetaPathFinder):
    """Patches a library right after its import, by standing in for its loader once."""

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname not in TRANSPORTS and fullname not in BACKOFFS:
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
        created: ModuleType | None = self._original.create_module(spec)
        return created

    def exec_module(self, module: ModuleType) -> None:
        from llm_intercept import activation

        spec: Any = module.__spec__
        spec.loader = module.__loader__ = self._original
        _executed.discard(module.__name__)
        self._original.exec_module(module)
        activation.imported(module.__name__, module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


_finder = _Finder()
