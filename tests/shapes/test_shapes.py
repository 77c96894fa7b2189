"""The shapes' own tests: paths, recordings of every framing, comparison, and a directory that is asked again."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.shapes import KINDS, Shape, compare
from tests.shapes.__main__ import main
from tests.shapes.meaning import anthropic, chat, saying
from tests.shapes.paths import parent, places
from tests.shapes.recording import documents, recordings


def test_paths_name_items_by_their_type_and_leave_what_is_not_the_wires() -> None:
    document = {"content": [{"type": "tool.use", "input": {"a": 1}, "note": None}, 5], "metadata": {"mine": 1}}
    assert dict(places(document)) == {
        "content": "array",
        "content[tool.use]": "object",
        "content[tool.use].type": "string",
        "content[tool.use].input": "object",
        "content[tool.use].note": "null",
        "content[]": "number",
        "metadata": "object",
    }


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("a", ""),
        ("a.b", "a"),
        ("a[]", "a"),
        ("a[x.y]", "a"),
        ("a[x.y].b", "a[x.y]"),
        ("a[x.y].b.c", "a[x.y].b"),
        ("a[x].b[y.z]", "a[x].b"),
    ],
)
def test_a_path_stands_in_another(path: str, above: str) -> None:
    assert parent(path) == above


REAL = Shape.of([
    {"id": "x", "usage": {"in": 1}, "details": None, "content": [{"type": "text", "text": "Hi", "note": 1}]},
    {"id": "x", "usage": {"in": 1, "out": 2}, "details": {"a": 1}, "content": [{"type": "tool", "name": "f"}]},
    {"id": "x", "usage": {"in": 1}, "details": {"a": 1}, "content": [{"type": "text", "text": "Hi"}]},
])  # fmt: skip


def test_what_is_always_there_depends_on_what_it_stands_in() -> None:
    assert {*REAL.always} == {
        "id", "usage", "usage.in", "details", "details.a", "content",
        "content[text].type", "content[text].text", "content[tool].type", "content[tool].name",
    }  # fmt: skip
    assert {*REAL.ever} - {*REAL.always} == {"usage.out", "content[text]", "content[text].note", "content[tool]"}


@pytest.mark.parametrize(
    ("ours", "missing", "surplus"),
    [
        ({"id": 1, "usage": {"in": 1}, "details": None, "content": []}, (), ()),
        ({"id": 1, "details": {}, "content": [{"type": "tool", "name": "f"}]}, ("details.a", "usage", "usage.in"), ()),
        ({"id": 1, "usage": None, "details": None, "content": []}, ("usage.in",), ()),
        ({"id": 1, "usage": {"in": 1, "mine": {"x": 1}}, "details": None, "content": []}, (), ("usage.mine", "usage.mine.x")),
        ({"id": 1, "usage": {"in": 1}, "details": None, "content": [{"type": "text"}]}, ("content[text].text",), ()),
    ],
)
def test_ours_is_compared_with_the_real_ones(ours: Any, missing: tuple[str, ...], surplus: tuple[str, ...]) -> None:
    compared = compare(REAL, [ours])
    assert (compared.missing, compared.surplus) == (missing, surplus)


def test_what_the_model_knows_is_no_surplus_and_what_it_refuses_is_told() -> None:
    ours = {"id": 1, "usage": {"in": 1, "known": {"x": 1}, "mine": {"x": 1}}, "details": None, "content": []}
    assert compare(REAL, [ours], lambda _: ["usage.mine"]).surplus == ("usage.mine", "usage.mine.x")

    def refuse(_: Any) -> list[str]:
        raise ValueError("no")

    compared = compare(REAL, [ours], refuse)
    assert compared.refused == ("no",)
    assert len(compared.surplus) == 4


def frame(name: str, payload: Any) -> bytes:
    """One frame of an event stream."""
    headers = b"".join(
        bytes([len(key)]) + key + b"\x07" + struct.pack(">H", len(value)) + value
        for key, value in ((b":message-type", b"event"), (b":event-type", name.encode()))
    )
    body = json.dumps(payload).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + body
    return message + struct.pack(">I", zlib.crc32(message))


INNER = {"type": "message_stop"}


@pytest.mark.parametrize(
    ("content_type", "body", "parts"),
    [
        ("application/json", b'{"a":1}', ["body"]),
        ("text/html", b"<html>", []),
        ("text/event-stream", b'event: x\r\ndata: {"type":"a"}\r\n\r\n: hm\r\n\r\ndata: [DONE]\r\n\r\n', ["event a"]),
        ("text/event-stream", b'data: {"type":"a","item":{"type":"b"}}\n', ["event a b"]),
        ("text/event-stream", b'data: {"choices":[]}\n\ndata: {"error":{"code":1}}\n\n', ["event usage", "event error"]),
        ("text/event-stream", b'data: {"choices":[{"delta":{"role":"x","content":""}}]}\n\n', ["event role"]),
        ("text/event-stream", b'data: {"choices":[{"delta":{"role":"x","content":"y"}}]}\n\n', ["event content"]),
        ("text/event-stream", b'data: {"choices":[{"delta":{"content":""},"finish_reason":"stop"}]}\n\n', ["event finish"]),
        ("application/x-ndjson", b'{"done":false}\n{"done":true}\n', ["event content", "event done"]),
        ("application/json", b'[{"candidates":[{}]},{"candidates":[{"finishReason":"STOP"}]}]', ["event content", "event finish"]),
        ("application/vnd.amazon.eventstream", frame("messageStart", {"p": "abc", "role": "x"}), ["event messageStart"]),
        (
            "application/vnd.amazon.eventstream",
            frame("chunk", {"bytes": base64.b64encode(json.dumps(INNER).encode()).decode()}),
            ["event message_stop"],
        ),
    ],
)
def test_an_answer_is_read_whatever_its_framing(content_type: str, body: bytes, parts: list[str]) -> None:
    assert [document.part for document in documents(200, content_type, body)] == parts


def test_an_error_is_one_whatever_its_content_type() -> None:
    assert [*documents(429, "text/event-stream", b'{"message":"m"}')] == [("error", {"message": "m"})]


def test_a_stream_that_was_cut_in_its_recording_ends_there() -> None:
    whole = frame("messageStart", {"role": "x"})
    assert len([*documents(200, "application/vnd.amazon.eventstream", whole + whole[:-9])]) == 1
    assert [*documents(200, "application/vnd.amazon.eventstream", b"\x00" * 40)] == []


def test_padding_is_no_part_of_an_event() -> None:
    (document,) = documents(200, "application/vnd.amazon.eventstream", frame("messageStart", {"p": "abc", "role": "x"}))
    assert document.value == {"messageStart": {"role": "x"}}


def test_a_stream_means_what_its_body_means() -> None:
    call = {"index": 0, "id": "c", "type": "function", "function": {"name": "now", "arguments": '{"a":1}'}}
    body = {"choices": [{"message": {"content": "Hi you", "tool_calls": [call]}, "finish_reason": "length"}]}
    halves = [{**call, "function": {"name": "now", "arguments": '{"a"'}}, {"index": 0, "function": {"arguments": ":1}"}}]
    deltas: list[Any] = [{"content": "Hi "}, {"content": "you"}, *({"tool_calls": [half]} for half in halves)]
    stream = [{"choices": [{"delta": delta}]} for delta in deltas] + [{"choices": [{"delta": {}, "finish_reason": "length"}]}]
    assert saying(chat, stream) == saying(chat, [body])
    assert saying(chat, [body]).finish == "length"


def test_blocks_of_a_stream_mean_what_the_bodys_do() -> None:
    body = {
        "stop_reason": "end_turn",
        "content": [{"type": "thinking", "thinking": "Hm.", "signature": "s"}, {"type": "text", "text": "Hi"}],
    }
    stream: list[Any] = [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": "", "signature": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm."}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "s"}},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Hi"}},
    ]
    assert saying(anthropic, stream) == saying(anthropic, [body])


def recorded(folder: Path, answer: Any, status: int = 200, url: str = "https://api.openai.com/v1/chat/completions") -> Path:
    """A directory with one recorded call."""
    (folder / "openai").mkdir(exist_ok=True)
    asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "?"}]}
    call = {
        "request": {"method": "POST", "url": url, "body": asked},
        "response": {"status": status, "content-type": "application/json", "body": answer},
    }
    (folder / "openai" / "chat.0.json").write_text(json.dumps(call), encoding="utf-8")
    return folder


COMPLETION = {"id": "x", "object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}}]}


@pytest.mark.parametrize(
    ("answer", "url", "code", "words"),
    [
        (COMPLETION, "https://api.openai.com/v1/chat/completions", 0, "passed"),
        ({**COMPLETION, "nobody": {"has": 1}}, "https://api.openai.com/v1/chat/completions", 1, "lacks nobody.has (1)"),
        (COMPLETION, "https://api.openai.com/v1/chat/nonesuch", 1, "not answered: no dialect knows it"),
        (COMPLETION, "https://api.openai.com/v1/vector_stores/vs_1", 0, "for other issues: openai chat (1)"),
    ],
)
def test_a_directory_is_asked_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: Any, url: str, code: int, words: str
) -> None:
    assert main(["replay", str(recorded(tmp_path, answer, url=url))]) == code
    assert words in capsys.readouterr().out


def test_an_error_for_a_recorded_answer_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = recorded(tmp_path, COMPLETION)
    path = folder / "openai" / "chat.0.json"
    path.write_text(path.read_text().replace('"model": "gpt-4o"', '"model": 5'))
    assert main(["replay", str(folder)]) == 1
    assert "was answered 200, ours: " in capsys.readouterr().out


def test_what_is_kept_can_be_read() -> None:
    assert KINDS
    assert all(shape.documents > 0 and {*shape.always} <= {*shape.ever} for shape in KINDS.values())


def test_a_recording_tells_its_provider_and_operation(tmp_path: Path) -> None:
    (one,) = recordings(recorded(tmp_path, {"error": {"message": "m"}}, status=400))
    assert (one.provider, one.operation, [document.part for document in one.documents]) == ("openai", "chat", ["error"])
