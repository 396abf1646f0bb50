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
from dataclasses import dataclass
from functools import cached_property
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
    "Repeated",
    "autoregressive",
    "compound_symmetry",
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


@dataclass(frozen=True)
class Repeated:
    """A measure repeated over visits, and how its two arms are compared.

    Attributes:
        covariance: Covariance of the visits within arms, shape (visits, visits).
        times: Time of each visit, rising, where slopes are compared; None for the means at the
            last visit (MMRM).
        retention: Share of the first arm still measured at each visit; None for all.
        retention_second: The same for the second arm; None for that of the first.

    Raises:
        MyotrialError: When it is asked: the covariance is not positive definite, retention rises or
            is no share, or times do not rise.
    """

    covariance: Matrix
    times: Sequence[float] | None = None
    retention: Sequence[float] | None = None
    retention_second: Sequence[float] | None = None

    def sample_size(
        self,
        effect: float,
        *,
        power: float,
        alpha: float = 0.05,
        sides: int = 2,
        ratio: float = 1.0,
    ) -> SampleSize:
        """Patients to randomise to show an effect.

        Args:
            effect: Difference of the means at the last visit, or of the slopes, first arm minus
                second; of slopes in units of the measure for one of time.
            power: Wanted chance to reject.
            alpha: Type I error of the whole test.
            sides: 1 or 2.
            ratio: Patients of the first arm for one of the second.

        Raises:
            MyotrialError: The effect is not above 0, or an argument is out of range.

        >>> kept = (1, 0.9, 0.8, 0.7)
        >>> measured = Repeated(compound_symmetry(4, 1.0, 0.6), retention=kept)
        >>> round(measured.sample_size(0.5, power=0.8).first, 3)
        77.761
        >>> straight = Repeated(compound_symmetry(4, 10.0, 0.5), times=(0, 0.25, 0.5, 1))
        >>> round(straight.sample_size(10, power=0.8).total, 3)
        28.704
        """
        one, two = self.variances
        z = quantiles(alpha, power, sides)
        per_second = one / checked_positive("The allocation ratio", ratio) + two
        second = per_second * (sum(z) / exceeds(effect, 0.0, sides)) ** 2
        return split((1 + ratio) * second, ratio)

    def power(
        self, effect: float, n1: float, n2: float, *, alpha: float = 0.05, sides: int = 2
    ) -> float:
        """The chance to reject with n1 and n2 patients randomised; see `sample_size`."""
        effect = abs(effect) if checked_sides(sides) == 2 else effect
        tail = checked_share("alpha", alpha) / sides
        return float(ndtr(effect / self.error(n1, n2) + ndtri(tail)))

    def error(self, n1: float, n2: float) -> float:
        """Standard error of the difference with n1 and n2 patients randomised."""
        checked_positive("Patients of the first arm", n1)
        checked_positive("Patients of the second arm", n2)
        one, two = self.variances
        return sqrt(one / n1 + two / n2)

    @cached_property
    def variances(self) -> tuple[float, float]:
        """Variance times patients of what is compared, in both arms."""
        design = np.eye(len(self.covariance)) if self.times is None else _line(self.times)
        matrix = definite("The covariance of the visits", self.covariance)
        if len(matrix) != len(design):
            raise MyotrialError(
                f"{len(design)} visits need a covariance of {len(design)} rows (got {len(matrix)})"
            )
        second = self.retention if self.retention_second is None else self.retention_second
        return _variance(design, matrix, self.retention), _variance(design, matrix, second)


def _line(times: Sequence[float]) -> np.ndarray:
    """An intercept and a slope."""
    if len(times) < 2 or not all(a < b for a, b in pairwise(times)):
        raise MyotrialError(f"The times of two or more visits must rise (got {list(times)!r})")
    return np.column_stack([np.ones(len(times)), np.asarray(times, float)])


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
