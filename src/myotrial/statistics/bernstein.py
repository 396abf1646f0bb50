"""The greatest value of a polynomial on [0, 1], from its Bernstein coefficients.

A polynomial of degree n is the sum of c[k] * C(n, k) * t**k * (1 - t)**(n - k). On the interval it
never leaves the range of its coefficients, and at the ends it equals the first and the last one.
Halving the interval (de Casteljau) gives the coefficients of both halves, so halves whose
coefficients cannot beat the best value met so far are dropped until none is left: the answer comes
with a guarantee, no grid is needed. Every step is an elementwise mean, so that the same input
gives the same bits, alone or in a batch, on any machine.

Source  Farouki RT. The Bernstein polynomial basis: a centennial retrospective. Comput Aided Geom
        Des 2012;29:379-419.
"""

import numpy as np

__all__ = ["maximum"]

RELATIVE, ABSOLUTE = 1e-10, 1e-15
HALVINGS = 50  # deepest interval 2**-50; the tolerance is met long before


def maximum(coefficients: np.ndarray) -> np.ndarray:
    """The greatest value of each polynomial on [0, 1].

    Args:
        coefficients: Bernstein coefficients, one polynomial a row: shape (polynomials, degree + 1),
            not negative.

    Returns:
        One value a polynomial: attained, and below the true maximum by at most 1e-10 of it.

    >>> maximum(np.array([[0.0, 1.0, 0.0]]))  # 2 t (1 - t)
    array([0.5])
    """
    owner = np.arange(len(coefficients))
    best = np.maximum(coefficients[:, 0], coefficients[:, -1])
    for _ in range(HALVINGS):
        open_ = coefficients.max(axis=1) > best[owner] * (1 + RELATIVE) + ABSOLUTE
        if not open_.any():
            break
        left, right = _halves(coefficients[open_])
        owner = owner[open_]
        np.maximum.at(best, owner, left[:, -1])
        coefficients = np.concatenate([left, right])
        owner = np.concatenate([owner, owner])
    return best


def _halves(coefficients: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients on [0, 1/2] and on [1/2, 1]."""
    left, right = np.empty_like(coefficients), coefficients.copy()
    for step in range(coefficients.shape[1]):
        left[:, step] = right[:, 0]
        right[:, : coefficients.shape[1] - step - 1] += right[:, 1 : coefficients.shape[1] - step]
        right[:, : coefficients.shape[1] - step - 1] *= 0.5
    return left, right
