"""Patients enrolled and outcomes known by month, with the analyses of the recommended design."""

from myotrial.report.plots.canvas import BLUE, GREEN, INK, QUIET, blank, svg
from myotrial.report.source import Source

__all__ = ["draw"]

NEAR_END = 0.9  # of the months shown, from where on words stand above, to the left


def draw(source: Source) -> str | None:
    """The curves as SVG, or None where there are none."""
    rows = source.records("ACCRUAL")
    if not rows:
        return None
    figure = blank(2.7)
    axes = figure.add_subplot()
    months = [row["MONTH"] for row in rows]
    most = max(row["ENROLLED"] for row in rows)
    axes.plot(months, [row["ENROLLED"] for row in rows], color=BLUE, linewidth=1.8,
              label="enrolled")  # fmt: skip
    axes.plot(months, [row["KNOWN"] for row in rows], color=GREEN, linewidth=1.8,
              linestyle=(0, (5, 2)), label="outcome known")  # fmt: skip
    for number, n in enumerate(_analyses(source), start=1):
        month = next((row["MONTH"] for row in rows if row["KNOWN"] >= n - 0.5), months[-1])
        axes.plot([month, month], [0, n], color=QUIET, linewidth=0.7, linestyle=(0, (2, 2)))
        axes.plot([month], [n], color=INK, marker="o", markersize=3.5)
        early = month < NEAR_END * months[-1]
        axes.annotate(f"analysis {number}: {n}", (month, n), textcoords="offset points",
                      xytext=(5, -9) if early else (-5, 5), ha="left" if early else "right",
                      fontsize=6.5)  # fmt: skip
    axes.set_xlabel("Months since the first patient")
    axes.set_ylabel("Patients")
    axes.set_ylim(0, 1.12 * most)
    axes.set_xlim(0, months[-1] * 1.02)
    figure.legend(loc="outside upper left", ncols=2)
    return svg(figure, "accrual")


def _analyses(source: Source) -> list[int]:
    name = source.design["recommended"]
    found = [item for item in source.design["candidates"] if item["id"] == name]
    return [look["n"] for item in found[:1] for look in item["analyses"]]
