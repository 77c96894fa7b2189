"""The page of the documentation that tells errors by name, made of what is said: `python -m tests.errors.page` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import llm_intercept
from llm_intercept.replies.failures import STATUSES
from tests.errors.asked import CHATS, ask
from tests.errors.raised import RAISED

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"

_OPENING = """# Errors by name

What is said for each name (see [Replies](replies.md#errors-by-name)), and what the SDKs raise for it. This page is made from
what is really said; a test holds it up to date. A provider that speaks OpenAI's wire and does not stand here says what a
compatible server says.

`error(status, code=...)` says any other: Anthropic's SDK has a class for each of some sixty codes, `error(429,
code="enforced_spend_limit_reached")` raises its `EnforcedSpendLimitReachedError`.

## What is raised

Sync, async and streamed alike. Where several names raise the same class, the code or the message tells them apart.
"""

#: The keys under which providers have their words, and their messages.
_WORDS = ("type", "code", "status", "reason", "title", "@type")
_MESSAGES = ("message", "msg", "detail", "error")

_SDKS = {"gemini": "google-genai", "bedrock": "boto3", "mistral": "mistralai"}

_TITLES = {
    "openai": "OpenAI",
    "azure": "Azure OpenAI",
    "bedrock": "Bedrock, whatever model",
    "compatible": "Compatible servers",
    "deepseek": "DeepSeek",
    "xai": "xAI",
    "openrouter": "OpenRouter",
    "huggingface": "Hugging Face",
    "mistral conversations": "Mistral's own endpoints",
    "watsonx": "watsonx",
    "dashscope": "DashScope",
    "claude on vertex": "Claude on Vertex",
}


def page() -> str:
    """The whole page."""
    return "\n".join([_OPENING, *_raised(), "", "## What is said", *_said(), ""])


def _raised() -> Iterator[str]:
    sdks = [name for name in RAISED if name != "responses"]
    yield _row("", *(_SDKS.get(name, name) for name in sdks))
    yield _row(*("---" for _ in range(len(sdks) + 1)))
    for kind in STATUSES:
        yield _row(f"`{kind}`", *(f"{RAISED[name][kind][0]} {RAISED[name][kind][1]}" for name in sdks))


def _said() -> Iterator[str]:
    for name in CHATS:
        if name.endswith("on bedrock"):
            continue
        yield from (
            "",
            f"### {_TITLES.get(name, name.capitalize())}",
            "",
            _row("", "status", "words", "message"),
            _row(*["---"] * 4),
        )
        for kind in STATUSES:
            answer = ask(name, getattr(llm_intercept, kind)())
            found = [*_found(answer.json())]
            words = [answer.headers.get("x-amzn-errortype", "").partition(":")[0]]
            words += [
                value.removeprefix("type.googleapis.com/google.rpc.")
                for key, value in found
                if key in _WORDS and isinstance(value, str)
            ]
            message = next(value for key, value in found if key in _MESSAGES and isinstance(value, str))
            told = ", ".join(f"`{word}`" for word in dict.fromkeys(words) if word not in ("", "error", "value_error"))
            yield _row(f"`{kind}`", str(answer.status_code), told, message.replace("\n", " ").replace("|", "\\|"))


def _found(said: Any) -> Iterator[tuple[str, Any]]:
    """Every key of a body, however deep, with its value."""
    for one in said if isinstance(said, list) else ():
        yield from _found(one)
    for key, value in said.items() if isinstance(said, dict) else ():
        yield key, value
        if key != "innererror":
            yield from _found(value)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
