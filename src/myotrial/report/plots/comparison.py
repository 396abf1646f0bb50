"""Both arms of a randomised study: differences as a forest, adjusted means and times by visit."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from myotrial.report.plots.canvas import BLUE, INK, QUIET, blank, svg
from myotrial.report.source import Record, Source, first_handling
from myotrial.report.typography import decimal, interval, named

__all__ = ["draw_forest", "draw_means", "draw_times"]

ACROSS = 3
LOOKS = (("o", BLUE, BLUE, "-"), ("s", INK, "#ffffff", "--"), ("^", QUIET, "#ffffff", ":"))


def draw_forest(source: Source) -> str | None:
    """Differences of response rates with their intervals, as SVG; None without comparison."""
    rows = _differences(source)
    if not rows:
        return None
    figure = blank(0.7 + 0.3 * len(rows))
    axes = figure.add_subplot()
    for down, (_, record, shape) in enumerate(rows):
        ends = record["interval"] or {}
        axes.plot([ends["low"], ends["high"]], [-down, -down], color=INK, linewidth=1.0)
        axes.plot([record["value"]], [-down], marker=shape, markersize=6, color=BLUE,
                  mfc="#ffffff" if shape == "o" else BLUE)  # fmt: skip
        axes.text(1.02, -down, f"{decimal(record['value'], 1)} ({_ends(record)})", va="center",
                  transform=axes.get_yaxis_transform(), fontsize=7.5)  # fmt: skip
    axes.axvline(0, color=INK, linewidth=0.7, linestyle=(0, (4, 3)))
    axes.set_yticks([-down for down in range(len(rows))], [name for name, *_ in rows])
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    axes.set_xlabel("Difference of response rates, percentage points; right favours treatment")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color="#e3e6ea", linewidth=0.5)
    axes.set_axisbelow(True)
    return svg(figure, "forest")


def _ends(record: Record) -> str:
    return interval(record).rpartition("CI ")[2]


def _differences(source: Source) -> list[tuple[str, Record, str]]:
    """Each endpoint by its first handling, then each diagnosis, plain and shrunk."""
    found = []
    endpoints = source.plan.get("endpoints") or []
    for arm in source.plan.get("arms") or []:
        key = f"comparison.{arm['id']}"
        for endpoint in endpoints:
            stem = f"{key}.{endpoint['id']}.{first_handling(endpoint)}"
            label = str(endpoint.get("label") or endpoint["id"])
            found.append((label, source.by_id.get(f"{stem}.difference"), "D"))
        for record in source.under(f"{key}.subgroup"):
            name = (record["groups"] or {}).get("DIAG")
            if name and record["id"].endswith((".difference", ".shrunk")):
                shrunk = record["id"].endswith(".shrunk")
                found.append((f"{name}, shrunk" if shrunk else name, record,
                              "o" if shrunk else "s"))  # fmt: skip
    return [
        (name, record, shape)
        for name, record, shape in found
        if record and record["value"] is not None and record["interval"]
    ]


def draw_means(source: Source) -> str | None:
    """Adjusted mean change of each outcome by visit and arm, as SVG."""
    panels: dict[str, dict[str, dict[str, Record]]] = {}
    for record in source.of("comparison"):
        parts = record["id"].split(".")
        if len(parts) == 7 and parts[3] == "mmrm" and parts[5] == "mean":
            name = named(str(record["label"]).partition(":")[0])
            panels.setdefault(name, {}).setdefault(parts[6], {})[parts[4]] = record
    panels = {
        name: arms
        for name, arms in panels.items()
        if any(record["value"] is not None for arm in arms.values() for record in arm.values())
    }
    if not panels:
        return None
    down = -(-len(panels) // ACROSS)
    figure = blank(0.4 + 1.75 * down)
    for at, (name, arms) in enumerate(panels.items()):
        axes = figure.add_subplot(down, ACROSS, at + 1)
        _lines(source, axes, arms)
        axes.set_title(name, fontsize=7)
        axes.axhline(0, color=QUIET, linewidth=0.5)
    _legend(source, figure)
    return svg(figure, "means")


def draw_times(source: Source) -> str | None:
    """Share of each arm improved by each visit, as SVG."""
    arms: dict[str, dict[str, Record]] = {}
    for record in source.of("comparison"):
        parts = record["id"].split(".")
        if record["statistic"] == "share_by_time":
            arms.setdefault(parts[-1], {})[parts[3]] = record
    if not arms:
        return None
    figure = blank(2.7)
    axes = figure.add_subplot()
    _lines(source, axes, arms)
    axes.set_ylabel("Improved by then, %")
    axes.set_ylim(0, 102)
    _legend(source, figure)
    return svg(figure, "times")


def _lines(source: Source, axes: Axes, arms: dict[str, dict[str, Record]]) -> None:
    """One line an arm over the visits, with intervals."""
    visits = [visit for visit in source.visits
              if any(visit["id"] in seen for seen in arms.values())]  # fmt: skip
    for number, arm in enumerate(_order(source)):
        seen = arms.get(arm["id"], {})
        shape, edge, face, line = LOOKS[number % len(LOOKS)]
        at = [(place, seen[visit["id"]]) for place, visit in enumerate(visits)
              if visit["id"] in seen and seen[visit["id"]]["value"] is not None]  # fmt: skip
        shift = 0.06 * (number - (len(arms) - 1) / 2)
        places = [place + shift for place, _ in at]
        axes.plot(places, [record["value"] for _, record in at], marker=shape, color=edge,
                  mfc=face, ls=line, lw=1.0, ms=4.5)  # fmt: skip
        for place, (_, record) in zip(places, at, strict=True):
            if record["interval"]:
                ends = record["interval"]
                axes.plot([place, place], [ends["low"], ends["high"]], color=edge, lw=0.8)
    axes.set_xticks(range(len(visits)), [_short(visit) for visit in visits], fontsize=7)
    axes.set_xlim(-0.4, len(visits) - 0.6)
    axes.tick_params(labelsize=7)


def _short(visit: Record) -> str:
    month = visit.get("month")
    return f"M{decimal(month)}" if month is not None else str(visit["id"])


def _order(source: Source) -> Sequence[Record]:
    return source.plan.get("arms") or []


def _legend(source: Source, figure) -> None:
    handles = []
    for number, arm in enumerate(_order(source)):
        shape, edge, face, line = LOOKS[number % len(LOOKS)]
        handles.append(Line2D([], [], marker=shape, color=edge, mfc=face, ls=line, lw=1.0, ms=4.5,
                              label=str(arm.get("label") or arm["id"])))  # fmt: skip
    figure.legend(handles=handles, loc="outside upper left", ncols=3)
