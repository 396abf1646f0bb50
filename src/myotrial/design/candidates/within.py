"""Designs that look at a patient twice: crossover, and randomised withdrawal of responders."""

from collections.abc import Callable
from functools import cache
from math import ceil, sqrt

import numpy as np

from myotrial.design.candidates.outcome import Analysis, Evaluated, Outcome
from myotrial.design.candidates.parallel import EXACT, TESTS
from myotrial.design.exact.binomials import pmf, tails
from myotrial.design.exact.crossover import crossover_size
from myotrial.design.exact.orderings import TIE
from myotrial.design.exact.sample_size import sample_size
from myotrial.design.exact.two_arm import Region, TestName, rejection_region
from myotrial.design.fixed.enrolment import run_in
from myotrial.design.planning.models import Crossover, Plan, RandomisedWithdrawal, Scenario
from myotrial.design.wording import percent

__all__ = ["crossover", "discordant", "randomised_withdrawal"]

LEAST = 1e-7  # numbers of patients or pairs with a smaller chance are left out
FEWEST = 4  # patients below which nothing is tested


def crossover(candidate: Crossover, plan: Plan, aim: Scenario) -> Evaluated:
    """A candidate in which each patient receives both, tested by McNemar's exact test."""
    only = discordant(aim.control, aim.treatment, candidate.correlation)
    if candidate.n is None:
        paired = crossover_size(*only, power=plan.power, alpha=2 * plan.alpha).n
        enrolled = ceil(paired / (1 - candidate.lost))
    else:
        enrolled = candidate.n
        paired = round(enrolled * (1 - candidate.lost))

    critical = _critical(paired, plan.alpha)

    def at(control: float, treatment: float) -> Outcome:
        both = discordant(control, treatment, candidate.correlation)
        return Outcome(_favours(paired, *both, critical), float(paired))

    rates = [rate / 100 for rate in range(1, 100)]
    errors = [at(rate, rate).power for rate in rates]
    size = max(errors)
    return Evaluated(
        candidate.id, "crossover", candidate.label or "Crossover, McNemar's exact test",
        (paired, 0), enrolled, at, size, rates[errors.index(size)], 0,
        "the numbers of patients with either verdict alone are multinomial and can be listed",
        (Analysis(paired),),
        doubts=(
            "it needs a disease that returns to where it was before the second period, and a "
            "treatment whose effect is gone by then; neither holds in myositis",
        ),
        barred=True,
        notes=(
            f"{percent(candidate.lost)} are assumed to have no second period. No carry-over is "
            "modelled.",
        ),
    )  # fmt: skip


def discordant(control: float, treatment: float, correlation: float) -> tuple[float, float]:
    """Shares of patients who respond to the treatment only, and to the control only.

    Args:
        control: Response rate on the control.
        treatment: Response rate on the treatment.
        correlation: Correlation of a patient's two verdicts; where the rates do not allow it, the
            greatest that they do.

    >>> [round(share, 3) for share in discordant(0.4, 0.6, 0.0)]
    [0.36, 0.16]
    """
    spread = sqrt(control * (1 - control) * treatment * (1 - treatment))
    both = min(control * treatment + correlation * spread, control, treatment)
    return treatment - both, control - both


def _critical(pairs: int, alpha: float) -> list[int]:
    """For each number of informative pairs, how many must favour the treatment to succeed."""
    return [int(np.argmax(tails(d, 0.5) <= alpha * (1 + TIE))) for d in range(pairs + 1)]


def _favours(pairs: int, only_first: float, only_second: float, critical: list[int]) -> float:
    """The probability that McNemar's exact test finds for the treatment."""
    changed = only_first + only_second
    if changed <= 0:
        return 0.0
    informative = pmf(pairs, min(1.0, changed))
    favour = min(1.0, max(0.0, only_first / changed))
    return float(
        sum(
            chance * tails(d, favour)[critical[d]]
            for d, chance in enumerate(informative.tolist())
            if chance > LEAST
        )
    )


def randomised_withdrawal(
    candidate: RandomisedWithdrawal, plan: Plan, aim: Scenario, pilot_rate: float
) -> Evaluated:
    """A candidate in which responders of an open phase are randomised to go on or to placebo.

    Args:
        candidate: The candidate.
        plan: The completed plan.
        aim: The scenario in which responders keep their response as the candidate says.
        pilot_rate: Response rate of the pilot, for the open phase.
    """
    rate = candidate.open_rate or pilot_rate
    kept, lost = candidate.kept, candidate.kept_placebo
    if candidate.n is None:
        arm = sample_size(candidate.test, kept, lost, power=plan.power, alpha=plan.alpha).first.n1
        enrolled = run_in(2 * arm, rate)
    else:
        enrolled = candidate.n
    region = _regions(candidate.test, plan.alpha)
    randomised = pmf(enrolled, rate)
    likely: dict[int, float] = {}
    for m, chance in enumerate(randomised.tolist()):
        if chance > LEAST and m >= FEWEST:
            likely[m // 2] = likely.get(m // 2, 0.0) + chance

    mean = round(enrolled * rate)

    @cache
    def power(on_placebo: float) -> float:
        return sum(chance * region(arm).power(kept, on_placebo) for arm, chance in likely.items())

    def at(control: float, treatment: float) -> Outcome:
        effect = (treatment - control) / (aim.treatment - aim.control)
        on_placebo = min(1.0, max(0.0, kept - (kept - lost) * effect))
        return Outcome(power(on_placebo), float(mean))

    size = region(mean // 2).size()
    return Evaluated(
        candidate.id, "randomised_withdrawal",
        candidate.label or f"Randomised withdrawal, {TESTS[candidate.test]}",
        (mean // 2, mean // 2), enrolled, at, size.value, size.rate, 0,
        f"{EXACT}, for every number of responders who may be randomised",
        (Analysis(mean),),
        doubts=(
            "it asks whether responders keep their response, not whether the treatment brings it "
            "about, and who responded in an open phase may have responded to placebo",
        ),
        barred=True,
        notes=(
            f"{enrolled} start, about {mean} respond and are randomised; {percent(kept)} are "
            f"assumed to keep their response on treatment, {percent(lost)} on placebo.",
        ),
    )  # fmt: skip


def _regions(test: TestName, alpha: float) -> Callable[[int], Region]:
    """The outcomes that reject, by patients of one arm; each worked out once."""

    @cache
    def region(arm: int) -> Region:
        return rejection_region(test, arm, arm, alpha=alpha)

    return region
