"""Measures repeated over visits: MMRM at the last visit, and the comparison of slopes.

Model     Measurements of one patient are normal with one covariance matrix within both arms.
Dropout   is monotone: who misses a visit misses all later ones. `retention` is the share of an arm
          still measured at each visit; patients who left count with what was measured.
Variance  The information of an arm is the mean, over the patterns of dropout, of X' V^-1 X for the
          visits seen; its inverse is the variance of a mean or a slope times patients. This is the
          formula of Lu, Luo and Chen for MMRM, and Diggle's for slopes when nobody leaves.
Source    Lu K, Luo X, Chen PY. Int J Biostat 2008;4:1. Diggle PJ, Heagerty P, Liang KY, Zeger SL.
          Analysis of Longitudinal Data, 2nd ed, 2002, chapter 2.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from myotrial.design.fixed.means import exceeds
from myotrial.design.fixed.size import SampleSize, quantiles, split
from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import (
    checked_positive,
    checked_share,
    checked_sides,
    definite,
)

__all__ = [
    "autoregressive",
    "compound_symmetry",
    "mmrm_power",
    "mmrm_sample_size",
    "slopes_power",
    "slopes_sample_size",
]

Matrix = np.ndarray | Sequence[Sequence[float]]


def compound_symmetry(visits: int, sd: float, correlation: float) -> np.ndarray:
    """The covariance matrix with one correlation between all visits.

    Raises:
        MyotrialError: The matrix is not positive definite, or sd is not above 0.
    """
    matrix = np.full((visits, visits), float(correlation))
    np.fill_diagonal(matrix, 1.0)
    return _scaled(matrix, sd)


def autoregressive(visits: int, sd: float, correlation: float) -> np.ndarray:
    """The covariance matrix whose correlations fall as powers of the visits between.

    Raises:
        MyotrialError: The matrix is not positive definite, or sd is not above 0.
    """
    apart = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    return _scaled(float(correlation) ** apart, sd)


def _scaled(correlations: np.ndarray, sd: float) -> np.ndarray:
    variance = checked_positive("The standard deviation", sd) ** 2
    return variance * definite("The correlation matrix", correlations)


def mmrm_sample_size(
    effect: float,
    covariance: Matrix,
    *,
    power: float,
    alpha: float = 0.05,
    sides: int = 2,
    ratio: float = 1.0,
    retention: Sequence[float] | None = None,
    retention_second: Sequence[float] | None = None,
) -> SampleSize:
    """Patients to randomise to show an effect at the last visit by MMRM.

    Args:
        effect: Difference of means at the last visit, first arm minus second.
        covariance: Covariance of the visits within arms, shape (visits, visits).
        power: Wanted chance to reject.
        alpha: Type I error of the whole test.
        sides: 1 or 2.
        ratio: Patients of the first arm for one of the second.
        retention: Share of the first arm still measured at each visit; None for all.
        retention_second: The same for the second arm; None for that of the first.

    Raises:
        MyotrialError: The covariance is not positive definite, retention rises or is no share, the
            effect is not above 0, or an argument is out of range.

    >>> same = compound_symmetry(4, 1.0, 0.6)
    >>> kept = (1, 0.9, 0.8, 0.7)
    >>> round(mmrm_sample_size(0.5, same, power=0.8, retention=kept).first, 3)
    77.761
    """
    one, two = _variances(_at_last(covariance), covariance, retention, retention_second)
    return _size(effect, one, two, quantiles(alpha, power, sides), sides, ratio)


def mmrm_power(
    effect: float,
    covariance: Matrix,
    n1: float,
    n2: float,
    *,
    alpha: float = 0.05,
    sides: int = 2,
    retention: Sequence[float] | None = None,
    retention_second: Sequence[float] | None = None,
) -> float:
    """The chance to reject with n1 and n2 patients randomised; see `mmrm_sample_size`."""
    one, two = _variances(_at_last(covariance), covariance, retention, retention_second)
    return _power(effect, one, two, n1, n2, alpha, sides)


def slopes_sample_size(
    effect: float,
    times: Sequence[float],
    covariance: Matrix,
    *,
    power: float,
    alpha: float = 0.05,
    sides: int = 2,
    ratio: float = 1.0,
    retention: Sequence[float] | None = None,
    retention_second: Sequence[float] | None = None,
) -> SampleSize:
    """Patients to randomise to show a difference of slopes.

    Args:
        effect: Difference of slopes, first arm minus second, in units of the measure for one of
            time.
        times: Time of each visit, rising.
        covariance: As in `mmrm_sample_size`, like the arguments that follow.
        power: Wanted chance to reject.
        alpha: Type I error of the whole test.
        sides: 1 or 2.
        ratio: Patients of the first arm for one of the second.
        retention: Share of the first arm still measured at each visit; None for all.
        retention_second: The same for the second arm; None for that of the first.

    >>> visits, same = (0, 0.25, 0.5, 1), compound_symmetry(4, 10.0, 0.5)
    >>> round(slopes_sample_size(10, visits, same, power=0.8).total, 3)
    28.704
    """
    one, two = _variances(_line(times), covariance, retention, retention_second)
    return _size(effect, one, two, quantiles(alpha, power, sides), sides, ratio)


def slopes_power(
    effect: float,
    times: Sequence[float],
    covariance: Matrix,
    n1: float,
    n2: float,
    *,
    alpha: float = 0.05,
    sides: int = 2,
    retention: Sequence[float] | None = None,
    retention_second: Sequence[float] | None = None,
) -> float:
    """The chance to reject with n1 and n2 patients randomised; see `slopes_sample_size`."""
    one, two = _variances(_line(times), covariance, retention, retention_second)
    return _power(effect, one, two, n1, n2, alpha, sides)


def _at_last(covariance: Matrix) -> np.ndarray:
    """A mean for each visit; the last column is that of the last visit."""
    return np.eye(len(covariance))


def _line(times: Sequence[float]) -> np.ndarray:
    """An intercept and a slope."""
    if len(times) < 2 or not all(a < b for a, b in pairwise(times)):
        raise MyotrialError(f"The times of two or more visits must rise (got {list(times)!r})")
    return np.column_stack([np.ones(len(times)), np.asarray(times, float)])


def _variances(
    design: np.ndarray,
    covariance: Matrix,
    retention: Sequence[float] | None,
    retention_second: Sequence[float] | None,
) -> tuple[float, float]:
    """Variance times patients of the last coefficient, in both arms."""
    matrix = definite("The covariance of the visits", covariance)
    if len(matrix) != len(design):
        raise MyotrialError(
            f"{len(design)} visits need a covariance of {len(design)} rows (got {len(matrix)})"
        )
    second = retention if retention_second is None else retention_second
    return _variance(design, matrix, retention), _variance(design, matrix, second)


def _variance(
    design: np.ndarray, covariance: np.ndarray, retention: Sequence[float] | None
) -> float:
    """Variance of the last coefficient in a trial of one patient."""
    kept = _checked_retention(retention, len(design))
    information = np.zeros((design.shape[1], design.shape[1]))
    for seen in range(1, len(design) + 1):
        share = kept[seen - 1] - kept[seen]
        part = design[:seen]
        information += share * part.T @ np.linalg.solve(covariance[:seen, :seen], part)
    return float(np.linalg.inv(information)[-1, -1])


def _checked_retention(retention: Sequence[float] | None, visits: int) -> tuple[float, ...]:
    """Share still measured at each visit, and 0 after the last."""
    kept = (1.0,) * visits if retention is None else tuple(map(float, retention))
    falling = all(a >= b for a, b in pairwise(kept))
    if len(kept) != visits or not falling or not (kept[0] <= 1 and kept[-1] > 0):
        raise MyotrialError(
            f"Retention needs a share from 1 down to above 0 for each of {visits} visits, and must "
            f"not rise (got {list(kept)!r}).\n"
            "Hint: dropout is monotone here; who comes back counts as present in between."
        )
    return (*kept, 0.0)


def _size(
    effect: float,
    one: float,
    two: float,
    z: tuple[float, float],
    sides: int,
    ratio: float,
) -> SampleSize:
    per_second = one / checked_positive("The allocation ratio", ratio) + two
    second = per_second * (sum(z) / exceeds(effect, 0.0, sides)) ** 2
    return split((1 + ratio) * second, ratio)


def _power(
    effect: float, one: float, two: float, n1: float, n2: float, alpha: float, sides: int
) -> float:
    checked_positive("Patients of the first arm", n1)
    checked_positive("Patients of the second arm", n2)
    effect = abs(effect) if checked_sides(sides) == 2 else effect
    tail = checked_share("alpha", alpha) / sides
    return float(ndtr(effect / sqrt(one / n1 + two / n2) + ndtri(tail)))
