"""`python -m llm_intercept`."""

from __future__ import annotations

from llm_intercept.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
