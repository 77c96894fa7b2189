"""Which distributions there are, and in which version."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["major", "ordered", "version_of"]


def version_of(distribution: str) -> str | None:
    """The version that is installed; None for none."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def major(told: str) -> int:
    """The major of a version."""
    return ordered(told)[0]


def ordered(told: str) -> tuple[int, ...]:
    """The numbers of a version's release, as they are compared."""
    numbers = []
    for part in told.split("."):
        if not part.isdecimal():
            break
        numbers.append(int(part))
    return tuple(numbers)
