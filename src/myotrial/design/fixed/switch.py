"""Delayed start: the control arm changes from placebo to the treatment at a visit.

Comparison  is made at the visit of the switch, from then on nobody is on placebo. Later visits
            describe both groups and compare nothing.
Sample      "randomised": everybody counts; who left before the switch is a non-responder, so that
            both rates shrink. "observed": only who is still there is compared; the rates are those
            of patients who stay, and fewer patients remain.
"""

from dataclasses import dataclass
from math import ceil
from typing import Literal, get_args

from myotrial.design.fixed import rates
from myotrial.design.fixed.size import SampleSize
from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_not_negative, checked_positive, checked_rate

__all__ = ["Sample", "Switch", "placebo_switch"]

Sample = Literal["randomised", "observed"]


@dataclass(frozen=True)
class Switch:
    """A trial whose control arm switches.

    Attributes:
        sample: Who is compared.
        randomised: Patients to randomise, with decimals.
        compared: Patients of both arms that enter the comparison at the switch, expected.
        rates: Rates of the first and the second arm in that sample.
        placebo_time: Patient-time on placebo until the switch, at most; in the unit of the switch.
        treated: Patients who ever receive the treatment, expected.
    """

    sample: Sample
    randomised: SampleSize
    compared: float
    rates: tuple[float, float]
    placebo_time: float
    treated: float


def placebo_switch(
    p1: float,
    p2: float,
    *,
    switch: float,
    power: float,
    retention: float = 1.0,
    retention_second: float | None = None,
    sample: Sample = "randomised",
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1.0,
) -> Switch:
    """The size of a trial that compares response rates at the visit where placebo ends.

    Args:
        p1: Response rate at the switch among patients of the first arm who are still there.
        p2: The same of the second arm, on placebo.
        switch: Time from randomisation to the switch, such as weeks.
        power: Wanted chance to reject.
        retention: Share of the first arm still there at the switch.
        retention_second: The same for the second arm; None for that of the first.
        sample: Who is compared: "randomised" (who left is a non-responder) or "observed".
        alpha: Type I error of the whole test.
        sides: 1 or 2.
        ratio: Patients of the first arm for one of the second, randomised.

    Raises:
        MyotrialError: A rate or share is none, or the first arm's rate does not exceed the
            second's in the sample that is compared.

    >>> trial = placebo_switch(0.6, 0.3, switch=24, power=0.8, retention=0.9)
    >>> trial.rates, trial.randomised.whole
    ((0.54, 0.27), (51, 51))
    """
    if sample not in get_args(Sample):
        raise MyotrialError(f"sample must be one of {get_args(Sample)} (got {sample!r})")
    first = _checked_retention(retention)
    second = first if retention_second is None else _checked_retention(retention_second)
    checked_not_negative("The time of the switch", switch)
    compared = (checked_rate("The first rate", p1), checked_rate("The second rate", p2))
    if sample == "randomised":
        compared = (p1 * first, p2 * second)
        size = rates.sample_size(*compared, power=power, alpha=alpha, sides=sides, ratio=ratio)
        present = size.total
    else:
        kept = checked_positive("The allocation ratio", ratio) * first / second
        needed = rates.sample_size(*compared, power=power, alpha=alpha, sides=sides, ratio=kept)
        size = SampleSize(needed.first / first, needed.second / second)
        present = needed.total
    treated = size.first + size.second * second
    return Switch(sample, size, present, compared, ceil(size.second) * switch, treated)


def _checked_retention(share: float) -> float:
    if not 0 < share <= 1:
        raise MyotrialError(f"Retention must be a share above 0, at most 1 (got {share!r})")
    return float(share)
