"""The tree of what is raised and warned, drawn from the classes."""

from __future__ import annotations

import inspect

from llm_intercept import errors

__all__ = ["tree"]


def tree() -> str:
    """Each class under its base."""
    ours = [value for name in errors.__all__ if inspect.isclass(value := getattr(errors, name))]
    lines = [f"  {one.__base__.__name__} --> {one.__name__}" for one in ours]
    return "\n".join(["```mermaid", "flowchart LR", *sorted(lines), "```"])
