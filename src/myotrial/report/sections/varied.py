"""What changes the recommended design's power, how long it takes, and what all of it assumes."""

from collections.abc import Iterable, Iterator
from typing import Any

from myotrial.report.content import Block, Facts, Figure, Prose, Run, Section, Table
from myotrial.report.sections.chapter import chapter
from myotrial.report.sections.designed import worked_out
from myotrial.report.source import Source
from myotrial.report.tables import Tables, counted
from myotrial.report.typography import PERCENT, decimal

__all__ = ["assumptions", "sensitivity", "time"]


def sensitivity(source: Source) -> Section:
    """The section on dropout, estimand and endpoint."""
    blocks = (_varied(source), _simulated(source), _alternatives(source))
    blocks = tuple(worked_out(table) for table in blocks)
    return chapter("sensitivity", "What dropout, estimand and endpoint do to it", blocks)


LEFT = {
    True: "Rates under other reasons to leave and other estimands are those that the planned "
    "effects give on simulated trajectories.",
    False: "Means and shares are as if nobody left; the power is simulated with each dropout.",
}


def _varied(source: Source) -> Table | None:
    rows = [(item["label"], f"sensitivity.{item['id']}") for item in source.design["variations"]]
    columns = [("Control arm", ".control"), ("Treated arm", ".treatment"), ("Power", ".power")]
    return Tables(source).matrix(
        "sensitivity", "The recommended design under other dropout and other estimands", rows,
        columns, corner="Change", note=LEFT[source.design["kind"] == "response"],
    )  # fmt: skip


def _simulated(source: Source) -> Table | None:
    rows = [(item["label"], f"simulated.{item['id']}") for item in source.design["simulated"]]
    columns = [("Control arm", ".control"), ("Treated arm", ".treatment"), ("Power", ".power")]
    return Tables(source).matrix(
        "simulated", "The recommended size by endpoint, on simulated trajectories", rows, columns,
        corner="Endpoint",
        note="Whole trials without early stopping, the effects in both arms such that the asked "
        "endpoint has the expected rates. No correlation of the measures was ever published: the "
        "assumed one decides how the endpoints compare.",
    )  # fmt: skip


def _alternatives(source: Source) -> Table | None:
    rows = [(record["label"], record["id"]) for record in source.of("alternatives")]
    return Tables(source).matrix(
        "alternatives", "Patients that other endpoints would need, two arms analysed once", rows,
        [("Patients", "")], corner="Endpoint",
        note="Not a choice among treatments: each line rests on the rates that one trial reported.",
    )  # fmt: skip


def time(source: Source, drawn: frozenset[str]) -> Section:
    """The section on accrual and duration."""
    return chapter("time", "How long it takes", _time(source, drawn))


def _time(source: Source, drawn: frozenset[str]) -> Iterator[Block | None]:
    told, tables = source.design, Tables(source)
    accrual, name = told["plan"]["accrual"], told["recommended"]
    yield Prose((
        f"{decimal(accrual['per_month'])} patients a month once all sites are open, which takes "
        f"{counted(round(accrual['ramp_months']), 'month')}.",
    ))  # fmt: skip
    scenarios = told["plan"]["scenarios"]
    columns = [
        ("Mean months", "months"),
        ("Mean enrolled", "entered"),
        ("Stops early", "early"),
        ("for efficacy", "efficacy"),
        ("for futility", "futility"),
    ]
    rows = [(item["label"], f"design.{name}.{item['id']}.") for item in scenarios]
    found = tables.matrix(
        "time", "Duration of the recommended design", rows, columns, unit=False, corner="Scenario"
    )
    yield worked_out(found)
    if "accrual" in drawn:
        yield Figure("accrual", "Patients enrolled, and outcomes known, by month",
                     _accrual_in_words(source), "ACCRUAL")  # fmt: skip


def _accrual_in_words(source: Source) -> str:
    rows = source.records("ACCRUAL")
    full = next((row["MONTH"] for row in rows if row["ENROLLED"] == rows[-1]["ENROLLED"]), None)
    return (
        f"Enrolment is complete after {full:.0f} months, the last outcome is known after "
        f"{rows[-1]['MONTH']:.0f} months."
    )


def assumptions(source: Source) -> Section:
    """The section on what was assumed, and how far each assumption stands in a source."""
    plan = source.design["plan"]
    items = (
        *(
            (f"Scenario {item['id']}", _stated(item, f"{item['label']}: {told['values']}"))
            for item, told in zip(plan["scenarios"], source.design["scenarios"], strict=True)
        ),
        ("Pilot's prior", _prior(plan["priors"]["pilot"])),
        ("Strata", (_strata(plan["strata"]),)),
        ("Allocation", (_allocation(plan["randomisation"]),)),
        ("Accrual", _stated(plan["accrual"], f"{plan['accrual']['per_month']:g} a month")),
        ("Dropout", _dropout(plan["dropout"])),
        ("Trajectories", _trajectory(plan["trajectory"])),
    )
    return chapter("assumptions", "What this rests on", (Facts(items),))


def _stated(part: dict[str, Any], text: str) -> tuple[Run, ...]:
    """Words with the status and the note of the part of the plan that they tell of."""
    status = part.get("status") or "stated in design.yaml"
    sources = ", ".join(part.get("source") or ())
    told = [text, f"{status}{f' ({sources})' if sources else ''}", str(part.get("note") or "")]
    return ("; ".join(item.rstrip(".") for item in told if item) + ".",)


def _prior(item: dict[str, Any]) -> tuple[Run, ...]:
    parts = item["components"]
    several = len(parts) > 1
    weights = [f"{part['weight']:g} " if several else "" for part in parts]
    told = [
        f"{weight}Beta({part['responders']:g}, {part['others']:g})"
        for weight, part in zip(weights, parts, strict=True)
    ]
    return _stated(item, " + ".join(told))


def _strata(items: Iterable[dict[str, Any]]) -> str:
    return ", ".join(f"{item['value']} {100 * item['share']:.0f}{PERCENT}" for item in items)


def _allocation(item: dict[str, Any]) -> str:
    return f"{item['method'].replace('_', ' ')} by {', '.join(item['by']) or 'nothing'}"


def _dropout(item: dict[str, Any]) -> tuple[Run, ...]:
    text = (
        f"{100 * item['share']:.0f}{PERCENT} before the endpoint's visit, "
        f"{item['mechanism'].replace('_', ' ')}; the rates above hold them as no responders"
    )
    return _stated(item, text)


def _trajectory(item: dict[str, Any]) -> tuple[Run, ...]:
    text = (
        f"changes with a standard deviation of {item['spread']:g}{PERCENT} of baseline, "
        f"correlation from visit to visit {item['persistence']:g}, half of the effect after "
        f"{item['half_months']:g} months"
    )
    return _stated(item, text)
