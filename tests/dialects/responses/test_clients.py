"""The real SDK over responses: sync and async, body, stream, helper and parse; errors as its exceptions."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from pydantic import BaseModel

from llm_intercept import error, intercept, reply, thinking, tool_call
from tests.dialects.responses.asked import client
from tests.sdks.ways import WAYS, each, entered, run, settled


def made(way: str) -> Any:
    return client() if way == "sync" else openai.AsyncOpenAI(api_key="sk-test", _strict_response_validation=True)


every_way = pytest.mark.parametrize("way", WAYS)


@every_way
@pytest.mark.parametrize("form", ["body", "stream", "helper"])
def test_text_thoughts_and_tools_arrive(form: str, way: str) -> None:
    async def work() -> Any:
        sdk = made(way)
        asked: dict[str, Any] = {"model": "gpt-5", "input": "What is the weather?"}
        with intercept(reply(thinking("Hm."), "Let me look.", tool_call("weather", city="Paris"))):
            if form == "body":
                return await settled(sdk.responses.create(**asked))
            if form == "stream":
                events = [event async for event in each(await settled(sdk.responses.create(stream=True, **asked)))]
                return events[-1].response
            async with entered(sdk.responses.stream(**asked)) as stream:
                kinds = [event.type async for event in each(stream)]
                assert kinds[0] == "response.created"
                return await settled(stream.get_final_response())

    response = run(way, work)
    assert response.output_text == "Let me look."
    assert [item.type for item in response.output] == ["reasoning", "message", "function_call"]
    assert response.output[0].summary[0].text == "Hm."
    assert (response.output[2].name, response.output[2].arguments) == ("weather", '{"city":"Paris"}')
    usage = response.usage
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens > usage.output_tokens_details.reasoning_tokens > 0


class City(BaseModel):
    name: str
    people: int


@every_way
def test_a_parsed_answer_is_its_model(way: str) -> None:
    async def work() -> Any:
        with intercept({"name": "Paris", "people": 2}) as llm:
            response = await settled(made(way).responses.parse(model="gpt-4o", input="Paris?", text_format=City))
        assert llm.calls.one.call.schema is not None
        return response.output_parsed

    assert run(way, work) == City(name="Paris", people=2)


@every_way
@pytest.mark.parametrize(
    ("status", "raised"),
    [
        (400, openai.BadRequestError),
        (401, openai.AuthenticationError),
        (403, openai.PermissionDeniedError),
        (404, openai.NotFoundError),
        (409, openai.ConflictError),
        (422, openai.UnprocessableEntityError),
        (429, openai.RateLimitError),
        (500, openai.InternalServerError),
        (503, openai.InternalServerError),
    ],
)
def test_an_error_is_the_sdk_s_exception(status: int, raised: type[Exception], way: str) -> None:
    async def work() -> Any:
        with intercept(error(status, "Oh no.")), pytest.raises(raised, match=r"Oh no\.") as caught:
            await settled(made(way).responses.create(model="gpt-4o", input="Hi"))
        return caught.value

    assert run(way, work).request_id.startswith("req_")


def test_azure_is_asked_at_its_own_paths() -> None:
    azure = openai.AzureOpenAI(api_key="k", azure_endpoint="https://r.openai.azure.com", api_version="2025-04-01-preview")
    v1 = client(base_url="https://r.openai.azure.com/openai/v1/")
    with intercept("Hello.") as llm:
        for sdk in (azure, v1, client(base_url="https://openrouter.ai/api/v1")):
            assert sdk.responses.create(model="gpt-4o", input="Hi").output_text == "Hello."
    assert [call.provider for call in llm.calls] == ["azure", "azure", "openrouter"]


def test_raw_responses_have_the_provider_s_headers() -> None:
    with intercept("Hello."):
        raw = client().responses.with_raw_response.create(model="gpt-4o", input="Hi")
    assert raw.headers["x-request-id"].startswith("req_")
    assert raw.headers["openai-processing-ms"].isdecimal()
    assert raw.parse().output_text == "Hello."
