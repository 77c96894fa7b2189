"""How a call is asked for: models, tools, functions, schemas, and log probabilities that fit what is said."""

from __future__ import annotations

from typing import Any

import pytest

from llm_intercept import CannotSay, Interceptor, reply, tool_call
from llm_intercept.replies.parts import refusal
from tests.dialects.openai.asked import CHATS, USER, ask, chat, chunks

FUNCTIONS = {"functions": [{"name": "f", "description": "Does f.", "parameters": {"type": "object"}}]}
CUSTOM = {"tools": [{"type": "custom", "custom": {"name": "grep", "description": "Finds."}}]}


def called(who: str = "openai", **more: Any) -> Any:
    llm = Interceptor("Hi")
    assert ask(llm, CHATS[who], {"model": "m", "messages": [USER], **more}).status == 200
    return llm.calls.one


def test_what_is_offered_as_functions_is_a_tool() -> None:
    call = called(**FUNCTIONS, function_call={"name": "f"}).call
    assert [(tool.name, tool.description, tool.kind) for tool in call.tools] == [("f", "Does f.", "function")]
    assert (call.tool_choice.mode, call.tool_choice.name) == ("named", "f")
    assert called(functions=None).call.tools == ()


def test_a_function_call_of_the_history_is_a_tool_use() -> None:
    history = [USER, {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}},
               {"role": "function", "name": "f", "content": "7"}]  # fmt: skip
    call = called(messages=history).call
    assert [(use.name, use.arguments) for use in call.messages[1].tool_uses] == [("f", "{}")]
    assert (call.messages[2].role, call.messages[2].text) == ("tool", "7")


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
def test_functions_are_answered_with_a_function_call(stream: bool) -> None:
    answer = chat("openai", reply(tool_call("f", a=1)), stream=stream, **FUNCTIONS)
    if stream:
        choices = [choice for chunk in chunks(answer) for choice in chunk["choices"]]
        said = [choice["delta"]["function_call"] for choice in choices if "function_call" in choice["delta"]]
        assert said[0] == {"name": "f", "arguments": ""}
        assert "".join(one["arguments"] for one in said) == '{"a":1}'
        assert choices[-1]["finish_reason"] == "function_call"
    else:
        (choice,) = answer.json["choices"]
        assert choice["message"]["function_call"] == {"name": "f", "arguments": '{"a":1}'}
        assert choice["finish_reason"] == "function_call"


def test_functions_are_called_one_at_a_time() -> None:
    with pytest.raises(CannotSay, match="more than one call of `functions`"):
        chat("openai", reply(tool_call("f"), tool_call("f")), **FUNCTIONS)


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
def test_a_custom_tool_is_called_with_its_text(stream: bool) -> None:
    answer = chat("openai", reply(tool_call("grep", "^a.*"), tool_call("now")), stream=stream, **CUSTOM)
    if stream:
        calls = [call for chunk in chunks(answer) for choice in chunk["choices"] for call in choice["delta"].get("tool_calls", ())]
        assert calls[0]["custom"] == {"name": "grep", "input": ""}
        assert "".join(call["custom"]["input"] for call in calls if "custom" in call) == "^a.*"
        assert [call["type"] for call in calls if "type" in call] == ["custom", "function"]
    else:
        custom, function = answer.json["choices"][0]["message"]["tool_calls"]
        assert custom["custom"] == {"name": "grep", "input": "^a.*"}
        assert function["function"]["name"] == "now"


@pytest.mark.parametrize(
    ("choice", "mode"),
    [("any", "required"), ("required", "required"), ("none", "none"), ("auto", "auto"), (None, "auto"), ({"name": "f"}, "named")],
)
def test_a_tool_choice_is_read_in_every_providers_words(choice: Any, mode: str) -> None:
    assert called("mistral", tool_choice=choice).call.tool_choice.mode == mode


SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}


@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "json_schema", "json_schema": {"name": "s", "schema": SCHEMA}},
        {"type": "json_object", "schema": SCHEMA},
        {"type": "json", "value": SCHEMA},
    ],
)
def test_a_schema_is_read_in_every_providers_words(wanted: Any) -> None:
    assert called("together", response_format=wanted).call.schema == SCHEMA


@pytest.mark.parametrize(
    ("who", "model"), [("azure", "gpt-4o"), ("azure inference", "gpt-4o"), ("databricks", "m"), ("ollama", "default")]
)
def test_a_model_that_the_body_does_not_name_is_told_by_the_path_or_the_provider(who: str, model: str) -> None:
    call = called(who, model=None)
    assert call.model == model
    assert chat("openai", "Hi", model=None).status == 400


# Log probabilities


def told(choices: list[Any]) -> list[Any]:
    return [entry for choice in choices for entry in (choice.get("logprobs") or {}).get("content") or ()]


@pytest.mark.parametrize("who", ["openai", "azure", "groq", "mistral", "deepseek", "fireworks", "compatible"])
def test_log_probabilities_are_those_of_the_text_in_body_and_stream(who: str) -> None:
    asked = {"logprobs": True, "top_logprobs": 3}
    body = told(chat(who, "Paris, naïvely.", **asked).json["choices"])
    stream = chunks(chat(who, "Paris, naïvely.", stream=True, **asked))
    streamed = told([choice for chunk in stream for choice in chunk["choices"]])
    assert "".join(entry["token"] for entry in body) == "Paris, naïvely."
    assert [entry["token"] for entry in streamed] == [entry["token"] for entry in body]
    assert [entry["logprob"] for entry in streamed] == [entry["logprob"] for entry in body]
    for entry in body:
        assert bytes(entry["bytes"]).decode() == entry["token"]
        ranked = [one["logprob"] for one in entry["top_logprobs"]]
        assert entry["top_logprobs"][0]["token"] == entry["token"]
        assert len({one["token"] for one in entry["top_logprobs"]}) == 3
        assert ranked == sorted(ranked, reverse=True)
        assert all(one < 0 for one in ranked)
        assert ("token_id" in entry) is (who in ("mistral", "fireworks"))
        assert ("text_offset" in entry) is (who == "fireworks")


def test_log_probabilities_of_a_refusal_stand_with_it() -> None:
    asked = {"logprobs": True}
    said = reply(refusal("No way."))
    found = chat("openai", said, **asked).json["choices"][0]["logprobs"]
    assert found["content"] is None
    assert "".join(entry["token"] for entry in found["refusal"]) == "No way."
    assert all(entry["top_logprobs"] == [] for entry in found["refusal"])
    streamed = [choice["logprobs"] for chunk in chunks(chat("openai", said, stream=True, **asked)) for choice in chunk["choices"]]
    assert [entry for one in streamed if one for entry in one["refusal"]] == found["refusal"]


def test_a_tool_call_has_no_log_probabilities_in_a_stream() -> None:
    answer = chat("openai", tool_call("f", a=1), stream=True, logprobs=True)
    assert not any(choice["logprobs"] for chunk in chunks(answer) for choice in chunk["choices"])


@pytest.mark.parametrize("asked", [{"logprobs": 1}, {"logprobs": True}])
def test_togethers_log_probabilities_are_lists_side_by_side(asked: Any) -> None:
    found = chat("together", "Paris", **asked).json["choices"][0]["logprobs"]
    assert found["tokens"] == ["Par", "is"]
    assert len(found["token_logprobs"]) == len(found["token_ids"]) == 2


def test_a_chunk_of_togethers_is_one_token_with_one_probability() -> None:
    streamed = [chunk["choices"][0] for chunk in chunks(chat("together", "Paris", stream=True, logprobs=1))]
    told = [choice["logprobs"] for choice in streamed if choice["delta"]["content"]]
    assert told == chat("together", "Paris", logprobs=1).json["choices"][0]["logprobs"]["token_logprobs"]


@pytest.mark.parametrize("asked", [{}, {"logprobs": False}, {"logprobs": None}])
def test_log_probabilities_that_nobody_asked_for_are_not_told(asked: Any) -> None:
    assert chat("openai", "Hi", **asked).json["choices"][0]["logprobs"] is None
    assert "logprobs" not in chat("perplexity", "Hi", **{**asked, "logprobs": True}).json["choices"][0]


def test_at_most_as_many_alternatives_are_told_as_there_are() -> None:
    entries = chat("openai", "Paris", logprobs=True, top_logprobs=20).json["choices"][0]["logprobs"]["content"]
    assert {len(entry["top_logprobs"]) for entry in entries} == {20}
    assert {len(one["top_logprobs"]) for one in chat("fireworks", "Hi", logprobs=5).json["choices"][0]["logprobs"]["content"]} == {
        5
    }
