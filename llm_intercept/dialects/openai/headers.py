"""The headers that each provider adds: the request's id, how long it took, and what is left of the rate limits."""

from __future__ import annotations

from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import RawHeaders

__all__ = ["azure", "groq", "mistral", "openai", "plain", "together"]

_LIMITS: RawHeaders = (
    (b"x-ratelimit-limit-requests", b"10000"),
    (b"x-ratelimit-remaining-requests", b"9999"),
    (b"x-ratelimit-limit-tokens", b"2000000"),
    (b"x-ratelimit-remaining-tokens", b"1999000"),
)

#: What is the same in every answer of OpenAI's. Reference: https://platform.openai.com/docs/api-reference/debugging-requests
_OPENAI: RawHeaders = (
    (b"openai-processing-ms", b"42"),
    (b"openai-version", b"2020-10-01"),
    *_LIMITS,
    (b"x-ratelimit-reset-requests", b"6ms"),
    (b"x-ratelimit-reset-tokens", b"30ms"),
)

#: Reference: https://console.groq.com/docs/rate-limits
_GROQ: RawHeaders = (
    (b"x-groq-region", b"fra"),
    *_LIMITS,
    (b"x-ratelimit-reset-requests", b"6ms"),
    (b"x-ratelimit-reset-tokens", b"30ms"),
)

#: Reference: https://learn.microsoft.com/azure/ai-foundry/openai/reference
_AZURE: RawHeaders = (
    (b"x-ms-region", b"East US"),
    (b"x-ms-rai-invoked", b"true"),
    (b"openai-processing-ms", b"42"),
    *_LIMITS,
)

#: Reference: https://docs.mistral.ai/deployment/laplateforme/tier/
_MISTRAL: RawHeaders = (
    (b"x-ratelimit-limit-tokens-minute", b"500000"),
    (b"x-ratelimit-remaining-tokens-minute", b"499000"),
    (b"x-envoy-upstream-service-time", b"42"),
)

#: Reference: https://docs.together.ai/docs/rate-limits
_TOGETHER: RawHeaders = (
    (b"x-ratelimit-limit", b"10"),
    (b"x-ratelimit-remaining", b"9"),
    (b"x-ratelimit-reset", b"1"),
)


def openai(stamp: Stamp) -> RawHeaders:
    """OpenAI's."""
    return (b"x-request-id", f"req_{stamp.id('request', 32)}".encode()), *_OPENAI


def azure(stamp: Stamp) -> RawHeaders:
    """Azure's: its gateway has an id of its own."""
    gateway = stamp.uuid("gateway").encode()
    return (b"apim-request-id", gateway), (b"x-request-id", stamp.uuid("request").encode()), *_AZURE


def groq(stamp: Stamp) -> RawHeaders:
    """Groq's: the id is that of `x_groq`."""
    return (b"x-request-id", f"req_{stamp.id('request', 26)}".encode()), *_GROQ


def mistral(stamp: Stamp) -> RawHeaders:
    """Mistral's."""
    request_id = stamp.uuid("request").encode()
    return (b"x-request-id", request_id), (b"mistral-correlation-id", request_id), *_MISTRAL


def together(stamp: Stamp) -> RawHeaders:
    """Together's."""
    return (b"x-request-id", stamp.uuid("request").encode()), *_TOGETHER


def plain(stamp: Stamp) -> RawHeaders:
    """An id, which most give."""
    return ((b"x-request-id", stamp.uuid("request").encode()),)
