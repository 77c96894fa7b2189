"""The shape of the package: who may import what, and how large a file may grow."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import llm_intercept

PACKAGE = Path(llm_intercept.__file__).parent
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
EACH = pytest.mark.parametrize("module", sorted(MODULES))

#: What the core never touches: I/O, clocks, chance, threads, and whatever belongs to the user's process.
WORLD = {
    "time", "datetime", "asyncio", "trio", "anyio", "socket", "ssl", "http", "random", "secrets", "uuid", "threading",
    "multiprocessing", "subprocess", "concurrent", "selectors", "signal", "logging", "tempfile", "shutil", "io",
    "httpx", "httpx2", "httpcore", "httpcore2", "urllib3", "requests", "aiohttp", "openai", "anthropic", "litellm",
}  # fmt: skip

#: The modules that touch it all the same, what each may use, and why.
EDGES = {
    "llm_intercept.clock": (
        {"time", "asyncio", "trio", "threading.Lock"},
        "real time, for threads and for each async library; threads share what was spent",
    ),
    "llm_intercept.activation": ({"threading.RLock"}, "who is active is shared by all threads"),
    "llm_intercept.cli.process": ({"signal", "subprocess"}, "runs a command, and ends it when it is ended itself"),
    "llm_intercept.cli.run": ({"tempfile.TemporaryDirectory"}, "what is left of a command's interpreters is gone at its end"),
    "llm_intercept.doctor.asked": ({"asyncio"}, "asks SDKs in their async ways"),
    "llm_intercept.doctor.sealed": ({"socket"}, "nothing leaves through it"),
    "llm_intercept.doctor.surroundings": (
        {"io.StringIO", "logging", "tempfile.TemporaryDirectory"},
        "what an SDK prints or logs is not the doctor's word, and its home directory is an empty one",
    ),
    "llm_intercept.interceptor": ({"threading.Lock"}, "threads share its rules, and each call takes one reply"),
    "llm_intercept.interop.responses": ({"io"}, "responses takes a lazy body as a file alone"),
    "llm_intercept.keys": ({"threading.Lock"}, "the environment is shared by all threads"),
    "llm_intercept.synthesis.stamp": ({"datetime"}, "writes a made-up time as a date; it reads no clock"),
    "llm_intercept.switch": ({"threading.Lock"}, "one activation a process"),
}

#: Who reads the environment or the file system, and why.
READERS = {
    "llm_intercept.cli.child": "is told by a variable what to answer with",
    "llm_intercept.cli.docs": "prints pages",
    "llm_intercept.cli.run": "tells it by a variable",
    "llm_intercept.cli.told": "gathers what each interpreter leaves",
    "llm_intercept.cli.startup.sitecustomize": "finds the one that it stands before",
    "llm_intercept.playbook.documents": "reads playbooks",
    "llm_intercept.playbook.grammar": "where the JSON schema is written",
    "llm_intercept.playbook.plans": "the folder that a playbook's images are in",
    "llm_intercept.playbook.vocabulary": "reads a playbook's images and sounds",
    "llm_intercept.doctor.surroundings": "hides every variable that an SDK takes for a setting",
    "llm_intercept.keys": "fills key variables, looks for profiles",
    "llm_intercept.reach": "reads *_BASE_URL variables",
    "llm_intercept.origin": "its own folder's path",
}

#: The stages that decide; transports come to them, never the other way round.
CORE = (
    "exchange",
    "dialects",
    "rules",
    "replies",
    "framing",
    "schema",
    "synthesis",
    "call",
    "wire",
    "errors",
    "providers",
    "reach",
    "journal",
    "ledger",
    "memory",
    "gate",
    "limits",
    "chaos",
    "resilience",
)

#: The libraries that each transport is for: it may import them, inside functions.
TRANSPORTS = {
    "llm_intercept.transports": set[str](),
    "llm_intercept.transports.patches": set[str](),
    "llm_intercept.transports.memory": {"io"},
    "llm_intercept.transports.pump": set[str](),
    "llm_intercept.transports.http1": {"http.HTTPStatus"},
    "llm_intercept.transports.httpx": {"http.HTTPStatus", "httpx", "httpx2", "httpcore", "httpcore2"},
    "llm_intercept.transports.urllib3": {"urllib3", "http.client.HTTPMessage"},
    "llm_intercept.transports.requests": {"requests", "urllib3"},
    "llm_intercept.transports.aiohttp": {"asyncio", "aiohttp"},
    "llm_intercept.transports.aiohttp_errors": {"aiohttp"},
    "llm_intercept.transports.aiohttp_reader": {"aiohttp"},
    "llm_intercept.transports.at_once": set[str](),
    "llm_intercept.transports.backoffs": set[str](),
    "llm_intercept.transports.patience": set[str](),
    "llm_intercept.transports.http_client": {"io", "socket"},
    "llm_intercept.transports.lm15": set[str](),
    "llm_intercept.transports.unconnected": {"socket.gaierror", "ssl.SSLError"},
    "llm_intercept.transports.grpc": set[str](),
}

#: What only functions may import, however much a transport needs it.
LAZY = {"httpx", "httpx2", "httpcore", "httpcore2", "urllib3", "requests", "aiohttp", "openai", "anthropic", "litellm", "pydantic"}

#: The faces, which nothing else imports: each may import at its top what it is made of.
FACES = {"llm_intercept.doctor": {"pydantic"}, "llm_intercept.cli": {"typer", "rich"}, "llm_intercept.pytest_plugin": {"pytest"}}

#: What is imported inside functions alone, and may therefore import at its top what it is made of.
LATE = {"llm_intercept.playbook": {"pydantic", "pydantic_core"}, "llm_intercept.schema": set[str]()}


def face_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def is_typing(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def running(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs, so none under `if TYPE_CHECKING:`."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.stmt) and is_typing(child)):
            yield from running(child)


def imported(nodes: Iterator[ast.AST]) -> set[str]:
    """What some code imports, as `module` or `module.name`."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def at_import(module: str) -> set[str]:
    """What a module imports while it is imported itself."""

    def outside(node: ast.AST) -> Iterator[ast.AST]:
        yield node
        for child in ast.iter_child_nodes(node):
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            if not inside and not (isinstance(child, ast.stmt) and is_typing(child)):
                yield from outside(child)

    return imported(outside(tree(module)))


def within(name: str, allowed: set[str]) -> bool:
    return any(name == one or name.startswith(one + ".") for one in allowed)


@EACH
def test_a_module_touches_the_world_only_where_the_table_says(module: str) -> None:
    allowed = TRANSPORTS.get(module) if module in TRANSPORTS else EDGES.get(module, (set(), ""))[0]
    assert allowed is not None
    world = {name for name in imported(running(tree(module))) if name.partition(".")[0] in WORLD}
    assert {name for name in world if not within(name, allowed)} == set()


@pytest.mark.parametrize("module", sorted(EDGES))
def test_an_exception_in_the_table_is_used(module: str) -> None:
    used, (allowed, reason) = imported(running(tree(module))), EDGES[module]
    assert {one for one in allowed if not any(within(name, {one}) for name in used)} == set()
    assert reason


def test_every_transport_stands_in_the_table() -> None:
    assert {module for module in MODULES if module.startswith("llm_intercept.transports")} == set(TRANSPORTS)


@EACH
def test_only_named_modules_read_the_environment_or_files(module: str) -> None:
    reads = {name.partition(".")[0] for name in imported(running(tree(module)))} & {"os", "pathlib"}
    assert not reads or module in READERS


@EACH
def test_a_library_is_imported_inside_functions_alone(module: str) -> None:
    lazy = {"typer", "rich", *LAZY} - {**FACES, **LATE}.get(face_of(module), set())
    assert {name for name in at_import(module) if name.partition(".")[0] in lazy} == set()


@EACH
def test_what_is_late_is_imported_inside_functions_alone(module: str) -> None:
    if face_of(module) not in {**FACES, **LATE}:
        assert not {name for name in at_import(module) if within(name, {*LATE})}


@EACH
def test_a_face_is_imported_by_faces_alone(module: str) -> None:
    if face_of(module) not in FACES and module != "llm_intercept.__main__":
        used = {name for name in imported(running(tree(module))) if within(name, {*FACES})}
        assert used == set()


@EACH
def test_the_core_never_imports_transports_or_who_is_active(module: str) -> None:
    if module.removeprefix("llm_intercept.").partition(".")[0] not in CORE:
        return
    edges = {"transports", "activation", "interceptor", "switch", "wrapping", "keys", "clock"}
    used = {name for name in imported(running(tree(module))) if name.startswith("llm_intercept.")}
    assert {name for name in used if name.split(".")[1] in edges} == set()


@EACH
def test_a_module_says_what_it_is_and_lists_its_names(module: str) -> None:
    loaded = import_module(module)
    assert loaded.__doc__
    assert loaded.__doc__.strip().splitlines()[0]
    names = loaded.__all__
    assert len(names) == len(set(names))
    assert [name for name in names if not hasattr(loaded, name)] == []


@EACH
def test_a_file_has_at_most_400_lines(module: str) -> None:
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= 400


@EACH
def test_a_file_is_named_for_one_thing(module: str) -> None:
    assert module.rpartition(".")[2] not in {"utils", "util", "helpers", "helper", "common", "misc", "models"}


def test_the_package_imports_nothing_of_the_tests() -> None:
    assert not [module for module in MODULES if any(name.startswith("tests") for name in imported(running(tree(module))))]
