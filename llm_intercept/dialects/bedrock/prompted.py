"""The models that are invoked with a prompt, and go on from there: text in, text out.

References: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-text-completion.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-text-completion.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-deepseek.html
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

from llm_intercept.call import Call, Message
from llm_intercept.dialects.anthropic.complete import turns
from llm_intercept.dialects.bedrock.fields import required
from llm_intercept.dialects.bedrock.invoke import Invoke, invoked
from llm_intercept.dialects.dialect import Draft
from llm_intercept.framing.json import HOLE
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Text
from llm_intercept.replies.passages import Passage
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame, Request

__all__ = ["LEGACY", "PROMPTED", "Command", "DeepSeek", "Llama", "Mistral", "Prompted", "PromptedClaude", "Titan"]


#: The models of Anthropic's that can be asked with a prompt, and with messages as well.
LEGACY = r"anthropic\.claude-(v\d|instant)"


class Prompted(Invoke):
    """One such family. It gives the key of its prompt, and how a text stands in its body and in its chunks."""

    operation = "completion"
    prompt: ClassVar[str] = "prompt"
    finishes = {"stop": "stop", "stop_sequence": "stop", "length": "length"}

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        prompt = required(body, self.prompt, str)
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=self.model_of(request, body),
            messages=(Message("user", prompt, raw=prompt),),
            stream=self.stream_of(request, body),
            parameters=body,
            json=body,
        )

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return stamp.uuid("completion")

    def value(self, passage: Passage, index: int, draft: Draft) -> str:
        match passage.part:
            case Text(text) if not passage.citations:
                return text
            case part:
                raise self.cannot_say(f"{passage.citations[0] if passage.citations else part!r}", draft.reply)

    @abstractmethod
    def body(self, draft: Draft) -> dict[str, Any]:
        """All that is said, which `said` is."""

    @abstractmethod
    def piece(self, text: str, draft: Draft) -> dict[str, Any]:
        """A chunk in the midst of it."""

    @abstractmethod
    def ending(self, draft: Draft) -> dict[str, Any]:
        """The last chunk."""

    def chunks(self, draft: Draft) -> Iterator[Frame]:
        fill = draft.framing.filler(self.piece(HOLE, draft))
        for passage in draft.passages:
            for piece in passage.pieces(draft.chunk_size):
                yield fill(piece) if isinstance(piece, str) else piece
        yield draft.framing.event(self.ending(draft))


def _said(draft: Draft) -> str:
    return "".join(draft.values)


class Llama(Prompted):
    """POST /model/meta.llama.../invoke, by the reference above."""

    name = "bedrock invoke llama"
    path = invoked(r"meta\.llama")

    def body(self, draft: Draft) -> dict[str, Any]:
        return _llama(_said(draft), draft.usage.input, draft.usage.output, draft.finish)

    def piece(self, text: str, draft: Draft) -> dict[str, Any]:
        return _llama(text, None, None, None)

    def ending(self, draft: Draft) -> dict[str, Any]:
        return _llama("", draft.usage.input, draft.usage.output, draft.finish)


def _llama(text: str, asked: int | None, said: int | None, stop: str | None) -> dict[str, Any]:
    return {"generation": text, "prompt_token_count": asked, "generation_token_count": said, "stop_reason": stop}


class Mistral(Prompted):
    """POST /model/mistral.../invoke, by the reference above."""

    name = "bedrock invoke mistral"
    path = invoked(r"mistral\.(mistral-7b|mixtral|mistral-small|mistral-large-2402)")

    def body(self, draft: Draft) -> dict[str, Any]:
        return _mistral(_said(draft), draft.finish)

    def piece(self, text: str, draft: Draft) -> dict[str, Any]:
        return _mistral(text, None)

    def ending(self, draft: Draft) -> dict[str, Any]:
        return _mistral("", draft.finish)


def _mistral(text: str, stop: str | None) -> dict[str, Any]:
    return {"outputs": [{"text": text, "stop_reason": stop}]}


class DeepSeek(Prompted):
    """POST /model/deepseek.r1-.../invoke, by the reference above."""

    name = "bedrock invoke deepseek"
    path = invoked(r"deepseek\.r1")

    def body(self, draft: Draft) -> dict[str, Any]:
        return _deepseek(_said(draft), draft.finish)

    def piece(self, text: str, draft: Draft) -> dict[str, Any]:
        return _deepseek(text, None)

    def ending(self, draft: Draft) -> dict[str, Any]:
        return _deepseek("", draft.finish)


def _deepseek(text: str, stop: str | None) -> dict[str, Any]:
    return {"choices": [{"text": text, "stop_reason": stop}]}


class Titan(Prompted):
    """POST /model/amazon.titan-text-.../invoke, by the reference above."""

    name = "bedrock invoke titan"
    path = invoked(r"amazon\.titan-(text|tg1)")
    prompt = "inputText"
    finishes = {
        "stop": "FINISH",
        "stop_sequence": "STOP_CRITERIA_MET",
        "length": "LENGTH",
        "content_filter": "CONTENT_FILTERED",
    }

    def body(self, draft: Draft) -> dict[str, Any]:
        result = {"tokenCount": draft.usage.output, "outputText": _said(draft), "completionReason": draft.finish}
        return {"inputTextTokenCount": draft.usage.input, "results": [result]}

    def piece(self, text: str, draft: Draft) -> dict[str, Any]:
        return _titan(text, None, None, None)

    def ending(self, draft: Draft) -> dict[str, Any]:
        return _titan("", draft.usage.input, draft.usage.output, draft.finish)


def _titan(text: str, asked: int | None, said: int | None, stop: str | None) -> dict[str, Any]:
    counts = {"totalOutputTextTokenCount": said, "inputTextTokenCount": asked}
    return {"outputText": text, "index": 0, "completionReason": stop, **counts}


class Command(Prompted):
    """POST /model/cohere.command-.../invoke of the models before Command R, by the reference above."""

    name = "bedrock invoke command"
    path = invoked(r"cohere\.command-(light-)?text")
    finishes = {"stop": "COMPLETE", "stop_sequence": "COMPLETE", "length": "MAX_TOKENS", "content_filter": "ERROR_TOXIC"}

    def body(self, draft: Draft) -> dict[str, Any]:
        generation = {"finish_reason": draft.finish, "id": draft.stamp.uuid("generation"), "text": _said(draft)}
        return {"generations": [generation], "id": draft.id, "prompt": draft.call.prompt}

    def piece(self, text: str, draft: Draft) -> dict[str, Any]:
        return {"index": 0, "is_finished": False, "text": text}

    def ending(self, draft: Draft) -> dict[str, Any]:
        return {"finish_reason": draft.finish, "index": 0, "is_finished": True}

    def chunks(self, draft: Draft) -> Iterator[Frame]:
        """Token by token only for who says so in the body, too; else one chunk is all."""
        if draft.call.parameters.get("stream") is True:
            yield from super().chunks(draft)
            return
        for passage in draft.passages:
            yield from (piece for piece in passage.pieces(draft.chunk_size) if not isinstance(piece, str))
        yield draft.framing.event(self.body(draft))


class PromptedClaude(Prompted):
    """POST /model/anthropic.claude-v2.../invoke with a `prompt`, by the reference above; with `messages` it is another's."""

    name = "bedrock invoke anthropic prompt"
    path = invoked(LEGACY)
    finishes = {"stop": "stop_sequence", "stop_sequence": "stop_sequence", "length": "max_tokens"}

    def read(self, request: Request, provider: str, past: Past) -> Call:
        call = super().read(request, provider, past)
        return call._replace(messages=tuple(turns(call.json["prompt"])))

    def body(self, draft: Draft) -> dict[str, Any]:
        return {"type": "completion", **_claude(_said(draft), draft.finish)}

    def piece(self, text: str, draft: Draft) -> dict[str, Any]:
        return _claude(text, None)

    def ending(self, draft: Draft) -> dict[str, Any]:
        return _claude("", draft.finish)


def _claude(text: str, stop: str | None) -> dict[str, Any]:
    return {"completion": text, "stop_reason": stop, "stop": "\n\nHuman:" if stop == "stop_sequence" else None}


PROMPTED: tuple[Prompted, ...] = (Llama(), Mistral(), DeepSeek(), Titan(), Command())
