"""OpenAI's moderation: POST /moderations. Reference: https://platform.openai.com/docs/api-reference/moderations/create"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llm_intercept.call import Call, Message
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.moderation import Moderated, Moderation
from llm_intercept.dialects.openai.asking import body_of, missing, required, wrong_type
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["OpenAIModeration"]

#: The model that answers a call that names none.
_MODEL = "omni-moderation-latest"

#: What the models before this one score no image for, and not at all.
_TEXT_ONLY = ("harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "sexual/minors")
_ILLICIT = ("illicit", "illicit/violent")

_CATEGORIES = (
    "harassment", "harassment/threatening", "sexual", "hate", "hate/threatening", "illicit", "illicit/violent",
    "self-harm/intent", "self-harm/instructions", "self-harm", "sexual/minors", "violence", "violence/graphic",
)  # fmt: skip
_FORMER = tuple(name for name in _CATEGORIES if name not in _ILLICIT)


class OpenAIModeration(OpenAIEndpoint, Moderation):
    """POST /moderations: one text, several, or texts and images that are one input together."""

    name = "openai moderation"
    path = r"(?<!/chat)/moderations"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = body_of(request)
        model = body.get("model")
        if model is not None and not isinstance(model, str):
            raise wrong_type("model", "a string", model)
        return Call(
            request,
            provider,
            self.operation,
            self.name,
            model or _MODEL,
            tuple(_inputs(body)),
            parameters=body,
            json=body,
        )

    def check(self, call: Call) -> None:
        if not call.messages:
            raise Malformed("Invalid 'input': empty array. Expected an array with minimum length 1, but got an empty array "
                            "instead.", param="input", code="empty_array")  # fmt: skip
        if call.model.startswith("text-") and any(isinstance(message.raw, list) for message in call.messages):
            raise Malformed(f"Invalid type for 'input': the model {call.model} takes texts alone.", param="input")

    def categories(self, model: str) -> Sequence[str]:
        return _FORMER if model.startswith("text-") else _CATEGORIES

    def body(self, said: Moderated) -> dict[str, Any]:
        results = []
        for message, scores, flags in zip(said.call.messages, said.scores, said.flags, strict=True):
            result = {"flagged": any(flags.values()), "categories": flags, "category_scores": dict(scores)}
            if "illicit" in scores:
                result["category_applied_input_types"] = _applied(message)
            results.append(result)
        model = "text-moderation-007" if said.model.startswith("text-moderation-") else said.model
        return {"id": f"modr-{said.stamp.id('completion', 28)}", "model": model, "results": results}


def _inputs(body: Mapping[str, Any]) -> Iterator[Message]:
    if "input" not in body:
        raise missing("input")
    given = body["input"]
    match [given] if isinstance(given, str) else given:
        case [*texts] if all(isinstance(text, str) for text in texts):
            yield from (Message("user", text, raw=text) for text in texts)
        case [*parts] if all(isinstance(part, dict) for part in parts):
            yield Message("user", " ".join(_texts(parts)), raw=parts)
        case _:
            raise wrong_type("input", "one of a string, an array of strings or an array of objects", given)


def _texts(parts: list[Any]) -> Iterator[str]:
    """The texts of a multimodal input; raises `Malformed`."""
    for index, part in enumerate(parts):
        where = f"input[{index}]"
        match required(part, "type", str, where):
            case "text":
                yield required(part, "text", str, where)
            case "image_url":
                required(required(part, "image_url", dict, where), "url", str, f"{where}.image_url")
            case other:
                raise Malformed(
                    f"Invalid value: '{other}'. Supported values are: 'text' and 'image_url'.",
                    param=f"{where}.type",
                    code="invalid_value",
                )


def _applied(message: Message) -> dict[str, list[str]]:
    """What each category was looked for in."""
    kinds = {part["type"] for part in message.raw} if isinstance(message.raw, list) else {"text"}
    text, image = ["text"] * ("text" in kinds), ["image"] * ("image_url" in kinds)
    return {name: text if name in _TEXT_ONLY else text + image for name in _CATEGORIES}
