"""Estimates of subgroups drawn towards each other, by a hierarchical normal model.

Model    each subgroup's estimate is normal around its own effect with the standard error given;
         the effects are normal around a common mean with a flat prior; their spread tau has a
         half-normal prior of a stated scale.
Value    posterior mean and equal-tailed credible interval of each effect, by quadrature over tau.
One      subgroup alone keeps its estimate and its normal interval.
Source   Gelman A. Bayesian Anal 2006;1:515-33. Friede T, Röver C, Wandel S, Neuenschwander B. Res
         Synth Methods 2017;8:79-91 (half-normal prior).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from myotrial.errors import MyotrialError
from myotrial.statistics.counts import checked_level
from myotrial.statistics.estimate import Estimate

__all__ = ["shrink"]

NODES = 400
WIDEST = 6.0  # scales of the half-normal prior up to which tau is integrated


def shrink(
    values: Sequence[float], errors: Sequence[float], *, scale: float, level: float = 0.95
) -> list[Estimate]:
    """Shrink the estimates of subgroups.

    Args:
        values: One a subgroup.
        errors: Their standard errors, positive.
        scale: Scale of the half-normal prior of tau, in the unit of the values.
        level: Coverage of the credible intervals.

    Raises:
        MyotrialError: An error or the scale is not positive, or lengths differ.

    >>> [round(found.value, 3) for found in shrink([0.0, 1.0], [0.5, 0.5], scale=0.1)]
    [0.482, 0.518]
    """
    y, s = np.asarray(values, float), np.asarray(errors, float)
    if y.shape != s.shape or not scale > 0 or not (s > 0).all():
        raise MyotrialError("Shrinkage needs a positive standard error for each estimate")
    tail = (1 - checked_level(level)) / 2
    nodes, steps = np.polynomial.legendre.leggauss(NODES)
    tau = (nodes + 1) / 2 * WIDEST * scale
    if len(y) < 2:
        tau = np.array([np.inf])
        steps = np.ones(1)
    weights, means, deviations = _given_tau(y, s, tau)
    logs = weights - (tau / scale) ** 2 / 2 if len(y) > 1 else np.zeros(1)
    share = steps * np.exp(logs - logs.max())
    share /= share.sum()
    return [_mixture(share, means[:, at], deviations[:, at], tail, level) for at in range(len(y))]


def _given_tau(
    y: np.ndarray, s: np.ndarray, tau: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log-likelihood of each tau, and mean and deviation of each effect given it."""
    if not np.isfinite(tau).all():
        return np.zeros(1), y[np.newaxis], s[np.newaxis]
    precision = 1 / (s**2 + tau[:, np.newaxis] ** 2)
    total = precision.sum(axis=1)
    centre = (precision * y).sum(axis=1) / total
    left = (precision * (y - centre[:, np.newaxis]) ** 2).sum(axis=1)
    logs = (np.log(precision).sum(axis=1) - np.log(total) - left) / 2
    pull = s**2 * precision  # towards the common mean
    means = (1 - pull) * y + pull * centre[:, np.newaxis]
    spread = (1 - pull) * s**2 + pull**2 / total[:, np.newaxis]
    return logs, means, np.sqrt(spread)


def _mixture(
    share: np.ndarray, means: np.ndarray, deviations: np.ndarray, tail: float, level: float
) -> Estimate:
    """Mean and quantiles of a mixture of normal distributions."""

    def quantile(wanted: float) -> float:
        low = float((means - 40 * deviations).min())
        high = float((means + 40 * deviations).max())
        found: Any = brentq(
            lambda at: float(share @ ndtr((at - means) / deviations)) - wanted, low, high
        )
        return float(found)

    return Estimate(float(share @ means), quantile(tail), quantile(1 - tail), level)
