"""Logistic regression with Firth's correction, for small samples and separated data.

Model    the logarithm of the odds of yes is X b. The likelihood is penalised by the square root of
         the determinant of its information, which takes the leading bias away and keeps estimates
         finite where a covariate separates yes from no.
Interval profile penalised likelihood; it can be lopsided and may have an open end.
P-value  penalised likelihood ratio, 1 degree of freedom.
Refused  a design without full rank: a `ModelError`; outcomes that are all equal are not.
Source   Firth D. Biometrika 1993;80:27-38. Heinze G, Schemper M. Stat Med 2002;21:2409-19.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from scipy.special import chdtrc, chdtri

from myotrial.errors import ModelError
from myotrial.statistics.counts import checked_level
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.linear import require_rank

__all__ = ["Firth", "fit"]

STEPS = 100
CLOSE, NEAR = 1e-17, 1e-6  # what one more step would gain: where to stop, and what is enough
SHARP = 1e-7  # width to which the end of an interval is narrowed down, relative
LONGEST = 5.0  # a step of one coefficient, in units of the standardised design
FARTHEST = 60.0  # log odds beyond which an interval is open


@dataclass(frozen=True)
class Firth:
    """A fitted model.

    Attributes:
        coefficients: Logarithms of odds ratios, in the order of the design's columns.
        errors: Standard errors from the information matrix.
        likelihood: Penalised log-likelihood.
    """

    coefficients: np.ndarray
    errors: np.ndarray
    likelihood: float
    _design: np.ndarray
    _yes: np.ndarray

    def coefficient(self, column: int, *, level: float = 0.95) -> tuple[Estimate, float]:
        """One coefficient with its profile interval, and the p-value that it is 0.

        Args:
            column: Which one, counted from 0.
            level: Coverage of the interval.
        """
        value = float(self.coefficients[column])
        drop = float(chdtri(1, 1 - checked_level(level))) / 2
        error = max(float(self.errors[column]), 1e-6)
        low = -self._end(column, -1, -value, error, drop)
        high = self._end(column, 1, value, error, drop)
        lost = max(2 * (self.likelihood - self._profile(column, 0.0, self.coefficients)[1]), 0.0)
        return Estimate(value, low, high, level), float(chdtrc(1, lost))

    def _end(self, column: int, side: int, value: float, error: float, drop: float) -> float:
        """Where the profile falls by `drop`, on the side given; `value` and result times side."""
        start, far, height = self.coefficients, value + 2 * error, drop
        near, near_height = value, drop  # heights above the line that the interval ends at
        while True:
            start, found = self._profile(column, side * far, start)
            height = found - self.likelihood + drop
            if height <= 0:
                break
            near, near_height, far = far, height, far + 2 * (far - value)
            if far - value > FARTHEST:
                return inf
        for _ in range(60):
            if far - near < SHARP * (1 + abs(far)):
                break
            share = near_height / (near_height - height)  # Illinois: a kept end is halved
            middle = near + min(max(share, 0.01), 0.99) * (far - near)
            start, found = self._profile(column, side * middle, start)
            found += drop - self.likelihood
            if found > 0:
                near, near_height, height = middle, found, height / 2
            else:
                far, height, near_height = middle, found, near_height / 2
        return (near + far) / 2

    def _profile(self, column: int, value: float, start: np.ndarray) -> tuple[np.ndarray, float]:
        """The coefficients of greatest likelihood with one of them held, and that."""
        starts = [start.copy(), self.coefficients.copy()]
        for one in starts:
            one[column] = value
        best = max(starts, key=lambda one: _likelihood(self._design, self._yes, one))
        return _climb(self._design, self._yes, best, column)


def fit(yes: np.ndarray, design: np.ndarray, *, names: Sequence[str] = ()) -> Firth:
    """Fit by penalised maximum likelihood.

    Args:
        yes: 1 or 0, one a subject, shape (N,).
        design: Shape (N, p), an intercept's column included where one is wanted.
        names: Names of the design's columns, for messages.

    Raises:
        ModelError: The design lacks full rank, or the search found no maximum.
    """
    yes, design = np.asarray(yes, float), np.asarray(design, float)
    require_rank(design, names)
    coefficients, likelihood = _climb(design, yes, np.zeros(design.shape[1]), None)
    information = _information(design, coefficients)[1]
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    return Firth(coefficients, errors, likelihood, design, yes)


def _information(design: np.ndarray, coefficients: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The chances of yes, and the information matrix."""
    chances = 1 / (1 + np.exp(-np.clip(design @ coefficients, -700, 700)))
    return chances, (design.T * (chances * (1 - chances))) @ design


def _likelihood(design: np.ndarray, yes: np.ndarray, coefficients: np.ndarray) -> float:
    sums = design @ coefficients
    sign, size = np.linalg.slogdet(_information(design, coefficients)[1])
    if sign <= 0:
        return -inf
    return float(yes @ sums - np.logaddexp(0, sums).sum() + size / 2)


def _slopes(
    design: np.ndarray, yes: np.ndarray, coefficients: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """First derivatives of the penalised likelihood, and second ones with their sign turned.

    Where the second ones bend the wrong way, a curvature of data with the penalty as half a
    subject more (Heinze and Schemper) stands for them.
    """
    chances, information = _information(design, coefficients)
    weights = chances * (1 - chances)
    across = design @ np.linalg.inv(information) @ design.T
    own = across.diagonal()
    leverages = weights * own
    score = design.T @ (yes - chances + leverages * (0.5 - chances))
    turned = (weights * (1 - 2 * chances))[:, np.newaxis] * design
    bent = own * weights * (1 - 6 * weights)
    curve = information + turned.T @ across**2 @ turned / 2 - (design.T * bent) @ design / 2
    safe = (design.T * (weights * (1 + leverages))) @ design
    wrong = np.linalg.eigvalsh(curve)[0] < 1e-3 * np.linalg.eigvalsh(safe)[0]
    return score, safe if wrong else curve


def _climb(
    design: np.ndarray, yes: np.ndarray, start: np.ndarray, held: int | None
) -> tuple[np.ndarray, float]:
    """The coefficients of greatest penalised likelihood, and that; one of them may be held."""
    free = [at for at in range(len(start)) if at != held]
    at, height = start, _likelihood(design, yes, start)
    gain = inf
    for _ in range(STEPS if free else 0):
        try:
            score, curve = _slopes(design, yes, at)
            step = np.zeros_like(at)
            step[free] = np.linalg.solve(curve[np.ix_(free, free)], score[free])
        except np.linalg.LinAlgError:
            break
        step *= min(1.0, LONGEST / max(float(np.abs(step).max()), 1e-300))
        gain = float(score @ step)
        moved = _higher(design, yes, at, step, height)
        if moved is None or gain < CLOSE:
            break
        at, height = moved
    if free and gain > NEAR:
        raise ModelError("The penalised likelihood has no maximum that the search could reach.")
    return at, height


def _higher(
    design: np.ndarray, yes: np.ndarray, at: np.ndarray, step: np.ndarray, height: float
) -> tuple[np.ndarray, float] | None:
    """The end of the first of ever shorter steps that does not lower the likelihood."""
    for _ in range(30):
        found = _likelihood(design, yes, at + step)
        if found >= height - 1e-14 * abs(height):
            return at + step, found
        step = step / 2
    return None
