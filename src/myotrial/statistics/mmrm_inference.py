"""Estimates and tests from a mixed model for repeated measures, with small-sample corrections.

Estimate        a linear combination of the coefficients: an adjusted mean of a visit, a difference
                of arms at a visit.
Satterthwaite   model-based standard error; degrees of freedom from the variance of that variance.
Kenward-Roger   standard error enlarged for the covariance having been estimated, and degrees of
                freedom to match; the safer one in small trials.
Information     observed: the second derivatives of the restricted likelihood at the estimate.
Source          Satterthwaite FE. Biometrics 1946;2:110-4. Fai AH, Cornelius PL. J Stat Comput
                Simul 1996;54:363-78. Kenward MG, Roger JH. Biometrics 1997;53:983-97.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import fdtrc, stdtr, stdtrit

from myotrial.errors import ModelError, MyotrialError
from myotrial.statistics.counts import checked_level
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.mmrm import Mixed
from myotrial.statistics.mmrm_likelihood import curvature

__all__ = ["Combination", "Inference", "Method", "Test"]

Method = Literal["kenward-roger", "satterthwaite"]


@dataclass(frozen=True)
class Combination:
    """A linear combination of coefficients.

    Attributes:
        estimate: Its value with a two-sided interval.
        error: Standard error.
        freedom: Degrees of freedom.
        p_value: Two-sided p-value that it is 0.
    """

    estimate: Estimate
    error: float
    freedom: float
    p_value: float


@dataclass(frozen=True)
class Test:
    """An F test that several combinations are all 0: statistic, both degrees of freedom, p."""

    statistic: float
    above: int
    below: float
    p_value: float


class Inference:
    """Estimates and tests from one fitted model.

    Args:
        model: The model.
        method: "kenward-roger" or "satterthwaite".

    Raises:
        MyotrialError: There is no such method.
        ModelError: The information matrix is not positive definite.
    """

    def __init__(self, model: Mixed, method: Method = "kenward-roger") -> None:
        if method not in get_args(Method):
            raise MyotrialError(f"method must be one of {[*get_args(Method)]} (got {method!r})")
        self.method, self._columns, self._scale = method, model.columns, model.scale
        kind, at = model.structure, model.evaluation
        parameters = _unscaled(model)
        curve = curvature(kind, model.patterns, at, parameters)
        self._slopes = curve.slopes
        try:
            np.linalg.cholesky(curve.observed)
        except np.linalg.LinAlgError as error:
            raise ModelError("The covariance of the visits lies on the edge of what is possible, "
                             "so that its uncertainty cannot be told.") from error  # fmt: skip
        self._spread = 2 * np.linalg.inv(curve.observed)  # covariance of the parameters
        self._inverse = at.inverse
        self._adjusted = at.inverse
        if method == "kenward-roger":
            second = kind.second(parameters)
            self._adjusted = at.inverse + self._enlargement(model, curve.twice, second)

    @property
    def covariance(self) -> np.ndarray:
        """Covariance matrix of the coefficients, adjusted where the method does."""
        return self._columns @ self._adjusted @ self._columns.T * self._scale**2

    def combination(self, model: Mixed, weights: np.ndarray, *, level: float = 0.95) -> Combination:
        """One linear combination of the coefficients.

        Args:
            model: The model.
            weights: One for each column of the design.
            level: Coverage of the interval.
        """
        weights = np.asarray(weights, float)
        inner = self._columns.T @ weights
        value = float(weights @ model.coefficients)
        error = float(np.sqrt(inner @ self._adjusted @ inner)) * self._scale
        freedom = self._freedom(inner)
        half = float(stdtrit(freedom, (1 + checked_level(level)) / 2)) * error
        p_value = 2 * float(stdtr(freedom, -abs(value) / error))
        return Combination(
            Estimate(value, value - half, value + half, level), error, freedom, p_value
        )

    def test(self, model: Mixed, weights: np.ndarray) -> Test:
        """An F test that several combinations are all 0.

        Args:
            model: The model.
            weights: One row a combination, linearly independent; one column a coefficient.
        """
        weights = np.atleast_2d(np.asarray(weights, float))
        inner = weights @ self._columns
        values = weights @ model.coefficients / self._scale
        middle = inner @ self._adjusted @ inner.T
        raw = float(values @ np.linalg.solve(middle, values)) / len(weights)
        if self.method == "satterthwaite":
            below, factor = self._common_freedom(inner), 1.0
        else:
            below, factor = self._kenward_roger(inner)
        statistic = factor * raw
        return Test(statistic, len(weights), below, float(fdtrc(len(weights), below, statistic)))

    def _freedom(self, inner: np.ndarray) -> float:
        """Degrees of freedom of one combination; both methods agree on this form."""
        half = self._inverse @ inner
        slopes = -np.einsum("kab,a,b->k", self._slopes, half, half)
        variance = float(inner @ half)
        spread = float(slopes @ self._spread @ slopes)
        return 2 * variance**2 / spread

    def _common_freedom(self, inner: np.ndarray) -> float:
        """Fai and Cornelius: from the degrees of freedom of independent combinations."""
        levels, vectors = np.linalg.eigh(inner @ self._inverse @ inner.T)
        found = np.array([self._freedom(vectors[:, at] @ inner) for at in np.argsort(levels)[::-1]])
        if len(found) == 1:
            return float(found[0])
        whole = float((found[found > 2] / (found[found > 2] - 2)).sum())
        return 2 * whole / (whole - len(found)) if whole > len(found) else 2.0

    def _kenward_roger(self, inner: np.ndarray) -> tuple[float, float]:
        """Degrees of freedom and the factor of the F statistic."""
        q = len(inner)
        within = inner @ self._inverse
        centre = within.T @ np.linalg.solve(within @ inner.T, within)  # Phi Theta Phi
        turned = np.einsum("ab,kbc->kac", centre, self._slopes)
        traces = np.trace(turned, axis1=1, axis2=2)
        a1 = float(traces @ self._spread @ traces)
        a2 = float(np.einsum("kab,lba,kl->", turned, turned, self._spread))
        b = (a1 + 6 * a2) / (2 * q)
        g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
        bottom = 3 * q + 2 * (1 - g)
        c1, c2, c3 = g / bottom, (q - g) / bottom, (q + 2 - g) / bottom
        mean = 1 / (1 - a2 / q)
        variance = (2 / q) * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
        ratio = variance / (2 * mean**2)
        below = 4 + (q + 2) / (q * ratio - 1)
        return below, below / (mean * (below - 2))

    def _enlargement(
        self, model: Mixed, twice: np.ndarray, second: np.ndarray | None
    ) -> np.ndarray:
        """What Kenward and Roger add to the covariance of the coefficients."""
        patterns, at = model.patterns, model.evaluation
        weights = np.tensordot(self._spread, twice, axes=2)
        if second is not None:
            bent = np.einsum("klst,kl->st", second, self._spread)
            weights = weights - at.weights @ bent @ at.weights / 4
        sums = patterns.total(weights)[:-1, :-1]
        scaled = np.einsum("kab,bc->kac", self._slopes, self._inverse)
        products = np.einsum("kab,lbc,kl->ac", scaled, self._slopes, self._spread, optimize=True)
        return 2 * self._inverse @ (sums - products) @ self._inverse


def _unscaled(model: Mixed) -> np.ndarray:
    """The parameters in the search's coordinates, where values have a standard deviation of 1."""
    powers = [1, 0] if model.structure.name == "AR(1)" else [1] * len(model.parameters)
    return model.parameters / model.scale ** (2.0 * np.array(powers))
