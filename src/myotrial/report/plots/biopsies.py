"""Biopsy markers before and under treatment, patient by patient, and presence by response."""

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from myotrial.report.plots.canvas import BLUE, INK, QUIET, blank, svg
from myotrial.report.source import Record, Source, grouped
from myotrial.report.typography import share, units

__all__ = ["draw_pairs", "draw_presence"]

TIMES = ("Baseline", "Repeat")
COLUMNS = 3
LOOKS = {True: ("^", BLUE, "-", "DOI responder"), False: ("o", "#ffffff", "--", "not a responder")}


def draw_pairs(source: Source) -> str | None:
    """Paired plots, one a marker, as SVG; None where nothing was measured twice."""
    markers = _pairs(source)
    if not markers:
        return None
    across = min(COLUMNS, len(markers))
    down = -(-len(markers) // across)
    figure = blank(0.3 + 2.0 * down, width=6.7 if across > 1 else 3.4)
    for index, (name, pairs) in enumerate(markers.items()):
        _marker(figure.add_subplot(down, across, index + 1), name, pairs)
    handles = [
        Line2D([], [], ls=line, lw=0.9, color=INK, marker=shape, mfc=face, mec=BLUE if ever
               else INK, ms=5, label=word)
        for ever, (shape, face, line, word) in LOOKS.items()
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside upper left", ncols=2)
    return svg(figure, "pairs")


def _pairs(source: Source) -> dict[str, list[tuple[float, float, bool]]]:
    """For each marker the (before, under treatment, responder) of patients with both."""
    found: dict[tuple[str, str], dict[str, Record]] = {}
    patients = {row["USUBJID"] for row in source.patients}
    for row in source.records("ADBX"):
        if (
            row["USUBJID"] in patients
            and row.get("AVAL") is not None
            and row.get("AVALC") in (None, "")
        ):
            unit = f", {units(row['AVALU'])}" if row.get("AVALU") else ""
            key = (f"{row.get('PARAM') or row['PARAMCD']}{unit}", row["USUBJID"])
            found.setdefault(key, {})[str(row.get("AVISIT"))] = row
    markers: dict[str, list[tuple[float, float, bool]]] = {}
    for (name, _), times in found.items():
        if all(time in times for time in TIMES):
            first, second = (times[time] for time in TIMES)
            ever = first.get("CLASS") == "RESPONDER"
            markers.setdefault(name, []).append((first["AVAL"], second["AVAL"], ever))
    return markers


def _marker(axes: Axes, name: str, pairs: list[tuple[float, float, bool]]) -> None:
    for before, after, ever in pairs:
        shape, face, line, _ = LOOKS[ever]
        edge = BLUE if ever else INK
        axes.plot([0, 1], [before, after], ls=line, lw=0.8, color=edge, marker=shape, mfc=face,
                  mec=edge, ms=4.5, alpha=0.85)  # fmt: skip
    title, _, unit = name.rpartition(", ")
    axes.set_title(title or unit, fontsize=7.5)
    axes.set_ylabel(unit if title else "", fontsize=7)
    axes.set_xticks([0, 1], TIMES)
    axes.set_xlim(-0.25, 1.25)
    axes.set_ylim(bottom=min(0.0, *(value for pair in pairs for value in pair[:2])))
    axes.tick_params(labelsize=7)


def draw_presence(source: Source) -> str | None:
    """Share with a marker present, by response, with its interval, as SVG."""
    rows = [
        record
        for record in source.of("marker_by_response", "marker")
        if record.get("unit") == "%" and record.get("interval") and record.get("groups")
    ]
    if not rows:
        return None
    figure = blank(0.75 + 0.32 * len(rows))
    axes = figure.add_subplot()
    forest(axes, rows)
    return svg(figure, "presence")


def forest(axes: Axes, rows: list[Record]) -> None:
    """Shares with their intervals, one below the other, each named and counted."""
    for down, record in enumerate(rows):
        ends = record.get("interval") or {}
        low, high, at = ends.get("low"), ends.get("high"), record.get("value")
        if at is None:
            continue
        whole = not record.get("groups")
        if low is not None and high is not None:
            axes.plot([low, high], [-down, -down], color=INK, linewidth=1.0)
        axes.plot([at], [-down], marker="D" if whole else "s", color=BLUE, markersize=6)
        counted = f"{record.get('numerator')}/{record.get('n')}"
        axes.text(1.02, -down, f"{counted}   {share(at)}", va="center",
                  transform=axes.get_yaxis_transform(), fontsize=7.5)  # fmt: skip
    axes.set_yticks([-down for down in range(len(rows))], [_named(record) for record in rows])
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    axes.set_xlim(-2, 102)
    axes.set_xticks(range(0, 101, 20), [f"{tick} %" for tick in range(0, 101, 20)])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color="#e3e6ea", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.spines["bottom"].set_color(QUIET)


def _named(record: Record) -> str:
    groups = record.get("groups") or {}
    return ", ".join(grouped(value) for value in groups.values()) or "All patients"
