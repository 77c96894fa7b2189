"""What SDKs ask beside LLM calls: answered as they expect, where nobody gives a real credential; else it goes out as before."""

from __future__ import annotations

import gzip
import json
import os
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import aiohttp
import anyio
import httpx
import httpx2
import pytest
import requests

from llm_intercept import BlockedNetwork, UnknownEndpoint, activation, intercept, keys, wrap
from llm_intercept.keys import CLOUDS, FAKE_KEY
from llm_intercept.providers import PROVIDERS
from llm_intercept.reach import recognise
from llm_intercept.sidecalls import SIDE_CALLS, side_call
from tests.transports.loopback import serving

ENDS = "https://login.microsoftonline.com/my-tenant"
METADATA, TENANT = "http://169.254.169.254", f"{ENDS}/v2.0/.well-known/openid-configuration"
GOOGLE = {"metadata-flavor": "Google"}
ROLE = "latest/meta-data/iam/security-credentials/"
SSO = "https://portal.sso.us-east-1.amazonaws.com/federation/credentials?role_name=r&account_id=1"
SERVICE = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/me@p.iam.gserviceaccount.com"
HUB = "https://huggingface.co/api"
LITELLM = "https://raw.githubusercontent.com/BerriAI/litellm/main"


def token(field: str = "access_token") -> Callable[[Any], bool]:
    return lambda answer: bool(answer.json()[field] == FAKE_KEY)


def text(said: str) -> Callable[[Any], bool]:
    return lambda answer: bool(answer.text == said)


def holds(part: str) -> Callable[[Any], bool]:
    return lambda answer: part in answer.text


#: Whose credential it is about (None: nobody's), method, URL, what is sent, the status, and what the answer is like.
ROWS: list[tuple[str | None, str, str, dict[str, Any], int, Callable[[Any], bool]]] = [
    ("google", "GET", METADATA, {"headers": GOOGLE}, 200, lambda answer: bool(answer.headers["metadata-flavor"] == "Google")),
    ("google", "GET", "http://metadata.google.internal/computeMetadata/v1/project/project-id", {"headers": GOOGLE}, 200,
     text("llm-intercept-fake-project")),
    ("google", "GET", f"{METADATA}/computeMetadata/v1/instance/service-accounts/default/?recursive=true", {"headers": GOOGLE}, 200,
     holds('"email":"default"')),
    ("google", "GET", "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token?scopes=a",
     {"headers": GOOGLE}, 200, token()),
    ("google", "GET", "http://metadata.google.internal/computeMetadata/v1/universe/universe-domain", {"headers": GOOGLE}, 404,
     holds("not found")),
    ("google", "POST", "https://oauth2.googleapis.com/token", {"data": {"grant_type": "refresh_token"}}, 200, token()),
    ("google", "POST", "https://oauth2.mtls.googleapis.com/token", {}, 200, token()),
    ("google", "POST", "https://accounts.google.com/o/oauth2/token", {}, 200, token()),
    ("google", "POST", "https://sts.googleapis.com/v1/token", {}, 200, token()),
    ("google", "POST", f"{SERVICE}:generateAccessToken", {}, 200, token("accessToken")),
    ("google", "GET", f"{SERVICE}/allowedLocations", {}, 404, holds("not found")),
    ("aws", "PUT", f"{METADATA}/latest/api/token", {}, 200, text(FAKE_KEY)),
    ("aws", "GET", f"{METADATA}/{ROLE}", {}, 200, text("llm-intercept")),
    ("aws", "GET", f"{METADATA}/{ROLE}llm-intercept", {}, 200, token("SecretAccessKey")),
    ("aws", "GET", f"http://[fd00:ec2::254]/{ROLE}llm-intercept", {}, 200, token("Token")),
    ("aws", "GET", f"{METADATA}/latest/user-data", {}, 404, holds("not found")),
    ("aws", "POST", "https://sts.amazonaws.com/", {"data": {"Action": "AssumeRoleWithWebIdentity", "Version": "1"}}, 200,
     holds("<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIALLMINTERCEPTFAKE<")),
    ("aws", "POST", "https://sts.eu-west-1.amazonaws.com", {}, 200, holds("<AssumeRoleResult>")),
    ("aws", "GET", SSO, {}, 200, lambda answer: bool(answer.json()["roleCredentials"]["secretAccessKey"] == FAKE_KEY)),
    ("aws", "POST", "https://oidc.us-east-1.amazonaws.com/token", {}, 200, token("accessToken")),
    ("microsoft", "GET", f"{METADATA}/metadata/identity/oauth2/token?api-version=1&resource=https%3A%2F%2Fme", {}, 200,
     lambda answer: bool(answer.json()["resource"] == "https://me" and answer.json()["access_token"] == FAKE_KEY)),
    ("microsoft", "POST", f"{ENDS}/oauth2/v2.0/token", {}, 200, token()),
    ("microsoft", "POST", f"{ENDS}/oauth2/token", {}, 200, token()),
    ("microsoft", "GET", TENANT, {}, 200, lambda answer: bool(answer.json()["token_endpoint"] == f"{ENDS}/oauth2/v2.0/token")),
    ("microsoft", "GET", "https://login.microsoftonline.com/common/discovery/instance?api-version=1.1", {}, 200,
     lambda answer: "login.microsoftonline.com" in answer.json()["metadata"][0]["aliases"]),
    ("watsonx", "POST", "https://iam.cloud.ibm.com/identity/token", {"data": {"apikey": FAKE_KEY}}, 200,
     lambda answer: bool(answer.json()["access_token"].endswith(f".{FAKE_KEY}"))),
    ("openai", "POST", "https://auth.openai.com/oauth/token", {}, 200, token()),
    ("anthropic", "POST", "https://api.anthropic.com/v1/oauth/token", {}, 200, token()),
    (None, "GET", "https://api.cerebras.ai/v1/tcp_warming", {}, 200, text("{}")),
    (None, "GET", f"{HUB}/agent-harnesses", {}, 404, holds("not found")),
    (None, "GET", f"{HUB}/models/org/name?expand=inferenceProviderMapping", {}, 200,
     lambda answer: bool(answer.json()["inferenceProviderMapping"]["together"]["providerId"] == "org/name")),
    (None, "POST", "https://api.openai.com/v1/traces/ingest", {"json": {"data": []}}, 204, text("")),
    (None, "GET", f"{LITELLM}/never-heard-of.json", {}, 404, holds("not found")),
]  # fmt: skip

#: A credential of each kind, as somebody may give it.
REAL = {
    "google": "GOOGLE_APPLICATION_CREDENTIALS",
    "aws": "AWS_ACCESS_KEY_ID",
    "microsoft": "AZURE_CLIENT_SECRET",
    "watsonx": "WATSONX_API_KEY",
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_AUTH_TOKEN",
}

NAMED = [f"{method} {url}" for _, method, url, *_ in ROWS]
CREDENTIALS = [row[:4] for row in ROWS if row[0] is not None]
each = pytest.mark.parametrize(("credential", "method", "url", "sent", "status", "right"), ROWS, ids=NAMED)
each_credential = pytest.mark.parametrize(
    ("credential", "method", "url", "sent"), CREDENTIALS, ids=[f"{row[1]} {row[2]}" for row in CREDENTIALS]
)


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setattr(keys, "_FIRMWARE", ())
    for one in (*PROVIDERS, *CLOUDS):
        for name in one.keys:
            monkeypatch.delenv(name, raising=False)


@contextmanager
def proxy() -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that refuses: what is asked of it has left the process."""
    left: list[bytes] = []

    def refuse(connection: Any, request: bytes) -> None:
        left.append(request.partition(b"\r\n")[0])
        connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with serving(refuse) as port:
        yield f"http://127.0.0.1:{port}", left


def goes_out(method: str, url: str, sent: dict[str, Any]) -> bool:
    """Whether a request is sent on to where it was going."""
    with proxy() as (where, left), httpx.Client(proxy=where) as client:
        try:
            client.request(method, url, **sent)
        except httpx.ProxyError:  # the tunnel is refused
            assert url.startswith("https:")
    host = httpx.URL(url).raw_host
    return any(host in line for line in left)


# answered


@each
def test_a_side_call_is_answered_as_the_sdk_expects_and_stands_in_no_journal(
    credential: str | None, method: str, url: str, sent: dict[str, Any], status: int, right: Callable[[Any], bool]
) -> None:
    with intercept() as llm:
        answer = httpx.request(method, url, **sent)
    assert (answer.status_code, right(answer)) == (status, True)
    assert llm.calls.total == 0


def test_every_side_call_of_the_table_stands_in_these_tests() -> None:
    urls = [httpx.URL(row[2]) for row in ROWS]
    asked = {side_call(row[1], url.host, url.raw_path.decode()) for row, url in zip(ROWS, urls, strict=True)}
    assert asked == set(SIDE_CALLS)


def ask_httpx2(url: str) -> int:
    return httpx2.post(url).status_code


def ask_requests(url: str) -> int:
    return requests.post(url, timeout=5).status_code


def ask_urllib(url: str) -> int:
    with urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=5) as answer:
        return int(answer.status)


def ask_aiohttp(url: str) -> int:
    async def ask() -> int:
        async with aiohttp.ClientSession() as session, session.post(url) as answer:
            return answer.status

    return anyio.run(ask)


@pytest.mark.parametrize("ask", [ask_httpx2, ask_requests, ask_urllib, ask_aiohttp])
@pytest.mark.parametrize(
    ("url", "status"), [("https://oauth2.googleapis.com/token", 200), ("https://api.openai.com/v1/traces/ingest", 204)]
)
def test_it_is_answered_through_every_library(ask: Callable[[str], int], url: str, status: int) -> None:
    with intercept() as llm:
        assert ask(url) == status
    assert llm.calls.total == 0


def test_it_is_answered_while_only_other_tasks_are() -> None:
    statuses: list[int] = []
    thread = threading.Thread(target=lambda: statuses.append(ask_httpx2("https://api.openai.com/v1/traces/ingest")))
    with intercept(scope="task"):
        thread.start()
        thread.join()
    assert statuses == [204]


def test_a_client_of_its_own_is_answered_too() -> None:
    client = httpx.Client()
    with wrap(client) as llm:
        assert client.post("https://api.openai.com/v1/traces/ingest").status_code == 204
    assert llm.calls.total == 0


@pytest.mark.parametrize(
    ("package", "name", "file", "asked"),
    [
        ("litellm", "model_prices_and_context_window_backup.json", b'{"m": {}}', "model_prices_and_context_window.json"),
        ("litellm", "anthropic_beta_headers_config.json", b'{"m": {}}', "anthropic_beta_headers_config.json"),
        (
            "dspy.clients.model_metadata",
            "snapshot.json.gz",
            gzip.compress(b'{"m": {}}', mtime=0),
            "model_prices_and_context_window.json",
        ),
    ],
)
def test_a_table_of_litellm_is_the_copy_that_the_package_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, package: str, name: str, file: bytes, asked: str
) -> None:
    from importlib.machinery import ModuleSpec, SourceFileLoader

    (tmp_path / name).write_bytes(file)
    (tmp_path / "__init__.py").touch()
    module = ModuleType(package)
    module.__spec__ = ModuleSpec(package, SourceFileLoader(package, str(tmp_path / "__init__.py")), is_package=True)
    monkeypatch.setattr(sys, "modules", {**sys.modules, "litellm": None, package: module})
    with intercept():
        assert httpx.get(f"{LITELLM}/{asked}").json() == {"m": {}}


# not ours


@each_credential
@pytest.mark.parametrize("how", ["a variable", "keys=False", "a variable set meanwhile"])
def test_the_side_call_of_a_real_credential_goes_out_as_before(
    monkeypatch: pytest.MonkeyPatch, credential: str, method: str, url: str, sent: dict[str, Any], how: str
) -> None:
    if how == "a variable":
        monkeypatch.setenv(REAL[credential], "real")
    with intercept(keys=how != "keys=False") as llm, pytest.MonkeyPatch.context() as meanwhile:
        if how == "a variable set meanwhile":
            meanwhile.setenv(REAL[credential], "real")
        if "api.anthropic.com" in url:  # a provider's own host is never asked
            with llm.expect_failure() as caught:
                httpx.request(method, url, **sent)
            assert isinstance(caught.value, UnknownEndpoint)
        else:
            assert goes_out(method, url, sent)
            assert llm.calls.total == 0


@each_credential
def test_allow_lets_a_side_call_out(credential: str, method: str, url: str, sent: dict[str, Any]) -> None:
    assert credential in REAL
    with intercept(allow=[httpx.URL(url).host.strip("[]")]):
        assert goes_out(method, url, sent)


PROFILES = [(cloud, profile) for cloud in CLOUDS for profile in cloud.profiles]


@pytest.mark.parametrize(("cloud", "profile"), PROFILES, ids=[profile for _, profile in PROFILES])
def test_a_profile_is_a_credential(cloud: keys.Cloud, profile: str) -> None:
    path = Path(profile).expanduser()
    path.parent.mkdir(parents=True)
    path.touch()
    method, url, sent = next(row[1:4] for row in ROWS if row[0] == cloud.name)
    with intercept():
        assert goes_out(method, url, sent)


@pytest.mark.parametrize("variable", [(cloud.name, name) for cloud in CLOUDS for name in cloud.keys], ids=lambda row: row[1])
def test_each_variable_of_a_cloud_is_a_credential(monkeypatch: pytest.MonkeyPatch, variable: tuple[str, str]) -> None:
    cloud, name = variable
    monkeypatch.setenv(name, "real")
    with intercept():
        assert not activation._keys.stand_in(cloud)
        assert os.environ[name] == "real"


@pytest.mark.parametrize("cloud", CLOUDS, ids=lambda cloud: cloud.name)
def test_a_machine_of_the_cloud_has_a_role(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cloud: keys.Cloud) -> None:
    vendor = tmp_path / "sys_vendor"
    vendor.write_text(f"{cloud.maker}\n")
    monkeypatch.setattr(keys, "_FIRMWARE", (str(tmp_path / "not there"), str(vendor)))
    method, url, sent = next(row[1:4] for row in ROWS if row[0] == cloud.name)
    with intercept():
        assert goes_out(method, url, sent)


@pytest.mark.parametrize(
    ("method", "url", "sent"),
    [
        ("GET", METADATA, {}),  # no Google SDK
        ("GET", f"{METADATA}/openstack/latest/meta_data.json", {}),
        ("POST", "https://iam.cloud.ibm.com/identity/token", {"data": {"apikey": "real"}}),
        ("GET", f"{HUB}/models/org/name", {}),
        ("GET", "https://huggingface.co/org/name/resolve/main/config.json", {}),
        ("GET", "https://raw.githubusercontent.com/me/mine/main/prices.json", {}),
        ("GET", "https://login.microsoftonline.com/common/discovery/v2.0/keys", {}),
        ("GET", "https://oauth2.googleapis.com/tokeninfo", {}),
        ("POST", "https://s3.us-east-1.amazonaws.com/", {}),
        ("POST", "https://sts.amazonaws.com.example.com/", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_side_call_goes_out(method: str, url: str, sent: dict[str, Any]) -> None:
    with intercept() as llm:
        assert goes_out(method, url, sent)
    assert llm.calls.total == 0


def test_a_fingerprinted_upload_of_traces_is_a_side_call_and_no_llm_call() -> None:
    found = recognise("POST", "api.openai.com", None, "/v1/traces/ingest", ((b"user-agent", b"OpenAI/Python 3"),), ())
    assert found is not None
    assert found.side is not None


# a fake never leaves


@pytest.mark.parametrize("credential", [f"Bearer {FAKE_KEY}", "AWS4-HMAC-SHA256 Credential=ASIALLMINTERCEPTFAKE/20260101/x"])
def test_a_call_that_carries_a_fake_credential_to_another_service_is_refused(credential: str) -> None:
    headers = {"Authorization": credential}
    with intercept() as llm:
        assert goes_out("GET", "https://storage.googleapis.com/b", {"headers": headers})  # until one is given, nobody has one
        httpx.post("https://oauth2.googleapis.com/token")
        assert goes_out("GET", "https://storage.googleapis.com/b", {"headers": {"Authorization": "Bearer real"}})
        with llm.expect_failure() as caught:
            httpx.get("https://storage.googleapis.com/b", headers=headers)
    assert isinstance(caught.value, BlockedNetwork)
    assert str(caught.value) == (
        "A call to storage.googleapis.com was refused: it carries a fake credential. No variable, profile or role gives the SDKs "
        "of this cloud a real one, so that they were given a fake one for LLM calls; and this is none.\n"
        "  Give them a real credential before the block begins, or none: intercept(..., keys=False).\n"
        "  To let the call out as it is: intercept(..., allow=['storage.googleapis.com'])."
    )


def test_it_is_let_out_by_allow_and_after_the_block() -> None:
    headers = {"Authorization": f"Bearer {FAKE_KEY}"}
    with intercept(allow=["storage.googleapis.com"]):
        httpx.post("https://oauth2.googleapis.com/token")
        assert goes_out("GET", "https://storage.googleapis.com/b", {"headers": headers})
    with intercept():
        assert goes_out("GET", "https://storage.googleapis.com/b", {"headers": headers})


def test_every_side_calls_credential_is_a_providers_or_a_clouds() -> None:
    known = {one.name for one in (*PROVIDERS, *CLOUDS)}
    assert {call.credential for call in SIDE_CALLS} - {None} <= known
    assert {credential for credential in REAL if credential not in known} == set()


def test_the_json_of_a_role_names_an_end_that_botocore_extends() -> None:
    with intercept():
        role = json.loads(httpx.get(f"{METADATA}/{ROLE}llm-intercept").text)
    assert role["Expiration"].startswith("2000-")
