"""What each field of a conversation with Bedrock must be, and what some families of its models do not take.

References: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llm_intercept.call import Call
from llm_intercept.contract.anthropic_models import PREFILLED, longest, since
from llm_intercept.contract.clause import Clause

__all__ = ["COUNTED", "FIELDS", "messages"]

#: The least and the most that a setting may be.
_RANGES: Mapping[str, tuple[float, float | None]] = {"temperature": (0, 1), "topP": (0, 1), "maxTokens": (1, None)}

#: The largest whole number that is shown as a fraction.
_EXACT = 2**53

_NAME = re.compile(r"[a-zA-Z0-9_-]+")
_LONGEST_NAME, _MOST_CACHED = 64, 4

#: What stands in a document's name; the service's words leave the underscore out, and it takes it.
_FILE_NAME = re.compile(r"(?!.*\s\s)[\w\s()\[\]-]+", re.ASCII)

#: The families that refuse a text of nothing.
_BLANK = re.compile(r"anthropic\.|amazon\.nova|meta\.llama|deepseek\.|ai21\.|cohere\.")

_INSIDE = "The model returned the following errors: "


def _at(where: str, given: object, wanted: str) -> str:
    return f"1 validation error detected: Value '{given}' at '{where}' failed to satisfy constraint: Member must {wanted}"


def messages(call: Call) -> Sequence[Any]:
    """Those of a request; none where a managed prompt brings its own."""
    return call.json.get("messages") or ()


def _is_claude(call: Call) -> bool:
    return "anthropic." in call.model


def _ranges(call: Call) -> str | None:
    config = call.json["inferenceConfig"] if isinstance(call.json["inferenceConfig"], dict) else {}
    for key, (least, most) in _RANGES.items():
        given = config.get(key)
        if isinstance(given, bool) or not isinstance(given, int | float):
            continue
        shown = given if key == "maxTokens" or abs(given) > _EXACT else float(given)
        if given < least:
            return _at(f"inferenceConfig.{key}", shown, f"have value greater than or equal to {least}")
        if most is not None and given > most:
            return _at(f"inferenceConfig.{key}", shown, f"have value less than or equal to {most}")
    return None


def _tool_names(call: Call) -> str | None:
    config = call.json["toolConfig"] or {}
    for number, tool in enumerate(config.get("tools") or (), 1):
        spec = tool.get("toolSpec")
        if spec is not None:
            where = f"toolConfig.tools.{number}.member.toolSpec.name"
            if len(spec["name"]) > _LONGEST_NAME:
                return _at(where, spec["name"], f"have length less than or equal to {_LONGEST_NAME}")
            if not _NAME.fullmatch(spec["name"]):
                return _at(where, spec["name"], f"satisfy regular expression pattern: {_NAME.pattern}")
    return None


def _tool_ids(call: Call) -> str | None:
    """Other models' ids have dots and colons."""
    for number, place, kind, used in _blocks(call, "toolUse", "toolResult"):
        given = used["toolUseId"]
        where = f"messages.{number + 1}.member.content.{place + 1}.member.{kind}.toolUseId"
        if len(given) > _LONGEST_NAME:
            return _at(where, given, f"have length less than or equal to {_LONGEST_NAME}")
        if not _NAME.fullmatch(given) and _is_claude(call):
            return _at(where, given, f"satisfy regular expression pattern: {_NAME.pattern}")
    return None


def _contents(call: Call) -> str | None:
    for number, message in enumerate(messages(call)):
        if not message["content"]:
            return (
                f"The content field in the Message object at messages.{number} is empty. Add a ContentBlock object to the "
                "content field and try again."
            )
    return None


def _texts(call: Call) -> str | None:
    for number, message in enumerate(messages(call)):
        for place, block in enumerate(message["content"]):
            if block.get("text") == "" and _BLANK.search(call.model):
                return (
                    f"The text field in the ContentBlock object at messages.{number}.content.{place} is blank. "
                    "Add text to the text "
                    "field, and try again."
                )
    return None


def _documents(call: Call) -> str | None:
    for _, _, _, document in _blocks(call, "document"):
        if isinstance(document.get("name"), str) and not _FILE_NAME.fullmatch(document["name"]):
            return (
                "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and "
                "square brackets. The name can't contain more than one consecutive whitespace character."
            )
    return None


def _alone(call: Call) -> str | None:
    for number, _, _, _ in _blocks(call, "document"):
        if all(block.get("text") is None for block in messages(call)[number]["content"]):
            return (
                f"The message at messages.{number} has a document content block and no text content block. Add a text content "
                "block and try again."
            )
    return None


def _videos(call: Call) -> str | None:
    """In a tool's result, too."""
    if not _is_claude(call):
        return None
    shown = [*_blocks(call, "video"), *(one for one in _in_results(call) if one[2] == "video")]
    if not shown:
        return None
    return "This model doesn't support the video content block that you provided. Update the content block and try again."


def _stored(call: Call) -> str | None:
    if "amazon.nova" in call.model:
        for number, place, kind, given in _in_results(call):
            if kind in ("document", "video") and _is_stored(given):
                return (
                    f"{_INSIDE}Malformed input request: #/messages/{number}/content/{place}: extraneous key [toolResult] is not "
                    "permitted, please reformat your input and try again."
                )
    if not _is_claude(call):
        return None
    for number, place, _, given in _blocks(call, "document"):
        if _is_stored(given):
            return f"{_INSIDE}messages.{number}.content.{place}.document.source.type: Field required"
    for _, _, kind, given in (*_blocks(call, "image"), *_in_results(call)):
        if kind == "image" and _is_stored(given):
            return "This model doesn't support the s3Uri field. Remove s3Uri and try again."
    return None


def _is_stored(given: Mapping[str, Any]) -> bool:
    source = given.get("source")
    return isinstance(source, dict) and "s3Location" in source


def _cached(call: Call) -> str | None:
    if not _is_claude(call):
        return None
    config = call.json.get("toolConfig") or {}
    listed = (call.json.get("system"), config.get("tools"), *(message["content"] for message in messages(call)))
    found = sum(block.get("cachePoint") is not None for blocks in listed for block in blocks or ())
    if found <= _MOST_CACHED:
        return None
    return f"{_INSIDE}A maximum of {_MOST_CACHED} blocks with cache_control may be provided. Found {found}."


def _choice(call: Call) -> str | None:
    name = call.tool_choice.name
    if name is None or not _is_claude(call) or any(tool.name == name for tool in call.tools):
        return None
    return f"{_INSIDE}Tool '{name}' not found in provided tools"


def _same_names(call: Call) -> str | None:
    names = [tool.name for tool in call.tools]
    return f"{_INSIDE}tools: Tool names must be unique." if len(set(names)) < len(names) and _is_claude(call) else None


def _both(call: Call) -> str | None:
    match call.json["inferenceConfig"]:
        case {"temperature": int() | float(), "topP": int() | float()} if _is_claude(call) and since(call.model, 4.1, 4.5):
            return f"{_INSIDE}`temperature` and `top_p` cannot both be specified for this model. Please use only one."
        case _:
            return None


def _too_long(call: Call) -> str | None:
    match call.json["inferenceConfig"], longest(call.model):
        case {"maxTokens": int(asked)}, int(most) if asked > most:
            return (
                f"The maximum tokens you requested exceeds the model limit of {most}. Try again with a maximum tokens value that "
                f"is lower than {most}."
            )
        case _:
            return None


def _prefilled(call: Call) -> str | None:
    match messages(call)[-1:]:
        case [*_, {"role": "assistant", "content": [*_, {"text": str(said)}]}] if _is_claude(call):
            if since(call.model, 4.6, 4.6):
                return f"{_INSIDE}{PREFILLED}"
            trailing = said[-1:].isspace()
            return f"{_INSIDE}messages: final assistant content cannot end with trailing whitespace" if trailing else None
        case _:
            return None


def _blocks(call: Call, *kinds: str) -> Iterator[tuple[int, int, str, Mapping[str, Any]]]:
    """Each block of some kinds, after the numbers of its message and of itself, and its kind."""
    for number, message in enumerate(messages(call)):
        for place, block in enumerate(message["content"]):
            for kind in kinds:
                if isinstance(block.get(kind), dict):
                    yield number, place, kind, block[kind]


def _in_results(call: Call) -> Iterator[tuple[int, int, str, Mapping[str, Any]]]:
    """What stands in tools' results besides texts, after the numbers of the message and of the result, and its kind."""
    for number, place, _, result in _blocks(call, "toolResult"):
        for block in result["content"]:
            for kind, given in block.items():
                if isinstance(given, dict) and isinstance(given.get("source"), dict):
                    yield number, place, kind, given


def _counted(call: Call) -> str | None:
    """Only what the user runs is counted."""
    for index, tool in enumerate(call.tools):
        if tool.kind.startswith(("web_search_", "web_fetch_", "code_execution_")):
            return (
                f"tools.{index}: Input tag '{tool.kind}' found using 'type' does not match any of the expected tags: "
                "'bash_20250124', 'custom', 'text_editor_20250124', 'text_editor_20250429', 'text_editor_20250728'"
            )
    return None


_API = "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html"
_SPEC = "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolSpecification.html"
_CONTENT = "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html"
_DOCUMENT = "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html"
_FEATURES = "https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html"
_CACHING = "https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html"

FIELDS = (
    Clause(
        "ranges",
        "`temperature` and `topP` are from 0 to 1, and `maxTokens` at least 1.",
        "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html",
        _ranges,
        about="inferenceConfig",
    ),
    Clause("tool names", "A tool's name has at most 64 letters, digits, `_` and `-`.", _SPEC, _tool_names, about="toolConfig"),
    Clause(
        "tool ids",
        "A tool use's id has at most 64 characters, for Claude letters, digits, `_` and `-` alone.",
        _CONTENT,
        _tool_ids,
        about=".toolUse .toolResult",
    ),
    Clause("contents", "A message has content.", _API, _contents),
    Clause("texts", "For most families of models, a text is not empty.", _CONTENT, _texts, about=".text"),
    Clause(
        "document names",
        "A document's name has letters, digits, single spaces, hyphens, underscores, parentheses and brackets.",
        _DOCUMENT,
        _documents,
        about=".document",
    ),
    Clause("documents and texts", "Beside a document stands a text.", _CONTENT, _alone, about=".document"),
    Clause("videos", "Claude sees no videos.", _FEATURES, _videos, about=".video"),
    Clause(
        "stored files",
        "From S3, Claude reads a tool's documents alone, and Nova no tool's documents and videos.",
        _FEATURES,
        _stored,
        about=".document .image .video",
    ),
    Clause("cache points", f"For Claude, there are at most {_MOST_CACHED} cache points.", _CACHING, _cached, about=".cachePoint"),
    Clause("tool choice", "For Claude, a tool that must be used is on offer.", _SPEC, _choice, about="toolConfig"),
    Clause("unique tools", "For Claude, no two tools have one name.", _SPEC, _same_names, about="toolConfig"),
    Clause(
        "temperature or topP",
        "Since Claude Opus 4.1 and Claude's other models' 4.5, `temperature` and `topP` do not stand together.",
        "https://github.com/skydiscover-ai/skydiscover/issues/15",
        _both,
        about="inferenceConfig",
    ),
    Clause(
        "longest answers",
        "`maxTokens` is at most what Claude can say.",
        "https://docs.anthropic.com/en/docs/about-claude/models/overview",
        _too_long,
        about="inferenceConfig",
    ),
    Clause(
        "prefills",
        "What Claude is to go on with does not end in white space; since 4.6 there is none.",
        "https://platform.claude.com/docs/en/about-claude/models/whats-new-claude-4-6",
        _prefilled,
    ),
)

COUNTED = (
    Clause(
        "counted tools",
        "The tools whose tokens are counted run at the user's.",
        "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html",
        _counted,
    ),
)
