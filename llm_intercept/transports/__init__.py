"""1 catch and 6 deliver: one file an HTTP library, and the table of them.

To add an HTTP library: one file with a function `patches(module)`, and one entry in `TRANSPORTS`.
"""

from __future__ import annotations

__all__ = ["TRANSPORTS"]

#: The module whose import makes a library's calls possible, and the file that catches them.
TRANSPORTS = {
    "httpcore": "llm_intercept.transports.httpx",
    "httpcore2": "llm_intercept.transports.httpx",
    "httpx": "llm_intercept.transports.httpx",
    "httpx2": "llm_intercept.transports.httpx",
    "socket": "llm_intercept.guard",
    "urllib3.connectionpool": "llm_intercept.transports.urllib3",
}
