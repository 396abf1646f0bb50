"""Analysis of covariance: a linear model by least squares, with adjusted means.

Model    values are normal with mean X b and one variance; the design is given as a matrix.
Refused  a design without full rank, or values that it explains wholly: a `ModelError`.
Source   Fisher RA. Statistical Methods for Research Workers, 4th ed., 1932, §49.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import qr
from scipy.special import stdtr, stdtrit

from myotrial.errors import ModelError
from myotrial.statistics.counts import checked_level
from myotrial.statistics.estimate import Estimate

__all__ = ["Linear", "Term", "fit", "require_rank"]

ALIKE = 1e-9  # part of a column that the others leave unexplained, at least


@dataclass(frozen=True)
class Term:
    """A linear combination of coefficients: estimate, standard error, two-sided p-value."""

    estimate: Estimate
    error: float
    p_value: float


@dataclass(frozen=True)
class Linear:
    """A fitted model.

    Attributes:
        coefficients: Estimates in the order of the design's columns.
        covariance: Their covariance matrix.
        variance: Residual variance, divided by the degrees of freedom.
        freedom: Residual degrees of freedom.
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    variance: float
    freedom: int

    def combination(self, weights: np.ndarray, *, level: float = 0.95) -> Term:
        """A linear combination of the coefficients, such as an adjusted mean.

        Args:
            weights: One for each column of the design.
            level: Coverage of the interval.
        """
        weights = np.asarray(weights, float)
        value = float(weights @ self.coefficients)
        error = float(np.sqrt(weights @ self.covariance @ weights))
        half = float(stdtrit(self.freedom, (1 + checked_level(level)) / 2)) * error
        p_value = 2 * float(stdtr(self.freedom, -abs(value) / error))
        return Term(Estimate(value, value - half, value + half, level), error, p_value)


def fit(values: np.ndarray, design: np.ndarray, *, names: Sequence[str] = ()) -> Linear:
    """Fit by least squares.

    Args:
        values: One a subject, shape (N,).
        design: Shape (N, p).
        names: Names of the design's columns, for messages.

    Raises:
        ModelError: The model cannot be fitted to these data.
    """
    values, design = np.asarray(values, float), np.asarray(design, float)
    require_rank(design, names)
    basis, triangle = np.linalg.qr(design)
    inverse = np.linalg.inv(triangle)
    inner = basis.T @ values
    residuals = values - basis @ inner
    freedom = len(values) - design.shape[1]
    variance = float(residuals @ residuals) / freedom
    if not variance > (1e-10 * (1.0 + float(np.abs(values).max()))) ** 2:
        raise ModelError("The values do not vary beyond what the model explains.")
    return Linear(inverse @ inner, inverse @ inverse.T * variance, variance, freedom)


def require_rank(rows: np.ndarray, names: Sequence[str] = ()) -> None:
    """Check that a design can determine its coefficients and a variance.

    Raises:
        ModelError: A covariate is missing, there are too few values, or columns are redundant.
    """
    n, p = rows.shape
    if not np.isfinite(rows).all():
        raise ModelError("A covariate is missing for a subject with values.")
    if n <= p:
        raise ModelError(f"{n} values cannot determine {p} coefficients and a variance.")
    sizes = np.sqrt((rows**2).sum(axis=0))
    sized = rows / np.where(sizes > 0, sizes, 1.0)
    parts: Any = qr(sized, mode="r", pivoting=True)
    triangle, order = parts[-2:]
    lost: list[int] = order[np.abs(triangle.diagonal()) < ALIKE].tolist()
    if len(lost):
        told = ", ".join(names[at] if at < len(names) else f"column {at + 1}" for at in lost)
        raise ModelError(f"The design lacks full rank: {told} cannot be told from the others.")
