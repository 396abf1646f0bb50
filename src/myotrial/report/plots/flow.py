"""Participant flow: who was treated, who was still there at each visit, who left and why."""

from matplotlib.axes import Axes

from myotrial.report.plots.canvas import FAINT, INK, QUIET, bare, blank, svg
from myotrial.report.source import Source
from myotrial.report.typography import value

__all__ = ["draw"]

STEP = 0.78  # inches from one box to the next


def draw(source: Source) -> str | None:
    """The flow as SVG, or None where the study has no disposition."""
    boxes = _boxes(source)
    if len(boxes) < 2:
        return None
    figure = blank(STEP * len(boxes) + 0.1)
    axes = figure.add_subplot()
    bare(axes)
    axes.set_xlim(0, 10)
    axes.set_ylim(-len(boxes) + 0.45, 0.55)
    for index, (visit, label, count) in enumerate(boxes):
        _box(axes, 2.6, -index, f"{label}\n{count} patients", strong=True)
        if index:
            _arrow(axes, (2.6, -index + 0.72), (2.6, -index + 0.29))
            lost = _left(source, visit)
            if lost:
                _arrow(axes, (2.6, -index + 0.5), (5.2, -index + 0.5))
                _box(axes, 5.4, -index + 0.5, lost, strong=False)
    return svg(figure, "flow")


def _boxes(source: Source) -> list[tuple[str, str, str]]:
    """The visit, label and count of each box."""
    treated = source.by_id.get("disposition.treated")
    boxes = [("", "Treated", value(treated))] if treated else []
    for visit in source.visits:
        record = source.by_id.get(f"disposition.completed.{visit['id']}")
        if record and not visit.get("baseline"):
            boxes.append((visit["id"], f"Completed {visit['label'].lower()}", value(record)))
    return boxes


def _left(source: Source, visit: str) -> str:
    """Who left before a visit, and why; empty where nobody did."""
    total = source.by_id.get(f"withdrawals.before.{visit}")
    if not total or not total.get("value"):
        return ""
    lines = [
        f"{str(record['label']).rpartition(': ')[2]}: {value(record)}"
        for record in source.under("withdrawals.reason")
        if record["id"].endswith(f".before.{visit}")
    ]
    return "\n".join([f"Left: {value(total)}", *lines])


def _box(axes: Axes, x: float, y: float, text: str, *, strong: bool) -> None:
    look = {"boxstyle": "round,pad=0.45,rounding_size=0.15", "facecolor": "#ffffff",
            "edgecolor": INK if strong else FAINT, "linewidth": 0.9}  # fmt: skip
    at, size = ("center", 8.5) if strong else ("left", 7.5)
    axes.text(x, y, text, ha=at, va="center", bbox=look, linespacing=1.3, fontsize=size, color=INK)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    look = {"arrowstyle": "-|>", "color": QUIET, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=end, xytext=start, arrowprops=look)
