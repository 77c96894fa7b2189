"""What is wrong with a playbook is told with its file, its line and the near word, all of it at once; then nothing is played."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest

from llm_intercept import Interceptor, PlaybookError

NO_PART = (
    "2: rules[0].reply: ErrorReply error(500) is no part of a reply: "
    "give what the model says: reply('text', tool_call('name', ...)), or error(429) for a provider's error"
)
UNKNOWN = (
    "9: rules[2].reply.finish: 'x' is unknown; known: content_filter, context_window, length, pause, refusal, stop, stop_sequence, "
    "tool_calls"
)

#: A text by the end of its file's name, and the lines that are told of it.
WRONG: dict[str, tuple[str, str, list[str]]] = {
    "a key of a rule": (
        ".yaml",
        "rules:\n - on: a\n   modle: gpt-*\n   reply: b\n",
        ["3: rules[0].modle: no key of a rule; did you mean 'model'?"],
    ),
    "a key of the whole": (".yaml", "rule: []\n", ["1: rule: no key of a playbook; did you mean 'rules'?"]),
    "a criterion": (
        ".yaml",
        "rules:\n- on:\n    tol: x\n  reply: b\n",
        ["3: rules[0].on.tol: no key of `on`; did you mean 'tool'?"],
    ),
    "a part": (
        ".json",
        '{"rules": [\n {"on": "a",\n  "reply": [{"eror": 3}]}]}',
        ["3: rules[0].reply[0].eror: no key of a part of a reply; did you mean 'error'?"],
    ),
    "two parts in one": (
        ".json",
        '{"rules": [{"reply": [{"pause": 1,\n "text": "a"}]}]}',
        ["1: rules[0].reply[0]: a part is one word and what belongs to it, as in `tool_call: {name: now}`"],
    ),
    "an argument of a part": (
        ".yaml",
        "rules:\n- reply:\n  - tool_call:\n      nam: x\n",
        ["4: rules[0].reply[0].tool_call.nam: no key of tool_call; did you mean 'name'?"],
    ),
    "an argument left out": (
        ".yaml",
        "rules:\n- reply:\n  - tool_call: {id: x}\n",
        ["3: rules[0].reply[0].tool_call: 'name' is missing"],
    ),
    "an argument of another type": (
        ".yaml",
        "rules:\n- reply: {error: {status: x}}\n",
        ["2: rules[0].reply.error.status: Input should be a valid integer, got 'x'"],
    ),
    "no reply": (
        ".yaml",
        "rules:\n- on: a\n",
        ["2: rules[0]: a rule has one of reply, replies, converse and passthrough; there is none"],
    ),
    "two replies": (
        ".yaml",
        "rules:\n- {reply: a, converse: [b]}\n",
        ["2: rules[0]: a rule has one of reply, replies, converse and passthrough; there are reply and converse"],
    ),
    "on and override": (
        ".yaml",
        "rules:\n- {on: a, override: b, reply: c}\n",
        ["2: rules[0]: a rule is asked in its turn (`on`) or before all others (`override`), not both"],
    ),
    "a criterion twice": (
        ".yaml",
        "rules:\n- on: {model: a}\n  model: b\n  reply: c\n",
        ["3: rules[0].model: model is asked twice: in `on` and beside it"],
    ),
    "a finish reason": (
        ".yaml",
        "rules:\n- reply: {say: a, finish: stopp}\n",
        ["2: rules[0].reply.finish: 'stopp' is unknown; did you mean 'stop'?"],
    ),
    "an option's value": (
        ".yaml",
        "rules:\n- reply:\n    say: a\n    delay: -1\n",
        ["2: rules[0].reply: delay= is a time of 0 or more seconds, got -1"],
    ),
    "a pace's value": (
        ".yaml",
        "rules:\n- reply:\n    say: a\n    pace: {ttft: -1}\n",
        ["2: rules[0].reply: Pace(ttft=) is a time of 0 or more seconds, got -1"],
    ),
    "a pace's key": (
        ".yaml",
        "rules:\n- reply:\n    say: a\n    pace: {tps: 1}\n",
        ["4: rules[0].reply.pace.tps: no key of a pace; known: jitter, tokens_per_second, ttft"],
    ),
    "an option's type": (
        ".yaml",
        "rules:\n- reply: {say: a, chunk_size: x}\n",
        ["2: rules[0].reply.chunk_size: Input should be a valid integer, got 'x'"],
    ),
    "an error's status": (
        ".yaml",
        "rules:\n- reply: {error: 99}\n",
        ["2: rules[0].reply.error: error(status): an HTTP status from 400 to 599, got 99"],
    ),
    "an error within a reply": (
        ".yaml",
        "rules:\n- reply: [a, {error: 500}]\n",
        [NO_PART],
    ),
    "a provider": (
        ".yaml",
        "rules:\n- provider: opena\n  reply: a\n",
        ["2: rules[0]: provider='opena' is unknown; did you mean 'openai'?"],
    ),
    "a pattern": (
        ".yaml",
        "rules:\n- model: {pattern: '('}\n  reply: a\n",
        ["2: rules[0].model: model: missing ), unterminated subpattern at position 0"],
    ),
    "a pattern in on": (
        ".yaml",
        "rules:\n- on:\n    model: {pattern: '('}\n  reply: a\n",
        ["3: rules[0].on.model: model: missing ), unterminated subpattern at position 0"],
    ),
    "times": (
        ".yaml",
        "rules:\n- replies: [a, b]\n  times: 1\n",
        ["2: rules[0]: llm.on().times(1): its 2 replies need at least 2"],
    ),
    "no list": (".yaml", "rules: {on: a}\n", ["1: rules: Input should be a valid list, got {'on': 'a'}"]),
    "no mapping": (".yaml", "- a\n", ["1: Input should be a valid dictionary or instance of Playbook, got ['a']"]),
    "several": (
        ".toml",
        '[[rules]]\non = "a"\nreplay = "b"\n\n[[rules]]\nreply = {pause = -1}\n\n[[rules]]\nreply = {say = "a", finish = "x"}\n',
        [
            "3: rules[0].replay: no key of a rule; did you mean 'reply'?",
            UNKNOWN,
        ],
    ),
    "TOML's tables": (
        ".toml",
        'otherwise = "a"\n[[rules]]\n[rules.on]\nmodel = "a"\n"promt" = "b"\n[[rules]]\nreply = "c"\n',
        ["5: rules[0].on.promt: no key of `on`; did you mean 'prompt'?"],
    ),
    "a key twice in YAML": (".yaml", "rules:\n- reply: a\n  on: b\n  reply: c\n", ["4: the key 'reply' stands here twice"]),
    "a key twice in JSON": (".json", '{"rules": [],\n "rules": []}', ["2: the key 'rules' stands here twice"]),
    "no YAML": (".yml", "rules: [\n", ["2: this is no YAML: expected the node content, but found '<stream end>'"]),
    "a tab": (".yaml", "rules:\n\t- reply: a\n", ["2: this is no YAML: found character '\\t' that cannot start any token"]),
    "two documents": (".yaml", "rules: []\n---\nrules: []\n", ["2: this is no YAML: but found another document"]),
    "a tag": (
        ".yaml",
        "rules: !!python/object:os.system []\n",
        ["1: what is tagged 'tag:yaml.org,2002:python/object:os.system' is not for a playbook"],
    ),
    "itself": (".yaml", "rules: &all\n- *all\n", ["1: this refers to itself"]),
    "no JSON": (".json", '{"rules": [\n}', ["2: this is no JSON: Expecting value"]),
    "no TOML": (".toml", "rules = 1\nrules = 2\nx", ["2: this is no TOML: Cannot overwrite a value"]),
    "TOML that ends": (".toml", "rules = [\n", ["2: this is no TOML: Invalid value"]),
    "an image that is not there": (
        ".yaml",
        "rules:\n- reply: {image: {path: no.png}}\n",
        ["2: rules[0].reply.image: [Errno 2] No such file or directory: '{folder}/no.png'"],
    ),
    "no base64": (".yaml", "rules:\n- reply: {image: '?'}\n", ["2: rules[0].reply.image: Only base64 data is allowed"]),
}


def told(*files: Path) -> list[str]:
    """The problems of these files; nothing of them is played."""
    llm = Interceptor()
    with pytest.raises(PlaybookError) as wrong:
        llm.play(*files)
    assert llm._current().book.rules == ()
    count = len(wrong.value.problems)
    assert str(wrong.value).startswith("1 thing is wrong:\n  " if count == 1 else f"{count} things are wrong:\n  ")
    assert (wrong.value.file, wrong.value.line) == wrong.value.problems[0][:2]
    return str(wrong.value).split("\n  ")[1:]


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_with_its_line(case: str, tmp_path: Path) -> None:
    suffix, text, lines = WRONG[case]
    file = tmp_path / f"book{suffix}"
    file.write_text(text, encoding="utf-8")
    assert told(file) == [f"{file}:{line}".replace("{folder}", str(tmp_path)) for line in lines]


def test_all_files_are_told_of_in_order(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.json"):
        (tmp_path / name).write_text('{"rule": 1}')
    (tmp_path / "c.yaml").write_text("rules: [{reply: fine}]")
    assert told(tmp_path) == [
        f"{tmp_path / name}:1: rule: no key of a playbook; did you mean 'rules'?" for name in ("a.json", "b.yaml")
    ]


def test_what_is_no_playbook_is_told(tmp_path: Path) -> None:
    (tmp_path / "book.yml2").write_text("")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff")
    assert told(tmp_path / "book.yml2") == [
        f"{tmp_path}/book.yml2:1: a playbook is a file that ends in .yaml, .yml, .json, .toml; did you mean '.yml'?"
    ]
    assert told(tmp_path / "none.yaml") == [
        f"{tmp_path}/none.yaml:1: it cannot be read: [Errno 2] No such file or directory: '{tmp_path}/none.yaml'"
    ]
    assert told(tmp_path / "bytes.yaml")[0].startswith(f"{tmp_path}/bytes.yaml:1: it cannot be read: 'utf-8' codec can't decode")
    (tmp_path / "empty").mkdir()
    assert told(tmp_path / "empty") == [
        f"{tmp_path}/empty:1: there is no playbook in this folder: none ends in .yaml, .yml, .json, .toml"
    ]


def test_otherwise_is_said_once(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(json.dumps({"otherwise": name}))
    assert told(tmp_path) == [f"{tmp_path}/b.json:1: otherwise is said already: {tmp_path}/a.json:1"]
    llm = Interceptor("Hi")
    with pytest.raises(PlaybookError, match=r"a.json:1: otherwise is said already: .*test_problems.py:\d+"):
        llm.play(tmp_path / "a.json")


def test_a_format_whose_library_is_missing_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(import_module("llm_intercept.playbook.documents"), "import_module", missing)
    (tmp_path / "book.yaml").write_text("")
    assert told(tmp_path / "book.yaml") == [f"{tmp_path}/book.yaml:1: reading it needs yaml: pip install 'llm-intercept[yaml]'"]
