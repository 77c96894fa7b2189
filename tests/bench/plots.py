"""Plots of what was measured, as SVG files: the figures against their limits, and the curves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.bench.growth import Curve
from tests.bench.rows import Row

__all__ = ["plot"]


def plot(rows: Sequence[Row], curves: Sequence[Curve], folder: Path) -> list[Path]:
    """Write `limits.svg` and `growth.svg`; the same values give the same files."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    with matplotlib.rc_context({"svg.hashsalt": "llm_intercept", "svg.fonttype": "none"}):
        judged = [row for row in rows if row.limit is not None]
        figure, axes = pyplot.subplots(figsize=(9, 0.32 * len(judged) + 1))
        shares = [row.value / (row.limit or 1) for row in judged]
        axes.barh([row.figure for row in judged], shares, color=["tab:red" if row.over else "tab:green" for row in judged])
        axes.axvline(1, color="black", linewidth=1)
        axes.invert_yaxis()
        axes.set_xlabel("share of the limit")
        found = [_written(figure, folder / "limits.svg")]
        figure, axes = pyplot.subplots(figsize=(7, 5))
        for curve in curves:
            axes.loglog([*curve.points], [seconds * 1e6 for seconds in curve.points.values()], marker="o", label=curve.name)
        axes.set_xlabel("how many")
        axes.set_ylabel("us")
        axes.legend()
        axes.grid(alpha=0.3)
        found.append(_written(figure, folder / "growth.svg"))
    return found


def _written(figure: object, path: Path) -> Path:
    from matplotlib import pyplot

    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})  # type: ignore[attr-defined]
    pyplot.close(figure)  # type: ignore[arg-type]
    return path
