"""What a text may cite: the documents that a request brings along, what its tools found, and pages that it knows nothing of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from llm_intercept.call import Call
from llm_intercept.replies.parts import Citation

__all__ = ["Source", "documents", "source"]


class Source(NamedTuple):
    """One source: its id, what it holds, and whether a tool found it."""

    id: str
    held: Mapping[str, Any]
    tool: bool = False


def documents(call: Call, naming: str) -> Iterator[Source]:
    """The documents of a request, texts or objects; one without an id is named by its number, which goes into `naming`."""
    for index, document in enumerate(call.parameters.get("documents") or ()):
        match document:
            case str() | {"data": str()}:
                held = {"text": document if isinstance(document, str) else document["data"]}
            case {"data": dict(data)}:
                held = data
            case _:
                held = document
        named = document.get("id") if isinstance(document, dict) else None
        yield Source(str(named or naming.format(index)), {key: value for key, value in held.items() if key != "id"})


def source(citation: Citation, sources: Sequence[Source], naming: str) -> Source:
    """What a citation names, by its number or its id; for what the request did not bring, a document of the citation's own."""
    number = citation.document
    if isinstance(number, int) and 0 <= number < len(sources):
        return sources[number]
    found = next((one for one in sources if one.id == number), None)
    named = naming.format(number) if isinstance(number, int) else str(number or citation.url)
    held = {"title": citation.title, "snippet": citation.quote, "url": citation.url}
    return found or Source(named, {key: value for key, value in held.items() if value is not None})
