"""What is wrong with a playbook, and where."""

from __future__ import annotations

from typing import NamedTuple

from llm_intercept.errors import PlaybookError

__all__ = ["PlaybookError", "Problem"]


class Problem(NamedTuple):
    """One thing that is wrong: the file, the line in it (from 1), and what."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"
