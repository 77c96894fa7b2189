"""How responses are asked for, and in which words the provider refuses what is malformed.

Reference: https://platform.openai.com/docs/api-reference/responses/create
"""

from __future__ import annotations

from typing import Any

from llm_intercept.call import Call, Message
from llm_intercept.dialects.dialect import Dialect
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.openai import responses_input as said
from llm_intercept.dialects.openai.asking import body_of, flag, missing, wrong_type
from llm_intercept.dialects.openai.flavours import flavour_of
from llm_intercept.dialects.openai.responses_kept import Batches, named_in, referred
from llm_intercept.dialects.openai.responses_words import ResponsesEndpoint, not_found, optional
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["OpenAIResponsesReader", "asked"]


def asked(request: Request, provider: str, past: Past, operation: str, dialect: str) -> Call:
    """The call that a request for a response, or for something about one, makes. `kept` is the history that it builds on."""
    body = body_of(request)
    model, stream = optional(body, "model", str), flag(body, "stream")
    for key in ("include", "tools"):
        optional(body, key, list)
    history, given = _history(body, past), said.items_of(body.get("input"))
    if any(_refers(item) for item in given):
        given = tuple([referred(item, past) if _refers(item) else item for item in given])
    strict = flavour_of(provider, request).strict
    messages = [message for batch in history for message in said.messages(batch)]
    messages += said.messages(given, strict)
    instructions = body.get("instructions")
    if instructions is not None:
        messages[:0] = [Message("system", _instructions(instructions), (), None, instructions)]
    return Call(
        request,
        provider,
        operation,
        dialect,
        model or "",
        tuple(messages),
        stream,
        said.tools(body, given),
        said.tool_choice(body.get("tool_choice")),
        said.schema(body.get("text")),
        parameters=body,
        json=body,
        kept=history,
    )


def _instructions(given: Any) -> str:
    if not isinstance(given, str):
        raise wrong_type("instructions", "a string", given)
    return given


def _refers(item: said.Item) -> bool:
    return item.get("type") == "item_reference" or ("type" not in item and "role" not in item)


def _history(body: said.Item, past: Past) -> Batches:
    """What a call builds on, oldest first: nothing where the provider knows nothing of what it names."""
    before, conversation = optional(body, "previous_response_id", str), named_in(body)
    if before is not None:
        if past.gone(before):
            raise Malformed(
                f"Previous response with id '{before}' not found.",
                param="previous_response_id",
                code="previous_response_not_found",
            )
        kept = past.find(before)
    elif conversation is not None:
        if past.gone(conversation):
            raise not_found("Conversation", conversation)
        kept = past.find(conversation)
    else:
        return ()
    return () if kept is None else tuple(kept.history)


class OpenAIResponsesReader(ResponsesEndpoint, Dialect):
    """The reading half of POST /responses."""

    def read(self, request: Request, provider: str, past: Past) -> Call:
        return asked(request, provider, past, self.operation, self.name)

    def check(self, call: Call) -> None:
        given = {key for key, value in call.parameters.items() if value is not None}
        if not given & {"model", "prompt"}:
            raise missing("model")
        if not given & {"input", "previous_response_id", "prompt", "conversation"}:
            raise Malformed(
                "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation_id' must be provided.",
                param="input",
                code="missing_required_parameter",
            )
        if given >= {"previous_response_id", "conversation"}:
            raise Malformed(
                "Mutually exclusive parameters: 'previous_response_id' and 'conversation' cannot be given together.",
                code="mutually_exclusive_parameters",
            )
