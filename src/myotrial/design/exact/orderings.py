"""How extreme each outcome of a two-arm trial is, for all outcomes at once.

Outcomes stand in a table of shape (n1 + n2 + 1, n1 + 1): row k, column x is the outcome with k
responders in all, x of them in arm 1. Mildness is smaller the more extreme the outcome is, and
infinite where there is no such outcome.

Fisher, Boschloo  Fisher's p-value; two-sided it adds the outcomes no more probable.
Z                 minus the square of z, variance pooled or unpooled; one-sided its sign counts.
Ties              mildness is computed in floats, exact to 1e-11 of its value; levels nearer
                  than 1e-10 of their value are one level. Tests hold the tables to the integers of
                  `statistics.fisher` and `statistics.unconditional`.
"""

from typing import Literal

import numpy as np

from myotrial.statistics.counts import Alternative

__all__ = ["TIE", "fisher_table", "levels", "no_more_probable", "outcomes", "z_table"]

TIE = 1e-10  # relative difference up to which two levels are one
FAR = 1e300  # the square of z where all respond against none, without variance


def outcomes(n1: int, n2: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Responders in arm 1 and in arm 2 of every place of the table, and whether it is possible."""
    first = np.arange(n1 + 1)[np.newaxis]
    second = np.arange(n1 + n2 + 1)[:, np.newaxis] - first
    return first, second, (second >= 0) & (second <= n2)


def fisher_table(weights: np.ndarray, n2: int, alternative: Alternative) -> np.ndarray:
    """Fisher's p-value of every outcome, from the conditional probabilities of the outcomes."""
    n1 = weights.shape[1] - 1
    if alternative == "greater":
        p_values = np.cumsum(weights[:, ::-1], axis=1)[:, ::-1]
    elif alternative == "less":
        p_values = np.cumsum(weights, axis=1)
    else:
        p_values = no_more_probable(weights)
    return np.where(outcomes(n1, n2)[2], p_values, np.inf)


def no_more_probable(weights: np.ndarray) -> np.ndarray:
    """In each row the sum of the probabilities that do not exceed the one at each place."""
    ordered = np.sort(weights, axis=1)
    sums = np.cumsum(ordered, axis=1)
    p_values = np.empty_like(weights)
    for row, (chances, known) in enumerate(zip(weights, ordered, strict=True)):
        last = np.searchsorted(known, chances * (1 + TIE), side="right") - 1
        p_values[row] = sums[row, last]
    return p_values


def z_table(
    n1: int, n2: int, alternative: Alternative, variance: Literal["pooled", "unpooled"]
) -> np.ndarray:
    """Minus the square of z of every outcome; one-sided, plus the square on the other side."""
    x1, x2, possible = outcomes(n1, n2)
    x1, x2 = x1.astype(float), np.where(possible, x2, 0).astype(float)
    difference = x1 * n2 - x2 * n1
    if variance == "pooled":
        above, below = (n1 + n2) * difference**2, (x1 + x2) * (n1 + n2 - x1 - x2) * n1 * n2
    else:
        above = difference**2 * n1 * n2
        below = x1 * (n1 - x1) * float(n2) ** 3 + x2 * (n2 - x2) * float(n1) ** 3
    square = np.where(below > 0, above / np.where(below > 0, below, 1.0), FAR)
    square = np.where(difference == 0, 0.0, square)
    signs = {"greater": -np.sign(difference), "less": np.sign(difference), "two-sided": -1.0}
    return np.where(possible, signs[alternative] * square, np.inf)


def levels(mildness: np.ndarray) -> np.ndarray:
    """The distinct levels of mildness, rising; of levels tied within rounding the greatest."""
    values = np.sort(mildness[np.isfinite(mildness)])
    apart = np.diff(values) > TIE * np.abs(values[1:])
    return values[np.append(apart, True)]
