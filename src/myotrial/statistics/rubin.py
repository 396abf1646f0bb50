"""Estimates from several completed copies of the data, made into one: Rubin's rules.

Value     the mean of the copies' estimates.
Variance  the mean of their variances, plus the variance between copies and 1/m of it.
Freedom   Barnard and Rubin's degrees of freedom, which stay below those of complete data.
Source    Rubin DB. Multiple Imputation for Nonresponse in Surveys, 1987. Barnard J, Rubin DB.
          Biometrika 1999;86:948-55.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from myotrial.errors import MyotrialError
from myotrial.statistics.counts import checked_level
from myotrial.statistics.estimate import Estimate

__all__ = ["Pooled", "pooled"]


@dataclass(frozen=True)
class Pooled:
    """One estimate from several copies.

    Attributes:
        estimate: The value with its interval.
        error: Its standard error.
        freedom: Degrees of freedom; infinite where those of complete data are and copies agree.
        p_value: Two-sided, of a value of 0; None where the standard error is 0.
        missing: Share of the variance that is due to what is missing, from 0 to 1.
        copies: Number of copies.
    """

    estimate: Estimate
    error: float
    freedom: float
    p_value: float | None
    missing: float
    copies: int


def pooled(
    values: Sequence[float] | np.ndarray,
    variances: Sequence[float] | np.ndarray,
    *,
    freedom: float = inf,
    level: float = 0.95,
) -> Pooled:
    """Pool the estimates of several completed copies.

    Args:
        values: The estimate of each copy.
        variances: The square of each one's standard error.
        freedom: Degrees of freedom that complete data would have.
        level: Coverage of the interval.

    Raises:
        MyotrialError: Fewer than two copies, a variance below 0, or no degrees of freedom.

    >>> round(pooled([1.0, 2.0, 3.0], [1.0, 1.0, 1.0]).error, 4)
    1.5275
    """
    one, within = np.asarray(values, float), np.asarray(variances, float)
    _require(one, within, freedom)
    copies = len(one)
    inside, between = float(within.mean()), float(one.var(ddof=1))
    total = inside + (1 + 1 / copies) * between
    missing = 0.0 if not total else (1 + 1 / copies) * between / total
    free = _freedom(copies, missing, freedom)
    value, error = float(one.mean()), sqrt(total)
    half = _quantile(free, (1 + checked_level(level)) / 2) * error
    p_value = None if not error else 2 * _below(free, -abs(value) / error)
    estimate = Estimate(value, value - half, value + half, level)
    return Pooled(estimate, error, free, p_value, missing, copies)


def _require(values: np.ndarray, variances: np.ndarray, freedom: float) -> None:
    if len(values) < 2 or len(values) != len(variances):
        raise MyotrialError(
            "pooling needs two copies or more, each with a variance "
            f"(got {len(values)} and {len(variances)})"
        )
    if not (np.isfinite(values).all() and (variances >= 0).all()):
        raise MyotrialError("estimates must be finite, and variances at least 0")
    if not freedom > 0:
        raise MyotrialError(f"degrees of freedom must be above 0 (got {freedom})")


def _freedom(copies: int, missing: float, complete: float) -> float:
    """Barnard and Rubin's degrees of freedom; those of complete data where nothing is missing."""
    if not missing:
        return complete
    between = (copies - 1) / missing**2
    if complete == inf:
        return between
    observed = (complete + 1) / (complete + 3) * complete * (1 - missing)
    return between * observed / (between + observed)


def _quantile(freedom: float, chance: float) -> float:
    return float(ndtri(chance) if freedom == inf else stdtrit(freedom, chance))


def _below(freedom: float, value: float) -> float:
    return float(ndtr(value) if freedom == inf else stdtr(freedom, value))
