"""OpenAI's legacy completions: POST /completions, and the providers that still speak it.

Reference: https://platform.openai.com/docs/api-reference/completions
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from llm_intercept.call import Call, Message
from llm_intercept.dialects.dialect import Dialect, Draft
from llm_intercept.dialects.openai import logprobs
from llm_intercept.dialects.openai.asking import body_of, choices, few, flag, model_of, options, wrong_type
from llm_intercept.dialects.openai.flavours import flavour_of
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.dialects.payload import CHUNKS
from llm_intercept.dialects.wanted import wanted_of
from llm_intercept.framing.json import HOLE
from llm_intercept.framing.sse import DONE
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Text
from llm_intercept.replies.passages import Passage
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame, Request

__all__ = ["OpenAICompletions"]


class OpenAICompletions(OpenAIEndpoint, Dialect):
    """POST /completions. Reference: https://platform.openai.com/docs/api-reference/completions/create

    Every prompt gets `n` choices, each of which says the reply.
    """

    name = "openai completions"
    operation = "completion"
    #: Not what merely ends alike: chat, Mistral's own.
    path = r"(?:\A|/v\d+|/beta|/openai|/inference|/deployments/[^/]+)/completions"
    home = "openai"
    places = CHUNKS
    finishes: ClassVar[Mapping[str, str]] = {
        "stop": "stop",
        "stop_sequence": "stop",
        "length": "length",
        "context_window": "length",
        "content_filter": "content_filter",
    }

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = body_of(request)
        prompts = _prompts(body.get("prompt", ""))
        options(body)
        wanted = wanted_of(body)
        return Call(
            request,
            provider,
            self.operation,
            self.name,
            model_of(body, request, flavour_of(provider, request)),
            tuple([Message("user", prompt, raw=prompt) for prompt in prompts]),
            flag(body, "stream"),
            schema=wanted.schema,
            n=choices(body) * len(prompts),
            parameters=body,
            json=body,
            bare=wanted.bare,
        )

    def check(self, call: Call) -> None:
        few(choices(call.json))

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return "cmpl-" + stamp.id("completion", 29)

    def value(self, passage: Passage, index: int, draft: Draft) -> str:
        match passage.part:
            case Text(text) if not passage.citations:
                return text
            case part:
                raise self.cannot_say(f"{part!r}, and nothing but text", draft.reply)

    def body(self, draft: Draft) -> dict[str, Any]:
        flavour = flavour_of(draft.call.provider, draft.call.request)
        return {
            "id": draft.id,
            "object": flavour.completions.body,
            "created": draft.stamp.created,
            "model": draft.model,
            "choices": [
                {
                    "text": _echoed(draft, index) + "".join(draft.values),
                    "index": index,
                    "logprobs": _logprobs(draft, [*_echo(draft, index), *_tokens(draft)]),
                    "finish_reason": draft.finish,
                }
                for index in range(draft.call.n)
            ],
            "usage": flavour.usage(draft),
            **flavour.completions.top(draft),
        }

    def events(self, draft: Draft) -> Iterator[Frame]:
        framing, indexes = draft.framing, range(draft.call.n)
        flavour = flavour_of(draft.call.provider, draft.call.request)
        asked = (draft.call.json.get("stream_options") or {}).get("include_usage") is True
        common = {"id": draft.id, "object": flavour.completions.chunk, "created": draft.stamp.created, "model": draft.model}
        tail = {"usage": None} if asked and flavour.usage_in == "asked" else {}

        def chunk(index: int, text: str, likely: Any = None, finish: str | None = None) -> dict[str, Any]:
            choice = {"text": text, "index": index, "logprobs": likely, "finish_reason": finish}
            return {**common, "choices": [choice], **tail, **flavour.completions.token(text)}

        at = [0] * len(indexes)
        for index in indexes:
            for echoed in _echo(draft, index):
                yield framing.event(chunk(index, echoed, _logprobs(draft, [echoed])))
                at[index] += len(echoed)
        plain = logprobs.asked(draft.call) is None and not flavour.completions.token("")
        fillers = [framing.filler(chunk(index, HOLE)) for index in indexes]
        for passage in draft.passages:
            for piece in passage.pieces(draft.chunk_size):
                if not isinstance(piece, str):
                    yield piece
                    continue
                for index in indexes:
                    yield (
                        fillers[index](piece) if plain else framing.event(chunk(index, piece, _logprobs(draft, [piece], at[index])))
                    )
                    at[index] += len(piece)
        usage = {"usage": flavour.usage(draft)}
        for index in indexes:
            last = chunk(index, "", finish=draft.finish)
            yield framing.event({**last, **usage} if flavour.usage_in == "last" and index == indexes[-1] else last)
        if flavour.usage_in == "own" or (asked and flavour.usage_in == "asked"):
            yield framing.event({**common, "choices": [], **usage, **flavour.completions.token("")})
        yield DONE


def _prompts(prompt: Any) -> list[str]:
    """The texts to go on with: one, several, or tokens instead, whose text nobody knows."""
    match prompt:
        case None:
            return [""]
        case str():
            return [prompt]
        case [int(), *_]:
            return [_tokens_text(prompt, "prompt")]
        case list():
            return [one if isinstance(one, str) else _tokens_text(one, f"prompt[{index}]") for index, one in enumerate(prompt)] or [
                ""
            ]
        case _:
            raise wrong_type("prompt", "a string, or an array of strings or of tokens", prompt)


def _tokens_text(tokens: Any, where: str) -> str:
    if not isinstance(tokens, list) or not all(type(token) is int for token in tokens):
        raise wrong_type(where, "a string, or an array of tokens", tokens)
    return " ".join(map(str, tokens))


def _echoed(draft: Draft, index: int) -> str:
    """The prompt that a choice goes on with, if that is asked to be said again."""
    messages = draft.call.messages
    return messages[index * len(messages) // draft.call.n].text if draft.call.parameters.get("echo") is True else ""


def _echo(draft: Draft, index: int) -> list[str]:
    echoed = _echoed(draft, index)
    return [echoed] if echoed else []


def _tokens(draft: Draft) -> list[str]:
    return [piece for passage in draft.passages for piece in passage.pieces(draft.chunk_size) if isinstance(piece, str)]


def _logprobs(draft: Draft, tokens: list[str], at: int = 0) -> dict[str, Any] | None:
    """Log probabilities, if they are asked for."""
    top = logprobs.asked(draft.call)
    return None if top is None else logprobs.legacy(tokens, top, at)
