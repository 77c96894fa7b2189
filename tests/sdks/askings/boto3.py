"""boto3: converse of bedrock-runtime."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from llm_intercept import reply, thinking, tool_call
from tests.sdks.asking import USER, Asking, Client
from tests.sdks.cases import PARIS, Case
from tests.sdks.said import Choice, Failure, Said
from tests.sdks.ways import each, settled

__all__ = ["CLIENTS", "BedrockAsking", "accumulated"]


async def accumulated(events: Any) -> dict[str, Any]:
    """A body from a stream's events: botocore has no accumulator of its own."""
    content: dict[int, dict[str, Any]] = {}
    body: dict[str, Any] = {"output": {"message": {"content": []}}}
    async for event in each(events):
        ((name, data),) = event.items()
        match name, data:
            case "messageStart", {"role": role}:
                body["output"]["message"]["role"] = role
            case "contentBlockStart", {"contentBlockIndex": index, "start": start}:
                content[index] = {kind: {**inner, "input": ""} for kind, inner in start.items()}
            case "contentBlockDelta", {"contentBlockIndex": index, "delta": delta}:
                _add(content.setdefault(index, {}), delta)
            case "contentBlockStop", {"contentBlockIndex": index}:
                body["output"]["message"]["content"].append(_settled(content.pop(index)))
            case "messageStop" | "metadata", _:
                body |= data
    assert not content, "a block did not stop"
    return body


def _add(block: dict[str, Any], delta: Mapping[str, Any]) -> None:
    match delta:
        case {"text": text}:
            block["text"] = block.get("text", "") + text
        case {"toolUse": {"input": piece}}:
            block["toolUse"]["input"] += piece
        case {"reasoningContent": {"redactedContent": hidden}}:
            block["reasoningContent"] = {"redactedContent": hidden}
        case {"reasoningContent": more}:
            told = block.setdefault("reasoningContent", {"reasoningText": {}})["reasoningText"]
            told |= {key: told.get(key, "") + piece for key, piece in more.items()}
        case {"citation": citation}:
            block.setdefault("citations", []).append(citation)
        case {"image": image}:
            block["image"] |= image
            del block["image"]["input"]
        case {"toolResult": pieces}:
            block["toolResult"]["content"] = pieces
            del block["toolResult"]["input"]


def _settled(block: dict[str, Any]) -> dict[str, Any]:
    if "citations" in block:
        return {"citationsContent": {"content": [{"text": block["text"]}], "citations": block["citations"]}}
    if "toolUse" in block:
        return {"toolUse": {**block["toolUse"], "input": json.loads(block["toolUse"]["input"])}}
    return block


class BedrockAsking(Asking):
    """Converse."""

    name = "boto3"
    forms = ("body", "stream")
    tells = frozenset({"usage", "tool_ids"})
    finishes = {
        "stop": "end_turn",
        "stop_sequence": "stop_sequence",
        "length": "max_tokens",
        "tool_calls": "tool_use",
        "content_filter": "content_filtered",
        "refusal": "content_filtered",
        "pause": None,
        "context_window": "model_context_window_exceeded",
    }
    failures = {
        400: Failure("ValidationException", 400, "ValidationException"),
        401: Failure("ClientError", 401, "UnrecognizedClientException"),
        403: Failure("AccessDeniedException", 403, "AccessDeniedException"),
        404: Failure("ResourceNotFoundException", 404, "ResourceNotFoundException"),
        408: Failure("ModelTimeoutException", 408, "ModelTimeoutException"),
        424: Failure("ModelErrorException", 424, "ModelErrorException"),
        429: Failure("ThrottlingException", 429, "ThrottlingException"),
        500: Failure("InternalServerException", 500, "InternalServerException"),
        503: Failure("ServiceUnavailableException", 503, "ServiceUnavailableException"),
    }
    replies = {
        "thinking": Case(reply(thinking("A city."), "Paris."), "Paris.", thought="A city."),
        "thinking and a tool": Case(
            reply(thinking("Hm.", signature="c2ln"), tool_call("weather", PARIS)), "", (("weather", PARIS),), "tool_calls", "Hm."
        ),
    }

    async def completed(self, client: Any, form: str, **request: Any) -> Any:
        messages = [{"role": one["role"], "content": [{"text": one["content"]}]} for one in USER]
        asked = {"modelId": "us.anthropic.claude-sonnet-4-5-v1:0", "messages": messages, **request}
        if form == "body":
            return await settled(client.converse(**asked))
        return await accumulated((await settled(client.converse_stream(**asked)))["stream"])

    def said(self, completion: Any) -> Said:
        content, usage = completion["output"]["message"]["content"], completion["usage"]
        uses = [block["toolUse"] for block in content if "toolUse" in block]
        choice = Choice(
            text="".join(block["text"] for block in content if "text" in block),
            tools=tuple((use["name"], use["input"]) for use in uses),
            finish=completion["stopReason"],
            thought="".join(block["reasoningContent"]["reasoningText"]["text"] for block in content if "reasoningContent" in block),
        )
        counts = usage["inputTokens"], usage["outputTokens"]
        assert usage["totalTokens"] == sum(counts)
        return Said(None, None, (choice,), counts, tuple(use["toolUseId"] for use in uses))

    def opened(self, client: Any) -> Any:
        return client.converse_stream(modelId="m", messages=[{"role": "user", "content": [{"text": "Hi"}]}])["stream"]

    def text(self, event: Any) -> str | None:
        return event.get("contentBlockDelta", {}).get("delta", {}).get("text")  # type: ignore[no-any-return]

    def failure(self, raised: BaseException) -> Failure:
        assert isinstance(raised, ClientError)
        told = raised.response["ResponseMetadata"]
        assert told["RequestId"]
        return Failure(type(raised).__name__, told["HTTPStatusCode"], raised.response["Error"]["Code"])


def _client() -> Any:
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client("bedrock-runtime", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b", config=config)


CLIENTS: Mapping[str, Client] = {"boto3": Client(BedrockAsking(), _client)}
