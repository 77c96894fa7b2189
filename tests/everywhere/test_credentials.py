"""The clouds' own SDKs, with and without a real credential: a fake is given for LLM calls, and never to another service."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from llm_intercept import BlockedNetwork, intercept, keys
from llm_intercept.keys import CLOUDS, FAKE_KEY
from llm_intercept.providers import PROVIDERS
from tests.transports.loopback import serving

MESSAGES = [{"role": "user", "content": "Hello"}]
CONVERSE = {"modelId": "anthropic.claude-3-haiku-20240307-v1:0", "messages": [{"role": "user", "content": [{"text": "Hello"}]}]}


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(keys, "_FIRMWARE", ())
    for one in (*PROVIDERS, *CLOUDS):
        for name in one.keys:
            monkeypatch.delenv(name, raising=False)


@contextmanager
def recording() -> Iterator[tuple[str, list[str]]]:
    """A service of a cloud on loopback, and the credentials that it was sent."""
    credentials: list[str] = []

    def serve(connection: Any, request: bytes) -> None:
        head = request.partition(b"\r\n\r\n")[0].decode("latin-1")
        credentials.extend(line for line in head.splitlines() if line.lower().startswith("authorization:"))
        body = b'<?xml version="1.0"?><ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>'
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(body), body))

    with serving(serve) as port:
        yield f"http://127.0.0.1:{port}", credentials


# Amazon


def converse(**options: Any) -> None:
    import boto3

    boto3.Session().client("bedrock-runtime", region_name="us-east-1", **options).converse(**CONVERSE)


def list_buckets(url: str) -> None:
    import boto3

    boto3.Session().client("s3", region_name="us-east-1", endpoint_url=url).list_buckets()


def list_buckets_async(url: str) -> None:
    from aiobotocore.session import get_session

    async def ask() -> None:
        async with get_session().create_client("s3", region_name="us-east-1", endpoint_url=url) as client:
            await client.list_buckets()

    asyncio.run(ask())


def from_variables(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


def from_a_profile(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "credentials").write_text("[default]\naws_access_key_id = AKIAREAL\naws_secret_access_key = secret\n")


def from_a_named_profile(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("[profile mine]\naws_access_key_id = AKIAREAL\naws_secret_access_key = secret\n")
    monkeypatch.setenv("AWS_PROFILE", "mine")


def authorization(llm: Any) -> str:
    """What the one call of a block was signed with."""
    found: str = llm.calls.one.request.header("authorization")
    return found


@pytest.mark.parametrize("real", [from_variables, from_a_profile, from_a_named_profile])
@pytest.mark.parametrize("ask", [list_buckets, list_buckets_async])
def test_a_real_s3_call_beside_a_mocked_bedrock_call_keeps_its_real_credentials(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, real: Callable[..., None], ask: Callable[[str], None]
) -> None:
    real(monkeypatch, tmp_path)
    with recording() as (url, credentials), intercept() as llm:
        converse()
        ask(url)
    assert "Credential=AKIAREAL/" in authorization(llm)
    assert len(credentials) == 1
    assert "Credential=AKIAREAL/" in credentials[0]


@pytest.mark.parametrize("ask", [list_buckets, list_buckets_async])
def test_an_s3_call_without_credentials_is_never_sent_with_fake_ones(ask: Callable[[str], None]) -> None:
    with recording() as (url, credentials), intercept() as llm, llm.expect_failure() as caught:
        ask(url)
    assert isinstance(caught.value, BlockedNetwork)
    assert "it carries a fake credential" in str(caught.value)
    assert credentials == []
    assert llm.calls.total == 0


def converse_async() -> None:
    from aiobotocore.session import get_session

    async def ask() -> None:
        async with get_session().create_client("bedrock-runtime", region_name="us-east-1") as client:
            await client.converse(**CONVERSE)

    asyncio.run(ask())


def anthropic_on_bedrock() -> None:
    import anthropic

    anthropic.AnthropicBedrock(aws_region="us-east-1").messages.create(model="m", max_tokens=9, messages=MESSAGES)


def litellm_on_bedrock() -> None:
    import litellm

    litellm.completion(model="bedrock/anthropic.claude-3-haiku-20240307-v1:0", messages=MESSAGES, aws_region_name="us-east-1")


# Google


def gemini_on_vertex() -> None:
    from google import genai

    client = genai.Client(vertexai=True, project="p", location="us-central1")
    client.models.generate_content(model="gemini-2.5-flash", contents="Hello")


def gemini_on_vertex_async() -> None:
    from google import genai

    async def ask() -> None:
        client = genai.Client(vertexai=True, project="p", location="us-central1")
        await client.aio.models.generate_content(model="gemini-2.5-flash", contents="Hello")

    asyncio.run(ask())


def anthropic_on_vertex() -> None:
    import anthropic

    anthropic.AnthropicVertex(project_id="p", region="us-east5").messages.create(model="m", max_tokens=9, messages=MESSAGES)


def litellm_on_vertex() -> None:
    import litellm

    model = {"model": "vertex_ai/gemini-2.5-flash", "vertex_project": "p", "vertex_location": "us-central1"}
    litellm.completion(messages=MESSAGES, **model)


@pytest.mark.parametrize("ask", [converse, converse_async, anthropic_on_bedrock, litellm_on_bedrock])
def test_a_bedrock_call_needs_no_credentials(ask: Callable[[], None]) -> None:
    with intercept() as llm:
        ask()
    assert (llm.calls.one.provider, "Credential=ASIALLMINTERCEPTFAKE/" in authorization(llm)) == ("bedrock", True)


@pytest.mark.parametrize("ask", [gemini_on_vertex, gemini_on_vertex_async, anthropic_on_vertex, litellm_on_vertex])
def test_a_vertex_call_needs_no_credentials(ask: Callable[[], None]) -> None:
    with intercept() as llm:
        ask()
    assert (llm.calls.one.provider, authorization(llm)) == ("vertex", f"Bearer {FAKE_KEY}")


def google_storage(url: str) -> None:
    """What google-cloud-storage does: the default credential, in a session that asks for a token and sends it."""
    import google.auth
    from google.auth.transport.requests import AuthorizedSession

    found, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/devstorage.read_only"])
    try:
        with AuthorizedSession(found) as session:
            session.get(f"{url}/storage/v1/b", timeout=5).raise_for_status()
    finally:
        for thread in threading.enumerate():  # in which google-auth looks up the account's regions, meanwhile
            if "RegionalAccessBoundary" in type(thread).__name__:
                thread.join()


def test_a_storage_call_without_credentials_is_never_sent_with_fake_ones() -> None:
    with recording() as (url, credentials), intercept() as llm, llm.expect_failure() as caught:
        google_storage(url)
    assert isinstance(caught.value, BlockedNetwork)
    assert credentials == []


def test_a_real_storage_call_beside_a_mocked_vertex_call_keeps_its_real_credentials(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def grant(connection: Any, request: bytes) -> None:
        assert b"refresh_token=real-refresh-token" in request
        body = json.dumps({"access_token": "real-token", "expires_in": 3600, "token_type": "Bearer"}).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        connection.sendall(head % len(body) + body)

    with serving(grant) as port, recording() as (url, credentials):
        credential = {"type": "authorized_user", "client_id": "i", "client_secret": "s", "refresh_token": "real-refresh-token"}
        path = tmp_path / "credential.json"
        path.write_text(json.dumps(credential))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        # where a user's credential asks for its token, whatever its file says
        monkeypatch.setattr("google.oauth2.credentials._GOOGLE_OAUTH2_TOKEN_ENDPOINT", f"http://127.0.0.1:{port}/token")
        with intercept() as llm:
            gemini_on_vertex()
            google_storage(url)
    assert authorization(llm) == "Bearer real-token"
    assert [line.lower() for line in credentials] == ["authorization: bearer real-token"]


# one variable a provider


CONSTRUCTED = [
    "openai.OpenAI", "anthropic.Anthropic", "google.genai.Client", "cohere.ClientV2", "groq.Groq", "together.Together",
    "fireworks.Fireworks", "cerebras.cloud.sdk.Cerebras", "perplexity.Perplexity", "writerai.Writer", "replicate.Client",
    "voyageai.Client", "xai_sdk.Client",
]  # fmt: skip


@pytest.mark.parametrize("path", CONSTRUCTED)
def test_a_client_can_be_built_without_a_key(path: str) -> None:
    """In a process of its own, where nobody has imported anything: only gRPC's is refused, for what it is."""
    module, _, name = path.rpartition(".")
    if find_spec(module.partition(".")[0]) is None:
        pytest.skip(f"{module} is not installed")
    said = _child(
        f"""
        from importlib import import_module
        from llm_intercept import BlockedNetwork, intercept
        try:
            with intercept() as llm:
                getattr(import_module({module!r}), {name!r})()
            print(llm.calls.total)
        except BlockedNetwork as refused:
            assert {path!r} == "xai_sdk.Client", refused
            print(0)
        """
    )
    assert said == "0"


# what SDKs look up


def test_litellm_is_imported_without_asking_for_its_prices() -> None:
    said = _child(
        """
        from llm_intercept import intercept
        with intercept("Paris.") as llm:
            import litellm
            answer = litellm.completion(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])
        print(answer.choices[0].message.content, len(litellm.model_cost) > 1000, llm.calls.total)
        """
    )
    assert said == "Paris. True 1"


def test_dspy_asks_for_no_prices_either() -> None:
    said = _child(
        """
        from llm_intercept import intercept
        import dspy
        with intercept("Paris.") as llm:
            answer = dspy.LM("openai/gpt-4o", cache=False)("Hi")
        print(answer, dspy.clients.model_metadata.source_info()["fallback_reason"], llm.calls.total)
        """
    )
    assert said == "['Paris.'] None 1"


def test_cerebras_warms_nothing() -> None:
    cerebras = pytest.importorskip("cerebras.cloud.sdk")
    with intercept("Paris.") as llm:
        answer = cerebras.Cerebras().chat.completions.create(model="m", messages=MESSAGES)
    assert answer.choices[0].message.content == "Paris."
    assert llm.calls.total == 1


def test_hugging_face_finds_who_serves_a_model() -> None:
    from huggingface_hub import InferenceClient

    with intercept("Paris.") as llm:
        client = InferenceClient(provider="together", api_key="hf_x")
        answer = client.chat_completion(MESSAGES, model="llm-intercept/never-heard-of")
    assert answer.choices[0].message.content == "Paris."
    assert llm.calls.one.model == "llm-intercept/never-heard-of"


def _child(code: str) -> str:
    """The last line that a process prints, whose network is closed and whose environment gives nothing."""
    from textwrap import dedent

    closed = """
import os, socket
for name in list(os.environ):
    if name.startswith(("AWS_", "GOOGLE_", "AZURE_", "LITELLM_")) or name.endswith(("_KEY", "_TOKEN")):
        del os.environ[name]
def refuse(self, address, connect=socket.socket.connect):
    assert str(address[0]).startswith(("127.", "/")), f"LEFT {address}"
    return connect(self, address)
def look_up(host, *args, really=socket.getaddrinfo, **kwargs):
    assert host in (None, "localhost") or str(host).startswith("127."), f"LEFT {host}"
    return really(host, *args, **kwargs)
socket.socket.connect, socket.getaddrinfo = refuse, look_up
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", closed + dedent(code)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "LEFT" not in done.stderr
    assert "Failed to fetch" not in done.stderr
    assert "refresh failed" not in done.stderr
    return done.stdout.strip().splitlines()[-1]
