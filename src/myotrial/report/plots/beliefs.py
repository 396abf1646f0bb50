"""What is believed of response rates: one ridge each, with the placebo arms of published trials."""

from matplotlib.axes import Axes

from myotrial.report.plots.canvas import BLUE, INK, ORANGE, QUIET, SKY, blank, svg
from myotrial.report.source import Record, Source
from myotrial.report.typography import decimal

__all__ = ["draw"]

ROW = 0.5  # inches of one ridge
PILOT = "Pilot, "


def draw(source: Source) -> str | None:
    """The ridges as SVG, or None where nothing is believed."""
    rows = source.records("BELIEFS")
    names = list(dict.fromkeys(row["OF"] for row in rows))
    if not names:
        return None
    figure = blank(0.9 + ROW * len(names))
    axes = figure.add_subplot()
    for down, name in enumerate(names):
        _ridge(axes, [row for row in rows if row["OF"] == name], -down, name.startswith(PILOT))
    _placebo(axes, source, len(names))
    axes.set_yticks([0.1 - down for down in range(len(names))], names)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-len(names) + 0.9, 1.35)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0", "20", "40", "60", "80", "100"])
    axes.set_xlabel("Response rate, %")
    axes.spines["left"].set_visible(False)
    return svg(figure, "beliefs")


def _ridge(axes: Axes, rows: list[Record], base: float, pilot: bool) -> None:
    rates = [row["RATE"] for row in rows]
    most = max(row["DENSITY"] for row in rows) or 1.0
    heights = [base + 0.82 * row["DENSITY"] / most for row in rows]
    axes.fill_between(rates, heights, base, color=SKY if pilot else ORANGE, alpha=0.55, linewidth=0)
    axes.plot(rates, heights, color=BLUE if pilot else INK, linewidth=0.9)
    axes.plot([0, 1], [base, base], color=QUIET, linewidth=0.4)


def _placebo(axes: Axes, source: Source, rows: int) -> None:
    """The placebo arm by the pilot's own definition, as a line through all ridges."""
    same = [item for item in source.design["against"] if item["same"]]
    for item in same[:1]:
        responders, n = item["control"]
        axes.plot([responders / n] * 2, [-rows + 1, 1.02], color=INK, linewidth=0.8,
                  linestyle=(0, (4, 3)))  # fmt: skip
        text = f"placebo {responders}/{n} ({decimal(100 * responders / n)} %), {item['short']}"
        axes.text(responders / n, 1.08, text, ha="center", va="bottom", fontsize=7, color=QUIET)
