"""The last word on a reconstructed patient: the verdicts, derived as from real data.

The definitions are those of `response`; what they are held against is what the paper says.
"""

from collections.abc import Iterator, Mapping
from math import inf, nan

from myotrial.protocol.models import Protocol, Worsening
from myotrial.reconstruction.course import IMPROVED, Plan
from myotrial.reconstruction.measures import core_measures
from myotrial.response import course, functional_index, imacs_2004, worsening
from myotrial.response.core_set import CoreSet, improvement, improvements
from myotrial.response.worsening import STATUSES

__all__ = ["disagreements", "status"]

Visit = Mapping[str, float | int]
HIGHER = 1.0  # a higher functional index is better
NO_RISE = CoreSet(inf, inf, inf, inf, inf, inf)  # from a baseline of zero nothing is drawn


def disagreements(
    plan: Plan, protocol: Protocol, before: Visit, values: Mapping[str, Visit], index: str | None
) -> Iterator[str]:
    """Every derived verdict that is not the stated one, in words; none for a good patient.

    Args:
        plan: What the paper says.
        protocol: Core set and rule of worsening.
        before: Values at baseline, by assessment.
        values: Values at each visit after baseline.
        index: Assessment of the functional index; None where it is not assessed.
    """
    derived = {visit: status(protocol, before, row) for visit, row in values.items()}
    for visit, state in derived.items():
        if state != plan.states[visit]:
            yield f"{visit} is to be {plan.states[visit]} and is {state}"
    yield from _course(plan, derived)
    if index is not None:
        yield from _index(plan, before[index], {v: row.get(index) for v, row in values.items()})


def status(protocol: Protocol, before: Visit, after: Visit) -> str:
    """Status at one visit: a word of `worsening.STATUSES`."""
    names = core_measures(protocol)
    change = improvements(
        CoreSet(*(float(before.get(name, nan)) for name in names)),
        CoreSet(*(float(after.get(name, nan)) for name in names)),
        NO_RISE,
    )
    rule: Worsening = protocol.worsening
    worse = worsening.core_set_bounds(change, rule.measures, rule.percent)
    return STATUSES[int(worsening.status(*imacs_2004.bounds(change), *worse))]


def _course(plan: Plan, derived: Mapping[str, str]) -> Iterator[str]:
    scheduled = plan.attended[1:]
    improved = tuple(derived[visit] == IMPROVED for visit in scheduled)
    first, held = int(course.first(improved)), int(course.held(improved))
    found = tuple(scheduled[first - 1 : first - 1 + held]) if first else ()
    if found != plan.response:
        yield f"the first improvement is to hold at {plan.response} and holds at {found}"
    ever = bool(course.ever((*improved, False)))
    last = list(derived.values())[-1] if derived else plan.outcome
    if (IMPROVED if ever else last) != plan.outcome:
        yield f"the outcome is to be {plan.outcome} and is {IMPROVED if ever else last}"


def _index(
    plan: Plan, before: float | int, values: Mapping[str, float | int | None]
) -> Iterator[str]:
    words = {True: "improved", False: "not improved"}
    for visit, after in values.items():
        change = improvement(before, nan if after is None else after, HIGHER, inf)
        improved, planned = bool(functional_index.improved(change)), plan.index[visit]
        if planned is not None and improved != planned:
            found = f"is to be {words[planned]} and is {words[improved]}"
            yield f"the functional index at {visit} {found}"
