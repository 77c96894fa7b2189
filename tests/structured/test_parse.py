"""Every model parses through every SDK's own way, without any rule."""

from __future__ import annotations

import pytest

from llm_intercept import intercept
from tests.structured.models import MODELS
from tests.structured.parsers import PARSERS, REFUSED

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    """asyncio: clients are kept from model to model."""
    return "asyncio"


@pytest.mark.parametrize("parser", PARSERS)
async def test_every_model_is_parsed_without_a_rule(parser: str) -> None:
    for name, model in MODELS.items():
        if name not in REFUSED.get(parser, ()):
            with intercept():
                found = await PARSERS[parser](model)
            assert type(found) is model, name


@pytest.mark.parametrize("parser", REFUSED)
async def test_what_an_sdk_cannot_ask_for_is_told(parser: str) -> None:
    for name, said in REFUSED[parser].items():
        with pytest.raises(BaseException, match=said), intercept():
            await PARSERS[parser](MODELS[name])
