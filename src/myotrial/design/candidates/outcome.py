"""What a candidate design does at a pair of true rates, and how that is found.

Tiers    0 exact enumeration of counts, 1 counts simulated, 2 a bank of response patterns,
         3 full trajectories simulated. The cheapest that is valid is used and named.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from myotrial.design.planning.models import Dropout
from myotrial.statistics.beta_mixture import BetaMixture

__all__ = ["TIERS", "Analysis", "Evaluated", "Outcome"]

TIERS = ("exact enumeration", "counts simulated", "bank of response patterns", "full trajectories")


@dataclass(frozen=True)
class Analysis:
    """One analysis of a candidate.

    Attributes:
        n: Patients with an outcome by then.
        efficacy: z from which the trial stops for efficacy; None where there is no such bound.
        futility: z up to which it stops for futility; None where there is no such bound.
    """

    n: int
    efficacy: float | None = None
    futility: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What happens at one pair of true rates.

    Attributes:
        power: Probability to succeed.
        expected_n: Mean number of patients with an outcome.
        stops: Probability that each analysis is the last.
        efficacy: Probability to stop for efficacy before the last analysis.
        futility: Probability to stop for futility before the last analysis.
    """

    power: float
    expected_n: float
    stops: tuple[float, ...] = (1.0,)
    efficacy: float = 0.0
    futility: float = 0.0


@dataclass(frozen=True)
class Evaluated:
    """A candidate with its size, ready to be asked what it does.

    Attributes:
        id: Its id in the plan.
        kind: Its kind: "fixed", "group_sequential" …
        label: Its name.
        sizes: Patients of the treated and of the control arm; of one arm, 0 control patients.
        enrolled: Patients to enrol, where more than are analysed.
        at: What it does at a control and a treated rate.
        size: Greatest probability to succeed without an effect, and the common rate of it.
        size_rate: A common rate at which it is attained.
        tier: Which of `TIERS` gave the numbers.
        why: Why that tier is valid, and why none below is.
        analyses: Its analyses in order.
        months: Months from entry to the outcome, if not those of the endpoint.
        doubts: Why it cannot be the confirmation, or what weakens it; the first decides.
        barred: Whether the first doubt rules it out.
        notes: What a reader must know.
        averaged: Power averaged over what is believed of the control and of the treated rate,
            where that can be had by a way of its own.
        trials: Trials simulated at each pair of rates; 0 where they are counted.
        curve: Power at a pair by normal theory, for figures and averages, where `at` simulates.
        under: What it does at a pair with another dropout, where rates do not tell.
    """

    id: str
    kind: str
    label: str
    sizes: tuple[int, int]
    enrolled: int
    at: Callable[[float, float], Outcome] = field(repr=False)
    size: float
    size_rate: float
    tier: int
    why: str
    analyses: tuple[Analysis, ...]
    months: float | None = None
    doubts: tuple[str, ...] = ()
    barred: bool = False
    notes: tuple[str, ...] = ()
    averaged: Callable[[BetaMixture, BetaMixture], float] | None = field(default=None, repr=False)
    trials: int = 0
    curve: Callable[[float, float], float] | None = field(default=None, repr=False)
    under: Callable[[float, float, Dropout], Outcome] | None = field(default=None, repr=False)

    def power_near(self, control: float, treatment: float) -> float:
        """Power at a pair, by the quickest way there is."""
        return (self.curve or (lambda *pair: self.at(*pair).power))(control, treatment)

    def standard_error(self, share: float) -> float:
        """Standard error of a share of the trials, 0 where it is counted."""
        return (share * (1 - share) / self.trials) ** 0.5 if self.trials else 0.0

    @property
    def n(self) -> int:
        """Patients with an outcome at most."""
        return sum(self.sizes)
