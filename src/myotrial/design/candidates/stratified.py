"""Two arms stratified by diagnosis, compared by the exact Cochran-Mantel-Haenszel test.

Rates    of the control arm may differ between diagnoses as stated; all are shifted on the log-odds
         scale until they average to the scenario's. The treatment multiplies the odds by the same
         factor in each, until the treated rates average to the scenario's.
Tiers    Where the responders of all diagnoses can be listed quickly they are (tier 0), else counts
         are simulated (tier 1). The test is conditional, so that its level holds either way.
Source   Mantel N, Haenszel W. J Natl Cancer Inst 1959;22:719-48.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import prod

import numpy as np
from scipy.special import expit, logit

from myotrial.design.candidates.outcome import Analysis, Evaluated, Outcome
from myotrial.design.candidates.parallel import sizes_of
from myotrial.design.counts.stratified import simulate_stratified
from myotrial.design.exact.stratified import Stratum, stratified_exact
from myotrial.design.fixed import rates
from myotrial.design.planning.models import Plan, Scenario, Stratified
from myotrial.errors import TooLargeError
from myotrial.statistics.beta_mixture import BetaMixture
from myotrial.statistics.roots import root

__all__ = ["rates_by_diagnosis", "stratified"]

LARGEST = 1000  # patients of the control arm up to which a size is looked for
QUICK = 20_000  # combinations of responders that are listed in a fraction of a second
TRIALS, ROUGH = 10_000, 1000  # simulated at each pair of rates, and for the assurance
COMMON = (0.1, 0.3, 0.5, 0.7, 0.9)  # rates at which the type I error is worked out
QUANTILES = 6  # of each belief, for the assurance
FEWEST = 0.9  # of the patients of a design without strata, where the search begins
EDGE = 1e-6  # rates are kept this far from 0 and 1, where odds end
FAR = 40.0  # log odds beyond which a rate is 0 or 1


def stratified(candidate: Stratified, plan: Plan, aim: Scenario) -> Evaluated:
    """A candidate of two arms stratified by diagnosis; the plan is complete.

    Raises:
        TooLargeError: More than 1000 patients of the control arm would be needed.
    """
    given = sizes_of(candidate.n, candidate.ratio)
    made = _Strata(given, candidate, plan) if given else _sought(candidate, plan, aim)
    size, rate = max((made.at(common, common).power, common) for common in COMMON)
    n = sum(made.sizes)
    parts = ", ".join(f"{value} {a} and {b}" for value, (a, b) in made.by_value.items())
    return Evaluated(
        candidate.id, "stratified",
        candidate.label or "Two arms by diagnosis, exact Cochran-Mantel-Haenszel test",
        made.sizes, n, made.at, size, rate, 1 if made.trials else 0,
        f"there are too many combinations of responders of {len(made.by_value)} diagnoses to list "
        f"quickly; {made.trials} trials are drawn at each pair of rates"
        if made.trials
        else "responders of each diagnosis are binomial, and every combination can be listed",
        (Analysis(n),),
        notes=(
            f"Treated and control patients by diagnosis: {parts}.",
            f"Its type I error is the greatest over {len(COMMON)} common rates; the test is "
            "conditional and keeps its level at every other.",
        ),
        trials=made.trials,
        averaged=made.averaged,
    )  # fmt: skip


def rates_by_diagnosis(
    candidate: Stratified, plan: Plan, aim: Scenario
) -> dict[str, tuple[float, float]]:
    """Treated and control rate of each diagnosis in a scenario; the plan is complete."""
    made = _Strata((len(plan.strata), len(plan.strata)), candidate, plan)
    parts = zip(*(made.rates(rate) for rate in (aim.treatment, aim.control)), strict=True)
    return dict(zip(made.by_value, parts, strict=True))


def _sought(candidate: Stratified, plan: Plan, aim: Scenario) -> "_Strata":
    """The fewest patients that reach the power."""
    one, other = candidate.ratio
    start = rates.sample_size(
        aim.treatment, aim.control, power=plan.power, alpha=plan.alpha, ratio=one / other
    )
    fewest = max(len(plan.strata) + 1, int(FEWEST * start.second))
    for control in range(fewest, LARGEST + 1):
        made = _Strata((round(control * one / other), control), candidate, plan)
        if made.at(aim.control, aim.treatment).power >= plan.power:
            return made
    raise TooLargeError(
        f"{candidate.id} would need more than {LARGEST} patients an arm.\n"
        "Hint: name a larger effect as the expected scenario, or state n in design.yaml."
    )


class _Strata:
    """The diagnoses of one size."""

    def __init__(self, sizes: tuple[int, int], candidate: Stratified, plan: Plan) -> None:
        values = [item.value for item in plan.strata]
        self.shares = np.array([item.share for item in plan.strata])
        arms = zip(*(_shared(n, self.shares) for n in sizes), strict=True)
        self.by_value = dict(zip(values, arms, strict=True))
        self.sizes, self.seed = sizes, plan.simulation.seed
        stated = [candidate.control.get(value, 0.5) for value in values]
        self.stated = logit(np.clip(stated, EDGE, 1 - EDGE))
        self.alpha = plan.alpha
        combinations = prod(a + b + 1 for a, b in self.by_value.values())
        self.trials = 0 if combinations <= QUICK else TRIALS
        self.at = lru_cache(maxsize=256)(self._at)

    def _at(self, control: float, treatment: float) -> Outcome:
        strata = self._strata(control, treatment)
        if not self.trials:
            return Outcome(stratified_exact(strata, alpha=self.alpha), float(sum(self.sizes)))
        return Outcome(self._drawn(strata, self.trials), float(sum(self.sizes)))

    def averaged(self, control: BetaMixture, treatment: BetaMixture) -> float:
        """Power averaged over equally likely parts of both beliefs."""
        parts = ((np.arange(QUANTILES) + 0.5) / QUANTILES).tolist()
        pairs = [(control.quantile(a), treatment.quantile(b)) for a in parts for b in parts]
        return float(np.mean([self._drawn(self._strata(*pair), ROUGH) for pair in pairs]))

    def _drawn(self, strata: Sequence[Stratum], trials: int) -> float:
        return simulate_stratified(strata, alpha=self.alpha, trials=trials, seed=self.seed).power

    def _strata(self, control: float, treatment: float) -> list[Stratum]:
        lower, upper = self.rates(control), self.rates(treatment)
        return [
            Stratum(a, b, high, low)
            for (a, b), low, high in zip(self.by_value.values(), lower, upper, strict=True)
        ]

    def rates(self, overall: float) -> list[float]:
        """The rate of each diagnosis, shifted on the log-odds scale to an overall rate."""
        wanted = min(max(overall, EDGE), 1 - EDGE)
        shift = root(lambda by: float(self.shares @ expit(self.stated + by)) - wanted, -FAR, FAR)
        return expit(self.stated + shift).tolist()


def _shared(n: int, shares: np.ndarray) -> list[int]:
    """Patients of each diagnosis, at least one, that add up to n.

    >>> _shared(10, np.array([0.55, 0.3, 0.15]))
    [6, 3, 1]
    """
    whole = np.maximum(1, np.floor(n * shares)).astype(int)
    while whole.sum() != n:
        left = n * shares - whole
        if whole.sum() < n:
            whole[np.argmax(left)] += 1
        else:
            whole[np.argmin(np.where(whole > 1, left, np.inf))] -= 1
    return whole.tolist()
