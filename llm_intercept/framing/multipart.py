"""Forms with files, as `multipart/form-data` carries them. Reference: https://www.rfc-editor.org/rfc/rfc7578"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

__all__ = ["Field", "Form", "read"]

#: A header's parameter. A value in quotes ends at the quote that another parameter, or nothing, follows: some clients escape a
#: backslash in it and some do not.
_PARAMETER = re.compile(r';\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\\\|\\"|\\(?!\\))*)"(?=\s*(?:;|\Z))|([^";]*))')

#: What stands for what cannot stand in quotes: in RFC 822 after a backslash, in HTML's forms after a percent sign.
_ESCAPED = re.compile(r'\\(["\\ ])|%(22|0[AaDd])')


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: its name as sent, its bytes, and of a file what it is called and said to be."""

    name: str
    data: bytes
    filename: str | None = None
    content_type: str | None = None

    @property
    def is_file(self) -> bool:
        """Whether it is a file, not a value."""
        return self.filename is not None

    @property
    def text(self) -> str:
        """The bytes as text; what is no UTF-8 is replaced."""
        return self.data.decode("utf-8", "replace")

    @property
    def key(self) -> str:
        """The name without its brackets: `image` for `image[]` and `image[0]`."""
        return self.name.partition("[")[0]


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, in order."""

    fields: tuple[Field, ...]

    def files(self, key: str) -> tuple[Field, ...]:
        """The files under a name, with brackets or without."""
        return tuple([field for field in self.fields if field.is_file and field.key == key])

    @property
    def values(self) -> dict[str, Any]:
        """The fields that are no files, as texts: several of one name, or `a[]`, are a list, `a[b]` is in an object."""
        named: dict[str, list[tuple[str, str]]] = {}
        for field in self.fields:
            if not field.is_file:
                named.setdefault(field.key, []).append((field.name[len(field.key) :], field.text))
        return {key: _value(given) for key, given in named.items()}


def read(content_type: str | None, body: bytes) -> Form:
    """The form in a body, by its `Content-Type`; `ValueError` for what is none, or is cut off."""
    kind, parameters = _header(content_type or "")
    if kind != "multipart/form-data":
        raise ValueError(f"the content type is {kind or 'missing'}, and not multipart/form-data")
    boundary = parameters.get("boundary")
    if not boundary:
        raise ValueError("the content type names no boundary")
    return Form(tuple(_fields(body, boundary.encode("utf-8", "surrogateescape"))))


def _fields(body: bytes, boundary: bytes) -> Iterator[Field]:
    _, *pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)  # what stands before the first is nobody's
    for piece in pieces:
        if piece.startswith(b"--"):
            return
        yield _field(piece.lstrip(b" \t"))
    raise ValueError("the form ends before its closing boundary" if pieces else "the boundary is not in the body")


def _field(piece: bytes) -> Field:
    """One field, from the end of its boundary's line on."""
    head, blank, data = piece.partition(b"\r\n\r\n")
    if not blank or not piece.startswith(b"\r\n"):
        raise ValueError("a field of the form has no end to its headers")
    headers = dict(_line(line) for line in head.decode("utf-8", "replace").split("\r\n")[1:])
    kind, parameters = _header(headers.get("content-disposition", ""))
    if kind != "form-data" or not parameters.get("name"):
        raise ValueError("a field of the form has no name")
    return Field(parameters["name"], data, parameters.get("filename"), headers.get("content-type"))


def _line(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise ValueError(f"a field of the form has a header without a colon: {line[:40]!r}")
    return name.strip().lower(), value.strip()


def _header(value: str) -> tuple[str, dict[str, str]]:
    """A header's value and its parameters; one in the extended notation of RFC 8187 comes before its plain twin."""
    kind = value.partition(";")[0].strip().lower()
    plain, extended = dict[str, str](), dict[str, str]()
    for name, quoted, bare in _PARAMETER.findall(value[value.find(";") :] if ";" in value else ""):
        if name.endswith("*"):
            extended[name[:-1].lower()] = _extended(bare or quoted)
        else:
            plain.setdefault(name.lower(), _ESCAPED.sub(_unescape, quoted) or bare.strip())
    return kind, plain | extended


def _unescape(escape: re.Match[str]) -> str:
    return escape[1] or chr(int(escape[2], 16))


def _extended(value: str) -> str:
    charset, _, text = value.strip().partition("'")
    try:
        return unquote(text.partition("'")[2], charset or "utf-8")
    except LookupError:
        raise ValueError(f"a parameter of the form is in the unknown charset {charset!r}") from None


def _value(given: list[tuple[str, str]]) -> Any:
    """What the fields of one name say together, each given as its brackets and its text."""
    if any(brackets not in ("", "[]") for brackets, _ in given):
        return {brackets.strip("[]"): text for brackets, text in given}
    texts = [text for _, text in given]
    return texts if len(texts) > 1 or given[0][0] else texts[0]
