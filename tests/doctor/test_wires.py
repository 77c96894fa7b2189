"""What is posted, read and judged: framings without mercy, errors of every status, and verdicts that know a model's age."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel

from llm_intercept.doctor.installed import major, ordered, version_of
from llm_intercept.doctor.judges import DISTRIBUTIONS, JUDGES, Judge, Pydantic, judges_of
from llm_intercept.doctor.verdict import judged
from llm_intercept.doctor.wires.decoding import Unframed, documents
from llm_intercept.doctor.wires.exceptions import KNOWN, REFUSED, expected
from llm_intercept.doctor.wires.judged import STATUSES, findings, refusals
from llm_intercept.doctor.wires.kinds import KINDS, Kind
from llm_intercept.doctor.wires.operations import WIRES
from llm_intercept.doctor.wires.posted import posted

EVENTS = "text/event-stream; charset=utf-8"

UNFRAMED: Mapping[str, tuple[str, bytes, str]] = {
    "a line that does not end": ("application/x-ndjson", b'{"a":1}\n{"b":', "the last line does not end"),
    "an event that does not end": (EVENTS, b"data: 1\n\ndata: 2\n", "the last event does not end"),
    "a comment in an event": (EVENTS, b": hi\ndata: 1\n\n", "a comment does not stand alone"),
    "a field that is none": (EVENTS, b"date: 1\n\n", "no event: 'date: 1'"),
    "something after the end": (EVENTS, b"data: [DONE]\n\ndata: 1\n\n", "something follows"),
}


@pytest.mark.parametrize("case", UNFRAMED)
def test_bytes_that_are_not_framed_are_refused(case: str) -> None:
    content_type, content, told = UNFRAMED[case]
    with pytest.raises(Unframed, match=told):
        documents(content_type, content)


def test_events_are_read_and_comments_pings_and_the_end_are_none() -> None:
    content = b': hello\n\ndata: {"a":1}\n\nevent: x\nid: 1\ndata: 2\n\ndata: {"type":"ping"}\n\ndata: [DONE]\n\n'
    assert documents(EVENTS, content) == [{"a": 1}, 2]


FRAMES = "application/vnd.amazon.eventstream"


def frames() -> bytes:
    """A real stream of Bedrock's."""
    kind = KINDS["bedrock converse"]
    url, body = kind.request("plain", "event")
    return posted("Paris.", url, body).body


def test_frames_are_read() -> None:
    assert [*documents(FRAMES, frames())[0]] == ["messageStart"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda raw: raw[:-1], "the last frame does not end"),
        (lambda raw: raw[:20] + bytes([raw[20] ^ 1]) + raw[21:], "a checksum is wrong"),
        (lambda raw: framed({":message-type": (7, "exception")}), "no frame of an event"),
        (lambda raw: framed({":message-type": (6, "event")}), "a header is no string"),
        (lambda raw: framed({}), "a frame is not padded"),
    ],
)
def test_frames_that_are_none_are_refused(change: Any, told: str) -> None:
    with pytest.raises(Unframed, match=told):
        documents(FRAMES, change(frames()))


def framed(other: Mapping[str, tuple[int, str]]) -> bytes:
    """One frame, with other headers."""
    told = {":message-type": (7, "event"), ":content-type": (7, "application/json"), ":event-type": (7, "x"), **other}
    head = b"".join(
        bytes([len(name)]) + name.encode() + struct.pack(">BH", kind, len(value)) + value.encode()
        for name, (kind, value) in told.items()
    )
    payload = b"{}"
    start = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    message = start + struct.pack(">I", zlib.crc32(start)) + head + payload
    return message + struct.pack(">I", zlib.crc32(message))


@pytest.mark.parametrize("url", ["https://a.test/b", "https://api.openai.com/v1/no/such/thing"])
def test_what_is_no_llm_call_is_not_answered(url: str) -> None:
    with pytest.raises(LookupError, match=f"POST {url} is answered by nothing"):
        posted("Hi", url, {})


def test_what_nobody_says_is_the_usual_answer() -> None:
    url, body = KINDS["groq chat"].request("plain", "body")
    assert b"This is a mock request" in posted(None, url, body).body


def test_an_answer_with_another_status_is_no_finding_but_an_error() -> None:
    kind = Kind("openai", "chat", "https://api.openai.com/v1/chat/completions", {"model": 5})
    with pytest.raises(ValueError, match="plain: status 400"):
        findings(kind, "body", judges_of("openai")["chat body"], {"text": "Hi"})


ERRORS = [name for name, kind in KINDS.items() if kind.refuses and f"{kind.judge} error" in JUDGES[kind.sdk]]


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_of_every_status_is_what_the_sdk_models(name: str) -> None:
    kind = KINDS[name]
    if version_of(DISTRIBUTIONS[kind.sdk]) is None:
        pytest.skip(f"{kind.sdk} is not installed")
    found = refusals(kind, judges_of(kind.sdk)[f"{kind.judge} error"])
    allowed = expected(REFUSED, name, "error", 99)
    assert {at: why for at, why in found.refused.items() if at not in allowed} == {}
    assert allowed <= {*found.refused}, "listed in vain"
    assert (found.unknown, found.documents) == ({}, len(STATUSES))


# What an older model does not know may have come since.


class Error(BaseModel):
    """A model of less than we send."""

    message: str
    type: str


class Less(BaseModel):
    """The same."""

    error: Error


@pytest.mark.parametrize(("version", "wrong"), [("0.1.0", False), (KNOWN["groq"], True), ("99.0.0", True), ("99.0rc1", True)])
def test_a_path_that_a_model_does_not_know_is_wrong_unless_the_model_is_older(version: str, wrong: bool) -> None:
    judges: Mapping[str, Judge] = {"chat error": Pydantic(Less)}
    kind = replace(KINDS["groq chat"], parts=())
    [found] = judged("groq chat", kind, judges, version)
    assert (found.part, found.documents) == ("error", len(STATUSES))
    if wrong:
        assert found.unknown == ()
        assert [one.partition(": status")[0] for one in found.wrong] == ["its model does not know error.code"]
    else:
        assert (found.wrong, found.unknown) == ((), ("error.code",))


def test_a_wire_that_a_major_has_no_models_of_is_not_judged() -> None:
    assert [*judged("anthropic complete", KINDS["anthropic complete"], judges_of("anthropic"), "2.0.0")] == []


@pytest.mark.parametrize(
    ("older", "newer"), [("1.9.0", "1.10.0"), ("1.9", "1.9.1"), ("1.0.0b9", "1.0.1"), ("2.0", "10.0"), ("0.6.3", "1")]
)
def test_versions_are_ordered_by_their_numbers(older: str, newer: str) -> None:
    assert ordered(older) < ordered(newer)
    assert major(older) <= major(newer)


def test_the_tables_name_the_same_sdks() -> None:
    assert {*DISTRIBUTIONS} == {*JUDGES} == {*KNOWN}
    assert {kind.sdk for kind in WIRES.values()} <= {*JUDGES}
    for sdk, judges in JUDGES.items():
        assert [*judges_of(sdk)] == [*judges]
        assert len(judges_of(sdk)) == len(judges)
