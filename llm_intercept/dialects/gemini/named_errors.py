"""What Google says for an error that has a name, on Gemini's own hosts and on Vertex', and the details that come with it.

References: https://ai.google.dev/gemini-api/docs/rate-limits, https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llm_intercept.dialects.failing import NamedErrors, Words

__all__ = ["NAMED", "TYPES", "exceeded"]

#: What Google's details are named after.
TYPES = "type.googleapis.com/google.rpc."

_LIMITS = "https://ai.google.dev/gemini-api/docs/rate-limits"

_TOO_LONG = Words(400, "The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).")

_BLOCKED = Words(400, "The prompt could not be submitted. It was blocked by the safety filters.")


def _over(metric: str, limit: str) -> Words:
    return Words(
        429,
        "You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: "
        f"{_LIMITS}.\n* Quota exceeded for metric: generativelanguage.googleapis.com/{metric}, limit: {limit}, model: {{model}}",
    )


_METRIC = "generate_content_free_tier_requests"

#: By the home of the endpoint that is asked.
NAMED: Mapping[str, NamedErrors] = {
    "gemini": {
        "content_filtered": _BLOCKED,
        "context_length_exceeded": _TOO_LONG,
        "invalid_key": Words(400, "API key not valid. Please pass a valid API key.", code="API_KEY_INVALID"),
        "model_not_found": Words(
            404,
            "models/{model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see "
            "the list of available models and their supported methods.",
        ),
        "quota_exhausted": _over(_METRIC, "250"),
        "rate_limit": _over(_METRIC, "10"),
    },
    "vertex": {
        "content_filtered": _BLOCKED,
        "context_length_exceeded": _TOO_LONG,
        "invalid_key": Words(
            401,
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
            "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
            code="ACCESS_TOKEN_TYPE_UNSUPPORTED",
        ),
        "model_not_found": Words(
            404,
            "Publisher Model `{model}` was not found or your project does not have access to it. Please ensure you are using a "
            "valid model version. For more information, see: "
            "https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions",
        ),
        "quota_exhausted": Words(
            429,
            "Quota exceeded for aiplatform.googleapis.com/generate_content_requests_per_minute_per_project_per_base_model with "
            "base model: {model}. Please submit a quota increase request. "
            "https://cloud.google.com/vertex-ai/docs/generative-ai/quotas-genai.",
        ),
        "rate_limit": Words(
            429,
            "Resource exhausted. Please try again later. Please refer to "
            "https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.",
        ),
    },
}

#: The quotas of Gemini's free tier: what each is called, and how much it is. Vertex does not tell of its own.
_QUOTAS: Mapping[str, tuple[str, str]] = {
    "quota_exhausted": ("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "250"),
    "rate_limit": ("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "10"),
}


def exceeded(names: NamedErrors, kind: str, model: str) -> list[dict[str, Any]]:
    """The details that tell which quota is used up; none where none is. Without a time to wait, asking again helps at once."""
    quota = _QUOTAS.get(kind)
    if quota is None or names is not NAMED["gemini"]:
        return []
    violation = {
        "quotaMetric": f"generativelanguage.googleapis.com/{_METRIC}",
        "quotaId": quota[0],
        "quotaDimensions": {"location": "global", "model": model},
        "quotaValue": quota[1],
    }
    return [
        {"@type": f"{TYPES}QuotaFailure", "violations": [violation]},
        {"@type": f"{TYPES}Help", "links": [{"description": "Learn more about Gemini API quotas", "url": _LIMITS}]},
        {"@type": f"{TYPES}RetryInfo", "retryDelay": "0s"},
    ]
