"""What each field of Anthropic's messages must be by itself, which is looked at before the fields are seen together.

Who speaks this API under another name may be laxer, so these are held against Anthropic's own and the clouds' that sell it alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llm_intercept.call import Call
from llm_intercept.contract.clause import Clause

__all__ = ["OWN", "SHAPE"]

#: Anthropic, and the clouds that sell its models.
OWN = frozenset({"anthropic", "azure", "bedrock", "vertex"})

_TOOL_NAME, _TOOL_ID = r"^[a-zA-Z0-9_-]{1,128}$", r"^[a-zA-Z0-9_-]+$"
_IS_TOOL_NAME, _IS_TOOL_ID = re.compile(_TOOL_NAME[1:-1]).fullmatch, re.compile(_TOOL_ID[1:-1]).fullmatch

_IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_IMAGE = "Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'"
#: What base64 begins with, line breaks among it.
_IS_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*").fullmatch

#: What a document is, by how it is sent.
_DOCUMENTS = {"base64": "application/pdf", "text": "text/plain"}

#: Kinds of content that other providers have, and those that this one has.
_FOREIGN = frozenset(
    {"image_url", "input_text", "input_image", "input_file", "input_audio", "output_text", "tool_call", "video_url"}
)
_KINDS = (
    "'bash_code_execution_tool_result', 'code_execution_tool_result', 'connector_text', 'container_upload', 'document', 'image', "
    "'mcp_tool_result', 'mcp_tool_use', 'redacted_thinking', 'search_result', 'server_tool_use', 'text', "
    "'text_editor_code_execution_tool_result', 'thinking', 'tool_result', 'tool_search_tool_result', 'tool_use', "
    "'web_fetch_tool_result', 'web_search_tool_result'"
)

#: Who says a kind of block.
_SIDES = {"tool_use": "assistant", "tool_result": "user"}


def _max_tokens(call: Call) -> str | None:
    """Who counts tokens asks for none."""
    return None if "max_tokens" in call.json or "count" in call.dialect else "max_tokens: Field required"


def _tool_names(call: Call) -> str | None:
    """A tool that the provider brings along has the provider's name."""
    for index, tool in enumerate(call.json.get("tools") or ()):
        if tool.get("type") in (None, "custom") and not _IS_TOOL_NAME(tool["name"]):
            return f"tools.{index}.custom.name: String should match pattern '{_TOOL_NAME}'"
    return None


def _tool_ids(call: Call) -> str | None:
    for where, block in _blocks(call):
        if block.get("type") == "tool_use" and not _IS_TOOL_ID(block["id"]):
            return f"{where}.tool_use.id: String should match pattern '{_TOOL_ID}'"
    return None


def _signatures(call: Call) -> str | None:
    for where, block in _blocks(call):
        if block.get("type") == "thinking" and "signature" not in block:
            return f"{where}.thinking.signature: Field required"
    return None


def _kinds(call: Call) -> str | None:
    """Kinds that we do not know may be new ones; these are another provider's."""
    for number, message in enumerate(call.json["messages"]):
        for place, block in enumerate(message["content"] if isinstance(message["content"], list) else ()):
            if block["type"] in _FOREIGN:
                return (
                    f"messages.{number}.content.{place}: Input tag '{block['type']}' found using 'type' does not match any of the "
                    f"expected tags: {_KINDS}"
                )
    return None


def _sides(call: Call) -> str | None:
    for number, message in enumerate(call.json["messages"]):
        for block in message["content"] if isinstance(message["content"], list) else ():
            side = _SIDES.get(block["type"])
            if side is not None and side != message["role"]:
                return f"messages.{number}: `{block['type']}` blocks can only be in `{side}` messages"
    return None


def _images(call: Call) -> str | None:
    for where, block in _blocks(call):
        match block:
            case {"type": "image", "source": {"type": "base64", "data": str(data)}} if not _IS_BASE64(data[:64]):
                return f"{where}.image.source.base64.data: invalid base64 data"
            case {"type": "image", "source": {"type": "base64", "media_type": str(given)}} if given not in _IMAGES:
                return f"{where}.image.source.base64.media_type: {_IMAGE}"
            case {"type": "image", **given} if not isinstance(given.get("source"), dict):
                return f"{where}.image.source: Field required"
            case _:
                continue
    return None


def _linked_images(call: Call) -> str | None:
    for where, block in _blocks(call):
        match block:
            case {"type": "image", "source": {"type": "url"}}:
                return f"{where}.image.source.base64.data: URL sources are not supported"
            case _:
                continue
    return None


def _documents(call: Call) -> str | None:
    for where, block in _blocks(call):
        match block:
            case {"type": "document", "source": {"type": ("base64" | "text") as kind, "media_type": str(given)}} if (
                given != _DOCUMENTS[kind]
            ):
                return f"{where}.document.source.{kind}.media_type: Input should be '{_DOCUMENTS[kind]}'"
            case _:
                continue
    return None


def _blocks(call: Call) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each block and where it stands, those that a tool returned too."""
    for number, message in enumerate(call.json["messages"]):
        if not isinstance(message["content"], str):
            yield from _among(message["content"], f"messages.{number}.content")


def _among(blocks: Sequence[Mapping[str, Any]], where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for place, block in enumerate(blocks):
        yield f"{where}.{place}", block
        if block.get("type") == "tool_result" and isinstance(block.get("content"), list):
            yield from _among(block["content"], f"{where}.{place}.tool_result.content")


SHAPE = (
    Clause("max tokens", "`max_tokens` is there.", "https://docs.anthropic.com/en/api/messages", _max_tokens, OWN),
    Clause(
        "tool names' letters",
        "A tool's name has at most 128 letters, digits, `_` and `-`.",
        "https://github.com/modelcontextprotocol/modelcontextprotocol/issues/1345",
        _tool_names,
        OWN,
        about="tools",
    ),
    Clause(
        "tool ids",
        "A tool use's id has letters, digits, `_` and `-` alone.",
        "https://github.com/BlockRunAI/ClawRouter/issues/17",
        _tool_ids,
        OWN,
        about=".tool_use",
    ),
    Clause(
        "signatures",
        "A thinking block has its signature.",
        "https://github.com/anthropics/claude-code/issues/26542",
        _signatures,
        OWN,
        about=".thinking",
    ),
    Clause(
        "image types",
        "An image is a JPEG, PNG, GIF or WebP, in base64 where it is sent along.",
        "https://github.com/anthropics/claude-code/issues/3073",
        _images,
        OWN,
        about=".image",
    ),
    Clause(
        "linked images",
        "An image is sent along.",
        "https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html",
        _linked_images,
        frozenset({"bedrock"}),
        about=".image",
    ),
    Clause(
        "document types",
        "A document is a PDF in base64, or a plain text.",
        "https://docs.anthropic.com/en/docs/build-with-claude/pdf-support",
        _documents,
        OWN,
        about=".document",
    ),
    Clause(
        "kinds of content",
        "A block is of one of Anthropic's kinds, not another provider's.",
        "https://docs.anthropic.com/en/api/messages",
        _kinds,
        OWN,
        about=" ".join(f".{kind}" for kind in sorted(_FOREIGN)),
    ),
    Clause(
        "sides",
        "The assistant uses tools, and the user tells their results.",
        "https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use",
        _sides,
        OWN,
        about=".tool_use .tool_result",
    ),
)
