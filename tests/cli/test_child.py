"""What an interpreter under `llm-intercept run` does as it starts and as it ends, in this process."""

from __future__ import annotations

import atexit
import json
import os
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openai
import pytest

from llm_intercept import Interceptor, UnansweredCall
from llm_intercept.cli import child
from llm_intercept.cli.child import CALLS, SWALLOWED, VARIABLE, Order, begin, end
from llm_intercept.ledger import load
from tests.cli.conftest import ROOT

STARTUP = ROOT / "llm_intercept" / "cli" / "startup"


def start() -> None:
    runpy.run_path(str(STARTUP / "sitecustomize.py"), run_name="sitecustomize")


def ask(text: str) -> str:
    created = openai.OpenAI(api_key="x").chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
    return created.choices[0].message.content or ""


@pytest.fixture
def order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Order:
    (tmp_path / "weather.json").write_text(json.dumps({"rules": [{"on": "weather", "reply": "Sunny."}]}))
    order = Order(str(tmp_path / "ledger"), [], [str(tmp_path / "weather.json")], {"seed": 7})
    (tmp_path / "ledger").mkdir()
    monkeypatch.setenv(VARIABLE, order.handed_down())
    return order


def left(order: Order) -> list[str]:
    """What was said to the calls that stand in the ledger."""
    return [call["text"] for path in Path(order.ledger).glob(f"{os.getpid()}-*{CALLS}") for call in load(path)]


@contextmanager
def begin_and_end() -> Iterator[Interceptor]:
    leave = os._exit
    llm = begin()
    yield llm
    os._exit = leave
    atexit.unregister(end)
    llm._take_pending()
    llm.__exit__(None, None, None)


@pytest.fixture
def llm(order: Order) -> Iterator[Interceptor]:
    with begin_and_end() as llm:
        yield llm


def test_it_answers_what_it_is_told_to_and_leaves_its_calls(llm: Interceptor, order: Order, capsys: Any) -> None:
    assert ask("The weather?") == "Sunny."
    end(llm, order)
    assert left(order) == ["Sunny."]
    assert capsys.readouterr().err == ""
    end(llm, order)
    assert left(order) == ["Sunny."]


def test_who_asks_nothing_leaves_nothing(llm: Interceptor, order: Order) -> None:
    end(llm, order)
    assert [*Path(order.ledger).iterdir()] == []


def test_who_leaves_without_a_word_leaves_its_calls(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "_exit", sys.exit)
    with begin_and_end():
        ask("The weather?")
        with pytest.raises(SystemExit) as ended:
            os._exit(3)
        assert ended.value.code == 3
    assert left(order) == ["Sunny."]


def test_who_outlives_the_command_leaves_nothing(llm: Interceptor, order: Order, capsys: Any) -> None:
    ask("The weather?")
    with pytest.raises(UnansweredCall):
        ask("Else")
    Path(order.ledger).rmdir()
    end(llm, order)
    assert not Path(order.ledger).exists()
    assert "a failure that something swallowed" in capsys.readouterr().err


def test_what_a_parent_did_is_not_its_childs(order: Order, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    forked: list[Any] = []
    monkeypatch.setattr(
        os,
        "register_at_fork",
        lambda *, after_in_child: forked.append(after_in_child),
    )
    with begin_and_end() as llm:
        ask("The weather?")
        with pytest.raises(UnansweredCall):
            ask("Else")
        forked[0]()
        end(llm, order)
    assert (left(order), capsys.readouterr().err) == ([], "")


def test_it_begins_where_nothing_forks(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "register_at_fork", raising=False)
    with begin_and_end() as llm:
        assert ask("The weather?") == "Sunny."
    assert llm.calls.total == 1


def test_what_something_swallowed_is_told(llm: Interceptor, order: Order, capsys: Any) -> None:
    with pytest.raises(UnansweredCall):
        ask("Else")
    end(llm, order)
    assert capsys.readouterr().err.startswith("llm-intercept: a failure that something swallowed:\nUnansweredCall: ")
    assert len([*Path(order.ledger).glob(f"*{SWALLOWED}")]) == 1


def test_what_ended_the_interpreter_is_not_told_again(
    llm: Interceptor, order: Order, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnansweredCall) as failed:
        ask("Else")
    monkeypatch.setattr(sys, "last_value", failed.value, raising=False)
    end(llm, order)
    assert capsys.readouterr().err == ""


def test_an_interpreter_begins_with_it_and_goes_on_with_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    monkeypatch.setattr(child, "begin", lambda: happened.append("ours"))
    monkeypatch.setattr(sys, "happened", happened, raising=False)
    monkeypatch.setattr(sys, "path", [str(STARTUP)])
    start()
    assert happened == ["ours"]
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.happened.append(__name__)\n")
    monkeypatch.setattr(sys, "path", [str(STARTUP), str(tmp_path)])
    start()
    assert happened == ["ours", "ours", "sitecustomize"]


def test_an_interpreter_without_us_ends_at_once(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(os, "_exit", sys.exit)
    monkeypatch.setitem(sys.modules, "llm_intercept.cli.child", None)
    with pytest.raises(SystemExit) as ended:
        start()
    assert ended.value.code == 1
    assert capsys.readouterr().err.endswith("and its LLM calls would be real. Install llm_intercept there, too.\n")


def test_an_interpreter_that_cannot_be_answered_ends_at_once(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(os, "_exit", sys.exit)
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(SystemExit) as ended:
        start()
    assert ended.value.code == 1
    told = f"llm-intercept run: {sys.executable} cannot be answered (KeyError: {VARIABLE!r}), and its LLM calls would be real. "
    assert capsys.readouterr().err == told + "It was not started.\n"
