"""Two parallel arms analysed once: by a test, or by a test at an earlier visit."""

from functools import lru_cache
from typing import get_args

from myotrial.design.bayes.go import assurance
from myotrial.design.candidates.outcome import Analysis, Evaluated, Outcome
from myotrial.design.exact.sample_size import sample_size
from myotrial.design.exact.two_arm import TestName, rejection_region
from myotrial.design.planning.models import Fixed, Plan, Scenario, Switch
from myotrial.design.wording import percent
from myotrial.protocol.models import Protocol

__all__ = ["TESTS", "fixed", "sizes_of", "switch"]

TESTS = {
    "boschloo": "Boschloo's test",
    "fisher": "Fisher's exact test",
    "z-pooled": "the unconditional exact z-pooled test",
    "z-unpooled": "the unconditional exact z-unpooled test",
    "chi-square": "the chi-square test",
}
EXACT = "responder counts are binomial, and every pair of them can be listed"


def fixed(candidate: Fixed, plan: Plan, aim: Scenario) -> Evaluated:
    """A candidate of two arms analysed once by a test."""
    sizes, test = sizes_of(candidate.n, candidate.ratio), _of_rates(candidate.test)
    if sizes is None:
        sizes = _sought(test, aim.treatment, aim.control, plan, candidate.ratio)
    region = rejection_region(test, *sizes, alpha=plan.alpha)
    size = region.size()

    def at(control: float, treatment: float) -> Outcome:
        return Outcome(region.power(treatment, control), float(sum(sizes)))

    one, other = candidate.ratio
    shared = "" if one == other else f", {one} to {other}"
    return Evaluated(
        candidate.id, "fixed", candidate.label or f"Two arms, {TESTS[test]}{shared}",
        sizes, sum(sizes), at, size.value, size.rate, 0, EXACT, (Analysis(sum(sizes)),),
        averaged=lambda control, treatment: assurance(region, treatment, control),
    )  # fmt: skip


def _of_rates(test: str | None) -> TestName:
    """A test of two rates; the first where none is named."""
    return next((name for name in get_args(TestName) if name == test), "boschloo")


def switch(candidate: Switch, plan: Plan, aim: Scenario, protocol: Protocol) -> Evaluated:
    """A candidate whose placebo patients switch at an earlier visit, where it is analysed."""
    later = [item for item in protocol.visits if not (item.baseline or item.unscheduled)]
    visit = next((item for item in later if item.id == candidate.visit), later[0])

    def there(control: float, treatment: float) -> float:
        return control + candidate.reached * (treatment - control)

    sizes = sizes_of(candidate.n, candidate.ratio)
    if sizes is None:
        early = there(aim.control, aim.treatment)
        sizes = _sought(candidate.test, early, aim.control, plan, candidate.ratio)
    region = rejection_region(candidate.test, *sizes, alpha=plan.alpha)
    size = region.size()

    def at(control: float, treatment: float) -> Outcome:
        return Outcome(region.power(there(control, treatment), control), float(sum(sizes)))

    return Evaluated(
        candidate.id, "placebo_switch",
        candidate.label or f"Placebo switches at {visit.label.lower()}",
        sizes, sum(sizes), at, size.value, size.rate, 0, EXACT, (Analysis(sum(sizes)),),
        months=visit.month,
        doubts=(
            f"it compares the arms at {visit.label.lower()}, before the endpoint's visit, when "
            f"{percent(candidate.reached)} of the difference is assumed to be there",
        ),
        notes=("Everybody receives the treatment; nothing is compared after the switch.",),
    )  # fmt: skip


def sizes_of(n: int | None, ratio: tuple[int, int]) -> tuple[int, int] | None:
    """Patients of each arm, where their number is stated.

    >>> sizes_of(91, (2, 1))
    (61, 30)
    """
    if n is None:
        return None
    treated = round(n * ratio[0] / sum(ratio))
    return treated, n - treated


def _sought(
    test: TestName, treatment: float, control: float, plan: Plan, ratio: tuple[int, int]
) -> tuple[int, int]:
    """The fewest patients that reach the power, in whole multiples of the ratio."""
    return _found(test, treatment, control, plan.power, plan.alpha, ratio)


@lru_cache(maxsize=64)
def _found(
    test: TestName, treatment: float, control: float, power: float, alpha: float,
    ratio: tuple[int, int],
) -> tuple[int, int]:  # fmt: skip
    first = sample_size(
        test, treatment, control, power=power, alpha=alpha, ratio=ratio[0] / ratio[1]
    ).first
    return first.n1, first.n2
