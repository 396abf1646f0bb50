"""Power of the exact conditional test in strata, enumerated where possible, else simulated."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from myotrial.design.counts.blocks import blocks, standard_error
from myotrial.design.exact.binomials import conditional
from myotrial.design.exact.stratified import (
    Stratum,
    checked_strata,
    enumerable,
    rejected,
    stratified_exact,
)
from myotrial.statistics.assumptions import checked_memory, checked_share
from myotrial.statistics.counts import Alternative, checked_alternative

__all__ = ["StratifiedPower", "simulate_stratified", "stratified_power"]

TRIALS = 10_000


@dataclass(frozen=True)
class StratifiedPower:
    """Power of the stratified test.

    Attributes:
        power: Probability to reject.
        tier: How it was found: "enumeration" (tier 0) or "simulated counts" (tier 1).
        trials: Simulated trials; 0 if enumerated.
        standard_error: Monte Carlo standard error; 0 if enumerated.
    """

    power: float
    tier: Literal["enumeration", "simulated counts"]
    trials: int = 0
    standard_error: float = 0.0


def stratified_power(
    strata: Sequence[Stratum],
    *,
    alpha: float = 0.025,
    alternative: Alternative = "greater",
    trials: int = TRIALS,
    seed: int = 0,
) -> StratifiedPower:
    """The power of the exact conditional test, by the cheapest tier that can give it.

    Args:
        strata: Patients and rates of each stratum.
        alpha: Level: one-sided for "greater" and "less", two-sided for "two-sided".
        alternative: "greater" asks whether arm 1 responds more often.
        trials: Trials to draw where enumeration is too long.
        seed: Seed of these trials.

    Raises:
        MyotrialError: There is no stratum, or an option is not valid.

    >>> stratified_power([Stratum(10, 10, 0.6, 0.2), Stratum(8, 8, 0.5, 0.3)]).tier
    'enumeration'
    """
    checked_strata(strata)
    if enumerable(strata):
        power = stratified_exact(strata, alpha=alpha, alternative=alternative)
        return StratifiedPower(power, "enumeration")
    return simulate_stratified(
        strata, alpha=alpha, alternative=alternative, trials=trials, seed=seed
    )


def simulate_stratified(
    strata: Sequence[Stratum],
    *,
    alpha: float = 0.025,
    alternative: Alternative = "greater",
    trials: int = TRIALS,
    seed: int = 0,
) -> StratifiedPower:
    """The same from simulated counts (tier 1), whatever the size; see `stratified_power`."""
    checked_strata(strata)
    checked_share("alpha", alpha)
    checked_alternative(alternative)
    cells = sum((s.n1 + s.n2 + 1) * (s.n1 + 1) for s in strata)
    checked_memory(f"{len(strata)} strata of this size", 3 * cells)
    tables = [conditional(s.n1, s.n2) for s in strata]

    @lru_cache(maxsize=4096)
    def rejects(totals: tuple[int, ...]) -> np.ndarray:
        null = np.ones(1)
        for table, total in zip(tables, totals, strict=True):
            null = np.convolve(null, table[total])
        return rejected(null[np.newaxis], alpha, alternative)[0]

    count = 0
    for generator, size in blocks(trials, seed):
        first = np.stack([generator.binomial(s.n1, s.rate1, size) for s in strata])
        second = np.stack([generator.binomial(s.n2, s.rate2, size) for s in strata])
        outcomes = zip((first + second).T.tolist(), first.sum(axis=0).tolist(), strict=True)
        count += sum(bool(rejects(tuple(totals))[x]) for totals, x in outcomes)
    power = count / trials
    return StratifiedPower(power, "simulated counts", trials, standard_error(power, trials))
