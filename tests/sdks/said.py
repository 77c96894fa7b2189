"""What an SDK made of a reply, in no SDK's words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from anthropic.types import Message
from openai.types.chat import ChatCompletion


@dataclass(frozen=True)
class Choice:
    """One choice: its text, the tools that it calls, and why it ended."""

    text: str
    tools: tuple[tuple[str, Any], ...] = ()
    finish: str | None = None


@dataclass(frozen=True)
class Said:
    """A completion as the SDK hands it out. `usage` is input and output, None where the SDK was told none."""

    id: str
    model: str
    choices: tuple[Choice, ...]
    usage: tuple[int, int] | None
    tool_ids: tuple[str, ...] = ()


def of_openai(completion: ChatCompletion) -> Said:
    """From a chat completion."""
    usage = completion.usage
    calls = [use for choice in completion.choices for use in choice.message.tool_calls or ()]
    return Said(
        id=completion.id,
        model=completion.model,
        choices=tuple(
            Choice(
                text=choice.message.content or "",
                tools=tuple((use.function.name, json.loads(use.function.arguments)) for use in choice.message.tool_calls or ()),
                finish=choice.finish_reason,
            )
            for choice in completion.choices
        ),
        usage=usage and (usage.prompt_tokens, usage.completion_tokens),
        tool_ids=tuple(use.id for use in calls),
    )


def of_anthropic(message: Message) -> Said:
    """From a message."""
    uses = [block for block in message.content if block.type == "tool_use"]
    choice = Choice(
        text="".join(block.text for block in message.content if block.type == "text"),
        tools=tuple((use.name, use.input) for use in uses),
        finish=message.stop_reason,
    )
    usage = (message.usage.input_tokens, message.usage.output_tokens)
    return Said(message.id, message.model, (choice,), usage, tuple(use.id for use in uses))
