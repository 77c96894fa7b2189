"""How each provider counts a call's tokens in its body, and in a stream's last words.

The counts may be holes of a template: they are put where they belong, and never calculated with.
"""

from __future__ import annotations

from typing import Any

from llm_intercept.dialects.dialect import Draft
from llm_intercept.replies.parts import Thinking

__all__ = [
    "cached",
    "cerebras",
    "deepseek",
    "groq",
    "mistral",
    "openai",
    "openrouter",
    "perplexity",
    "plain",
    "writer",
    "xai",
    "zai",
]

#: What a provider's clock would have said, in seconds.
TIMES = {"queue_time": 0.021, "prompt_time": 0.004, "completion_time": 0.038, "total_time": 0.042}


def plain(draft: Draft) -> dict[str, Any]:
    """The three counts that everybody gives."""
    usage = draft.usage
    return {"prompt_tokens": usage.input, "completion_tokens": usage.output, "total_tokens": usage.total}


def cached(draft: Draft) -> dict[str, Any]:
    """Those, and what was read from the cache."""
    return {**plain(draft), "prompt_tokens_details": {"cached_tokens": draft.usage.cached}}


def openai(draft: Draft) -> dict[str, Any]:
    """OpenAI's, with all its details. Reference: https://platform.openai.com/docs/api-reference/chat/object"""
    return {
        **plain(draft),
        "prompt_tokens_details": {"cached_tokens": draft.usage.cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": draft.usage.reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def cerebras(draft: Draft) -> dict[str, Any]:
    """Reference: https://inference-docs.cerebras.ai/api-reference/chat-completions"""
    return {
        **cached(draft),
        "completion_tokens_details": {
            "reasoning_tokens": draft.usage.reasoning,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def deepseek(draft: Draft) -> dict[str, Any]:
    """What the cache had, and what it had not. Reference: https://api-docs.deepseek.com/api/create-chat-completion"""
    return {
        **cached(draft),
        **_thought(draft),
        "prompt_cache_hit_tokens": draft.usage.cached,
        "prompt_cache_miss_tokens": draft.usage.fresh,
    }


def groq(draft: Draft) -> dict[str, Any]:
    """With the time that each step took. Reference: https://console.groq.com/docs/api-reference#chat-create"""
    return {**plain(draft), **TIMES, **_thought(draft)}


def mistral(draft: Draft) -> dict[str, Any]:
    """A stream tells of the cache only what there is to tell. Reference: https://docs.mistral.ai/api/#tag/chat"""
    return plain(draft) if draft.call.stream and not draft.usage.cached else cached(draft)


def openrouter(draft: Draft) -> dict[str, Any]:
    """With what it cost. Reference: https://openrouter.ai/docs/use-cases/usage-accounting"""
    usage = draft.usage
    return {
        **plain(draft),
        "cost": 0,
        "is_byok": False,
        "prompt_tokens_details": {
            "cached_tokens": usage.cached,
            "cache_write_tokens": usage.cache_write,
            "audio_tokens": 0,
            "video_tokens": 0,
        },
        "cost_details": {
            "upstream_inference_cost": 0,
            "upstream_inference_prompt_cost": 0,
            "upstream_inference_completions_cost": 0,
        },
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning, "image_tokens": 0, "audio_tokens": 0},
    }


def perplexity(draft: Draft) -> dict[str, Any]:
    """With what it cost. Reference: https://docs.perplexity.ai/api-reference/chat-completions-post"""
    cost = {"input_tokens_cost": 0.0, "output_tokens_cost": 0.0, "request_cost": 0.005, "total_cost": 0.005}
    return {**plain(draft), "search_context_size": "low", "cost": cost}


def writer(draft: Draft) -> dict[str, Any]:
    """Reference: https://dev.writer.com/api-reference/completion-api/chat-completion"""
    return {
        **plain(draft),
        "prompt_token_details": {"cached_tokens": draft.usage.cached},
        "completion_tokens_details": {"reasoning_tokens": draft.usage.reasoning},
    }


def xai(draft: Draft) -> dict[str, Any]:
    """Reference: https://docs.x.ai/docs/api-reference#chat-completions"""
    usage = openai(draft)
    usage["prompt_tokens_details"] |= {"text_tokens": draft.usage.input, "image_tokens": 0}
    return {**usage, "num_sources_used": 0}


def zai(draft: Draft) -> dict[str, Any]:
    """Reference: https://docs.z.ai/api-reference/llm/chat-completion"""
    return {**cached(draft), "completion_tokens_details": {"reasoning_tokens": draft.usage.reasoning}}


def _thought(draft: Draft) -> dict[str, Any]:
    """How much was thought, of a reply that thinks."""
    if any(isinstance(passage.part, Thinking) for passage in draft.passages):
        return {"completion_tokens_details": {"reasoning_tokens": draft.usage.reasoning}}
    return {}
