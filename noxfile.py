"""How the project is checked: `nox -s tests lint types` is the gate, the other sessions are slower or build something."""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree

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
    # The gate draws the same examples at each run, so that what it says is about the code.
    session.run("coverage", "run", "-m", "pytest", "--hypothesis-profile=ci", *session.posargs)
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
def everywhere(session: nox.Session) -> None:
    """Every SDK and every neighbour that is installable together: caught once each, and nothing leaves."""
    install(session, "everywhere")
    session.run("python", "-m", "pytest", "tests/everywhere", *session.posargs)


@nox.session
def doctor(session: nox.Session) -> None:
    """The doctor finds all well with every SDK that is installable together, in their newest versions, and says which they are."""
    session.install("-e", ".[cli]", "--group", "everywhere", "--override", OVERRIDES)
    session.run("python", "-m", "llm_intercept", "doctor", *session.posargs)


#: What frameworks warn of, and leave open.
THEIRS = [
    f"-Wignore::{kind}"
    for kind in ("DeprecationWarning", "UserWarning", "ResourceWarning", "pytest.PytestUnraisableExceptionWarning")
]


@nox.session
def frameworks(session: nox.Session) -> None:
    """What frameworks ask of a provider to get a structure or an agent's end, answered without a rule."""
    install(session, "frameworks")
    session.run("python", "-m", "pytest", "tests/frameworks", *session.posargs)
    session.run("python", "-m", "pytest", "tests/test_documents.py", *THEIRS, "-k", "frameworks", *session.posargs)


@nox.session
def peers(session: nox.Session) -> None:
    """The other tools' own words, in the pages for who comes from them."""
    install(session, "peers")
    session.env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    session.run("python", "-m", "pytest", "tests/test_documents.py", "-k", "openai-responses or mockllm", *session.posargs)


@nox.session
@nox.parametrize("example", ["agent", "chat_app", "extractor", "handbook"])
def examples(session: nox.Session, example: str) -> None:
    """An example's own suite, with the newest versions of what it needs and nothing else."""
    session.install("-e", ".", "--override", OVERRIDES)
    folder = Path("examples") / example
    project = nox.project.load_toml(folder / "pyproject.toml")
    session.install(*project["project"]["dependencies"], *project["dependency-groups"]["test"][1:], "--override", OVERRIDES)
    session.run("python", "-m", "pytest", str(folder), *session.posargs)


@nox.session
def agents(session: nox.Session) -> None:
    """Agents of frameworks, each scripted by one rule, two hundred conversations at once; minutes."""
    install(session, "agents")
    session.run("python", "-m", "pytest", "tests/agents", *session.posargs)


@nox.session
def plugins(session: nox.Session) -> None:
    """Our pytest plugin beside all those that it is to work with; they are loaded by the suites that the tests run alone."""
    install(session, "plugins")
    session.env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    session.run("python", "-m", "pytest", "tests/pytest_plugin", *session.posargs)


#: A library, the versions of it that are caught, and the Pythons that can have them.
VERSIONS = {
    "httpx": ("0.23.3", "0.24.1", "0.25.2", "0.26.0", "0.27.2", "0.28.1"),
    "httpx2": ("2.0.0", "2.4.0", "2.8.0", "2.12.0", "2.16.2"),
    "urllib3": ("1.26.20", "2.0.7", "2.1.0", "2.2.3", "2.3.0", "2.4.0", "2.5.0", "2.6.3", "2.7.0", "2.8.0"),
    "aiohttp": ("3.8.6", "3.9.5", "3.10.11", "3.11.18", "3.12.15", "3.13.3", "3.14.5"),
}
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")


def contract(session: nox.Session, *pins: str) -> None:
    """The contract of the transports, with some versions pinned."""
    session.install("-e", ".", "--group", "transports", *pins, "--override", OVERRIDES)
    session.run("python", "-m", "pytest", "-q", "tests/transports", *session.posargs)


@nox.session
@nox.parametrize(
    ("library", "version"),
    [(library, version) for library, versions in VERSIONS.items() for version in versions],
    ids=[f"{library}-{version}" for library, versions in VERSIONS.items() for version in versions],
)
def versions(session: nox.Session, library: str, version: str) -> None:
    """The contract of the transports with each version of each library; slow."""
    contract(session, f"{library}=={version}")


@nox.session(python=PYTHONS)
def pythons(session: nox.Session) -> None:
    """The contract of the transports on each Python, with the newest libraries that it can have."""
    contract(session)


#: Majors of SDKs that their users still have; the newest ones are judged in `tests`.
MAJORS = ("openai==2.*", "anthropic==0.125.*", "google-genai==2.*", "google-genai==1.*", "mistralai==1.*", "cohere==5.*")


@nox.session
@nox.parametrize("pin", MAJORS, ids=[pin.removesuffix(".*").replace("==", "-") for pin in MAJORS])
def majors(session: nox.Session, pin: str) -> None:
    """Every body and event judged by an earlier major's models, and that SDK asked, with nothing else installed."""
    session.install("-e", ".", "httpx", "pytest>=8", pin, "--override", OVERRIDES)
    session.run("python", "-m", "pytest", "-q", "tests/majors", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; its code blocks run in `tests`."""
    install(session, "docs")
    session.run("mkdocs", "build", "--strict", "--site-dir", session.create_tmp())


@nox.session
def newcomer(session: nox.Session) -> None:
    """The quickstart, word for word, in an empty folder: our wheel, and the newest SDKs."""
    session.install("build[uv]")
    folder = Path(session.create_tmp()).resolve()
    rmtree(folder)
    (folder / "empty").mkdir(parents=True)
    session.run("python", "-m", "build", "--wheel", "--installer", "uv", "--outdir", str(folder / "wheels"))
    [wheel] = (folder / "wheels").glob("*.whl")
    session.run("python", "tests/documents/newcomer.py", str(wheel), str(folder / "empty"))


@nox.session
def fuzz(session: nox.Session) -> None:
    """Bodies that are no requests, to every wire, for ten minutes or `-- --seconds N`: nothing of ours is ever raised."""
    install(session, "test")
    session.run("python", "-m", "tests.fuzz", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """What we cost over the SDK itself, by ratio against the floor in one interleaved run."""
    install(session, "bench")
    session.run("python", "-m", "tests.bench", *session.posargs)
