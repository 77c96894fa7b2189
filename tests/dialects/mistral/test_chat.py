"""Mistral's FIM and agents' completions, judged by its SDK."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from mistralai.client import Mistral

from llm_intercept import Interceptor, intercept, reply, tool_call
from llm_intercept.doctor.judges import judges_of
from tests.sdks.ways import each, run, settled

JUDGES = judges_of("mistralai")

USER = [{"role": "user", "content": "hello"}]
KINDS: dict[str, dict[str, Any]] = {
    "fim": {"model": "codestral-latest", "prompt": "hello", "suffix": "}"},
    "agents": {"agent_id": "ag_1", "messages": USER},
}


@pytest.mark.parametrize("way", ["sync", "asyncio"])
@pytest.mark.parametrize("kind", KINDS)
def test_body_and_stream_say_the_same(kind: str, way: str) -> None:
    suffix = "" if way == "sync" else "_async"

    async def ask() -> None:
        sdk = getattr(Mistral(api_key="k"), kind)
        with intercept("return a + b") as llm:
            body = await settled(getattr(sdk, "complete" + suffix)(**KINDS[kind]))
            stream = await settled(getattr(sdk, "stream" + suffix)(**KINDS[kind]))
            pieces = [event.data.choices[0].delta.content or "" async for event in each(stream)]
        assert body.choices[0].message.content == "".join(pieces) == "return a + b"
        assert [(call.operation, call.prompt) for call in llm.calls] == [("completion" if kind == "fim" else "chat", "hello")] * 2
        assert llm.calls[0].model == KINDS[kind].get("model", "ag_1")

    run(way, ask)


@pytest.mark.parametrize("kind", KINDS)
def test_every_body_and_event_is_what_the_models_say(kind: str) -> None:
    url = f"https://api.mistral.ai/v1/{kind}/completions"
    for said in ("Hi.", reply("Hi.", finish="length"), reply("Look: ", tool_call("now", a=1))):
        with httpx2.Client(transport=Interceptor(said).httpx2_transport) as http:
            found = JUDGES[f"{kind} body"].check(http.post(url, json=KINDS[kind]).content)
            assert found == ["usage.prompt_tokens_details"]  # the model has it not, and real answers have
            streamed = http.post(url, json={**KINDS[kind], "stream": True}).text
        events = [line[6:] for line in streamed.split("\n") if line.startswith("data: ")]
        assert events.pop() == "[DONE]"
        assert [path for event in events for path in JUDGES[f"{kind} event"].check(event.encode())] == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [("fim", {}), ("fim", {"prompt": 5}), ("agents", {"messages": USER}), ("agents", {"agent_id": 5, "messages": USER})],
)
def test_malformed_requests_are_refused(kind: str, body: dict[str, Any]) -> None:
    with httpx2.Client(transport=Interceptor("Hi.").httpx2_transport) as http:
        refused = http.post(f"https://api.mistral.ai/v1/{kind}/completions", json=body)
    assert refused.status_code in (400, 422)
    assert refused.json()
