"""Our answers against the key paths of replies that the providers themselves sent (`recorded.json`)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from llm_intercept import error, reply, tool_call
from tests.dialects.wire import post

RECORDED: Mapping[str, list[list[str]]] = json.loads(Path(__file__).with_name("recorded.json").read_text())

#: What every recording of a kind has and ours has not, and why.
LACKING: Mapping[str, Mapping[str, str]] = {
    kind: {"obfuscation": "padding of random length against eavesdroppers; it says nothing, and clients that do without it exist"}
    for kind in ("openai event role", "openai event text", "openai event finish", "openai event usage")
}

#: What ours has and no recording has, and why.
EXTRA: Mapping[str, Mapping[str, str]] = {
    "openai body": {},
    "anthropic body": {},
    "anthropic event message_start": {
        "message.stop_details": "newer than the recorded stream; recorded bodies and the model have it"
    },
    "anthropic event message_delta": {
        "delta.stop_details": "newer than the recorded stream; recorded bodies and the model have it"
    },
}


def paths(value: Any, at: str = "") -> Iterator[str]:
    """Every key path; a list item stands as [type], or [] where it has none; a tool's own input is left out."""
    if isinstance(value, dict):
        for key, inner in value.items():
            path = f"{at}.{key}" if at else key
            yield path
            if key != "input":
                yield from paths(inner, path)
    elif isinstance(value, list):
        for inner in value:
            kind = inner.get("type") if isinstance(inner, dict) else None
            yield from paths(inner, f"{at}[{kind or ''}]")


def openai_kind(event: Any) -> str:
    """Which of the recorded kinds an event is."""
    if not event["choices"]:
        return "openai event usage"
    delta = event["choices"][0]["delta"]
    return f"openai event {'role' if 'role' in delta else 'text' if 'content' in delta else 'finish'}"


def anthropic_kind(event: Any) -> str:
    """Which of the recorded kinds an event is."""
    inner = event.get("content_block") or event.get("delta") or {}
    return f"anthropic event {event['type']}" + (f" {inner['type']}" if "type" in inner else "")


def ours() -> Mapping[str, list[set[str]]]:
    """The key paths of our answers, by the kinds of the recordings."""
    found: dict[str, list[set[str]]] = {kind: [] for kind in RECORDED if kind != "source"}
    for dialect in ("openai", "anthropic"):
        for said in (reply("Hi"), reply(tool_call("now", a=1))):
            found[f"{dialect} body"].append({*paths(post(dialect, said).json)})
        found[f"{dialect} error"].append({*paths(post(dialect, error(400)).json)})
    for _, data in post("openai", "Hi", stream=True, stream_options={"include_usage": True}).events[:-1]:
        event = json.loads(data)
        found[openai_kind(event)].append({*paths(event)})
    for _, data in post("anthropic", reply("Hi", tool_call("now", a=1)), stream=True).events:
        event = json.loads(data)
        found.setdefault(anthropic_kind(event), []).append({*paths(event)})
    return found


OURS = ours()


@pytest.mark.parametrize("kind", [kind for kind in RECORDED if kind != "source"])
def test_what_every_recording_has_is_in_ours(kind: str) -> None:
    always = set.intersection(*map(set, RECORDED[kind]))
    assert OURS[kind], "nothing of this kind was answered"
    for one in OURS[kind]:
        assert always - one == {*LACKING.get(kind, ())}


@pytest.mark.parametrize("kind", [kind for kind in RECORDED if kind != "source"])
def test_what_ours_has_is_in_a_recording(kind: str) -> None:
    ever = set().union(*RECORDED[kind])
    assert set().union(*OURS[kind]) - ever == {*EXTRA.get(kind, ())}


def test_every_kind_of_ours_was_recorded() -> None:
    assert {*OURS} - {*RECORDED} == {"anthropic event content_block_start tool_use"}  # recorded are the provider's own tools alone


def test_a_tool_use_block_starts_as_it_stands_in_a_body() -> None:
    started = OURS["anthropic event content_block_start tool_use"][0] - {"type", "index", "content_block"}
    body = {path for path in OURS["anthropic body"][1] if path.startswith("content[tool_use].")}
    assert {path.removeprefix("content_block.") for path in started} == {path.removeprefix("content[tool_use].") for path in body}


def test_the_order_of_an_openai_stream_is_the_recorded_one() -> None:
    events = post("openai", "Hi you", stream=True, stream_options={"include_usage": True}).events
    assert events[-1] == (None, b"[DONE]")
    kinds = [openai_kind(json.loads(data)).rpartition(" ")[2] for _, data in events[:-1]]
    assert kinds == ["role", "text", "text", "finish", "usage"]


def test_the_order_of_an_anthropic_stream_is_the_recorded_one() -> None:
    names = [name for name, _ in post("anthropic", reply("Hi", tool_call("now", a=1)), stream=True).events]
    block = ["content_block_start", "content_block_delta", "content_block_stop"]
    assert names[0] == "message_start"
    assert sorted({*names}) == sorted({*block, "message_start", "message_delta", "message_stop", "ping"})
    assert names[-2:] == ["message_delta", "message_stop"]
    order = [name for name in names if name.startswith("content_block") and name != "content_block_delta"]
    assert order == ["content_block_start", "content_block_stop"] * 2


@pytest.mark.parametrize(
    ("dialect", "status", "envelope"),
    [
        (
            "openai",
            400,
            {"message": "Invalid 'messages[3]'.", "type": "invalid_request_error", "param": "messages[3]", "code": "invalid_value"},
        ),
        ("anthropic", 400, {"type": "invalid_request_error", "message": "This model does not support effort level 'xhigh'."}),
    ],
)
def test_a_recorded_error_can_be_said_word_for_word(dialect: str, status: int, envelope: dict[str, str]) -> None:
    said = {key: value for key, value in envelope.items() if key != "type"}
    assert post(dialect, error(status, **said)).json["error"] == envelope
