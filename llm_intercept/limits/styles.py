"""How each provider tells of its limits: the headers of every answer, and the words of a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import ceil
from typing import TYPE_CHECKING

from llm_intercept.limits.bucket import Level
from llm_intercept.limits.quota import Quota, Refusal
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.stamp import date_of
from llm_intercept.wire import RawHeaders, Response

if TYPE_CHECKING:
    from llm_intercept.call import Call

__all__ = ["refused", "told"]

Headers = Callable[[Quota], Iterator[tuple[str, str]]]
Words = Callable[[Refusal, "Call"], ErrorReply]


# the headers of every answer


def _openai(quota: Quota) -> Iterator[tuple[str, str]]:
    """Reference: https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers"""
    for unit, level in _levels(quota):
        yield f"x-ratelimit-limit-{unit}", str(level.limit)
        yield f"x-ratelimit-remaining-{unit}", str(level.left)
        yield f"x-ratelimit-reset-{unit}", _span(level.full)


def _anthropic(quota: Quota) -> Iterator[tuple[str, str]]:
    """Reference: https://docs.anthropic.com/en/api/rate-limits#response-headers"""
    for unit, level in _levels(quota):
        yield f"anthropic-ratelimit-{unit}-limit", str(level.limit)
        yield f"anthropic-ratelimit-{unit}-remaining", str(level.left)
        yield f"anthropic-ratelimit-{unit}-reset", date_of(ceil(level.at + level.full))


def _mistral(quota: Quota) -> Iterator[tuple[str, str]]:
    """Reference: https://docs.mistral.ai/deployment/laplateforme/tier/"""
    for unit, level in _levels(quota):
        name = {"requests": "req", "tokens": "tokens"}[unit]
        yield f"x-ratelimit-limit-{name}-minute", str(level.limit)
        yield f"x-ratelimit-remaining-{name}-minute", str(level.left)


def _cerebras(quota: Quota) -> Iterator[tuple[str, str]]:
    """Reference: https://inference-docs.cerebras.ai/support/rate-limits"""
    for unit, level in _levels(quota):
        yield f"x-ratelimit-limit-{unit}-minute", str(level.limit)
        yield f"x-ratelimit-remaining-{unit}-minute", str(level.left)
        yield f"x-ratelimit-reset-{unit}-minute", f"{level.full:g}"


def _together(quota: Quota) -> Iterator[tuple[str, str]]:
    """Reference: https://docs.together.ai/docs/rate-limits"""
    for unit, level in _levels(quota):
        name = {"requests": "x-ratelimit", "tokens": "x-tokenlimit"}[unit]
        yield f"{name}-limit", str(level.limit)
        yield f"{name}-remaining", str(level.left)
        yield f"{name}-reset", str(ceil(level.full))


def _silent(_quota: Quota) -> Iterator[tuple[str, str]]:
    """Nothing, as of those who tell no limits."""
    yield from ()


def _levels(quota: Quota) -> Iterator[tuple[str, Level]]:
    for unit, level in (("requests", quota.requests), ("tokens", quota.tokens)):
        if level is not None:
            yield unit, level


def _span(seconds: float) -> str:
    """A time as Go writes it: 6ms, 1.5s, 1m0s."""
    whole = ceil(round(seconds * 1000, 3))
    if whole < 1000:
        return f"{whole}ms"
    minutes, left = divmod(whole, 60_000)
    return (f"{minutes}m" if minutes else "") + f"{left / 1000:g}s"


# the words of a refusal


def _usual(refusal: Refusal, _call: Call) -> ErrorReply:
    """What the provider says of any 429."""
    return ErrorReply(429, retry_after=_after(refusal))


def _openai_words(refusal: Refusal, call: Call) -> ErrorReply:
    """Reference: https://platform.openai.com/docs/guides/rate-limits"""
    return _numbered(
        refusal,
        f"for {call.model} in organization org-000000000000000000000000 on",
        "Visit https://platform.openai.com/account/rate-limits to learn more.",
        {"requests": "requests per min (RPM)", "tokens": "tokens per min (TPM)", "concurrent": "concurrent requests"},
    )


def _groq_words(refusal: Refusal, call: Call) -> ErrorReply:
    """Reference: https://console.groq.com/docs/rate-limits"""
    return _numbered(
        refusal,
        f"for model `{call.model}` in organization `org_00000000000000000000000000` service tier `on_demand` on",
        "Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing",
        {"requests": "requests per minute (RPM)", "tokens": "tokens per minute (TPM)", "concurrent": "concurrent requests"},
    )


def _numbered(refusal: Refusal, where: str, more: str, units: Mapping[str, str]) -> ErrorReply:
    numbers = f"Limit {refusal.limit}, Used {refusal.used}, Requested {refusal.wanted}."
    if refusal.wait is not None:
        said = f"Rate limit reached {where} {units[refusal.unit]}: {numbers} Please try again in {_span(refusal.wait)}. {more}"
    elif refusal.unit == "tokens":
        said = (
            f"Request too large {where} {units[refusal.unit]}: Limit {refusal.limit}, Requested {refusal.wanted}. "
            f"The input or output tokens must be reduced in order to run successfully. {more}"
        )
    else:
        said = f"Rate limit reached {where} {units[refusal.unit]}: {numbers} {more}"
    type_ = "tokens" if refusal.unit == "tokens" else "requests"
    return ErrorReply(429, said, type_, "rate_limit_exceeded", retry_after=_after(refusal), headers=_exactly(refusal))


def _azure_words(refusal: Refusal, call: Call) -> ErrorReply:
    """Reference: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/quota"""
    rate = {"requests": "call rate limit", "tokens": "token rate limit", "concurrent": "concurrent request limit"}[refusal.unit]
    seconds = _after(refusal)
    again = "" if seconds is None else f" Please retry after {seconds} second{'s' * (seconds != 1)}."
    said = f"Your requests to {call.model} have exceeded {rate} of your current OpenAI S0 pricing tier.{again}"
    return ErrorReply(429, said, code="429", retry_after=seconds, headers=_exactly(refusal))


def _anthropic_words(refusal: Refusal, call: Call) -> ErrorReply:
    """Reference: https://docs.anthropic.com/en/api/rate-limits"""
    sales = "contact sales at https://www.anthropic.com/contact-sales to discuss your options for a rate limit increase."
    if refusal.unit == "concurrent":
        said = f"Number of concurrent connections has exceeded your rate limit. Please try again later or {sales}"
    else:
        less = "reduce the prompt length or the maximum tokens requested, or " if refusal.unit == "tokens" else ""
        said = (
            f"This request would exceed your organization's rate limit of {refusal.limit:,} {refusal.unit} per minute "
            f"(org: 00000000-0000-4000-8000-000000000000, model: {call.model}). For details, refer to: "
            "https://docs.claude.com/en/api/rate-limits. You can see the response headers for current usage. "
            f"Please {less}try again later. You may also {sales}"
        )
    return ErrorReply(429, said, retry_after=_after(refusal))


def _bedrock_words(refusal: Refusal, _call: Call) -> ErrorReply:
    """Reference: https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html"""
    unit = "tokens" if refusal.unit == "tokens" else "requests"
    return ErrorReply(429, f"Too many {unit}, please wait before trying again.", retry_after=_after(refusal))


def _gemini_words(refusal: Refusal, call: Call) -> ErrorReply:
    """Reference: https://ai.google.dev/gemini-api/docs/rate-limits"""
    metric = "input_token_count" if refusal.unit == "tokens" else "requests"
    seconds = _after(refusal)
    again = "" if seconds is None else f"\nPlease retry in {seconds}s."
    said = (
        "You exceeded your current quota, please check your plan and billing details. For more information on this error, "
        "head to: https://ai.google.dev/gemini-api/docs/rate-limits.\n* Quota exceeded for metric: "
        f"generativelanguage.googleapis.com/generate_content_{metric}, limit: {refusal.limit}, model: {call.model}{again}"
    )
    return ErrorReply(429, said, retry_after=seconds)


def _after(refusal: Refusal) -> int | None:
    """The seconds to wait, whole, as a header has them: never too few."""
    return None if refusal.wait is None else max(ceil(round(refusal.wait, 6)), 1)


def _exactly(refusal: Refusal) -> RawHeaders:
    """The same to the millisecond, as OpenAI tells it beside the other."""
    if refusal.wait is None:
        return ()
    exact = ceil(round(refusal.wait * 1000, 3))
    return (b"retry-after", b"%d" % (_after(refusal) or 0)), (b"retry-after-ms", b"%d" % exact)


#: By the provider's name, else by the home of its wire; what stands in neither is silent, and says the usual.
_HEADERS: Mapping[str, Headers] = {
    "openai": _openai,
    "anthropic": _anthropic,
    "mistral": _mistral,
    "cerebras": _cerebras,
    "together": _together,
    "bedrock": _silent,
    "vertex": _silent,
}

_WORDS: Mapping[str, Words] = {
    "openai": _openai_words,
    "groq": _groq_words,
    "azure": _azure_words,
    "anthropic": _anthropic_words,
    "bedrock": _bedrock_words,
    "gemini": _gemini_words,
}


def told(response: Response, quota: Quota, provider: str, home: str, given: RawHeaders) -> Response:
    """A response that tells what is left of the limits, but for what a reply's own headers say."""
    style = _HEADERS.get(provider) or _HEADERS.get(home) or _silent
    ours = {name.encode(): value.encode() for name, value in style(quota)}
    for name, _ in given:
        ours.pop(name.lower(), None)
    kept = tuple([pair for pair in response.headers if pair[0].lower() not in ours])
    return response._replace(headers=(*kept, *ours.items()))


def refused(refusal: Refusal, call: Call) -> ErrorReply:
    """The provider's own error for a call that is too much."""
    return _WORDS.get(call.provider, _usual)(refusal, call)
