"""Rules in a file: YAML, JSON or TOML, in the words of the Python API.

A file is read into plain values that know their lines (`documents`), these are held against models made of the tables of criteria
and parts (`grammar`), and each rule of the file becomes the calls that one would have written (`plans`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from llm_intercept.playbook.documents import documents
from llm_intercept.playbook.grammar import Playbook
from llm_intercept.playbook.plans import Plan, plans
from llm_intercept.playbook.problems import PlaybookError, Problem

if TYPE_CHECKING:
    from os import PathLike

    from llm_intercept.rules.rulebook import Rulebook

__all__ = ["Playbook", "PlaybookError", "Problem", "check", "play"]


def play(book: Rulebook, paths: Iterable[str | PathLike[str]]) -> None:
    """Add the rules of these files to a rulebook; `PlaybookError` lists all that is wrong, and then nothing is added."""
    made = check(paths, otherwise=book.otherwise.origin if book.otherwise.sources else None)
    for plan in made:
        plan.into(book)


def check(paths: Iterable[str | PathLike[str]], otherwise: str | None = None) -> list[Plan]:
    """The rules of these files, in order; raises `PlaybookError`. `otherwise` is where it is said already what no rule answers."""
    found: list[Plan] = []
    problems: list[Problem] = []
    for document in documents(paths, problems):
        made = plans(document, problems)
        for plan in made:
            if plan.label == "otherwise":
                if otherwise is not None:
                    problems.append(Problem(*plan.place, f"otherwise is said already: {otherwise}"))
                otherwise = plan.origin
        found += made
    if problems:
        raise PlaybookError(problems)
    return found
