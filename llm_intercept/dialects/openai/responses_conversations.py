"""Conversations, which responses can be part of: their making, their items and their end.

Reference: https://platform.openai.com/docs/api-reference/conversations
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import unquote

from llm_intercept.call import Call
from llm_intercept.dialects.endpoint import Endpoint
from llm_intercept.dialects.openai.asking import body_of, missing
from llm_intercept.dialects.openai.responses_input import Item, items_of, messages
from llm_intercept.dialects.openai.responses_kept import Conversation, listed, numbered
from llm_intercept.dialects.openai.responses_state import query
from llm_intercept.dialects.openai.responses_words import ResponsesEndpoint, not_found, optional
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.replies.reply import DEFAULT_TEXT, Answer, Usual
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Request

__all__ = ["CONVERSATIONS"]


def _ids(request: Request) -> tuple[str, str]:
    """The conversation and the item that a path names."""
    parts = request.path.rstrip("/").rpartition("/conversations/")[2].split("/")
    return unquote(parts[0]), unquote(parts[2]) if len(parts) > 2 else ""


def _told(named: str, kept: Conversation) -> dict[str, Any]:
    return {"id": named, "object": "conversation", "created_at": kept.created, "metadata": kept.metadata}


def _plausible(named: str) -> tuple[Item, ...]:
    """What stands in a conversation that was never made here: one message, whose id that is."""
    content = [{"type": "input_text", "text": DEFAULT_TEXT}]
    return ({"id": named, "type": "message", "status": "completed", "role": "user", "content": content},)


class _Conversing(ResponsesEndpoint, Operation):
    """An endpoint of conversations: of OpenAI's own, others mean something else by that path."""

    only: ClassVar[frozenset[str]] = frozenset({"openai", "azure"})

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = body_of(request) if request.body else {}
        optional(body, "metadata", dict)
        given = items_of(optional(body, "items", list))
        named, _ = _ids(request)
        if past.gone(named):
            raise not_found("Conversation", named)
        said = tuple(messages(given))
        return Call(request, provider, self.operation, self.name, "", said, parameters=body, json=body, kept=past.find(named))

    def after(self, call: Call, stamp: Stamp) -> Conversation:
        """The conversation once the call is answered: as it was, unless an endpoint changes it."""
        return self.before(call, stamp)

    def before(self, call: Call, stamp: Stamp) -> Conversation:
        """The conversation as it was, or one that might have been made."""
        return call.kept if isinstance(call.kept, Conversation) else Conversation(stamp.created, {})

    def named(self, call: Call, stamp: Stamp) -> str:
        """Its id."""
        return _ids(call.request)[0]

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return _told(self.named(call, stamp), self.after(call, stamp))


class _Changing(_Conversing):
    """One that changes a conversation."""

    @abstractmethod
    def after(self, call: Call, stamp: Stamp) -> Conversation: ...

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if isinstance(answer, Usual):
            past.keep(self.named(call, stamp), self.after(call, stamp))


def _new(call: Call, stamp: Stamp) -> tuple[Item, ...]:
    return numbered(items_of(call.parameters.get("items")), stamp)


class CreateConversation(_Changing):
    """POST /conversations"""

    name, operation = "openai conversations", "create"
    path = r"/conversations"

    def named(self, call: Call, stamp: Stamp) -> str:
        return "conv_" + stamp.id("completion", 40)

    def after(self, call: Call, stamp: Stamp) -> Conversation:
        given = _new(call, stamp)
        return Conversation(stamp.created, call.parameters.get("metadata") or {}, (given,) if given else (), made=True)


class GetConversation(_Conversing):
    """GET /conversations/{id}"""

    name, operation, method = "openai conversations retrieve", "retrieve", "GET"
    path = r"/conversations/[^/]+"


class UpdateConversation(_Changing):
    """POST /conversations/{id}"""

    name, operation = "openai conversations update", "update"
    path = r"/conversations/[^/]+"

    def after(self, call: Call, stamp: Stamp) -> Conversation:
        return replace(self.before(call, stamp), metadata=call.parameters.get("metadata") or {})


class DeleteConversation(_Conversing):
    """DELETE /conversations/{id}"""

    name, operation, method = "openai conversations delete", "delete", "DELETE"
    path = r"/conversations/[^/]+"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        return {"id": self.named(call, stamp), "object": "conversation.deleted", "deleted": True}

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if isinstance(answer, Usual) and call.kept is not None and call.kept.made:  # what was never made here cannot go
            past.forget(self.named(call, stamp))


class CreateItems(_Changing):
    """POST /conversations/{id}/items"""

    name, operation = "openai conversation items", "create"
    path = r"/conversations/[^/]+/items"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        call = super().read(request, provider, past)
        if call.parameters.get("items") is None:
            raise missing("items")
        return call

    def after(self, call: Call, stamp: Stamp) -> Conversation:
        before = self.before(call, stamp)
        return replace(before, history=(*before.history, _new(call, stamp)))

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        return listed(_new(call, stamp), {"order": "asc", "limit": "100"})


class ListItems(_Conversing):
    """GET /conversations/{id}/items"""

    name, operation, method = "openai conversation items list", "list", "GET"
    path = r"/conversations/[^/]+/items"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        found = _plausible("msg_" + stamp.id("completion", 40)) if call.kept is None else self.before(call, stamp).items
        return listed(found, query(call.request))


class GetItem(_Conversing):
    """GET /conversations/{id}/items/{item}"""

    name, operation, method = "openai conversation items retrieve", "retrieve", "GET"
    path = r"/conversations/[^/]+/items/[^/]+"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        named, item = _ids(request)
        if past.gone(f"{named}/{item}"):
            raise not_found("Item", item)
        return super().read(request, provider, past)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Item:
        _, item = _ids(call.request)
        return next((one for one in self.before(call, stamp).items if one.get("id") == item), *_plausible(item))


class DeleteItem(_Changing):
    """DELETE /conversations/{id}/items/{item}"""

    name, operation, method = "openai conversation items delete", "delete", "DELETE"
    path = r"/conversations/[^/]+/items/[^/]+"

    def after(self, call: Call, stamp: Stamp) -> Conversation:
        before, (_, item) = self.before(call, stamp), _ids(call.request)
        return replace(before, history=tuple([tuple([one for one in batch if one.get("id") != item]) for batch in before.history]))

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        super().remember(answer, call, stamp, count, past)
        _, item = _ids(call.request)
        if isinstance(answer, Usual) and any(one.get("id") == item for one in self.before(call, stamp).items):
            past.forget("/".join(_ids(call.request)))


#: All of them.
CONVERSATIONS: tuple[Endpoint, ...] = (
    CreateConversation(),
    GetConversation(),
    UpdateConversation(),
    DeleteConversation(),
    CreateItems(),
    ListItems(),
    GetItem(),
    DeleteItem(),
)
