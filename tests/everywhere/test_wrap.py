"""`wrap` on every SDK's client: its calls are answered or refused by that interceptor alone, and nothing leaves."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from llm_intercept import InterceptFailure, UnknownEndpoint, wrap
from tests.conftest import RealConnection
from tests.everywhere.test_sdks import _REFUSED, ROWS, SDK, _atake, _installed, _take

#: The clients that cannot be wrapped, and why.
NOT = {
    "huggingface_hub": "all its clients share one HTTP client",
    "aiobotocore": "its sessions are made at each call",
    "litellm": "is no client",
    "replicate": "keeps no client",
    "voyageai": "keeps no client",
    "dashscope": "keeps no client",
}
EACH = pytest.mark.parametrize("row", [name for name, sdk in ROWS.items() if sdk.package not in NOT and "aiobotocore" not in name])


def _ask(sdk: SDK, client: Any) -> Any:
    async def main() -> Any:
        return await _atake(sdk.ask(client))

    return asyncio.run(main()) if sdk.asynchronous else _take(sdk.ask(client))


@EACH
def test_a_wrapped_client_is_answered_and_no_other(row: str, closed_network: list[str]) -> None:
    sdk = ROWS[row]
    if not _installed(sdk.package):
        pytest.skip(f"{sdk.package} is not installed")

    async def main() -> None:
        before, client = sdk.build(), sdk.build()
        llm = wrap(client, "Hi there.")
        after = sdk.build()
        try:
            answer = await _atake(sdk.ask(client)) if sdk.asynchronous else _take(sdk.ask(client))
        except InterceptFailure as failure:
            refused: BaseException | None = failure
            llm._own.pending.clear()
        else:
            refused = None
            assert "Hi" in str(answer)
        assert isinstance(refused, UnknownEndpoint) == any(name in row for name in _REFUSED)
        assert (llm.calls.total, closed_network) == (1, [])
        llm.restore()
        for other in (before, after, client):
            with pytest.raises(BaseException) as reached:
                _ = await _atake(sdk.ask(other)) if sdk.asynchronous else _take(sdk.ask(other))
            assert isinstance(reached.value, RealConnection) or closed_network
            assert llm.calls.total == 1
            closed_network.clear()

    asyncio.run(main())


def test_what_cannot_be_wrapped_is_told() -> None:
    huggingface_hub = pytest.importorskip("huggingface_hub")
    with pytest.raises(TypeError, match=r"cannot wrap a huggingface_hub.*intercept\(\.\.\.\) catches every client"):
        wrap(huggingface_hub.InferenceClient())
