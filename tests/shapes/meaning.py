"""What a recorded answer says, as the parts of a reply: one reader a wire, for its body and for its stream."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from llm_intercept.replies.parts import Part, Text, audio, citation, image, native, refusal, thinking, tool_call
from llm_intercept.replies.reply import ErrorReply, Reply, error, reply

__all__ = [
    "Reader",
    "anthropic",
    "bedrock",
    "chat",
    "cohere",
    "failure",
    "gemini",
    "ollama",
    "responses",
    "saying",
]

#: What a reader makes of a recorded answer's documents: parts, and the provider's word for why it ended.
Read = tuple[list[Part], str | None]
Reader = Callable[[Sequence[Any]], Read]

#: Finish reasons that do not follow from the parts, in the providers' words.
FINISHES: Mapping[str, str] = {
    "length": "length",
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_length": "length",
    "content_filter": "content_filter",
    "content_filtered": "content_filter",
    "guardrail_intervened": "content_filter",
    "safety": "content_filter",
    "refusal": "refusal",
    "stop_sequence": "stop_sequence",
    "pause_turn": "pause",
    "model_context_window_exceeded": "context_window",
}


def saying(reader: Reader, values: Sequence[Any]) -> Reply:
    """A reply that says what recorded documents say."""
    parts, finish = reader(values)
    return reply(*(part.text if isinstance(part, Text) else part for part in parts), finish=FINISHES.get(str(finish).lower()))


def failure(status: int, values: Sequence[Any]) -> ErrorReply:
    """A reply with a recorded error's own words."""
    value = values[0] if values else {}
    inner = value.get("error", value) if isinstance(value, dict) else {}
    if isinstance(inner, str):
        return error(status, inner)
    # A word is text; Gemini's and OpenRouter's code is the status again.
    words = {key: inner.get(key) for key in ("message", "type", "code", "param")}
    return error(status, **{key: word for key, word in words.items() if isinstance(word, str)})


def _text(text: Any) -> Iterator[Part]:
    if text:
        yield Text(text)


def _call(name: Any, arguments: Any, id_: Any) -> Part:
    made = tool_call(name, arguments if isinstance(arguments, str | dict) else {})
    return made.with_id(id_) if isinstance(id_, str) and id_ else made


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:  # cut in the recording
        return b"\x00" * 12


def _media(mime_type: str, data: str) -> Part:
    return (audio if mime_type.startswith("audio/") else image)(_bytes(data), mime_type)


# OpenAI chat, and those who speak it


def chat(values: Sequence[Any]) -> Read:
    """Chat completions: `choices[0].message`, or its deltas."""
    message: dict[str, Any] = {"tool_calls": {}}
    content: list[Part] = []
    finish = None
    for choice in (one for value in values for one in value.get("choices") or () if not one.get("index")):
        finish = choice.get("finish_reason") or finish
        said = choice.get("message") or choice.get("delta") or {"content": choice.get("text")}
        for key in ("reasoning", "reasoning_content", "refusal"):
            message[key] = (message.get(key) or "") + (said.get(key) or "")
        content += _chat_content(said.get("content"))
        message.setdefault("annotations", []).extend(said.get("annotations") or ())
        for place, call in enumerate(said.get("tool_calls") or ()):
            kept = message["tool_calls"].setdefault(call.get("index", place), {"name": "", "arguments": "", "id": None})
            made = call.get("function") or call.get("custom") or {}
            kept["name"] += made.get("name") or ""
            arguments = made.get("arguments", made.get("input")) or ""
            kept["arguments"] += arguments if isinstance(arguments, str) else json.dumps(arguments)
            kept["id"] = call.get("id") or kept["id"]
    parts: list[Part] = []
    thought = message.get("reasoning") or message.get("reasoning_content")
    parts += [thinking(thought)] if thought else []
    parts += _joined(content)
    cited = [one["url_citation"] for one in message.get("annotations", ()) if isinstance(one.get("url_citation"), dict)]
    if parts and isinstance(parts[-1], Text):
        parts += [citation(url=one.get("url") or "", title=one.get("title")) for one in cited]
    parts += [refusal(message["refusal"])] if message.get("refusal") else []
    parts += [_call(call["name"], call["arguments"], call["id"]) for call in message["tool_calls"].values()]
    return parts, finish


def _chat_content(content: Any) -> Iterator[Part]:
    """Text, or Mistral's list of chunks."""
    if isinstance(content, list):
        for one in content:
            match one:
                case {"type": "thinking", "thinking": list(inner)}:
                    yield thinking("".join(piece.get("text", "") for piece in inner))
                case {"type": "text", "text": text}:
                    yield Text(text)
                case _:
                    yield native(one)
    else:
        yield from _text(content)


def _joined(parts: Iterable[Part]) -> list[Part]:
    """A stream's pieces put together again."""
    found: list[Part] = []
    for part in parts:
        before = found[-1] if found else None
        if isinstance(part, Text) and isinstance(before, Text):
            found[-1] = Text(before.text + part.text)
        elif type(part) is type(before) and hasattr(part, "signature") and hasattr(before, "signature"):
            found[-1] = thinking(before.text + part.text, signature=part.signature or before.signature)
        else:
            found.append(part)
    return found


# OpenAI responses


def responses(values: Sequence[Any]) -> Read:
    """Responses: the output of the body, of the last event that has one, or the items that were done."""
    bodies = [value.get("response", value) for value in values]
    whole = [body for body in bodies if isinstance(body, dict) and body.get("output")]
    items = (
        whole[-1]["output"] if whole else [value["item"] for value in values if value.get("type") == "response.output_item.done"]
    )
    details = bodies[-1].get("incomplete_details") if values else None
    return [part for item in items for part in _item(item)], (details or {}).get("reason")


def _item(item: Mapping[str, Any]) -> Iterator[Part]:
    match item:
        case {"type": "message", "content": list(content)}:
            for one in content:
                yield from _content(one)
        case {"type": "reasoning"}:
            shown = [*(item.get("summary") or ()), *(item.get("content") or ())]
            yield thinking("\n\n".join(piece.get("text", "") for piece in shown), signature=item.get("encrypted_content"))
        case {"type": "function_call", "name": name, "arguments": arguments}:
            yield _call(name, arguments, item.get("call_id"))
        case _:
            yield native(dict(item))


def _content(one: Mapping[str, Any]) -> Iterator[Part]:
    match one:
        case {"type": "output_text", "text": text}:
            yield from _text(text)
            for note in one.get("annotations") or () if text else ():
                if note.get("type") == "url_citation":
                    yield citation(url=note.get("url"), title=note.get("title"))
        case {"type": "refusal", "refusal": text}:
            yield refusal(text)


# Anthropic


def anthropic(values: Sequence[Any]) -> Read:
    """Messages: the content of the body, or the blocks of the stream."""
    blocks: dict[int, dict[str, Any]] = {}
    finish = None
    for value in values:
        match value:
            case {"content": list(content)}:
                blocks |= enumerate(content)
                finish = value.get("stop_reason")
            case {"type": "content_block_start", "index": index, "content_block": block}:
                blocks[index] = dict(block)
            case {"type": "content_block_delta", "index": index, "delta": delta}:
                _grow(blocks.setdefault(index, {}), delta)
            case {"type": "message_delta", "delta": delta}:
                finish = delta.get("stop_reason")
    return [part for block in blocks.values() for part in _block(block)], finish


def _grow(block: dict[str, Any], delta: Mapping[str, Any]) -> None:
    for key in ("text", "thinking", "signature"):
        if key in delta:
            block[key] = (block.get(key) or "") + delta[key]
    if "partial_json" in delta:
        block["json"] = block.get("json", "") + delta["partial_json"]
    if "citation" in delta:
        block["citations"] = [*(block.get("citations") or ()), delta["citation"]]


def _block(block: dict[str, Any]) -> Iterator[Part]:
    arguments = block.pop("json", "")
    if arguments:
        try:
            block["input"] = json.loads(arguments)
        except ValueError:  # the reply was cut
            block["input"] = {}
    match block:
        case {"type": "text", "text": text}:
            yield from _text(text)
            for one in block.get("citations") or () if text else ():
                document = one.get("document_index")
                yield citation(
                    url=one.get("url"),
                    title=one.get("title") or one.get("document_title"),
                    quote=one.get("cited_text"),
                    document=document,
                )
        case {"type": "thinking", "thinking": text}:
            yield thinking(text, signature=block.get("signature"))
        case {"type": "redacted_thinking", "data": data}:
            yield thinking(signature=data, redacted=True)
        case {"type": "tool_use", "name": name}:
            yield _call(name, arguments or block.get("input"), block.get("id"))
        case {"type": str()}:
            yield native(block)


# Gemini


def gemini(values: Sequence[Any]) -> Read:
    """The parts of the first candidate, of a body or of every chunk."""
    parts: list[Part] = []
    finish = None
    for candidate in (one for value in values for one in (value.get("candidates") or ())[:1]):
        finish = candidate.get("finishReason") or finish
        for part in (candidate.get("content") or {}).get("parts") or ():
            parts += _gemini(part)
    return _joined(parts), finish


def _gemini(part: Mapping[str, Any]) -> Iterator[Part]:
    match part:
        case {"text": text, "thought": True}:
            yield thinking(text)
        case {"text": text}:
            yield from _text(text)
        case {"functionCall": {"name": name, **call}}:
            yield _call(name, call.get("args"), call.get("id"))
        case {"inlineData": {"mimeType": mime_type, "data": data}}:
            yield _media(mime_type, data)
        case _:
            yield native(dict(part))


# Bedrock


def bedrock(values: Sequence[Any]) -> Read:
    """Converse: the content of the body, or the blocks of the stream."""
    blocks: dict[int, dict[str, Any]] = {}
    finish = None
    for value in values:
        match value:
            case {"output": {"message": {"content": list(content)}}}:
                blocks |= enumerate(content)
                finish = value.get("stopReason")
            case {"contentBlockStart": {"contentBlockIndex": index, "start": start}}:
                blocks[index] = {key: dict(inner) for key, inner in start.items()}
            case {"contentBlockDelta": {"contentBlockIndex": index, "delta": delta}}:
                _add(blocks.setdefault(index, {}), delta)
            case {"messageStop": {"stopReason": reason}}:
                finish = reason
    return [part for block in blocks.values() for part in _converse(block)], finish


def _add(block: dict[str, Any], delta: Mapping[str, Any]) -> None:
    for key, piece in delta.items():
        if isinstance(piece, str):
            block[key] = block.get(key, "") + piece
        elif isinstance(piece, dict):
            _add(block.setdefault(key, {}), piece)


def _converse(block: Mapping[str, Any]) -> Iterator[Part]:
    match block:
        case {"text": text}:
            yield from _text(text)
        case {"toolUse": {"name": name, **call}}:
            yield _call(name, call.get("input"), call.get("toolUseId"))
        case {"reasoningContent": {"redactedContent": data}}:
            yield thinking(signature=data, redacted=True)
        case {"reasoningContent": thought}:
            thought = thought.get("reasoningText", thought)
            yield thinking(thought.get("text", ""), signature=thought.get("signature"))
        case {}:
            pass
        case _:
            yield native(dict(block))


# Cohere


def cohere(values: Sequence[Any]) -> Read:
    """v2 chat: the message of the body, or of the events; v1: `text` and `tool_calls`."""
    content: dict[Any, list[Part]] = {}
    calls: dict[Any, dict[str, Any]] = {}
    finish = None
    for value in values:
        event = value.get("delta") or {}
        said = value.get("message") or event.get("message") or value
        finish = value.get("finish_reason") or event.get("finish_reason") or finish
        if isinstance(said, dict):
            shown = said.get("content") or said.get("text") or ()
            for place, one in enumerate([shown] if isinstance(shown, dict | str) else shown):
                content.setdefault(value.get("index", place), []).extend(_cohere(one))
            tools = said.get("tool_calls") or ()
            for place, call in enumerate([tools] if isinstance(tools, dict) else tools):
                kept = calls.setdefault(value.get("index", place), {"name": "", "arguments": "", "id": None})
                made = call.get("function") or {"name": call.get("name"), "arguments": json.dumps(call.get("parameters") or {})}
                kept["name"] += made.get("name") or ""
                kept["arguments"] += made.get("arguments") or ""
                kept["id"] = call.get("id") or kept["id"]
    parts = [part for pieces in content.values() for part in _joined(pieces)]
    return parts + [_call(call["name"], call["arguments"], call["id"]) for call in calls.values()], finish


def _cohere(one: Any) -> Iterator[Part]:
    if isinstance(one, str):
        yield from _text(one)
    elif one.get("thinking"):
        yield thinking(one["thinking"])
    else:
        yield from _text(one.get("text"))


# Ollama


def ollama(values: Sequence[Any]) -> Read:
    """Chat and generate: the body, or the lines."""
    parts: list[Part] = []
    finish = None
    for value in values:
        said = value.get("message") or value
        finish = value.get("done_reason") or finish
        parts += [thinking(said["thinking"])] if said.get("thinking") else []
        parts += _text(said.get("content") or said.get("response"))
        for call in said.get("tool_calls") or ():
            parts.append(_call(call["function"]["name"], call["function"].get("arguments"), call.get("id")))
    return _joined(parts), finish
