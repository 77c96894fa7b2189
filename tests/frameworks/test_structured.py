"""Every model comes out of every framework, without any rule."""

from __future__ import annotations

import pytest

from llm_intercept import intercept
from tests.frameworks import agents, langchain
from tests.frameworks.refused import REFUSED
from tests.structured.models import MODELS

pytestmark = pytest.mark.anyio

PARSERS = {**langchain.PARSERS, **agents.PARSERS}


@pytest.mark.parametrize("parser", PARSERS)
async def test_every_model_is_parsed_without_a_rule(parser: str) -> None:
    for name, model in MODELS.items():
        if name not in REFUSED.get(parser, ()):
            with intercept():
                found = await PARSERS[parser](model)
            assert isinstance(found, model), name


@pytest.mark.parametrize("parser", REFUSED)
async def test_what_a_framework_does_not_tell_is_told(parser: str) -> None:
    for name, said in REFUSED[parser].items():
        try:
            with intercept():
                outcome = repr(await PARSERS[parser](MODELS[name]))
        except Exception as failure:
            outcome = str(failure)
        assert said in outcome, name


@pytest.mark.parametrize("name", langchain.OFFERED)
async def test_a_tool_that_langchain_only_offers_is_not_called(name: str) -> None:
    with intercept() as llm:
        assert await langchain.asked(name, "function_calling", "sync")(MODELS["Capital"]) is None
    assert llm.calls.one.call.tool_choice.mode == "auto"
