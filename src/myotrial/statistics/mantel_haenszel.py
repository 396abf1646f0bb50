"""The exact conditional test of several 2x2 tables, one a stratum: a common odds ratio of 1.

Table    a, b / c, d of each stratum: row 1 yes, row 1 no / row 2 yes, row 2 no.
Null     in each stratum both rows have one probability of yes; it may differ between strata, and
         the margins of every table are held fixed.
Statistic  the sum of a over the strata; its distribution is counted in whole numbers.
Two-sided  adds every sum that is no more probable than the observed one.
Empty    strata whose margins leave one possible table change nothing.
Source   Mehta CR, Patel NR, Gray R. J Am Stat Assoc 1985;80:969-73; Mantel N, Haenszel W. J Natl
         Cancer Inst 1959;22:719-48 for the statistic.
"""

from collections.abc import Sequence
from math import comb

from myotrial.errors import MyotrialError
from myotrial.statistics.counts import Alternative, checked_alternative, checked_table

__all__ = ["cmh_exact"]


def cmh_exact(
    tables: Sequence[tuple[int, int, int, int]], *, alternative: Alternative = "two-sided"
) -> float:
    """The p-value of the exact conditional Cochran-Mantel-Haenszel test.

    Args:
        tables: The four counts of each stratum.
        alternative: "greater" asks whether yes is more frequent in row 1, "less" the opposite.

    Returns:
        The p-value, the nearest float to the exact fraction.

    Raises:
        MyotrialError: There is no table, a count is negative or no whole number, or the alternative
            is unknown.

    >>> round(cmh_exact([(3, 1, 1, 3), (4, 1, 2, 3)], alternative="greater"), 4)
    0.0827
    """
    checked_alternative(alternative)
    if not tables:
        raise MyotrialError("A stratified test needs at least one table (got none)")
    weights, observed = [1], 0
    for table in tables:
        a, b, c, d = checked_table(*table)
        first, last = max(0, a - d), min(a + b, a + c)
        ways = [comb(a + b, x) * comb(c + d, a + c - x) for x in range(first, last + 1)]
        weights, observed = _sums(weights, ways), observed + a - first
    match alternative:
        case "greater":
            extreme = sum(weights[observed:])
        case "less":
            extreme = sum(weights[: observed + 1])
        case _:
            extreme = sum(weight for weight in weights if weight <= weights[observed])
    return extreme / sum(weights)


def _sums(left: list[int], right: list[int]) -> list[int]:
    """Weights of the sums of two independent counts."""
    weights = [0] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            weights[i + j] += a * b
    return weights
