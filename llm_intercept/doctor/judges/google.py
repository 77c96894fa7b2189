"""The envelope of Google's errors, of which google-genai has no model."""

from __future__ import annotations

from typing import Any

from typing_extensions import NotRequired, TypedDict

__all__ = ["Error", "Status"]


class Status(TypedDict):
    """google.rpc.Status, of which the SDK's error reads the code, the status and the message, and keeps the rest."""

    code: int
    message: str
    status: str
    details: NotRequired[list[dict[str, Any]]]


class Error(TypedDict):
    """The envelope of an error."""

    error: Status
