"""The response course of each patient: one line a patient, one shape a verdict."""

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from myotrial.report.plots.canvas import (
    BLUE,
    FAINT,
    INK,
    QUIET,
    VERMILION,
    blank,
    svg,
)
from myotrial.report.source import Record, Source

__all__ = ["draw"]

MARKS = {  # verdict: word, shape, face, edge
    "IMPROVED": ("improved", "^", BLUE, BLUE),
    "UNCHANGED": ("unchanged", "o", "#ffffff", INK),
    "WORSE": ("worse", "v", VERMILION, VERMILION),
    "INDETERMINATE": ("indeterminate", "D", "#ffffff", QUIET),
    "NOT ASSESSED": ("not assessed", "x", QUIET, QUIET),
}


def draw(source: Source) -> str | None:
    """The courses as SVG, or None where the study has no response by visit."""
    patients = source.patients
    verdicts = [row for row in source.records("ADRS") if row.get("PARAMCD") == "STATUS"]
    if not patients or not verdicts:
        return None
    figure = blank(0.9 + 0.21 * len(patients))
    axes = figure.add_subplot()
    lines = {row["USUBJID"]: -index for index, row in enumerate(patients)}
    _bars(axes, patients, lines)
    shown = _marks(axes, verdicts, lines)
    _frame(axes, source, patients, lines)
    handles = [
        Line2D([], [], ls="", marker=shape, mfc=face, mec=edge, ms=5.5, label=word)
        for key, (word, shape, face, edge) in MARKS.items()
        if key in shown
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=5, handletextpad=0.2)
    return svg(figure, "courses")


def _bars(axes: Axes, patients: list[Record], lines: dict[str, int]) -> None:
    for row in patients:
        end = row.get("EOSDY")
        if end is None:
            continue
        y = lines[row["USUBJID"]]
        axes.plot([1, end], [y, y], color=FAINT, linewidth=5, solid_capstyle="butt", zorder=1)
        reason = str(row.get("DCSREAS") or "")
        if reason:
            axes.plot([end], [y], marker="|", color=INK, markersize=8, zorder=2)
            axes.text(end + 8, y, f"left: {reason.lower()}", va="center", fontsize=6.5, color=QUIET)


def _marks(axes: Axes, verdicts: list[Record], lines: dict[str, int]) -> set[str]:
    shown: set[str] = set()
    for key, (_, shape, face, edge) in MARKS.items():
        rows = [row for row in verdicts if row.get("AVALC") == key and row["USUBJID"] in lines]
        rows = [row for row in rows if row.get("ADY") is not None]
        if rows:
            shown.add(key)
            axes.plot(
                [row["ADY"] for row in rows], [lines[row["USUBJID"]] for row in rows],
                ls="", marker=shape, mfc=face, mec=edge, ms=5.5, zorder=3,
            )  # fmt: skip
    return shown


def _frame(axes: Axes, source: Source, patients: list[Record], lines: dict[str, int]) -> None:
    visits = [visit for visit in source.visits if visit.get("day") is not None]
    axes.set_xticks([visit["day"] for visit in visits], [visit["label"] for visit in visits])
    for visit in visits:
        axes.axvline(visit["day"], color=FAINT, linewidth=0.5, zorder=0)
    names = [f"{source.short(row['USUBJID'])}  {row.get('DIAG') or ''}" for row in patients]
    axes.set_yticks(list(lines.values()), names, fontsize=7)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(-len(patients) + 0.4, 0.6)
    previous = None
    for index, row in enumerate(patients):
        if index and row.get("DIAG") != previous:
            axes.axhline(-index + 0.5, color=QUIET, linewidth=0.5)
        previous = row.get("DIAG")
