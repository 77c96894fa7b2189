"""google-genai's own ways: functions that it calls itself, chats, token counts, interactions, and Vertex's credentials."""

from __future__ import annotations

from typing import Any

import pytest
from google import genai
from google.auth.transport.requests import Request
from google.genai import errors, types
from google.oauth2.credentials import Credentials
from pydantic import BaseModel

from llm_intercept import Interceptor, error, intercept, refusal, reply, thinking, tool_call
from llm_intercept.keys import FAKE_KEY
from tests.sdks.clients import client
from tests.sdks.ways import each, run, settled

WAYS = ("sync", "asyncio")  # aiohttp knows no trio
every_way = pytest.mark.parametrize("way", WAYS)
every_host = pytest.mark.parametrize("name", ["google-genai", "vertex"])

MODEL = "gemini-2.5-flash"


def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"18 degrees in {city}"


@every_way
@every_host
@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
def test_the_functions_that_the_sdk_calls_itself_come_to_an_end(name: str, stream: bool, way: str) -> None:
    asked: dict[str, Any] = {"model": MODEL, "contents": "The weather?", "config": {"tools": [get_weather]}}

    async def work() -> str:
        models = client(name, way).models
        if not stream:
            return (await settled(models.generate_content(**asked))).text
        return "".join([chunk.text or "" async for chunk in each(await settled(models.generate_content_stream(**asked)))])

    with intercept() as llm:
        llm.on("weather", step=0).reply(tool_call("get_weather", city="Paris"))
        llm.on(step=1).reply("Mild.")
        assert run(way, work) == "Mild."
    assert [message.text for message in llm.calls.last.messages] == ["The weather?", "", "18 degrees in Paris"]
    assert [(tool.name, tool.parameters["type"]) for tool in llm.calls.last.tools.values()] == [("get_weather", "object")]


@every_way
@every_host
def test_a_chat_keeps_its_history(name: str, way: str) -> None:
    async def work() -> list[str]:
        chat = client(name, way).chats.create(model=MODEL)
        said = [(await settled(chat.send_message("One"))).text]
        said.append("".join([chunk.text async for chunk in each(await settled(chat.send_message_stream("Two")))]))
        return [*said, (await settled(chat.send_message("Three"))).text]

    with intercept("First.", "The second.", "Third.") as llm:
        assert run(way, work) == ["First.", "The second.", "Third."]
    assert [(message.role, message.text) for message in llm.calls.last.messages] == [
        ("user", "One"),
        ("assistant", "First."),
        ("user", "Two"),
        ("assistant", "The second."),
        ("user", "Three"),
    ]


class City(BaseModel):
    """A city."""

    name: str
    people: int | None


@every_way
@every_host
def test_structured_output_is_parsed_into_the_callers_model(name: str, way: str) -> None:
    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=City)

    async def work() -> Any:
        return (await settled(client(name, way).models.generate_content(model=MODEL, contents="?", config=config))).parsed

    with intercept(City(name="Paris", people=2)) as llm:
        assert run(way, work) == City(name="Paris", people=2)
    assert llm.calls.one.call.schema is not None
    assert llm.calls.one.call.schema["properties"]["people"] == {"type": ["integer", "null"], "title": "People"}


@every_way
@every_host
def test_tokens_are_counted(name: str, way: str) -> None:
    async def work() -> int:
        return (await settled(client(name, way).models.count_tokens(model=MODEL, contents="Hello there"))).total_tokens

    with intercept() as llm:
        assert run(way, work) == 10
    assert (llm.calls.one.operation, llm.calls.one.model) == ("count_tokens", MODEL)


def test_a_refusal_is_the_end_of_a_candidate() -> None:
    def refused(name: str, given: Any) -> Any:
        with intercept(given):
            return client(name).models.generate_content(model=MODEL, contents="?")

    for name in ("google-genai", "vertex"):
        answer = refused(name, refusal("No.", category="HARM_CATEGORY_HARASSMENT"))
        (candidate,) = answer.candidates
        assert (answer.text, candidate.finish_reason.value) == (None, "SAFETY")
        assert candidate.safety_ratings[0].blocked
        assert candidate.finish_message == ("No." if name == "vertex" else None)  # the SDK reads it from Vertex alone
        assert refused(name, reply(finish="content_filter")).prompt_feedback.block_reason.value == "SAFETY"


# interactions


@every_way
def test_interactions_go_on_and_are_kept(way: str) -> None:
    async def work() -> None:
        api = client("google-genai", way).interactions
        first = await settled(api.create(model="gemini-3-flash-preview", input="The weather?"))
        assert [step.type for step in first.steps] == ["thought", "model_output", "function_call"]
        assert (first.output_text, first.status) == ("Look.", "requires_action")
        result = {"type": "function_result", "call_id": first.steps[-1].id, "name": "get_weather", "result": "18 degrees"}
        events = await settled(
            api.create(model="gemini-3-flash-preview", input=[result], previous_interaction_id=first.id, stream=True)
        )
        told = [event async for event in each(events)]
        assert "".join(event.delta.text for event in told if event.event_type == "step.delta") == "Mild."
        second = told[-1].interaction
        assert (second.status, second.usage.total_tokens > 0) == ("completed", True)
        assert (await settled(api.get(second.id))).output_text == "Mild."
        again = [event.event_type async for event in each(await settled(api.get(second.id, stream=True)))]
        assert again[-1] == "interaction.completed"
        assert (await settled(api.cancel(second.id))).status == "cancelled"
        await settled(api.delete(second.id))
        with pytest.raises(Exception, match="Requested entity was not found") as caught:
            await settled(api.get(second.id))
        assert caught.value.status_code == 404  # type: ignore[attr-defined]

    with intercept() as llm:
        llm.on("weather").reply(thinking("hm"), "Look.", tool_call("get_weather", city="Paris"))
        llm.on(step=1).reply("Mild.")
        run(way, work)
    assert [(message.role, message.text) for message in llm.calls.where(operation="chat").last.messages] == [
        ("user", "The weather?"),
        ("assistant", "Look."),
        ("tool", "18 degrees"),
    ]


@every_way
def test_an_error_of_interactions_is_the_sdks_own(way: str) -> None:
    async def work() -> None:
        await settled(client("google-genai", way).interactions.create(model="gemini-3-flash-preview", input="?"))

    with intercept(error(403)), pytest.raises(Exception, match="The caller does not have permission") as caught:
        run(way, work)
    assert type(caught.value).__name__ == "PermissionDeniedError"


# Vertex, with Google's own credentials


@every_way
def test_a_vertex_client_refreshes_its_token_beside_the_answered_call(way: str) -> None:
    """The token endpoint is a side-call that google-auth makes over requests; the call carries what it gave."""
    credentials = Credentials(
        None, refresh_token="refresh", token_uri="https://oauth2.googleapis.com/token", client_id="i", client_secret="s"
    )

    async def work() -> list[str]:
        vertex = genai.Client(vertexai=True, project="p", location="us-central1", credentials=credentials)
        models = (vertex if way == "sync" else vertex.aio).models
        said = [(await settled(models.generate_content(model=MODEL, contents="One"))).text]
        credentials.token, credentials.expiry = "stale", None
        credentials.refresh(Request())
        return [*said, (await settled(models.generate_content(model=MODEL, contents="Two"))).text]

    with intercept("First.", "Second.") as llm:
        assert run(way, work) == ["First.", "Second."]
    assert [call.provider for call in llm.calls] == ["vertex", "vertex"]
    assert all(call.headers.key_matches(f"Bearer {FAKE_KEY}") for call in llm.calls)


def test_an_error_wrapped_in_an_array_is_read_by_the_sdk() -> None:
    import httpx2

    llm = Interceptor(error(429, "No tokens left."))
    url = "https://generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent"
    with httpx2.Client(transport=llm.httpx2_transport) as http:
        response = http.post(url, json={"contents": [{"parts": [{"text": "?"}]}]})
    with pytest.raises(errors.ClientError, match=r"429 RESOURCE_EXHAUSTED\. .*No tokens left") as caught:
        errors.APIError.raise_for_response(response)
    assert caught.value.code == 429
