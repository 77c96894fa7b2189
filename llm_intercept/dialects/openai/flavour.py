"""What differs from provider to provider on the one wire that all of them took from OpenAI."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.failing import NamedErrors
from llm_intercept.dialects.openai import errors, headers, logprobs, usages
from llm_intercept.dialects.openai.thoughts import REASONING_CONTENT, Thoughts
from llm_intercept.replies.parts import Citation
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import RawHeaders

__all__ = ["ABSENT", "COMPLETIONS", "FINISHES", "Completions", "Flavour", "Keys"]

#: Stands for a key that is left out.
ABSENT: Final = object()

#: The words of most for the neutral finish reasons.
FINISHES: Mapping[str, str] = {
    "stop": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "context_window": "length",
    "tool_calls": "tool_calls",
    "content_filter": "content_filter",
    "refusal": "stop",
}

#: Makes some keys of a document.
Keys = Callable[[Draft], dict[str, Any]]


def _none(_: Draft) -> dict[str, Any]:
    return {}


def _choice(_: Draft, _finish: str | None) -> dict[str, Any]:
    return {"logprobs": None}


@dataclass(frozen=True, slots=True)
class Completions:
    """The same for a provider's legacy completions: the names of their objects, and what they have besides.

    `top` are more keys of a body, `token` those of a chunk that says a text.
    """

    body: str = "text_completion"
    chunk: str = "text_completion"
    top: Keys = _none
    token: Callable[[str], dict[str, Any]] = lambda _: {}


COMPLETIONS = Completions()


@dataclass(frozen=True, slots=True)
class Flavour:
    """One provider's way of OpenAI's wire.

    What is asked: `strict` is who requires a tool's type, a tool call's type and id, and arguments that are text; others do
    without. `model` is who answers where a call names nobody, "" where it must. `routes` is who lets others answer, as the
    path says.

    What is said: `finishes` are its words for the neutral reasons, `id` and `tool_id` make its ids, `tool` the keys of a tool call
    beside its name and arguments, given its place. `thoughts` is where thinking goes, `annotation` a citation beside the text,
    `sources` the keys at the top that tell all of them; `refuses`, `speaks` and `draws` are who has a place for refusals, sounds
    and images. `logprobs` shapes log probabilities, and `chunk_logprobs` those of a chunk where they are others. None, or False, is
    who has none of that.

    A body: `top` are its keys besides everybody's, `message` those that every message has, `silent` the content of one that says
    no text, `choice` the keys of a choice, given its finish reason.

    A stream: `comment` comes before everything, then the chunk `prelude`; `first` is the first delta (None: there is none of its
    own), `every` the keys of each delta, `last` the last. `chunk_top`, and `chunk_choice` given the finish reason, are the keys of
    each chunk, `first_top` and `last_top` more keys of those two. `usage_in` is where the usage goes: in a chunk of its own where
    that is asked for, or always; or in the last one. `whole_tools` is who sends a tool call in one chunk; `padded` who pads chunks.

    `said` and `envelope` make errors, `named` the words for those that have a name, `stream_error` is the name of the event that
    ends a stream in one. `headers` are the headers, `usage` the counts, `completions` the legacy ones.
    """

    name: str
    strict: bool = False
    model: str = ""
    routes: bool = False

    finishes: Mapping[str, str] = field(default_factory=lambda: FINISHES)
    id: Callable[[Stamp], str] = lambda stamp: f"chatcmpl-{stamp.id('completion', 29)}"
    tool_id: Callable[[Stamp, str], str] = lambda stamp, label: f"call_{stamp.id(label, 24)}"
    tool: Callable[[int], dict[str, Any]] = lambda _: {"type": "function"}
    thoughts: Thoughts | None = REASONING_CONTENT
    annotation: Callable[[Citation, int, int], dict[str, Any] | None] | None = None
    sources: Callable[[Sequence[Citation]], dict[str, Any]] | None = None
    refuses: bool = False
    speaks: bool = False
    draws: bool = False
    logprobs: Callable[[Sequence[str], int], dict[str, Any]] | None = logprobs.openai
    chunk_logprobs: Callable[[Sequence[str], int], Any] | None = None

    top: Keys = _none
    message: Mapping[str, Any] = field(default_factory=dict)
    silent: Any = None
    choice: Callable[[Draft, str | None], dict[str, Any]] = _choice

    comment: bytes = b""
    prelude: Keys | None = None
    first: Mapping[str, Any] | None = None
    every: Mapping[str, Any] = field(default_factory=dict)
    last: Mapping[str, Any] = field(default_factory=dict)
    chunk_top: Keys = _none
    chunk_choice: Callable[[Draft, str | None], dict[str, Any]] = _choice
    first_top: Keys = _none
    last_top: Keys = _none
    usage_in: Literal["asked", "own", "last"] = "asked"
    whole_tools: bool = False
    padded: bool = False

    said: errors.Said = field(default_factory=lambda: errors.OPENAI)
    envelope: Callable[[errors.Problem], Any] = errors.openai
    named: NamedErrors = field(default_factory=dict)
    stream_error: str | None = None
    headers: Callable[[Stamp], RawHeaders] = headers.plain
    usage: Keys = usages.plain
    completions: Completions = COMPLETIONS
