"""Stopping boundaries of the designs with looks: one panel each, z against patients."""

from matplotlib.axes import Axes

from myotrial.report.plots.canvas import BLUE, INK, QUIET, VERMILION, blank, svg
from myotrial.report.source import Record, Source

__all__ = ["draw"]

MOST = 3  # panels beside each other; the recommended design first
LOWEST, HIGHEST = -1.5, 4.5


def draw(source: Source) -> str | None:
    """The panels as SVG, or None where no design has looks."""
    rows = source.records("BOUNDS")
    chosen = source.design.get("recommended") if source.design else ""
    names = sorted(dict.fromkeys(row["DESIGN"] for row in rows), key=lambda name: name != chosen)
    if not names:
        return None
    figure = blank(2.8)
    shown = names[:MOST]
    for at, name in enumerate(shown):
        axes = figure.add_subplot(1, len(shown), at + 1)
        own = [row for row in rows if row["DESIGN"] == name]
        _panel(axes, own)
        axes.set_title(f"{own[-1]['LOOK']} looks" + (", recommended" if name == chosen else ""))
        axes.set_xlabel("Patients with an outcome")
        if not at:
            axes.set_ylabel("z, positive for treatment")
    return svg(figure, "bounds")


def _panel(axes: Axes, rows: list[Record]) -> None:
    n = [row["N"] for row in rows]
    high = [row["EFFICACY"] for row in rows]
    stops = [row for row in rows if row["FUTILITY"] is not None]
    low = [row["FUTILITY"] for row in stops] + [high[-1]]
    at = [row["N"] for row in stops] + [n[-1]]
    axes.fill_between(n, high, HIGHEST, color=BLUE, alpha=0.13, linewidth=0)
    axes.plot(n, high, color=BLUE, marker="o", markersize=3.5, linewidth=1.2)
    for across, bound in zip(n, high, strict=True):
        axes.annotate(f"{bound:.2f}", (across, bound), xytext=(0, 5), textcoords="offset points",
                      ha="right" if across == n[-1] else "center", fontsize=6.5)  # fmt: skip
    if stops:
        axes.fill_between(at, low, LOWEST, color=VERMILION, alpha=0.12, linewidth=0, hatch="//",
                          edgecolor=VERMILION)  # fmt: skip
        axes.plot(at, low, color=VERMILION, marker="s", markersize=3.2, linewidth=1.0)
        for across, bound in zip(at[:-1], low[:-1], strict=True):
            axes.annotate(f"{bound:.2f}", (across, bound), xytext=(0, -9),
                          textcoords="offset points", ha="center", fontsize=6.5)  # fmt: skip
        axes.text(at[0], LOWEST + 0.12, "futility", fontsize=7, color=INK, va="bottom")
    axes.text(n[0], HIGHEST - 0.12, "efficacy", fontsize=7, color=INK, va="top")
    axes.axhline(0, color=QUIET, linewidth=0.4)
    axes.set_ylim(LOWEST, HIGHEST)
    axes.set_xticks(n)
    axes.margins(x=0.12)
