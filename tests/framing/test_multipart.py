"""Forms with files: what HTTP libraries write is read back, and what is no form is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import quote

import aiohttp
import httpx
import httpx2
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept.framing import multipart
from llm_intercept.framing.multipart import Field, Form

#: A value's name and text, or a file's name, its own name, its bytes and its type.
Value = tuple[str, str]
File = tuple[str, str, bytes, str]
Written = tuple[str, bytes]
Write = Callable[[list[Value], list[File]], Written]


def with_httpx(values: list[Value], files: list[File]) -> Written:
    data: dict[str, list[str]] = {}
    for name, text in values:
        data.setdefault(name, []).append(text)
    request = httpx.Request("POST", "http://host/", data=data, files=_triples(files))
    return request.headers["content-type"], request.read()


def with_httpx2(values: list[Value], files: list[File]) -> Written:
    data: dict[str, list[str]] = {}
    for name, text in values:
        data.setdefault(name, []).append(text)
    request = httpx2.Request("POST", "http://host/", data=data, files=_triples(files))
    return request.headers["content-type"], request.read()


def with_requests(values: list[Value], files: list[File]) -> Written:
    prepared = requests.Request("POST", "http://host/", data=values, files=_triples(files)).prepare()
    return prepared.headers["content-type"], prepared.body


def with_aiohttp(values: list[Value], files: list[File]) -> Written:
    class Sink:
        def __init__(self) -> None:
            self.written = b""

        async def write(self, data: bytes) -> None:
            self.written += data

    async def write() -> Written:
        form, sink = aiohttp.FormData(), Sink()
        for name, text in values:
            form.add_field(name, text)
        for name, filename, data, kind in files:
            form.add_field(name, data, filename=filename, content_type=kind)
        payload = form()
        await payload.write(sink)
        return payload.headers["content-type"], sink.written

    return asyncio.run(write())


def _triples(files: list[File]) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [(name, (filename, data, kind)) for name, filename, data, kind in files]


#: Each client, and what it makes of a file's name on the way.
CLIENTS: dict[str, tuple[Write, Callable[[str], str]]] = {
    "httpx": (with_httpx, str),
    "httpx2": (with_httpx2, str),
    "requests": (with_requests, str),
    "aiohttp": (with_aiohttp, lambda name: quote(name, "")),
}

# `%22` in a name cannot be told from an escaped quote, nor one backslash from two: the clients differ.
NAMES = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"], blacklist_characters='%\\"'), min_size=1, max_size=20
).map(str.strip).filter(bool)  # fmt: skip
BYTES = st.one_of(st.binary(max_size=200), st.lists(st.sampled_from([b"\r\n", b"--", b"\r", b"\n", b"x"])).map(b"".join))
TEXTS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=50)
KEYS = st.text("abcXYZ09_-[] ;=", min_size=1, max_size=20).map(str.strip).filter(bool)
VALUES = st.dictionaries(KEYS, TEXTS, max_size=3).map(lambda given: list(given.items()))
FILES = st.lists(st.tuples(KEYS, NAMES, BYTES, st.just("image/png")), min_size=1, max_size=3)


@pytest.mark.parametrize("client", CLIENTS)
@given(values=VALUES, files=FILES)
def test_what_a_client_writes_is_read_back(client: str, values: list[Value], files: list[File]) -> None:
    write, called = CLIENTS[client]
    form = multipart.read(*write(values, files))
    assert [(one.name, one.text) for one in form.fields if not one.is_file] == values
    assert [(one.name, one.filename, one.data, one.content_type) for one in form.fields if one.is_file] == [
        (name, called(filename), data, kind) for name, filename, data, kind in files
    ]


@pytest.mark.parametrize("client", ["httpx", "httpx2", "requests"])
@pytest.mark.parametrize(
    "name", ['a "quoted" one.png', "back\\slash.png", "ends\\", "semi; colon=1.png", "line\r\nends", "naïve 日本.png"]
)
def test_an_odd_name_is_read_back(client: str, name: str) -> None:
    write, _ = CLIENTS[client]
    (found,) = multipart.read(*write([], [("image[]", name, b"\x00", "image/png")])).files("image")
    assert found.filename == name


def test_values_are_gathered_by_name() -> None:
    pairs = "n=2 include[]=a kinds[]=b kinds[]=c same=d same=e how[type]=vad how[more]=1"
    values = [(name, text) for name, _, text in (pair.partition("=") for pair in pairs.split())]
    written = with_httpx(values, [("image[]", "a.png", b"1", "image/png"), ("image", "b", b"2", "x/y")])
    form = multipart.read(*written)
    assert form.values == {
        "n": "2",
        "include": ["a"],
        "kinds": ["b", "c"],
        "same": ["d", "e"],
        "how": {"type": "vad", "more": "1"},
    }
    assert [file.data for file in form.files("image")] == [b"1", b"2"]


HEAD = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (HEAD + b"1\r\n--x--\r\n", (Field("a", b"1"),)),
        (b"nobody's\r\n" + HEAD + b"1\r\n--x--ends here\r\n--x", (Field("a", b"1"),)),
        (HEAD.replace(b"--x\r\n", b"--x \t\r\n") + b"\r\n\r\n--x--", (Field("a", b"\r\n"),)),
        (HEAD.replace(b'"a"', b"a") + b" --x\r\n--x--", (Field("a", b" --x"),)),
        (HEAD.replace(b'name="a"', b"name*=utf-8''na%C3%AFve; name=\"old\"") + b"\r\n--x--", (Field("naïve", b""),)),
        (HEAD.replace(b'"a"', rb'"\"a\\b\""; filename=""') + b"\r\n--x--", (Field('"a\\b"', b"", ""),)),
        (b"--x--", ()),
    ],
    ids=["plain", "preamble-and-epilogue", "padding", "bare-name", "extended-name", "escaped-name", "empty"],
)
def test_a_form_is_read(body: bytes, fields: tuple[Field, ...]) -> None:
    assert multipart.read("multipart/form-data; boundary=x", body) == Form(fields)


@pytest.mark.parametrize(
    ("content_type", "body", "told"),
    [
        (None, b"", "the content type is missing, and not multipart/form-data"),
        ("application/json", b"{}", "the content type is application/json, and not multipart/form-data"),
        ("multipart/form-data", HEAD, "the content type names no boundary"),
        ("multipart/form-data; boundary=", HEAD, "the content type names no boundary"),
        ("multipart/form-data; boundary=y", HEAD, "the boundary is not in the body"),
        ("multipart/form-data; boundary=x", HEAD + b"1\r\n", "the form ends before its closing boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disp", "a field of the form has no end to its headers"),
        ("multipart/form-data; boundary=x", b"--xy\r\n\r\n\r\n--x--", "a field of the form has no end to its headers"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n1\r\n--x--", "a field of the form has no name"),
        ("multipart/form-data; boundary=x", HEAD.replace(b'"a"', b'"a') + b"1\r\n--x--", "a field of the form has no name"),
        (
            "multipart/form-data; boundary=x",
            HEAD.replace(b"form-data", b"attachment") + b"\r\n--x--",
            "a field of the form has no name",
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nwhat\r\n\r\n1\r\n--x--",
            "a field of the form has a header without a colon: 'what'",
        ),
        (
            "multipart/form-data; boundary=x",
            HEAD.replace(b'name="a"', b"name*=klingon''%61") + b"1\r\n--x--",
            "a parameter of the form is in the unknown charset 'klingon'",
        ),
    ],
)
def test_what_is_no_form_is_refused(content_type: str | None, body: bytes, told: str) -> None:
    with pytest.raises(ValueError) as wrong:
        multipart.read(content_type, body)
    assert str(wrong.value) == told


@given(st.binary(max_size=300), st.text(max_size=50))
def test_any_bytes_are_a_form_or_refused(noise: bytes, kind: str) -> None:
    for content_type, body in (
        (kind, noise),
        ("multipart/form-data; boundary=x", HEAD + noise),
        (f"multipart/form-data; {kind}", noise),
    ):
        try:
            assert isinstance(multipart.read(content_type, body), Form)
        except ValueError:
            continue


@pytest.mark.parametrize(
    "hostile", [b'"' + b"\\" * 20_000, b";" * 20_000, b"; " * 20_000, b" " * 20_000, b'"' + b'\\"' * 20_000 + b"a"]
)
def test_a_hostile_header_is_refused_at_once(hostile: bytes) -> None:
    with pytest.raises(ValueError, match="has no name"):
        multipart.read("multipart/form-data; boundary=x", HEAD.replace(b'"a"', hostile) + b"\r\n--x--")
