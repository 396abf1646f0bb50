"""Change of each core set measure, per patient and visit: one small map a measure."""

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from myotrial.report.plots.canvas import BLUE, INK, QUIET, VERMILION, WIDTH, blank, svg
from myotrial.report.source import Record, Source
from myotrial.report.typography import decimal

__all__ = ["draw"]

SCALE = 100.0  # percent improvement at which the colour is full
COLOURS = LinearSegmentedColormap.from_list("change", [VERMILION, "#ffffff", BLUE])
COLUMNS = 3


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
        if index % COLUMNS:
            axes.set_yticks([])
    return svg(figure, "changes")


def _after_baseline(row: Record) -> bool:
    return row.get("AVISITN") is not None and row["AVISITN"] > 0


def _measures(source: Source, rows: list[Record]) -> list[tuple[str, str]]:
    named = {row["PARAMCD"]: str(row.get("PARAM") or row["PARAMCD"]) for row in rows}
    wanted = list((source.plan.get("core_set") or {}).values()) or list(named)
    return [(code, named[code]) for code in wanted if code in named]


def _visits(rows: list[Record]) -> list[str]:
    scheduled = {row["AVISIT"]: row["AVISITN"] for row in rows if row["AVISITN"] % 1 == 0}
    others = {row["AVISIT"] for row in rows} - set(scheduled)
    return sorted(scheduled, key=lambda label: scheduled[label]) + sorted(others)


def _map(
    axes: Axes, cells: dict[tuple[str, str], float | None], patients: list[str], visits: list[str]
) -> None:
    size = 5.5 if WIDTH / COLUMNS / max(len(visits), 1) > 0.35 else 4.5
    for down, patient in enumerate(patients):
        for across, visit in enumerate(visits):
            if (patient, visit) in cells:
                _cell(axes, across, -down, cells[patient, visit], size)
    axes.set_xlim(0, len(visits))
    axes.set_ylim(-len(patients) + 1, 1)
    axes.set_xticks([at + 0.5 for at in range(len(visits))], [_short(label) for label in visits])
    axes.set_yticks([0.5 - at for at in range(len(patients))], patients)
    axes.tick_params(length=0, labelsize=6)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _short(label: str) -> str:
    return label.replace("Month ", "M").replace("Withdrawal", "Left")


def _cell(axes: Axes, x: int, y: int, change: float | None, size: float) -> None:
    face = "#ffffff" if change is None else COLOURS(0.5 + _clipped(change) / (2 * SCALE))
    hatch = "////" if change is None else None
    axes.add_patch(Rectangle((x + 0.03, y + 0.06), 0.94, 0.88, facecolor=face, hatch=hatch,
                             edgecolor="#e3e6ea", linewidth=0.4))  # fmt: skip
    if change is not None:
        dark = abs(_clipped(change)) > 0.6 * SCALE
        axes.text(x + 0.5, y + 0.47, decimal(change, 0), ha="center", va="center", fontsize=size,
                  color="#ffffff" if dark and change > 0 else INK)  # fmt: skip
    else:
        axes.text(x + 0.5, y + 0.47, "?", ha="center", va="center", fontsize=size, color=QUIET)


def _clipped(change: float) -> float:
    return max(-SCALE, min(SCALE, change))
