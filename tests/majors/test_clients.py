"""The installed SDK, of whatever major, hears what was said: sync and async, from a body, a stream and its own helper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from llm_intercept import intercept, reply, tool_call
from tests.majors.clients import CLIENTS, Heard
from tests.majors.judged import installed
from tests.sdks.ways import left, run

PARIS = {"city": "Paris", "days": [1, None]}

SAID: Mapping[str, tuple[Any, Heard]] = {
    "text": ("Paris, of course.", ("Paris, of course.", ())),
    "hard text": ('\x01 "\\ \x85 \u2028 \r\n\n data: x\n\n 👩‍👩‍👧', ('\x01 "\\ \x85 \u2028 \r\n\n data: x\n\n 👩‍👩‍👧', ())),
    "tool call": (tool_call("weather", PARIS), ("", (("weather", PARIS),))),
    "text and tool calls": (
        reply("Let me look.", tool_call("weather", PARIS), tool_call("now")),
        ("Let me look.", (("weather", PARIS), ("now", {}))),
    ),
}


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("way", ["sync", "asyncio"])
@pytest.mark.parametrize(("name", "form"), [(name, form) for name, one in CLIENTS.items() for form in one.forms])
def test_the_sdk_hears_what_was_said(name: str, form: str, way: str, said: str) -> None:
    client = CLIENTS[name]
    if not installed(client.sdk):
        pytest.skip(f"{client.sdk} is not installed")
    given, heard = SAID[said]

    async def ask() -> Heard:
        async with left(client.make(way)) as made:
            return await client.forms[form](made)

    with intercept(given) as llm:
        assert run(way, ask) == heard
    assert [call.stream for call in llm.calls] == [form != "body"]
