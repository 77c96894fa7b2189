"""A body, sent: the provider's answer, or that we have none; everything else is a failure of ours."""

from __future__ import annotations

import httpx2

from llm_intercept import InterceptFailure, Interceptor

__all__ = ["hold"]


def hold(url: str, body: bytes) -> str:
    """What became of it: the status, or the name of our own failure. Whatever else is raised comes out."""
    llm = Interceptor("ok")
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        try:
            response = client.post(url, content=body, headers={"content-type": "application/json"})
        except InterceptFailure as failure:
            str(failure)
            return type(failure).__name__
    entry = llm.calls.last
    repr(entry), str(entry)
    assert 200 <= response.status_code < 600
    return str(response.status_code)
