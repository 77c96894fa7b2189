"""Replicate's predictions, judged by its SDK."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
import replicate
from hypothesis import given
from hypothesis import strategies as st
from replicate.exceptions import ReplicateError
from replicate.prediction import Prediction

from llm_intercept import CannotSay, Interceptor, citation, error, image, intercept, pause, reply, thinking, tool_call
from llm_intercept.wire import Pause
from tests.sdks.ways import run, settled

MODEL = "meta/meta-llama-3-8b-instruct"

#: The SDK's base class is of pydantic's first version, which says so on Pythons to come.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:replicate.*")


def client() -> Any:
    return replicate.Client(api_token="k")


@pytest.mark.parametrize("way", ["sync", "asyncio"])
def test_a_run_and_a_stream_say_the_same(way: str) -> None:
    async def ask() -> None:
        sdk, given = client(), {"prompt": "hello", "system_prompt": "Be nice."}
        with intercept("Hi there,\nworld.") as llm:
            if way == "sync":
                whole = sdk.run(MODEL, input=given)
                pieces = [str(event) for event in sdk.stream(MODEL, input=given)]
            else:
                whole = await settled(sdk.async_run(MODEL, input=given))
                pieces = [str(event) async for event in await sdk.async_stream(MODEL, input=given)]
        assert "".join(whole) == "".join(pieces) == "Hi there,\nworld."
        assert pieces[-1] == ""  # the event that ends it
        assert [call.operation for call in llm.calls] == ["completion", "completion", "retrieve"]
        first = llm.calls[0]
        assert (first.model, first.prompt, first.system) == (MODEL, "hello", "Be nice.")

    run(way, ask)


def test_a_prediction_that_nobody_waits_for_is_done_when_it_is_asked_for() -> None:
    sdk = client()
    with intercept("Hi."):
        made = sdk.predictions.create(version="abc", input={"prompt": "hello"})
        assert (made.status, made.output, made.version) == ("starting", None, "abc")
        made.reload()
        assert (made.status, made.output) == ("succeeded", ["Hi."])
        assert made.metrics["output_token_count"] > 0
        made.cancel()
        assert made.status == "canceled"


def test_every_prediction_has_what_the_sdks_model_wants() -> None:
    llm = Interceptor("Hi.")
    with httpx2.Client(transport=llm.httpx2_transport) as http:
        headers = {"prefer": "wait"}
        url = "https://api.replicate.com/v1/models/meta/llama/predictions"
        for answered in (
            http.post(url, json={"input": {"prompt": "x"}}, headers=headers),
            http.get("https://api.replicate.com/v1/predictions/never"),
        ):
            assert set(answered.json()) >= {name for name, field in Prediction.__fields__.items() if field.required}
            assert answered.json()["status"] == "succeeded"
    assert llm.calls[0].response.status == 201


def test_an_image_is_a_file_and_messages_are_read() -> None:
    sdk = client()
    told = [
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "two"},
        {"role": "user", "content": "draw"},
        {"role": "x"},
    ]
    with intercept(reply(image(b"png"))) as llm:
        (shown,) = sdk.run(MODEL, input={"messages": told})
        assert shown.read() == b"png"
        streamed = [event.data for event in sdk.stream(MODEL, input={"messages": told})]
    assert streamed[0].read() == b"png"
    assert [message.role for message in llm.calls[0].messages] == ["user", "assistant", "user"]
    assert llm.calls[0].prompt == "draw"


@given(
    st.text(st.characters(exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", exclude_categories=["Cs"])),
    st.integers(1, 4),
)
def test_a_stream_is_its_body_whatever_is_said(text: str, size: int) -> None:
    said = reply(text, chunk_size=size)
    with intercept(said):
        sdk = client()
        whole = "".join(sdk.run(MODEL, input={"prompt": "x"}, use_file_output=False))
        made = sdk.models.predictions.create(model=MODEL, input={"prompt": "x"})
        assert whole == text == "".join(event.data for event in made.stream() if event.event.value == "output")


@pytest.mark.parametrize(
    "said",
    [tool_call("now"), thinking("hm"), reply("a", citation(url="u")), reply("a", finish="length")],
    ids=repr,
)
def test_what_a_prediction_has_no_words_for_is_refused(said: Any) -> None:
    with intercept(said) as llm:
        with llm.expect_failure() as failed:
            client().run(MODEL, input={"prompt": "x"})
        assert isinstance(failed.value, CannotSay)


@pytest.mark.parametrize("status", [400, 401, 402, 404, 418, 422, 429, 500, 503])
def test_an_error_is_the_sdks_own(status: int) -> None:
    llm = Interceptor(error(status, "no", type="about:blank"))
    with pytest.raises(ReplicateError) as failed:
        replicate.Client(api_token="k", transport=llm.httpx_transport).run(MODEL, input={})
    assert (failed.value.status, failed.value.detail, failed.value.type) == (status, "no", "about:blank")
    assert failed.value.title


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 422), (b"{}", 422), (b'{"input":5}', 422), (b'{"input":{}}', 422), (b'{"input":{},"version":5}', 422)],
)
def test_malformed_requests_are_refused(body: bytes, status: int) -> None:
    with httpx2.Client(transport=Interceptor("Hi.").httpx2_transport) as http:
        refused = http.post("https://api.replicate.com/v1/predictions", content=body)
    assert (refused.status_code, refused.json()["status"]) == (status, status)


def test_a_stream_pauses_where_it_was_said() -> None:
    llm = Interceptor(reply("Once ", pause(0), "upon"))
    with httpx2.Client(transport=llm.httpx2_transport) as http:
        made = http.post("https://api.replicate.com/v1/models/meta/llama/predictions", json={"input": {"prompt": "x"}}).json()
        http.get(made["urls"]["stream"])
    frames = list(llm.calls[-1].response.frames)
    assert frames.index(Pause(0.0)) == 2


def test_rules_may_name_a_prediction_s_operations() -> None:
    with intercept("Hi.") as llm:
        llm.on(operation="retrieve").reply(error(404))
        with pytest.raises(ReplicateError):
            client().predictions.get("x")
    rules = Interceptor("Hi.")
    rules.on(operation="retrieve").replies(error(500), "odd")
    with httpx2.Client(transport=rules.httpx2_transport) as http:
        url = "https://stream.replicate.com/v1/predictions/x/stream"
        assert http.get(url).status_code == 500
        with pytest.raises(CannotSay, match="it streams what the prediction said"):
            http.get(url)
        assert http.get(url).text.startswith("event: done")
