"""One recommended design, with reasons; and of every other one why not.

Rules    in this order: it compares with a concurrent placebo at the endpoint asked for; its type I
         error is no more than alpha; it reaches the power in the expected scenario; among those
         left, the fewest patients enrolled on average over the expected scenario and that of no
         effect, and where two are within a patient of each other the one with fewer analyses.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from myotrial.design.candidates.table import Row
from myotrial.design.planning.defaults import expected
from myotrial.design.planning.models import Plan
from myotrial.design.wording import effect, percent, value

__all__ = ["Recommendation", "recommend"]

ROUNDING = 5e-4  # by how much a computed probability may miss its bound
CLOSE = 1.0  # patients
SURE = 2.0  # standard errors by which a simulated probability may miss it


@dataclass(frozen=True)
class Recommendation:
    """The recommended design.

    Attributes:
        id: Its id; "" where none qualifies.
        reasons: Why it is recommended, in sentences.
        others: Of every other candidate its id and why it is not.
    """

    id: str
    reasons: tuple[str, ...]
    others: tuple[tuple[str, str], ...]


def recommend(rows: Sequence[Row], plan: Plan) -> Recommendation:
    """Choose among the candidates.

    Args:
        rows: The candidates, at least one.
        plan: The completed plan.
    """
    failing = {row.design.id: why for row in rows if (why := _failing(row, plan))}
    left = [row for row in rows if row.design.id not in failing]
    if not left:
        text = "No candidate keeps alpha and reaches the power with a concurrent placebo."
        return Recommendation("", (text,), tuple(failing.items()))
    fewest = min(_burden(row, plan) for row in left)
    near = [row for row in left if _burden(row, plan) <= fewest + CLOSE]
    chosen = min(near, key=lambda row: (len(row.design.analyses), _burden(row, plan)))
    others = []
    for row in rows:
        name = row.design.id
        if row is not chosen:
            others.append((name, failing.get(name) or _dearer(row, chosen, plan)))
    return Recommendation(chosen.design.id, tuple(_reasons(chosen, left, plan)), tuple(others))


def _failing(row: Row, plan: Plan) -> str:
    """Why a candidate does not qualify; "" where it does."""
    design, aim = row.design, expected(plan)
    if design.barred:
        return f"{design.doubts[0][:1].upper()}{design.doubts[0][1:]}."
    if design.size - SURE * design.standard_error(plan.alpha) > plan.alpha + ROUNDING:
        return f"Its type I error reaches {percent(design.size)}, above {percent(plan.alpha)}."
    power = row.in_scenario(aim.id).outcome.power
    if power + SURE * design.standard_error(plan.power) < plan.power - ROUNDING:
        return (
            f"Its power in the expected scenario is {percent(power)}, below {percent(plan.power)}."
        )
    if design.doubts:
        return f"{design.doubts[0][:1].upper()}{design.doubts[0][1:]}."
    return ""


def _burden(row: Row, plan: Plan) -> float:
    """Patients enrolled, on average over the expected scenario and that of no effect."""
    aim = expected(plan)
    without = [item for item in plan.scenarios if item.treatment <= item.control]
    names = [aim.id, *(item.id for item in without[:1])]
    return sum(row.in_scenario(name).entered for name in names) / len(names)


def _dearer(row: Row, chosen: Row, plan: Plan) -> str:
    more = _burden(row, plan) - _burden(chosen, plan)
    if more > CLOSE:
        return f"It enrols {more:.0f} more patients on average."
    return "It enrols as many patients on average and needs more analyses."


def _reasons(chosen: Row, left: Sequence[Row], plan: Plan) -> list[str]:
    design, aim = chosen.design, expected(plan)
    there = chosen.in_scenario(aim.id)
    how = f"simulated in {design.trials} trials" if design.trials else "counted exactly"
    asked = plan.endpoint
    without = "whatever the common rate" if asked.kind == "response" else (
        f"both arms as the control ({value(aim.control, asked)})"
    )  # fmt: skip
    much = "at most " if asked.kind == "response" else ""
    found = [
        "It compares treatment and placebo given at the same time, at the endpoint's visit, so "
        "that neither the natural course nor counting the best of several visits can pass for an "
        "effect.",
        f"It succeeds in {percent(there.outcome.power)} of trials if {effect(aim, asked)}, and in "
        f"{much}{percent(design.size, 2)} without any effect, {without}: both {how}.",
    ]
    if len(left) > 1:
        found.append(
            f"Among the {len(left)} candidates of which this can be said it enrols the fewest "
            f"patients on average, {_burden(chosen, plan):.0f}, over the expected scenario and "
            "that of no effect."
        )
    if len(there.outcome.stops) > 1:
        early = 1 - there.outcome.stops[-1]
        found.append(
            f"It stops before the last analysis in {percent(early)} of trials in the expected "
            "scenario."
        )
    if chosen.assurance == chosen.assurance:
        over = "what is believed of both rates" if asked.kind != "mean" else (
            "the differences that the field's trials found"
        )  # fmt: skip
        found.append(f"Its assurance, over {over}, is {percent(chosen.assurance)}.")
    return found
