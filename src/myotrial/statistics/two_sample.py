"""Exact methods for two independent groups of values.

Shift    first minus second; positive means the first group's values are higher.
Missing  a missing value is refused; leave it out first.
Ties     share mean ranks; the null distribution counts all ways to split the shared ranks.
Source   Mann HB, Whitney DR. Ann Math Stat 1947;18:50-60. Pitman EJG. Suppl J R Stat Soc
         1937;4:119-30. Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598-611.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb, inf, lcm

import numpy as np

from myotrial.errors import TooLargeError
from myotrial.statistics.counts import checked_level
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.ranks import doubled, finite, split_sums, two_sided

__all__ = ["RankSum", "mann_whitney_exact", "permutation_test", "shift"]

MOST_SPLITS = 1_000_000


@dataclass(frozen=True)
class RankSum:
    """The result of a Mann-Whitney test.

    Attributes:
        statistic: U of the first group: pairs in which it is higher, ties counted half.
        p_value: Exact two-sided p-value; 1 if a group is empty.
        smallest: Smallest p-value that these group sizes and ties could have given.
    """

    statistic: float
    p_value: float
    smallest: float


def mann_whitney_exact(first: Sequence[float], second: Sequence[float]) -> RankSum:
    """The Mann-Whitney (Wilcoxon rank sum) test, exact with ties.

    Raises:
        MyotrialError: A value is missing or not finite.
        TooLargeError: More than 200 values in all.

    >>> mann_whitney_exact([0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
    ...                    [1.15, 0.88, 0.9, 0.74, 1.21]).p_value.__round__(4)
    0.2544
    """
    values = finite([*first, *second], what="Values")
    ranks, chosen = doubled(values), len(first)
    observed = sum(ranks[:chosen])
    chances = split_sums(ranks, chosen)
    total = chosen * 2 * (len(values) + 1)  # twice the expected sum of doubled ranks
    possible = np.flatnonzero(chances > 0)
    ends = (int(possible[0]), int(possible[-1]))
    return RankSum(
        statistic=observed / 2 - chosen * (chosen + 1) / 2,
        p_value=two_sided(chances, observed, total=total),
        smallest=min(two_sided(chances, end, total=total) for end in ends),
    )


def permutation_test(first: Sequence[float], second: Sequence[float]) -> float:
    """Pitman's exact two-sided p-value for a difference in means, over all splits of the values.

    Values are compared as exact fractions, so ties between splits are ties.

    Raises:
        MyotrialError: A value is missing or not finite.
        TooLargeError: More than a million splits.

    >>> permutation_test([1, 2], [3, 4])  # 2 of the 6 splits are as far apart
    0.3333333333333333
    """
    values = [Fraction(value) for value in finite([*first, *second], what="Values")]
    chosen, n = len(first), len(values)
    if comb(n, chosen) > MOST_SPLITS:
        raise TooLargeError(
            f"{comb(n, chosen)} splits of {n} values are too many to count here.\n"
            "Hint: use mann_whitney_exact, which needs no list of splits."
        )
    scale = lcm(*(value.denominator for value in values))
    whole = [int(value * scale) for value in values]
    centre = chosen * sum(whole)
    observed = abs(n * sum(whole[:chosen]) - centre)
    extreme = sum(abs(n * sum(part) - centre) >= observed for part in combinations(whole, chosen))
    return extreme / comb(n, chosen)


def shift(first: Sequence[float], second: Sequence[float], *, level: float = 0.95) -> Estimate:
    """The Hodges-Lehmann shift between two groups with its exact interval.

    The value is the median of all differences of one value of each group; the interval runs
    between two of these differences, counted from both ends by the exact null distribution of U
    without ties. With too few values for the level it is unbounded.

    Raises:
        MyotrialError: A value is missing or not finite, or the level is not in (0, 1).
        TooLargeError: More than 200 values in all.
    """
    finite([*first, *second], what="Values")
    alpha = (1 - checked_level(level)) / 2
    differences = sorted(float(x) - float(y) for x in first for y in second)
    if not differences:
        return Estimate(None, level=level)
    chosen, n = len(first), len(first) + len(second)
    smallest = chosen * (chosen + 1) // 2
    low_tail = np.cumsum(split_sums(range(1, n + 1), chosen)[smallest:])
    outside = int(np.searchsorted(low_tail, alpha, side="right"))
    middle = len(differences)
    value = (differences[(middle - 1) // 2] + differences[middle // 2]) / 2
    if not outside:
        return Estimate(value, -inf, inf, level, coverage=1.0)
    coverage = 1 - 2 * float(low_tail[outside - 1])
    return Estimate(
        value, differences[outside - 1], differences[-outside], level, coverage=coverage
    )
