"""Where each provider says what a text rests on: beside the message's text, or beside the whole answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llm_intercept.replies.parts import Citation

__all__ = ["document", "links", "results", "url"]


def url(citation: Citation, start: int, end: int) -> dict[str, Any] | None:
    """A page, as OpenAI says it. Reference: https://platform.openai.com/docs/guides/tools-web-search?api-mode=chat"""
    if citation.url is None:
        return None
    page = {"url": citation.url, "title": citation.title or "", "start_index": start, "end_index": end}
    return {"type": "url_citation", "url_citation": page}


def document(citation: Citation, start: int, end: int) -> dict[str, Any] | None:
    """A document of the request, as Groq says it. Reference: https://console.groq.com/docs/api-reference#chat-create"""
    if citation.document is None:
        return None
    place = {"document_id": str(citation.document), "start_index": start, "end_index": end}
    return {"type": "document_citation", "document_citation": place}


def links(citations: Sequence[Citation]) -> dict[str, Any]:
    """The pages' addresses, as xAI says them. Reference: https://docs.x.ai/docs/guides/live-search"""
    return {"citations": _pages(citations)} if citations else {}


def results(citations: Sequence[Citation]) -> dict[str, Any]:
    """The pages found, as Perplexity says them. Reference: https://docs.perplexity.ai/api-reference/chat-completions-post"""
    found = [
        {
            "title": one.title or "",
            "url": one.url,
            "date": None,
            "last_updated": None,
            "snippet": one.quote or "",
            "source": "web",
        }
        for one in citations
    ]
    return {"citations": _pages(citations), "search_results": found}


def _pages(citations: Sequence[Citation]) -> list[str | None]:
    return [one.url for one in citations]
