"""Covariance structures of repeated measurements, with their derivatives.

Structure  how the variance of T visits, a T x T matrix, follows from a few parameters:
           unstructured, each variance and covariance on its own (T (T + 1) / 2 parameters);
           compound symmetry, one variance and one covariance;
           AR(1), one variance and the correlation of neighbouring visits, which falls
           geometrically with the number of visits between.
Scale      parameters are variances, covariances and a correlation: what programs print. A search
           moves in free coordinates, in which every point is a valid covariance.
Source     Littell RC, Pendergast J, Natarajan R. Stat Med 2000;19:1793-819.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from myotrial.errors import MyotrialError

__all__ = ["STRUCTURES", "Structure", "structure"]


class Structure(ABC):
    """A covariance structure for T visits.

    Args:
        visits: T.
    """

    name = ""

    def __init__(self, visits: int) -> None:
        self.visits = visits

    @abstractmethod
    def matrix(self, parameters: np.ndarray) -> np.ndarray:
        """The covariance matrix, shape (T, T)."""

    @abstractmethod
    def first(self, parameters: np.ndarray) -> np.ndarray:
        """Its derivatives by each parameter, shape (K, T, T)."""

    def second(self, parameters: np.ndarray) -> np.ndarray | None:  # noqa: ARG002
        """Its second derivatives, shape (K, K, T, T); None where all are 0."""
        return None

    @abstractmethod
    def start(self, covariance: np.ndarray) -> np.ndarray:
        """Free coordinates to start a search from, near a rough covariance matrix."""

    @abstractmethod
    def parameters(self, free: np.ndarray) -> np.ndarray:
        """The parameters at a point of the free coordinates."""

    @abstractmethod
    def slope(self, free: np.ndarray) -> np.ndarray:
        """Derivatives of the parameters (rows) by the free coordinates (columns)."""


class Unstructured(Structure):
    """Every variance and covariance on its own; free in the logarithmic Cholesky factor."""

    name = "unstructured"

    def __init__(self, visits: int) -> None:
        super().__init__(visits)
        self._rows, self._columns = np.tril_indices(visits)
        self._diagonal = self._rows == self._columns
        self._first = np.zeros((len(self._rows), visits, visits))
        place = np.arange(len(self._rows))
        self._first[place, self._rows, self._columns] = 1.0
        self._first[place, self._columns, self._rows] = 1.0

    def matrix(self, parameters: np.ndarray) -> np.ndarray:
        """See `Structure`."""
        matrix = np.zeros((self.visits, self.visits))
        matrix[self._rows, self._columns] = parameters
        matrix[self._columns, self._rows] = parameters
        return matrix

    def first(self, parameters: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """See `Structure`."""
        return self._first

    def start(self, covariance: np.ndarray) -> np.ndarray:
        """See `Structure`."""
        factor = np.linalg.cholesky(covariance)[self._rows, self._columns]
        return np.where(self._diagonal, np.log(np.abs(factor)), factor)

    def parameters(self, free: np.ndarray) -> np.ndarray:
        """See `Structure`."""
        factor = self._factor(free)
        return (factor @ factor.T)[self._rows, self._columns]

    def slope(self, free: np.ndarray) -> np.ndarray:
        """See `Structure`."""
        factor = self._factor(free)
        k = len(free)
        moved = np.zeros((k, self.visits, self.visits))  # by each entry of the factor
        moved[np.arange(k), self._rows] = factor[:, self._columns].T
        moved += moved.transpose(0, 2, 1)
        scale = np.where(self._diagonal, factor[self._rows, self._columns], 1.0)
        return (moved[:, self._rows, self._columns] * scale[:, np.newaxis]).T

    def _factor(self, free: np.ndarray) -> np.ndarray:
        factor = np.zeros((self.visits, self.visits))
        factor[self._rows, self._columns] = np.where(self._diagonal, np.exp(free), free)
        return factor


class CompoundSymmetry(Structure):
    """One variance, one covariance; free in the logarithm of the variance and a logit."""

    name = "compound symmetry"

    @property
    def _lowest(self) -> float:
        return -1.0 / (self.visits - 1) if self.visits > 1 else -1.0

    def matrix(self, parameters: np.ndarray) -> np.ndarray:
        """See `Structure`."""
        variance, covariance = parameters
        same = np.eye(self.visits)
        return variance * same + covariance * (1 - same)

    def first(self, parameters: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """See `Structure`."""
        same = np.eye(self.visits)
        return np.stack([same, 1 - same])

    def start(self, covariance: np.ndarray) -> np.ndarray:
        """See `Structure`."""
        variance, correlation = _means(covariance, np.triu_indices(self.visits, 1))
        share = (correlation - self._lowest) / (1 - self._lowest)
        share = min(max(share, 0.02), 0.98)
        return np.array([np.log(variance), np.log(share / (1 - share))])

    def parameters(self, free: np.ndarray) -> np.ndarray:
        """See `Structure`."""
        variance, correlation, _ = self._read(free)
        return np.array([variance, variance * correlation])

    def slope(self, free: np.ndarray) -> np.ndarray:
        """See `Structure`."""
        variance, correlation, rise = self._read(free)
        return np.array([[variance, 0.0], [variance * correlation, variance * rise]])

    def _read(self, free: np.ndarray) -> tuple[float, float, float]:
        share = 1 / (1 + np.exp(-free[1]))
        width = 1 - self._lowest
        return np.exp(free[0]), self._lowest + width * share, width * share * (1 - share)


class Autoregressive(Structure):
    """One variance and the correlation of neighbours; free in a logarithm and Fisher's z."""

    name = "AR(1)"

    @property
    def _between(self) -> np.ndarray:
        at = np.arange(self.visits)
        return np.abs(at[:, np.newaxis] - at)

    def matrix(self, parameters: np.ndarray) -> np.ndarray:
        """See `Structure`."""
        variance, correlation = parameters
        return variance * correlation**self._between

    def first(self, parameters: np.ndarray) -> np.ndarray:
        """See `Structure`."""
        variance, correlation = parameters
        steps = self._between
        return np.stack([correlation**steps, variance * _power_slope(correlation, steps)])

    def second(self, parameters: np.ndarray) -> np.ndarray:
        """See `Structure`."""
        variance, correlation = parameters
        steps = self._between
        found = np.zeros((2, 2, self.visits, self.visits))
        found[0, 1] = found[1, 0] = _power_slope(correlation, steps)
        found[1, 1] = variance * steps * _power_slope(correlation, np.maximum(steps - 1, 0))
        return found

    def start(self, covariance: np.ndarray) -> np.ndarray:
        """See `Structure`."""
        at = np.arange(self.visits - 1)
        variance, correlation = _means(covariance, (at, at + 1))
        return np.array([np.log(variance), np.arctanh(min(max(correlation, -0.95), 0.95))])

    def parameters(self, free: np.ndarray) -> np.ndarray:
        """See `Structure`."""
        return np.array([np.exp(free[0]), np.tanh(free[1])])

    def slope(self, free: np.ndarray) -> np.ndarray:
        """See `Structure`."""
        return np.diag([np.exp(free[0]), 1 - np.tanh(free[1]) ** 2])


def _means(covariance: np.ndarray, pairs: tuple[np.ndarray, ...]) -> tuple[float, float]:
    """The mean variance, and the mean correlation over pairs of visits."""
    variances = np.diag(covariance)
    correlation = covariance / np.sqrt(np.outer(variances, variances))
    return float(variances.mean()), float(correlation[pairs].mean()) if len(pairs[0]) else 0.0


def _power_slope(base: float, powers: np.ndarray) -> np.ndarray:
    """Derivatives of base**powers by the base."""
    return np.where(powers > 0, powers * base ** np.maximum(powers - 1, 0), 0.0)


STRUCTURES: Mapping[str, type[Structure]] = MappingProxyType(
    {kind.name: kind for kind in (Unstructured, CompoundSymmetry, Autoregressive)}
)


def structure(name: str, visits: int) -> Structure:
    """The structure of a name, for so many visits.

    Raises:
        MyotrialError: There is no such structure.

    >>> structure("AR(1)", 3).matrix(np.array([4.0, 0.5])).tolist()
    [[4.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 4.0]]
    """
    if name not in STRUCTURES:
        raise MyotrialError(f"A covariance structure must be one of {[*STRUCTURES]} (got {name!r})")
    return STRUCTURES[name](visits)
