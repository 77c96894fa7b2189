"""Fake API keys: a missing key variable is filled while somebody needs it, and taken out again if it is still ours."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock

from llm_intercept.providers import PROVIDERS, Provider

__all__ = ["FAKE_KEY", "Keys"]

#: What a filled variable holds. No provider accepts it.
FAKE_KEY = "llm-intercept-fake-key"


class Keys:
    """The process's fake keys: as many `fill` as `clear`, in any order."""

    def __init__(self) -> None:
        self._users = 0
        #: What each filled variable held before: nothing, or an empty text.
        self._filled: dict[str, str | None] = {}
        self._lock = Lock()

    def fill(self) -> None:
        """Fill one variable for each provider that has no credential."""
        with self._lock:
            for provider in PROVIDERS:
                if provider.keys and not _has_credential(provider):
                    name = provider.keys[0]
                    before = os.environ.get(name)
                    self._filled.setdefault(name, None if before == FAKE_KEY else before)
                    os.environ[name] = FAKE_KEY
            self._users += 1

    def clear(self) -> None:
        """Take the fakes out when the last user is gone; a value that somebody set meanwhile stays."""
        with self._lock:
            self._users -= 1
            if self._users:
                return
            for name, before in self._filled.items():
                if os.environ.get(name) == FAKE_KEY:
                    del os.environ[name]
                    if before is not None:
                        os.environ[name] = before
            self._filled.clear()


def _has_credential(provider: Provider) -> bool:
    return any(os.environ.get(name, FAKE_KEY) not in ("", FAKE_KEY) for name in provider.keys) or any(
        _is_file(profile) for profile in provider.profiles
    )


def _is_file(profile: str) -> bool:
    try:
        return Path(profile).expanduser().is_file()
    except (RuntimeError, PermissionError):  # no home directory, or one that we may not read: the SDK finds no profile there either
        return False
