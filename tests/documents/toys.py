"""The toys of `tests/extending`, as code of the page on extending: what stands there runs in the suite."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from tests.extending import toy_transport, toys

__all__ = ["dialect", "library", "matcher", "operation", "part", "provider"]


def _source(*shown: object) -> str:
    return _code("\n\n".join(inspect.getsource(one) for one in shown))  # type: ignore[arg-type]


def _code(text: str) -> str:
    return f"```py\n{text.strip()}\n```"


def provider() -> str:
    """The line of a provider."""
    line = re.search(r"^TOY = (.*)$", Path(toys.__file__).read_text("utf-8"), re.MULTILINE)
    assert line is not None
    return _code(line[1])


def dialect() -> str:
    """A wire that says replies, in a framing of its own."""
    return _source(toys.Bars, toys.Envelope, toys.ToyChat)


def operation() -> str:
    """Endpoints that say none."""
    return _source(toys.ToyCount, toys.ToyVectors)


def library() -> str:
    """What catches an HTTP library."""
    return _source(toy_transport.patches, toy_transport._hook)


def part() -> str:
    """A kind of part, and a wire that says it."""
    return _source(toys.Card, toys.ToyCards)


def matcher() -> str:
    """A criterion, and a matcher."""
    return _source(toys.Language, toys.Shouted)
