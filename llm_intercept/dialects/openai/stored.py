"""Stored chat completions: what was created with `store` is kept, found, changed and deleted here.

GET, POST and DELETE /chat/completions/{id}, GET /chat/completions, GET /chat/completions/{id}/messages. An id that was never issued
gets a plausible answer. Reference: https://platform.openai.com/docs/api-reference/chat/list
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote

from llm_intercept.call import Call
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.dialects.operation import Operation
from llm_intercept.framing.json import load
from llm_intercept.memory import Past
from llm_intercept.replies.reply import DEFAULT_TEXT, Answer, ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Request

__all__ = ["DeleteStored", "ListStored", "RetrieveStored", "StoredMessages", "UpdateStored", "keep"]

#: Where chats are; what merely ends alike is somebody else's.
_AT = r"(?:\A|/v\d+|/openai)/chat/completions"

#: Under which the ids of all that is stored are kept.
_ALL = "stored chat completions"

#: How many a list shows where nobody says how many.
_PAGE = 20

#: What of a request is told with the stored completion.
_ASKED = ("seed", "top_p", "temperature", "presence_penalty", "frequency_penalty", "tool_choice", "tools", "response_format")


def keep(body: Mapping[str, Any], call: Call, past: Past) -> None:
    """Keep a completion that was created with `store`, and what it answers."""
    asked = {name: call.parameters.get(name) for name in _ASKED}
    metadata = call.parameters.get("metadata")
    completion = {**body, **asked, "request_id": "req_" + body["id"], "input_user": call.parameters.get("user")}
    past.keep(body["id"], {"completion": {**completion, "metadata": metadata or {}}, "messages": call.json["messages"]})
    past.keep(_ALL, (*(past.find(_ALL) or ()), body["id"]))


class _Stored(OpenAIEndpoint, Operation):
    """One endpoint of what is stored."""

    home: ClassVar[str] = "openai"
    only: ClassVar[frozenset[str]] = frozenset({"openai", "azure"})
    stateful: ClassVar[bool] = True
    path: ClassVar[str] = _AT + r"/[^/]+"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        id_ = _id(request)
        if past.gone(id_):
            raise Malformed(f"Chat completion with id '{id_}' not found.", status=404, param="completion_id")
        return Call(request, provider, self.operation, self.name, json=_json(request), kept=past.find(id_))


class RetrieveStored(_Stored):
    """GET /chat/completions/{id}. Reference: https://platform.openai.com/docs/api-reference/chat/get"""

    name = "openai stored chat"
    operation = "retrieve"
    method = "GET"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return _completion(call, stamp)


class UpdateStored(_Stored):
    """POST /chat/completions/{id}: its metadata. Reference: https://platform.openai.com/docs/api-reference/chat/update"""

    name = "openai stored chat update"
    operation = "update"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        given = call.json.get("metadata") if isinstance(call.json, dict) else None
        return {**_completion(call, stamp), "metadata": given or {}}

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if call.kept is not None and not isinstance(answer, ErrorReply):
            past.keep(_id(call.request), {**call.kept, "completion": self.answer(call, stamp, count)})


class DeleteStored(_Stored):
    """DELETE /chat/completions/{id}. Reference: https://platform.openai.com/docs/api-reference/chat/delete"""

    name = "openai stored chat deletion"
    operation = "delete"
    method = "DELETE"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return {"object": "chat.completion.deleted", "id": _id(call.request), "deleted": True}

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if call.kept is not None and not isinstance(answer, ErrorReply):  # what was never here cannot go
            past.forget(_id(call.request))


class StoredMessages(_Stored):
    """GET /chat/completions/{id}/messages. Reference: https://platform.openai.com/docs/api-reference/chat/getMessages"""

    name = "openai stored chat messages"
    operation = "list"
    method = "GET"
    path = _AT + r"/[^/]+/messages"

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        messages = [] if call.kept is None else call.kept["messages"]
        id_ = _id(call.request)
        return _page([_message(message, f"{id_}-{index}") for index, message in enumerate(messages)], call.request)


class ListStored(_Stored):
    """GET /chat/completions. Reference: https://platform.openai.com/docs/api-reference/chat/list"""

    name = "openai stored chats"
    operation = "list"
    method = "GET"
    path = _AT

    def read(self, request: Request, provider: str, past: Past) -> Call:
        kept = [found["completion"] for id_ in past.find(_ALL) or () if (found := past.find(id_)) is not None]
        return Call(request, provider, self.operation, self.name, kept=kept)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        wanted = _query(call.request)
        metadata = {name[9:-1]: value for name, value in wanted.items() if name.startswith("metadata[")}
        found = [
            one
            for one in call.kept
            if wanted.get("model") in (None, one["model"])
            and all(one["metadata"].get(name) == value for name, value in metadata.items())
        ]
        return _page(found, call.request)


def _id(request: Request) -> str:
    """The id that a path names."""
    return unquote(request.path.partition("/chat/completions/")[2].partition("/")[0])


def _query(request: Request) -> dict[str, str]:
    """The query's parameters, the last of each name."""
    return {name: values[-1] for name, values in parse_qs(request.target.partition("?")[2]).items()}


def _json(request: Request) -> Any:
    try:
        return load(request.body) if request.body else None
    except ValueError:
        raise Malformed("We could not parse the JSON body of your request.") from None


def _completion(call: Call, stamp: Stamp) -> dict[str, Any]:
    """What is kept under an id, or what could be."""
    if call.kept is not None:
        return dict(call.kept["completion"])
    return {
        "id": _id(call.request),
        "object": "chat.completion",
        "created": stamp.created,
        "model": "gpt-4o",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": DEFAULT_TEXT, "refusal": None, "annotations": []},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 8, "completion_tokens": 6, "total_tokens": 14},
        "service_tier": "default",
        "system_fingerprint": "fp_" + stamp.id("fingerprint", 10),
        "metadata": {},
    }


def _message(message: Mapping[str, Any], id_: str) -> dict[str, Any]:
    content = message.get("content")
    parts = content if isinstance(content, list) else None
    return {"name": None, **message, "id": id_, "content": None if parts else content, "content_parts": parts}


def _page(items: Sequence[Mapping[str, Any]], request: Request) -> dict[str, Any]:
    """The page of a list that is asked for."""
    wanted = _query(request)
    ordered = list(items) if wanted.get("order") != "desc" else list(items)[::-1]
    ids = [item["id"] for item in ordered]
    start = ids.index(wanted["after"]) + 1 if wanted.get("after") in ids else 0
    limit = wanted.get("limit", "")
    end = start + (int(limit) if limit.isdigit() and int(limit) else _PAGE)
    shown = ordered[start:end]
    return {
        "object": "list",
        "data": shown,
        "first_id": shown[0]["id"] if shown else None,
        "last_id": shown[-1]["id"] if shown else None,
        "has_more": end < len(ordered),
    }
