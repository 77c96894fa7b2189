"""Anthropic's APIs asked without an SDK, and the replies that its messages can say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx2

from llm_intercept import Interceptor, citation, native, refusal, reply, thinking, tool_call

VERTEX = "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/anthropic/models"

#: What is asked, by a short name.
URLS: Mapping[str, str] = {
    "messages": "https://api.anthropic.com/v1/messages",
    "beta": "https://api.anthropic.com/v1/messages?beta=true",
    "count": "https://api.anthropic.com/v1/messages/count_tokens",
    "complete": "https://api.anthropic.com/v1/complete",
    "vertex": f"{VERTEX}/claude-test@20250929:rawPredict",
    "vertex stream": f"{VERTEX}/claude-test%4020250929:streamRawPredict",
    "vertex count": f"{VERTEX}/count-tokens:rawPredict",
}

PROMPT = "\n\nHuman: What is the weather in Paris?\n\nAssistant:"

#: What each needs at least.
REQUEST: Mapping[str, Any] = {
    "model": "claude-test",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "What is the weather in Paris?"}],
}
COMPLETE: Mapping[str, Any] = {"model": "claude-2", "prompt": PROMPT, "max_tokens_to_sample": 100}

PLAIN = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "The sky is blue."}, "title": "Sky"}
BLOCKS = {
    "type": "document",
    "source": {"type": "content", "content": [{"type": "text", "text": "One."}, {"type": "text", "text": "Two."}]},
}
PDF = {"type": "document", "source": {"type": "file", "file_id": "file_7"}, "title": None}
FOUND = {
    "type": "search_result",
    "source": "https://example.org/a",
    "title": "A",
    "content": [{"type": "text", "text": "First."}, {"type": "text", "text": "Second."}],
}

#: A request that brings documents along, one of them in a tool's result.
BROUGHT: Mapping[str, Any] = {
    "messages": [
        {"role": "user", "content": [PLAIN, BLOCKS, {"type": "text", "text": "Where?"}]},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "find", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": [PDF, FOUND]}]},
    ]
}

SEARCH = native({"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "sky"}})
HITS = native({
    "type": "web_search_tool_result",
    "tool_use_id": "srvtoolu_1",
    "content": [{"type": "web_search_result", "url": "https://x.org", "title": "X", "encrypted_content": "e", "page_age": None}],
})  # fmt: skip
CODE = native({"type": "server_tool_use", "id": "srvtoolu_2", "name": "bash_code_execution", "input": {"command": "ls"}})
RAN = native({
    "type": "bash_code_execution_tool_result",
    "tool_use_id": "srvtoolu_2",
    "content": {"type": "bash_code_execution_result", "stdout": "a", "stderr": "", "return_code": 0, "content": []},
})  # fmt: skip

#: Replies that both the models and the beta models have.
REPLIES: Mapping[str, Any] = {
    "thinking": reply(thinking("The user wants a city."), "Paris."),
    "signed": reply(thinking("Hm.", signature="c2ln"), "Paris."),
    "redacted": reply(thinking(redacted=True), thinking("seen by nobody", signature="ZGF0YQ==", redacted=True), "Paris."),
    "thinking alone": thinking("Hm."),
    "thinking between tools": reply(thinking("One."), tool_call("a"), thinking("Two."), tool_call("b", x=1), "Done."),
    "refusal": refusal("I cannot help with that.", category="cyber"),
    "refusal after text": reply("Well, ", refusal("no.")),
    "refusal in the midst of a tool": reply(tool_call("now"), refusal("No."), finish="refusal"),
    "filtered": reply("Well", finish="content_filter"),
    "page cited": reply("Blue.", citation(url="https://x.org", title="X", quote="It is blue"), " So it is."),
    "documents cited": reply("Blue.", citation(document=0, quote="blue"), citation(document=7, quote="far")),
    "search": reply("Let me look. ", SEARCH, HITS, "Found it.", citation(url="https://x.org")),
    "code": reply(CODE, RAN, "Done."),
    "own blocks": reply(
        native({"type": "text", "text": "Given.", "citations": None}),
        native({"type": "thinking", "thinking": "Given.", "signature": "c2ln"}),
        native({"type": "tool_use", "id": "toolu_1", "name": "now", "input": {"a": [1, None]}, "caller": {"type": "direct"}}),
        native({"type": "redacted_thinking", "data": "ZA=="}),
    ),
    "cached": reply("Hi", usage={"input": 100, "output": 9, "reasoning": 4, "cached": 60, "cache_write": 30}),
    "paused": reply(SEARCH, finish="pause"),
}

#: Those that the beta models have alone.
BETA_REPLIES: Mapping[str, Any] = {
    "mcp": reply(
        native({"type": "mcp_tool_use", "id": "mcptoolu_1", "name": "ask", "server_name": "wiki", "input": {"q": "?"}}),
        native(
            {"type": "mcp_tool_result", "tool_use_id": "mcptoolu_1", "is_error": False, "content": [{"type": "text", "text": "!"}]}
        ),
        "Done.",
    ),
    "compaction": reply(native({"type": "compaction", "content": "So far.", "encrypted_content": "e"}), "Go on."),
    "failed compaction": reply(native({"type": "compaction", "content": None, "encrypted_content": None}), "Go on."),
}

#: More keys of a request, and whether the beta models alone have what they bring about.
MORE: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "documents": BROUGHT,
    "container": {"container": "container_7"},
    "elsewhere": {"inference_geo": "us", "stop_sequences": ["END"]},
}
BETA_MORE: Mapping[str, Mapping[str, Any]] = {
    "skills": {"container": {"id": None, "skills": [{"type": "anthropic", "skill_id": "pptx", "version": "latest"}]}},
    "edits": {"context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}, "speed": "fast"},
}


def send(llm: Interceptor, to: str, body: Any) -> httpx2.Response:
    """Post a body, bytes or JSON, through the explicit transport."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        response: httpx2.Response = client.post(URLS[to], content=content, headers={"content-type": "application/json"})
        return response


def post(said: object, to: str = "messages", /, **more: Any) -> httpx2.Response:
    """The answer to a valid request, and more keys of it, where `said` is the reply."""
    return send(Interceptor(said), to, {**(COMPLETE if to == "complete" else REQUEST), **more})


def events(response: httpx2.Response) -> list[Any]:
    """The values of a stream's events, each of which is named for its type."""
    blocks = response.text.split("\n\n")
    assert blocks.pop() == "", "the last event does not end"
    found = []
    for block in blocks:
        name, data = block.split("\n")
        found.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {found[-1]['type']}"
    return found


def deltas(response: httpx2.Response, kind: str) -> list[Any]:
    """The deltas of one type."""
    return [event["delta"] for event in events(response) if event.get("delta", {}).get("type") == kind]
