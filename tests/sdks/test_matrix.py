"""The matrix: client x reply x {body, stream, stream helper} x {sync, asyncio, trio}, judged by the SDK."""

from __future__ import annotations

from contextlib import aclosing

import pytest

from llm_intercept import CannotSay, error, intercept, reply, tool_call
from tests.sdks.cases import REPLIES, SOME, Case
from tests.sdks.clients import CLIENTS, FIRST, FORMS, OPENAI, OTHERS, SDKS, asking, client
from tests.sdks.said import Choice
from tests.sdks.ways import each, left, run, settled

#: SDKs leave generators of their own behind, openai at `[DONE]`, any where a stream is left early; trio, alone, says so.
pytestmark = pytest.mark.filterwarnings("ignore:Async generator:ResourceWarning")

#: Every reply to one client of each SDK, and some to the other clients.
HEARD = [
    *((name, said) for name in FIRST for said in {**REPLIES, **asking(name).replies}),
    *((name, said) for name in OTHERS for said in SOME),
]

#: Every form and way that a client has.
ASKED = [(name, said, form, way) for name, said in HEARD for form in asking(name).forms for way in CLIENTS[name].can]

every_way = pytest.mark.parametrize(("name", "way"), [(name, way) for name in FIRST for way in CLIENTS[name].can])
every_form = pytest.mark.parametrize(("name", "form"), [(name, form) for name in FIRST for form in asking(name).forms])


def some_way(name: str) -> str:
    """The way in which a client is asked where the way makes no difference."""
    return CLIENTS[name].can[0]


@pytest.mark.parametrize(("name", "said", "form", "way"), ASKED)
def test_the_sdk_reads_what_the_reply_says(name: str, said: str, form: str, way: str) -> None:
    sdk = asking(name)
    case = {**REPLIES, **sdk.replies}[said]
    finish = sdk.finishes[case.finish]
    with intercept(case.reply) as llm:
        if finish is None or said in sdk.cannot:
            with llm.expect_failure() as failure:
                run(way, lambda: sdk.ask(client(name, way), form))
            assert isinstance(failure.value, CannotSay)
            return
        cut = sdk.cut(finish, form)
        if cut is not None:
            with pytest.raises(cut):
                run(way, lambda: sdk.ask(client(name, way), form))
            return
        heard = run(way, lambda: sdk.ask(client(name, way), form))
    assert heard.choices == (Choice(case.text, case.tools, finish, case.thought, case.refusal),)
    if "model" in sdk.tells:
        assert heard.model == llm.calls.one.model
    if "usage" in sdk.tells:
        assert heard.usage is not None
        assert min(heard.usage) > 0
    if "tool_ids" in sdk.tells:
        assert len({*heard.tool_ids}) == len(case.tools)
    assert llm.calls.one.outcome == "complete"


@every_form
def test_what_surrounds_the_parts_is_as_given(name: str, form: str) -> None:
    sdk, way = asking(name), some_way(name)
    given = reply("Hi", tool_call("now").with_id("tool-7"), id="id-7", model="model-7", usage={"input": 700, "output": 70})
    with intercept(given):
        said = run(way, lambda: sdk.ask(client(name, way), form))
    wanted = {"id": "id-7", "model": "model-7", "usage": (700, 70), "tool_ids": ("tool-7",)}
    assert {key: getattr(said, key) for key in sdk.tells} == {key: wanted[key] for key in sdk.tells}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", [REPLIES[one] for one in ("text", "parallel tool calls", "interleaved", "empty text")])
def test_every_choice_of_n_says_the_reply(case: Case, form: str) -> None:
    sdk = asking("openai")
    with intercept(case.reply):
        said = run("sync", lambda: sdk.ask(client("openai"), form, n=2))
    assert said.choices == (Choice(case.text, case.tools, sdk.finishes[case.finish]),) * 2


@pytest.mark.parametrize("include_usage", [None, False, True])
def test_a_stream_tells_usage_only_where_it_is_asked_for_it(include_usage: bool | None) -> None:
    options = {} if include_usage is None else {"stream_options": {"include_usage": include_usage}}
    with intercept("Hi"):
        chunks = list(
            client("openai").chat.completions.create(model="m", messages=[{"role": "user", "content": "?"}], stream=True, **options)
        )
    told = [chunk for chunk in chunks if chunk.usage is not None]
    assert [chunk.choices for chunk in told] == ([[]] if include_usage else [])
    assert told == ([chunks[-1]] if include_usage else [])
    assert all(("usage" in chunk.model_fields_set) is bool(include_usage) for chunk in chunks)


@every_way
def test_the_default_reply_is_the_mock_text(name: str, way: str) -> None:
    with intercept():
        said = run(way, lambda: asking(name).ask(client(name, way)))
    assert said.choices[0].text == "This is a mock request"


@pytest.mark.parametrize(
    ("name", "status", "form", "way"),
    [
        (name, status, form, way)
        for name in FIRST
        for status in asking(name).failures
        for form in asking(name).forms
        if form != "helper"
        for way in CLIENTS[name].can
    ],
)
def test_an_error_is_the_sdks_own(name: str, status: int, form: str, way: str) -> None:
    sdk = asking(name)
    with intercept(error(status)) as llm, pytest.raises(Exception, match=r".") as caught:
        run(way, lambda: sdk.ask(sdk.once(client(name, way)), form))
    assert sdk.failure(caught.value) == sdk.failures[status]
    assert llm.calls.one.attempt == 1


@pytest.mark.parametrize(("name", "status"), [(name, status) for name in FIRST for status in asking(name).failures])
def test_an_error_says_its_message(name: str, status: int) -> None:
    sdk, way = asking(name), some_way(name)
    with intercept(error(status, "No tokens left.")), pytest.raises(Exception, match=r"No tokens left\."):
        run(way, lambda: sdk.ask(sdk.once(client(name, way))))


@every_way
def test_a_stream_that_is_left_early_is_cancelled(name: str, way: str) -> None:
    sdk = asking(name)

    async def work() -> list[str]:
        heard: list[str] = []
        async with left(await settled(sdk.opened(client(name, way)))) as stream, aclosing(each(stream)) as events:
            async for event in events:
                heard.append(sdk.text(event) or "")
                if len(heard) == 5:
                    break
        return heard

    with intercept(" ".join(map(str, range(300)))) as llm:
        heard = run(way, work)
    assert len(heard) == 5
    assert llm.calls.one.outcome == "cancelled"
    assert len(llm.calls.one.delivered) < len(llm.calls.one.response.body) / 4


@pytest.mark.parametrize("status", OPENAI.failures)
@pytest.mark.parametrize("name", SDKS)
def test_an_error_says_what_it_was_given(name: str, status: int) -> None:
    sdk = asking(name)
    given = error(status, "No tokens left.", type="my_type", code="my_code", param="messages", headers={"x-mine": "7"})
    with intercept(given), pytest.raises(sdk.errors.APIStatusError) as caught:
        run("sync", lambda: sdk.ask(client(name).with_options(max_retries=0)))
    assert "No tokens left." in str(caught.value)
    assert caught.value.type == "my_type"
    assert caught.value.response.headers["x-mine"] == "7"
    assert (caught.value.error_code if name == "anthropic" else caught.value.code) == "my_code"
    if name == "openai":
        assert caught.value.param == "messages"


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize("name", SDKS)
def test_headers_are_the_providers_and_the_given_ones(name: str, stream: bool) -> None:
    wanted = {"openai": {"x-request-id", "openai-version"}, "anthropic": {"request-id", "anthropic-organization-id"}}[name]
    sdk = client(name)
    api = sdk.chat.completions if name == "openai" else sdk.messages
    more = {} if name == "openai" else {"max_tokens": 9}
    with intercept(reply("Hi", headers={"x-mine": "7"})):
        raw = api.with_raw_response.create(model="m", messages=[{"role": "user", "content": "?"}], stream=stream, **more)
        assert list(raw.parse()) if stream else raw.parse()
    assert wanted | {"x-mine"} <= {*raw.headers}
    assert raw.headers["content-type"] == ("text/event-stream; charset=utf-8" if stream else "application/json")
    assert ("content-length" in raw.headers) is not stream
    assert raw.request_id == raw.headers["x-request-id" if name == "openai" else "request-id"]


@pytest.mark.parametrize("name", FIRST)
def test_a_stream_comes_in_the_pieces_that_were_asked_for(name: str) -> None:
    sdk, way = asking(name), some_way(name)

    def pieces(given: object) -> list[str]:
        async def collect() -> list[str]:
            stream = await settled(sdk.opened(client(name, way)))
            return [text async for event in each(stream) if (text := sdk.text(event))]

        with intercept(given):
            return run(way, collect)

    assert pieces("abcdefgh") == ["abc", "def", "gh"]
    assert pieces(reply("abc", chunk_size=1)) == ["a", "b", "c"]
    assert pieces(reply("👩‍👩‍👧e\u0301🇫🇷x", chunk_size=1)) == ["👩‍👩‍👧", "e\u0301", "🇫🇷", "x"]
    assert pieces(reply(chunks=["Once", " upon a time"])) == ["Once", " upon a time"]
