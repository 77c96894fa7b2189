"""What each format of a string looks like: how one is told, and what one is made of.

References: https://json-schema.org/draft/2020-12/json-schema-validation#section-7,
https://docs.pydantic.dev/latest/api/networks/
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from llm_intercept.schema.patterns import compiled

__all__ = ["CHECKS", "TEMPLATES", "has_format"]

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _like(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern, re.ASCII).fullmatch


_LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_DATE = _like(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_TIME = _like(r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):?[0-5]\d)?")


def _is_date(text: str) -> bool:
    if not _DATE(text):
        return False
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return year > 0 and day <= _DAYS[month - 1] and (leap or (month, day) != (2, 29))


def _is_date_time(text: str) -> bool:
    return _is_date(text[:10]) and text[10:11] in ("T", "t", " ") and bool(_TIME(text[11:]))


def _is_address(kind: type[IPv4Address | IPv6Address]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            kind(text)
        except AddressValueError:
            return False
        return "%" not in text

    return check


#: How a string of a format is told, as far as anybody agrees on it. A time without an offset is one, since pydantic writes such.
CHECKS: dict[str, Callable[[str], object]] = {
    "date": _is_date,
    "time": _TIME,
    "date-time": _is_date_time,
    "duration": _like(r"[+-]?P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"),
    "email": lambda text: "@" in text,
    "idn-email": lambda text: "@" in text,
    "hostname": _like(rf"(?=.{{1,253}}\.?$){_LABEL}(\.{_LABEL})*\.?"),
    "ipv4": _is_address(IPv4Address),
    "ipv6": _is_address(IPv6Address),
    "uuid": _like(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "uri": _like(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*"),
    "regex": compiled,
    "json-pointer": _like(r"(/([^~/]|~[01])*)*"),
    "relative-json-pointer": _like(r"(0|[1-9]\d*)(#|(/([^~/]|~[01])*)*)"),
}  # fmt: skip

#: What a string of a format is made of; `texts` tells what stands in braces.
TEMPLATES: dict[str, str] = {
    "date": "{date}",
    "time": "{hour}:{minute}:{minute}Z",
    "date-time": "{date}T{hour}:{minute}:{minute}Z",
    "duration": "{duration}",
    "email": "{given:lower}.{family:lower}@example.com",
    "idn-email": "{given:lower}.{family:lower}@example.com",
    "name-email": "{given} {family} <{given:lower}.{family:lower}@example.com>",
    "hostname": "{noun}.example.com",
    "idn-hostname": "{noun}.example.com",
    "ipv4": "192.0.2.{byte}",
    "ipv6": "2001:db8::{hex}{hex}{hex}{hex}",
    "ipvanyaddress": "192.0.2.{byte}",
    "ipvanyinterface": "192.0.2.{byte}/24",
    "ipvanynetwork": "10.{byte}.0.0/16",
    "ipv4interface": "192.0.2.{byte}/24",
    "ipv6interface": "2001:db8::{hex}{hex}{hex}{hex}/64",
    "ipv4network": "10.{byte}.0.0/16",
    "ipv6network": "2001:db8:{byte}::/48",
    "uri": "https://example.com/{noun}",
    "url": "https://example.com/{noun}",
    "iri": "https://example.com/{noun}",
    "uri-reference": "/{noun}/{noun}",
    "iri-reference": "/{noun}/{noun}",
    "uri-template": "https://example.com/{noun}/{variable}",
    "multi-host-uri": "postgresql://{given:lower}@db.example.com:5432/{noun}",
    "uuid": "{uuid}",
    "uuid1": "{uuid1}",
    "uuid3": "{uuid3}",
    "uuid4": "{uuid}",
    "uuid5": "{uuid5}",
    "json-pointer": "/{noun}/{digit}",
    "relative-json-pointer": "{digit}/{noun}",
    "regex": "^{noun}[0-9]+$",
    "byte": "{base64}",
    "base64": "{base64}",
    "base64url": "{base64}",
    "binary": "{adjective} {noun}",
    "password": "{adjective}-{noun}-{digit}{digit}",
    "color": "#{hex}{hex}{hex}{hex}{hex}{hex}",
    "path": "/home/{given:lower}/{noun}.txt",
    "file-path": "/home/{given:lower}/{noun}.txt",
    "directory-path": "/home/{given:lower}/{noun}",
    "json": '"{noun}"',
    "decimal": "{number}.{digit}5",
    "int32": "{number}",
    "int64": "{number}",
    "uint32": "{number}",
    "uint64": "{number}",
    "float": "{number}.5",
    "double": "{number}.5",
}


def has_format(text: str, name: str) -> bool:
    """Whether a string has a format; one that nobody checks is had by every string."""
    check = CHECKS.get(name)
    return check is None or bool(check(text))
