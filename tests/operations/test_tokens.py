"""Tokens as Cohere, Vertex AI and watsonx tell them: the pieces make the text again, and its ids are read back."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept import Interceptor
from llm_intercept.synthesis.tokens import estimate
from llm_intercept.synthesis.vocabulary import text_of, tokens_of
from tests.operations.asking import ask

COHERE = "https://api.cohere.com/v1"
VERTEX = "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-pro"
WATSONX = "https://us-south.ml.cloud.ibm.com/ml/v1/text/tokenization?version=2024-05-31"


@given(st.text())
def test_tokens_make_the_text_again(text: str) -> None:
    told = tokens_of(text)
    assert "".join(piece for _, piece in told) == text
    assert text_of(one for one, _ in told) == text
    assert len(told) == estimate(text) or not text.isascii()


@pytest.mark.parametrize("one", [0, 7, 10104, 0x01FF, 2**70])
def test_a_token_that_is_none_of_ours_is_a_number(one: int) -> None:
    assert text_of([one]) == f" {one}"


def test_coheres_tokens_are_read_back() -> None:
    llm = Interceptor()
    told = ask(llm, f"{COHERE}/tokenize", {"text": "Hello, wörld!", "model": "command-r"}).json
    assert "".join(told["token_strings"]) == "Hello, wörld!"
    assert llm.calls[-1].prompt == "Hello, wörld!"
    back = ask(llm, f"{COHERE}/detokenize", {"tokens": told["tokens"], "model": "command-r"}).json
    assert back["text"] == "Hello, wörld!"
    assert ask(llm, f"{COHERE}/check-api-key", {}).json["valid"] is True
    assert [entry.operation for entry in llm.calls] == ["tokenize", "detokenize", "check_key"]


def test_vertex_tells_the_tokens_of_each_message() -> None:
    contents = [{"role": "user", "parts": [{"text": "Hello there"}]}, {"role": "model", "parts": [{"text": "Hi"}]}]
    told = ask(Interceptor(), f"{VERTEX}:computeTokens", {"contents": contents}).json["tokensInfo"]
    assert [(one["role"], b"".join(map(b64decode, one["tokens"]))) for one in told] == [("user", b"Hello there"), ("model", b"Hi")]
    assert text_of(map(int, told[0]["tokenIds"])) == "Hello there"


@pytest.mark.parametrize(("more", "shown"), [({}, False), ({"parameters": {"return_tokens": True}}, True)])
def test_watsonx_counts_tokens_and_shows_them_where_they_are_wanted(more: dict[str, Any], shown: bool) -> None:
    llm = Interceptor(count_tokens=lambda text: len(text.split()))
    told = ask(llm, WATSONX, {"model_id": "m", "input": "Write a tagline.", **more}).json["result"]
    assert told["token_count"] == 3
    assert ("".join(told["tokens"]) == "Write a tagline.") if shown else "tokens" not in told


@pytest.mark.parametrize(
    ("url", "body", "why"),
    [
        (f"{COHERE}/tokenize", {"model": "m"}, "'text' param is missing"),
        (f"{COHERE}/tokenize", {"text": "", "model": "m"}, "from 1 to 65536"),
        (f"{COHERE}/detokenize", {"tokens": ["a"], "model": "m"}, "array of integers"),
        (WATSONX, {"model_id": "m"}, "input should be a string"),
        (WATSONX, {"input": "a"}, "model_id"),
    ],
)
def test_what_is_malformed_is_refused(url: str, body: Any, why: str) -> None:
    answer = ask(Interceptor(), url, body)
    assert answer.status == 400
    assert why in answer.text
