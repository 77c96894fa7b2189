"""Questions about a handbook: its passages and their vectors in a file, and a model that answers from the nearest ones."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from openai import OpenAI

BATCH = 4
EMBEDDING = "text-embedding-3-small"
SYSTEM = "Answer from the passages alone, in one sentence. If they do not say it, say that you do not know."


@dataclass(frozen=True)
class Answer:
    """What was said, and the titles of the passages that it was said from."""

    text: str
    sources: list[str]


@dataclass
class Handbook:
    """Passages by title. What did not change is not embedded again."""

    client: OpenAI
    path: Path
    passages: dict[str, str] = field(default_factory=dict)
    vectors: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.path.exists():
            self.vectors = json.loads(self.path.read_text())

    def load(self, text: str) -> None:
        """Take the passages of a text, `Title. What it says.`, one a paragraph."""
        for paragraph in filter(None, map(str.strip, text.split("\n\n"))):
            self.passages[paragraph.partition(".")[0]] = paragraph
        new = [passage for passage in self.passages.values() if _key(passage) not in self.vectors]
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            self.vectors.update(zip(map(_key, batch), self._embed(batch), strict=True))
        self.path.write_text(json.dumps(self.vectors))

    def nearest(self, question: str, count: int = 2) -> list[str]:
        """The titles of the passages that are nearest to a question, the nearest first."""
        [asked] = self._embed([question])
        near = {title: _product(asked, self.vectors[_key(passage)]) for title, passage in self.passages.items()}
        return sorted(near, key=near.__getitem__, reverse=True)[:count]

    def ask(self, question: str) -> Answer:
        """The answer to a question."""
        sources = self.nearest(question)
        passages = "\n".join(self.passages[title] for title in sources)
        said = self.client.responses.create(
            model="gpt-5-mini", instructions=SYSTEM, input=f"Passages:\n{passages}\n\nQuestion: {question}"
        )
        return Answer(said.output_text, sources)

    def _embed(self, texts: list[str]) -> list[list[float]]:
        return [one.embedding for one in self.client.embeddings.create(model=EMBEDDING, input=texts).data]


def _key(passage: str) -> str:
    return hashlib.sha256(passage.encode()).hexdigest()


def _product(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))  # OpenAI's vectors are of length 1
