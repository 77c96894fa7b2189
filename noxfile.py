"""How the project is checked: `nox -s tests lint types` is the gate, the other sessions are slower or build something."""

from __future__ import annotations

from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv"
nox.options.sessions = ["tests", "lint", "types"]

#: litellm's newest asks for a certifi that an index may lack; an older certifi beats an older litellm.
OVERRIDES = str(Path(__file__).parent / "tests" / "overrides.txt")


def install(session: nox.Session, group: str) -> None:
    """The project and one dependency group."""
    session.install("-e", ".", "--group", group, "--override", OVERRIDES)


@nox.session
def tests(session: nox.Session) -> None:
    """The suite, with branch coverage; minutes."""
    install(session, "test")
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session
def lint(session: nox.Session) -> None:
    """Format and lint."""
    install(session, "lint")
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Strict types, and the public ones pinned."""
    install(session, "types")
    session.run("mypy")


@nox.session
def sdks(session: nox.Session) -> None:
    """The real SDKs, newest versions, in an environment without the test tools' own libraries."""
    install(session, "sdks")
    session.install("pytest", "coverage", "trio", "hypothesis")
    session.run("python", "-m", "pytest", "tests/sdks", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; its code blocks run in `tests`."""
    install(session, "docs")
    session.run("mkdocs", "build", "--strict", "--site-dir", session.create_tmp())


@nox.session
def bench(session: nox.Session) -> None:
    """What we cost over the SDK itself, by ratio against the floor in one interleaved run."""
    install(session, "bench")
    session.run("python", "-m", "tests.bench", *session.posargs)
