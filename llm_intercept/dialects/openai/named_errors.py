"""What each provider that speaks OpenAI's wire says for an error that has a name, where its status alone does not tell.

To add a provider: one table here, and its name in the flavour.
"""

from __future__ import annotations

from llm_intercept.dialects.failing import NamedErrors, Words

__all__ = [
    "AZURE", "CEREBRAS", "COMPATIBLE", "DEEPSEEK", "FIREWORKS", "GROQ", "HUGGINGFACE", "MISTRAL", "OPENAI", "OPENROUTER",
    "RESPONSES", "TOGETHER", "XAI",
]  # fmt: skip

_INVALID = "invalid_request_error"

#: Reference: https://platform.openai.com/docs/guides/error-codes
OPENAI: NamedErrors = {
    "content_filtered": Words(
        400,
        "Your request was rejected as a result of our safety system. Your prompt may contain text that is not allowed by our "
        "safety system.",
        _INVALID,
        "content_policy_violation",
    ),
    "context_length_exceeded": Words(
        400,
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 128001 tokens. Please reduce the "
        "length of the messages.",
        _INVALID,
        "context_length_exceeded",
        "messages",
    ),
    "invalid_key": Words(
        401,
        "Incorrect API key provided: ********. You can find your API key at https://platform.openai.com/account/api-keys.",
        _INVALID,
        "invalid_api_key",
    ),
    "model_not_found": Words(
        404, "The model `{model}` does not exist or you do not have access to it.", _INVALID, "model_not_found"
    ),
    "quota_exhausted": Words(
        429,
        "You exceeded your current quota, please check your plan and billing details. For more information on this error, read the "
        "docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
        "insufficient_quota",
        "insufficient_quota",
    ),
    "rate_limit": Words(
        429,
        "Rate limit reached for {model} in organization org-000000000000000000000000 on requests per min (RPM): Limit 500, Used "
        "500, Requested 1. Please try again in 120ms. Visit https://platform.openai.com/account/rate-limits to learn more.",
        "requests",
        "rate_limit_exceeded",
    ),
}

#: Other servers say the same of what they do not send one to OpenAI's pages for.
COMPATIBLE: NamedErrors = {
    "content_filtered": OPENAI["content_filtered"],
    "context_length_exceeded": OPENAI["context_length_exceeded"],
    "model_not_found": OPENAI["model_not_found"],
    "quota_exhausted": Words(
        429,
        "You exceeded your current quota, please check your plan and billing details.",
        "insufficient_quota",
        "insufficient_quota",
    ),
}

#: Where the responses' words differ.
RESPONSES: NamedErrors = {
    "context_length_exceeded": Words(
        400,
        "Your input exceeds the context window of this model. Please adjust your input and try again.",
        _INVALID,
        "context_length_exceeded",
        "input",
    ),
}

#: What its gateway says has no type. Reference: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/quota
AZURE: NamedErrors = {
    "content_filtered": Words(
        400,
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your "
        "prompt and retry. To learn more about our content filtering policies please read our documentation: "
        "https://go.microsoft.com/fwlink/?linkid=2198766",
        "",
        "content_filter",
        "prompt",
    ),
    "context_length_exceeded": OPENAI["context_length_exceeded"],
    "invalid_key": Words(
        401,
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active "
        "subscription and use a correct regional API endpoint for your resource.",
        "",
        "401",
    ),
    "model_not_found": Words(
        404,
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait "
        "a moment and try again.",
        "",
        "DeploymentNotFound",
    ),
    "quota_exhausted": COMPATIBLE["quota_exhausted"],
    "rate_limit": Words(
        429,
        "Your requests to {model} have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 1 "
        "second.",
        "",
        "429",
    ),
}

#: Reference: https://console.groq.com/docs/errors
GROQ: NamedErrors = {
    "context_length_exceeded": Words(
        400, "Please reduce the length of the messages or completion.", _INVALID, "context_length_exceeded", "messages"
    ),
    "invalid_key": Words(401, "Invalid API Key", _INVALID, "invalid_api_key"),
    "model_not_found": OPENAI["model_not_found"],
    "overloaded": Words(
        503,
        "{model} is currently over capacity. Please try again and back off exponentially. Visit https://groqstatus.com to see if "
        "there is an active incident.",
        "internal_server_error",
    ),
    "rate_limit": Words(
        429,
        "Rate limit reached for model `{model}` in organization `org_00000000000000000000000000` service tier `on_demand` on "
        "requests per minute (RPM): Limit 30, Used 30, Requested 1. Please try again in 2s. Need more tokens? Upgrade to Dev Tier "
        "today at https://console.groq.com/settings/billing",
        "requests",
        "rate_limit_exceeded",
    ),
}

#: Reference: https://docs.together.ai/docs/error-codes
TOGETHER: NamedErrors = {
    "context_length_exceeded": Words(
        422,
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 131073. Given: 131073 `inputs` tokens and 1 "
        "`max_new_tokens`",
        _INVALID,
    ),
    "invalid_key": Words(
        401,
        "Invalid API key provided. You can find your API key at https://api.together.ai/settings/api-keys.",
        _INVALID,
        "invalid_api_key",
    ),
    "model_not_found": Words(
        404,
        "Unable to access model {model}. Please visit https://api.together.ai/models to view the list of supported models.",
        _INVALID,
        "model_not_available",
    ),
    "quota_exhausted": Words(
        402, "Credit limit exceeded. Please navigate to https://api.together.ai/settings/billing to add credit.", "credit_limit", ""
    ),
    "rate_limit": Words(429, "You have reached the rate limit specific to this model {model}.", "model_rate_limit", ""),
}

#: Reference: https://docs.mistral.ai/api/
MISTRAL: NamedErrors = {
    "bad_request": Words(422),
    "invalid_key": Words(401, "Unauthorized"),
    "context_length_exceeded": Words(
        400, "Prompt contains 131073 tokens, too large for model with 131072 maximum context length", _INVALID, "3051"
    ),
    "model_not_found": Words(400, "Invalid model: {model}", "invalid_model", "1500"),
    "quota_exhausted": Words(429, "Rate limit exceeded", "rate_limited", "1300"),
    "overloaded": Words(429, "Service tier capacity exceeded for this model.", "service_tier_capacity_exceeded", "3505"),
    "rate_limit": Words(429, "Rate limit exceeded", "rate_limited", "1300"),
    "server_error": Words(500, "Internal server error", "internal_server_error", "1000"),
}

#: Reference: https://api-docs.deepseek.com/quick_start/error_codes
DEEPSEEK: NamedErrors = {
    "content_filtered": Words(400, "Content Exists Risk", _INVALID, _INVALID),
    "context_length_exceeded": Words(
        400,
        "This model's maximum context length is 131072 tokens. However, you requested 131073 tokens (131072 in the messages, 1 in "
        "the completion). Please reduce the length of the messages or completion.",
        _INVALID,
        _INVALID,
    ),
    "model_not_found": Words(400, "Model Not Exist", _INVALID, _INVALID),
    "quota_exhausted": Words(402),
}

#: References: https://docs.x.ai/docs/key-information/debugging, https://docs.x.ai/docs/key-information/consumption-and-rate-limits
XAI: NamedErrors = {
    "bad_request": Words(400, code="Client specified an invalid argument"),
    "content_filtered": Words(
        403, "Content violates usage guidelines.", code="The caller does not have permission to execute the specified operation"
    ),
    "context_length_exceeded": Words(
        400,
        "This model's maximum prompt length is 131072 but the request contains 131073 tokens.",
        code="Client specified an invalid argument",
    ),
    "invalid_key": Words(
        400,
        "Incorrect API key provided: xa***. You can obtain an API key from https://console.x.ai.",
        code="Client specified an invalid argument",
    ),
    "model_not_found": Words(
        404, "The model {model} does not exist or your team does not have access to it.", code="Some requested entity was not found"
    ),
    "overloaded": Words(
        503, "The model is currently at capacity. Please try again later.", code="The service is currently unavailable"
    ),
    "quota_exhausted": Words(
        429,
        "Your team has either used all available credits or reached its monthly spending limit. To continue making API requests, "
        "please purchase more credits or raise your spending limit.",
        code="Some resource has been exhausted",
    ),
    "rate_limit": Words(429, "Too many requests for the model {model}.", code="Some resource has been exhausted"),
}

#: Reference: https://openrouter.ai/docs/api-reference/errors
OPENROUTER: NamedErrors = {
    "content_filtered": Words(403, "{model} requires moderation. Your input was flagged. No credits were charged."),
    "context_length_exceeded": Words(
        400,
        "This endpoint's maximum context length is 131072 tokens. However, you requested about 131073 tokens (131073 of text "
        'input). Please reduce the length of either one, or use the "middle-out" transform to compress your prompt automatically.',
    ),
    "invalid_key": Words(401, "User not found."),
    "model_not_found": Words(400, "{model} is not a valid model ID"),
    "quota_exhausted": Words(402, "Insufficient credits. Add more using https://openrouter.ai/settings/credits"),
}

#: Reference: https://inference-docs.cerebras.ai/support/error
CEREBRAS: NamedErrors = {
    "context_length_exceeded": Words(
        400,
        "Please reduce the length of the messages or completion. Current length is 131073 while limit is 131072",
        _INVALID,
        "context_length_exceeded",
        "messages",
    ),
    "invalid_key": Words(401, "Wrong API Key", _INVALID, "wrong_api_key", "api_key"),
    "model_not_found": Words(
        404, "Model {model} does not exist or you do not have access to it.", "not_found_error", "model_not_found", "model"
    ),
    "overloaded": Words(
        429,
        "We're experiencing high traffic right now! Please try again soon.",
        "too_many_requests_error",
        "queue_exceeded",
        "queue",
    ),
    "quota_exhausted": Words(
        429,
        "Tokens per day limit exceeded - too many tokens processed.",
        "too_many_tokens_error",
        "token_quota_exceeded",
        "quota",
    ),
    "rate_limit": Words(
        429,
        "Requests per minute limit exceeded - too many requests sent.",
        "too_many_requests_error",
        "request_quota_exceeded",
        "quota",
    ),
}

#: Reference: https://docs.fireworks.ai/guides/inference-error-codes
FIREWORKS: NamedErrors = {
    "context_length_exceeded": Words(400, "The prompt is too long: 131073, model maximum context length: 131072", _INVALID),
    "model_not_found": Words(404, "Model not found, inaccessible, and/or not deployed", "error", "NOT_FOUND"),
    "quota_exhausted": Words(412, "Account is suspended, possibly due to reaching the monthly spending limit", "error"),
}

#: Reference: https://huggingface.co/docs/inference-providers/pricing
HUGGINGFACE: NamedErrors = {
    "invalid_key": Words(401, "Invalid username or password."),
    "model_not_found": Words(400, "The requested model '{model}' does not exist"),
    "quota_exhausted": Words(402, "You have exceeded your monthly included credits for Inference Providers."),
}
