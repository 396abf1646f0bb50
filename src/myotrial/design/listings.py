"""Curves and boundaries of a design, as the listings that figures are drawn from."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from myotrial.design.candidates.accrual import enrolled
from myotrial.design.planning.defaults import expected

if TYPE_CHECKING:
    from myotrial.design.recording import Design

__all__ = ["listings"]

FURTHER = 1.6  # times the expected difference, to which the power curves of means go
POINTS = 50  # of a curve
ABOVE = 0.45  # by how much the treated rate goes above the control rate, in the power curves


def listings(design: "Design") -> dict[str, Any]:
    """Curves and boundaries, as listings of a results file."""
    return {
        "POWER": _listing(
            "Power of Each Design by the Treated Rate",
            {"DESIGN": "Design", "LABEL": "Name", "CONTROL": "Control Rate",
             "TREATED": "Treated Rate", "POWER": "Power"},
            _power(design),
        ),
        "BOUNDS": _listing(
            "Stopping Boundaries on the z Scale",
            {"DESIGN": "Design", "LABEL": "Name", "LOOK": "Look", "N": "Patients",
             "EFFICACY": "Stop for Efficacy from", "FUTILITY": "Stop for Futility up to"},
            _bounds(design),
        ),
        "BELIEFS": _listing(
            "What Is Believed of Response Rates",
            {"OF": "Of What", "RATE": "Rate", "DENSITY": "Density"},
            _densities(design),
        ),
        "ACCRUAL": _listing(
            "Patients Enrolled and Outcomes Known by Month",
            {"MONTH": "Month", "ENROLLED": "Enrolled", "KNOWN": "Outcomes Known"},
            _accrual(design),
        ),
    }  # fmt: skip


def _listing(name: str, columns: dict[str, str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    named = [{"name": key, "label": text} for key, text in columns.items()]
    return {"label": name, "columns": named, "rows": [list(row) for row in rows]}


def _power(design: "Design") -> list[tuple[Any, ...]]:
    aim = expected(design.plan)
    mean = design.plan.endpoint.kind == "mean"
    furthest = max(item.treatment for item in design.plan.scenarios)
    further = max(furthest, aim.control + FURTHER * (aim.treatment - aim.control))
    end = further if mean else min(0.99, aim.control + ABOVE)
    rates = [aim.control + (end - aim.control) * at / POINTS for at in range(POINTS + 1)]
    return [
        (
            row.design.id,
            row.design.label,
            aim.control,
            rate,
            row.design.power_near(aim.control, rate),
        )
        for row in design.rows
        for rate in rates
    ]


def _bounds(design: "Design") -> list[tuple[Any, ...]]:
    return [
        (row.design.id, row.design.label, look, item.n, item.efficacy, item.futility)
        for row in design.rows
        if row.design.kind == "group_sequential"
        for look, item in enumerate(row.design.analyses, start=1)
    ]


def _densities(design: "Design") -> list[tuple[Any, ...]]:
    said = {item.count.words: item.posterior for item in design.sayings if not item.count.diagnosis}
    named = {f"Pilot, {words}": posterior for words, posterior in said.items()}
    if design.plan.endpoint.kind != "mean":  # of which no rate is believed
        named["Control arm, believed"] = design.beliefs.control
        named["Treated arm, believed"] = design.beliefs.treatment
    rates = [(at + 0.5) / (2 * POINTS) for at in range(2 * POINTS)]
    step = 0.5 / (2 * POINTS)
    return [
        (name, rate, float(belief.cdf(rate + step) - belief.cdf(rate - step)) / (2 * step))
        for name, belief in named.items()
        for rate in rates
    ]


def _accrual(design: "Design") -> list[tuple[Any, ...]]:
    chosen = design.chosen or design.rows[0]
    months = {item.id: item.month or 0.0 for item in design.protocol.visits}
    at = design.plan.endpoint.visit
    wait = chosen.design.months or (months[at] if at else max(months.values()))
    n, end = chosen.design.enrolled, chosen.months
    points = [end * point / POINTS for point in range(POINTS + 1)]
    accrual = design.plan.accrual
    return [
        (month, min(n, enrolled(month, accrual)), min(n, enrolled(month - wait, accrual)))
        for month in points
    ]
