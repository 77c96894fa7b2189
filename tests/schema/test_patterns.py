"""Strings made of patterns, in the words of Python, JavaScript and Rust; strings made of formats."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import AnyUrl, Base64Bytes, IPvAnyAddress, IPvAnyInterface, IPvAnyNetwork, TypeAdapter

from llm_intercept.schema import instance, misfit
from llm_intercept.schema.formats import CHECKS, TEMPLATES
from llm_intercept.schema.patterns import compiled
from llm_intercept.schema.regex_reader import parts_of
from tests.schema.schemas import PATTERNS

#: What each dialect alone has a word for, and what it is in Python's.
OTHERWISE = {
    r"^\u{1F600}$": "^\U0001f600$",
    r"^\p{L}+$": r"^[^\W\d_]+$",
    r"^\P{L}+$": r"^[\W\d_]+$",
    r"^\p{Lu}\p{Ll}*$": "^[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]*$",
    r"^[\p{Lu}_]+$": "^[A-ZÀ-ÖØ-Þ_]+$",
    r"^\p{Script=Nd}$": r"^\d$",
    r"^[\p{L} ]+$": "^[A-Za-zÉ ]+$",
    r"^(?<year>\d{4})-\k<year>$": r"^(?P<year>\d{4})-(?P=year)$",
    r"^(?P<a>[xy])(?P=a)$": r"^([xy])\1$",
    r"^a\z": r"^a\Z",
    r"\Aa\Z": r"^a\Z",
    r"^\cA$": "^\x01$",
    r"^a\/b\-c$": "^a/b-c$",
    r"^[[a]$": r"^[\[a]$",
    r"^[a&&b]$": "^[a&b]$",
    r"^[+--]$": "^[+,-]$",
    r"^[]a]$": r"^[\]a]$",
    r"^[^]]$": r"^[^\]]$",
    r"^\i$": "^i$",
}

#: What a pattern is made of, each thing once.
MORE = [
    r"^a{}$",
    r"^x[\ud800-\udfff]*$",
    r"^\x41\u0042\U00000043$",
    r"^\t\n\0$",
    r"^[\d_]{3}$",
    r"^\D\W\S$",
    r"^\s$",
    r"^a{2,}$",
    r"^a{,2}b$",
    r"^a{0}b$",
    r"^a{x$",
    r"^(?:a|bb|ccc){2}?$",
    r"^(?i:abc)$",
    r"(?i)^abc$",
    r"^(?#a note)a$",
    r"^a(?=b)b$",
    r"^a(?!b)\w$",
    r"^(?<=^)a(?<!b)$",
    r"^a+b$",
    r"^[^\x00-\x7f]+$",
    r"^([a-c])(\d)\2\1$",
    r"\bword\b",
    r"^\Bx?$|^y$",
    r"^[a\-z]$",
    r"^(\d{3}\.){3}$",
    r"a(?=b)",
    r"^.{1000}$",
    r"^(x+x+)+$",
    r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^\w\s]).{12,16}$",
    r"^[\s\S]{2}$",
    r"^[A-Fa-f0-9]{64}$",
    r"^(?:\+\d{1,2} )?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}$",
    r"^[\w-]{11}$",
    r"^(19|20)\d\d-(0[1-9]|1[012])-(0[1-9]|[12]\d|3[01])$",
    r"^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$",
    r"^[_]$",
    r"^\(\)\[\]\{\}\|$",
]


@pytest.mark.parametrize("pattern", [*PATTERNS, *OTHERWISE, *MORE])
def test_a_string_is_made_of_every_pattern(pattern: str) -> None:
    said = OTHERWISE.get(pattern, pattern)
    for seed in range(8):
        assert re.search(said, instance({"type": "string", "pattern": pattern}, f"{seed}"))


@pytest.mark.parametrize(("pattern", "said"), OTHERWISE.items())
@pytest.mark.parametrize(
    "text",
    [
        "\U0001f600",
        "abc",
        "É",
        "Éa",
        "A_B",
        "7",
        "a b",
        "2024-2024",
        "xx",
        "xy",
        "a",
        "a\n",
        "\x01",
        "a/b-c",
        "[",
        "-",
        ",",
        "]",
        "i",
    ],
)
def test_a_pattern_means_what_it_means_in_python(pattern: str, said: str, text: str) -> None:
    found = compiled(pattern)
    assert found is not None
    assert bool(found.search(text)) == bool(re.search(said, text))


@pytest.mark.parametrize("pattern", ["(", "[", "*", r"\p{Nonsense}", "(?P<a>", r"\u{ffffff}", "a{2,1}", "x" * 10 + "("])
def test_a_pattern_that_python_cannot_read_is_none(pattern: str) -> None:
    assert compiled(pattern) is None


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.text("ab(|)[]^-\\d{1,}*+?.$=:!<>Pk#u", max_size=14))
def test_no_pattern_ends_in_an_error_of_its_reader(pattern: str) -> None:
    parts_of(pattern)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_string_of_every_format_has_it_and_differs_by_seed(name: str) -> None:
    schema = {"type": "string", "format": name}
    found = {instance(schema, f"{seed}") for seed in range(30)}
    assert len(found) > 3 or name in ("uri-template",)
    assert [text for text in found if misfit(text, schema) is not None] == []


#: Formats as pydantic and the standard library read them.
READERS: dict[str, Any] = {
    "ipvanyaddress": IPvAnyAddress,
    "ipvanyinterface": IPvAnyInterface,
    "ipvanynetwork": IPvAnyNetwork,
    "uri": AnyUrl,
    "base64": Base64Bytes,
}


@pytest.mark.parametrize("name", READERS)
def test_pydantic_reads_what_is_made_of_its_formats(name: str) -> None:
    for seed in range(20):
        TypeAdapter(READERS[name]).validate_python(instance({"type": "string", "format": name}, f"{seed}"))


#: Strings of formats and strings that are none.
TOLD = {
    "date": (["2024-02-29", "2000-02-29"], ["2023-02-29", "1900-02-29", "2024-13-01", "2024-04-31", "24-01-01", "0000-01-01"]),
    "time": (["10:00:00Z", "23:59:60+01:00", "10:00:00.5"], ["24:00:00Z", "10:00"]),
    "date-time": (["2024-01-01T10:00:00Z", "2024-01-01 10:00:00"], ["2024-01-01", "2024-01-01x10:00:00Z"]),
    "duration": (["P1D", "PT1H30M", "PT0.5S", "P2W"], ["P", "PT", "1D"]),
    "hostname": (["example.com", "a"], ["-a", "a..b", "a b"]),
    "ipv4": (["192.0.2.1"], ["256.0.0.1", "1.1.1"]),
    "ipv6": (["::1"], ["::g", "fe80::1%eth0"]),
    "uuid": (["12345678-1234-1234-1234-123456789abc"], ["12345678123412341234123456789abc"]),
    "uri": (["https://example.com", "mailto:a@b"], ["example.com", "a b:c"]),
    "regex": (["^a$"], ["("]),
    "json-pointer": (["", "/a/~1"], ["a", "/~2"]),
    "relative-json-pointer": (["0", "1/a", "0#"], ["/a", "01"]),
    "email": (["a@b"], ["a"]),
    "idn-email": (["é@b"], ["a"]),
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_format_is_told(name: str) -> None:
    fitting, unfitting = TOLD[name]
    assert [text for text in fitting if misfit(text, {"format": name}) is not None] == []
    assert [text for text in unfitting if misfit(text, {"format": name}) is None] == []
