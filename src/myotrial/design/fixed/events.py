"""Time to an event (response, or flare after withdrawal) compared by the log-rank test.

Events    Schoenfeld: the power depends on the number of events alone; the hazard ratio is that of
          the first arm to the second, so that below 1 it has fewer events.
Patients  Events divided by the chance of one during the trial, with constant hazards, even accrual,
          a fixed follow-up after the last patient, and loss with a constant hazard.
Times     in one unit, such as months; hazards for one of it.
Source    Schoenfeld DA. Biometrics 1983;39:499-503. Lachin JM, Foulkes MA. Biometrics
          1986;42:507-19.
"""

from dataclasses import dataclass
from math import expm1, log, log1p, sqrt

from scipy.special import ndtr, ndtri

from myotrial.design.fixed.size import SampleSize, quantiles, split
from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import (
    checked_not_negative,
    checked_positive,
    checked_share,
    checked_sides,
)

__all__ = ["Observation", "events_expected", "events_needed", "hazard", "power", "sample_size"]


@dataclass(frozen=True)
class Observation:
    """How long patients are watched.

    Attributes:
        accrual: Time over which patients enter evenly; 0 for all at once.
        follow_up: Time from the last patient's entry to the analysis.
        loss: Hazard of being lost to follow-up, in both arms.
    """

    accrual: float
    follow_up: float
    loss: float = 0.0

    def __post_init__(self) -> None:
        checked_not_negative("The time of accrual", self.accrual)
        checked_not_negative("The time of follow-up", self.follow_up)
        checked_not_negative("The hazard of loss", self.loss)
        checked_positive("Accrual and follow-up together", self.accrual + self.follow_up)

    def chance(self, hazard: float) -> float:
        """The chance that a patient with this hazard has the event while watched."""
        rate = checked_positive("The hazard", hazard) + self.loss
        ending = -expm1(-rate * self.follow_up)
        if self.accrual > 0:
            entered = -expm1(-rate * self.accrual) / (rate * self.accrual)
            ending = 1 - (1 - ending) * entered
        return hazard / rate * ending


def hazard(chance: float, time: float) -> float:
    """The constant hazard with which a share of patients has the event up to a time.

    >>> round(hazard(0.5, 12.0), 6)  # half of them within 12 months
    0.057762
    """
    return -log1p(-checked_share("The chance of the event", chance)) / checked_positive(
        "time", time
    )


def events_needed(
    hazard_ratio: float, *, power: float, alpha: float = 0.025, sides: int = 1, ratio: float = 1.0
) -> float:
    """Events of both arms, with decimals, needed to show a hazard ratio other than 1.

    Args:
        hazard_ratio: First arm to second, above 0 and not 1.
        power: Wanted chance to reject.
        alpha: Type I error of the whole test; with one side towards the given hazard ratio.
        sides: 1 or 2.
        ratio: Patients of the first arm for one of the second.

    Raises:
        MyotrialError: The hazard ratio is 1 or not above 0, or an argument is out of range.

    >>> round(events_needed(0.5, power=0.9), 4)
    87.4793
    """
    z = sum(quantiles(alpha, power, sides))
    share = checked_positive("The allocation ratio", ratio) / (1 + ratio)
    return (z / _effect(hazard_ratio)) ** 2 / (share * (1 - share))


def power(
    hazard_ratio: float,
    events: float,
    *,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1.0,
) -> float:
    """The chance to reject with so many events; see `events_needed`."""
    share = checked_positive("The allocation ratio", ratio) / (1 + ratio)
    size = _effect(hazard_ratio) * sqrt(checked_positive("Events", events) * share * (1 - share))
    return float(ndtr(size + ndtri(checked_share("alpha", alpha) / checked_sides(sides))))


def sample_size(
    hazard_ratio: float,
    second_hazard: float,
    observation: Observation,
    *,
    power: float,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1.0,
) -> SampleSize:
    """Patients to randomise so that the events come.

    Args:
        hazard_ratio: First arm to second.
        second_hazard: Hazard of the second arm (see `hazard`).
        observation: How long patients are watched.
        power: Wanted chance to reject.
        alpha: Type I error of the whole test.
        sides: 1 or 2.
        ratio: Patients of the first arm for one of the second.

    >>> watched = Observation(accrual=6, follow_up=12)
    >>> round(sample_size(0.5, hazard(0.5, 12), watched, power=0.9).total, 4)
    188.4897
    """
    events = events_needed(hazard_ratio, power=power, alpha=alpha, sides=sides, ratio=ratio)
    arms = split(1.0, ratio)
    for_one = events_expected(hazard_ratio, second_hazard, observation, arms.first, arms.second)
    return split(events / for_one, ratio)


def events_expected(
    hazard_ratio: float, second_hazard: float, observation: Observation, n1: float, n2: float
) -> float:
    """Events of both arms that n1 and n2 patients have while watched; see `sample_size`.

    >>> watched = Observation(accrual=6, follow_up=12)
    >>> round(events_expected(0.5, hazard(0.5, 12), watched, 95, 95), 1)
    88.2
    """
    return n1 * observation.chance(hazard_ratio * second_hazard) + n2 * observation.chance(
        second_hazard
    )


def _effect(hazard_ratio: float) -> float:
    if checked_positive("The hazard ratio", hazard_ratio) == 1:
        raise MyotrialError("A hazard ratio of 1 is no effect; no number of events can show it.")
    return abs(log(hazard_ratio))
