"""`llm-intercept providers`: everybody who is known, in 80 columns and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from llm_intercept.dialects import endpoint_of
from llm_intercept.providers import names

Here = Callable[..., tuple[Any, str, str]]


def test_everybody_stands_in_a_table_of_eighty_columns(here: Here) -> None:
    status, out, _ = here("providers")
    assert status == 0
    lines = out.splitlines()
    assert {line.split(" ")[0] for line in lines} >= set(names())
    assert max(map(len, lines)) <= 80
    assert lines[-2].startswith("Caught in: aiohttp, ")


def test_machines_get_all_of_it(here: Here) -> None:
    told = json.loads(here("providers", "--json")[1])
    found = {one["name"]: one for one in told["providers"]}
    assert list(found) == [*names()]
    assert found["openai"]["hosts"] == ["api.openai.com", "*.api.openai.com"]
    assert found["openai"]["keys"] == ["OPENAI_API_KEY", "OPENAI_ADMIN_KEY"]
    chat = endpoint_of("POST", "/v1/chat/completions", "groq")
    assert chat is not None
    served = {name: [each["name"] for each in one["endpoints"]] for name, one in found.items()}
    assert {"name": chat.name, "operation": "chat", "method": "POST", "path": chat.path} in found["groq"]["endpoints"]
    assert "gemini generate content" in served["gemini"]
    assert "gemini generate content" not in served["groq"]
    assert {"httpx", "httpx2", "urllib3", "aiohttp", "http", "grpc"} <= set(told["libraries"])


VOYAGE = """\
voyage: api.voyageai.com
endpoint            operation   method
──────────────────────────────────────
compatible rerank   rerank      POST
voyage rerank       rerank      POST
"""


def test_all_that_a_provider_serves_is_told(here: Here) -> None:
    status, out, _ = here("providers", "voyage", "--operation", "rerank")
    assert (status, [line.rstrip() for line in out.splitlines()]) == (0, VOYAGE.splitlines())
    assert "lmstudio: port 1234" in here("providers", "lmstudio")[1]


def test_who_serves_an_operation_is_listed(here: Here) -> None:
    told = json.loads(here("providers", "--operation", "count_tokens", "--json")[1])
    assert {each["operation"] for one in told["providers"] for each in one["endpoints"]} == {"count_tokens"}
    assert "bedrock" in [one["name"] for one in told["providers"]]
    assert json.loads(here("providers", "openai", "--operation", "push", "--json")[1])["providers"] == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("antropic",), "'antropic' is no provider that is known; did you mean 'anthropic'?"),
        (("--operation", "embedding"), "--operation 'embedding'; did you mean 'embeddings'?"),
    ],
)
def test_a_misspelt_name_gets_the_near_one(here: Here, given: tuple[str, ...], told: str) -> None:
    status, out, error = here("providers", *given)
    assert (status, out) == (2, "")
    assert told in " ".join(error.replace("│", "").split())
