"""Models invoked: each family's body and chunks, through boto3, anthropic's Bedrock clients and LiteLLM."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Any

import anthropic
import litellm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_intercept import (
    CannotSay,
    Interceptor,
    UnknownEndpoint,
    citation,
    error,
    intercept,
    reply,
    stream_event,
    thinking,
    tool_call,
)
from llm_intercept.doctor.judges import judges_of
from tests.dialects.bedrock.asking import CLAUDE, MESSAGES, boto, chunks, post
from tests.sdks.ways import WAYS, entered, run, settled

ANTHROPIC_JUDGES, BEDROCK_JUDGES, OPENAI_JUDGES = map(judges_of, ("anthropic", "bedrock", "openai"))

STREAM = "invoke-with-response-stream"

HELLO = [{"role": "user", "content": "Hello"}]

#: A model of each family, and what it is asked.
ASKED: Mapping[str, dict[str, Any]] = {
    CLAUDE: {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": HELLO},
    "us.amazon.nova-lite-v1:0": {"messages": MESSAGES},
    "us.meta.llama3-3-70b-instruct-v1:0": {"prompt": "Hello"},
    "mistral.mistral-7b-instruct-v0:2": {"prompt": "Hello"},
    "us.deepseek.r1-v1:0": {"prompt": "Hello"},
    "cohere.command-r-plus-v1:0": {"message": "Hello"},
    "cohere.command-light-text-v14": {"prompt": "Hello", "stream": True},
    "amazon.titan-text-express-v1": {"inputText": "Hello"},
    "anthropic.claude-v2:1": {"prompt": "\n\nHuman: Hello\n\nAssistant:", "max_tokens_to_sample": 9},
    "openai.gpt-oss-120b-1:0": {"messages": HELLO},
    "ai21.jamba-1-5-mini-v1:0": {"messages": HELLO},
    "mistral.mistral-large-2407-v1:0": {"messages": HELLO},
    "qwen.qwen3-32b-v1:0": {"messages": HELLO},
}

#: Where a family's text stands in a body, and in a chunk.
TEXT: Mapping[str, tuple[Callable[[Any], str], Callable[[Any], str | None]]] = {
    CLAUDE: (
        lambda body: "".join(block["text"] for block in body["content"]),
        lambda chunk: chunk.get("delta", {}).get("text"),
    ),
    "us.amazon.nova-lite-v1:0": (
        lambda body: "".join(block["text"] for block in body["output"]["message"]["content"]),
        lambda chunk: chunk.get("contentBlockDelta", {}).get("delta", {}).get("text"),
    ),
    "us.meta.llama3-3-70b-instruct-v1:0": (lambda body: body["generation"], lambda chunk: chunk["generation"]),
    "mistral.mistral-7b-instruct-v0:2": (lambda body: body["outputs"][0]["text"], lambda chunk: chunk["outputs"][0]["text"]),
    "us.deepseek.r1-v1:0": (lambda body: body["choices"][0]["text"], lambda chunk: chunk["choices"][0]["text"]),
    "cohere.command-r-plus-v1:0": (lambda body: body["text"], lambda chunk: chunk.get("text")),
    "cohere.command-light-text-v14": (lambda body: body["generations"][0]["text"], lambda chunk: chunk.get("text")),
    "amazon.titan-text-express-v1": (lambda body: body["results"][0]["outputText"], lambda chunk: chunk["outputText"]),
    "anthropic.claude-v2:1": (lambda body: body["completion"], lambda chunk: chunk["completion"]),
    **{
        model: (lambda body: body["choices"][0]["message"]["content"], lambda chunk: chunk["choices"][0]["delta"].get("content"))
        for model in [*ASKED][9:]
    },
}

every_family = pytest.mark.parametrize("model", ASKED)


def invoke(said: object, model: str, stream: bool = False, **more: Any) -> Any:
    """The body, or the chunks, of one invocation."""
    response = post(said, STREAM if stream else "invoke", model, **{**ASKED[model], **more})
    assert response.status_code == 200, response.text
    return chunks(response) if stream else response.json()


@every_family
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.integers(1, 4))
@settings(deadline=None, max_examples=12)
def test_the_stream_says_what_the_body_says(model: str, text: str, size: int) -> None:
    whole, piece = TEXT[model]
    said = reply(text, chunk_size=size)
    assert whole(invoke(said, model)) == text
    assert "".join(filter(None, map(piece, invoke(said, model, stream=True)))) == text


@every_family
def test_the_last_chunk_and_the_headers_tell_the_tokens(model: str) -> None:
    said = reply("Paris.", usage={"input": 100, "output": 20, "cached": 60, "cache_write": 10})
    found = invoke(said, model, stream=True)
    told = [chunk["amazon-bedrock-invocationMetrics"] for chunk in found if "amazon-bedrock-invocationMetrics" in chunk]
    assert told == [found[-1]["amazon-bedrock-invocationMetrics"]]
    assert (told[0]["inputTokenCount"], told[0]["outputTokenCount"]) == (30, 20)
    headers = post(said, "invoke", model, **ASKED[model]).headers
    names = ("input", "output", "cache-read-input", "cache-write-input")
    assert [headers[f"x-amzn-bedrock-{name}-token-count"] for name in names] == ["30", "20", "60", "10"]


@every_family
def test_boto3_reads_both(model: str) -> None:
    whole, piece = TEXT[model]
    with intercept("Paris.") as llm:
        answer = boto().invoke_model(modelId=model, body=json.dumps(ASKED[model]))
        assert whole(json.loads(answer["body"].read())) == "Paris."
        stream = boto().invoke_model_with_response_stream(modelId=model, body=json.dumps(ASKED[model]))["body"]
        said = [piece(json.loads(event["chunk"]["bytes"])) for event in stream]
    assert answer["contentType"] == "application/json"
    assert "".join(filter(None, said)) == "Paris."
    assert [(call.model, call.provider, call.stream) for call in llm.calls] == [
        (model, "bedrock", False),
        (model, "bedrock", True),
    ]
    assert llm.calls[0].prompt == MESSAGES[0]["content"][0]["text"] if "nova" in model else llm.calls[0].prompt == "Hello"


@pytest.mark.parametrize("model", ["luma.ray-v2:0", "amazon.nova-reel-v1:0",
                                   "twelvelabs.marengo-embed-3-0-v1:0",
                                   "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-sonic-v1:0"])  # fmt: skip
def test_another_model_is_refused_and_named(model: str) -> None:
    with pytest.raises(UnknownEndpoint, match="No dialect knows this endpoint of bedrock"):
        post("x", "invoke", model, inputText="x")


@pytest.mark.parametrize("stream", [False, True])
@every_family
def test_an_error_is_bedrocks_in_every_family(model: str, stream: bool) -> None:
    refused = post(error(429), STREAM if stream else "invoke", model, **ASKED[model])
    assert (refused.status_code, [*refused.json()]) == (429, ["message"])
    assert refused.headers["x-amzn-errortype"].startswith("ThrottlingException")
    assert "x-amzn-bedrock-input-token-count" not in refused.headers


def test_headers_of_the_reply_stand() -> None:
    answer = post(reply("x", headers={"X-Amzn-Bedrock-Input-Token-Count": "7"}), "invoke", CLAUDE, **ASKED[CLAUDE])
    assert answer.headers.get_list("x-amzn-bedrock-input-token-count") == ["7"]


def test_an_exception_in_a_stream_is_one() -> None:
    said = reply("Once", stream_event({"message": "Slow down."}, name="throttlingException"))
    with intercept(said), pytest.raises(anthropic.APIStatusError, match="Slow down"):
        [*_client("sync").messages.create(model=CLAUDE, max_tokens=9, messages=HELLO, stream=True)]


# ARNs

PROFILE = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("model", "dialect"),
    [
        (CLAUDE, "bedrock invoke anthropic"),
        ("us.meta.llama3-3-70b-instruct-v1:0", "bedrock invoke llama"),
        ("cohere.command-r-plus-v1:0", "bedrock invoke command r"),
        ("amazon.titan-text-express-v1", "bedrock invoke titan"),
        ("openai.gpt-oss-120b-1:0", "bedrock invoke openai"),
    ],
)
def test_what_an_arn_is_asked_tells_its_family(model: str, dialect: str, stream: bool) -> None:
    llm = Interceptor("Paris.")
    response = post(llm, STREAM if stream else "invoke", PROFILE, **ASKED[model])
    found = chunks(response) if stream else response.json()
    whole, piece = TEXT[model]
    assert ("".join(filter(None, map(piece, found))) if stream else whole(found)) == "Paris."
    assert (llm.calls.one.model, llm.calls.one.call.dialect) == (PROFILE, dialect)


@pytest.mark.parametrize("model", ["anthropic.claude-v2:1", "anthropic.claude-instant-v1"])
def test_an_old_model_takes_a_prompt_or_messages(model: str) -> None:
    llm = Interceptor("Paris.")
    said = post(llm, "invoke", model, prompt="\n\nHuman: Capital of France?\n\nAssistant:", max_tokens_to_sample=9).json()
    assert said == {"type": "completion", "completion": "Paris.", "stop_reason": "stop_sequence", "stop": "\n\nHuman:"}
    assert llm.calls.last.prompt == "Capital of France?"
    assert post(llm, "invoke", model, **ASKED[CLAUDE]).json()["content"] == [{"type": "text", "text": "Paris."}]
    assert "prompt | messages" in post(llm, "invoke", model, odd=1).json()["message"]


def test_an_arn_of_nova_is_told_by_its_configuration() -> None:
    assert post("Paris.", "invoke", PROFILE, messages=MESSAGES, inferenceConfig={}).json()["stopReason"] == "end_turn"


def test_an_arn_that_tells_its_family_needs_no_more() -> None:
    arn = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.meta.llama3-1-8b-instruct-v1:0"
    assert post("Paris.", "invoke", arn, prompt="Hello").json()["generation"] == "Paris."


def test_a_name_that_a_test_made_up_is_told_by_what_it_is_asked() -> None:
    assert post("Paris.", "invoke", "claude-test", **ASKED[CLAUDE]).json()["role"] == "assistant"


def test_an_arn_that_is_asked_nothing_known_is_refused() -> None:
    refused = post("x", "invoke", PROFILE, odd=1)
    assert refused.status_code == 400
    assert "anthropic_version | schemaVersion" in refused.json()["message"]
    assert post(error(429), "invoke", PROFILE, prompt="Hello").headers["x-amzn-errortype"].startswith("Throttling")


# Anthropic's


def _client(way: str, **options: Any) -> Any:
    kind = anthropic.AnthropicBedrock if way == "sync" else anthropic.AsyncAnthropicBedrock
    given_ = {"aws_region": "us-east-1", "aws_access_key": "a", "aws_secret_key": "b", "_strict_response_validation": True}
    return kind(**{**given_, **options})


SAID: Mapping[str, Any] = {
    "text": "Paris.",
    "tools": reply("Let me look.", tool_call("weather", city="Paris"), tool_call("now")),
    "thinking": reply(thinking("A city."), "Paris."),
}


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("way", WAYS)
def test_anthropics_client_reads_its_messages(way: str, said: str) -> None:
    ask = {"model": CLAUDE, "max_tokens": 9, "messages": HELLO}

    async def work() -> tuple[Any, Any]:
        client = _client(way)
        body = await settled(client.messages.create(**ask))
        async with entered(client.messages.stream(**ask)) as stream:
            return body, await settled(stream.get_final_message())

    with intercept(SAID[said]) as llm:
        body, streamed = run(way, work)
    assert body.id.startswith("msg_bdrk_01")
    assert [block.type for block in body.content] == [block.type for block in streamed.content]
    assert [getattr(block, "text", None) for block in body.content] == [getattr(one, "text", None) for one in streamed.content]
    assert body.stop_reason == streamed.stop_reason
    assert [(call.model, call.provider) for call in llm.calls] == [(CLAUDE, "bedrock")] * 2


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "BadRequestError"), (403, "PermissionDeniedError"), (404, "NotFoundError"), (429, "RateLimitError"),
     (500, "InternalServerError"), (503, "ServiceUnavailableError")],
)  # fmt: skip
def test_an_error_is_anthropics_own(status: int, kind: str, way: str) -> None:
    with intercept(error(status, "No.")), pytest.raises(getattr(anthropic, kind, anthropic.APIStatusError), match=r"No\."):
        run(way, lambda: _created(way))


async def _created(way: str) -> Any:
    return await settled(_client(way, max_retries=0).messages.create(model=CLAUDE, max_tokens=9, messages=HELLO))


@pytest.mark.parametrize("said", SAID)
def test_messages_are_what_the_model_says(said: str) -> None:
    assert ANTHROPIC_JUDGES["messages body"].check(invoke(SAID[said], CLAUDE)) == []
    *events, last = [chunk for chunk in invoke(SAID[said], CLAUDE, stream=True) if chunk["type"] != "ping"]
    assert [path for one in events for path in ANTHROPIC_JUDGES["messages event"].check(one)] == []
    assert last["type"] == "message_stop"


# Those of OpenAI's words


def test_chat_completions_are_what_the_model_says() -> None:
    model = "openai.gpt-oss-120b-1:0"
    said = reply("Let me look.", tool_call("weather", city="Paris"))
    assert OPENAI_JUDGES["chat body"].check(invoke(said, model)) == []
    *found, last = invoke(said, model, stream=True)
    assert [path for one in found for path in OPENAI_JUDGES["chat event"].check(one)] == []
    assert OPENAI_JUDGES["chat event"].check(last) == ["amazon-bedrock-invocationMetrics"]
    body = invoke(said, model)
    assert (body["model"], body["choices"][0]["finish_reason"]) == (model, "tool_calls")


def test_an_error_of_the_reader_is_in_bedrocks_envelope() -> None:
    refused = post("x", "invoke", "openai.gpt-oss-120b-1:0", messages="x")
    assert (refused.status_code, [*refused.json()]) == (400, ["message"])


# Nova's


def test_nova_says_what_converse_says() -> None:
    said = reply("Let me look.", tool_call("weather", city="Paris"))
    body = invoke(said, "us.amazon.nova-lite-v1:0")
    unknown = BEDROCK_JUDGES["converse body"].check({**body, "metrics": {"latencyMs": 1}})
    assert unknown == ["usage.cacheReadInputTokenCount", "usage.cacheWriteInputTokenCount"]
    for chunk in invoke(said, "us.amazon.nova-lite-v1:0", stream=True):
        chunk.pop("amazon-bedrock-invocationMetrics", None)
        assert {*BEDROCK_JUDGES["converse event"].check(chunk)} <= {*(f"metadata.{path}" for path in unknown)}


# Cohere's

COMMAND_R = "cohere.command-r-plus-v1:0"


def test_command_r_reads_its_history() -> None:
    llm = Interceptor("x")
    post(
        llm, "invoke", COMMAND_R, preamble="Be brief.", message="And now?",
        chat_history=[{"role": "USER", "message": "Hi"}, {"role": "CHATBOT", "message": "Hello."}],
        tools=[{"name": "now", "description": "The time.", "parameter_definitions": {"zone": {"type": "str"}}}],
    )  # fmt: skip
    call = llm.calls.one.call
    assert [(one.role, one.text) for one in call.messages] == [
        ("system", "Be brief."), ("user", "Hi"), ("assistant", "Hello."), ("user", "And now?"),
    ]  # fmt: skip
    (tool,) = call.tools
    assert (tool.name, tool.description, tool.parameters["properties"]) == ("now", "The time.", {"zone": {"type": "str"}})


def test_command_r_reads_tool_results() -> None:
    llm = Interceptor("x")
    post(llm, "invoke", COMMAND_R, message="", tool_results=[{"call": {"name": "now"}, "outputs": [{"time": 9}]}])
    (message,) = llm.calls.one.messages
    assert (message.role, message.text, message.tool_use_id) == ("tool", '[{"time":9}]', "now")


def test_command_r_calls_tools() -> None:
    said = reply("I will look. ", tool_call("now", zone="CET"))
    body = invoke(said, COMMAND_R)
    assert body["tool_calls"] == [{"name": "now", "parameters": {"zone": "CET"}}]
    assert body["chat_history"][-1] == {"role": "CHATBOT", "message": "I will look. ", "tool_calls": body["tool_calls"]}
    found = invoke(said, COMMAND_R, stream=True)
    assert [chunk["tool_calls"] for chunk in found if chunk["event_type"] == "tool-calls-generation"] == [body["tool_calls"]]
    assert {*found[-1]["response"]} == {*body}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (tool_call("now", "{"), "arguments that are no JSON object"),
        (tool_call("now", "[]"), "arguments that are no JSON object"),
        (tool_call("now").with_id("t"), "a tool call's id"),
        (thinking("Hm."), "thinking"),
        (reply("a", citation(url="https://a.test")), "citation"),
    ],
)
def test_command_r_refuses_what_it_cannot_say(said: Any, told: str) -> None:
    with pytest.raises(CannotSay, match=told):
        invoke(said, COMMAND_R)


@pytest.mark.parametrize(
    "body", [{"message": None}, {"message": "x", "chat_history": [{"role": "x"}]}, {"message": "x", "tools": [{}]}]
)
def test_command_r_refuses_what_is_malformed(body: dict[str, Any]) -> None:
    assert post("x", "invoke", COMMAND_R, **body).status_code == 400


def test_command_says_all_at_once_unless_its_body_asks_for_a_stream() -> None:
    said = reply("Paris", stream_event({"odd": 1}), ".")
    model = "cohere.command-light-text-v14"
    odd, whole = chunks(post(said, STREAM, model, prompt="Hello"))
    assert (odd, whole["generations"][0]["text"]) == ({"odd": 1}, "Paris.")


# Those of a prompt

PROMPTED = [model for model, asked in ASKED.items() if {"prompt", "inputText"} & {*asked}]


@pytest.mark.parametrize("model", PROMPTED)
@pytest.mark.parametrize("said", [tool_call("now"), thinking("Hm."), reply("a", citation(url="https://a.test"))])
def test_a_prompt_is_answered_in_text_alone(model: str, said: Any) -> None:
    with pytest.raises(CannotSay):
        invoke(said, model)


@pytest.mark.parametrize("model", [model for model in PROMPTED if "claude" not in model])
def test_a_prompt_must_be_there(model: str) -> None:
    assert "must not be null" in post("x", "invoke", model, odd=1).json()["message"]


def test_an_event_stands_where_it_stands() -> None:
    said = reply("Paris", stream_event({"odd": 1}), ".")
    found = invoke(said, "us.meta.llama3-3-70b-instruct-v1:0", stream=True)
    assert [chunk.get("generation", "odd") for chunk in found] == ["Par", "is", "odd", ".", ""]
    found = invoke(said, COMMAND_R, stream=True)
    assert [chunk.get("text", "-") for chunk in found] == ["-", "Par", "is", "-", ".", "-"]


# LiteLLM's


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    "model",
    [f"bedrock/{CLAUDE}", f"bedrock/invoke/{CLAUDE}", "bedrock/us.amazon.nova-lite-v1:0", "bedrock/invoke/us.amazon.nova-lite-v1:0",
     "bedrock/invoke/us.meta.llama3-3-70b-instruct-v1:0", "bedrock/invoke/mistral.mistral-7b-instruct-v0:2",
     "bedrock/invoke/amazon.titan-text-express-v1"],
)  # fmt: skip
def test_litellm_reads_them(model: str, stream: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "AWS_REGION_NAME", "us-east-1")
    ask = {"model": model, "messages": HELLO, "aws_access_key_id": "a", "aws_secret_access_key": "b", "stream": stream}
    with intercept("Paris, of course.") as llm:
        answer = litellm.completion(**ask)
        said = "".join(chunk.choices[0].delta.content or "" for chunk in answer) if stream else answer.choices[0].message.content
    assert said.strip() == "Paris, of course."
    assert llm.calls.total == 1
