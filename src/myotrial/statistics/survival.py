"""Time to an event with censoring: Kaplan-Meier curves and log-rank tests.

Times    non-negative, in any unit; an event at a time comes before a censoring at the same time.
Interval of the share without event: on the log-minus-log scale with Greenwood's variance.
Empty    a group without subjects has no curve; without events all shares are 1.
Source   Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-81. Greenwood M. Rep Public Health Med Subj
         1926;33:1-26. Mantel N. Cancer Chemother Rep 1966;50:163-70.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, isfinite, log, sqrt
from statistics import NormalDist

import numpy as np
from scipy.special import chdtrc

from myotrial.errors import MyotrialError
from myotrial.statistics.counts import checked_level
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.stratified import ChiSquare

__all__ = ["Curve", "Step", "kaplan_meier", "log_rank", "peto"]


@dataclass(frozen=True)
class Step:
    """One time with an event: at risk just before, events, and the share without event after it."""

    time: float
    at_risk: int
    events: int
    share: float
    error: float


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve: its steps in order of time, and the number of subjects."""

    steps: tuple[Step, ...]
    n: int
    level: float

    def at(self, time: float) -> Estimate:
        """The share without event until a time, with its interval.

        Args:
            time: In the unit of the times; events at this time count.
        """
        before = [step for step in self.steps if step.time <= time]
        if not self.n:
            return Estimate(None, 0.0, 1.0, self.level)
        if not before:
            return Estimate(1.0, 1.0, 1.0, self.level)
        return self._around(before[-1])

    def median(self) -> Estimate:
        """The first time at which at most half are without event, with its interval.

        The value is None where the curve does not fall so far. The interval holds the times at
        which the share's interval holds one half; an end that is not reached is infinite.

        Source: Brookmeyer R, Crowley J. Biometrics 1982;38:29-41.
        """
        ends = [(step.time, self._around(step)) for step in self.steps]
        found = [step.time for step in self.steps if step.share <= 0.5 + 1e-12]
        low = [time for time, around in ends if around.low <= 0.5]
        high = [time for time, around in ends if around.high < 0.5]
        return Estimate(
            found[0] if found else None,
            low[0] if low else inf,
            high[0] if high else inf,
            self.level,
        )

    def _around(self, step: Step) -> Estimate:
        if step.share in (0.0, 1.0):
            return Estimate(step.share, 0.0 if step.share == 0 else 1.0, step.share, self.level)
        quantile = NormalDist().inv_cdf((1 + self.level) / 2)
        half = quantile * step.error / (step.share * abs(log(step.share)))
        low, high = step.share ** exp(half), step.share ** exp(-half)
        return Estimate(step.share, low, high, self.level)


def kaplan_meier(times: Sequence[float], events: Sequence[bool], *, level: float = 0.95) -> Curve:
    """The share without event over time.

    Args:
        times: Time of the event or of the last observation, one a subject.
        events: Whether the event happened at that time.
        level: Coverage of intervals.

    Raises:
        MyotrialError: A time is negative or missing, or lengths differ.

    >>> kaplan_meier([1, 2, 2, 3], [True, True, False, True]).at(2).value
    0.5
    """
    at, happened = _checked(times, events)
    share, total, steps = 1.0, 0.0, []
    for time in np.unique(at[happened]):
        risk = int((at >= time).sum())
        died = int((happened & (at == time)).sum())
        share *= 1 - died / risk
        total += died / (risk * (risk - died)) if risk > died else inf
        error = share * sqrt(total) if share > 0 else 0.0
        steps.append(Step(float(time), risk, died, share if share > 1e-15 else 0.0, error))
    return Curve(tuple(steps), len(at), checked_level(level))


def log_rank(
    times: Sequence[float],
    events: Sequence[bool],
    groups: Sequence[object],
    strata: Sequence[object] | None = None,
) -> ChiSquare:
    """The log-rank test that two groups have the same risk of the event at every time.

    Args:
        times: One a subject.
        events: Whether the event happened at that time.
        groups: The group of each subject; two values.
        strata: The stratum of each subject: only subjects of one stratum are compared.

    Raises:
        MyotrialError: A time is negative or missing, lengths differ, or there are more than two
            groups.
    """
    found = sorted(set(map(str, groups)))
    if len(found) > 2 or len(groups) != len(times):
        raise MyotrialError(f"A log-rank test compares two groups (got {found})")
    first = np.array([str(group) == found[0] for group in groups], dtype=bool)
    excess, spread = _excess(times, events, first, strata)
    if not spread:
        return ChiSquare(0.0, 1, 1.0)
    statistic = excess**2 / spread
    return ChiSquare(statistic, 1, float(chdtrc(1, statistic)))


def peto(
    times: Sequence[float], events: Sequence[bool], first: Sequence[bool]
) -> tuple[float, float]:
    """Peto's logarithm of the hazard ratio, first group to second, and its standard error.

    Their ratio is the z of the log-rank test. Without events: 0 and infinity.

    Args:
        times: One a subject.
        events: Whether the event happened at that time.
        first: Whether each subject is of the first group.

    Source: Yusuf S, Peto R, Lewis J et al. Prog Cardiovasc Dis 1985;27:335-71.

    >>> ratio, error = peto([1, 1, 2, 2], [True, True, False, True], [True, True, False, False])
    >>> round(ratio / error, 4)
    1.7321
    """
    excess, spread = _excess(times, events, np.asarray(first, bool), None)
    return (excess / spread, 1 / sqrt(spread)) if spread else (0.0, inf)


def _excess(
    times: Sequence[float],
    events: Sequence[bool],
    first: np.ndarray,
    strata: Sequence[object] | None,
) -> tuple[float, float]:
    """Events of the first group beyond those expected, and their variance."""
    at, happened = _checked(times, events)
    layers = np.array([str(item) for item in strata]) if strata is not None else np.zeros(len(at))
    excess = spread = 0.0
    for layer in np.unique(layers):
        inside = layers == layer
        for time in np.unique(at[inside & happened]):
            risk = inside & (at >= time)
            died = inside & happened & (at == time)
            n, n1, d = int(risk.sum()), int((risk & first).sum()), int(died.sum())
            excess += int((died & first).sum()) - d * n1 / n
            if n > 1:
                spread += d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1)
    return excess, spread


def _checked(times: Sequence[float], events: Sequence[bool]) -> tuple[np.ndarray, np.ndarray]:
    if len(times) != len(events):
        raise MyotrialError(f"{len(times)} times and {len(events)} events do not match")
    if not all(isfinite(time) and time >= 0 for time in times):
        raise MyotrialError("Times must be finite and not negative; leave missing ones out first")
    return np.asarray(times, float), np.asarray(events, bool)
