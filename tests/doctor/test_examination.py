"""The doctor finds all well where it is, and names the SDK and what is wrong where one of our shapes, a hook or a model is not."""

from __future__ import annotations

import gc
import json
import os
import socket
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from llm_intercept import intercept
from llm_intercept.dialects import ENDPOINTS, Dialect
from llm_intercept.doctor import Examined, Report, examine
from llm_intercept.doctor.installed import version_of
from llm_intercept.doctor.probes import PROBES, Ask, Made, Probe

#: SDKs that are asked soon, on three HTTP libraries, whose models are of three makes.
FEW = ("groq", "huggingface-hub", "botocore")


def examined(name: str) -> Examined:
    """What is found of one that must be there."""
    if version_of(name) is None:
        pytest.skip(f"{name} is not installed")
    [found] = examine([name]).examined
    return found


@pytest.mark.parametrize("name", [*FEW, "ollama", "replicate", "dashscope", "boto3", "google-genai"])
def test_an_sdk_is_caught_in_every_way_and_its_models_agree(name: str) -> None:
    found = examined(name)
    assert found.failures == []
    assert (found.version, found.state, found.told) == (version(name), "caught", "caught")
    assert {(call.client, call.way) for call in found.asked} == {
        (client, way) for probe in PROBES if probe.distribution == name for client, ways in probe.clients.items() for way in ways
    }
    assert {*found.libraries} <= {"httpx", "httpx2", "aiohttp", "urllib3"}
    assert dict(found.libraries) == {library: version(library) for library in found.libraries}
    assert all(wire.documents for wire in found.wires)
    assert bool(found.wires) == (name not in ("replicate", "dashscope", "boto3"))


@pytest.mark.parametrize("name", ["grpcio", "websockets", "websocket-client"])
def test_what_cannot_be_answered_is_refused(name: str) -> None:
    found = examined(name)
    assert (found.failures, found.told, found.libraries, found.documents) == ([], "refused", {}, 0)


def test_what_cannot_be_seen_is_named_where_it_is_installed() -> None:
    pytest.importorskip("litellm")
    report = examine(["litellm", "pycurl"])
    assert [(one.distribution, one.what) for one in report.unseen] == [("litellm", "ocr, and Bedrock's transcription")]
    assert report.examined[0].failures == []


def test_what_is_not_installed_is_named_and_nothing_else_happens() -> None:
    report = examine(probes=[Probe("no-such-sdk-of-anybody", {"Client": {"sync": Ask("no_such_sdk:Client", "ask", {})}})])
    assert (report.absent, report.examined, report.ok) == (("no-such-sdk-of-anybody",), (), True)


def test_an_sdk_that_cannot_be_imported_is_told() -> None:
    report = examine(probes=[Probe("pytest", {"Client": {"sync": Ask(Made("no_such_sdk:Client"), "ask", {})}})])
    assert report.examined[0].failures == ["cannot be imported: ModuleNotFoundError: No module named 'no_such_sdk'"]
    assert not report.ok


def test_a_copy_of_a_library_has_no_version_of_its_own() -> None:
    one = {"sync": Ask(Made("tests.doctor.clients:Told"), "ask", {})}
    [found] = examine(probes=[Probe("pytest", {"Told": one}, vendored=("httpx",))]).examined
    assert found.libraries == {"httpx": "of its own"}


@pytest.mark.parametrize("collecting", [True, False])
def test_garbage_is_collected_as_before(collecting: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if collecting else gc.disable)()
        examine(["pycurl"])
        assert gc.isenabled() == collecting
    finally:
        (gc.enable if before else gc.disable)()


def test_every_step_is_told() -> None:
    told: list[tuple[int, int, str]] = []
    examine(["groq"], lambda *step: told.append(step))
    assert told == [(0, 2, "importing groq"), (1, 2, "examining groq"), (2, 2, "done")]


# It fails where it must.


def _less(body: dict[str, Any]) -> None:
    del body["created"]


def _typed(body: dict[str, Any]) -> None:
    body["choices"][0]["index"] = "0"


def _misspelt(body: dict[str, Any]) -> None:
    body["usages"] = body.pop("usage")


def _renamed(body: dict[str, Any]) -> None:
    body["choices"][0]["message"]["role"] = "robot"


BROKEN: Mapping[str, tuple[Callable[[Any], None], str]] = {
    "a field is missing": (_less, "groq chat, body: its model refuses plain, text: created: ChatCompletion wants it"),
    "a type is another": (_typed, "groq chat, body: its model refuses plain, text: choices[].index: '0' is no int"),
    "a field is misspelt": (_misspelt, "groq chat, body: its model does not know usages: plain, text: "),
    "a word is another": (_renamed, "choices[].message.role: 'robot' is none of ('assistant',)"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_shape_of_ours_that_is_broken_is_found(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from llm_intercept.dialects.openai.chat import OpenAIChat

    breaks, told = BROKEN[broken]
    body = OpenAIChat.body
    for one in ENDPOINTS:
        if isinstance(one, Dialect):  # what is broken here is kept for nobody else
            monkeypatch.setattr(one, "_templates", {})

    def another(self: Any, draft: Any) -> Any:
        found = body(self, draft)
        breaks(found)
        return found

    monkeypatch.setattr(OpenAIChat, "body", another)
    found = examined("groq")
    assert found.told == "failed"
    assert any(told in failure for failure in found.failures), found.failures


def test_a_wire_that_cannot_be_written_at_all_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from llm_intercept.dialects.bedrock.converse import Converse

    monkeypatch.setattr(Converse, "body", lambda self, draft: 1 / 0)
    failures = examined("botocore").failures
    assert "bedrock converse, body: ZeroDivisionError: division by zero" in failures
    assert "bedrock-runtime, sync: ZeroDivisionError: division by zero" in failures


#: Hooks, an SDK that is caught there, its client, and what is told of it then.
HOOKS = {
    "httpx": (
        ("httpx:HTTPTransport.handle_request", "httpcore:ConnectionPool.handle_request"),
        "groq",
        "groq:Groq",
        "Groq, sync: not caught: BlockedNetwork: A connection to api.groq.com:443 was refused",
    ),
    "one of two": (
        ("httpcore:ConnectionPool.handle_request",),
        "groq",
        "groq:Groq",
        "Groq, sync: caught, but not everywhere; somebody took our hook away from ConnectionPool.handle_request",
    ),
    "urllib3": (
        ("urllib3.connectionpool:HTTPConnectionPool._make_request",),
        "botocore",
        "botocore.client:BaseClient",
        "bedrock-runtime, sync: not caught: BlockedNetwork: A connection to bedrock-runtime.us-east-1.amazonaws.com:443 was ",
    ),
}


def attribute(path: str) -> tuple[Any, str]:
    module, _, names = path.partition(":")
    owner: Any = import_module(module)
    *inner, name = names.split(".")
    for one in inner:
        owner = getattr(owner, one)
    return owner, name


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_that_somebody_removes_is_found(hook: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paths, sdk, client, told = HOOKS[hook]
    examined(sdk)  # its library is there
    originals = [(*attribute(path), getattr(*attribute(path))) for path in paths]
    made, _ = attribute(f"{client}.__init__")
    begin = made.__init__

    def begins(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        for original in originals:
            setattr(*original)

    monkeypatch.setattr(made, "__init__", begins)
    failures = examined(sdk).failures
    assert any(failure.startswith(told) for failure in failures), failures
    assert all(getattr(owner, name) is original for owner, name, original in originals)


def test_a_guard_that_somebody_removes_lets_nothing_out_either(monkeypatch: pytest.MonkeyPatch) -> None:
    import groq
    import httpcore
    import httpx

    before = [(owner, "handle_request", owner.handle_request) for owner in (httpx.HTTPTransport, httpcore.ConnectionPool)]
    connect, look_up, begin = socket.socket.connect, socket.getaddrinfo, groq.Groq.__init__

    def begins(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        for original in before:
            setattr(*original)
        for owner, name in ((socket, "getaddrinfo"), (socket.socket, "connect")):
            ours: Any = getattr(owner, name)
            setattr(owner, name, ours.__wrapped__)  # the doctor's own, on which the interceptor's stands

    monkeypatch.setattr(groq.Groq, "__init__", begins)
    failures = examined("groq").failures
    told = "Groq, sync: not caught: it would have left the process, to api.groq.com:443; somebody took our hook away from "
    assert failures[0].startswith(told), failures
    assert (socket.socket.connect, socket.getaddrinfo) == (connect, look_up)


def test_a_library_that_cannot_be_caught_is_told_and_the_doctor_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    import urllib3

    monkeypatch.delattr(urllib3.connectionpool.HTTPConnectionPool, "_make_request")
    failures = examined("botocore").failures
    told = f"IncompatibleLibrary: urllib3.connectionpool {urllib3.__version__} has no method HTTPConnectionPool._make_request"
    assert any(failure.startswith(f"bedrock-runtime, sync: {told}") for failure in failures), failures


def test_a_pydantic_model_that_gains_a_required_field_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    import groq.types.chat
    from groq.types.chat import ChatCompletion, ChatCompletionChunk

    class Gained(ChatCompletion):
        mine: str

    monkeypatch.setattr(groq.types.chat, "ChatCompletion", Gained)
    failures = examined("groq").failures
    assert len(failures) == 1
    assert failures[0].startswith("groq chat, body: its model refuses plain, text: mine: Gained wants it")

    monkeypatch.undo()
    field = type(ChatCompletionChunk.model_fields["id"])(annotation=str)
    monkeypatch.setitem(ChatCompletionChunk.model_fields, "mine", field)
    failures = examined("groq").failures
    assert [failure.partition(": {")[0] for failure in failures] == [
        "groq chat, event: its model refuses plain, text: mine: ChatCompletionChunk wants it"
    ]


def test_a_dataclass_that_gains_a_required_field_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import dataclass

    huggingface_hub = pytest.importorskip("huggingface_hub")

    @dataclass(kw_only=True)
    class Gained(huggingface_hub.ChatCompletionOutput):  # type: ignore[misc,name-defined]
        mine: str

    monkeypatch.setattr(huggingface_hub, "ChatCompletionOutput", Gained)
    failures = examined("huggingface-hub").failures
    assert len(failures) == 1
    assert "huggingface chat, body: its model refuses plain, text: mine: Gained wants it" in failures[0]


def test_a_service_model_that_gains_a_required_field_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.loaders import Loader

    load = Loader.load_service_model

    def another(self: Any, service_name: str, *args: Any, **kwargs: Any) -> Any:
        found = load(self, service_name, *args, **kwargs)
        if "ConverseResponse" not in found.get("shapes", {}):
            return found
        found = json.loads(json.dumps(found))
        found["shapes"]["ConverseResponse"]["members"]["mine"] = {"shape": "String"}
        found["shapes"]["ConverseResponse"]["required"].append("mine")
        return found

    monkeypatch.setattr(Loader, "load_service_model", another)
    failures = examined("botocore").failures
    assert len(failures) == 1
    assert failures[0].startswith("bedrock converse, body: its model refuses plain, text: mine: ConverseResponse wants it")


def test_a_model_that_is_gone_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    import groq.types.chat

    monkeypatch.delattr(groq.types.chat, "ChatCompletionChunk")
    assert examined("groq").failures == [
        "groq chat, event: AttributeError: module 'groq.types.chat' has no attribute 'ChatCompletionChunk'"
    ]


# It says the same to everybody, and leaves nothing behind.

SETTINGS = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "socks5://127.0.0.1:9",
    "GROQ_BASE_URL": "https://gateway.test/groq",
    "GROQ_API_KEY": "gsk-secret-of-mine",
    "OPENAI_BASE_URL": "https://gateway.test/openai",
    "OPENAI_API_KEY": "sk-secret-of-mine",
    "AWS_PROFILE": "mine",
    "AWS_BEARER_TOKEN_BEDROCK": "secret-of-mine",
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "https://gateway.test/aws",
    "HF_ENDPOINT": "https://gateway.test/hub",
    "HF_TOKEN": "hf_secret_of_mine",
    "OLLAMA_HOST": "https://gateway.test",
    "SSL_CERT_FILE": "/nowhere/ca.pem",
}


def test_the_users_settings_change_nothing_and_are_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = [*FEW, "ollama"]
    plain = examine(names).as_json()
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("[profile mine]\nregion = no such\nretry_mode = nonsense\n")
    (tmp_path / ".netrc").write_text("machine api.groq.com login me password secret-of-mine\n")
    before = dict(os.environ)
    again = examine(names).as_json()
    assert again == plain
    assert "secret" not in json.dumps(again)
    assert os.environ == before


def test_callbacks_of_litellm_hear_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    litellm = pytest.importorskip("litellm")
    heard: list[Any] = []

    def callback(*told: Any) -> None:
        heard.append(told)

    for name in ("success_callback", "failure_callback", "input_callback"):
        monkeypatch.setattr(litellm, name, [callback])
    monkeypatch.setattr(litellm, "api_base", "https://gateway.test")
    assert examined("litellm").failures == []
    assert (heard, litellm.success_callback) == ([], [callback])


def test_nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import httpcore

    homes: list[str] = []
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = httpcore.ConnectionPool.handle_request, socket.socket.connect, dict(os.environ), Path.home()
    found = examine(["groq"], lambda *_: homes.append(os.environ["HOME"]))
    assert found.ok
    assert len({*homes[:-1]}) == 1
    assert not Path(homes[0]).exists()
    assert [*tmp_path.iterdir()] == []
    assert (httpcore.ConnectionPool.handle_request, socket.socket.connect, dict(os.environ), Path.home()) == before


def test_an_interceptor_around_it_is_not_asked() -> None:
    with intercept("Mine."):
        assert examine(["groq"]).ok


def test_a_report_is_json_that_says_all() -> None:
    report = examine([*FEW, "fireworks-ai", "grpcio"])
    told = report.as_json()
    assert json.loads(json.dumps(told)) == told
    assert {*told} == {"ok", "llm_intercept", "python", "sdks", "unseen", "absent"}
    assert told["ok"] is True
    assert {sdk["name"]: (sdk["version"], sdk["state"], sdk["failures"]) for sdk in told["sdks"]} == {
        one.distribution: (one.version, one.told, one.failures) for one in report.examined
    }
    for sdk in told["sdks"]:
        assert {*sdk} == {"name", "version", "state", "http", "calls", "wires", "failures"}
        assert sum(wire["documents"] for wire in sdk["wires"]) == sum(
            one.documents for one in report.examined if one.distribution == sdk["name"]
        )
    assert isinstance(report, Report)
