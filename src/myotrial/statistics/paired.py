"""Exact methods for paired values: each subject before and after.

Difference  after minus before; positive means the value rose.
            Ties and zeros are found among the floats given; `describe.difference` subtracts
            values as the decimals they were written with.
Missing     a pair needs both values; a missing difference is refused, leave it out first.
Zeros       Wilcoxon's way leaves zero differences out before ranking; Pratt's ranks them and
            gives them no sign.
Ties        share mean ranks; the null distribution is that of the shared ranks, by counting all
            sign patterns, so that p is exact with ties too.
Source      Wilcoxon F. Biometrics 1945;1:80-3. Pratt JW. J Am Stat Assoc 1959;54:655-67.
            Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598-611. McNemar Q. Psychometrika
            1947;12:153-7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, inf
from typing import Literal

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.statistics.binomial import binomial_test
from myotrial.statistics.counts import (
    Alternative,
    checked_alternative,
    checked_level,
    checked_table,
)
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.ranks import doubled, finite, signed_sums, two_sided

__all__ = [
    "SignedRank",
    "hodges_lehmann",
    "mcnemar_exact",
    "mcnemar_mid_p",
    "sign_test",
    "wilcoxon_exact",
]


@dataclass(frozen=True)
class SignedRank:
    """The result of a signed rank test.

    Attributes:
        statistic: Sum of the ranks of the positive differences.
        p_value: Exact p-value; 1 if no difference is left.
        n: Differences that are not zero.
        zeros: Differences that are zero.
        smallest: Smallest p-value that this many differences with these ties could have given.
    """

    statistic: float
    p_value: float
    n: int
    zeros: int
    smallest: float


def wilcoxon_exact(
    differences: Sequence[float],
    *,
    zeros: Literal["wilcoxon", "pratt"] = "wilcoxon",
    alternative: Alternative = "two-sided",
) -> SignedRank:
    """Wilcoxon's signed rank test, exact with ties and zeros.

    Args:
        differences: One a subject, at most 200, none missing.
        zeros: "wilcoxon" leaves zeros out before ranking, "pratt" ranks them first.
        alternative: "greater" asks whether values rose, "less" whether they fell.

    Raises:
        MyotrialError: A difference is missing or not finite, or an option is unknown.
        TooLargeError: More than 200 differences.

    >>> wilcoxon_exact([6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]).p_value
    0.041259765625
    """
    checked_alternative(alternative)
    if zeros not in ("wilcoxon", "pratt"):
        raise MyotrialError(f"zeros must be 'wilcoxon' or 'pratt' (got {zeros!r})")
    values = finite(differences, what="Differences")
    moved = [value for value in values if value]
    ranked = moved if zeros == "wilcoxon" else values
    ranks = {
        place: rank
        for place, rank in enumerate(doubled([abs(value) for value in ranked]))
        if ranked[place]
    }
    plus = sum(rank for place, rank in ranks.items() if ranked[place] > 0)
    chances, total = signed_sums(list(ranks.values())), sum(ranks.values())
    p_value = _p_value(chances, plus, total, alternative)
    return SignedRank(
        statistic=plus / 2,
        p_value=p_value,
        n=len(moved),
        zeros=len(values) - len(moved),
        smallest=_p_value(chances, 0 if alternative == "less" else total, total, alternative),
    )


def _p_value(chances: np.ndarray, plus: int, total: int, alternative: Alternative) -> float:
    match alternative:
        case "greater":
            return min(1.0, float(chances[plus:].sum()))
        case "less":
            return min(1.0, float(chances[: plus + 1].sum()))
        case _:
            return two_sided(chances, plus, total=total)


def hodges_lehmann(differences: Sequence[float], *, level: float = 0.95) -> Estimate:
    """The Hodges-Lehmann shift: the median of all means of two differences, with exact interval.

    The interval runs between two of these means, counted from both ends by the exact null
    distribution of the signed rank sum without ties; with ties or zeros (which stay in) it covers
    at least as often. With too few differences for the level (fewer than 6 for 95 %) it is
    unbounded.

    Returns:
        The shift in the unit of the differences, its interval, and the coverage guaranteed; the
        value is None without differences.

    Raises:
        MyotrialError: A difference is missing or not finite, or the level is not in (0, 1).
        TooLargeError: More than 200 differences.

    >>> hodges_lehmann([1.0, 2.0, 4.0]).value
    2.25
    """
    values = finite(differences, what="Differences")
    alpha = (1 - checked_level(level)) / 2
    if not values:
        return Estimate(None, level=level)
    n = len(values)
    means = sorted((values[i] + values[j]) / 2 for i in range(n) for j in range(i, n))
    low_tail = np.cumsum(signed_sums(range(1, n + 1)))
    outside = int(np.searchsorted(low_tail, alpha, side="right"))
    value = (means[(len(means) - 1) // 2] + means[len(means) // 2]) / 2
    if not outside:
        return Estimate(value, -inf, inf, level, coverage=1.0)
    coverage = 1 - 2 * float(low_tail[outside - 1])
    return Estimate(value, means[outside - 1], means[-outside], level, coverage=coverage)


def sign_test(differences: Sequence[float]) -> float:
    """The exact two-sided p-value that rises and falls are equally likely; zeros are left out.

    Raises:
        MyotrialError: A difference is missing or not finite.
    """
    values = finite(differences, what="Differences")
    rises = sum(value > 0 for value in values)
    return binomial_test(rises, rises + sum(value < 0 for value in values))


def mcnemar_exact(b: int, c: int) -> float:
    """McNemar's exact two-sided p-value from the pairs that changed.

    Args:
        b: Pairs that changed from no to yes.
        c: Pairs that changed from yes to no.

    Raises:
        MyotrialError: A count is negative or no whole number.

    >>> round(mcnemar_exact(6, 16), 6)
    0.052479
    """
    b, c = checked_table(b, c)
    return binomial_test(b, b + c)


def mcnemar_mid_p(b: int, c: int) -> float:
    """McNemar's mid-P value: half of the observed table's chance is left out on each side.

    Source: Fagerland MW, Lydersen S, Laake P. BMC Med Res Methodol 2013;13:91.

    >>> round(mcnemar_mid_p(6, 16), 6)
    0.03469
    """
    b, c = checked_table(b, c)
    n, fewer = b + c, min(b, c)
    if b == c:
        return 1 - comb(n, b) / 2 ** (n + 1)
    twice = 2 * sum(comb(n, k) for k in range(fewer + 1)) - comb(n, fewer)
    return twice / 2**n
