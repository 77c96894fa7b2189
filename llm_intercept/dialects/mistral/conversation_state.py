"""What else can be asked of a Mistral conversation: itself, its history and messages, all of them, and its end.

Reference: https://docs.mistral.ai/api/#tag/beta.conversations
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.mistral.conversations import conversation_of
from llm_intercept.dialects.mistral.entries import Conversation, messages
from llm_intercept.dialects.mistral.envelope import MistralEndpoint
from llm_intercept.dialects.operation import NO_CONTENT, Operation
from llm_intercept.memory import Past
from llm_intercept.replies.reply import Answer, ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Request

__all__ = ["DeleteConversation", "GetConversation", "GetHistory", "GetMessages", "ListConversations"]

#: What a conversation is that was never started here.
_PLAUSIBLE = Conversation({"model": "mistral-medium-latest"}, "")


class _OfConversation(MistralEndpoint, Operation):
    """An endpoint of one conversation."""

    method: ClassVar[str] = "GET"
    stateful = True

    def read(self, request: Request, provider: str, past: Past) -> Call:
        _, found = conversation_of(request, past)
        kept = found or _PLAUSIBLE
        model = str(kept.start.get("model") or kept.start.get("agent_id") or "")
        told = tuple(messages(kept.entries))
        return Call(request, provider, self.operation, self.name, model, told, kept=kept)


class _Told(_OfConversation):
    """An endpoint that tells something of it."""

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        return self.about(call.request.path.rpartition("/conversations/")[2].partition("/")[0], call.kept, stamp)

    @abstractmethod
    def about(self, id: str, kept: Conversation, stamp: Stamp) -> dict[str, Any]:  # noqa: A002  (the field's own word)
        """What is told of a conversation."""


class GetConversation(_Told):
    """GET /v1/conversations/{id}"""

    name, operation = "mistral conversation", "retrieve"
    path = r"/v1/conversations/[^/]+"

    def about(self, id: str, kept: Conversation, stamp: Stamp) -> dict[str, Any]:  # noqa: A002
        start, created = kept.start, kept.created or stamp.timestamp
        same = {"object": "conversation", "id": id, "created_at": created, "updated_at": created}
        named = {key: start.get(key) for key in ("name", "description", "metadata")}
        if "agent_id" in start:
            return {**same, "agent_id": start["agent_id"], "agent_version": start.get("agent_version"), **named}
        return {
            **same,
            "model": start["model"],
            "instructions": start.get("instructions"),
            "tools": start.get("tools") or [],
            "completion_args": start.get("completion_args") or {},
            **named,
        }


class GetHistory(_Told):
    """GET /v1/conversations/{id}/history"""

    name, operation = "mistral conversation history", "list"
    path = r"/v1/conversations/[^/]+/history"

    def about(self, id: str, kept: Conversation, stamp: Stamp) -> dict[str, Any]:  # noqa: A002
        return {"object": "conversation.history", "conversation_id": id, "entries": kept.entries}


class GetMessages(_Told):
    """GET /v1/conversations/{id}/messages"""

    name, operation = "mistral conversation messages", "list"
    path = r"/v1/conversations/[^/]+/messages"

    def about(self, id: str, kept: Conversation, stamp: Stamp) -> dict[str, Any]:  # noqa: A002
        said = [entry for entry in kept.entries if str(entry.get("type")).startswith("message.")]
        return {"object": "conversation.messages", "conversation_id": id, "messages": said}


class DeleteConversation(_OfConversation):
    """DELETE /v1/conversations/{id}"""

    name, operation, method = "mistral conversation's end", "delete", "DELETE"
    path = r"/v1/conversations/[^/]+"
    success = NO_CONTENT

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> None:
        return None

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if call.kept is not _PLAUSIBLE and not isinstance(answer, ErrorReply):
            past.forget(call.request.path.rstrip("/").rpartition("/")[2])


class ListConversations(MistralEndpoint, Operation):
    """GET /v1/conversations: none are listed, whatever was started here; ask for one by its id."""

    name, operation, method = "mistral list of conversations", "list", "GET"
    path = r"/v1/conversations"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        return Call(request, provider, self.operation, self.name)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> list[Any]:
        return []
