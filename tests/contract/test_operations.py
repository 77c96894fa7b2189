"""What is refused of embeddings, images, sounds and the like is refused in the provider's words: the SDKs' own exceptions tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import cohere
import openai
import pytest

from llm_intercept import intercept
from tests.contract.operations import ROWS, Row


def _openai(way: str) -> Callable[..., Any]:
    """A method of the SDK's client, by the dots on the way to it."""

    def ask(**asked: Any) -> Any:
        found: Any = openai.OpenAI(api_key="k", max_retries=0)
        for name in way.split("."):
            found = getattr(found, name)
        return found(**asked)

    return ask


ASK: Mapping[str, Callable[..., Any]] = {
    "openai embeddings": _openai("embeddings.create"),
    "openai images": _openai("images.generate"),
    "openai speech": _openai("audio.speech.create"),
    "openai transcription": _openai("audio.transcriptions.create"),
    "openai moderation": _openai("moderations.create"),
    "openai completions": _openai("completions.create"),
    "cohere embed": lambda **asked: cohere.ClientV2(api_key="k").embed(**asked),
    "cohere rerank": lambda **asked: cohere.ClientV2(api_key="k").rerank(**asked),
}


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.dialect} {row.message[:60]}" for row in ROWS])
def test_what_just_fails_is_refused(row: Row) -> None:
    ask = ASK[row.dialect]
    with intercept() as llm:
        ask(**row.passes)
        assert llm.calls.last.findings == ()
        with pytest.raises((openai.BadRequestError, cohere.BadRequestError)) as caught:
            ask(**row.fails)
    assert caught.value.status_code == 400
    told = caught.value.body["message"] if isinstance(caught.value, cohere.BadRequestError) else caught.value.body
    wanted = {"message": row.message, "type": "invalid_request_error", "param": row.param, "code": row.code}
    assert told == (wanted if row.dialect.startswith("openai") else row.message)
    assert llm.calls.last.findings[0].clause == (row.clause or f"{row.dialect} request")


@pytest.mark.parametrize("voice", ["cedar", {"id": "voice_1"}])
def test_later_models_may_have_other_voices(voice: Any) -> None:
    with intercept() as llm:
        ASK["openai speech"](model="gpt-4o-mini-tts", input="Hi", voice=voice)
    assert llm.calls.last.findings == ()
