"""Binomial and hypergeometric probabilities as whole tables.

Every probability is the exponential of a sum of tabulated logarithms of factorials; its relative
error is below 1e-11 up to a thousand patients an arm. Conditional on the number of responders in
all, how they spread over two groups does not depend on their common response rate: that is the
hypergeometric table, from which exact designs are built once for all rates.
"""

from functools import lru_cache
from math import lgamma

import numpy as np

__all__ = ["conditional", "log_ways", "pmf", "pmf_table", "tails"]


def log_ways(n: int) -> np.ndarray:
    """Logarithms of the binomial coefficients of n, shape (n + 1,)."""
    factorials = _log_factorials(1 << n.bit_length())[: n + 1]
    return factorials[-1] - factorials - factorials[::-1]


@lru_cache(maxsize=2)
def _log_factorials(size: int) -> np.ndarray:
    """Logarithms of 0! to (size - 1)!; sizes are powers of 2, so that few are made."""
    return np.array([lgamma(k + 1) for k in range(size)])


def pmf(n: int, rate: float) -> np.ndarray:
    """Probabilities of 0 to n responders among n patients, shape (n + 1,).

    >>> pmf(2, 0.5).round(12).tolist()
    [0.25, 0.5, 0.25]
    """
    return pmf_table(n, np.array([rate]))[0]


def pmf_table(n: int, rates: np.ndarray) -> np.ndarray:
    """The same for several rates, shape (rates, n + 1)."""
    rates = np.asarray(rates, float)[:, np.newaxis]
    counts = np.arange(n + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        yes = np.where(counts == 0, 0.0, counts * np.log(rates))
        no = np.where(counts == n, 0.0, (n - counts) * np.log1p(-rates))
    return np.exp(log_ways(n) + yes + no)


def tails(n: int, rate: float) -> np.ndarray:
    """Probabilities of at least 0 to at least n + 1 responders, shape (n + 2,)."""
    chances = pmf(n, rate)
    return np.append(np.cumsum(chances[::-1])[::-1], 0.0)


def conditional(n1: int, n2: int) -> np.ndarray:
    """How responders spread over two groups of n1 and n2, given how many there are in all.

    Returns:
        Shape (n1 + n2 + 1, n1 + 1): entry (k, x) is the probability that x of the k responders
        are in the first group, whatever their common rate; 0 where that cannot be.

    >>> conditional(1, 1).round(12).tolist()
    [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
    """
    totals, first = np.arange(n1 + n2 + 1)[:, np.newaxis], np.arange(n1 + 1)
    second = totals - first
    possible = (second >= 0) & (second <= n2)
    logs = log_ways(n1) + log_ways(n2)[np.clip(second, 0, n2)] - log_ways(n1 + n2)[:, np.newaxis]
    logs[~possible] = -np.inf
    return np.exp(logs, out=logs)
