"""How many patients a two-arm trial with a binary endpoint needs, exactly.

Exact power does not rise steadily with the number of patients: it saws. Two answers are therefore
given, the first size that reaches the power, and the first from which no size up to a stated
horizon falls below it again.
"""

from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

from myotrial.design.exact.two_arm import Region, TestName, rejection_region
from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.assumptions import checked_n, checked_rate, checked_share
from myotrial.statistics.counts import Alternative

__all__ = ["Plan", "SampleSize", "casagrande_pike_smith", "sample_size"]

LARGEST = 2000  # patients of arm 2 up to which a size is looked for
BEYOND = 20  # sizes, and half as many again as the first, that are looked at beyond the first


@dataclass(frozen=True)
class Plan:
    """A size of a two-arm trial with its exact characteristics.

    Attributes:
        n1: Patients of arm 1.
        n2: Patients of arm 2.
        power: Exact power at the planned rates.
        size: Greatest type I error over all common rates.
    """

    n1: int
    n2: int
    power: float
    size: float


@dataclass(frozen=True)
class SampleSize:
    """The sizes that reach a power.

    Attributes:
        first: The smallest size that reaches it.
        stays: The smallest size from which every size looked at reaches it.
        looked_to: Patients of arm 2 of the greatest size looked at.
    """

    first: Plan
    stays: Plan
    looked_to: int


def sample_size(
    test: TestName,
    rate1: float,
    rate2: float,
    *,
    power: float = 0.8,
    alpha: float = 0.025,
    alternative: Alternative = "greater",
    ratio: float = 1.0,
) -> SampleSize:
    """The patients that a test needs to reach a power.

    Args:
        test: Name of the test; see `two_arm.rejection_region`.
        rate1: Response rate of arm 1.
        rate2: Response rate of arm 2.
        power: Power to reach.
        alpha: Level of the test.
        alternative: Direction of the test.
        ratio: Patients of arm 1 for each of arm 2; arm 1 is rounded to the nearest whole.

    Raises:
        MyotrialError: A rate, the level or the power is not valid, or the rates do not differ in
            the direction that is tested.
        TooLargeError: More than 2000 patients an arm would be needed.

    >>> sample_size("boschloo", 0.787, 0.438).first.n1
    31
    """
    checked_share("power", power)
    _require_difference(rate1, rate2, alternative)
    if not ratio > 0:
        raise MyotrialError(f"ratio must be above 0 (got {ratio!r})")
    first: int | None = None
    stays = looked_to = n = 1
    while first is None or n <= looked_to:
        if n > LARGEST:
            raise TooLargeError(
                f"More than {LARGEST} patients an arm would be needed.\n"
                "Hint: plan with the normal approximation at this size."
            )
        reached = _region(test, n, ratio, alpha, alternative).power(rate1, rate2) >= power
        if reached and first is None:
            first, stays, looked_to = n, n, n + max(BEYOND, ceil(n / 2))
        elif not reached:
            stays = n + 1
        n += 1
    plans = {
        n: _plan(_region(test, n, ratio, alpha, alternative), rate1, rate2) for n in {first, stays}
    }
    return SampleSize(plans[first], plans[stays], looked_to)


def _require_difference(rate1: float, rate2: float, alternative: Alternative) -> None:
    difference = checked_rate("The response rate", rate1) - checked_rate("A response rate", rate2)
    reachable = {"greater": difference > 0, "less": difference < 0, "two-sided": difference != 0}
    if not reachable.get(alternative, True):
        raise MyotrialError(
            f"No size gives power for {alternative!r} at rates {rate1!r} and {rate2!r}.\n"
            "Hint: arm 1 comes first; exchange the rates or the alternative."
        )


def _region(test: TestName, n: int, ratio: float, alpha: float, alternative: Alternative) -> Region:
    n1 = max(1, round(ratio * n))
    return rejection_region(test, n1, n, alpha=alpha, alternative=alternative)


def _plan(region: Region, rate1: float, rate2: float) -> Plan:
    return Plan(region.n1, region.n2, region.power(rate1, rate2), region.size().value)


def casagrande_pike_smith(
    rate1: float, rate2: float, *, power: float = 0.8, alpha: float = 0.05, ratio: float = 1.0
) -> tuple[int, int]:
    """The approximate sizes for Fisher's two-sided test, patients of arm 1 and of arm 2.

    Source: Casagrande JT, Pike MC, Smith PG. Biometrics 1978;34:483-6; for unequal arms Fleiss JL,
    Tytun A, Ury HK. Biometrics 1980;36:343-6.

    Raises:
        MyotrialError: A rate, the level or the power is not valid, or the rates are equal.

    >>> casagrande_pike_smith(0.3, 0.6)
    (49, 49)
    """
    _require_difference(rate1, rate2, "two-sided")
    normal = NormalDist()
    z_alpha = normal.inv_cdf(1 - checked_share("alpha", alpha) / 2)
    z_power = normal.inv_cdf(checked_share("power", power))
    difference = abs(rate1 - rate2)
    mean = (ratio * rate1 + rate2) / (ratio + 1)
    under_null = z_alpha * sqrt((ratio + 1) * mean * (1 - mean))
    under_planned = z_power * sqrt(rate1 * (1 - rate1) + ratio * rate2 * (1 - rate2))
    uncorrected = (under_null + under_planned) ** 2 / (ratio * difference**2)
    correction = 1 + sqrt(1 + 2 * (ratio + 1) / (uncorrected * ratio * difference))
    n2 = uncorrected / 4 * correction**2
    return checked_n("A number of patients", ceil(ratio * n2)), checked_n(
        "A number of patients", ceil(n2)
    )
