"""Where a cited text comes from: a page, or what the request brought along.

Reference: https://docs.anthropic.com/en/docs/build-with-claude/citations
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from llm_intercept.call import Call
from llm_intercept.replies.parts import Citation
from llm_intercept.synthesis.stamp import Stamp

__all__ = ["location"]


def location(citation: Citation, call: Call, stamp: Stamp, label: str) -> dict[str, Any] | None:
    """A citation as the wire has it; None where it names a document that the request did not bring along."""
    found = [*_brought(call.json["messages"])]
    results = [block for block in found if block["type"] == "search_result"]
    documents = [block for block in found if block["type"] == "document"]
    wanted = citation.url if citation.document is None else citation.document
    for index, result in enumerate(results):
        if wanted in (result.get("source"), result.get("title")):
            return _in_result(citation, result, index)
    if citation.document is None:
        return {
            "type": "web_search_result_location",
            "cited_text": citation.quote or "",
            "url": citation.url,
            "title": citation.title,
            "encrypted_index": f"Eo8BCioIBxgCIiQw{stamp.id(label, 32)}",
        }
    if isinstance(wanted, int):
        # One that is not there may be known by a file, or to nobody but the model.
        document = documents[wanted] if 0 <= wanted < len(documents) else {}
        return _in_document(citation, document, wanted)
    for index, document in enumerate(documents):
        if wanted in (document.get("title"), _file(document)):
            return _in_document(citation, document, index)
    return None


def _brought(owners: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """The documents and search results of messages and of tool results, in order."""
    for owner in owners:
        if isinstance(owner, dict) and owner.get("type") in ("document", "search_result"):
            yield owner
        elif isinstance(owner, dict) and isinstance(owner.get("content"), list):
            yield from _brought(owner["content"])


def _file(document: dict[str, Any]) -> str | None:
    match document:
        case {"source": {"file_id": str(file)}}:
            return file
        case _:
            return None


def _in_document(citation: Citation, document: dict[str, Any], index: int) -> dict[str, Any]:
    """The place in a document: by characters in plain text, by blocks where it is made of them, else by pages."""
    where: dict[str, Any] = {
        "cited_text": citation.quote or "",
        "document_index": index,
        "document_title": citation.title or document.get("title"),
    }
    match document.get("source"):
        case {"type": "content", "content": str(text)}:
            place = {"start_block_index": 0, "end_block_index": 1}
            where |= {"type": "content_block_location", "cited_text": text}
        case {"type": "content", "content": [*blocks]}:
            cited, at = _block(citation, blocks)
            place = {"start_block_index": at, "end_block_index": at + 1}
            where |= {"type": "content_block_location", "cited_text": cited}
        case None | {"type": "text"} as source:
            text = str(source["data"]) if source and "data" in source else where["cited_text"]
            cited = citation.quote or text
            start = max(text.find(cited), 0)
            place = {"start_char_index": start, "end_char_index": start + len(cited)}
            where |= {"type": "char_location", "cited_text": cited}
        case _:
            place = {"start_page_number": 1, "end_page_number": 2}
            where |= {"type": "page_location"}
    return {**where, **place, "file_id": _file(document)}


def _in_result(citation: Citation, result: dict[str, Any], index: int) -> dict[str, Any]:
    cited, at = _block(citation, result.get("content"))
    return {
        "type": "search_result_location",
        "cited_text": cited,
        "search_result_index": index,
        "source": result.get("source"),
        "title": citation.title or result.get("title"),
        "start_block_index": at,
        "end_block_index": at + 1,
    }


def _block(citation: Citation, content: Any) -> tuple[str, int]:
    """The text of the first block that holds the quote, and its place: a block is cited whole."""
    texts = [str(block.get("text", "")) for block in content if isinstance(block, dict)] if isinstance(content, list) else []
    quote = citation.quote or ""
    return next(((text, at) for at, text in enumerate(texts) if quote in text), (quote, 0))
