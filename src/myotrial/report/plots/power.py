"""Power of each design by the true rate of the treated, the control rate as expected."""

from typing import Any

from matplotlib.axes import Axes

from myotrial.report.plots.canvas import BLUE, FAINT, INK, ORANGE, QUIET, blank, svg
from myotrial.report.source import Record, Source

__all__ = ["draw"]

LOOKS: dict[str, dict[str, Any]] = {
    "barred": {"color": ORANGE, "linewidth": 0.9, "linestyle": (0, (2, 2)), "zorder": 2,
               "label": "another question, or no placebo"},
    "other": {"color": QUIET, "linewidth": 0.7, "linestyle": "-", "zorder": 3,
              "label": "other two-arm designs"},
    "recommended": {"color": BLUE, "linewidth": 2.2, "linestyle": "-", "zorder": 4,
                    "label": "recommended design"},
}  # fmt: skip


WHAT = {"response": "response rate", "mean": "mean improvement", "time": "share responding"}


def draw(source: Source) -> str | None:
    """The curves as SVG, or None where there are none."""
    rows = source.records("POWER")
    if not rows:
        return None
    figure = blank(3.4)
    axes = figure.add_subplot()
    told = source.design
    kinds = {item["id"]: _kind(item, told["recommended"]) for item in told["candidates"]}
    for name, kind in sorted(kinds.items(), key=lambda item: list(LOOKS).index(item[1])):
        own = [row for row in rows if row["DESIGN"] == name]
        axes.plot([row["TREATED"] for row in own], [row["POWER"] for row in own], **LOOKS[kind])
    _lines(axes, told, rows)
    control = rows[0]["CONTROL"]
    rate = told["unit"] == "%"
    axes.set_xlabel(
        f"True {WHAT[told['kind']]} of the treated, {told['unit']} "
        f"(control {100 * control if rate else control:.1f} {told['unit']})"
    )
    axes.set_ylabel("Power, %")
    axes.set_ylim(0, 1.01)
    axes.set_xlim(control, max(row["TREATED"] for row in rows))
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0", "20", "40", "60", "80", "100"])
    axes.xaxis.set_major_formatter(lambda at, _: f"{100 * at if rate else at:.0f}")
    handles, words = axes.get_legend_handles_labels()
    first = dict(zip(words[::-1], handles[::-1], strict=True))
    figure.legend(first.values(), first.keys(), loc="outside upper left", ncols=3)
    return svg(figure, "power")


def _kind(item: Record, recommended: str) -> str:
    if item["id"] == recommended:
        return "recommended"
    return "barred" if item["doubts"] else "other"


def _lines(axes: Axes, told: Record, rows: list[Record]) -> None:
    """The power wanted, alpha, and the scenarios."""
    for level, text in ((told["power"], "power wanted"), (told["alpha"], "alpha")):
        axes.axhline(level, color=FAINT, linewidth=0.8, zorder=1)
        axes.text(max(row["TREATED"] for row in rows), level + 0.012, text, ha="right",
                  va="bottom", fontsize=6.5, color=QUIET)  # fmt: skip
    for item in told["plan"]["scenarios"]:
        if item["control"] == rows[0]["CONTROL"] and item["treatment"] > item["control"]:
            axes.axvline(item["treatment"], color=FAINT, linewidth=0.8, zorder=1)
            axes.text(item["treatment"], 0.045, f" {item['id']}", ha="left", va="bottom",
                      fontsize=6.5, color=INK)  # fmt: skip
