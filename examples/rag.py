"""Retrieval: chunks, embeddings, an index in memory, and a chat with what was found. Only the chat is scripted.

The embeddings need no rule: they are made up so that texts that share words are near each other, the same on every run.
"""

from dataclasses import dataclass, field

from openai import OpenAI

from llm_intercept import contains, intercept

HANDBOOK = """
Refunds. A refund is paid within fourteen days of the day on which we hear of your cancellation.

Shipping. Orders leave our warehouse on the next working day, and reach you two days later.

Returns. To return an item, print the label in your account and hand the parcel in at any post office.

Warranty. Every lamp has a warranty of five years, which covers the bulb, too.

Payment. You can pay by card, by bank transfer or on delivery; we charge nothing for either.

Opening hours. The shop in Lyon is open from nine to six, Monday to Saturday.

Gift cards. A gift card never expires, and can be spent in several parts.

Privacy. We keep your address for as long as you have an account, and sell it to nobody.

Jobs. We are looking for an electrician and for a translator into Portuguese.

Complaints. If something went wrong, write to Ms Okafor, who answers within a day.
"""


@dataclass
class Index:
    """The code under test: passages and their vectors."""

    client: OpenAI
    passages: list[str] = field(default_factory=list)
    vectors: list[list[float]] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Add a text, chunk by chunk."""
        chunks = [chunk.strip() for chunk in text.split("\n\n") if chunk.strip()]
        self.passages += chunks
        self.vectors += self._embed(chunks)

    def nearest(self, question: str) -> str:
        """The passage that is nearest to a question."""
        (asked,) = self._embed([question])
        return max(zip(self.passages, self.vectors, strict=True), key=lambda pair: _cosine(asked, pair[1]))[0]

    def _embed(self, texts: list[str]) -> list[list[float]]:
        answer = self.client.embeddings.create(model="text-embedding-3-small", input=texts)
        return [item.embedding for item in answer.data]


def _cosine(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))  # they are of length 1


def answer(question: str, index: Index) -> str:
    """The code under test: a chat about what was found."""
    prompt = f"Answer from this passage alone:\n{index.nearest(question)}\n\nQuestion: {question}"
    said = index.client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": prompt}])
    return said.choices[0].message.content


def main() -> None:
    with intercept() as llm:
        # The rules look at the passage that the index found, so a wrong one is a miss.
        llm.on(contains("fourteen days")).reply("Within two weeks.")
        llm.on(contains("Ms Okafor")).reply("Write to Ms Okafor.")
        llm.on(contains("post office")).reply("At a post office.")

        index = Index(OpenAI())
        index.add(HANDBOOK)
        refund = answer("When will I get my refund if I cancel?", index)
        complaint = answer("I want to complain. Whom do I write to?", index)
        parcel = answer("Where can I return an item?", index)

    print(refund, complaint, parcel)
    assert (refund, complaint, parcel) == ("Within two weeks.", "Write to Ms Okafor.", "At a post office.")
    assert [call.operation for call in llm.calls] == ["embeddings", *["embeddings", "chat"] * 3]
    assert len(llm.calls[0].messages) == 10


if __name__ == "__main__":
    main()
