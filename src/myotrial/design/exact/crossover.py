"""Each patient on both treatments, one binary endpoint: McNemar's exact test.

Pairs    only patients who respond to one treatment and not to the other are informative; given
         their number, half of them favour each treatment under the null hypothesis.
Power    the number of informative pairs is binomial, and so are those among them that favour the
         first treatment: both are summed over. No period effect and no carry-over is modelled.
Source   McNemar Q. Psychometrika 1947;12:153-7.
"""

from dataclasses import dataclass

import numpy as np

from myotrial.design.exact.binomials import pmf, tails
from myotrial.design.exact.sample_size import BEYOND
from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.assumptions import checked_memory, checked_n, checked_rate, checked_share

__all__ = ["CrossoverSize", "crossover_power", "crossover_size"]

LARGEST = 2000  # patients up to which a size is looked for


@dataclass(frozen=True)
class CrossoverSize:
    """Patients of a crossover trial.

    Attributes:
        n: The smallest number that reaches the power.
        power: Exact power of that number.
        stays: The smallest number from which every number looked at reaches it.
        looked_to: Greatest number looked at.
    """

    n: int
    power: float
    stays: int
    looked_to: int


def crossover_power(n: int, only_first: float, only_second: float, *, alpha: float = 0.05) -> float:
    """The power of McNemar's exact two-sided test.

    Args:
        n: Patients, each on both treatments.
        only_first: Share of patients who respond to the first treatment only.
        only_second: Share who respond to the second treatment only.
        alpha: Two-sided level.

    Raises:
        MyotrialError: A share lies outside 0 to 1, both exceed 1 together, or n or alpha is not
            valid.

    >>> round(crossover_power(24, 0.5, 0.1), 7)
    0.6826693
    """
    n = checked_n("A number of patients", n)
    checked_memory(f"A crossover trial of {n} patients", 16 * n)
    checked_share("alpha", alpha)
    changed = checked_rate("The response rate", only_first) + checked_rate("A rate", only_second)
    if changed > 1 + 1e-12:
        raise MyotrialError(
            f"The shares who respond to one treatment only exceed 1 together (got {only_first!r} "
            f"and {only_second!r})"
        )
    if not changed:
        return 0.0
    informative = pmf(n, min(1.0, changed))
    favour = only_first / changed
    return float(sum(informative[d] * _rejects(d, favour, alpha) for d in range(1, n + 1)))


def _rejects(pairs: int, favour: float, alpha: float) -> float:
    """The probability to reject, given the number of informative pairs."""
    half = tails(pairs, 0.5)
    high = int(np.argmax(2 * half <= alpha * (1 + 1e-12)))  # tails end in 0: some count is found
    if high > pairs:
        return 0.0
    upper = tails(pairs, favour)
    return float(upper[high] + 1 - upper[pairs - high + 1])


def crossover_size(
    only_first: float, only_second: float, *, power: float = 0.8, alpha: float = 0.05
) -> CrossoverSize:
    """The patients that a crossover trial needs; see `crossover_power`.

    Raises:
        MyotrialError: A share, the level or the power is not valid, or the shares are equal.
        TooLargeError: More than 2000 patients would be needed.
    """
    checked_share("power", power)
    if checked_rate("The response rate", only_first) == checked_rate(
        "A response rate", only_second
    ):
        raise MyotrialError(f"No size gives power where both shares are {only_first!r}")
    first, reached, stays, looked_to, n = None, 0.0, 1, 1, 1
    while first is None or n <= looked_to:
        if n > LARGEST:
            raise TooLargeError(f"More than {LARGEST} patients would be needed")
        here = crossover_power(n, only_first, only_second, alpha=alpha)
        if here < power:
            stays = n + 1
        elif first is None:
            first, reached, looked_to = n, here, n + max(BEYOND, n // 2)
        n += 1
    return CrossoverSize(first, reached, stays, looked_to)
