"""The call-level mock: a completion through a function, as LiteLLM's `completion(..., mock_response=...)`, with no SDK at all.

It never reaches the network, an interceptor or not. Reference: https://docs.litellm.ai/docs/completion/mock_requests
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from llm_intercept import clock
from llm_intercept.replies.reply import DEFAULT_TEXT
from llm_intercept.synthesis.stamp import Stamp, Stamps
from llm_intercept.wire import Request

__all__ = ["Record", "acompletion", "completion", "mock_completion"]

#: A stream's pieces, in characters.
_PIECE = 3

_stamps = Stamps(0)


class Record(dict[str, Any]):
    """A dict whose keys are attributes too: `r.choices[0].message.content` is `r["choices"][0]["message"]["content"]`."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(
                f"a {'chunk' if _is_chunk(self) else 'record'} has no {name!r}; it has {', '.join(self)}"
            ) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def model_dump(self) -> dict[str, Any]:
        """Plain dicts and lists, all the way down."""
        dumped: dict[str, Any] = json.loads(json.dumps(self))
        return dumped

    def model_dump_json(self) -> str:
        """The JSON text."""
        return json.dumps(self)


def _is_chunk(record: Record) -> bool:
    return set(record) == {"choices"}


def completion(
    model: str,
    messages: Sequence[dict[str, Any]],
    *,
    mock_response: Any = None,
    stream: bool = False,
    n: int | None = None,
    mock_tool_calls: Sequence[dict[str, Any]] | None = None,
    mock_delay: float | None = None,
    mock_timeout: bool = False,
    timeout: float | None = None,
    **params: Any,  # noqa: ARG001  (a real call's other parameters)
) -> Any:
    """A mocked chat completion.

    `mock_response` is the text to answer (None: "This is a mock request"), or an exception to raise. `mock_tool_calls` are
    OpenAI tool calls to answer with. `mock_delay` waits that many seconds first. `mock_timeout` waits `timeout` seconds, if
    they are given, and raises `TimeoutError`. `params` are a real call's other parameters, and change nothing.

    Returns an object whose keys are attributes too, its `model` "MockResponse" and its `usage` all None; with `stream` an
    iterator of chunks, three characters each, every delta's `content` a `str`.

        completion("gpt-4o", [{"role": "user", "content": "Hi"}], mock_response="Hello.").choices[0].message.content
    """
    for seconds in _waits(mock_delay, mock_timeout, timeout):
        clock.sleep(seconds)
    return _answer(model, messages, mock_response, stream, n, mock_tool_calls, mock_timeout, timeout)


async def acompletion(
    model: str,
    messages: Sequence[dict[str, Any]],
    *,
    mock_response: Any = None,
    stream: bool = False,
    n: int | None = None,
    mock_tool_calls: Sequence[dict[str, Any]] | None = None,
    mock_delay: float | None = None,
    mock_timeout: bool = False,
    timeout: float | None = None,
    **params: Any,  # noqa: ARG001  (a real call's other parameters)
) -> Any:
    """`completion`, async: with `stream` it returns an async iterator.

    It takes what `completion` takes.

        answer = await acompletion("gpt-4o", [{"role": "user", "content": "Hi"}], mock_response="Hello.")
    """
    for seconds in _waits(mock_delay, mock_timeout, timeout):
        await clock.async_sleep()(seconds)
    answer = _answer(model, messages, mock_response, stream, n, mock_tool_calls, mock_timeout, timeout)
    return _async(answer) if stream else answer


def mock_completion(
    model: str,
    messages: Sequence[dict[str, Any]],
    stream: bool = False,
    n: int | None = None,
    mock_response: Any = None,
    mock_tool_calls: Sequence[dict[str, Any]] | None = None,
    mock_timeout: bool = False,
    *,
    timeout: float | None = None,
    **params: Any,
) -> Any:
    """`completion`, with the arguments in the order in which LiteLLM's `mock_completion` has them.

        mock_completion("gpt-4o", [{"role": "user", "content": "Hi"}], False, None, "Hello.")

    Reference: https://docs.litellm.ai/docs/completion/mock_requests
    """
    return completion(
        model,
        messages,
        mock_response=mock_response,
        stream=stream,
        n=n,
        mock_tool_calls=mock_tool_calls,
        mock_timeout=mock_timeout,
        timeout=timeout,
        **params,
    )


def _waits(delay: float | None, timed_out: bool, timeout: float | None) -> Iterator[float]:
    if delay:
        yield delay
    if timed_out and timeout:
        yield timeout


def _answer(
    model: str,
    messages: Sequence[dict[str, Any]],
    said: Any,
    stream: bool,
    n: int | None,
    tool_calls: Sequence[dict[str, Any]] | None,
    timed_out: bool,
    timeout: float | None,
) -> Any:
    if timed_out and timeout is not None:
        raise TimeoutError(f"mock_timeout: the call to {model!r} took longer than its timeout of {timeout} seconds")
    if isinstance(said, BaseException) or (isinstance(said, type) and issubclass(said, BaseException)):
        raise said
    if said is None or said is True:
        said = "" if tool_calls else DEFAULT_TEXT
    if not isinstance(said, str):
        raise TypeError(f"mock_response= is a text or an exception, not {said!r}")
    n = 1 if n is None else n
    if n < 1:
        raise ValueError(f"n={n!r}: at least one choice")
    calls = [Record(call, function=Record(call.get("function", {}))) for call in tool_calls or ()]
    return _chunks(said, n, calls) if stream else _whole(said, n, calls, _stamp(model, messages))


def _stamp(model: str, messages: Sequence[dict[str, Any]]) -> Stamp:
    body = json.dumps([model, list(messages)], default=str).encode()
    return _stamps.next(Request("POST", "https", "mock", None, "/chat/completions", (), body, "none"))


def _finish(calls: list[Record]) -> str:
    return "tool_calls" if calls else "stop"


def _whole(said: str, n: int, calls: list[Record], stamp: Stamp) -> Record:
    def choice(index: int) -> Record:
        message = Record(content=said if said or not calls else None, role="assistant", logprobs=None)
        if calls:
            message["tool_calls"] = calls
        return Record(finish_reason=_finish(calls), index=index, message=message, logprobs=None)

    return Record(
        id="chatcmpl-" + stamp.id("completion", 29),
        object="chat.completion",
        created=stamp.created,
        model="MockResponse",
        choices=[choice(index) for index in range(n)],
        usage=Record(prompt_tokens=None, completion_tokens=None, total_tokens=None),
    )


def _chunks(said: str, n: int, calls: list[Record]) -> Iterator[Record]:
    def chunk(index: int, delta: Record, finish: str | None) -> Record:
        numbered = {"index": index} if n > 1 else {}
        return Record(choices=[Record(**numbered, delta=delta, finish_reason=finish)])

    for start in range(0, len(said), _PIECE):
        for index in range(n):
            yield chunk(index, Record(role="assistant", content=said[start : start + _PIECE]), None)
    for index in range(n):
        last = Record(role="assistant", content="")
        if calls:
            last["tool_calls"] = [Record(call, index=number) for number, call in enumerate(calls)]
        yield chunk(index, last, _finish(calls))


async def _async(chunks: Iterator[Record]) -> AsyncIterator[Record]:
    for chunk in chunks:
        yield chunk
