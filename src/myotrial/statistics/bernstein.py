"""The greatest value of a polynomial on [0, 1], from its Bernstein coefficients.

A polynomial of degree n is the sum of c[k] * C(n, k) * t**k * (1 - t)**(n - k). On the interval it
never leaves the range of its coefficients, and at the ends it equals the first and the last one.
Halving the interval (de Casteljau) gives the coefficients of both halves, so halves whose
coefficients cannot beat the best value met so far are dropped until none is left: the answer comes
with a guarantee, no grid is needed. In `maximum` every step is an elementwise mean, so that the
same input gives the same bits, alone or in a batch, on any machine. `supremum` and `exceeds`
halve by a matrix product: several times as fast for one polynomial, the last bits left to the
machine.

Source  Farouki RT. The Bernstein polynomial basis: a centennial retrospective. Comput Aided Geom
        Des 2012;29:379-419.
"""

from functools import lru_cache

import numpy as np

__all__ = ["exceeds", "maximum", "supremum"]

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


def supremum(coefficients: np.ndarray) -> tuple[float, float]:
    """The greatest value of one polynomial on [0, 1], and where it is attained.

    Args:
        coefficients: Bernstein coefficients, not negative, shape (degree + 1,).

    Returns:
        The value, below the true supremum by at most 1e-10 of it, and its place.

    >>> supremum(np.array([0.0, 1.0, 0.0]))  # 2 t (1 - t)
    (0.5, 0.5)
    """
    best, place = max((coefficients[0], 0.0), (coefficients[-1], 1.0))
    pieces, left_ends = coefficients[np.newaxis], np.zeros(1)
    for depth in range(1, HALVINGS + 1):
        open_ = pieces.max(axis=1) > best * (1 + RELATIVE) + ABSOLUTE
        if not open_.any():
            break
        left_ends = left_ends[open_]
        left, right = _split(pieces[open_])
        top = int(np.argmax(left[:, -1]))
        if left[top, -1] > best:
            best, place = left[top, -1], left_ends[top] + 0.5**depth
        pieces = np.concatenate([left, right])
        left_ends = np.concatenate([left_ends, left_ends + 0.5**depth])
    return float(best), float(place)


def exceeds(coefficients: np.ndarray, level: float) -> float | None:
    """A place on [0, 1] where one polynomial exceeds a level; None if it does so nowhere.

    The answer is certain but where the supremum is within 1e-10 of the level; it is None there.

    >>> exceeds(np.array([0.0, 1.0, 0.0]), 0.49)
    0.5
    >>> exceeds(np.array([0.0, 1.0, 0.0]), 0.51) is None
    True
    """
    level = level * (1 + RELATIVE) + ABSOLUTE
    pieces, left_ends = coefficients[np.newaxis], np.zeros(1)
    for depth in range(HALVINGS):
        ends = pieces[:, [0, -1]]
        if (ends > level).any():
            piece, side = np.unravel_index(int(ends.argmax()), ends.shape)
            return float(left_ends[piece] + side * 0.5**depth)
        open_ = pieces.max(axis=1) > level
        if not open_.any():
            break
        pieces, left_ends = np.concatenate(_split(pieces[open_])), left_ends[open_]
        left_ends = np.concatenate([left_ends, left_ends + 0.5 ** (depth + 1)])
    return None


def _split(pieces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients on both halves of each interval, as `_halves` gives them, by one product."""
    halving = _halving(pieces.shape[1] - 1)
    return pieces @ halving, (pieces[:, ::-1] @ halving)[:, ::-1]


@lru_cache(maxsize=4)
def _halving(degree: int) -> np.ndarray:
    """The matrix whose column i averages the first i + 1 coefficients with binomial weights."""
    columns = np.zeros((degree + 1, degree + 1))
    columns[0, 0] = 1.0
    for i in range(1, degree + 1):
        columns[i, : i + 1] = columns[i - 1, : i + 1] * 0.5
        columns[i, 1 : i + 1] += columns[i - 1, :i] * 0.5
    return columns.T
