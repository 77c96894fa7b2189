"""Libraries, and paths of them, that Python cannot see: their calls are neither answered nor refused; see docs/limits.md."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib.util import find_spec

from llm_intercept.doctor.installed import version_of

__all__ = ["UNSEEN", "Unseen", "unseen"]


@dataclass(frozen=True)
class Unseen:
    """What of a distribution cannot be seen, and why; where it is so only in versions that have a `module`, that."""

    distribution: str
    what: str
    why: str
    module: str | None = None


UNSEEN: tuple[Unseen, ...] = (
    Unseen("litellm", "ocr, and Bedrock's transcription", "they are Rust", "litellm.rust_bridge._native"),
    Unseen("claude-agent-sdk", "every call", "a child process makes it"),
    Unseen("curl-cffi", "every call", "it is libcurl's"),
    Unseen("pycurl", "every call", "it is libcurl's"),
    Unseen("pyreqwest", "every call", "it is Rust"),
    Unseen("primp", "every call", "it is Rust"),
    Unseen("uvloop", "sockets that no HTTP library opens", "libuv opens them; the libraries above it are caught"),
)


def unseen(only: Collection[str] = ()) -> tuple[Unseen, ...]:
    """What is installed of these, or of `only` some distributions."""
    return tuple(
        one
        for one in UNSEEN
        if (not only or one.distribution in only)
        and version_of(one.distribution) is not None
        and (one.module is None or find_spec(one.module) is not None)
    )
