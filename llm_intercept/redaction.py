"""Secrets out of sight: header values and URLs as an entry, an error or a report may show them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from llm_intercept.wire import Request, SentHeaders

__all__ = ["HIDDEN", "Redacted", "credential", "hide", "redact_url", "secret", "secrets"]

_SECRET_NAME = re.compile(r"auth|key|token|secret|cookie|credential|password|signature", re.IGNORECASE)
_SECRET_QUERY = re.compile(r"([?&][^=&#]*(?:key|token|secret|sig|password|credential|auth)[^=&#]*=)[^&#]*", re.IGNORECASE)
_USERINFO = re.compile(r"(://)[^/@]*@")

#: The headers that carry a provider's credential.
_CREDENTIALS = ("authorization", "x-api-key", "api-key", "x-goog-api-key")

#: What of an AWS signature names the key that it was made with; the rest differs from call to call.
_SIGNED = re.compile(r"AWS4-\S+ Credential=([^/,]+)")

HIDDEN = "[redacted]"

#: Names of values in a body that are secrets; `max_tokens`, `tokenizer` and `keywords` are none.
_SECRET_FIELD = re.compile(
    r"(?:api|access|secret|private|auth|account)[_-]?key|secret|password|credential|authorization|cookie"
    r"|(?:auth|access|refresh|bearer|session|security|id|api)[_-]?token|^token$",
    re.IGNORECASE,
)

#: A shorter value, in characters, is no secret: hiding it would only garble texts.
_SHORTEST = 8


class Redacted(Mapping[str, str]):
    """Headers by name in any case, with secrets redacted; a name that was sent twice has its values joined."""

    def __init__(self, headers: SentHeaders) -> None:
        self._values: dict[str, str] = {}
        for raw_name, raw_value in headers:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            self._values[name] = f"{self._values[name]}, {value}" if name in self._values else value

    def key_matches(self, key: str) -> bool:
        """Whether the credential that was sent is `key`, without showing either."""
        sent = [self._values[name] for name in _CREDENTIALS if name in self._values]
        return any(key in (value, value[len("Bearer ") :] if value.lower().startswith("bearer ") else value) for value in sent)

    def __getitem__(self, name: str) -> str:
        value = self._values[name.lower()]
        return HIDDEN if secret(name) else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(dict(self))


def secret(name: str) -> bool:
    """Whether a header's name tells that its value is one."""
    return _SECRET_NAME.search(name) is not None


def credential(request: Request) -> str:
    """Which credential was sent, as a digest that tells nothing of it; the same for none."""
    sent = {name: request.header(name) for name in _CREDENTIALS}
    query = dict(parse_qsl(request.target.partition("?")[2])).get("key")
    value = next((value for value in sent.values() if value), query or "")
    signed = _SIGNED.match(value)
    return blake2b((signed[1] if signed else value).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def secrets(request: Request) -> tuple[str, ...]:
    """What of a request is secret, the longest first: values in its headers, query and JSON body whose names say so."""
    found = {value.decode("latin-1") for name, value in request.headers if secret(name.decode("latin-1"))}
    found |= {value for name, value in parse_qsl(request.target.partition("?")[2]) if _SECRET_NAME.search(name)}
    found |= {value.partition(" ")[2] for value in found if " " in value}
    found |= {pair.partition("=")[2] for pair in (request.header("cookie") or "").split("; ")}
    found |= set(_in_body(request))
    return tuple(sorted((value for value in found if len(value) >= _SHORTEST), key=len, reverse=True))


def _in_body(request: Request) -> Iterator[str]:
    """The secrets among a JSON body's values, however deep."""
    try:
        waiting = [json.loads(request.body)]
    except (ValueError, RecursionError):  # a form, a file, or what nobody can read: the provider's own refusal says so
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from (one for name, one in value.items() if isinstance(one, str) and _SECRET_FIELD.search(name))
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def hide(text: str, hidden: Iterable[str]) -> str:
    """A text without the secrets that may stand in it."""
    for value in hidden:
        text = text.replace(value, HIDDEN)
    return text


def redact_url(url: str) -> str:
    """The URL with the secrets in its query and before its host hidden."""
    return _USERINFO.sub(rf"\1{HIDDEN}@", _SECRET_QUERY.sub(rf"\1{HIDDEN}", url))
