"""Which wire a recorded URL speaks: what reads its meaning, and which judge knows its model."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from llm_intercept.doctor.judges import Judge, judges_of
from tests.shapes import meaning
from tests.shapes.meaning import Reader

__all__ = ["Wire", "elsewhere", "wire_of"]


class Wire(NamedTuple):
    """URLs of one wire (host and path, searched), how its answers are read, and its judges: an SDK's, and their name."""

    url: str
    reader: Reader | None = None
    sdk: str | None = None
    name: str = ""

    def judge(self, part: str) -> Judge | None:
        """The judge of a part of its answers; None where its SDK is not installed or has no model of it."""
        if self.sdk is None:
            return None
        kind, judges = part.partition(" ")[0], _judges(self.sdk)
        try:
            return judges.get(f"{self.name} {kind}", judges.get(kind))
        except (ImportError, AttributeError):
            return None


_judges = cache(judges_of)


#: The first that fits.
WIRES: tuple[Wire, ...] = (
    Wire(r"mistral\.ai/.*/chat/completions", meaning.chat, "mistralai", "chat"),
    Wire(r"mistral\.ai/.*/fim/completions", meaning.chat, "mistralai", "fim"),
    Wire(r"mistral\.ai/.*/agents/completions", meaning.chat, "mistralai", "agents"),
    Wire(r"mistral\.ai/.*/conversations", None, "mistralai", "conversations"),
    Wire(r"groq\.com/.*/chat/completions", meaning.chat, "groq", "chat"),
    Wire(r"together\.(ai|xyz)/.*/chat/completions", meaning.chat, "together", "chat"),
    Wire(r"huggingface\.co/.*/chat/completions", meaning.chat, "huggingface", "chat"),
    Wire(r"/chat/completions", meaning.chat, "openai", "chat"),
    Wire(r"/completions", meaning.chat, "openai", "completions"),
    Wire(r"/responses/compact", meaning.responses, "openai", "responses compact"),
    Wire(r"/responses/input_tokens", None, "openai", "responses input_tokens"),
    Wire(r"/responses/[^/]+/input_items", None, "openai", "responses input_items"),
    Wire(r"/responses(/[^/]+)?(/cancel)?", meaning.responses, "openai", "responses"),
    Wire(r"/messages/count_tokens", None, "anthropic", "beta count_tokens"),
    Wire(r"/messages|:(streamR|r)awPredict", meaning.anthropic, "anthropic", "beta messages"),
    Wire(r"/complete", None, "anthropic", "complete"),
    Wire(r":(streamG|g)enerateContent", meaning.gemini, "google", "generate"),
    Wire(r":countTokens", None, "google", "count_tokens"),
    Wire(r"/interactions(/[^/]+)?", None, "google", "interactions"),
    Wire(r"/converse(-stream)?", meaning.bedrock, "bedrock", "converse"),
    Wire(r"/count-tokens", None, "bedrock", "count_tokens"),
    Wire(r"anthropic[^/]*/invoke(-with-response-stream)?", meaning.anthropic, "anthropic", "beta messages"),
    Wire(r"/v2/chat", meaning.cohere, "cohere", "v2 chat"),
    Wire(r"cohere\.(com|ai)/v1/chat", meaning.cohere, "cohere", "v1 chat"),
    Wire(r"/api/chat", meaning.ollama, "ollama", "chat"),
    Wire(r"/api/generate", meaning.ollama, "ollama", "generate"),
    Wire(r"/v2/embed", None, "cohere", "v2 embed"),
    Wire(r"/v1/embed", None, "cohere", "v1 embed"),
    Wire(r"/api/embed", None, "ollama", "embed"),
    Wire(r"/api/embeddings", None, "ollama", "embeddings"),
    Wire(r":batchEmbedContents", None, "google", "embed"),
    Wire(r":embedContent|embed[^/]*:predict"),
    Wire(r"embed[^/]*/invoke"),
    Wire(r"voyageai\.com/v1/\w*embeddings"),
    Wire(r"mistral\.ai/.*/embeddings", None, "mistralai", "embeddings"),
    Wire(r"/embeddings", None, "openai", "embeddings"),
)

#: What other issues answer: it is told apart, whatever it gets.
ELSEWHERE = re.compile(
    r"embed|rerank|moderation|/images/|/audio/|/videos?|/files?\b|fileSearchStore|/upload|/batches|vector_stores|/containers"
    r"|cachedContents|/models/?\Z|/models/[^/:]+\Z|/operations|/caches|async-invoke|/skills|/tuned|/fine_tun|/oauth|/token\b"
    r"|openai\.com/v1/conversations",
    re.IGNORECASE,
)


def _path(url: str) -> str:
    """Host and path."""
    return re.sub(r"\A\w+://", "", url).partition("?")[0].partition("#")[0].rstrip("/")


def wire_of(url: str) -> Wire | None:
    """The wire of a URL; None for one of which only the shapes are known."""
    path = _path(url)
    return next((wire for wire in WIRES if re.search(f"({wire.url})\\Z", path)), None)


def elsewhere(url: str) -> bool:
    """Whether an operation is not for chats."""
    return bool(ELSEWHERE.search(_path(url)))
