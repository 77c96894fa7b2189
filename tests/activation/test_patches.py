"""What is patched, when, and by whom else: late imports, strangers, and libraries that do not fit."""

from __future__ import annotations

import importlib.resources
import subprocess
import sys
import textwrap
import types
from collections.abc import Iterator
from importlib import import_module, invalidate_caches, reload
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any

import httpcore2
import httpx2
import pytest

from llm_intercept import IncompatibleLibrary, activate, intercept, wrap
from llm_intercept.transports import TRANSPORTS
from tests.activation.asking import ask, process
from tests.activation.toy_transport import call, source

POOL, TRANSPORT = httpcore2.ConnectionPool, httpx2.HTTPTransport

levels = pytest.mark.parametrize("level", [POOL, TRANSPORT])


@levels
def test_what_somebody_else_replaced_meanwhile_is_left_alone(level: Any) -> None:
    def theirs(self: Any, request: Any) -> Any:
        raise LookupError("theirs")

    original = level.handle_request
    with intercept():
        level.handle_request = theirs
    assert level.handle_request is theirs
    level.handle_request = original


@levels
def test_somebody_elses_wrapper_from_before_is_put_back(level: Any) -> None:
    original = level.handle_request

    def theirs(self: Any, request: Any) -> Any:
        return original(self, request)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(level, "handle_request", theirs)
        for _ in range(2):
            with intercept("Answered."):
                assert ask() == "Answered."
            assert level.handle_request is theirs


@levels
def test_somebody_elses_wrapper_around_ours_sees_the_call_and_stays(level: Any) -> None:
    original, seen = level.handle_request, []
    with intercept("Answered."):
        inside = level.handle_request

        def theirs(self: Any, request: Any) -> Any:
            seen.append(request.method)
            return inside(self, request)

        level.handle_request = theirs
        answered = ask()
    again = None
    with intercept("Again."):
        again = ask()
    stayed = level.handle_request
    level.handle_request = original
    assert (answered, again, stayed) == ("Answered.", "Again.", theirs)
    assert len(seen) >= 1


def test_a_hook_that_was_taken_away_is_put_in_place_at_the_next_activation() -> None:
    original = POOL.handle_request
    with intercept("Outer."):
        POOL.handle_request = original
        with intercept("Inner."):
            assert POOL.handle_request is not original
            assert ask() == "Inner."


def test_activation_within_activation_patches_once() -> None:
    with intercept():
        ours = POOL.handle_request
        with intercept():
            assert POOL.handle_request is ours
        assert POOL.handle_request is ours


def test_hooks_serve_again_while_nobody_disturbed_what_they_stand_around() -> None:
    with intercept("First."):
        first = POOL.handle_request
    with intercept("Second."):
        assert POOL.handle_request is first
        assert ask() == "Second."


def test_around_what_somebody_else_put_there_stands_a_hook_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with intercept():
        first = POOL.handle_request
    original = POOL.handle_request

    def theirs(self: Any, request: Any) -> Any:
        return original(self, request)

    with monkeypatch.context() as patched:
        patched.setattr(POOL, "handle_request", theirs)
        with intercept("Around theirs."):
            assert POOL.handle_request is not first
            assert ask() == "Around theirs."
    with intercept("Around the library's."):
        assert POOL.handle_request.__wrapped__ is original
        assert ask() == "Around the library's."


def _without_class() -> types.ModuleType:
    return types.ModuleType("httpcore2")


def _without_method() -> types.ModuleType:
    module = types.ModuleType("httpcore2")
    module.ConnectionPool = module.AsyncConnectionPool = type("ConnectionPool", (), {})  # type: ignore[attr-defined]
    return module


def _with_something_else() -> types.ModuleType:
    module = types.ModuleType("httpcore2")
    module.ConnectionPool = type("ConnectionPool", (), {"handle_request": "no method"})  # type: ignore[attr-defined]
    module.AsyncConnectionPool = httpcore2.AsyncConnectionPool  # type: ignore[attr-defined]
    return module


UNFIT = pytest.mark.parametrize("make", [_without_class, _without_method, _with_something_else])


@UNFIT
@pytest.mark.parametrize("version", ["9.9.9", None])
def test_a_library_that_does_not_fit_is_named_and_nothing_is_left_behind(
    make: Any, version: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = process()
    unfit = make()
    if version is not None:
        unfit.__version__ = version
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "httpcore2", unfit)
        with pytest.raises(IncompatibleLibrary) as refused:
            intercept("Hello.").__enter__()
    assert str(refused.value).startswith(f"httpcore2 {version or 'of unknown version'} has no ")
    assert "ConnectionPool" in str(refused.value)
    assert "nothing was activated" in str(refused.value)
    assert process() == before


@UNFIT
def test_a_library_that_does_not_fit_leaves_the_outer_block_as_it_was(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with intercept("Outer."):
        with monkeypatch.context() as patched:
            patched.setitem(sys.modules, "httpcore2", make())
            with pytest.raises(IncompatibleLibrary):
                intercept("Inner.").__enter__()
        assert ask() == "Outer."


@UNFIT
def test_a_wrapped_client_with_a_virtual_clock_is_as_it_was_where_a_library_does_not_fit(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = process()
    with httpx2.Client() as client:
        transport = client._transport
        with monkeypatch.context() as patched:
            patched.setitem(sys.modules, "httpcore2", make())
            with pytest.raises(IncompatibleLibrary):
                wrap(client, clock="virtual")
        assert client._transport is transport
    assert process() == before


def test_a_client_that_cannot_be_wrapped_leaves_no_virtual_clock() -> None:
    before = process()
    with pytest.raises(TypeError):
        wrap(object(), clock="virtual")
    assert process() == before


# a library of our own, imported late and within this process


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[Path]:
    """A library that has a transport and is not imported; the path of its only file."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(TRANSPORTS, "toy_library", "tests.activation.toy_transport")
        patched.syspath_prepend(tmp_path)
        file = tmp_path / "toy_library.py"
        file.write_text(source())
        invalidate_caches()
        yield file
    sys.modules.pop("toy_library", None)


def test_a_library_imported_late_is_caught_until_the_end(toy: Path) -> None:
    with intercept():
        library = import_module("toy_library")
        assert call(library) == "caught, not real"
        assert type(library.__loader__) is SourceFileLoader
        assert library.__spec__ is not None
        assert library.__spec__.loader is library.__loader__
        assert importlib.resources.files("tests.activation").joinpath("toy_transport.py").is_file()
    assert call(library) == "real"


def test_a_library_imported_before_is_caught_until_the_end(toy: Path) -> None:
    library = import_module("toy_library")
    with intercept():
        assert call(library) == "caught, not real"
    assert call(library) == "real"


def test_a_reloaded_library_is_caught_again(toy: Path) -> None:
    with intercept():
        library = import_module("toy_library")
        older = library.Toy
        reload(library)
        assert library.Toy is not older
        assert call(library) == "caught, not real"
        assert older().call() == "caught, not real"
    assert (call(library), older().call()) == ("real", "real")


def test_a_spec_that_is_looked_up_serves_as_its_loader_does(toy: Path) -> None:
    with intercept():
        spec = find_spec("toy_library")
        assert spec is not None
        assert spec.loader.get_source("toy_library") == toy.read_text()  # type: ignore[union-attr]
        assert "toy_library" not in sys.modules


def test_a_library_that_is_gone_is_not_found(toy: Path) -> None:
    toy.unlink()
    invalidate_caches()
    with intercept(), pytest.raises(ModuleNotFoundError):
        import_module("toy_library")


def test_an_import_that_fails_can_be_tried_again(toy: Path) -> None:
    toy.write_text("raise ValueError('broken')")
    with intercept():
        with pytest.raises(ValueError, match="broken"):
            import_module("toy_library")
        assert "toy_library" not in sys.modules
        toy.write_text(source())
        invalidate_caches()
        assert call(import_module("toy_library")) == "caught, not real"


def test_an_import_that_ends_when_nothing_is_active_is_not_patched(toy: Path) -> None:
    toy.write_text(source("from llm_intercept import deactivate; deactivate()"))
    activate()
    assert call(import_module("toy_library")) == "real"


def test_an_activation_during_the_import_leaves_it_to_the_loader(toy: Path) -> None:
    toy.write_text(source("from llm_intercept import intercept\nwith intercept(): during = Toy().call()"))
    with intercept():
        library = import_module("toy_library")
        assert library.during == "real"
        assert call(library) == "caught, not real"
    assert call(library) == "real"


def test_a_late_library_that_does_not_fit_is_named_at_its_import(toy: Path) -> None:
    toy.write_text(source(method="renamed"))
    with intercept(), pytest.raises(IncompatibleLibrary) as refused:
        import_module("toy_library")
    assert str(refused.value) == (
        "toy_library 1.2.3 has no method Toy.call, where its calls are caught. Its calls would reach the network, so nothing was "
        "activated. Install a version that llm_intercept supports."
    )
    assert "toy_library" not in sys.modules


def test_a_finder_that_knows_nothing_of_specs_is_passed_over(toy: Path) -> None:
    strange = object()
    with intercept():
        sys.meta_path.insert(1, strange)  # type: ignore[arg-type]
        library = import_module("toy_library")
        sys.meta_path.remove(strange)  # type: ignore[arg-type]
        assert call(library) == "caught, not real"


def test_an_import_hook_that_somebody_took_away_is_no_error() -> None:
    hooks = list(sys.meta_path)
    with intercept():
        sys.meta_path[:] = hooks
    assert sys.meta_path == hooks


def test_an_import_hook_that_was_taken_away_is_put_back_at_the_next_activation(toy: Path) -> None:
    hooks = list(sys.meta_path)
    with intercept():
        sys.meta_path[:] = hooks
        with intercept():
            assert call(import_module("toy_library")) == "caught, not real"


# in a fresh interpreter


def run(script: str, *path: Path) -> str:
    """What a script says in a fresh interpreter, in which a hang is a failure."""
    root = Path(__file__).parents[2]
    body = f"import sys\nsys.path[:0] = {[*map(str, path), str(root)]!r}\n" + textwrap.dedent(script)
    ended = subprocess.run([sys.executable, "-W", "error", "-c", body], capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


ASK = """
KEY = {"authorization": "Bearer sk-of-a-test"}

def ask_urllib3():
    import json, urllib3
    body = json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": "Hello"}]})
    answer = urllib3.PoolManager().request("POST", "https://api.openai.com/v1/chat/completions", body=body, headers=KEY)
    return answer.json()["choices"][0]["message"]["content"]

def ask_httpx2():
    import httpx2
    body = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello"}]}
    answer = httpx2.post("https://api.openai.com/v1/chat/completions", json=body, headers=KEY)
    return answer.json()["choices"][0]["message"]["content"]
"""


def test_libraries_imported_after_activation_are_caught_and_unharmed() -> None:
    said = run(
        ASK
        + """
before = list(sys.meta_path)
from llm_intercept import activate, deactivate
activate("Late.")
assert not {"httpcore2", "httpcore", "urllib3", "openai", "requests"} & set(sys.modules)
import openai, requests
client, asked = openai.OpenAI(), [{"role": "user", "content": "Hi"}]
print(client.chat.completions.create(model="gpt-5", messages=asked).choices[0].message.content)
print(requests.post("https://api.openai.com/v1/chat/completions",
                    json={"model": "gpt-5"}).status_code, ask_urllib3())

import importlib.resources, importlib.util, inspect, httpcore2, urllib3.connectionpool
from importlib.machinery import SourceFileLoader
for module in (httpcore2, urllib3.connectionpool):
    assert type(module.__loader__) is SourceFileLoader, module.__loader__
    assert module.__spec__.loader is module.__loader__
    assert inspect.getsource(module)
assert importlib.resources.files("httpcore2").joinpath("__init__.py").read_text()
assert importlib.util.find_spec("urllib3.connectionpool").loader is urllib3.connectionpool.__loader__
pool, patched = httpcore2.ConnectionPool, httpcore2.ConnectionPool.handle_request
deactivate()
assert sys.meta_path == before
assert pool.handle_request is not patched
assert "llm_intercept" not in pool.handle_request.__code__.co_filename
"""
    )
    assert said == "Late.\n400 Late."


def test_a_spec_that_is_only_looked_up_still_serves_its_loader() -> None:
    said = run("""
from importlib.util import find_spec, module_from_spec
from llm_intercept import intercept
with intercept():
    spec = find_spec("httpcore2")
    assert "httpcore2" not in sys.modules
    print("ConnectionPool" in spec.loader.get_source("httpcore2"), spec.loader.is_package("httpcore2"), spec.origin.endswith(".py"))
    print(find_spec("no_such_library"))
""")
    assert said == "True True True\nNone"


def test_a_library_that_is_not_installed_is_a_plain_import_error() -> None:
    said = run("""
from llm_intercept import intercept
sys.path[:] = [entry for entry in sys.path if "site-packages" not in entry]
with intercept():
    try:
        import httpcore2
    except ModuleNotFoundError as error:
        print(error)
""")
    assert said == "No module named 'httpcore2'"


def test_an_import_that_begins_active_and_ends_inactive_is_not_patched(tmp_path: Path) -> None:
    (tmp_path / "httpcore2.py").write_text(
        textwrap.dedent("""
        from llm_intercept import deactivate
        class ConnectionPool:
            def handle_request(self, request): ...
        class AsyncConnectionPool:
            async def handle_async_request(self, request): ...
        original = ConnectionPool.__dict__["handle_request"]
        deactivate()
        """)
    )
    said = run(
        """
from llm_intercept import activate
activate()
import httpcore2
print(httpcore2.ConnectionPool.__dict__["handle_request"] is httpcore2.original)
""",
        tmp_path,
    )
    assert said == "True"


def test_an_unfit_library_imported_late_is_named_at_its_import(tmp_path: Path) -> None:
    (tmp_path / "httpcore2.py").write_text("__version__ = '9.9.9'\nclass ConnectionPool: ...\nclass AsyncConnectionPool: ...\n")
    said = run(
        """
from llm_intercept import IncompatibleLibrary, intercept
before = list(sys.meta_path)
with intercept():
    try:
        import httpcore2
    except IncompatibleLibrary as error:
        print(str(error).partition(",")[0])
    print("httpcore2" in sys.modules)
print(sys.meta_path == before)
""",
        tmp_path,
    )
    assert said == "httpcore2 9.9.9 has no method ConnectionPool.handle_request\nFalse\nTrue"


def test_a_failing_import_fails_as_itself_and_can_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "httpcore2.py").write_text(
        "import builtins\nif not hasattr(builtins, 'fixed'): raise ValueError('broken')\n"
        "class ConnectionPool:\n    def handle_request(self, request): ...\n"
        "class AsyncConnectionPool:\n    async def handle_async_request(self, request): ...\n"
    )
    said = run(
        """
import builtins
from llm_intercept import intercept
with intercept():
    try:
        import httpcore2
    except ValueError as error:
        print(error, "httpcore2" in sys.modules)
    builtins.fixed = True
    import httpcore2
    print(hasattr(httpcore2.ConnectionPool.handle_request, "__wrapped__"))
""",
        tmp_path,
    )
    assert said == "broken False\nTrue"


@pytest.mark.parametrize("name", ["httpx2", "urllib3"])
def test_an_import_raced_with_activation_is_caught(name: str) -> None:
    said = run(
        ASK
        + f"""
import random, threading
sys.setswitchinterval(1e-5)
from llm_intercept import intercept
import llm_intercept.transports.patches, llm_intercept.interceptor
before = list(sys.meta_path)
answers, started = [], threading.Barrier(9)
def use():
    started.wait()
    with intercept("Raced."):
        answers.append(ask_{name}())
threads = [threading.Thread(target=use) for _ in range(8)]
for thread in threads: thread.start()
started.wait()
import {name}
for thread in threads: thread.join()
print(set(answers), len(answers), sys.meta_path == before)
"""
    )
    assert said == "{'Raced.'} 8 True"


def test_activation_does_not_lock_with_an_import_that_is_about_to_begin(tmp_path: Path) -> None:
    """The module stands in `sys.modules` before its loader runs; an activation right then must not wait for it for ever."""
    (tmp_path / "httpcore2.py").write_text(
        "class ConnectionPool:\n    def handle_request(self, request): ...\n"
        "class AsyncConnectionPool:\n    async def handle_async_request(self, request): ...\n"
    )
    said = run(
        """
import importlib.machinery, threading, types
from llm_intercept import intercept

about_to_begin, entered = threading.Event(), threading.Event()

class Module(types.ModuleType):
    def __setattr__(self, name, value):
        if name == "__loader__" and "httpcore2" in sys.modules and not about_to_begin.is_set():
            about_to_begin.set()  # the loader is about to run the module's code
            entered.wait(1)
        super().__setattr__(name, value)

importlib.machinery.SourceFileLoader.create_module = lambda self, spec: Module(spec.name) if spec.name == "httpcore2" else None

def enter():
    about_to_begin.wait(5)
    with intercept("Inner."):
        entered.set()

with intercept("Outer."):
    entering = threading.Thread(target=enter, daemon=True)
    entering.start()
    importing = threading.Thread(target=__import__, args=("httpcore2",), daemon=True)
    importing.start()
    importing.join(3)
    entering.join(3)
    print(about_to_begin.is_set(), importing.is_alive(), entering.is_alive(), flush=True)
    if importing.is_alive():
        __import__("os")._exit(0)
    print(hasattr(sys.modules["httpcore2"].ConnectionPool.handle_request, "__wrapped__"))
""",
        tmp_path,
    )
    assert said == "True False False\nTrue"


def test_activation_imports_no_http_library() -> None:
    said = run("""
from llm_intercept import intercept
with intercept():
    libraries = {"httpcore", "httpcore2", "httpx", "httpx2", "urllib3", "requests", "aiohttp", "openai", "asyncio"}
    print(sorted(libraries & set(sys.modules)))
""")
    assert said == "[]"


def test_a_hook_that_somebody_kept_lets_calls_through_when_nothing_is_active(refusing: str) -> None:
    with intercept():
        kept = POOL.handle_request
        kept_transport = TRANSPORT.handle_request
    for hook, target in ((kept, POOL), (kept_transport, TRANSPORT)):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(target, "handle_request", hook)
            with pytest.raises(httpx2.ConnectError):
                httpx2.post(f"{refusing}/v1/chat/completions", json={"model": "m", "messages": [{"role": "user", "content": "?"}]})


def test_activations_in_one_thread_do_not_lock_with_imports_in_another() -> None:
    script = """
    import threading
    from llm_intercept import intercept

    outer, go, done = intercept("outer"), threading.Barrier(2), threading.Event()
    outer.__enter__()

    def activate():
        go.wait()
        while not done.is_set():
            with intercept("inner"):
                pass

    def load():
        go.wait()
        import httpx, httpx2, httpcore, httpcore2, urllib3.connectionpool
        done.set()

    threads = [threading.Thread(target=activate), threading.Thread(target=load)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    import httpcore2
    print(httpcore2.ConnectionPool.handle_request.__module__)
    outer.__exit__(None, None, None)
    print(httpcore2.ConnectionPool.handle_request.__module__)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.split() == ["httpcore2._sync.connection_pool", "httpcore2._sync.connection_pool"]


def test_a_library_whose_spec_was_looked_up_and_never_executed_is_caught_later(toy: Path) -> None:
    with intercept():
        found = find_spec("toy_library")
        assert found is not None
        module_from_spec(found)
    with intercept():
        assert call(import_module("toy_library")) == "caught, not real"
