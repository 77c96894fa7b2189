"""The command line: a table that fits 80 columns, JSON, exit codes, and one clear line where its libraries are not installed."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from rich.console import Console

import llm_intercept
from llm_intercept.cli import COMMANDS, main
from llm_intercept.cli.doctor_table import show
from llm_intercept.cli.progress import progress
from llm_intercept.doctor import Examined, Report, Wire, examine
from llm_intercept.doctor.asked import Asked
from llm_intercept.doctor.unseen import UNSEEN


class Ran(NamedTuple):
    """What a command left."""

    code: Any
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command line in this process."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def ran(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["llm-intercept", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        return Ran(end.value.code, *capsys.readouterr())

    return ran


def test_all_well_is_told_and_exits_with_0(run: Any) -> None:
    code, out, err = run("doctor", "groq", "grpcio")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert re.fullmatch(r"SDK +caught in +state +judged", lines[0])
    assert re.fullmatch(r"groq \S+ +httpx \S+ +caught +\d+", lines[2])
    assert re.fullmatch(r"grpcio \S+ +refused *", lines[3])
    assert re.fullmatch(r"2 SDKs examined, \d+ documents judged: all is well", lines[-1])


def test_json_is_the_report_and_nothing_else(run: Any) -> None:
    code, out, err = run("doctor", "--json", "groq")
    assert (code, err) == (0, "")
    assert json.loads(out) == examine(["groq"]).as_json()


def test_a_failure_is_told_and_exits_with_1(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import groq.types.chat
    from groq.types.chat import ChatCompletion

    class Gained(ChatCompletion):
        mine: str

    monkeypatch.setattr(groq.types.chat, "ChatCompletion", Gained)
    code, out, _ = run("doctor", "groq")
    assert code == 1
    assert re.search(r"^groq \S+ +httpx \S+ +failed", out, re.MULTILINE)
    assert "groq chat, body: its model refuses plain, text: mine: Gained wants it" in " ".join(out.split())
    assert out.splitlines()[-1].endswith("1 failed (groq)")
    code, out, _ = run("doctor", "--json", "groq")
    assert code == 1
    assert json.loads(out)["sdks"][0]["state"] == "failed"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("doctor", "--jason"), "No such option: --jason"),
        (("doctor", "grok"), "'grok' is no SDK that can be examined; did you mean 'groq'?"),
        (("docter",), "No such command 'docter'"),
    ],
)
def test_a_wrong_command_line_exits_with_2(run: Any, arguments: tuple[str, ...], told: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert told in re.sub(r"[│\s]+", " ", err)


def test_without_a_command_there_is_help(run: Any) -> None:
    ran = run()
    assert ran.code in (0, 2)  # typer's own, which differs
    assert all(name in ran.out + ran.err for name in COMMANDS)
    assert run("--help").code == 0


@pytest.mark.parametrize(("missing", "named"), [(("typer",), "typer"), (("typer", "rich"), "typer and rich")])
def test_without_the_extra_one_line_names_it(
    run: Any, monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...], named: str
) -> None:
    for name in missing:
        monkeypatch.setitem(sys.modules, name, None)
    assert run("doctor") == (2, "", f"llm_intercept's command line needs {named}: pip install 'llm-intercept[cli]'\n")


def test_it_runs_as_a_module(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["llm_intercept", "--help"])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(Path(llm_intercept.__file__).parent / "__main__.py"), run_name="__main__")
    assert (end.value.code, "doctor" in capsys.readouterr().out) == (0, True)


def test_the_package_alone_imports_none_of_it() -> None:
    script = (
        "import sys, llm_intercept, runpy\n{}sys.argv[1:] = ['doctor', '--help']\nrunpy.run_module('llm_intercept', {}, '__main__')"
    )
    check = "assert not {'typer', 'rich', 'llm_intercept.cli', 'llm_intercept.doctor', 'pydantic'} & {*sys.modules}\n"
    ran = subprocess.run(
        [sys.executable, "-c", script.format(check, "{}")], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "exit status is 0 where all is well, 1 where something failed, 2" in " ".join(ran.stdout.split())


WRONG = "choices[].message[text].content: '[bold]' is no int: " + "x" * 200

REPORT = Report(
    (
        Examined("cerebras-cloud-sdk", "1.91.0.post20260101", "caught", (
            Asked("Cerebras", "sync", "httpx"), Asked("Cerebras", "async", "aiohttp", WRONG),
        )),
        Examined("azure-ai-inference", "1.0.0b9", "caught", wires=(
            Wire("azure chat", "body", 1234567), Wire("azure chat", "event", 5, (WRONG,)),
        )),
        Examined("groq", "1.0", "caught", wires=(Wire("groq chat", "body", 5, (), ("usage.mine",)),)),
        Examined("xai-sdk", "1.21.0", "refused"),
        Examined("broken", "1", "caught", broken="ImportError: no such thing"),
    ),
    UNSEEN,
    tuple(f"absent-{number}" for number in range(30)),
)  # fmt: skip


@pytest.mark.parametrize("coloured", [False, True])
def test_the_table_fits_80_columns_and_loses_nothing(coloured: bool) -> None:
    out = StringIO()
    show(
        REPORT, Console(file=out, width=80, force_terminal=coloured, color_system="standard" if coloured else None, highlight=False)
    )
    assert ("\x1b[" in out.getvalue()) == coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())
    assert max(map(len, plain.splitlines())) <= 80
    text, words = "".join(plain.split()), " ".join(plain.split())
    assert text.count("choices[].message[text].content:'[bold]'isnoint:" + "x" * 200) == 2
    for one in REPORT.examined:
        assert one.distribution in text
        assert one.told in plain
    for unseen in UNSEEN:
        assert f"{unseen.distribution}: {unseen.what} cannot be seen; {unseen.why}" in words
    for absent in REPORT.absent:
        assert absent in words
    assert "groq 1.0: newer than its models: groq chat, body: usage.mine" in words
    assert words.endswith("5 SDKs examined, 1234577 documents judged: 3 failed (cerebras-cloud-sdk, azure-ai-inference, broken)")


def test_a_terminal_that_knows_ascii_alone_can_show_it() -> None:
    raw = BytesIO()
    out = TextIOWrapper(raw, encoding="ascii")
    show(REPORT, Console(file=out, width=80, highlight=False))
    out.flush()
    assert b"-----" in raw.getvalue()


class Terminal(StringIO):
    """A stream that is one."""

    def isatty(self) -> bool:
        return True


def test_a_bar_shows_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, shown in ((Terminal(), True), (StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("TERM", "xterm")
        with progress() as tell:
            tell(1, 2, "examining groq")
        assert ("examining groq" in stream.getvalue()) == shown
