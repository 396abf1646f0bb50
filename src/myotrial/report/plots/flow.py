"""Participant flow: who was treated, who was still there at each visit, who left and why."""

from matplotlib.axes import Axes

from myotrial.report.plots.canvas import FAINT, INK, QUIET, bare, blank, svg
from myotrial.report.source import Record, Source
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
    reasons = _reasons(source)
    for index, (label, count) in enumerate(boxes):
        _box(axes, 2.6, -index, f"{label}\n{count} patients", strong=True)
        if index:
            _arrow(axes, (2.6, -index + 0.72), (2.6, -index + 0.29))
            lost = reasons.get(label)
            if lost:
                _arrow(axes, (2.6, -index + 0.5), (5.2, -index + 0.5))
                _box(axes, 7.5, -index + 0.5, lost, strong=False)
    return svg(figure, "flow")


def _boxes(source: Source) -> list[tuple[str, str]]:
    treated = source.by_id.get("disposition.treated")
    boxes = [("Treated", value(treated))] if treated else []
    for visit in source.visits:
        record = source.by_id.get(f"disposition.completed.{visit['id']}")
        if record and not visit.get("baseline"):
            boxes.append((f"Completed {visit['label'].lower()}", value(record)))
    return boxes


def _reasons(source: Source) -> dict[str, str]:
    """For each box, who left before it: from the subjects' day of leaving and the visits' days."""
    left: dict[str, list[Record]] = {}
    for subject in source.records("ADSL"):
        day, reason = subject.get("EOSDY"), subject.get("DCSREAS")
        if reason and day is not None:
            left.setdefault(_next(source, subject), []).append(subject)
    return {label: _told(rows) for label, rows in left.items()}


def _next(source: Source, subject: Record) -> str:
    visits = [visit for visit in source.visits if not visit.get("unscheduled")]
    labels = [visit["label"] for visit in visits]
    last = subject.get("LSTVIS")
    after = labels.index(last) + 1 if last in labels else 1
    return f"Completed {labels[min(after, len(labels) - 1)].lower()}"


def _told(rows: list[Record]) -> str:
    reasons = [str(row["DCSREAS"]) for row in rows]
    counted = {reason: reasons.count(reason) for reason in sorted(reasons, key=str.lower)}
    lines = [f"{reason[:1].upper()}{reason[1:].lower()}: {n}" for reason, n in counted.items()]
    return "\n".join([f"Left: {len(rows)}", *lines])


def _box(axes: Axes, x: float, y: float, text: str, *, strong: bool) -> None:
    look = {"boxstyle": "round,pad=0.45,rounding_size=0.15", "facecolor": "#ffffff",
            "edgecolor": INK if strong else FAINT, "linewidth": 0.9}  # fmt: skip
    axes.text(x, y, text, ha="center", va="center", bbox=look, linespacing=1.3,
              fontsize=8.5 if strong else 7.5, color=INK)  # fmt: skip


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    look = {"arrowstyle": "-|>", "color": QUIET, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=end, xytext=start, arrowprops=look)
