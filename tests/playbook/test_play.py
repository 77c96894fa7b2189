"""A playbook says what Python would: the same rules, the same bytes."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_intercept import (
    Interceptor,
    Pace,
    UnansweredCall,
    audio,
    contains,
    disconnect,
    embedding,
    error,
    image,
    intercept,
    overloaded,
    pause,
    rate_limit,
    refusal,
    reply,
    thinking,
    tool_call,
    transcript,
    words,
)
from llm_intercept.playbook.grammar import PARTS, SCHEMA, schema
from llm_intercept.replies import failures, faults, parts
from llm_intercept.rules.criteria import CRITERIA

PICTURE = b"\x89PNG"

#: A rule as it stands in a file, and the same in Python.
SAME: list[tuple[dict[str, Any], Callable[[Interceptor], Any]]] = [
    ({"on": "weather", "reply": "Sunny."}, lambda llm: llm.on("weather").reply("Sunny.")),
    ({"on": "weather", "model": "gpt-*", "reply": None}, lambda llm: llm.on("weather", model="gpt-*").reply()),
    ({"on": {"words": "weather", "turn": 0}, "reply": []}, lambda llm: llm.on("weather", turn=0).reply()),
    ({"prompt": {"contains": "eath"}, "reply": ["a", {"text": "b"}]}, lambda llm: llm.on(prompt=contains("eath")).reply("a", "b")),
    ({"prompt": {"pattern": "^W"}, "reply": "a"}, lambda llm: llm.on(prompt=re.compile("^W")).reply("a")),
    ({"prompt": {"not": {"words": "rain"}}, "reply": "a"}, lambda llm: llm.on(prompt=~words("rain")).reply("a")),
    ({"prompt": {"all": [{"words": "the"}, {"not": "x"}]}, "reply": "a"}, lambda llm: llm.on(prompt=words("the")).reply("a")),
    ({"prompt": {"any": ["x", {"words": "the"}]}, "reply": "a"}, lambda llm: llm.on(prompt=words("the")).reply("a")),
    ({"provider": ["openai", "groq"], "reply": "a"}, lambda llm: llm.on(provider={"openai", "groq"}).reply("a")),
    ({"model": ["x", {"pattern": "gpt"}], "reply": "a"}, lambda llm: llm.on(model={"x", re.compile("gpt")}).reply("a")),
    (
        {"body": {"temperature": 0.5, "stop": ["END"]}, "reply": "a"},
        lambda llm: llm.on(body={"temperature": 0.5, "stop": ["END"]}).reply("a"),
    ),
    ({"body": {"model": {"contains": "gpt"}}, "reply": "a"}, lambda llm: llm.on(body={"model": contains("gpt")}).reply("a")),
    ({"override": "weather", "reply": "a"}, lambda llm: llm.override("weather").reply("a")),
    ({"on": "weather", "replies": ["a", {"error": 429}, "c"]}, lambda llm: llm.on("weather").replies("a", error(429), "c")),
    (
        {"reply": "a", "then": ["b", {"error": {"status": 500, "message": "no"}}]},
        lambda llm: llm.on().reply("a").then("b").then(error(500, "no")),
    ),
    ({"replies": ["a", "b"], "times": 3}, lambda llm: llm.on().replies("a", "b").times(3)),
    ({"reply": "a", "once": True}, lambda llm: llm.on().reply("a").once()),
    ({"replies": ["a", "b"], "forever": True}, lambda llm: llm.on().replies("a", "b").forever()),
    (
        {"replies": [{"overloaded": {}}, {"rate_limit": {"retry_after": 2, "code": "x"}}]},
        lambda llm: llm.on().replies(overloaded(), rate_limit(retry_after=2, code="x")),
    ),
    ({"reply": {"tool_call": "now"}}, lambda llm: llm.on().reply(tool_call("now"))),
    (
        {"reply": [{"thinking": "hm"}, {"tool_call": {"name": "look", "arguments": {"city": "Paris"}, "id": "call_1"}}]},
        lambda llm: llm.on().reply(thinking("hm"), tool_call("look", city="Paris").with_id("call_1")),
    ),
    ({"reply": {"object": {"city": "Paris"}}}, lambda llm: llm.on().reply({"city": "Paris"})),
    ({"reply": {"refusal": {"text": "No.", "category": "x"}}}, lambda llm: llm.on().reply(refusal("No.", category="x"))),
    ({"reply": {"image": b64encode(PICTURE).decode()}}, lambda llm: llm.on().reply(image(PICTURE))),
    ({"reply": {"image": {"path": "a.png"}}}, lambda llm: llm.on().reply(image(PICTURE))),
    (
        {"reply": {"image": {"data": {"path": "a.png"}, "mime_type": "image/gif"}}},
        lambda llm: llm.on().reply(image(PICTURE, "image/gif")),
    ),
    (
        {"reply": {"audio": {"data": b64encode(PICTURE).decode(), "transcript": "Hi"}}},
        lambda llm: llm.on().reply(audio(PICTURE, transcript="Hi")),
    ),
    ({"reply": {"embedding": [0.5, 1]}}, lambda llm: llm.on().reply(embedding([0.5, 1]))),
    ({"reply": {"transcript": {"text": "Hi", "language": "en"}}}, lambda llm: llm.on().reply(transcript("Hi", language="en"))),
    ({"reply": ["Once", {"disconnect": None}]}, lambda llm: llm.on().reply("Once", disconnect())),
    (
        {
            "reply": {
                "say": ["Once"],
                "finish": "length",
                "usage": {"input": 1, "output": 2},
                "model": "m",
                "headers": {"x-a": "b"},
                "chunk_size": 2,
                "delay": 0.001,
                "pace": {"ttft": 0.002, "tokens_per_second": 1000},
                "id": "i",
                "payload": {"system_fingerprint": "fp_1"},
            }
        },
        lambda llm: llm.on().reply(
            "Once",
            finish="length",
            usage={"input": 1, "output": 2},
            model="m",
            headers={"x-a": "b"},
            chunk_size=2,
            delay=0.001,
            pace=Pace(ttft=0.002, tokens_per_second=1000),
            id="i",
            payload={"system_fingerprint": "fp_1"},
        ),
    ),
    (
        {"reply": {"say": "Once", "chunks": ["On", {"pause": 0.001}, "ce"]}},
        lambda llm: llm.on().reply("Once", chunks=["On", pause(0.001), "ce"]),
    ),
    ({"converse": [{"tool_call": "now"}, "Noon."]}, lambda llm: llm.on().converse(tool_call("now"), "Noon.")),
    ({"on": {"header": {"x-a": "b"}}, "reply": "a"}, lambda llm: llm.on(header={"x-a": "b"}).reply("a")),
]

ASKED = {"model": "gpt-4o", "messages": [{"role": "user", "content": "What is the weather?"}], "temperature": 0.5, "stop": ["END"]}


def answers(llm: Interceptor, count: int = 4) -> list[Any]:
    """What is answered to the same question, asked some times in body and stream, and to an embedding."""
    found: list[Any] = []
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        for number in range(count):
            asked = {**ASKED, "stream": True} if number % 2 else ASKED
            for path, body in (("chat/completions", asked), ("embeddings", {"model": "m", "input": "x"})):
                try:
                    response = client.post(f"https://api.openai.com/v1/{path}", json=body, headers={"x-a": "b"})
                    found.append((response.status_code, response.headers.get("x-a"), response.content))
                except httpx2.HTTPError as broken:
                    found.append(type(broken))
                except BaseException as failure:
                    found.append((type(failure), re.sub(r"\S+:\d+|(?<=llm\.on).*", "", str(failure))))
    return found


def toml(value: Any) -> str:
    """A value as TOML writes it inline; it has no null."""
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)} = {toml(one)}" for key, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
        case _:
            return json.dumps(value)


def written(rules: list[dict[str, Any]], suffix: str) -> str:
    return f"rules = {toml(rules)}\n" if suffix == ".toml" else json.dumps({"rules": rules})


def no_null(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value is not None and all(map(no_null, inner))


@pytest.mark.parametrize("suffix", [".yaml", ".json", ".toml"])
@pytest.mark.parametrize(("rule", "python"), SAME, ids=[json.dumps(rule) for rule, _ in SAME])
def test_a_file_says_what_python_says(rule: dict[str, Any], python: Any, suffix: str, tmp_path: Path) -> None:
    if suffix == ".toml" and not no_null(rule):
        rule = json.loads(
            json.dumps(rule).replace('{"disconnect": null}', '{"disconnect": {}}').replace('"reply": null', '"reply": []')
        )
    (tmp_path / "a.png").write_bytes(PICTURE)
    (tmp_path / f"book{suffix}").write_text(written([rule], suffix))
    played, made = Interceptor("else"), Interceptor("else")
    played.play(tmp_path / f"book{suffix}")
    python(made)
    assert answers(played) == answers(made)
    assert str(played._current().book.rules[0]).endswith(".")


@given(chosen=st.lists(st.sampled_from(range(len(SAME))), max_size=5))
@settings(max_examples=25, deadline=None)
@pytest.mark.filterwarnings("ignore::llm_intercept.InterceptWarning")
def test_any_rules_of_a_file_answer_as_python_s_do(chosen: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("books")
    (folder / "a.png").write_bytes(PICTURE)
    (folder / "book.yaml").write_text(written([SAME[index][0] for index in chosen], ".yaml"))
    played, made = Interceptor("else"), Interceptor("else")
    played.play(folder / "book.yaml")
    for index in chosen:
        SAME[index][1](made)
    assert answers(played, 3) == answers(made, 3)


def test_every_word_of_python_is_a_word_of_a_file() -> None:
    assert {*failures.STATUSES, *faults.__all__} <= PARTS.keys()
    made = {name for name in parts.__all__ if name.islower() and name != "json_text"}
    assert made <= PARTS.keys()
    rule = json.loads(schema())["$defs"]["Rule"]["properties"]
    assert {*CRITERIA} - {"where"} <= rule.keys()  # a predicate is no text


def test_the_schema_is_up_to_date() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema(), (
        "run `python -m llm_intercept check --schema > llm_intercept/playbook/playbook.schema.json`"
    )


def test_the_schema_accepts_what_is_played_and_refuses_what_is_not() -> None:
    from jsonschema import Draft202012Validator

    judge = Draft202012Validator(json.loads(schema()))
    for rule, _ in SAME:
        assert not [*judge.iter_errors({"rules": [rule]})], rule
    for wrong in ({"rule": []}, {"rules": [{"modle": "x", "reply": "a"}]}, {"rules": [{"reply": {"eror": 1}}]}, {"rules": 1}):
        assert [*judge.iter_errors(wrong)], wrong


def test_words_that_yaml_once_took_for_truth_are_words(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(
        "rules:\n- on: no\n  reply: yes\n- on: 'x'\n  stream: false\n  reply: 2024-01-02\notherwise: on\n"
    )
    llm = Interceptor()
    llm.play(tmp_path / "book.yaml")
    assert [rule.sources for rule in llm._current().book.rules] == [(reply("yes"),), (reply("2024-01-02"),)]
    assert llm.otherwise.sources == (reply("on"),)


def test_a_merged_mapping_is_played(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text("rules:\n- &first\n  on: a\n  reply: b\n- <<: *first\n  on: c\n")
    llm = Interceptor()
    llm.play(tmp_path / "book.yaml")
    assert list(map(repr, llm._current().book.rules)) == ["llm.on('a')", "llm.on('c')"]


def test_a_folder_is_all_of_its_playbooks_by_name(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("rules: [{on: b, reply: b}]")
    (tmp_path / "a.json").write_text('{"rules": [{"on": "a", "reply": "a"}]}')
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "playbook.schema.json").write_text(schema())
    (tmp_path / "empty.yaml").write_text("")
    llm = Interceptor()
    llm.play(str(tmp_path))
    assert [rule.sources[0] for rule in llm._current().book.rules] == [reply("a"), reply("b")]


def test_a_rule_of_a_file_is_told_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "book.yaml"
    file.write_text("rules:\n- on: rain\n  reply: a\n")
    llm = intercept()
    llm.play(file)
    with pytest.raises(UnansweredCall) as miss, llm:
        httpx2.post("https://api.openai.com/v1/chat/completions", json=ASKED)
    assert f"llm.on('rain')   {file}:2" in str(miss.value)


def test_passthrough_is_a_word(tmp_path: Path) -> None:
    (tmp_path / "book.json").write_text('{"rules": [{"provider": "openai", "passthrough": true}], "$schema": "x"}')
    llm = Interceptor()
    llm.play(tmp_path / "book.json")
    assert repr(llm._current().book.rules[0].sources) == "(passthrough(),)"
