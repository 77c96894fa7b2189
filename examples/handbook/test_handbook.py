"""The handbook. Embeddings need no rule: texts that share words are near each other, the same on every run."""

import openai
import pytest
from handbook import BATCH, EMBEDDING, Handbook

from llm_intercept import contains, embedding, error, server_error

TEXT = """
Refunds. A refund is paid within fourteen days of your cancellation.

Shipping. Orders leave our warehouse on the next working day.

Returns. To return an item, hand the parcel in at any post office.

Warranty. Every lamp has a warranty of five years, which covers the bulb.

Complaints. If something went wrong, write to Ms Okafor, who answers within a day.
"""


@pytest.fixture
def handbook(tmp_path):
    return Handbook(openai.OpenAI(), tmp_path / "vectors.json")


def test_an_answer_comes_from_the_nearest_passage(llm_mock, handbook):
    # The rule asks for the passage that must have been found: with another one it would be a miss.
    llm_mock.on(contains("fourteen days")).reply("Within two weeks.")
    handbook.load(TEXT)
    answer = handbook.ask("When is a refund paid if I send a cancellation?")
    assert answer.text == "Within two weeks."
    assert answer.sources[0] == "Refunds"
    assert llm_mock.calls.last.system.startswith("Answer from the passages alone")


@pytest.mark.usefixtures("llm_mock")
@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Does the warranty of my lamp cover a broken bulb?", "Warranty"),
        ("Who is Ms Okafor?", "Complaints"),
        ("At which post office can I hand a parcel in?", "Returns"),
    ],
)
def test_the_nearest_passage(handbook, question, title):
    handbook.load(TEXT)
    assert handbook.nearest(question, 1) == [title]


def test_vectors_of_ones_own_decide_what_is_near(llm_mock, handbook):
    llm_mock.on("Shipping", operation="embeddings").reply(embedding([0.0, 1.0]))
    llm_mock.on("Refunds", operation="embeddings").reply(embedding([1.0, 0.0]))
    llm_mock.on("money", operation="embeddings").reply(embedding([0.8, 0.6]))
    handbook.load("Shipping. By train.")
    handbook.load("Refunds. In cash.")
    assert handbook.nearest("Where is my money?") == ["Refunds", "Shipping"]


def test_passages_are_embedded_in_batches_and_once(llm_mock, handbook):
    handbook.load(TEXT)
    assert [len(call.messages) for call in llm_mock.calls] == [BATCH, 1]
    assert {call.model for call in llm_mock.calls} == {EMBEDDING}
    again = Handbook(handbook.client, handbook.path)
    again.load(TEXT + "\n\nGift cards. They never expire.")
    assert [message.text for message in llm_mock.calls.last.messages] == ["Gift cards. They never expire."]


def test_an_embedding_that_fails_once_is_asked_for_again(llm_mock, handbook):
    llm_mock.on(operation="embeddings").reply(server_error()).once()
    handbook.load(TEXT)
    assert [call.attempt for call in llm_mock.calls] == [1, 2, 1]
    assert len(handbook.vectors) == 5


def test_nothing_is_written_where_the_embeddings_fail(llm_mock, handbook):
    llm_mock.on(operation="embeddings").reply(error(401))
    with pytest.raises(openai.AuthenticationError):
        handbook.load(TEXT)
    assert not handbook.path.exists()
