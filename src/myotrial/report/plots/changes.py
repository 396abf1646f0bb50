"""Change of each core set measure, per patient and visit: one small map a measure."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from myotrial.report.plots.canvas import BLUE, INK, QUIET, VERMILION, blank, svg
from myotrial.report.source import Record, Source
from myotrial.report.typography import decimal

__all__ = ["draw"]

SCALE = 100.0  # percent improvement at which the colour is full
DARK = 0.6  # share of the scale from which on a number is written in white
COLOURS = LinearSegmentedColormap.from_list("change", [VERMILION, "#ffffff", BLUE])
COLUMNS = 3
WIDE = 5  # visits beside each other from which on numbers are written smaller


def draw(source: Source) -> str | None:
    """The maps as SVG, or None where no change was derived."""
    rows = [row for row in source.records("ADCS") if row.get("ABLFL") != "Y"]
    changes = [row for row in rows if _after_baseline(row)]
    measures = _measures(source, changes)
    patients = [row["USUBJID"] for row in source.patients]
    if not measures or not patients or not changes:
        return None
    visits = _visits(changes)
    cells = {(row["PARAMCD"], row["USUBJID"], row["AVISIT"]): row.get("IMPR") for row in changes}
    down = -(-len(measures) // COLUMNS)
    figure = blank(down * (0.5 + 0.155 * len(patients)))
    for index, (code, name) in enumerate(measures):
        axes = figure.add_subplot(down, COLUMNS, index + 1)
        _map(axes, {key[1:]: change for key, change in cells.items() if key[0] == code},
             patients, visits)  # fmt: skip
        axes.set_title(name, fontsize=7.5)
        names = [] if index % COLUMNS else [source.short(patient) for patient in patients]
        axes.set_yticks([0.5 - at for at in range(len(names))], names)
    return svg(figure, "changes")


def _after_baseline(row: Record) -> bool:
    return row.get("AVISITN") is not None and row["AVISITN"] > 0


def _measures(source: Source, rows: list[Record]) -> list[tuple[str, str]]:
    named = {row["PARAMCD"]: _titled(row) for row in rows}
    core = (source.plan.get("core_set") or {}).values()
    wanted = [code for item in core for code in ([item] if isinstance(item, str) else item)]
    return [(code, named[code]) for code in wanted or named if code in named]


def _titled(row: Record) -> str:
    """The measure's name; its unit is left out, for every cell is in percent."""
    return str(row.get("PARAM") or row["PARAMCD"]).removesuffix(f" ({row.get('AVALU')})")


def _visits(rows: list[Record]) -> list[str]:
    scheduled = {row["AVISIT"]: row["AVISITN"] for row in rows if row["AVISITN"] % 1 == 0}
    others = {row["AVISIT"] for row in rows} - set(scheduled)
    return sorted(scheduled, key=lambda label: scheduled[label]) + sorted(others)


def _map(
    axes: Axes, cells: dict[tuple[str, str], float | None], patients: list[str], visits: list[str]
) -> None:
    shown = [
        (across, -down, cells[patient, visit])
        for down, patient in enumerate(patients)
        for across, visit in enumerate(visits)
        if (patient, visit) in cells
    ]
    known = [cell for cell in shown if cell[2] is not None]
    axes.add_collection(_boxes(known, [_colour(change) for *_, change in known]), autolim=False)
    unknown = [cell for cell in shown if cell[2] is None]
    axes.add_collection(_boxes(unknown, ["#ffffff"], hatch="////"), autolim=False)
    for across, down, change in shown:
        _number(axes, across, down, change, 5.5 if len(visits) <= WIDE else 4.5)
    axes.set_xlim(0, len(visits))
    axes.set_ylim(-len(patients) + 1, 1)
    axes.set_xticks([at + 0.5 for at in range(len(visits))], [_short(label) for label in visits])
    axes.tick_params(length=0, labelsize=6)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _short(label: str) -> str:
    return label.replace("Month ", "M").replace("Withdrawal", "Left")


def _boxes(
    cells: list[tuple[int, int, float | None]], colours: list[Any], hatch: str | None = None
) -> PatchCollection:
    boxes = [Rectangle((x + 0.03, y + 0.06), 0.94, 0.88) for x, y, _ in cells]
    return PatchCollection(
        boxes, facecolors=colours, edgecolors="#e3e6ea", linewidths=0.4, hatch=hatch
    )


def _colour(change: float | None) -> Any:
    return COLOURS(0.5 + _clipped(change or 0.0) / (2 * SCALE))


def _number(axes: Axes, x: int, y: int, change: float | None, size: float) -> None:
    text, ink = ("?", QUIET) if change is None else (decimal(change, 0), INK)
    if change is not None and _clipped(change) > DARK * SCALE:
        ink = "#ffffff"
    label = axes.text(x + 0.5, y + 0.47, text, ha="center", va="center", fontsize=size, color=ink)
    label.set_in_layout(False)  # it lies inside its cell; measuring it would take long


def _clipped(change: float) -> float:
    return max(-SCALE, min(SCALE, change))
