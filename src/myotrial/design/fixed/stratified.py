"""Two rates compared within strata, such as diagnoses, by the test of Cochran, Mantel and Haenszel.

Test      The differences of the strata are weighted by n1 n2 / (n1 + n2). With the same allocation
          ratio in all strata the weights are the strata's shares of the patients.
Variance  under the null from both arms of each stratum together, under the alternative from each.
Source    Woolson RF, Bean JA, Rojas PB. Biometrics 1986;42:927-32. Nam JM. Biometrics
          1992;48:389-95 (without continuity correction).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from scipy.special import ndtr, ndtri

from myotrial.design.fixed import rates
from myotrial.design.fixed.means import exceeds
from myotrial.design.fixed.size import SampleSize, quantiles, split
from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import (
    checked_positive,
    checked_rate,
    checked_share,
    checked_sides,
)

__all__ = ["Stratum", "power", "sample_size"]


@dataclass(frozen=True)
class Stratum:
    """One stratum under the alternative.

    Attributes:
        share: Its share of all patients, above 0; the shares of all strata add up to 1.
        p1: Rate of the first arm in it.
        p2: Rate of the second arm.
    """

    share: float
    p1: float
    p2: float

    def __post_init__(self) -> None:
        checked_positive("The share of a stratum", self.share)
        checked_rate("The first rate", self.p1)
        checked_rate("The second rate", self.p2)


def sample_size(
    strata: Sequence[Stratum],
    *,
    power: float,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1.0,
) -> SampleSize:
    """Patients of all strata needed to show that the first arm's rates are higher.

    Args:
        strata: The strata; their differences may differ, also in sign.
        power: Wanted chance to reject.
        alpha: Type I error of the whole test.
        sides: 1 or 2.
        ratio: Patients of the first arm for one of the second, in every stratum.

    Raises:
        MyotrialError: Shares do not add up to 1, the weighted difference is not above 0, or an
            argument is out of range.

    >>> alike = [Stratum(0.4, 0.6, 0.3), Stratum(0.6, 0.6, 0.3)]
    >>> round(sample_size(alike, power=0.8).total, 4)  # as without strata
    83.9405
    """
    at_alpha, at_power = quantiles(alpha, power, sides)
    effect, null, truth = _moments(strata, ratio)
    scaled = (at_alpha * null + at_power * truth) / exceeds(effect, 0.0, sides)
    return split(scaled**2, ratio)


def power(
    strata: Sequence[Stratum], n1: float, n2: float, *, alpha: float = 0.025, sides: int = 1
) -> float:
    """The chance to reject with n1 and n2 patients in all strata; see `sample_size`."""
    checked_positive("Patients of the first arm", n1)
    checked_positive("Patients of the second arm", n2)
    effect, null, truth = _moments(strata, n1 / n2)
    effect = abs(effect) if checked_sides(sides) == 2 else effect
    critical = -float(ndtri(checked_share("alpha", alpha) / sides))
    if truth == 0:
        raise MyotrialError(
            "With rates of 0 and 1 in all strata every trial ends alike; nothing can be computed "
            "from a normal approximation.\nHint: use rates strictly between 0 and 1."
        )
    return float(ndtr((effect * sqrt(n1 + n2) - critical * null) / truth))


def _moments(strata: Sequence[Stratum], ratio: float) -> tuple[float, float, float]:
    """The weighted difference, and its standard deviations for a trial of one patient."""
    shares = sum(stratum.share for stratum in strata)
    if not strata or abs(shares - 1) > 1e-6:
        raise MyotrialError(
            f"The shares of the strata must add up to 1 (got {shares!r}).\n"
            "Hint: divide the patients of each stratum by all patients."
        )
    effect = null = truth = 0.0
    for stratum in strata:
        pooled, apart = rates.deviations(stratum.p1, stratum.p2, ratio=ratio)
        effect += stratum.share * (stratum.p1 - stratum.p2)
        null += stratum.share * pooled**2
        truth += stratum.share * apart**2
    return effect, sqrt(null), sqrt(truth)
