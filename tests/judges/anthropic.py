"""anthropic's models, and their beta forms."""

from __future__ import annotations

from collections.abc import Mapping

from anthropic.types import BetaErrorResponse, ErrorResponse, Message, MessageTokensCount, RawMessageStreamEvent
from anthropic.types.beta import BetaMessage, BetaMessageTokensCount, BetaRawMessageStreamEvent

from tests.judges.judge import Judge
from tests.judges.pydantic import Pydantic

__all__ = ["JUDGES", "Pydantic"]


def _legacy() -> Mapping[str, Judge]:
    try:
        from anthropic.types import Completion
    except ImportError:  # gone since anthropic 1
        return {}
    return {"complete body": Pydantic(Completion), "complete event": Pydantic(Completion)}


#: The SDK drops pings and raises errors before its models see a stream's events; they have none there.
JUDGES: Mapping[str, Judge] = {
    "messages body": Pydantic(Message),
    "messages event": Pydantic(RawMessageStreamEvent),
    "messages error": Pydantic(ErrorResponse),
    "beta messages body": Pydantic(BetaMessage),
    "beta messages event": Pydantic(BetaRawMessageStreamEvent),
    "beta messages error": Pydantic(BetaErrorResponse),
    "count_tokens body": Pydantic(MessageTokensCount),
    "beta count_tokens body": Pydantic(BetaMessageTokensCount),
    **_legacy(),
}
