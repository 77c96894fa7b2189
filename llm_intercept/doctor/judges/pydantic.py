"""The judge of a type of pydantic models: along its annotations, and by pydantic itself."""

from __future__ import annotations

import json
import warnings
from typing import Any

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from llm_intercept.doctor.judges.typed import Typed

__all__ = ["Enveloped", "Listed", "Paged", "Pydantic"]


class Pydantic(Typed):
    """The walk is strict and sees what the models let through (open enums, unknown keys); pydantic runs what they validate besides.

    Pydantic's strict mode is not asked for: a validator that runs before a model's fields (google-genai has one on every model)
    makes it take JSON for Python, and refuse dates.
    """

    def __init__(self, of: Any) -> None:
        super().__init__(of)
        self.adapter = TypeAdapter(of)

    def unknown(self, value: Any) -> list[str]:
        known, unknown = self.walk(value, self.of, "")
        with warnings.catch_warnings():
            # google-genai only warns of an enum's unknown member.
            warnings.simplefilter("error")
            self.adapter.validate_json(json.dumps(known))
        return unknown


class Enveloped(Pydantic):
    """The judge of an error in its envelope, where the SDK has a model of what is inside alone."""

    def __init__(self, of: Any) -> None:
        super().__init__(TypedDict("Error", {"error": of}))  # type: ignore[operator]


class Listed(Pydantic):
    """The judge of a page of OpenAI's, whose class the SDK makes when it reads one, by what it lists."""

    def __init__(self, of: Any) -> None:
        super().__init__(TypedDict("Listed", {"object": str, "data": list[of]}))  # type: ignore[operator]


class Paged(Pydantic):
    """The same of Anthropic's."""

    def __init__(self, of: Any) -> None:
        page = {"data": list[of], "has_more": bool, "first_id": str | None, "last_id": str | None}
        super().__init__(TypedDict("Paged", page))  # type: ignore[operator]
