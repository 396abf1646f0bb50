"""Fisher's exact test of a 2x2 table, in whole numbers.

Table    a, b / c, d: row 1 yes, row 1 no / row 2 yes, row 2 no.
Null     both rows have one probability of yes; both margins are held fixed.
Two-sided  adds every table that is no more probable than the observed one. Probabilities of
         tables with the same margins are compared as integers, so ties are ties.
Empty    a row or column without subjects leaves one possible table and p = 1.
Source   Fisher RA. J R Stat Soc 1935;98:39-54; two-sided rule: Irwin JO. Metron 1935;12:84-94.
"""

from functools import lru_cache
from itertools import accumulate
from math import comb

import numpy as np

from myotrial.statistics.counts import Alternative, checked_alternative, checked_table

__all__ = ["fisher", "fisher_matrix", "fisher_mid_p"]


def fisher(a: int, b: int, c: int, d: int, *, alternative: Alternative = "two-sided") -> float:
    """The p-value of Fisher's exact test.

    Args:
        a: Row 1, yes.
        b: Row 1, no.
        c: Row 2, yes.
        d: Row 2, no.
        alternative: "greater" asks whether yes is more frequent in row 1, "less" the opposite.

    Returns:
        The p-value, the nearest float to the exact fraction.

    Raises:
        MyotrialError: A count is negative or no whole number, or the alternative is unknown.

    >>> round(fisher(7, 0, 3, 5), 4)
    0.0256
    """
    a, b, c, d = checked_table(a, b, c, d)
    checked_alternative(alternative)
    weights, first = _weights(a + b, c + d, a + c)
    extreme = sum(_tail(weights, a - first, alternative))
    return extreme / sum(weights)


def fisher_mid_p(a: int, b: int, c: int, d: int) -> float:
    """The two-sided mid-P value: tables exactly as probable as the observed one count half.

    Source: Lancaster HO. J Am Stat Assoc 1961;56:223-34; its two-sided form with Fisher-Irwin
    ordering as in Fagerland MW, Lydersen S, Laake P. Statistical analysis of contingency tables,
    2017, chapter 4.

    >>> round(fisher_mid_p(3, 1, 1, 3), 5)
    0.25714
    """
    a, b, c, d = checked_table(a, b, c, d)
    weights, first = _weights(a + b, c + d, a + c)
    observed = weights[a - first]
    twice = sum(2 * w for w in weights if w < observed) + sum(w for w in weights if w == observed)
    return twice / (2 * sum(weights))


@lru_cache(maxsize=64)
def fisher_matrix(n1: int, n2: int, alternative: Alternative = "two-sided") -> np.ndarray:
    """The p-values of all tables with rows of n1 and n2 subjects.

    Returns:
        Read-only array of shape (n1 + 1, n2 + 1); entry (x1, x2) belongs to the table with x1 yes
        in row 1 and x2 yes in row 2; the same floats that `fisher` gives one by one.

    Raises:
        MyotrialError: A row total is negative or no whole number, or the alternative is unknown.
    """
    checked_table(n1, n2)
    checked_alternative(alternative)
    p_values = np.empty((n1 + 1, n2 + 1))
    for yes in range(n1 + n2 + 1):
        weights, first = _weights(n1, n2, yes)
        for place, p_value in enumerate(_all_p_values(weights, alternative)):
            p_values[first + place, yes - first - place] = p_value
    p_values.setflags(write=False)
    return p_values


def _weights(n1: int, n2: int, yes: int) -> tuple[list[int], int]:
    """Weights of the tables with these margins, by count of yes in row 1, from the first possible.

    The probability of a table is its weight over the sum of all weights.
    """
    first, last = max(0, yes - n2), min(n1, yes)
    weights = [comb(n1, first) * comb(n2, yes - first)]
    for x in range(first, last):
        up, down = (n1 - x) * (yes - x), (x + 1) * (n2 - yes + x + 1)
        weights.append(weights[-1] * up // down)  # leaves no remainder
    return weights, first


def _tail(weights: list[int], observed: int, alternative: Alternative) -> list[int]:
    """Weights of the tables at least as extreme as the observed one."""
    match alternative:
        case "two-sided":
            return [w for w in weights if w <= weights[observed]]
        case "greater":
            return weights[observed:]
        case _:
            return weights[: observed + 1]


def _all_p_values(weights: list[int], alternative: Alternative) -> list[float]:
    """The p-value of each table with the same margins."""
    total = sum(weights)
    match alternative:
        case "two-sided":
            ordered = sorted(weights)
            no_heavier = dict(zip(ordered, accumulate(ordered), strict=True))
            extremes = [no_heavier[weight] for weight in weights]
        case "greater":
            extremes = list(accumulate(reversed(weights)))[::-1]
        case _:
            extremes = list(accumulate(weights))
    return [extreme / total for extreme in extremes]
