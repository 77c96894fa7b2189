"""`llm-intercept providers`: everybody who is known, in 80 columns and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from llm_intercept.dialects import endpoint_of
from llm_intercept.providers import names

Here = Callable[..., tuple[Any, str, str]]


def test_everybody_stands_in_a_table_of_eighty_columns(here: Here) -> None:
    status, out, _ = here("providers")
    assert status == 0
    lines = out.splitlines()
    assert {line.split(" ")[0] for line in lines} >= set(names())
    assert max(map(len, lines[:-1])) <= 80
    assert lines[-1].startswith("Caught in: aiohttp, ")


def test_machines_get_all_of_it(here: Here) -> None:
    told = json.loads(here("providers", "--json")[1])
    found = {one["name"]: one for one in told["providers"]}
    assert list(found) == [*names()]
    assert found["openai"]["hosts"] == ["api.openai.com", "*.api.openai.com"]
    assert found["openai"]["keys"] == ["OPENAI_API_KEY", "OPENAI_ADMIN_KEY"]
    chat = endpoint_of("POST", "/v1/chat/completions", "groq")
    assert chat is not None
    assert chat.name in found["groq"]["endpoints"]
    assert "gemini generate content" in found["gemini"]["endpoints"]
    assert "gemini generate content" not in found["groq"]["endpoints"]
    assert {"httpx", "httpx2", "urllib3", "aiohttp", "http", "grpc"} <= set(told["libraries"])
