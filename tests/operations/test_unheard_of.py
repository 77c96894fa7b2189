"""What cannot be mocked yet never goes to the network: a miss that names the endpoint."""

from __future__ import annotations

import pytest

from llm_intercept import Interceptor, UnknownEndpoint
from tests.operations.asking import ask

OPENAI, ANTHROPIC = "https://api.openai.com/v1", "https://api.anthropic.com/v1"
GEMINI = "https://generativelanguage.googleapis.com/v1beta"

UNHEARD_OF = [
    *[("GET", f"{OPENAI}/{path}") for path in ("files", "files/f", "files/f/content", "batches", "batches/b", "vector_stores")],
    *[("POST", f"{OPENAI}/{path}") for path in ("files", "batches", "uploads", "vector_stores", "vector_stores/v/search")],
    *[("POST", f"{OPENAI}/{path}") for path in ("uploads/u/parts", "uploads/u/complete", "batches/b/cancel")],
    *[(method, f"{OPENAI}/fine_tuning/jobs") for method in ("GET", "POST")],
    ("DELETE", f"{OPENAI}/files/f"),
    *[("POST", f"{OPENAI}/{path}") for path in ("assistants", "threads", "videos", "containers", "evals")],
    *[(method, f"{ANTHROPIC}/messages/batches") for method in ("GET", "POST")],
    *[("GET", f"{ANTHROPIC}/messages/batches/{path}") for path in ("b", "b/results")],
    *[(method, f"{ANTHROPIC}/files") for method in ("GET", "POST")],
    *[(method, f"{GEMINI}/{path}") for method in ("GET", "POST") for path in ("files", "cachedContents", "fileSearchStores")],
    ("POST", "https://generativelanguage.googleapis.com/upload/v1beta/files"),
    *[("POST", f"{GEMINI}/models/gemini-2.5-flash:{verb}") for verb in ("batchGenerateContent", "predictLongRunning")],
    *[("POST", f"https://api.mistral.ai/v1/{path}") for path in ("ocr", "files", "batch/jobs", "fine_tuning/jobs")],
    *[("POST", f"https://api.cohere.com/v1/{path}") for path in ("classify", "summarize", "datasets", "embed-jobs")],
    *[("POST", f"https://bedrock-agent-runtime.us-east-1.amazonaws.com/{path}") for path in (
        "retrieveAndGenerate", "agents/A/agentAliases/B/sessions/S/text")],
    ("POST", "https://bedrock-runtime.us-east-1.amazonaws.com/guardrail/G/version/1/apply"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "url"), UNHEARD_OF)
def test_it_is_a_miss_that_names_the_endpoint(method: str, url: str) -> None:
    llm = Interceptor()
    with pytest.raises(UnknownEndpoint, match="No dialect knows this endpoint of ") as miss:
        ask(llm, url, {} if method == "POST" else None, method)
    assert f"{method} {url}" in str(miss.value)
    llm.failures.clear()
