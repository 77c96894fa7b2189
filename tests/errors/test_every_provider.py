"""Each provider has an error for each name, in its own envelope."""

from __future__ import annotations

import httpx
import pytest

import llm_intercept
from llm_intercept import Interceptor
from llm_intercept.replies.failures import STATUSES
from tests.errors.asked import CHATS


@pytest.mark.parametrize("name", CHATS)
def test_each_name_is_an_error_with_words(name: str) -> None:
    url, body = CHATS[name]
    for kind in STATUSES:
        llm = Interceptor(hosts=["localhost"])
        llm.on(operation={"chat", "completion", "embeddings"}).reply(getattr(llm_intercept, kind)())
        with httpx.Client(transport=llm.httpx_transport) as client:
            answer = client.post(url, json={"model": "m", "messages": [{"role": "user", "content": "Hi"}], **body})
        assert 400 <= answer.status_code < 600, kind
        assert len(answer.text) > len('{"error": ""}'), kind
        assert isinstance(answer.json(), dict | list), kind
