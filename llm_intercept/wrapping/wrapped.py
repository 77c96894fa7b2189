"""The interceptor of one client, which is changed while it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from llm_intercept import activation
from llm_intercept.interceptor import Interceptor
from llm_intercept.wrapping.clients import change
from llm_intercept.wrapping.slots import Undo

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self, Unpack

    from llm_intercept.signatures import Given

__all__ = ["Wrapped", "wrap"]


class Wrapped(Interceptor):
    """The interceptor of one client. As a block it restores the client at its end."""

    def __init__(self, client: Any, replies: tuple[object, ...], options: Mapping[str, Any]) -> None:
        super().__init__(*replies, **options)
        self._client = client
        self._undo: Undo | None = self._change()

    def restore(self) -> None:
        """Change the client back; raises the failures that nobody has seen. A second time does nothing."""
        self._restore(None)

    def __enter__(self) -> Self:
        if self._undo is None:
            self._book = self._own.book = self._book.fresh()
            self._undo = self._change()
        return self

    def _change(self) -> Undo:
        """Change the client, with the clock in use; where one of the two fails, neither is."""
        activation.hold(self.clock)
        try:
            return change(self._client, self._own)
        except BaseException:
            activation.release(self.clock)
            raise

    def __exit__(self, kind: type[BaseException] | None, came_out: BaseException | None, trace: TracebackType | None) -> None:
        self._restore(came_out)

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, came_out: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._restore(came_out)

    def _restore(self, came_out: BaseException | None) -> None:
        if self._undo is not None:
            undo, self._undo = self._undo, None
            undo()
            activation.release(self.clock)
            self._finish(self._own, came_out)


def wrap(client: Any, *replies: object, **options: Unpack[Given]) -> Wrapped:
    """Answer one client's LLM calls, to whatever host, and nobody else's.

    `client` is a client of openai, anthropic, google-genai, mistralai, cohere, groq, together, ollama, huggingface_hub or another
    SDK of their make, a boto3 or aiobotocore client, an `httpx` or `httpx2` client, a `requests.Session` or an
    `aiohttp.ClientSession`; it is changed in place. `replies` and `options` are those of `intercept`. Returns the interceptor;
    `llm.restore()`, or leaving it as a block, changes the client back. Raises `TypeError` for a client of another kind, and
    `IncompatibleLibrary` for a version of an SDK whose HTTP client cannot be found.

        llm = wrap(client, "Paris.")
        with wrap(client, "Paris.") as llm: ...
    """
    return Wrapped(client, replies, options)
