"""The code of `examples/rag.py`, tested as its author would: no rule for the embeddings, in any SDK's words."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from llm_intercept import embedding, intercept
from llm_intercept.synthesis.embedding import embed

pytest.importorskip("openai")

RAG = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "rag.py"))

QUESTIONS = {
    "When will I get my refund if I cancel?": "Refunds.",
    "How long does shipping an order take?": "Shipping.",
    "Where can I return an item?": "Returns.",
    "Does the warranty cover bulbs?": "Warranty.",
    "May I pay by bank transfer?": "Payment.",
    "Is the shop open on Saturday?": "Opening hours.",
    "Do gift cards expire?": "Gift cards.",
    "Do you sell my address?": "Privacy.",
    "Are there jobs for translators?": "Jobs.",
    "I have a complaint: who answers?": "Complaints.",
}


def index() -> Any:
    from openai import OpenAI

    made = RAG["Index"](OpenAI())
    made.add(RAG["HANDBOOK"])
    return made


def test_each_question_finds_its_passage_of_ten() -> None:
    with intercept():
        found = {question: index().nearest(question) for question in QUESTIONS}
    assert {question: passage.partition(".")[0] + "." for question, passage in found.items()} == QUESTIONS


def test_the_chat_is_given_what_was_found() -> None:
    with intercept("Never.") as llm:
        assert RAG["answer"]("Do gift cards expire?", index()) == "Never."
    assert "A gift card never expires" in llm.calls.last.prompt


def test_a_rule_may_still_say_what_is_near() -> None:
    with intercept() as llm:
        llm.on("bulbs").reply(embedding(embed(["Jobs. We are looking for an electrician"], 1536)))
        assert index().nearest("Does the warranty cover bulbs?").startswith("Jobs.")
