"""The command line: `python -m llm_intercept`, or `llm-intercept`.

To add a command: one file with a function `command`, and one entry in `COMMANDS`.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

__all__ = ["COMMANDS", "main"]

#: A command's name, and the file that has it.
COMMANDS = {
    "check": "llm_intercept.cli.check",
    "docs": "llm_intercept.cli.docs",
    "doctor": "llm_intercept.cli.doctor",
    "journal": "llm_intercept.cli.journal",
    "providers": "llm_intercept.cli.providers",
    "run": "llm_intercept.cli.run",
}

#: What it is made of, which the extra `cli` installs.
_NEEDED = ("typer", "rich")


def main() -> None:
    """Run the command line."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        sys.stderr.write(f"llm_intercept's command line needs {' and '.join(missing)}: pip install 'llm-intercept[cli]'\n")
        raise SystemExit(2)
    import typer

    app = typer.Typer(
        name="llm-intercept",
        help="LLM calls answered inside the process.",
        no_args_is_help=True,
        invoke_without_command=True,
        add_completion=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(_no_command)
    for name, place in COMMANDS.items():
        module = import_module(place)
        app.command(name, context_settings=getattr(module, "SETTINGS", None))(module.command)
    app()


def _no_command(version: bool = False) -> None:
    """LLM calls answered inside the process."""
    if version:
        from llm_intercept import __version__

        sys.stdout.write(f"llm-intercept {__version__}\n")
        raise SystemExit(0)
