"""Which credential a call brings along: none, one of another kind, or one that somebody marked.

One that is missing, or that another provider has given, is a finding and a warning, and refused by nobody: gateways put their own
in, and recordings have none. Asked of calls to a provider's own host alone.
References: https://platform.openai.com/docs/api-reference/authentication, https://docs.anthropic.com/en/api/overview,
https://ai.google.dev/gemini-api/docs/api-key
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from urllib.parse import parse_qsl

from llm_intercept.contract.clause import Finding
from llm_intercept.providers import provider_of
from llm_intercept.replies.failures import invalid_key
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.wire import HeaderPairs, Request

__all__ = ["Credited", "marked", "uncredited"]

#: The header that brought a right credential, as its library keeps it, by provider and host.
Credited = dict[tuple[str, str], tuple[bytes, ...]]

#: The headers that carry one, as they are named to people, and the parameters of a URL.
_HEADERS: Mapping[bytes, str] = {
    b"authorization": "Authorization",
    b"x-api-key": "x-api-key",
    b"api-key": "api-key",
    b"x-goog-api-key": "x-goog-api-key",
    b"x-auth-token": "X-Auth-Token",
    b"ocp-apim-subscription-key": "Ocp-Apim-Subscription-Key",
}
_PARAMETERS = frozenset({"key", "X-Amz-Signature"})

#: Where each wants it; a provider that is not here takes it wherever it is, since several speak others' wire APIs.
_WANTED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("openai", "groq", "mistral", "cohere", "cerebras", "perplexity", "voyage"), ("Authorization",)),
    "anthropic": ("x-api-key", "Authorization"),
    "azure": ("api-key", "Authorization", "x-api-key", "Ocp-Apim-Subscription-Key"),
    "gemini": ("x-goog-api-key", "Authorization", "key"),
    "vertex": ("Authorization", "x-goog-api-key", "key"),
    "bedrock": ("Authorization", "X-Amz-Signature"),
}

#: Who answers without one, too.
_OPEN = frozenset({"huggingface", "ollama"})

#: What is no key but the trace of a variable that was not there.
_NOTHING = frozenset({"None", "null", "undefined"})

#: How keys start that tell whose they are.
_STARTS: Mapping[str, str] = {
    "sk-ant-": "anthropic",
    "sk-proj-": "openai",
    "sk-svcacct-": "openai",
    "sk-or-v1-": "openrouter",
    "gsk_": "groq",
    "AIza": "gemini",
    "xai-": "xai",
    "pplx-": "perplexity",
    "nvapi-": "nvidia",
    "csk-": "cerebras",
}

#: What stands in `Authorization` without the word that it wants; any other text may be what a recording left of a key.
_BARE = ("sk-", *_STARTS)

#: How long the names of the headers are: most others need no closer look.
_LENGTHS = frozenset(map(len, _HEADERS))

_is_known = re.compile("|".join(map(re.escape, _STARTS))).match

#: Whose keys are their own and no one else's.
_OWN = frozenset({"anthropic", "azure", "bedrock", "cohere", "deepseek", "mistral", "together", "voyage", *_STARTS.values()})


def uncredited(request: Request, provider: str, right: Credited) -> Finding | None:
    """What is wrong with a call's credential, where it goes to a provider's own host; None for most.

    `right` keeps what was right there, to be known again: most calls of a program bring the same.
    """
    there = provider, request.host
    if there in right and right[there] in _kept(request):
        return None
    wanted, wrong = _WANTED.get(provider), None
    for where, value in _sent(request):
        if wanted is None or where in wanted:
            wrong = _wrong(where, value, provider)
            if wrong is None:
                _keep(right, there, request, where, value)
                return None
        elif wrong is None:
            wrong = f"the credential is sent as `{where}`"
    owner = provider_of(request.host)
    if owner is None or owner.name != provider or provider in _OPEN:
        return None
    return _finding(wrong or "no credential is sent", provider)


@lru_cache(maxsize=256)
def _finding(wrong: str, provider: str) -> Finding:
    """What is told of it, which is the same for all calls of a program that has no key."""
    places = " or ".join(f"`{where}`" for where in _WANTED.get(provider, ("Authorization",)))
    clause = "key" if wrong.startswith("the key") else "credential"
    return Finding(clause, invalid_key(f"{wrong}; {provider} wants one of its own in {places}."))


def _kept(request: Request) -> Iterable[tuple[bytes, ...]]:
    """The headers as their library has them, so that one is known again without a look into it."""
    return request.headers.kept if isinstance(request.headers, HeaderPairs) else request.headers


def _keep(right: Credited, there: tuple[str, str], request: Request, where: str, value: str) -> None:
    """Keep the header that has a right credential; one in the URL is looked at each time."""
    for one in _kept(request):
        if _HEADERS.get(one[0].lower()) == where and one[-1].decode("latin-1") == value:
            right[there] = one


def marked(request: Request, keys: Mapping[str, ErrorReply]) -> ErrorReply | None:
    """The error that a call's key is marked with."""
    for _, value in _sent(request):
        found = keys.get(_key(value))
        if found is not None:
            return found
    return None


def _sent(request: Request) -> Iterator[tuple[str, str]]:
    """Where credentials stand, and what they are."""
    for name, value in request.headers:
        where = _HEADERS.get(name.lower()) if len(name) in _LENGTHS else None
        if where is not None:
            yield where, value.decode("latin-1")
    if "=" in request.target:
        yield from (pair for pair in parse_qsl(request.target.partition("?")[2]) if pair[0] in _PARAMETERS)


def _key(value: str) -> str:
    """A key without its scheme."""
    return value[len("Bearer") :].strip() if value[:6].lower() == "bearer" else value.strip()


def _wrong(where: str, value: str, provider: str) -> str | None:
    """What is wrong with a credential that stands where it may; it is not shown."""
    key = _key(value)
    if not key:
        return f"no credential is sent, since `{where}` is empty"
    if key in _NOTHING:
        return f"the key in `{where}` is the word {key!r}"
    if where == "Authorization" and provider in _WANTED and value.startswith(_BARE):
        return "the credential in `Authorization` stands without `Bearer`"
    known = _is_known(key)
    giver = _STARTS[known[0]] if known is not None else provider
    return f"the key in `{where}` is one of {giver}'s" if giver != provider and provider in _OWN else None
