"""Whose call is it: which requests are LLM calls, and of which provider and dialect."""

from __future__ import annotations

import os
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from llm_intercept.dialects import Dialect, dialect_of
from llm_intercept.providers import fingerprinted, provider_of
from llm_intercept.wire import RawHeaders

__all__ = ["Found", "recognise"]


class Found(NamedTuple):
    """An LLM call, recognised: its provider, and its dialect, or None for an endpoint that no dialect knows."""

    provider: str
    dialect: Dialect | None


def recognise(
    host: str, port: int | None, target: str, headers: RawHeaders, hosts: Iterable[str], *, anywhere: bool = False
) -> Found | None:
    """What the request is, if it is an LLM call.

    A provider's API host makes it one. On any other host the path must be a dialect's, and the host be one of `hosts`, stand in
    a `*_BASE_URL` variable, or the headers show an LLM SDK; with `anywhere` the path alone is enough.
    """
    known = _on_provider(host, target)
    if known is not None:
        return known
    dialect = dialect_of(target)
    if dialect is None:
        return Found("unknown", None) if fingerprinted(headers, path_known=False) else None
    if anywhere or fingerprinted(headers, path_known=True) or _named(host, port, hosts) or _in_environment(host, port):
        return Found(dialect.home, dialect)
    return None


@lru_cache(maxsize=4096)
def _on_provider(host: str, target: str) -> Found | None:
    provider = provider_of(host)
    return None if provider is None else Found(provider.name, dialect_of(target))


def _named(host: str, port: int | None, hosts: Iterable[str]) -> bool:
    full = f"{host}:{port}"
    return any(fnmatchcase(full if ":" in wanted else host, wanted) for wanted in hosts)


def _in_environment(host: str, port: int | None) -> bool:
    for name, value in os.environ.items():
        if name.endswith("_BASE_URL"):
            named = urlsplit(value)
            if named.hostname == host and named.netloc.rpartition(":")[2] in (str(port), host, named.netloc):
                return True
    return False
