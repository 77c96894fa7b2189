"""Mistral's classifiers: POST /v1/moderations, /v1/chat/moderations, /v1/classifications and /v1/chat/classifications.

Reference: https://docs.mistral.ai/api/#tag/classifiers
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llm_intercept.call import Call, Message
from llm_intercept.dialects.mistral.envelope import MistralEndpoint, invalid
from llm_intercept.dialects.moderation import Moderated, Moderation
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Request

__all__ = ["CLASSIFIERS"]

#: What each generation of the model scores.
_CATEGORIES = (
    *("sexual", "hate_and_discrimination", "violence_and_threats", "dangerous", "criminal", "selfharm", "health", "financial"),
    *("law", "pii", "jailbreaking"),
)
_FORMER = (
    *("sexual", "hate_and_discrimination", "violence_and_threats", "dangerous_and_criminal_content", "selfharm", "health"),
    *("financial", "law", "pii"),
)

#: What Mistral's own classifiers of an application are scored on here, which its training alone knows.
_TARGET, _LABELS = "label", ("positive", "negative")


class _Texts(MistralEndpoint):
    """An endpoint that classifies texts, one or several."""

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        model = body.get("model")
        if not isinstance(model, str):
            raise _wrong("model", "string_type", "Input should be a valid string", body)
        inputs = tuple(self.inputs(body))
        return Call(request, provider, self.operation, self.name, model, inputs, parameters=body, json=body)

    def inputs(self, body: Mapping[str, Any]) -> Iterator[Message]:
        """The inputs in order; raises `Malformed`."""
        given = body.get("input")
        texts = [given] if isinstance(given, str) else given
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise _wrong("input", "string_type", "Input should be a valid string", body)
        yield from (Message("user", text, raw=text) for text in texts)


class _Chats(_Texts):
    """One that classifies conversations, one or several: lists of messages, in an object each or alone."""

    def inputs(self, body: Mapping[str, Any]) -> Iterator[Message]:
        given = body.get("input")
        several = isinstance(given, list) and not all(isinstance(one, dict) and "role" in one for one in given)
        for index, chat in enumerate(given if isinstance(given, list) and several else [given]):
            messages = chat.get("messages") if isinstance(chat, dict) else chat
            if not isinstance(messages, list) or not all(isinstance(one, dict) for one in messages):
                raise invalid(("body", "input", index), "list_type", "Input should be a valid list")
            yield Message("user", "\n".join(_text(message) for message in messages), raw=messages)


class _Moderates(Moderation):
    """One that scores what is told to be harmful."""

    def categories(self, model: str) -> Sequence[str]:
        return _FORMER if model.endswith("-2411") else _CATEGORIES

    def body(self, said: Moderated) -> dict[str, Any]:
        results = [{"categories": flags, "category_scores": dict(one)} for one, flags in zip(said.scores, said.flags, strict=True)]
        return {"id": said.stamp.id("completion", 32), "model": said.model, "results": results}


class _Classifies(Operation):
    """One that scores what an application trained it to: a target and two labels stand for those, evenly likely."""

    operation = "classification"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        even = {label: 1 / len(_LABELS) for label in _LABELS}
        results = [{_TARGET: {"scores": even}} for _ in call.messages]
        return {"id": stamp.id("completion", 32), "model": call.model, "results": results}


class MistralModeration(_Texts, _Moderates):
    """POST /v1/moderations."""

    name = "mistral moderation"
    path = r"/v1/moderations"


class MistralChatModeration(_Chats, _Moderates):
    """POST /v1/chat/moderations."""

    name = "mistral chat moderation"
    path = r"/v1/chat/moderations"


class MistralClassification(_Texts, _Classifies):
    """POST /v1/classifications."""

    name = "mistral classification"
    path = r"/v1/classifications"


class MistralChatClassification(_Chats, _Classifies):
    """POST /v1/chat/classifications."""

    name = "mistral chat classification"
    path = r"/v1/chat/classifications"


CLASSIFIERS = (MistralModeration(), MistralChatModeration(), MistralClassification(), MistralChatClassification())


def _wrong(name: str, kind: str, message: str, body: Mapping[str, Any]) -> Exception:
    return invalid(("body", name), kind, message) if name in body else invalid(("body", name), "missing", "Field required")


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "".join(str(one.get("text", "")) for one in content if isinstance(one, dict))
    return "" if content is None else str(content)
