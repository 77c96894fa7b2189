"""`llm-intercept run`: a command and all of its interpreters are answered, and nothing of it stays behind."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Ran

Run = Callable[..., Ran]

ASK = """
import sys
import openai

def ask(text):
    created = openai.OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
    print(created.choices[0].message.content, flush=True)
"""

CHILD = "from app import ask; ask('child')"

#: How a program has another one ask.
CHILDREN = {
    "subprocess": f"""
import subprocess
subprocess.run([sys.executable, "-c", {CHILD!r}], check=True)
""",
    "shell": f"""
import os, shlex
assert os.system(shlex.join([sys.executable, "-c", {CHILD!r}])) == 0
""",
    "spawn": """
import multiprocessing
if __name__ == "__main__":
    process = multiprocessing.get_context("spawn").Process(target=ask, args=("child",))
    process.start()
    process.join()
""",
    "fork": """
import os
pid = os.fork()
if pid == 0:
    ask("child")
    sys.exit(0)
os.waitpid(pid, 0)
""",
    "os._exit": """
import multiprocessing
if __name__ == "__main__":
    process = multiprocessing.get_context("fork").Process(target=ask, args=("child",))
    process.start()
    process.join()
""",
}

SLEEPER = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("ended", flush=True), sys.exit(5)))
print("on", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def app(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(ASK)
    return tmp_path / "app.py"


def program(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"import sys; sys.path.insert(0, '.'); from app import ask\n{code}")


def test_a_command_is_answered(llm_intercept: Run) -> None:
    ran = llm_intercept("run", "--", *program("ask('Hi')"))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "This is a mock request\n", "llm-intercept: 1 LLM call\n")


@pytest.mark.parametrize("way", CHILDREN)
def test_its_interpreters_are_answered(llm_intercept: Run, tmp_path: Path, way: str) -> None:
    (tmp_path / "main.py").write_text(
        f"import sys\nfrom app import ask\n{CHILDREN[way]}\nif __name__ == '__main__':\n ask('parent')\n"
    )
    ran = llm_intercept("run", "--reply", "Hello", "--journal", "calls.jsonl", sys.executable, "main.py", PYTHONSAFEPATH="")
    assert (ran.returncode, ran.stdout) == (0, "Hello\nHello\n"), ran.stderr
    assert re.fullmatch(r"llm-intercept: 2 LLM calls in 2 processes \(1 in \d+, 1 in \d+\)\n", ran.stderr)
    calls = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text().splitlines()]
    assert [call["messages"][0]["text"] for call in calls] == ["child", "parent"]


def test_a_playbook_answers(llm_intercept: Run, tmp_path: Path) -> None:
    (tmp_path / "weather.yaml").write_text("rules:\n  - on: weather\n    reply: Sunny.\n")
    asked = program("ask('The weather?')\ntry:\n ask('Else')\nexcept BaseException as e: print(type(e).__name__)")
    ran = llm_intercept("run", "--playbook", "weather.yaml", *asked)
    assert (ran.returncode, ran.stdout) == (1, "Sunny.\nUnansweredCall\n")
    assert "a failure that something swallowed:\nUnansweredCall: " in ran.stderr
    assert ran.stderr.endswith("llm-intercept: 2 LLM calls, 1 of them not answered, 1 failure swallowed\n")


def test_on_a_virtual_clock_nobody_waits(llm_intercept: Run, tmp_path: Path) -> None:
    (tmp_path / "late.json").write_text('{"rules": [{"on": "weather", "reply": {"say": "Sunny.", "delay": 500}}]}')
    ran = llm_intercept("run", "--clock", "virtual", "--playbook", "late.json", *program("ask('The weather?')"))
    assert (ran.returncode, ran.stdout) == (0, "Sunny.\n"), ran.stderr


def test_a_failure_that_ends_the_command_is_told_once(llm_intercept: Run, tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text('{"rules": [{"on": "weather", "reply": "Sunny."}]}')
    ran = llm_intercept("run", "--playbook", "none.json", *program("ask('Else')"))
    assert (ran.returncode, ran.stderr.count("llm_intercept.errors.UnansweredCall: ")) == (1, 1)
    assert "swallowed" not in ran.stderr


def test_it_stays_whatever_the_command_deactivates(llm_intercept: Run) -> None:
    ran = llm_intercept("run", *program("import llm_intercept as l\nl.activate('Mine')\nask('a')\nl.deactivate()\nask('b')"))
    assert (ran.returncode, ran.stdout) == (0, "Mine\nThis is a mock request\n"), ran.stderr


def test_a_shadowed_sitecustomize_runs_too(llm_intercept: Run, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text("import builtins\nbuiltins.theirs = __name__\n")
    path = os.pathsep.join([str(tmp_path / "site"), str(ROOT)])
    ran = llm_intercept("run", *program("print(theirs)\nask('a')"), PYTHONPATH=path)
    assert (ran.returncode, ran.stdout) == (0, "sitecustomize\nThis is a mock request\n"), ran.stderr


@pytest.mark.parametrize(
    ("command", "status", "told"),
    [
        ((sys.executable, "-c", "raise SystemExit(7)"), 7, "0 LLM calls"),
        ((sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), 137, "0 LLM calls"),
        (("no-such-command",), 127, "llm-intercept run: no-such-command: command not found"),
        (("./app.py",), 126, "llm-intercept run: ./app.py: cannot be run (Permission denied)"),
        (("./notes.txt",), 126, "llm-intercept run: ./notes.txt: cannot be run (Exec format error)"),
        ((sys.executable, "-W", "ignore", "-Es", "app.py"), 2, "-Es starts Python without us"),
        ((sys.executable, "-Wignore", "-I", "app.py"), 2, "-I starts Python without us"),
    ],
)
def test_its_status_is_the_commands(
    here: Any, monkeypatch: Any, app: Path, command: tuple[str, ...], status: int, told: str
) -> None:
    monkeypatch.chdir(app.parent)
    (app.parent / "notes.txt").write_text("no program")
    (app.parent / "notes.txt").chmod(0o755)
    found, out, error = here("run", "--", *command)
    assert (found, out) == (status, "")
    assert told in " ".join(error.replace("│", "").split())


@pytest.mark.parametrize("options", ["-c pass -I", "-m this -I", "- -I", "-- -I", "app.py -I", "-X dev app.py -I", ""])
def test_options_of_a_program_are_its_own(here: Any, monkeypatch: pytest.MonkeyPatch, options: str) -> None:
    started = []

    def start(arguments: list[str], **_: object) -> None:
        started.append(arguments)
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(subprocess, "Popen", start)
    assert here("run", sys.executable, *options.split())[0] == 127
    assert started == [[sys.executable, *options.split()]]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--block", "some"), "--block some: providers or all"),
        (("--contract", "lax"), "--contract lax: refuse or warn or off or fail"),
        (("--clock", "fast"), "--clock fast: real or virtual"),
        (("--playbook", "no.yaml"), "no.yaml"),
        (("--journal", "no/calls.jsonl"), "--journal no/calls.jsonl: No such file or directory"),
    ],
)
def test_a_wrong_option_is_told_before_anything_runs(here: Any, options: tuple[str, ...], told: str) -> None:
    status, out, error = here("run", *options, "--", sys.executable, "-c", "print('ran')")
    assert (status, out) == (2, "")
    assert told in " ".join(error.replace("│", "").split())


def test_machines_get_json_and_who_wants_quiet_has_it(here: Any) -> None:
    told = {"status": 0, "calls": 0, "missed": 0, "swallowed": 0, "processes": []}
    status, out, error = here("run", "--json", "--", sys.executable, "-c", "print(1)")
    assert (status, out, json.loads(error)) == (0, "1\n", told)
    assert here("run", "--quiet", "--block", "all", "--", sys.executable, "-c", "print(1)") == (0, "1\n", "")


def test_a_signal_is_passed_on_and_calls_are_written_down(here: Any, tmp_path: Path) -> None:
    ends = (
        "import os, signal, time; signal.signal(signal.SIGTERM, lambda *_: os._exit(5)); os.kill(os.getppid(), 15); time.sleep(60)"
    )
    assert here("run", "--quiet", "--journal", str(tmp_path / "calls.jsonl"), "--", sys.executable, "-c", ends) == (5, "", "")
    assert (tmp_path / "calls.jsonl").read_text() == ""
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


#: Interrupts who started it, and ends well unless it is interrupted itself.
INTERRUPT = "import os, signal, time; signal.signal(2, signal.SIG_DFL); os.kill(os.getppid(), 2); time.sleep(0.5)"


@pytest.mark.parametrize(("stdin", "status"), [(Terminal(), 0), (io.StringIO(), 130)])
def test_a_terminal_tells_the_command_of_an_interrupt_itself(
    here: Any, monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO, status: int
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    assert here("run", "--quiet", "--", sys.executable, "-c", INTERRUPT)[0] == status


def test_a_python_without_us_is_stopped() -> None:
    """A finder that hides our package, as an interpreter of another environment has it."""
    hide = "import sys; sys.modules['llm_intercept'] = None; import runpy; runpy.run_path(sys.argv[1], run_name='sitecustomize')"
    startup = ROOT / "llm_intercept" / "cli" / "startup" / "sitecustomize.py"
    ran = subprocess.run([sys.executable, "-c", hide, str(startup)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"llm-intercept run: {sys.executable} cannot import llm_intercept (")
    assert ran.stderr.endswith("and its LLM calls would be real. Install llm_intercept there, too.\n")


def test_what_ends_it_ends_the_command_first_and_nothing_stays(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "llm_intercept", "run", "--", sys.executable, "-c", SLEEPER]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "on\n"
        assert len([*tmp_path.glob("llm-intercept-*")]) == 1
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
    assert (process.returncode, out) == (5, "ended\n")
    assert [*tmp_path.glob("llm-intercept-*")] == []


def test_what_ends_it_before_the_command_has_started_ends_it(here: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: os.kill(os.getpid(), signal.SIGTERM))
    assert here("run", "--", "echo") == (143, "", "")


SECRET = "sk-secret-0123456789"


def test_no_output_tells_a_secret(llm_intercept: Run, tmp_path: Path) -> None:
    (tmp_path / "weather.yaml").write_text("rules:\n  - on: weather\n    reply: Sunny.\n")
    code = """
import os, urllib.request
secret = os.environ["OPENAI_API_KEY"]
ask(f"The weather? {secret}")
try:
    ask(f"Else {secret}")
except BaseException:
    urllib.request.urlopen(f"https://api.openai.com/v1/nothing?key={secret}")
"""
    asked = ("run", "--playbook", "weather.yaml", "--journal", "calls.jsonl", *program(code))
    ran = llm_intercept(*asked, OPENAI_API_KEY=SECRET)
    shown = [llm_intercept("journal", "calls.jsonl", *way) for way in ((), ("--transcript",), ("--json",))]
    assert [one.returncode for one in shown] == [0, 0, 0]
    assert "Sunny." in ran.stdout
    assert "a failure that something swallowed" in ran.stderr
    told = [(tmp_path / "calls.jsonl").read_text(), *(one.stdout + one.stderr for one in (ran, *shown))]
    assert [SECRET in one for one in told] == [False] * 5
