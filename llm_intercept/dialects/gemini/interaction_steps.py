"""The steps of an interaction: whole, and as the deltas in which they stream.

Reference: https://ai.google.dev/gemini-api/docs/interactions/streaming
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from llm_intercept.framing.json import dumps, to_bytes
from llm_intercept.replies.parts import Citation

__all__ = ["begun", "cited", "deltas", "joined", "joins"]


def joins(last: dict[str, Any] | None, step: dict[str, Any]) -> bool:
    """Whether a step is the one before it, going on: what the model gives out without a break is one."""
    return last is not None and "content" in last and "content" in step


def joined(steps: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps as they stand in a body; texts that stand next to each other in one are one."""
    found: list[dict[str, Any]] = []
    for step in steps:
        if not joins(found[-1] if found else None, step):
            found.append(step)
            continue
        contents = [*found[-1]["content"], *step["content"]]
        merged: list[dict[str, Any]] = []
        for content in contents:
            if merged and merged[-1].get("type") == content.get("type") == "text":
                merged[-1] = _merged(merged[-1], content)
            else:
                merged.append(content)
        found[-1] = {**found[-1], "content": merged}
    return found


def _merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    marks = [*first.get("annotations", ()), *second.get("annotations", ())]
    return {**first, "text": first["text"] + second["text"], **({"annotations": marks} if marks else {})}


def cited(citations: Iterable[Citation], before: str, text: str) -> list[dict[str, Any]]:
    """Where a text comes from, each with the bytes that it is about; `before` is what stands before it."""
    start = len(to_bytes(before))
    about = {"start_index": start, "end_index": start + len(to_bytes(text))}
    return [{**_source(citation), **about} for citation in citations]


def _source(citation: Citation) -> dict[str, Any]:
    if citation.document is None:
        title = {} if citation.title is None else {"title": citation.title}
        return {"type": "url_citation", "url": citation.url, **title}
    named = {"document_uri": citation.url, "file_name": citation.title or str(citation.document), "source": citation.quote}
    return {"type": "file_citation", **{name: value for name, value in named.items() if value is not None}}


def begun(step: dict[str, Any]) -> dict[str, Any]:
    """A step at its start: what does not stream."""
    if step.get("type") == "function_call":
        return {**step, "arguments": {}}
    return {name: value for name, value in step.items() if name not in ("content", "summary", "signature")}


def deltas(step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a whole step streams in, each text in one piece."""
    for content in step.get("content", ()):
        if content.get("type") != "text":
            yield content
            continue
        yield {"type": "text", "text": content["text"]}
        if content.get("annotations"):
            yield {"type": "text_annotation_delta", "annotations": content["annotations"]}
    for content in step.get("summary", ()):
        yield {"type": "thought_summary", "content": content}
    if step.get("type") == "thought":
        yield {"type": "thought_signature", "signature": step["signature"]}
    if step.get("type") == "function_call":
        yield {"type": "arguments_delta", "arguments": dumps(step["arguments"])}
