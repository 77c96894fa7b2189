"""Whose call is it: which requests are LLM calls, and of which provider and dialect."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from llm_intercept.dialects import Endpoint, endpoint_of
from llm_intercept.providers import fingerprinted, provider_of, speaking
from llm_intercept.sidecalls import SideCall, side_call
from llm_intercept.wire import SentHeaders

__all__ = ["Found", "elsewhere", "named", "on_provider", "plainly_foreign", "recognise"]


class Found(NamedTuple):
    """An LLM call, recognised: its provider, and its dialect, or None for an endpoint that no dialect knows.

    `side` is what it is instead, if it is an SDK's call beside those; `provider` is then None where it goes to none's host.
    """

    provider: str | None
    dialect: Endpoint | None
    side: SideCall | None = None


def recognise(
    method: str, host: str, port: int | None, target: str, headers: SentHeaders, hosts: Iterable[str], *, anywhere: bool = False
) -> Found | None:
    """What the request is, if it is an LLM call, or an SDK's call beside those.

    A provider's API host makes it one. On any other host the path must be a dialect's, and the host be one of `hosts`, stand in
    a variable that gives SDKs a base URL, or the headers show an LLM SDK; with `anywhere` the path alone is enough.
    """
    return on_provider(method, host, target) or elsewhere(method, host, port, target, headers, hosts, anywhere=anywhere)


@lru_cache(maxsize=4096)
def on_provider(method: str, host: str, target: str) -> Found | None:
    """What a call to a provider's API is."""
    found = _by_host(method, host, target)
    return None if found is None or found.side is not None else found


def elsewhere(
    method: str, host: str, port: int | None, target: str, headers: SentHeaders, hosts: Iterable[str], *, anywhere: bool = False
) -> Found | None:
    """What any other request is."""
    found, dialect = _by_path(method, host, target)
    if found is not None:
        return found
    if dialect is None:
        return Found(None, None) if fingerprinted(headers, path_known=False) else None
    host = host.rstrip(".")
    if anywhere or fingerprinted(headers, path_known=True) or named(host, port, hosts) or _in_environment(host, port):
        # Whoever speaks has paths of their own; OpenAI's wire is that of many, the others are their home's.
        spoken = speaking(port, headers)
        dialect = endpoint_of(method, target, spoken) or dialect
        theirs = spoken is not None and (dialect.home == "openai" or spoken in dialect.only)
        return Found(spoken if theirs else dialect.home, dialect)
    return None


@lru_cache(maxsize=4096)
def _by_path(method: str, host: str, target: str) -> tuple[Found | None, Endpoint | None]:
    return _by_host(method, host, target), endpoint_of(method, target)


def _by_host(method: str, host: str, target: str) -> Found | None:
    host = host.rstrip(".")
    provider = provider_of(host)
    if provider is not None and not re.match(provider.path, target):
        provider = None
    dialect = None if provider is None else endpoint_of(method, target, provider.name)
    side = side_call(method, host, target) if dialect is None else None
    if provider is None and side is None:
        return None
    return Found(None if provider is None else provider.name, dialect, side)


@lru_cache(maxsize=4096)
def plainly_foreign(method: str, host: str, target: str, agent: bytes) -> bool:
    """Whether a request is none of ours whatever its query, its other headers, the options and the environment say.

    Of most requests this is true.
    """
    host = host.lower()
    return (
        _by_path(method, host, target) == (None, None)
        and provider_of(host.rstrip(".")) is None
        and not fingerprinted([(b"user-agent", agent)], path_known=False)
    )


def named(host: str, port: int | None, hosts: Iterable[str]) -> bool:
    """Whether a host stands in a list of `host` and `host:port` globs."""
    name = f"[{host}]" if ":" in host else host
    full = [f"{name}:{number}" for number in _ports(port)]
    return any(wanted in (host, name, *full) or any(fnmatchcase(one, wanted) for one in (name, *full)) for wanted in hosts)


def _in_environment(host: str, port: int | None) -> bool:
    for name in list(os.environ):  # a copy: other threads fill and clear keys meanwhile
        if name.endswith(_BASES) or name in _OTHER_BASES:
            value = os.environ.get(name, "")
            try:
                named = urlsplit(value if "://" in value else f"//{value}")
                there = named.port or _DEFAULT_PORTS.get(named.scheme) or _OTHER_BASES.get(name)
            except ValueError:  # the variable holds no URL, so it names no host
                continue
            if named.hostname == host and there in _ports(port):
                return True
    return False


#: Which variables give SDKs a base URL: by the end of the name, and others, each with the port that it means where it names none.
_BASES = ("_BASE_URL", "_API_BASE")
_OTHER_BASES = {
    "AWS_BEDROCK_RUNTIME_ENDPOINT": None,  # LiteLLM
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": None,  # botocore
    "AZURE_OPENAI_ENDPOINT": None,  # openai
    "CO_API_URL": None,  # cohere
    "HF_INFERENCE_ENDPOINT": None,  # huggingface_hub
    "OLLAMA_HOST": 11434,  # ollama; it may be a host alone
    "WATSONX_URL": None,  # LiteLLM, ibm-watsonx-ai
}

_DEFAULT_PORTS = {"http": 80, "https": 443}


def _ports(port: int | None) -> tuple[int, ...]:
    """The port, or those that a URL without one may mean."""
    return tuple(_DEFAULT_PORTS.values()) if port is None else (port,)
