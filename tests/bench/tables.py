"""A table of texts, its columns aligned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

__all__ = ["table"]


def table(headings: Sequence[str], cells: Iterable[Sequence[str]], words: Collection[int] = (0, -1)) -> str:
    """One line a row; numbers stand to the right, the columns of `words` to the left: the name and the verdict."""
    rows = [headings, *cells]
    left = {column % len(headings) for column in words}
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
