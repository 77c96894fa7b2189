"""One request answered by the core, with no HTTP library between."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlsplit

from llm_intercept.exchange import exchange
from llm_intercept.framing.json import dump
from llm_intercept.journal import Calls
from llm_intercept.options import Options
from llm_intercept.reach import recognise
from llm_intercept.replies.reply import source
from llm_intercept.rules.rulebook import Rulebook
from llm_intercept.run import Run
from llm_intercept.synthesis.stamp import Stamps
from llm_intercept.wire import Request, Response

__all__ = ["posted"]


def posted(said: Any, url: str, asked: Mapping[str, Any] | None, accept: str = "*/*") -> Response:
    """What is answered to a JSON body at a URL, or to a GET where there is none, by a rule that says this; None says nothing.

    Raises what the core raises, as `CannotSay`; `LookupError` where the URL is no LLM call's.
    """
    at, method = urlsplit(url), "GET" if asked is None else "POST"
    headers = ((b"content-type", b"application/json"), (b"accept", accept.encode()))
    line = (method, at.hostname or "", at.port, f"{at.path}?{at.query}" if at.query else at.path)
    found = recognise(*line, headers, (), anywhere=True)
    if found is None or found.dialect is None:
        raise LookupError(f"{method} {url} is answered by nothing")
    request = Request(method, at.scheme, *line[1:], headers, b"" if asked is None else dump(asked), "doctor")
    answered: Any = exchange(request, found, [_run(said, found.dialect.operation)])  # None is for what a rule lets through
    response: Response = answered[1]
    return response


def _run(said: Any, operation: str) -> Run:
    options = Options(contract="off")  # one request asks for bodies and for streams, and for what not all models have
    book = Rulebook(source(options.default), nullcontext())
    if said is not None:
        book.on((), {"operation": operation}).replies(said)
    return Run(book, options, Calls(), [], Stamps(options.seed))
