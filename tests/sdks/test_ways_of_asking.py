"""The SDKs' other doors: raw and streaming responses, options, context managers, streams that are left early, retries."""

from __future__ import annotations

import time
from contextlib import aclosing
from typing import Any

import anthropic
import openai
import pytest

from llm_intercept import Interceptor, error, intercept, reply, tool_call
from tests.sdks.clients import SDKS, STAINLESS, asking, client
from tests.sdks.ways import WAYS, each, entered, run, settled

pytestmark = [
    # openai leaves its generator of events unfinished at `[DONE]`, over any transport; trio, alone, says so.
    pytest.mark.filterwarnings("ignore:Async generator 'openai:ResourceWarning"),
    # A stream that is left early leaves its generators behind, in every SDK; trio, alone, says so.
    pytest.mark.filterwarnings("ignore:Async generator 'anthropic:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Async generator 'httpx:ResourceWarning"),
]

way = pytest.mark.parametrize("way", WAYS)
every_client = pytest.mark.parametrize("name", STAINLESS)
every_sdk = pytest.mark.parametrize("name", SDKS)

LONG = " ".join(map(str, range(300)))


def api(name: str, client: Any) -> Any:
    """Where completions are created."""
    return client.messages if asking(name).name == "anthropic" else client.chat.completions


def request(name: str, **more: Any) -> dict[str, Any]:
    """A request that both SDKs take."""
    limit = {"max_tokens": 9} if asking(name).name == "anthropic" else {}
    return {"model": "test", "messages": [{"role": "user", "content": "?"}], **limit, **more}


def text(name: str, event: Any) -> str:
    """The text of one raw stream event."""
    if asking(name).name == "openai":
        return "".join(choice.delta.content or "" for choice in event.choices)
    return getattr(getattr(event, "delta", None), "text", None) or ""


@way
@every_client
def test_a_raw_response_has_the_headers_and_parses(name: str, way: str) -> None:
    async def work() -> tuple[Any, Any]:
        raw = await settled(api(name, client(name, way)).with_raw_response.create(**request(name)))
        return raw, await settled(raw.parse())

    with intercept(reply("Paris.", headers={"x-mine": "7"})):
        raw, parsed = run(way, work)
    assert raw.status_code == 200
    assert raw.headers["x-mine"] == "7"
    assert asking(name).said(parsed).choices[0].text == "Paris."


@way
@every_client
def test_a_streaming_response_is_read_by_lines_and_bytes(name: str, way: str) -> None:
    async def work() -> tuple[str, list[str]]:
        create = api(name, client(name, way)).with_streaming_response.create
        async with entered(create(**request(name))) as raw:
            body = (await settled(raw.json())) if hasattr(raw, "json") else await settled(raw.parse())
        async with entered(create(**request(name, stream=True))) as raw:
            lines = [line async for line in each(raw.iter_lines())]
        return str(body), lines

    with intercept("Paris.") as llm:
        body, lines = run(way, work)
    assert "Paris." in body
    assert any("Par" in line for line in lines)
    assert [call.outcome for call in llm.calls] == ["complete", "complete"]
    assert llm.calls.last.delivered.decode().splitlines()[: len(lines)] == lines


@way
@every_client
def test_options_make_a_client_that_is_answered_too(name: str, way: str) -> None:
    async def work() -> Any:
        other = client(name, way).with_options(timeout=7, max_retries=0, default_headers={"x-mine": "7"})
        return await settled(api(name, other).create(**request(name)))

    with intercept("Paris.") as llm:
        assert asking(name).said(run(way, work)).choices[0].text == "Paris."
    assert llm.calls.one.headers["x-mine"] == "7"


@way
@every_client
def test_a_stream_in_a_with_block_gives_every_event(name: str, way: str) -> None:
    async def work() -> str:
        async with entered(await settled(api(name, client(name, way)).create(**request(name, stream=True)))) as stream:
            return "".join([text(name, event) async for event in each(stream)])

    with intercept("Paris, of course.") as llm:
        assert run(way, work) == "Paris, of course."
    assert llm.calls.one.outcome == "complete"


@way
@every_client
def test_leaving_a_stream_early_cancels_the_reply(name: str, way: str) -> None:
    async def work() -> list[str]:
        stream = await settled(api(name, client(name, way)).create(**request(name, stream=True)))
        heard = []
        async with entered(stream), aclosing(each(stream)) as events:
            async for event in events:
                heard.append(text(name, event))
                if len(heard) == 5:
                    break
        return heard

    with intercept(LONG) as llm:
        heard = run(way, work)
    assert len(heard) == 5
    assert llm.calls.one.outcome == "cancelled"
    assert len(llm.calls.one.delivered) < len(llm.calls.one.response.body) / 4


@way
@every_sdk
def test_leaving_the_stream_helper_early_cancels_the_reply(name: str, way: str) -> None:
    async def work() -> int:
        seen = 0
        async with entered(api(name, client(name, way)).stream(**request(name))) as stream, aclosing(each(stream)) as events:
            async for _ in events:
                seen += 1
                if seen == 5:
                    break
        return seen

    with intercept(LONG) as llm:
        assert run(way, work) == 5
    assert llm.calls.one.outcome == "cancelled"


@way
@every_sdk
def test_the_stream_helper_tells_each_event(name: str, way: str) -> None:
    async def work() -> list[Any]:
        async with entered(api(name, client(name, way)).stream(**request(name))) as stream:
            return [event async for event in each(stream)]

    with intercept(reply("Hi you", tool_call("now", at=1))):
        events = run(way, work)
    kinds = [event.type for event in events]
    if name == "openai":
        assert [event.delta for event in events if event.type == "content.delta" and event.delta] == ["Hi ", "you"]
        assert [event.content for event in events if event.type == "content.done"] == ["Hi you"]
        done = [event for event in events if event.type == "tool_calls.function.arguments.done"]
        assert [(event.name, event.index, event.arguments) for event in done] == [("now", 0, '{"at":1}')]
    else:
        assert [event.text for event in events if event.type == "text"] == ["Hi ", "you"]
        assert [event.snapshot for event in events if event.type == "input_json"][-1] == {"at": 1}
        assert kinds.count("content_block_stop") == 2
        assert kinds[-1] == "message_stop"


@way
def test_the_text_stream_of_anthropic_is_the_text(way: str) -> None:
    async def work() -> tuple[list[str], str]:
        async with entered(client("anthropic", way).messages.stream(**request("anthropic"))) as stream:
            return [text async for text in each(stream.text_stream)], await settled(stream.get_final_text())

    with intercept("Paris, of"):
        assert run(way, work) == (["Par", "is,", " of"], "Paris, of")


@way
@every_client
def test_an_error_in_a_stream_helper_is_raised_where_it_opens(name: str, way: str) -> None:
    async def work() -> None:
        async with entered(api(name, client(name, way).with_options(max_retries=0)).stream(**request(name))):
            raise AssertionError("the stream opened")

    sdk = asking(name)
    with intercept(error(429)), pytest.raises(sdk.errors.RateLimitError):
        run(way, work)


@way
@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@every_client
def test_retries_are_the_sdks_own_and_take_no_time(name: str, stream: bool, way: str) -> None:
    sdk = asking(name)
    began = time.perf_counter()
    with intercept(error(429), error(500), "ok") as llm:
        said = run(way, lambda: sdk.ask(client(name, way), "stream" if stream else "body"))
    assert time.perf_counter() - began < 0.5
    assert said.choices[0].text == "ok"
    assert [call.attempt for call in llm.calls] == [1, 2, 3]
    assert [call.reply.status for call in llm.calls[:2]] == [429, 500]


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503, 529])
@every_sdk
def test_what_the_sdk_retries_is_asked_for_at_once(name: str, status: int) -> None:
    with intercept(error(status), "ok") as llm:
        assert run("sync", lambda: asking(name).ask(client(name))).choices[0].text == "ok"
    assert llm.calls.total == 2


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
@every_sdk
def test_what_the_sdk_does_not_retry_takes_one_attempt(name: str, status: int) -> None:
    sdk = asking(name)
    with intercept(error(status), "ok") as llm, pytest.raises(sdk.errors.APIStatusError):
        run("sync", lambda: sdk.ask(client(name)))
    assert llm.calls.total == 1


@every_sdk
def test_retries_give_up_with_the_last_error(name: str) -> None:
    sdk = asking(name)
    errors = (error(429, "first"), error(429, "second"), error(429, "third"))
    with intercept(*errors) as llm, pytest.raises(sdk.errors.RateLimitError, match="third"):
        run("sync", lambda: sdk.ask(client(name)))
    assert llm.calls.total == 3


@every_sdk
def test_a_wait_that_the_error_asks_for_reaches_the_sdk(name: str) -> None:
    sdk = asking(name)
    with intercept(error(429, retry_after=7)), pytest.raises(sdk.errors.RateLimitError) as caught:
        run("sync", lambda: sdk.ask(client(name).with_options(max_retries=0)))
    assert caught.value.response.headers["retry-after"] == "7"
    assert "retry-after-ms" not in caught.value.response.headers


@pytest.mark.parametrize("way", ["sync", "asyncio"])
def test_azure_names_the_model_in_its_path(way: str) -> None:
    with intercept("Paris.") as llm:
        run(way, lambda: asking("azure").ask(client("azure", way), model="my deployment"))
    call = llm.calls.one
    assert (call.provider, call.model) == ("azure", "my deployment")
    assert "/openai/deployments/my%20deployment/chat/completions?api-version=2024-10-21" in call.url


def test_azure_needs_no_model_in_its_body() -> None:
    body = {"messages": [{"role": "user", "content": "?"}]}
    with intercept("Paris.") as llm:
        client("azure").post("/deployments/named/chat/completions", cast_to=openai.types.chat.ChatCompletion, body=body)
    assert llm.calls.one.model == "named"


@pytest.mark.parametrize("over", ["httpx", "httpx2"])
def test_the_journal_tells_the_library_that_carried_the_call(over: str) -> None:
    with intercept() as llm:
        api("openai", client("openai over httpx" if over == "httpx" else "openai")).create(**request("openai"))
    assert llm.calls.one.request.library == over


@way
def test_beta_messages_are_messages(way: str) -> None:
    async def work() -> Any:
        return await settled(client("anthropic", way).beta.messages.create(**request("anthropic")))

    with intercept(reply("Paris.", tool_call("now"))) as llm:
        message = run(way, work)
    assert [block.type for block in message.content] == ["text", "tool_use"]
    assert llm.calls.one.provider == "anthropic"


@way
def test_structured_output_is_parsed_into_the_callers_model(way: str) -> None:
    from pydantic import BaseModel

    class City(BaseModel):
        name: str
        people: int

    async def work(name: str) -> Any:
        if name == "openai":
            parsed = await settled(client(name, way).chat.completions.parse(response_format=City, **request(name)))
            return parsed.choices[0].message.parsed
        return (await settled(client(name, way).messages.parse(output_format=City, **request(name)))).parsed_output

    for name in SDKS:
        with intercept(City(name="Paris", people=2)) as llm:
            assert run(way, work, name) == City(name="Paris", people=2)
        assert sorted(llm.calls.one.call.schema["properties"]) == ["name", "people"]


@every_sdk
def test_what_no_dialect_knows_is_a_miss_and_never_sent(name: str) -> None:
    from llm_intercept import UnknownEndpoint

    with intercept("Paris.") as llm, llm.expect_failure() as failure:
        client(name).get("/nowhere", cast_to=object)
    assert isinstance(failure.value, UnknownEndpoint)


@every_sdk
def test_a_callers_own_transport_is_answered_by_the_explicit_one(name: str) -> None:
    import httpx2

    llm = Interceptor("Paris.")
    made = {"openai": openai.OpenAI, "anthropic": anthropic.Anthropic}[name]
    mine = made(api_key="sk-test", http_client=httpx2.Client(transport=llm.httpx2_transport), _strict_response_validation=True)
    for form in ("body", "stream", "helper"):
        assert run("sync", lambda form=form: asking(name).ask(mine, form)).choices[0].text == "Paris."
    assert llm.calls.total == 3


def test_anthropics_tool_runner_tells_its_whole_history() -> None:
    @anthropic.beta_tool
    def get_weather(city: str) -> str:
        """The weather.

        Args:
            city: Where.
        """
        return f"18 degrees in {city}"

    with intercept() as llm:
        llm.on("weather").reply(tool_call("get_weather", city="Paris"))
        llm.on(step=1).reply("Mild.")
        runner = anthropic.Anthropic().beta.messages.tool_runner(
            model="claude-opus-5", max_tokens=9, messages=[{"role": "user", "content": "The weather?"}], tools=[get_weather]
        )
        last = runner.until_done()
    assert last.content[0].text == "Mild."
    assert llm.calls.last.messages[-1].text == "18 degrees in Paris"
