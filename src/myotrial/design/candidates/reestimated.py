"""Two arms whose number of patients is set again halfway, from the responders of both together.

Rule     when a share of the patients has been seen, the response rate of both arms together is
         taken, split into two rates as far apart as planned, and the number of patients worked out
         anew for these (normal approximation), never fewer than planned, never more than a stated
         multiple. Nobody learns which arm did better.
Exact    For each number of responders there is one new size; given it, the responders of an arm at
         the first look are hypergeometric among those at the end. So every course is listed.
Source   Gould AL. Stat Med 1992;11:55-66.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from myotrial.design.candidates.outcome import Analysis, Evaluated, Outcome
from myotrial.design.candidates.parallel import TESTS, sizes_of
from myotrial.design.exact.binomials import conditional, pmf
from myotrial.design.exact.two_arm import TestName, rejection_region
from myotrial.design.fixed import rates
from myotrial.design.planning.models import Plan, Reestimation, Scenario
from myotrial.errors import TooLargeError

__all__ = ["reestimation"]

LARGEST = 1000  # patients of the control arm up to which a size is looked for
GRID = 199  # common rates at which the type I error is worked out
Sizes = tuple[int, int]


def reestimation(candidate: Reestimation, plan: Plan, aim: Scenario) -> Evaluated:
    """A candidate of two arms with blinded re-estimation of its size.

    Raises:
        TooLargeError: More than 1000 patients of the control arm would be planned.
    """
    one, other = candidate.ratio
    given = sizes_of(candidate.n, candidate.ratio)
    if given is not None:
        return _evaluated(_Course(candidate, plan, aim, given), candidate)
    start = rates.sample_size(
        aim.treatment, aim.control, power=plan.power, alpha=plan.alpha, ratio=one / other
    )
    for control in range(max(4, int(0.95 * start.second)), LARGEST + 1):
        course = _Course(candidate, plan, aim, (round(control * one / other), control))
        if course.at(aim.control, aim.treatment).power >= plan.power:
            return _evaluated(course, candidate)
    raise TooLargeError(
        f"{candidate.id} would need more than {LARGEST} patients an arm.\n"
        "Hint: name a larger effect as the expected scenario, or state n in design.yaml."
    )


def _evaluated(course: "_Course", candidate: Reestimation) -> Evaluated:
    common = np.linspace(0, 1, GRID + 2)[1:-1]
    errors = [course.at(rate, rate).power for rate in common.tolist()]
    worst = int(np.argmax(errors))
    planned, largest = sum(course.planned), max(map(sum, course.reached))
    return Evaluated(
        candidate.id, "reestimation",
        candidate.label or f"Two arms, size set again halfway, {TESTS[candidate.test]}",
        course.planned, planned, course.at, errors[worst], float(common[worst]), 0,
        "for each number of responders there is one new size, and every course can be listed",
        (Analysis(sum(course.look)), Analysis(planned)),
        notes=(
            f"Between {planned} and {largest} patients."
            if largest > planned
            else "The planned rates lie about a half, where the variance is greatest: whatever is "
            "seen, no more patients are asked for.",
            f"Its type I error is the greatest over {GRID} common rates.",
        ),
    )  # fmt: skip


class _Course:
    """One planned size with every course that the trial can take."""

    def __init__(self, candidate: Reestimation, plan: Plan, aim: Scenario, planned: Sizes) -> None:
        self.planned = planned
        self.look: Sizes = tuple(_share(n, candidate.look) for n in planned)  # pyright: ignore[reportAttributeAccessIssue]
        new = _new_sizes(candidate, plan, aim, planned, self.look)
        self.reached = _reached(self.look, new)
        self.rejects = {sizes: _region(candidate.test, sizes, plan.alpha) for sizes in self.reached}

    def at(self, control: float, treatment: float) -> Outcome:
        """What happens at a pair of true rates."""
        power = expected = 0.0
        for sizes, reach in self.reached.items():
            first, second = pmf(sizes[0], treatment), pmf(sizes[1], control)
            power += float(first @ (reach * self.rejects[sizes]) @ second)
            expected += float(first @ reach @ second) * sum(sizes)
        return Outcome(power, expected)


@lru_cache(maxsize=256)
def _region(test: TestName, sizes: Sizes, alpha: float) -> np.ndarray:
    return rejection_region(test, *sizes, alpha=alpha).reject


def _share(n: int, share: float) -> int:
    return min(n - 1, max(1, round(n * share)))


def _new_sizes(
    candidate: Reestimation, plan: Plan, aim: Scenario, planned: Sizes, look: Sizes
) -> Callable[[int], Sizes]:
    """The sizes to go on to, by responders of both arms at the look."""
    one, other = candidate.ratio
    difference = aim.treatment - aim.control
    below = difference * one / (one + other)
    most = round(planned[1] * candidate.most)

    def new(responders: int) -> Sizes:
        rate = (responders + 0.5) / (sum(look) + 1)
        control = min(max(rate - below, 0.01), 0.99 - difference)
        needed = rates.sample_size(
            control + difference, control, power=plan.power, alpha=plan.alpha, ratio=one / other
        ).whole[1]
        arm = min(max(needed, planned[1]), most)
        return max(planned[0], round(arm * one / other)), arm

    return new


def _reached(look: Sizes, new: Callable[[int], Sizes]) -> dict[Sizes, np.ndarray]:
    """For each final size, the probability to have come to its counts, given these."""
    totals = np.arange(look[0] + 1)[:, np.newaxis] + np.arange(look[1] + 1)
    by_sizes: dict[Sizes, list[int]] = {}
    for responders in range(sum(look) + 1):
        by_sizes.setdefault(new(responders), []).append(responders)
    return {
        sizes: conditional(look[0], sizes[0] - look[0])
        @ np.isin(totals, counts)
        @ conditional(look[1], sizes[1] - look[1]).T
        for sizes, counts in by_sizes.items()
    }
