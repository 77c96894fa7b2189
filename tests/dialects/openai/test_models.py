"""Every body, event and error validates strictly against the models of the provider's SDK."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from llm_intercept import audio, citation, error, reply, thinking, tool_call
from llm_intercept.doctor.judges import Judge, judges_of
from llm_intercept.replies.parts import refusal
from tests.dialects.openai.asked import chat, chunks

PARTS: Mapping[str, Any] = {
    "text": "Paris, of course.",
    "empty text": "",
    "no part": reply(),
    "tools": reply("Let me look.", tool_call("weather", city="Paris"), tool_call("now")),
    "tool alone": tool_call("now"),
    "length": reply("Par", finish="length"),
}
THOUGHT = {"thinking": reply(thinking("Hm."), "Paris.")}
OPENAIS = {
    **PARTS,
    "refusal": refusal("No."),
    "citation": reply("Paris.", citation(url="https://example.org", title="Paris")),
    "sound": audio(b"RIFF" * 2000, transcript="Hello."),
}

#: By provider: the judges, what is said, what the models do not know, and why.
JUDGED: Mapping[str, tuple[Mapping[str, Judge], Mapping[str, Any], Mapping[str, str]]] = {
    "openai": (
        judges_of("openai"),
        OPENAIS,
        {
            "choices[].delta.annotations": "real streams have it",
            "choices[].delta.audio": "real streams have it, and openai 2 does not know it",
            "obfuscation": "real streams have it, and openai 2 does not know it",
        },
    ),
    "azure": (
        judges_of("openai"),
        PARTS,
        {"prompt_filter_results": "Azure's filter", "choices[].content_filter_results": "Azure's filter"},
    ),
    "groq": (judges_of("groq"), {**PARTS, **THOUGHT, "citation": reply("Paris.", citation(document="d1"))}, {}),
    "mistral": (judges_of("mistralai"), {**PARTS, **THOUGHT}, {"usage.prompt_tokens_details": "real bodies have it"}),
}

EACH = [(who, said) for who, (_, parts, _) in JUDGED.items() for said in parts]

#: What is asked for besides, by what it is called.
ASKED: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "n": {"n": 2},
    "logprobs": {"logprobs": True, "top_logprobs": 2},
    "usage": {"stream_options": {"include_usage": True}},
}
SOUND = {"modalities": ["text", "audio"]}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize(("who", "said"), EACH)
def test_a_body_is_what_the_model_says(who: str, said: str, asked: Mapping[str, Any]) -> None:
    judges, parts, allowed = JUDGED[who]
    answer = chat(who, parts[said], **{key: more for key, more in asked.items() if key != "stream_options"}, **SOUND)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert {*judges["chat body"].check(answer.body)} <= {*allowed}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize(("who", "said"), EACH)
def test_every_event_is_what_the_model_says(who: str, said: str, asked: Mapping[str, Any]) -> None:
    judges, parts, allowed = JUDGED[who]
    answer = chat(who, parts[said], stream=True, **asked, **SOUND)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    first, *others = chunks(answer)
    for chunk in others if first.get("prompt_filter_results") else (first, *others):  # the filter's has neither id nor type
        assert {*judges["chat event"].check(chunk)} <= {*allowed}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 429, 500, 503])
@pytest.mark.parametrize("who", ["openai", "groq"])
def test_an_error_is_what_the_model_says(who: str, status: int) -> None:
    judges, _, _ = JUDGED[who]
    assert judges["chat error"].check(chat(who, error(status)).body) == []


def test_what_does_not_validate_is_told_as_mistrals_sdk_reads_it() -> None:
    assert judges_of("mistralai")["validation error"].check(chat("mistral", error(422, "No.", param="messages.0")).body) == []
