"""A body with its holes filled is the body that would have been made without them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept.dialects.template import MODEL, STAMP, USAGE, Template
from llm_intercept.replies.reply import Usage
from llm_intercept.synthesis.stamp import Stamp

counts = st.integers(0, 10**9)


def _usage(fresh: int, cached: int, written: int, spoken: int, thought: int) -> Usage:
    return Usage(fresh + cached + written, spoken + thought, thought, cached, written)


usages = st.builds(_usage, *[counts] * 5)
stamps = st.text("0123456789abcdef", min_size=128, max_size=128).map(Stamp)


def document(stamp: Stamp, model: str, usage: Usage) -> dict[str, Any]:
    """Every value that a body can have of a call, some twice, some within a text."""
    return {
        "ids": [
            stamp.id("completion", 29),
            "msg_" + stamp.id("request", 12),
            stamp.id("tool 1", 24),
            stamp.uuid("a"),
            stamp.uuid("a"),
        ],
        "times": [stamp.created, stamp.timestamp],
        "model": f"of {model}",
        "100%": "%s %d %% {model}",
        "usage": [*usage, usage.total, usage.spoken, usage.fresh, usage.total],
    }


@given(stamps, st.text(), usages)
def test_a_filled_template_is_the_body_itself(stamp: Stamp, model: str, usage: Usage) -> None:
    template = Template(document(STAMP, MODEL, USAGE))
    filled = template.fill(stamp, model, usage)
    assert json.loads(filled.decode("utf-8", "replace")) == json.loads(
        json.dumps(document(stamp, model, usage), ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
    )


@pytest.mark.parametrize(
    "body", [{}, {"a": "b"}, {"id": STAMP.id("completion", 8)}, {"at": STAMP.timestamp}], ids=["none", "text", "one", "rare"]
)
def test_a_body_may_have_one_hole_or_none(body: dict[str, Any]) -> None:
    stamp = Stamp("0" * 128)
    whole = {"id": stamp.id("completion", 8), "at": stamp.timestamp}
    filled = json.loads(Template(body).fill(stamp, "m", Usage(1, 2)))
    assert filled == {key: whole.get(key, value) for key, value in body.items()}
