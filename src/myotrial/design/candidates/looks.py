"""Two parallel arms with looks: bounds on z by normal theory, what they do by enumeration.

Bounds   of a spending function or of stated amounts, on the pooled z statistic. As z of small
         counts is not normal, the last bound is then raised until the type I error, enumerated
         over all common rates, is no more than alpha.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import inf

from myotrial.design.bayes.go import sequential_assurance
from myotrial.design.candidates.outcome import Analysis, Evaluated, Outcome
from myotrial.design.candidates.parallel import sizes_of
from myotrial.design.exact.sequential import SequentialDesign, by_z
from myotrial.design.fixed import rates
from myotrial.design.planning.models import GroupSequential, Plan, Scenario
from myotrial.errors import TooLargeError
from myotrial.statistics.sequential.boundaries import Boundary
from myotrial.statistics.sequential.named import bounds as bounds_of

__all__ = ["NAMES", "bounds_for", "group_sequential"]

NAMES = {
    "obrien_fleming": "O'Brien-Fleming",
    "pocock": "Pocock",
    "haybittle_peto": "Haybittle-Peto",
}
HIGHEST, STEPS = 1.0, 14  # how far the last bound is raised at most, and in how many halvings
LARGEST = 1000  # patients of an arm up to which a size is looked for
Sizes = list[tuple[int, int]]


def group_sequential(candidate: GroupSequential, plan: Plan, aim: Scenario) -> Evaluated:
    """A candidate of two arms with looks.

    Raises:
        MyotrialError: The bounds cannot be had.
        TooLargeError: More than 1000 patients an arm would be needed.
    """
    bounds = bounds_for(candidate, plan.alpha)
    given = sizes_of(candidate.n, candidate.ratio)
    design, upper = (
        _enumerated(_at_looks(given, bounds), bounds, plan.alpha)
        if given
        else _sought(candidate, bounds, plan, aim)
    )
    last = design.looks[-1]
    size = design.size()

    def at(control: float, treatment: float) -> Outcome:
        found = design.characteristics(treatment, control)
        early, lost = found.efficacy[:-1], found.futility[:-1]
        stops = [win + lose for win, lose in zip(early, lost, strict=True)]
        return Outcome(
            found.power, found.expected_n, (*stops, 1 - sum(stops)), sum(early), sum(lost)
        )

    futility = (*(bounds.futility or ()), None)
    analyses = tuple(
        Analysis(look.n1 + look.n2, _finite(high), _finite(low))
        for look, high, low in zip(design.looks, upper, futility, strict=True)
    )
    return Evaluated(
        candidate.id, "group_sequential", candidate.label or _named(candidate, bounds),
        (last.n1, last.n2), last.n1 + last.n2, at, size.value, size.rate, 0,
        "responder counts are binomial, and every course of them over the looks can be listed",
        analyses,
        averaged=lambda control, treatment: sequential_assurance(design, treatment, control).power,
    )  # fmt: skip


def bounds_for(candidate: GroupSequential, alpha: float) -> Boundary:
    """The bounds on z that a candidate states, by normal theory."""
    return bounds_of(
        candidate.efficacy, candidate.looks, alpha=alpha, spent=candidate.alpha_spent,
        futility=candidate.futility, binding=candidate.binding,
    )  # fmt: skip


def _named(candidate: GroupSequential, bounds: Boundary) -> str:
    kind = NAMES[candidate.efficacy or "obrien_fleming"]
    spent = "alpha spent as stated" if candidate.alpha_spent else kind
    futility = ""
    if candidate.futility:
        futility = f", {'binding' if candidate.binding else 'non-binding'} futility"
    return f"Two arms, {bounds.looks} looks, {spent}{futility}"


def _finite(bound: float | None) -> float | None:
    return None if bound is None or abs(bound) == inf else float(bound)


def _at_looks(sizes: tuple[int, int], bounds: Boundary) -> Sizes:
    return [tuple(max(1, round(t * n)) for n in sizes) for t in bounds.information]  # pyright: ignore[reportReturnType]


def _enumerated(
    sizes: Sizes, bounds: Boundary, alpha: float
) -> tuple[SequentialDesign, tuple[float, ...]]:
    """The design with its last bound raised until its size is no more than alpha."""
    low, high = 0.0, HIGHEST
    if _with_last(sizes, bounds, 0.0).size().value <= alpha:
        return _with_last(sizes, bounds, 0.0), bounds.efficacy
    for _ in range(STEPS):
        middle = (low + high) / 2
        if _with_last(sizes, bounds, middle).size().value <= alpha:
            high = middle
        else:
            low = middle
    return _with_last(sizes, bounds, high), _upper(bounds, high)


def _upper(bounds: Boundary, more: float) -> tuple[float, ...]:
    return (*bounds.efficacy[:-1], bounds.efficacy[-1] + more)


def _with_last(sizes: Sizes, bounds: Boundary, more: float) -> SequentialDesign:
    return by_z(
        [n1 for n1, _ in sizes], [n2 for _, n2 in sizes], _upper(bounds, more), bounds.futility,
        binding=bounds.binding,
    )  # fmt: skip


def _sought(
    candidate: GroupSequential, bounds: Boundary, plan: Plan, aim: Scenario
) -> tuple[SequentialDesign, tuple[float, ...]]:
    """The fewest patients, from those of the normal approximation on, that reach the power."""
    one, other = candidate.ratio
    start = rates.sample_size(
        aim.treatment, aim.control, power=plan.power, alpha=plan.alpha, ratio=one / other
    )
    control = max(2, int(0.95 * start.second))
    while control <= LARGEST:
        sizes = _at_looks((round(control * one / other), control), bounds)
        if _rising(sizes):
            design, upper = _enumerated(sizes, bounds, plan.alpha)
            if design.characteristics(aim.treatment, aim.control).power >= plan.power:
                return design, upper
        control += 1
    raise TooLargeError(
        f"{candidate.id} would need more than {LARGEST} patients an arm.\n"
        "Hint: name a larger effect as the expected scenario, or state n in design.yaml."
    )


def _rising(sizes: Sequence[tuple[int, int]]) -> bool:
    """Whether both arms grow from look to look."""
    pairs = pairwise(sizes)
    return all(before[0] < after[0] and before[1] < after[1] for before, after in pairs)
