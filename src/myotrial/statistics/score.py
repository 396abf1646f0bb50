"""The score statistic of a risk difference, and the chances that are likeliest under it.

Given a difference d = p1 - p2, the chances p1 and p2 that make the observed counts likeliest solve
a cubic equation; the statistic compares the observed difference with d in units of its standard
error at those chances, with the factor N / (N - 1) in the variance.

Source  Miettinen O, Nurminen M. Stat Med 1985;4:213-26, formulas 8 to 10 and appendix I.
"""

import numpy as np

__all__ = ["restricted", "score_z"]


def score_z(
    x1: np.ndarray | float,
    n1: float,
    x2: np.ndarray | float,
    n2: float,
    difference: np.ndarray | float,
) -> np.ndarray:
    """The score statistic: positive where row 1 exceeds row 2 by more than `difference`.

    Args:
        x1: Yes in row 1.
        n1: Subjects in row 1, at least 1.
        x2: Yes in row 2.
        n2: Subjects in row 2, at least 1.
        difference: Risk difference, from -1 to 1.

    Returns:
        The statistic in the common shape of x1, x2 and difference; infinite where the observed
        difference is impossible under the given one, 0 where both are the same.
    """
    p2 = restricted(x1, n1, x2, n2, difference)
    p1 = np.clip(p2 + difference, 0.0, 1.0)
    variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * ((n1 + n2) / (n1 + n2 - 1))
    excess = np.asarray(x1) / n1 - np.asarray(x2) / n2 - difference
    excess = np.where(np.abs(excess) < 1e-14, 0.0, excess)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(excess == 0, 0.0, excess / np.sqrt(variance))


def restricted(
    x1: np.ndarray | float,
    n1: float,
    x2: np.ndarray | float,
    n2: float,
    difference: np.ndarray | float,
) -> np.ndarray:
    """The likeliest chance of yes in row 2 if row 1's exceeds it by `difference`.

    Args and shape as in `score_z`; the result lies where both chances lie between 0 and 1.
    """
    x1, x2, d = np.asarray(x1, float), np.asarray(x2, float), np.asarray(difference, float)
    n = n1 + n2
    square = (n1 + 2 * n2) * d - n - x1 - x2
    linear = (n2 * d - n - 2 * x2) * d + x1 + x2
    constant = x2 * d * (1 - d)
    shift = square / (3 * n)
    half = shift**3 - square * linear / (6 * n**2) + constant / (2 * n)
    radius = np.sqrt(np.maximum(shift**2 - linear / (3 * n), 0.0)) * np.where(half < 0, -1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = np.where(radius == 0, 0.0, np.clip(half / radius**3, -1.0, 1.0))
    root = 2 * radius * np.cos((np.pi + np.arccos(cosine)) / 3) - shift
    for _ in range(2):  # the closed form loses half the digits near a double root
        value = ((n * root + square) * root + linear) * root + constant
        slope = (3 * n * root + 2 * square) * root + linear
        root = root - np.where(np.abs(slope) > 1e-6, value / np.where(slope == 0, 1, slope), 0.0)
    return np.clip(root, np.maximum(0.0, -d), np.minimum(1.0, 1 - d))
