"""requests: an adapter for explicit use and for `wrap`. Its pools are urllib3's own, answering over connections in memory."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from llm_intercept import activation
from llm_intercept.run import Run
from llm_intercept.transports.urllib3 import LazyHeaders, answering

__all__ = ["explicit"]


def explicit(runs: list[Run], around: Any = None) -> Any:
    """An adapter that answers with runs of its own, the last first.

    What is no LLM call goes to the adapter that it stands `around`; without one, it is refused.
    """
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool

    def catch(*line: Any, refuse: bool = False) -> activation.Caught | None:
        return activation.caught_for(runs, *line, refuse=refuse)

    make_request = answering(HTTPConnectionPool._make_request, partial(catch, refuse=True))

    def answering_pool(pool: type) -> type:
        return type(pool.__name__, (pool,), {"_make_request": make_request})

    class InterceptAdapter(HTTPAdapter):
        """Answers LLM calls; they never go through a proxy."""

        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.runs, self.around = runs, around

        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            pools = {"http": answering_pool(HTTPConnectionPool), "https": answering_pool(HTTPSConnectionPool)}
            self.poolmanager.pool_classes_by_scheme = pools

        def send(self, request: Any, *args: Any, proxies: Any = None, **kwargs: Any) -> Any:
            if around is not None and self._passes(request):
                return around.send(request, *args, proxies=proxies, **kwargs)
            return super().send(request, *args, **kwargs)

        def close(self) -> None:
            super().close()
            if around is not None:
                around.close()

        def _passes(self, request: Any) -> bool:
            url = urlsplit(request.url)
            return catch(request.method, url.hostname or "", url.port, url.path or "/", LazyHeaders(request.headers)) is None

    return InterceptAdapter() if around is None else InterceptAdapter(max_retries=around.max_retries)
