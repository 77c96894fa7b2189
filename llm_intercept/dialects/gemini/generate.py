"""Gemini: POST /models/{model}:generateContent and :streamGenerateContent, on Google's own host and on Vertex AI.

References: https://ai.google.dev/api/generate-content,
https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import chain
from typing import Any, ClassVar
from urllib.parse import parse_qs

from llm_intercept.call import Call
from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.gemini import logprobs, usage
from llm_intercept.dialects.gemini.candidate import Said, assembled, ending
from llm_intercept.dialects.gemini.events import EVENTS
from llm_intercept.dialects.gemini.fields import field
from llm_intercept.dialects.gemini.generate_reading import GenerateReader
from llm_intercept.dialects.gemini.grounding import grounding
from llm_intercept.dialects.gemini.saying import Speaker
from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import HOLE
from llm_intercept.framing.json_array import JSON_ARRAY
from llm_intercept.replies.parts import StreamEvent, Text
from llm_intercept.replies.passages import Passage
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame

__all__ = ["GenerateContent", "StreamGenerateContent", "VertexGenerateContent", "VertexStreamGenerateContent"]


class GenerateContent(GenerateReader, Speaker):
    """POST /models/{model}:generateContent. Reference: https://ai.google.dev/api/generate-content"""

    name: ClassVar[str] = "gemini generate content"
    path: ClassVar[str] = r"/(?:models|tunedModels)/[^/]+(?::|%3[aA])generateContent"
    finishes = {
        "stop": "STOP",
        "stop_sequence": "STOP",
        "tool_calls": "STOP",
        "length": "MAX_TOKENS",
        "refusal": "SAFETY",
        "content_filter": "SAFETY",
    }

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return stamp.id("completion", 22)

    def variant(self, call: Call) -> Hashable:
        return self.has_ids(call), self.offered(call) if call.tools else (), _likelihoods(call)

    def body(self, draft: Draft) -> dict[str, Any]:
        if _blocked(draft):
            return self._refused(draft)
        said, wanted = assembled(draft.passages, draft.values)[0], _likelihoods(draft.call)
        closing = dict(self._closing(draft))
        if wanted is not None:
            texts = [passage for passage in draft.passages if isinstance(passage.part, Text)]
            tokens = [piece for text in texts for piece in text.pieces(draft.chunk_size) if isinstance(piece, str)]
            closing |= {"logprobsResult": logprobs.result(tokens, wanted)} if tokens else {}
        content = said or _empty(draft)
        return {
            "candidates": [self._candidate(content, number, closing) for number in range(draft.call.n)],
            **self._around(draft, self._usage(draft)),
        }

    def events(self, draft: Draft) -> Iterator[Frame]:
        return chain.from_iterable(self._runs(draft))

    def _runs(self, draft: Draft) -> Iterator[Iterable[Frame]]:
        """The frames in runs, so that those of a text come with nothing of ours around each."""
        for passage, value in zip(draft.passages, draft.values, strict=True):
            yield from self._streamed(passage, value, draft)
        if _blocked(draft):
            yield [draft.framing.event(self._refused(draft))]
            return
        closing, around = dict(self._closing(draft)), self._around(draft, self._usage(draft))
        content = [{"text": ""}] if any(value.part for value in draft.values) else _empty(draft)
        for number in range(draft.call.n):
            yield [draft.framing.event({"candidates": [self._candidate(content, number, closing)], **around})]

    def _streamed(self, passage: Passage, value: Said, draft: Draft) -> Iterator[Iterable[Frame]]:
        """One passage: a text in pieces, its signature after it; any other part whole."""
        part = value.part
        if part is not None and (isinstance(passage.part, Text) or "thought" in part):
            yield from self._pieces(passage, part, draft)
            return
        for fragment in passage.around():
            if fragment is not None:
                yield [fragment]
            elif part is not None:
                yield self._chunks(part, draft)

    def _pieces(self, passage: Passage, part: dict[str, Any], draft: Draft) -> Iterator[Iterable[Frame]]:
        wanted = None if "thought" in part else _likelihoods(draft.call)
        bare = {name: value for name, value in part.items() if name != "thoughtSignature"}
        if wanted is None:
            fillers = [draft.framing.filler(chunk) for chunk in self._chunk({**bare, "text": HOLE}, draft)]
            yield passage.filled(draft.chunk_size, fillers)
        else:
            for piece in passage.pieces(draft.chunk_size):
                yield self._likely({**bare, "text": piece}, piece, wanted, draft) if isinstance(piece, str) else [piece]
        if "thoughtSignature" in part:
            yield self._chunks({**part, "text": ""}, draft)

    def _likely(self, part: dict[str, Any], piece: str, wanted: int, draft: Draft) -> Iterator[bytes]:
        return self._chunks(part, draft, logprobsResult=logprobs.result([piece], wanted))

    def _chunks(self, part: dict[str, Any], draft: Draft, **more: Any) -> Iterator[bytes]:
        for chunk in self._chunk(part, draft, **more):
            yield draft.framing.event(chunk)

    def _chunk(self, part: dict[str, Any], draft: Draft, **more: Any) -> Iterator[dict[str, Any]]:
        """The chunk in which each candidate says one part."""
        around = self._around(draft, self._opening(draft))
        for number in range(draft.call.n):
            yield {"candidates": [self._candidate([part], number, more)], **around}

    def _closing(self, draft: Draft) -> Iterator[tuple[str, Any]]:
        """What stands in a candidate that is at its end."""
        yield from ending(draft.values, draft.finish, draft.reply.finish is not None)
        cited = assembled(draft.passages, draft.values)[1]
        if cited:
            yield "groundingMetadata", grounding(cited)
        if self.averages or _likelihoods(draft.call) is not None:
            yield "avgLogprobs", logprobs.average([value.text for value in draft.values if value.text])

    def _refused(self, draft: Draft) -> dict[str, Any]:
        """A prompt that was blocked has no candidates."""
        return {"promptFeedback": {"blockReason": draft.finish}, **self._around(draft, self._opening(draft))}

    # what differs on Vertex AI

    #: Whether candidates tell their mean log probability unasked.
    averages: ClassVar[bool] = False

    def _candidate(self, content: list[dict[str, Any]], number: int, more: dict[str, Any]) -> dict[str, Any]:
        said = {"content": {"parts": content, "role": "model"}} if content else {}
        return {**said, "index": number, **more}

    def _around(self, draft: Draft, counts: dict[str, Any]) -> dict[str, Any]:
        return {"usageMetadata": counts, "modelVersion": draft.model, "responseId": draft.id}

    def _opening(self, draft: Draft) -> dict[str, Any]:
        """The usage of what is not at its end."""
        return {**usage.asked(draft), "serviceTier": "standard"}

    def _usage(self, draft: Draft) -> dict[str, Any]:
        return {**usage.whole(draft), "serviceTier": "standard"}


class StreamGenerateContent(GenerateContent):
    """POST /models/{model}:streamGenerateContent: events with `alt=sse`, else one array, its elements one by one.

    Reference: https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
    """

    name: ClassVar[str] = "gemini stream generate content"
    path: ClassVar[str] = r"/(?:models|tunedModels)/[^/]+(?::|%3[aA])streamGenerateContent"
    streams: ClassVar[bool] = True

    def framing(self, call: Call) -> Framing:
        return _framing(call)

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> Any:
        """The array's only element, where it is no event that is asked for."""
        told = super().error(error, call, stamp)
        return told if _framing(call) is EVENTS else [told]

    def stream_error(self, error: ErrorReply, call: Call, stamp: Stamp, number: int) -> StreamEvent | None:
        """An event as an element of the array is: without one around it."""
        return StreamEvent(super().error(error, call, stamp))


class VertexGenerateContent(GenerateContent):
    """POST /publishers/google/models/{model}:generateContent, and the endpoints of tuned models.

    Reference: https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/projects.locations.publishers.models/generateContent
    """

    name: ClassVar[str] = "vertex generate content"
    path: ClassVar[str] = r"/(?:publishers/[^/]+/models|endpoints)/[^/]+(?::|%3[aA])generateContent"
    home: ClassVar[str] = "vertex"
    averages: ClassVar[bool] = True
    called: ClassVar[str | None] = None

    def has_ids(self, call: Call) -> bool:
        return False

    def _candidate(self, content: list[dict[str, Any]], number: int, more: dict[str, Any]) -> dict[str, Any]:
        said = {"content": {"role": "model", "parts": content}} if content else {}
        return {**said, **({"index": number} if number else {}), **more}

    def _around(self, draft: Draft, counts: dict[str, Any]) -> dict[str, Any]:
        created = {"createTime": draft.stamp.timestamp}
        return {"usageMetadata": counts, "modelVersion": draft.model, **created, "responseId": draft.id}

    def _opening(self, draft: Draft) -> dict[str, Any]:
        return {**usage.asked(draft), "trafficType": "ON_DEMAND"}

    def _usage(self, draft: Draft) -> dict[str, Any]:
        spoken = {"candidatesTokensDetails": usage.by_modality(draft.usage.spoken)}
        return {**usage.whole(draft), **spoken, "trafficType": "ON_DEMAND"}


class VertexStreamGenerateContent(VertexGenerateContent, StreamGenerateContent):
    """POST /publishers/google/models/{model}:streamGenerateContent.

    Reference: https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/projects.locations.publishers.models/streamGenerateContent
    """

    name: ClassVar[str] = "vertex stream generate content"
    path: ClassVar[str] = r"/(?:publishers/[^/]+/models|endpoints)/[^/]+(?::|%3[aA])streamGenerateContent"
    streams: ClassVar[bool] = True


def _framing(call: Call) -> Framing:
    query = parse_qs(call.request.target.partition("?")[2])
    return EVENTS if query.get("alt", query.get("$alt")) == ["sse"] else JSON_ARRAY


def _blocked(draft: Draft) -> bool:
    """Whether the filter left nothing at all: then it was the prompt that it took."""
    return draft.reason == "content_filter" and all(passage.part == Text("") for passage in draft.passages)


def _empty(draft: Draft) -> list[dict[str, Any]]:
    """The parts of a candidate in which nothing was said: an empty text, or none where something went wrong."""
    return [] if any(value.message is not None for value in draft.values) else [{"text": ""}]


def _likelihoods(call: Call) -> int | None:
    """How many other tokens are to be told at each, if log probabilities are asked for at all."""
    config = field(call.json, "generationConfig")
    if not config or field(config, "responseLogprobs") is not True:
        return None
    count = field(config, "logprobs")
    return count if isinstance(count, int) else 0
