"""The restricted likelihood of repeated measurements and its derivatives, from cross-products.

Only sums of products of design and values are read, one set for each pattern of missing visits, so
that an evaluation costs the same for any number of subjects.

Deviance  minus twice the restricted log-likelihood without its constants:
          sum of log |V| + log |A| + r' W r, with W the inverse of V and A = X' W X.
Source    Wolfinger R, Tobias R, Sall J. SIAM J Sci Comput 1994;15:1294-310.
"""

from dataclasses import dataclass

import numpy as np

from myotrial.errors import TooLargeError
from myotrial.statistics.covariance import Structure

__all__ = ["Curvature", "Evaluation", "Patterns", "curvature", "evaluate", "patterns_of"]

LARGEST = 2**28  # numbers in the cross-products: 2 GB


@dataclass(frozen=True)
class Patterns:
    """Cross-products within each pattern of missing visits.

    Attributes:
        seen: Whether a visit is seen, shape (G, T).
        subjects: Number of subjects, shape (G,).
        products: Sums of z z' over the subjects for each pair of visits, where z is a row of the
            design with the value behind it; shape (G, T, T, p + 1, p + 1).
    """

    seen: np.ndarray
    subjects: np.ndarray
    products: np.ndarray

    def total(self, weights: np.ndarray) -> np.ndarray:
        """The sum of weights times cross-products: (..., G, T, T) gives (..., p + 1, p + 1)."""
        flat = self.products.reshape(-1, self.products.shape[-1] ** 2)
        lead = weights.shape[:-3]
        return (weights.reshape(*lead, -1) @ flat).reshape(*lead, *self.products.shape[-2:])

    def weighed(self, matrix: np.ndarray) -> np.ndarray:
        """For each pattern and pair of visits the sum of z' M z: shape (G, T, T)."""
        flat = self.products.reshape(-1, matrix.size)
        return (flat @ matrix.ravel()).reshape(self.products.shape[:3])


@dataclass(frozen=True)
class Evaluation:
    """The restricted likelihood at one covariance, in the search's own coordinates.

    Attributes:
        deviance: Minus twice the logarithm, without its constants.
        slope: Derivatives by the entries of the covariance matrix, shape (T, T).
        weights: Inverse covariance of what is seen, 0 elsewhere, shape (G, T, T).
        spread: Sums of r r' and of x' A^-1 x, shape (G, T, T).
        coefficients: Estimates, shape (p,).
        inverse: A^-1, their covariance, shape (p, p).
    """

    deviance: float
    slope: np.ndarray
    weights: np.ndarray
    spread: np.ndarray
    coefficients: np.ndarray
    inverse: np.ndarray


def patterns_of(seen: np.ndarray, rows: np.ndarray, values: np.ndarray) -> Patterns:
    """Sum up the cross-products.

    Args:
        seen: Whether a subject has a value at a visit, shape (N, T).
        rows: The design where there is one, subject by subject, shape (n, p).
        values: The values, shape (n,).

    Raises:
        TooLargeError: Too many patterns of missing visits for so many columns.
    """
    n, visits = seen.shape
    shapes, place = np.unique(seen, axis=0, return_inverse=True)
    place = place.ravel()
    wide = rows.shape[1] + 1
    if len(shapes) * visits**2 * wide**2 > LARGEST:
        raise TooLargeError(
            f"{len(shapes)} patterns of missing visits with {wide - 1} coefficients are too many.\n"
            "Hint: leave covariates or visits out."
        )
    whole = np.zeros((n, visits, wide))
    whole[seen] = np.column_stack([rows, values])
    products = np.empty((len(shapes), visits, visits, wide, wide))
    for number in range(len(shapes)):
        flat = whole[place == number].reshape(-1, visits * wide)
        square = (flat.T @ flat).reshape(visits, wide, visits, wide)
        products[number] = square.transpose(0, 2, 1, 3)
    return Patterns(shapes, np.bincount(place, minlength=len(shapes)), products)


def evaluate(patterns: Patterns, variance: np.ndarray) -> Evaluation | None:
    """The restricted likelihood at a covariance matrix; None where that is none."""
    seen = patterns.seen[:, :, np.newaxis] & patterns.seen[:, np.newaxis, :]
    filled = np.where(seen, variance, np.eye(len(variance)))
    try:
        factors = np.linalg.cholesky(filled)
        weights = np.where(seen, np.linalg.inv(filled), 0.0)
        whole = patterns.total(weights)
        inverse = np.linalg.inv(whole[:-1, :-1])
        size = np.linalg.slogdet(whole[:-1, :-1])[1]
    except np.linalg.LinAlgError:
        return None
    logs = 2 * np.log(factors.diagonal(axis1=1, axis2=2)).sum(axis=1) @ patterns.subjects
    coefficients = inverse @ whole[:-1, -1]
    around = np.append(-coefficients, 1.0)
    rest = around @ whole @ around
    centre = np.outer(around, around)
    centre[:-1, :-1] += inverse
    spread = patterns.weighed(centre)
    slope = patterns.subjects[:, np.newaxis, np.newaxis] * weights - weights @ spread @ weights
    return Evaluation(
        float(logs + size + rest), slope.sum(axis=0), weights, spread, coefficients, inverse
    )


@dataclass(frozen=True)
class Curvature:
    """Second derivatives of the deviance by the parameters, and what they are made of.

    Attributes:
        observed: The second derivatives, shape (K, K).
        expected: Their expectation but for the coefficients' part; always positive definite.
        slopes: Derivatives of A, shape (K, p, p).
        twice: W D_k W D_l W, symmetrised, shape (K, K, G, T, T).
    """

    observed: np.ndarray
    expected: np.ndarray
    slopes: np.ndarray
    twice: np.ndarray


def curvature(
    kind: Structure, patterns: Patterns, at: Evaluation, parameters: np.ndarray
) -> Curvature:
    """The curvature of the deviance at some parameters and the likelihood there."""
    first, second = kind.first(parameters), kind.second(parameters)
    moved = at.weights[np.newaxis] @ first[:, np.newaxis]  # W D_k: (K, G, T, T)
    once = moved @ at.weights
    k = len(first)
    twice = moved[:, np.newaxis] @ once[np.newaxis]
    twice = (twice + np.swapaxes(twice, 0, 1)) / 2
    weighed = (moved * patterns.subjects[:, np.newaxis, np.newaxis]).reshape(k, -1)
    expected = weighed @ moved.swapaxes(2, 3).reshape(k, -1).T
    matrix = 2 * (twice.reshape(k * k, -1) @ at.spread.ravel()).reshape(k, k) - expected
    if second is not None:
        matrix = matrix + np.einsum("klst,st->kl", second, at.slope)
    totals = -patterns.total(once)
    slopes, ends = totals[:, :-1, :-1], totals[:, :-1, -1]
    pulls = ends - slopes @ at.coefficients  # -X' W D_k W r
    scaled = slopes @ at.inverse
    matrix = matrix - scaled.reshape(k, -1) @ scaled.swapaxes(1, 2).reshape(k, -1).T
    return Curvature(matrix - 2 * pulls @ at.inverse @ pulls.T, expected, slopes, twice)
