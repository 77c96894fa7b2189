"""Legacy completions: prompts of every kind, choices, echo, log probabilities; body and stream alike."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llm_intercept import CannotSay, Interceptor, citation, error, pause, reply, thinking, tool_call
from llm_intercept.doctor.judges import judges_of
from tests.dialects.openai.asked import ask, chunks
from tests.dialects.wire import Answered

URLS = {
    "openai": "https://api.openai.com/v1/completions",
    "azure": "https://r.openai.azure.com/openai/deployments/d/completions?api-version=2024-10-21",
    "fireworks": "https://api.fireworks.ai/inference/v1/completions",
    "deepseek": "https://api.deepseek.com/beta/completions",
    "together": "https://api.together.ai/v1/completions",
    "openrouter": "https://openrouter.ai/api/v1/completions",
}
every_provider = pytest.mark.parametrize("who", URLS)


def complete(who: str, said: object, **more: Any) -> Answered:
    return ask(Interceptor(said), URLS[who], {"model": "m", "prompt": "Once", **more})


def streamed(answer: Answered) -> dict[int, str]:
    texts: dict[int, str] = {}
    for chunk in chunks(answer):
        for choice in chunk["choices"]:
            texts[choice["index"]] = texts.get(choice["index"], "") + choice["text"]
    return texts


@pytest.mark.parametrize("more", [{}, {"echo": True}, {"n": 2}, {"prompt": ["One", "Two"], "n": 2, "echo": True}, {"logprobs": 2}])
@every_provider
def test_the_stream_says_what_the_body_says(who: str, more: dict[str, Any]) -> None:
    said = reply(" upon a ", pause(0.0), "time.")
    body = complete(who, said, **more).json
    assert {choice["index"]: choice["text"] for choice in body["choices"]} == streamed(complete(who, said, stream=True, **more))
    assert {choice["finish_reason"] for choice in body["choices"]} == {"stop"}
    assert body["usage"]["total_tokens"] == body["usage"]["prompt_tokens"] + body["usage"]["completion_tokens"]


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ("Once", ["Once"]),
        (["Once", "Twice"], ["Once", "Twice"]),
        ([1, 2, 3], ["1 2 3"]),
        ([[1, 2], [3]], ["1 2", "3"]),
        (None, [""]),
        ([], [""]),
    ],
)
def test_every_prompt_is_read_and_answered(prompt: Any, asked: list[str]) -> None:
    llm = Interceptor("Hi")
    body = ask(llm, URLS["openai"], {"model": "m", "prompt": prompt}).json
    assert [message.text for message in llm.calls.one.call.messages] == asked
    assert len(body["choices"]) == len(asked)
    assert llm.calls.one.operation == "completion"


def test_an_echo_says_each_choices_own_prompt() -> None:
    body = complete("openai", "!", prompt=["One", "Two"], n=2, echo=True).json
    assert [choice["text"] for choice in body["choices"]] == ["One!", "One!", "Two!", "Two!"]


def test_log_probabilities_fit_the_text() -> None:
    (choice,) = complete("openai", "a tiny story", logprobs=3, echo=True).json["choices"]
    likely = choice["logprobs"]
    assert "".join(likely["tokens"]) == choice["text"] == "Oncea tiny story"
    assert [choice["text"][at:][: len(token)] for at, token in zip(likely["text_offset"], likely["tokens"], strict=True)] == likely[
        "tokens"
    ]
    assert {len(one) for one in likely["top_logprobs"]} == {3}
    stream = chunks(complete("openai", "a tiny story", logprobs=3, echo=True, stream=True))
    entries = [one["logprobs"] for chunk in stream for one in chunk["choices"] if one["logprobs"]]
    assert [token for one in entries for token in one["tokens"]] == likely["tokens"]
    assert [at for one in entries for at in one["text_offset"]] == likely["text_offset"]


@pytest.mark.parametrize("more", [{}, {"n": 2, "logprobs": 1}, {"stream_options": {"include_usage": True}}, {"echo": True}])
@pytest.mark.parametrize("said", ["Hi", "", reply("Hi", finish="length"), reply("No", finish="content_filter")])
def test_bodies_and_events_are_what_the_model_says(said: object, more: dict[str, Any]) -> None:
    judge = judges_of("openai")
    assert judge["completions body"].check(complete("openai", said, **more).body) == []
    for chunk in chunks(complete("openai", said, stream=True, **more)):
        for choice in chunk["choices"]:
            if choice["finish_reason"] is None:  # the model has no null there, and every real stream has
                choice["finish_reason"] = "stop"
        assert judge["completions event"].check(chunk) == []


@pytest.mark.parametrize("include", [False, True])
@every_provider
def test_a_stream_tells_its_usage_where_the_provider_does(who: str, include: bool) -> None:
    found = list(chunks(complete(who, "Hi", stream=True, stream_options={"include_usage": include})))
    told = [index for index, chunk in enumerate(found) if chunk.get("usage")]
    always = who not in ("openai", "azure")
    assert told == ([len(found) - 1] if always or include else [])


def test_together_names_its_objects_and_tokens() -> None:
    body = complete("together", "Hi").json
    assert (body["object"], body["prompt"]) == ("text.completion", [])
    first, *_ = chunks(complete("together", "Hi", stream=True))
    assert (first["object"], first["token"]["text"]) == ("completion.chunk", "Hi")


@pytest.mark.parametrize("part", [tool_call("f"), thinking("Hm."), reply("Hi", citation(url="https://example.org"))])
def test_nothing_but_text_is_said(part: object) -> None:
    with pytest.raises(CannotSay, match="openai completions cannot say"):
        complete("openai", reply(part) if not hasattr(part, "parts") else part)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"prompt": 7}, "prompt"),
        ({"prompt": ["a", 7]}, "prompt[1]"),
        ({"prompt": [[1, "a"]]}, "prompt[0]"),
        ({"prompt": [1, "a"]}, "prompt"),
        ({"n": "two"}, "n"),
        ({"stream": 1}, "stream"),
        ({"stream_options": []}, "stream_options"),
        ({"model": 7}, "model"),
    ],
)
def test_a_malformed_call_is_refused(body: dict[str, Any], param: str) -> None:
    answer = complete("openai", "Hi", **body)
    assert (answer.status, answer.json["error"]["param"]) == (400, param)


def test_what_is_no_json_is_refused_in_the_providers_words() -> None:
    for content in (b"{", b"[]", b""):
        answer = ask(Interceptor("Hi"), URLS["openai"], content)
        assert (answer.status, json.loads(answer.body)["error"]["type"]) == (400, "invalid_request_error")


def test_an_error_and_the_headers_are_the_providers() -> None:
    answer = complete("azure", error(429))
    assert (answer.status, answer.json["error"]["code"]) == (429, "rate_limit_exceeded")
    assert "apim-request-id" in answer.headers


@pytest.mark.parametrize(
    "url",
    [
        "https://api.mistral.ai/v1/fim/completions",
        "https://api.mistral.ai/v1/agents/completions",
        "https://api.openai.com/v1/chat/completions",
    ],
)
def test_what_merely_ends_alike_is_no_completion(url: str) -> None:
    llm = Interceptor("Hi")
    ask(llm, url, {"model": "m", "prompt": "x", "agent_id": "a", "messages": []})
    assert llm.calls.one.call.dialect != "openai completions"
