"""Each judge takes what its SDK takes, refuses each mutation of it, and names what it does not know."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, NamedTuple, Optional, TypeVar

import attrs
import pytest
from pydantic import RootModel

from llm_intercept.doctor.judges import Pydantic, Service, Typed, judges_of
from llm_intercept.doctor.judges.table import Named

USAGE = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}


def chat(**more: Any) -> dict[str, Any]:
    """A chat completion that calls a tool."""
    call = {"id": "c1", "type": "function", "function": {"name": "now", "arguments": "{}"}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    choice = {"index": 0, "finish_reason": "tool_calls", "message": message, "logprobs": None}
    return {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": USAGE, **more}


def chunk(**more: Any) -> dict[str, Any]:
    """A chunk of one."""
    choice = {"index": 0, "finish_reason": None, "delta": {"role": "assistant", "content": "Hi"}}
    return {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}


class Case(NamedTuple):
    """A valid document, the places of it that another value, or none (`GONE`), makes invalid, and where a new key is unknown."""

    document: Any
    wrong: Mapping[str, Any]
    new: Mapping[str, str]


GONE = object()


@attrs.define
class Inner:
    """A class of attrs."""

    name: str


@attrs.define
class Outer:
    """One of those."""

    inner: list[Inner]
    count: int = 0


CASES: Mapping[tuple[str, str], Case] = {
    ("openai", "chat body"): Case(
        chat(),
        {
            "choices.0.index": "0",
            "choices.0.message.role": "robot",
            "choices.0.message.tool_calls.0.type": "tool",
            "choices.0.finish_reason": "done",
            "usage.total_tokens": GONE,
            "created": 1.5,
        },
        {"choices.0.message.tool_calls.0.function": "choices[].message.tool_calls[function].function.mine", "usage": "usage.mine"},
    ),
    ("openai", "chat event"): Case(
        chunk(),
        {"choices.0.delta.role": "robot", "created": "1", "choices.0.index": True},
        {"choices.0.delta": "choices[].delta.mine"},
    ),
    ("openai", "chat error"): Case(
        {"error": {"message": "m", "type": "t", "param": None, "code": None}},
        {"error.message": GONE, "error.code": 400},
        {"error": "error.mine", "": "mine"},
    ),
    ("openai", "responses event"): Case(
        {
            "type": "response.output_text.delta",
            "content_index": 0,
            "delta": "Hi",
            "item_id": "i",
            "logprobs": [],
            "output_index": 0,
            "sequence_number": 4,
        },
        {"type": "response.output_text.alpha", "sequence_number": GONE, "delta": 1},
        {"": "mine"},
    ),
    ("anthropic", "messages body"): Case(
        {
            "id": "x",
            "type": "message",
            "role": "assistant",
            "model": "m",
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "content": [{"type": "text", "text": "Hi", "citations": None}],
            "usage": {"input_tokens": 1, "output_tokens": 2},
        },
        {"content.0.type": "words", "content.0.text": GONE, "stop_reason": "done", "usage.input_tokens": "1", "role": "user"},
        {"content.0": "content[text].mine", "usage": "usage.mine"},
    ),
    ("anthropic", "beta messages event"): Case(
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
        {"type": "content_block_alpha", "delta.text": None, "index": GONE},
        {"delta": "delta.mine"},
    ),
    ("google", "generate body"): Case(
        {
            "candidates": [
                {"content": {"role": "model", "parts": [{"text": "Hi", "thoughtSignature": "QUJD"}]}, "finishReason": "STOP"}
            ],
            "createTime": "2026-02-15T07:50:39.178410Z",
            "usageMetadata": {"totalTokenCount": 3},
            "modelVersion": "m",
        },
        {
            "candidates.0.finishReason": "DONE",
            "candidates.0.content.parts.0.text": 5,
            "usageMetadata.totalTokenCount": "3",
            "candidates": {},
            "createTime": "yesterday",
            "candidates.0.content.parts.0.thoughtSignature": "?",
        },
        {"candidates.0.content.parts.0": "candidates[].content.parts[].mine", "": "mine"},
    ),
    ("google", "interactions event"): Case(
        {"event_type": "step.stop", "index": 0}, {"event_type": "step.gone", "index": "0"}, {"": "mine"}
    ),
    ("google", "generate error"): Case(
        {"error": {"code": 400, "message": "m", "status": "INVALID_ARGUMENT"}},
        {"error.code": "400", "error.status": GONE},
        {"error": "error.mine"},
    ),
    ("mistralai", "chat body"): Case(
        chat(),
        {"choices.0.finish_reason": "done", "choices.0.index": "0", "usage": GONE, "choices.0.message.role": "robot"},
        {"choices.0": "choices[].mine", "": "mine"},
    ),
    ("mistralai", "conversations event"): Case(
        {"type": "message.output.delta", "id": "x", "content": "Hi", "role": "assistant"},
        {"type": "message.output.alpha", "content": GONE, "id": 5},
        {"": "mine"},
    ),
    ("cohere", "v2 chat body"): Case(
        {"id": "x", "finish_reason": "COMPLETE", "message": {"role": "assistant", "content": [{"type": "text", "text": "Hi"}]}},
        {"finish_reason": "DONE", "message.content.0.type": "words", "message.content.0.text": 5, "message": GONE},
        {"message": "message.mine", "message.content.0": "message.content[text].mine"},
    ),
    ("cohere", "v2 chat event"): Case(
        {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "Hi"}}}},
        {"type": "content-alpha", "index": "0", "delta.message.content.text": 5},
        {"delta.message": "delta.message.mine"},
    ),
    ("groq", "chat body"): Case(
        chat(), {"choices.0.finish_reason": "done", "created": "1", "choices.0.message.role": "user"}, {"usage": "usage.mine"}
    ),
    ("together", "chat event"): Case(
        chunk(),
        {"choices.0.delta.role": "robot", "object": "chunk", "choices.0.index": "0"},
        {"choices.0.delta": "choices[].delta.mine"},
    ),
    ("ollama", "chat body"): Case(
        {
            "model": "m",
            "message": {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f", "arguments": {}}}]},
            "done": True,
            "eval_count": 3,
        },
        {"message.role": GONE, "message.tool_calls.0.function.arguments": "{}", "done": "true", "eval_count": "3"},
        {"message": "message.mine", "message.tool_calls.0": "message.tool_calls[].mine"},
    ),
    ("huggingface", "chat body"): Case(
        # Its dataclass has no `object`.
        {key: value for key, value in chat(system_fingerprint="f").items() if key != "object"},
        {"choices.0.index": "0", "system_fingerprint": GONE, "choices.0.message.tool_calls.0.function.name": 5},
        {"usage": "usage.mine", "choices.0.message": "choices[].message.mine"},
    ),
    ("bedrock", "converse body"): Case(
        {
            "output": {
                "message": {"role": "assistant", "content": [{"text": "Hi"}, {"reasoningContent": {"redactedContent": "QUJD"}}]}
            },
            "stopReason": "end_turn",
            "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3},
            "metrics": {"latencyMs": 5},
            "additionalModelResponseFields": {"any": ["thing"]},
        },
        {
            "stopReason": "done",
            "usage.totalTokens": "3",
            "output.message.content": {},
            "metrics": GONE,
            "usage.inputTokens": True,
            "output.message.content.1.reasoningContent.redactedContent": "?",
            "output.message.content.0.image": {},
        },
        {"output.message.content.0": "output.message.content[].mine", "usage": "usage.mine"},
    ),
    ("bedrock", "converse event"): Case(
        {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "Hi"}}},
        {"contentBlockDelta.contentBlockIndex": "0", "contentBlockDelta.delta": GONE},
        {"contentBlockDelta.delta": "contentBlockDelta.delta.mine"},
    ),
    ("bedrock", "error"): Case({"message": "m"}, {"message": 5}, {"": "mine"}),
}


def judge(sdk: str, name: str) -> Any:
    """A judge whose SDK is installed."""
    try:
        return _judges(sdk)[name]
    except ImportError:
        pytest.skip(f"{sdk} is not installed")


_judges = cache(judges_of)


def changed(document: Any, place: str, value: Any) -> Any:
    """The document with another value at a place, or without it."""
    found = copy.deepcopy(document)
    *way, last = [int(step) if step.isdigit() else step for step in place.split(".")]
    inner = found
    for step in way:
        inner = inner[step]
    if value is GONE:
        del inner[last]
    else:
        inner[last] = value
    return found


each = pytest.mark.parametrize(("sdk", "name"), CASES)


@each
def test_what_is_valid_is_taken(sdk: str, name: str) -> None:
    case = CASES[sdk, name]
    assert judge(sdk, name).check(case.document) == []
    assert judge(sdk, name).check(json.dumps(case.document).encode()) == []


@pytest.mark.parametrize(("sdk", "name", "place"), [(*key, place) for key, case in CASES.items() for place in case.wrong])
def test_what_is_wrong_is_refused(sdk: str, name: str, place: str) -> None:
    case = CASES[sdk, name]
    mutated = changed(case.document, place, case.wrong[place])
    assert json.dumps(mutated) != json.dumps(case.document)  # True equals 1
    with pytest.raises(ValueError):
        judge(sdk, name).check(mutated)


@pytest.mark.parametrize(("sdk", "name", "place"), [(*key, place) for key, case in CASES.items() for place in case.new])
def test_what_is_unknown_is_named(sdk: str, name: str, place: str) -> None:
    case = CASES[sdk, name]
    assert judge(sdk, name).check(changed(case.document, f"{place}.mine".lstrip("."), {"x": 1})) == [case.new[place]]


@each
def test_what_is_no_object_is_refused(sdk: str, name: str) -> None:
    for wrong in (b"null", b"[]", b"5", b'"text"', b"{"):
        with pytest.raises(ValueError):
            judge(sdk, name).check(wrong)


def test_keys_in_pythons_words_are_unknown() -> None:
    google = judge("google", "generate body")
    assert google.check({"usage_metadata": {"totalTokenCount": 3}}) == ["usage_metadata"]


def test_a_stream_of_dataclasses_may_lack_what_their_parser_makes_none_of() -> None:
    huggingface = judge("huggingface", "chat event")
    assert huggingface.check({"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]}}]}) == []
    with pytest.raises(ValueError, match="index"):
        huggingface.check({"choices": [{"delta": {"tool_calls": [{"index": "0"}]}}]})


Pair = RootModel[tuple[int, str]]


def test_pairs_and_what_is_no_annotation() -> None:
    judge = Typed(Pair)
    assert judge.check([1, "a"]) == []
    for wrong in ([1], ["a", 1], {}):
        with pytest.raises(ValueError):
            judge.check(wrong)
    with pytest.raises(TypeError, match="5 is no annotation that is known here"):
        Typed(5).check({})


def test_a_variable_is_its_bound() -> None:
    judge = Typed(list[TypeVar("T", bound=int)])
    assert judge.check([1]) == []
    with pytest.raises(ValueError):
        judge.check(["a"])


@pytest.mark.parametrize("name", ["models body", "model body"])
@pytest.mark.parametrize("sdk", ["openai", "anthropic"])
def test_a_page_lists_what_one_alone_is(sdk: str, name: str) -> None:
    with pytest.raises(ValueError):
        judge(sdk, name).check({"data": [{}], "id": 5})


def test_a_union_in_an_annotated_one_is_one() -> None:
    judge = Typed(Annotated[int, "n"] | Annotated[Optional[str], "s"])  # noqa: UP045  (a union of its own)
    assert [judge.check(value) for value in (1, "a", None)] == [[], [], []]


def test_a_map_and_a_list_of_a_service_are_judged() -> None:
    judge = judge_of_document()
    assert judge.check({"sections": [], "metadata": {"a": "b"}}) == []
    for wrong in ({"metadata": []}, {"metadata": {"a": 1}}, {"sections": {}}):
        with pytest.raises(ValueError):
            judge.check(wrong)


def judge_of_document() -> Any:
    """A shape with a map and a list in it, of no service."""
    from botocore.model import ShapeResolver

    shapes = {
        "Document": {"type": "structure", "members": {"metadata": {"shape": "Words"}, "sections": {"shape": "Sections"}}},
        "Words": {"type": "map", "key": {"shape": "Word"}, "value": {"shape": "Word"}},
        "Sections": {"type": "list", "member": {"shape": "Word"}},
        "Word": {"type": "string"},
    }
    return Service(ShapeResolver(shapes).get_shape_by_name("Document"))


def test_another_majors_name_is_taken_where_the_newest_is_not_there() -> None:
    for names in (
        ("no_such_sdk:Type", "groq.types.chat:ChatCompletion"),
        ("groq.types.chat:NoSuch", "groq.types.chat:ChatCompletion"),
    ):
        assert Named(Pydantic, names).judge().check(chat()) == []
    with pytest.raises(AttributeError):
        Named(Pydantic, ("no_such_sdk:Type", "groq.types.chat:NoSuch")).judge()


def test_a_class_of_attrs_is_judged_as_the_others_are() -> None:
    judge = Typed(Outer)
    assert judge.check({"inner": [{"name": "a", "mine": 1}]}) == ["inner[].mine"]
    for wrong in ({"inner": [{}]}, {}, {"inner": [], "count": "0"}):
        with pytest.raises(ValueError):
            judge.check(wrong)
