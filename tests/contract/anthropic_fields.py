"""Requests that Anthropic takes, and such that it nearly takes: each field by itself, and what only some models take."""

from __future__ import annotations

from typing import Any

__all__ = ["FIELDS", "image"]

ASKED = {"role": "user", "content": "What is the weather?"}
SAID = {"role": "assistant", "content": "It is"}
SAID_SHORT = {"type": "text", "text": "Hi"}
SYSTEM = {"role": "system", "content": "Be brief."}
ROLE = (
    'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message '
    "role."
)
PREFILL = "This model does not support assistant message prefill. The conversation must end with a user message."
BOTH = "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
ENABLED = (
    '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control '
    "thinking behavior."
)
OFFERED = {"tools": [{"name": "look", "input_schema": {"type": "object"}}]}
LONG = "which is the maximum allowed number of output tokens for"
ORDER = (
    "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the "
    "following order: `tools`, `system`, `messages`."
)
FUNCTION = (
    "tools.0: Input tag 'function' found using 'type' does not match any of the expected tags: 'bash_20250124', 'custom', "
    "'text_editor_20250124', 'text_editor_20250429', 'text_editor_20250728', 'web_search_20250305'"
)
UNCHOSEN = (
    "tool_choice: Input tag 'required' found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool', 'none'"
)
CLOSE = "Please set 'additionalProperties' to false"
KINDS = (
    "'bash_code_execution_tool_result', 'code_execution_tool_result', 'connector_text', 'container_upload', 'document', 'image', "
    "'mcp_tool_result', 'mcp_tool_use', 'redacted_thinking', 'search_result', 'server_tool_use', 'text', "
    "'text_editor_code_execution_tool_result', 'thinking', 'tool_result', 'tool_search_tool_result', 'tool_use', "
    "'web_fetch_tool_result', 'web_search_tool_result'"
)
PAUSED = {
    "role": "assistant",
    "content": [{"type": "text", "text": "So"}, {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}],
}
HEIGHT = {"type": "object", "properties": {"m": {"type": "number"}}, "additionalProperties": False}


def body(**values: Any) -> dict[str, Any]:
    """What newer SDKs have no parameter for, or warn of."""
    return {"extra_body": values}


def user(*blocks: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": [*blocks]}]}


def image(kind: str = "image/png", data: str = "iVBORw0KGgo=") -> dict[str, Any]:
    return {"type": "image", "source": {"type": "base64", "media_type": kind, "data": data}}


def document(how: str, kind: str) -> dict[str, Any]:
    return {"type": "document", "source": {"type": how, "media_type": kind, "data": "JVBERi0xLjQK"}}


def asked(model: str, *messages: Any, **more: Any) -> dict[str, Any]:
    return body(model=model, messages=[ASKED, *messages], **more)


def tool(schema: Any, **more: Any) -> dict[str, Any]:
    return body(tools=[{"name": "look", "input_schema": schema, **more}])


def schema(given: dict[str, Any], key: str = "output_config") -> dict[str, Any]:
    wanted = {"type": "json_schema", "schema": given}
    return body(**{key: {"format": wanted} if key == "output_config" else wanted})


def of(kind: str, **more: Any) -> dict[str, Any]:
    """A closed object with one property."""
    return {"type": "object", "additionalProperties": False, "properties": {"a": {"type": kind, **more}}}


def cached(*lifetimes: str | None) -> dict[str, Any]:
    """A tool, the system's words and the user's, cached for so long."""
    marks = [{"cache_control": {"type": "ephemeral", **({} if one is None else {"ttl": one})}} for one in lifetimes]
    system = [{"type": "text", "text": "Be brief.", **marks[1]}]
    said = {"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "text", "text": "Hi", **marks[2]}]}
    return body(tools=[{**OFFERED["tools"][0], **marks[0]}], system=system, messages=[said])


def used(*ids: str) -> dict[str, Any]:
    return {"role": "assistant", "content": [{"type": "tool_use", "id": one, "name": "look", "input": {}} for one in ids]}


def told(*ids: str, role: str = "user") -> dict[str, Any]:
    return {"role": role, "content": [{"type": "tool_result", "tool_use_id": one, "content": "Sunny"} for one in ids]}


#: The clause, a request that just passes, one that just fails, and the words.
FIELDS: tuple[tuple[str, dict[str, Any], dict[str, Any], str], ...] = (
    ("system messages", asked("claude-opus-4-8", SYSTEM), asked("claude-opus-4-7", SYSTEM), ROLE),
    ("system messages", {"system": "Be brief."}, {"messages": [SYSTEM, ASKED]}, ROLE),
    (
        "longest answers",
        body(model="claude-3-haiku-20240307", max_tokens=4096),
        body(model="claude-3-haiku-20240307", max_tokens=4097),
        f"max_tokens: 4097 > 4096, {LONG} claude-3-haiku-20240307",
    ),
    (
        "longest answers",
        body(model="claude-sonnet-4-20250514", max_tokens=64_000),
        body(model="claude-opus-4-1-20250805", max_tokens=64_000),
        f"max_tokens: 64000 > 32000, {LONG} claude-opus-4-1-20250805",
    ),
    ("no prefills", asked("claude-haiku-4-5", SAID), asked("claude-sonnet-4-6", SAID), PREFILL),
    (
        "no prefills",
        asked("claude-fable-5", PAUSED),
        asked("claude-fable-5", {**SAID, "content": [{"type": "text", "text": "So"}]}),
        PREFILL,
    ),
    (
        "temperature or top_p",
        asked("claude-opus-4-20250514", temperature=1, top_p=1),
        asked("claude-opus-4-1", temperature=1, top_p=1),
        BOTH,
    ),
    ("temperature or top_p", asked("claude-sonnet-4-5", top_p=0.5), asked("claude-sonnet-4-5", temperature=0, top_p=0.5), BOTH),
    (
        "no sampling",
        asked("claude-opus-4-7", temperature=1),
        asked("claude-opus-4-7", temperature=0.5),
        "`temperature` is deprecated for this model.",
    ),
    (
        "no sampling",
        asked("claude-sonnet-4-6", top_k=4),
        asked("claude-sonnet-5", top_k=4),
        "`top_k` is deprecated for this model.",
    ),
    (
        "kinds of thinking",
        asked("claude-sonnet-4-6", thinking={"type": "enabled", "budget_tokens": 1024}, max_tokens=2000),
        asked("claude-opus-4-7", thinking={"type": "enabled", "budget_tokens": 1024}, max_tokens=2000),
        ENABLED,
    ),
    (
        "kinds of thinking",
        asked("claude-sonnet-4-6", thinking={"type": "adaptive"}),
        asked("claude-sonnet-4-5", thinking={"type": "adaptive"}),
        "adaptive thinking is not supported on this model",
    ),
    (
        "effort",
        asked("claude-opus-4-5", output_config={"effort": "high"}),
        asked("claude-sonnet-4-5", output_config={"effort": "high"}),
        "This model does not support the effort parameter.",
    ),
    (
        "effort",
        asked("claude-opus-4-6", output_config={"effort": "max"}),
        asked("claude-opus-4-6", output_config={"effort": "xhigh"}),
        "This model does not support effort level 'xhigh'. Supported levels: high, low, max, medium.",
    ),
    (
        "effort",
        asked("claude-opus-4-7", output_config={"effort": "xhigh"}),
        asked("claude-opus-4-5", output_config={"effort": "max"}),
        "This model does not support effort level 'max'. Supported levels: high, low, medium.",
    ),
    (
        "effort",
        body(output_config={"effort": "max"}),
        body(output_config={"effort": "most"}),
        "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'",
    ),
    ("types", body(max_tokens=9), body(max_tokens="9"), "max_tokens: Input should be a valid integer"),
    ("types", body(temperature=None), body(temperature=True), "temperature: Input should be a valid number"),
    ("types", body(stop_sequences=["END"]), body(stop_sequences="END"), "stop_sequences: Input should be a valid array"),
    ("types", body(stop_sequences=[]), body(stop_sequences=["END", 5]), "stop_sequences.1: Input should be a valid string"),
    ("ranges", body(max_tokens=0), body(max_tokens=-1), "max_tokens: Input should be greater than or equal to 0"),
    ("ranges", body(top_p=1), body(top_p=1.01), "top_p: range: 0..1"),
    (
        "service tier",
        body(service_tier="auto"),
        body(service_tier="flex"),
        "service_tier: Input should be 'auto' or 'standard_only'",
    ),
    (
        "thinking",
        body(thinking={"type": "disabled"}),
        body(thinking={"type": "on"}),
        "thinking: Input tag 'on' found using 'type' does not match any of the expected tags: 'adaptive', 'disabled', 'enabled'",
    ),
    (
        "thinking",
        body(thinking={"type": "enabled", "budget_tokens": 1024}, max_tokens=1025),
        body(thinking={"type": "enabled"}),
        "thinking.enabled.budget_tokens: Field required",
    ),
    (
        "thinking",
        body(thinking={"type": "adaptive"}, top_p=0.95),
        body(thinking={"type": "adaptive"}, top_p=0.9),
        "`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled or in adaptive mode.",
    ),
    (
        "tool choice",
        {"tool_choice": {"type": "auto"}},
        {"tool_choice": {"type": "any"}},
        "tool_choice.any may only be specified while providing tools",
    ),
    (
        "tool choice",
        {**OFFERED, "tool_choice": {"type": "tool", "name": "look"}},
        {**OFFERED, "tool_choice": {"type": "tool", "name": "see"}},
        "Tool 'see' not found in provided tools",
    ),
    (
        "tool choice",
        body(mcp_servers=[{"name": "s"}], tool_choice={"type": "tool", "name": "see"}),
        {**OFFERED, "tool_choice": {"type": "tool"}},
        "tool_choice.tool.name: Field required",
    ),
    (
        "tool choice",
        {**OFFERED, "tool_choice": {"type": "any"}},
        {**OFFERED, "tool_choice": {"type": "required"}},
        UNCHOSEN,
    ),
    (
        "tool choice",
        {**OFFERED, "tool_choice": {"type": "none"}},
        {**OFFERED, "tool_choice": "auto"},
        "tool_choice: Input should be a valid dictionary or object to extract fields from",
    ),
    (
        "tool schemas",
        body(tools=[{"type": "custom", "name": "look", "input_schema": {"type": "object"}}]),
        body(tools=[{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]),
        FUNCTION,
    ),
    ("tool schemas", tool({"type": "object", "$defs": {}}), tool(None), "tools.0.custom.input_schema: Field required"),
    ("tool schemas", tool(HEIGHT), tool({"type": "string"}), "tools.0.custom.input_schema.type: Input should be 'object'"),
    (
        "tool schemas",
        tool({"$ref": "#/$defs/A", "$defs": {"A": HEIGHT}}),
        tool({}),
        "tools.0.custom.input_schema.type: Field required",
    ),
    ("tool schemas", tool(HEIGHT), tool("object"), "tools.0.custom.input_schema: Input should be a valid dictionary"),
    (
        "tool schemas",
        tool({"type": "object", "properties": {"a": {"anyOf": [{"type": "string"}]}}}),
        tool({"type": "object", "anyOf": [{"required": ["a"]}]}),
        "tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level",
    ),
    (
        "strict tools",
        tool({"type": "object"}, strict=False),
        tool({"type": "object"}, strict=True),
        "tools.0.custom: For 'object' type, 'additionalProperties' must be explicitly set to false",
    ),
    (
        "strict tools",
        tool(HEIGHT, strict=True),
        tool({**HEIGHT, "additionalProperties": True}, strict=True),
        f"tools.0.custom: For 'object' type, 'additionalProperties: true' is not supported. {CLOSE}",
    ),
    (
        "answer's schema",
        schema(HEIGHT),
        schema({**HEIGHT, "$defs": {"b": {"type": "object"}}}),
        "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false",
    ),
    (
        "answer's schema",
        schema(of("array", items=True, minItems=1), "output_format"),
        schema(of("array", items={"type": "object", "additionalProperties": {"type": "string"}}), "output_format"),
        f"output_format.schema: For 'object' type, 'additionalProperties: object' is not supported. {CLOSE}",
    ),
    (
        "answer's schema",
        schema(of("integer", description="From 0 to 9")),
        schema(of("integer", minimum=0, maximum=9)),
        "output_config.format.schema: For 'integer' type, properties maximum, minimum are not supported",
    ),
    (
        "answer's schema",
        schema({"anyOf": [of("string", pattern="a"), of("array", minItems=0)]}),
        schema({"anyOf": [of("string", pattern="a"), of("array", maxItems=2)]}),
        "output_config.format.schema: For 'array' type, property 'maxItems' is not supported",
    ),
    (
        "answer's schema",
        schema(of("array", minItems=1)),
        schema(of("array", minItems=2)),
        "output_config.format.schema: For 'array' type, 'minItems' values other than 0 or 1 are not supported",
    ),
    (
        "answer's schema",
        schema({"type": ["object", "null"], "properties": {"a": {"type": "string"}}}),
        schema(of("string", maxLength=2)),
        "output_config.format.schema: For 'string' type, property 'maxLength' is not supported",
    ),
    (
        "image types",
        user(image(data="iVBORw0K\nGgo=")),
        user(image(data="data:image/png;base64,iVBORw0KGgo=")),
        "messages.0.content.0.image.source.base64.data: invalid base64 data",
    ),
    (
        "image types",
        user({"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}),
        user({"type": "image", "image_url": "https://example.org/a.png"}),
        "messages.0.content.0.image.source: Field required",
    ),
    (
        "document types",
        user(document("base64", "application/pdf")),
        user(document("base64", "text/plain")),
        "messages.0.content.0.document.source.base64.media_type: Input should be 'application/pdf'",
    ),
    (
        "document types",
        user(document("text", "text/plain")),
        user(document("text", "text/markdown")),
        "messages.0.content.0.document.source.text.media_type: Input should be 'text/plain'",
    ),
    (
        "kinds of content",
        user({"type": "text", "text": '"image_url"'}, {"type": "new"}),
        user({"type": "text", "text": "?"}, {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}),
        f"messages.0.content.1: Input tag 'image_url' found using 'type' does not match any of the expected tags: {KINDS}",
    ),
    (
        "sides",
        {"messages": [ASKED, used("t_1"), told("t_1")]},
        {"messages": [ASKED, {**used("t_1"), "role": "user"}]},
        "messages.1: `tool_use` blocks can only be in `assistant` messages",
    ),
    (
        "sides",
        {"messages": [ASKED, used("t_1"), told("t_1")]},
        {"messages": [ASKED, used("t_1"), told("t_1", role="assistant")]},
        "messages.2: `tool_result` blocks can only be in `user` messages",
    ),
    (
        "tool uses' ids",
        {"messages": [ASKED, used("t_1"), told("t_1"), used("t_1"), told("t_1")]},
        {"messages": [ASKED, used("t_1", "t_1"), told("t_1")]},
        "messages.1.content.1: `tool_use` ids must be unique",
    ),
    ("lifetimes", cached("1h", None, "5m"), cached("1h", None, "1h"), f"messages.0.content.1.cache_control.ttl: {ORDER}"),
    ("lifetimes", cached("1h", "1h", "5m"), cached("5m", "1h", "5m"), f"system.0.cache_control.ttl: {ORDER}"),
    (
        "lifetimes",
        user({**SAID_SHORT, "cache_control": {"type": "ephemeral", "ttl": "5m"}}),
        user({**SAID_SHORT, "cache_control": {"type": "ephemeral", "ttl": "5h"}}),
        "messages.0.content.0.cache_control.ephemeral.ttl: Input should be '5m' or '1h'",
    ),
    (
        "lifetimes",
        cached("1h", "1h", "1h"),
        cached("2h", "1h", "5m"),
        "tools.0.cache_control.ephemeral.ttl: Input should be '5m' or '1h'",
    ),
)
