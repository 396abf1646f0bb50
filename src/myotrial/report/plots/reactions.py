"""Injection-site reactions over time: the rate in each period, arm by arm, with exact intervals."""

from typing import Any

from myotrial.report.plots.canvas import BLUE, INK, blank, svg
from myotrial.report.source import Record, Source

__all__ = ["draw"]

STEM = "safety.time.site."
LOOKS: tuple[dict[str, Any], ...] = (
    {"color": BLUE, "marker": "o"},
    {"color": INK, "marker": "s", "markerfacecolor": "#ffffff"},
    {"color": "#d55e00", "marker": "^"},
    {"color": "#009e73", "marker": "D", "markerfacecolor": "#ffffff"},
)


def draw(source: Source) -> str | None:
    """The rates as SVG, or None where no such reaction was recorded."""
    arms = source.plan.get("arms") or []
    series = {
        str(arm.get("label") or arm["id"]): _rates(source, f"arm.{arm['id']}.") for arm in arms
    } if len(arms) > 1 else {"All patients": _rates(source, "")}  # fmt: skip
    series = {name: rates for name, rates in series.items() if rates}
    if not series:
        return None
    periods = list(dict.fromkeys(period for rates in series.values() for period in rates))
    figure = blank(2.6)
    axes = figure.add_subplot()
    for number, (name, rates) in enumerate(series.items()):
        shift = 0.14 * (number - (len(series) - 1) / 2)
        places = [at + shift for at, period in enumerate(periods) if period in rates]
        found = [rates[period] for period in periods if period in rates]
        values = [record["value"] for record in found]
        limits = [record["interval"] for record in found]
        ends = [
            [value - limit["low"] for value, limit in zip(values, limits, strict=True)],
            [limit["high"] - value for value, limit in zip(values, limits, strict=True)],
        ]
        axes.errorbar(places, values, yerr=ends, linestyle="none", markersize=4.5, linewidth=1,
                      capsize=2, label=name, **LOOKS[number % len(LOOKS)])  # fmt: skip
    labels = {visit["id"]: f"to {visit['label']}" for visit in source.visits} | {"end": "later"}
    axes.set_xticks(range(len(periods)), [labels.get(period, period) for period in periods])
    axes.set_xlim(-0.5, len(periods) - 0.5)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("Reactions per patient-year")
    if len(series) > 1:
        figure.legend(loc="outside upper left", ncols=len(series))
    return svg(figure, "reactions")


def _rates(source: Source, prefix: str) -> dict[str, Record]:
    """The rate of each period that has one, by the id of the visit it ends with."""
    return {
        record["id"].split(".")[-2]: record
        for record in source.results
        if record["id"].startswith(f"{prefix}{STEM}")
        and record["id"].endswith(".rate")
        and record["value"] is not None
    }
