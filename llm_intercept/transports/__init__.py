"""1 catch and 6 deliver: one file an HTTP library, and the table of them.

To add an HTTP library: one file with a function `patches(module)`, and one entry in `TRANSPORTS`.
"""

from __future__ import annotations

__all__ = ["BACKOFFS", "TRANSPORTS"]

#: The module whose import makes a library's calls possible, and the file that catches them.
TRANSPORTS = {
    "aiohttp.connector": "llm_intercept.transports.aiohttp",
    "dspy._vendor.lm15.transports._async": "llm_intercept.transports.lm15",
    "dspy._vendor.lm15.transports._sync": "llm_intercept.transports.lm15",
    "grpc._channel": "llm_intercept.transports.grpc",
    "grpc.aio._channel": "llm_intercept.transports.grpc",
    "http.client": "llm_intercept.transports.http_client",
    "httpcore": "llm_intercept.transports.httpx",
    "httpcore2": "llm_intercept.transports.httpx",
    "httplib2": "llm_intercept.transports.http_client",
    "httpx": "llm_intercept.transports.httpx",
    "httpx2": "llm_intercept.transports.httpx",
    "lm15.transports._async": "llm_intercept.transports.lm15",
    "lm15.transports._sync": "llm_intercept.transports.lm15",
    "socket": "llm_intercept.guard",
    "urllib3.connectionpool": "llm_intercept.transports.urllib3",
}

#: Where SDKs wait before they ask again: the module, and the names in it that are stood in for while a clock is virtual, of a
#: module with a `sleep`, or of a method that tells how long to wait.
BACKOFFS = {
    "aiobotocore.endpoint": ("asyncio",),
    "anthropic._base_client": ("time", "anyio"),
    "botocore.endpoint": ("time",),
    "cerebras.cloud.sdk._base_client": ("time", "anyio"),
    "cohere.core.http_client": ("time", "asyncio"),
    "fireworks._base_client": ("time", "anyio"),
    "google.genai._gaos.utils.retries": ("time", "asyncio"),
    "groq._base_client": ("time", "anyio"),
    "litellm.router_python_host": ("asyncio",),
    "mistralai.client.utils.retries": ("time", "asyncio"),
    "openai._base_client": ("time", "anyio"),
    "perplexity._base_client": ("time", "anyio"),
    "tenacity": ("time",),
    "tenacity.asyncio": ("AsyncRetrying.iter",),
    "tenacity.nap": ("time",),
    "together._base_client": ("time", "anyio"),
    "urllib3.util.retry": ("time",),
    "writerai._base_client": ("time", "anyio"),
}
