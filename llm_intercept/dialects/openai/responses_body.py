"""A response as a whole: what it says, and all the parameters of the request that it repeats, their defaults filled in.

Reference: https://platform.openai.com/docs/api-reference/responses/object
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.openai.responses_style import style_of

__all__ = ["begun", "cancelled", "whole"]

#: What a request says about its answer, and what that is where it says nothing.
_REPEATED: Mapping[str, Any] = {
    "frequency_penalty": 0.0,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "presence_penalty": 0.0,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "prompt_cache_retention": None,
    "safety_identifier": None,
    "temperature": 1.0,
    "tool_choice": "auto",
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}

#: What is repeated only where it was said.
_IF_SAID = ("prompt", "prompt_cache_options")

_NOWHERE = {"type": "approximate", "city": None, "country": "US", "region": None, "timezone": None}

#: What a tool has where the request left it out, by its type.
_TOOLS: Mapping[str, Mapping[str, Any]] = {
    "custom": {"description": None, "format": {"type": "text"}},
    "file_search": {"filters": None, "max_num_results": 20, "ranking_options": {"ranker": "auto", "score_threshold": 0.0}},
    "function": {"description": None, "parameters": None, "strict": True},
    "image_generation": {
        "background": "auto",
        "moderation": "auto",
        "n": 1,
        "output_compression": 100,
        "output_format": "png",
        "quality": "auto",
        "size": "auto",
    },
    "mcp": {"allowed_tools": None, "require_approval": "always", "server_description": None},
    "tool_search": {"description": None, "parameters": None},
    "web_search": {"filters": None, "search_context_size": "medium", "user_location": _NOWHERE},
    "web_search_preview": {"search_context_size": "medium", "user_location": _NOWHERE},
}

#: Credentials that are given to a tool, and that nobody repeats.
_SECRETS: Mapping[str, Any] = {"authorization": None, "headers": None}

#: Models that think unless they are told not to, by how their names begin.
_THINKERS = ("gpt-5", "gpt-6", "o1", "o3", "o4")


def begun(draft: Draft, status: str) -> dict[str, Any]:
    """A response of which nothing is said yet."""
    return {**_response(draft, status, (), None), "service_tier": draft.call.parameters.get("service_tier") or "auto"}


def cancelled(draft: Draft) -> dict[str, Any]:
    """One that never said anything."""
    return _response(draft, "cancelled", (), None)


def whole(draft: Draft, output: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """One that has come to its end, as a stream tells it."""
    return _response(draft, "completed" if draft.finish == "completed" else "incomplete", output, _usage(draft))


def _response(draft: Draft, status: str, output: Iterable[Mapping[str, Any]], usage: Mapping[str, Any] | None) -> dict[str, Any]:
    asked, style = draft.call.parameters, style_of(draft.call.provider)
    return {
        "id": draft.id,
        "object": "response",
        "created_at": draft.stamp.created,
        "status": status,
        "background": asked.get("background") is True,
        "completed_at": draft.stamp.created if status == "completed" else None,
        "error": None,
        "incomplete_details": {"reason": draft.finish} if status == "incomplete" else None,
        "model": draft.model,
        "moderation": None,
        "output": [*output],
        "reasoning": _reasoning(asked.get("reasoning"), draft.call.model),
        "service_tier": _tier(asked.get("service_tier")),
        "store": not style.stateless and asked.get("store") is not False,
        "text": _text(asked.get("text"), style.verbosity),
        "tools": [_tool(tool) for tool in asked.get("tools") or ()],
        "usage": usage,
        **style.every,
        **{key: default if asked.get(key) is None else asked[key] for key, default in _REPEATED.items()},
        **{key: asked[key] for key in _IF_SAID if asked.get(key) is not None},
        **_conversation(asked.get("conversation")),
    }


def _usage(draft: Draft) -> dict[str, Any]:
    usage = draft.usage
    return {
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cached, "cache_write_tokens": usage.cache_write},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.total,
    }


def _conversation(asked: Any) -> dict[str, Any]:
    if asked is None:
        return {}
    return {"conversation": asked if isinstance(asked, dict) else {"id": asked}}


def _reasoning(asked: Any, model: str) -> dict[str, Any]:
    effort = "medium" if model.rpartition("/")[2].startswith(_THINKERS) else None
    given = {key: value for key, value in asked.items() if value is not None} if isinstance(asked, dict) else {}
    return {"effort": effort, "summary": None, **given}


def _tier(asked: Any) -> Any:
    """The tier that served the call: the one that was asked for, if the choice was not left open."""
    return "default" if asked in (None, "auto") else asked


def _text(asked: Any, verbosity: str | None) -> dict[str, Any]:
    given = asked if isinstance(asked, dict) else {}
    form = given.get("format") or {"type": "text"}
    if isinstance(form, dict) and form.get("type") == "json_schema":
        form = {**form, "description": form.get("description"), "strict": form.get("strict") is True}
    return {"format": form, "verbosity": given.get("verbosity") or verbosity}


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A tool with its defaults; those of a namespace with theirs."""
    kind = tool["type"]
    given = {key: value for key, value in tool.items() if value is not None}
    if kind == "namespace":
        return {**given, "tools": [_tool(inner) for inner in given.get("tools") or ()]}
    told = {**_TOOLS.get(kind, {}), **given}
    if isinstance(given.get("user_location"), dict):
        told["user_location"] = {**_NOWHERE, **given["user_location"]}
    return {**told, **_SECRETS} if kind == "mcp" else told
