"""What keywords are called and take, for editors and type checkers; at run time the tables behind them judge.

A test holds each of these against its table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypedDict

if TYPE_CHECKING:
    from llm_intercept.call import Call
    from llm_intercept.clock import Now
    from llm_intercept.limits import Limits
    from llm_intercept.names import Finish, OperationName, ProviderName
    from llm_intercept.replies.pacing import Pace
    from llm_intercept.replies.reply import ErrorReply, Usage
    from llm_intercept.rules.matchers import Either, Every, Matcher, Other
    from llm_intercept.synthesis.tokens import CountTokens
    from llm_intercept.wire import Fail, Pause

__all__ = ["Asked", "Given", "Said"]


class DirtyEquals(Protocol):
    """A value of dirty-equals, which is no dependency."""

    def equals(self, other: Any) -> bool: ...


Fits: TypeAlias = "re.Pattern[str] | Matcher | Every | Either | Other | DirtyEquals | Callable[[Any], object]"


class Asked(TypedDict, total=False):
    """The criteria of `llm.on(...)` and `llm.calls.where(...)`."""

    prompt: object
    system: object
    model: object
    provider: ProviderName | AbstractSet[ProviderName | Fits] | Fits
    operation: OperationName | AbstractSet[OperationName | Fits] | Fits
    stream: object
    turn: object
    step: object
    tool: object
    tool_result: object
    schema: object
    header: object
    url: object
    body: object
    where: Callable[[Call], object]


class Said(TypedDict, total=False):
    """The options of `reply(...)`, which `rule.reply(...)` and `rule.then(...)` take, too."""

    finish: Finish | None
    usage: Usage | Mapping[str, int] | None
    model: str | None
    id: str | None
    headers: Mapping[str, str] | None
    chunks: Iterable[str | Pause | Fail] | None
    chunk_size: int
    delay: float
    pace: Pace | None
    payload: Mapping[str, Any] | None


class Given(TypedDict, total=False):
    """The options of `intercept(...)`, `activate(...)`, `wrap(...)` and `Interceptor(...)`."""

    default: Any
    hosts: str | Iterable[str]
    allow: str | Iterable[str]
    block_network: Literal["llm", "all"]
    scope: Literal["process", "task"]
    keys: bool | Mapping[str, ErrorReply]
    seed: int
    contract: Literal["refuse", "warn", "off", "fail"]
    count_tokens: CountTokens
    journal: int | None
    limits: Limits | None
    pace: Pace | None
    clock: Literal["real", "virtual"] | Now
