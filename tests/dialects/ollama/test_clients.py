"""ollama's clients, blocking and async, and its module's functions: what they make of bodies, streams, errors and breaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import ollama
import pytest

from llm_intercept import connect_error, disconnect, error, intercept, reply, stream_event, thinking, tool_call
from tests.dialects.ollama.asked import USER
from tests.sdks.ways import WAYS, each, run, settled

CLIENTS: Mapping[str, Any] = {"sync": ollama.Client, "asyncio": ollama.AsyncClient, "trio": ollama.AsyncClient}

ways = pytest.mark.parametrize("way", WAYS)

SAID = reply(thinking("Hm."), "Let me look.", tool_call("weather", city="Paris"))


async def answers(way: str, method: str, **asked: Any) -> tuple[Any, list[Any]]:
    """The body, and the parts of the stream."""
    client = CLIENTS[way]()
    body = await settled(getattr(client, method)(model="llama3.2", **asked))
    parts = [part async for part in each(await settled(getattr(client, method)(model="llama3.2", stream=True, **asked)))]
    await settled(client.close())
    return body, parts


@ways
def test_chat_says_what_was_said(way: str) -> None:
    with intercept(SAID) as llm:
        body, parts = run(way, lambda: answers(way, "chat", messages=[USER], logprobs=True))
    message = body.message
    assert (message.role, message.thinking, message.content, body.done_reason) == ("assistant", "Hm.", "Let me look.", "stop")
    assert [(call.function.name, call.function.arguments) for call in message.tool_calls] == [("weather", {"city": "Paris"})]
    assert "".join(one.token for one in body.logprobs) == "Hm.Let me look."
    assert "".join(part.message.thinking or "" for part in parts) == "Hm."
    assert "".join(part.message.content for part in parts) == "Let me look."
    assert [call for part in parts for call in part.message.tool_calls or ()] == message.tool_calls
    assert [one for part in parts for one in part.logprobs or ()] == body.logprobs
    assert (parts[-1].done, parts[-1].eval_count, parts[-1].prompt_eval_count) == (True, body.eval_count, body.prompt_eval_count)
    assert [(call.provider, call.stream, call.prompt) for call in llm.calls] == [
        ("ollama", False, USER["content"]),
        ("ollama", True, USER["content"]),
    ]


@ways
def test_generate_says_what_was_said(way: str) -> None:
    with intercept(reply(thinking("Hm."), "Paris.")):
        body, parts = run(way, lambda: answers(way, "generate", prompt="Where?", think=True))
    assert (body.response, body.thinking, body.done_reason, bool(body.context)) == ("Paris.", "Hm.", "stop", True)
    assert "".join(part.response for part in parts) == "Paris."
    assert "".join(part.thinking or "" for part in parts) == "Hm."
    assert len(parts[-1].context) == len(body.context)


def test_the_module_s_own_functions_are_answered() -> None:
    with intercept("Paris."):
        assert ollama.chat("llama3.2", messages=[USER])["message"]["content"] == "Paris."
        assert ollama.generate("llama3.2", "Where?")["response"] == "Paris."
        assert ollama.chat("llama3.2").done_reason == "load"
        assert [part.done_reason for part in ollama.generate("llama3.2", stream=True, keep_alive=0)] == ["unload"]


@pytest.mark.parametrize("host", [None, "http://localhost:11434", "https://ollama.com", "http://10.0.0.7:8080", "myhost"])
def test_it_is_answered_wherever_it_runs(host: str | None) -> None:
    with intercept("Paris.") as llm:
        assert ollama.Client(host=host).chat("m", messages=[USER]).message.content == "Paris."
    assert llm.calls[-1].provider == "ollama"


@pytest.mark.parametrize("host", ["127.0.0.1:11434", "http://models.internal", "0.0.0.0"])
def test_who_asks_without_the_sdk_is_answered_where_the_variable_says(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", host)
    base = {"0.0.0.0": "http://0.0.0.0:11434"}.get(host, host if "://" in host else f"http://{host}")
    with intercept("Paris.") as llm:
        answer = httpx.post(f"{base}/api/chat", json={"model": "m", "messages": [USER], "stream": False})
    assert answer.json()["message"]["content"] == "Paris."
    assert llm.calls[-1].provider == "ollama"


@ways
@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 502, 503])
def test_an_error_is_the_sdk_s_own(status: int, stream: bool, way: str) -> None:
    async def ask() -> None:
        client = CLIENTS[way]()
        answer = await settled(client.chat("nobody", messages=[USER], stream=stream))
        if stream:
            assert [part async for part in each(answer)] == []

    with intercept(error(status)), pytest.raises(ollama.ResponseError) as raised:
        run(way, ask)
    assert raised.value.status_code == status
    assert raised.value.error
    assert (status == 404) == (raised.value.error == "model 'nobody' not found")


def test_an_error_in_the_stream_is_the_sdk_s_own() -> None:
    stream = ollama.Client().chat("m", messages=[USER], stream=True)
    with intercept(reply("Par", stream_event({"error": "out of memory"}), "is")):
        assert next(stream).message.content == "Par"
        with pytest.raises(ollama.ResponseError, match="out of memory"):
            next(stream)


def test_a_server_that_is_not_there_is_the_sdk_s_own_error() -> None:
    with intercept(reply(connect_error())), pytest.raises(ConnectionError, match="Failed to connect to Ollama"):
        ollama.chat("m", messages=[USER])


def test_a_break_in_the_stream_is_the_library_s_own_error() -> None:
    with intercept(reply("Paris", disconnect())):
        stream = ollama.Client().chat("m", messages=[USER], stream=True)
        with pytest.raises(httpx.TransportError):
            list(stream)


def test_an_object_takes_the_form_that_the_format_demands() -> None:
    with intercept({"city": "Paris"}):
        answer = ollama.chat("m", messages=[USER], format={"type": "object", "properties": {"city": {"type": "string"}}})
    assert answer.message.content == '{"city":"Paris"}'
