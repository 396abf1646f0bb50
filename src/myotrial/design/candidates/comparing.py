"""What compares two arms by means or by times: sizes by closed form, chances by simulation.

Closed   normal theory, with the standard deviation, the covariance of the visits, and what the
         baseline explains, as simulated patients have them; who leaves is missing at random.
Means    of the score or of one measure's change: full trajectories (tier 3), as neither is a
         function of response patterns.
Times    to the first response: a bank of response patterns (tier 2), as the log-rank test is a
         function of them, and counts at one visit are not enough.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from math import log, sqrt
from typing import Protocol

import numpy as np

from myotrial.design.fixed import ancova, events, means
from myotrial.design.fixed.longitudinal import Repeated
from myotrial.design.fixed.size import SampleSize, split
from myotrial.design.planning.models import Dropout as Lost
from myotrial.design.planning.models import Plan
from myotrial.design.protocols.assumed import Assumed
from myotrial.design.simulation.bank import make_bank
from myotrial.design.simulation.mean_tests import TESTS
from myotrial.design.simulation.measured import Measured, measured
from myotrial.design.simulation.times import log_rank, patterns

__all__ = ["Comparison", "Means", "Times"]

MIXED = 400  # trials to which mixed models are fitted, at most
SUBJECTS = 100_000  # of an arm of a bank
NAMES = {
    "t": "t test",
    "ancova": "analysis of covariance",
    "mmrm": "mixed model for repeated measures",
}
Looks = Sequence[tuple[int, int]]


class Comparison(Protocol):
    """What is asked of a comparison.

    `tier` names how it is simulated, `why` says why no cheaper one is valid, `words` is the test.
    """

    tier: int
    why: str
    words: str

    @property
    def trials(self) -> int:
        """Trials simulated at each pair of true values."""
        ...

    def size(self, control: float, treatment: float, ratio: float) -> SampleSize:
        """Patients of both arms for the plan's power, analysed once, by closed form."""
        ...

    def drift(self, control: float, treatment: float, sizes: tuple[int, int]) -> float:
        """Mean of z with so many treated and control patients, by normal theory."""
        ...

    def z(
        self, control: float, treatment: float, looks: Looks, lost: Lost | None = None
    ) -> np.ndarray:
        """Values of z at each look (trials, looks); patients are treated and control."""
        ...


class Means:
    """Two means by one of `mean_tests.TESTS`."""

    tier = 3
    why = "means of scores and changes are no function of counts or of response patterns"

    def __init__(self, assumed: Assumed, test: str) -> None:
        self.assumed, self.test, self.words = assumed, test, NAMES[test]

    @property
    def plan(self) -> Plan:
        """What the trial is planned by."""
        return self.assumed.plan

    @property
    def trials(self) -> int:
        """Fewer where a mixed model is fitted to each."""
        given = self.plan.simulation.trials
        return min(given, MIXED) if self.test == "mmrm" else given

    def size(self, control: float, treatment: float, ratio: float) -> SampleSize:
        """By noncentral t, by Borm's formula, or by that of Lu, Luo and Chen."""
        effect, power, alpha = treatment - control, self.plan.power, self.plan.alpha
        if self.test == "mmrm":
            return self._repeated.sample_size(
                effect, power=power, alpha=alpha, sides=1, ratio=ratio
            )
        if self.test == "ancova":
            found = ancova.sample_size(
                effect, self._sd, self._explained, power=power, alpha=alpha, ratio=ratio
            )
        else:
            found = means.sample_size(effect, self._sd, power=power, alpha=alpha, ratio=ratio)
        return split(found.total / self.assumed.retention()[-1], ratio)

    def drift(self, control: float, treatment: float, sizes: tuple[int, int]) -> float:
        """The difference over its standard error."""
        if self.test == "mmrm":
            return (treatment - control) / self._repeated.error(*sizes)
        kept = self.assumed.retention()[-1]
        sd = self._sd if self.test == "t" else ancova.residual_sd(self._sd, self._explained)
        return (treatment - control) / (sd * sqrt(sum(1 / (kept * n) for n in sizes)))

    def z(
        self, control: float, treatment: float, looks: Looks, lost: Lost | None = None
    ) -> np.ndarray:
        """From full trajectories, patients of each arm in the order of enrolment."""
        made = self.assumed.at(control, treatment)
        scenario = made.trial(looks[-1])
        if lost is not None:
            scenario = replace(scenario, dropout=made.under(lost))
        layers = self._layers(looks[-1])
        drawn = measured(scenario, self.trials, self.plan.simulation.seed, made.measure)
        return np.concatenate(
            [np.column_stack([self._at(part, n, layers) for n in looks]) for part in drawn]
        )

    def _at(self, part: Measured, n: tuple[int, int], layers: np.ndarray) -> np.ndarray:
        """Values of z at one look."""
        treated, controls = n
        here = np.r_[0:controls, part.controls : part.controls + treated]
        before = part.before
        return TESTS[self.test](
            part.values[:, here],
            None if before is None else before[:, here],
            here >= part.controls,
            layers[here],
        )

    def _layers(self, sizes: tuple[int, int]) -> np.ndarray:
        """The stratum of each patient, controls first, in the plan's shares."""
        shares = np.cumsum([item.share for item in self.plan.strata])
        places = [(np.arange(n) * 0.6180339887 + 0.5) % 1 for n in (sizes[1], sizes[0])]
        return np.searchsorted(shares / shares[-1], np.concatenate(places), side="right")

    @cached_property
    def _moments(self) -> tuple[np.ndarray, float]:
        """Covariance of the visits within arms, and correlation of the last with the baseline."""
        covariances, links = [], []
        for part in self.assumed.pooled():
            for arm in (slice(0, part.controls), slice(part.controls, None)):
                values = part.values[:, arm].reshape(-1, part.values.shape[2])
                covariances.append(np.cov(values, rowvar=False).reshape(len(values.T), -1))
                if part.before is not None:
                    start = part.before[:, arm].ravel()
                    links.append(np.corrcoef(start, values[:, -1])[0, 1])
        return np.mean(covariances, axis=0), float(np.mean(links)) if links else 0.0

    @property
    def _sd(self) -> float:
        return float(self._moments[0][-1, -1] ** 0.5)

    @property
    def _explained(self) -> float:
        return self._moments[1]

    @cached_property
    def _repeated(self) -> Repeated:
        covariance = self._moments[0]
        left = 1 - self._explained**2
        return Repeated(left * covariance, retention=self.assumed.retention())


class Times:
    """Two times to the first response by the log-rank test."""

    tier = 2
    why = (
        "the log-rank test is a function of when patients respond and are last seen, not of counts "
        "at one visit"
    )
    words = "log-rank test of the time to response"

    def __init__(self, assumed: Assumed) -> None:
        self.assumed = assumed

    @property
    def plan(self) -> Plan:
        """What the trial is planned by."""
        return self.assumed.plan

    @property
    def trials(self) -> int:
        """As the plan says."""
        return self.plan.simulation.trials

    def size(self, control: float, treatment: float, ratio: float) -> SampleSize:
        """By Schoenfeld's formula, with constant hazards up to the last visit."""
        rates = self._hazards(control, treatment)
        return events.sample_size(
            rates[1] / rates[0], rates[0], self._watched, power=self.plan.power,
            alpha=self.plan.alpha, ratio=ratio,
        )  # fmt: skip

    def drift(self, control: float, treatment: float, sizes: tuple[int, int]) -> float:
        """The logarithm of the hazard ratio over its standard error."""
        if control == treatment:
            return 0.0
        low, high = self._hazards(control, treatment)
        share = sizes[0] / sum(sizes)
        expected = events.events_expected(high / low, low, self._watched, *sizes)
        return log(high / low) * sqrt(expected * share * (1 - share))

    def z(
        self, control: float, treatment: float, looks: Looks, lost: Lost | None = None
    ) -> np.ndarray:
        """From a bank of response patterns."""
        made = self.assumed.at(control, treatment)
        scenario = made.trial((1, 1))
        if lost is not None:
            scenario = replace(scenario, dropout=made.under(lost))
        seed = self.plan.simulation.seed
        drawn = patterns(make_bank(scenario, SUBJECTS, seed)).draw(looks, self.trials, seed)
        return np.column_stack([log_rank(*counts) for counts in drawn])

    @property
    def _months(self) -> float:
        return self.assumed.visits[-1].month or 1.0

    def _hazards(self, control: float, treatment: float) -> tuple[float, float]:
        low, high = (events.hazard(share, self._months) for share in (control, treatment))
        return low, high

    @property
    def _watched(self) -> events.Observation:
        share = self.plan.dropout.share
        loss = events.hazard(share, self._months) if share else 0.0
        return events.Observation(accrual=0, follow_up=self._months, loss=loss)
