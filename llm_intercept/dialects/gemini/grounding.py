"""Where a candidate's text comes from: chunks of pages and documents, and which bytes of which part each supports.

Reference: https://ai.google.dev/api/generate-content#GroundingMetadata
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from llm_intercept.framing.json import to_bytes
from llm_intercept.replies.parts import Citation

__all__ = ["Cited", "grounding"]


class Cited(NamedTuple):
    """A text with its citations: which part it stands in, and the text of that part before it."""

    text: str
    citations: tuple[Citation, ...]
    part: int
    before: str


def grounding(texts: Iterable[Cited]) -> dict[str, Any]:
    """The metadata of a candidate: each source is one chunk, each cited text one support."""
    chunks: list[dict[str, Any]] = []
    supports = []
    for cited in texts:
        indices = []
        for citation in cited.citations:
            chunk = _chunk(citation)
            if chunk not in chunks:
                chunks.append(chunk)
            indices.append(chunks.index(chunk))
        supports.append({"segment": dict(_segment(cited)), "groundingChunkIndices": indices})
    return {"groundingChunks": chunks, "groundingSupports": supports}


def _chunk(citation: Citation) -> dict[str, Any]:
    """A page, or a document by its name; what is None or zero is left out, as protocol buffers do."""
    if citation.document is None:
        return {"web": _given(uri=citation.url, title=citation.title)}
    return {"retrievedContext": _given(uri=citation.url, title=citation.title or str(citation.document), text=citation.quote)}


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _segment(cited: Cited) -> Iterator[tuple[str, Any]]:
    start = len(to_bytes(cited.before))
    if cited.part:
        yield "partIndex", cited.part
    if start:
        yield "startIndex", start
    yield "endIndex", start + len(to_bytes(cited.text))
    yield "text", cited.text
