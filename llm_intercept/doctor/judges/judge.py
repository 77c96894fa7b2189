"""What every judge is."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from pkgutil import resolve_name
from typing import Any

from typing_extensions import Self

__all__ = ["Judge", "Refused"]


class Refused(ValueError):
    """The model would not have the document: where, and why."""

    def __init__(self, at: str, why: str) -> None:
        super().__init__(f"{at or 'the document'}: {why}")
        self.at = at


class Judge(ABC):
    """One type of one SDK."""

    @classmethod
    def named(cls, name: str) -> Self:
        """The judge of a type by its name, as `module:Type`; `ImportError` or `AttributeError` where the SDK has no such type."""
        return cls(resolve_name(name))

    @abstractmethod
    def __init__(self, of: Any) -> None: ...

    def check(self, document: Any) -> list[str]:
        """The paths that the model does not know, sorted; raises `ValueError` where it would not have the document.

        `document` is JSON as bytes, or the value that was read from it; a document that is a JSON string is given as bytes.
        """
        value = json.loads(document) if isinstance(document, bytes) else document
        return sorted({*self.unknown(value)})

    @abstractmethod
    def unknown(self, value: Any) -> list[str]:
        """The paths that the model does not know, in any order."""
