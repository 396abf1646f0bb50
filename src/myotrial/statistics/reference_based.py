"""What a continuous outcome would have been after patients left: conditional means by strategy.

Strategy  of visits after the last one a treated patient was seen at
          MAR   missing at random: the patient goes on as its own arm does;
          J2R   jump to reference: at once as the control arm;
          CIR   copy increments in reference: keeps what was gained, then changes as the control;
          CR    copy reference: as if it had been in the control arm from the start.
          Patients of the control arm, and visits missed in between, are taken as MAR.
Imputed   the conditional mean given what was seen, under the means and the covariance of the mixed
          model; a shift may be added to what was imputed for treated patients who left.
Estimate  difference of arms at the last visit by least squares on the completed values.
Error     by leaving out each patient in turn and doing everything again (jackknife), which is right
          for single conditional means where a model-based error is not.
Source    Carpenter JR, Roger JH, Kenward MG. J Biopharm Stat 2013;23:1352-71. Wolbers M, Noci A,
          Delmar P et al. Pharm Stat 2022;21:1246-57.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import ndtr, ndtri

from myotrial.errors import ModelError, MyotrialError
from myotrial.statistics import linear, mmrm
from myotrial.statistics.counts import checked_level
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.tipping import shift_to_lose

__all__ = [
    "Difference",
    "Strategy",
    "Trial",
    "after_leaving",
    "completed",
    "differences",
    "left",
]

Strategy = Literal["MAR", "J2R", "CIR", "CR"]


@dataclass(frozen=True)
class Trial:
    """Values of two arms over visits.

    Attributes:
        values: Shape (N, T), NaN where missing.
        treated: Whether a patient is in the treated arm, shape (N,).
        covariates: Shape (N, q), none missing; baseline and strata, say.
    """

    values: np.ndarray
    treated: np.ndarray
    covariates: np.ndarray

    def without(self, patient: int) -> "Trial":
        """The trial with one patient left out."""
        kept = np.arange(len(self.values)) != patient
        return Trial(self.values[kept], self.treated[kept], self.covariates[kept])


def completed(
    trial: Trial, strategy: Strategy, *, covariance: str = "unstructured", shift: float = 0.0
) -> np.ndarray:
    """The values with conditional means where they are missing.

    Args:
        trial: The values of both arms.
        strategy: "MAR", "J2R", "CIR" or "CR".
        covariance: Covariance structure of the mixed model.
        shift: Added to values imputed after a treated patient was last seen.

    Raises:
        ModelError: The mixed model cannot be fitted.
        MyotrialError: There is no such strategy.
    """
    _require(strategy)
    return _filled(trial, _fitted(trial, covariance), strategy) + shift * left(trial)


def _filled(
    trial: Trial, fitted: tuple[np.ndarray, np.ndarray, np.ndarray], strategy: Strategy
) -> np.ndarray:
    """The values with conditional means under a fitted model."""
    own, control, variance = fitted
    found = trial.values.copy()
    whole = np.isfinite(found)
    last = whole.shape[1] - 1 - np.argmax(whole[:, ::-1], axis=1)
    last = np.where(whole.any(axis=1), last, -1)
    means = after_leaving(own, control, last, trial.treated, strategy)
    for patient in np.flatnonzero(~whole.all(axis=1)):
        seen = whole[patient]
        mean = means[patient]
        gap = found[patient, seen] - mean[seen]
        pull = np.linalg.solve(variance[np.ix_(seen, seen)], gap) if seen.any() else gap
        filled = mean[~seen] + variance[np.ix_(~seen, seen)] @ pull
        found[patient, ~seen] = filled
    return found


@dataclass(frozen=True)
class Difference:
    """The difference of the arms at the last visit, as it follows from a shift of what was imputed.

    Attributes:
        value: Without a shift.
        slope: Change for each unit of the shift.
        left_out: Value and slope with each patient left out, shape (N, 2).
    """

    value: float
    slope: float
    left_out: np.ndarray

    def at(self, shift: float = 0.0, *, level: float = 0.95) -> tuple[Estimate, float]:
        """The estimate with its interval, and the p-value that it is 0.

        Args:
            shift: Added to values imputed after a treated patient was last seen.
            level: Coverage of the interval.
        """
        value, error = self._told(shift)
        half = float(ndtri((1 + checked_level(level)) / 2)) * error
        p_value = 2 * float(ndtr(-abs(value) / error))
        return Estimate(value, value - half, value + half, level), p_value

    def tipping(self, *, level: float = 0.95) -> float | None:
        """The shift against the treated arm from which on the interval holds 0.

        Returns:
            0 where it does without a shift; None where no shift up to a thousand standard errors
            makes it so, as where nobody left.
        """
        quantile = float(ndtri((1 + checked_level(level)) / 2))
        side = -1.0 if self.value > 0 else 1.0

        def beyond(shift: float) -> float:
            value, error = self._told(side * shift)
            return -side * value / error - quantile

        found = shift_to_lose(beyond, self._told(0.0)[1])
        return found if not found else side * found

    def _told(self, shift: float) -> tuple[float, float]:
        """Value and jackknife error at a shift."""
        n = len(self.left_out)
        values = self.left_out @ np.array([1.0, shift])
        error = float(np.sqrt((n - 1) / n * ((values - values.mean()) ** 2).sum()))
        return self.value + shift * self.slope, error


def differences(
    trial: Trial, strategies: Sequence[Strategy], *, covariance: str = "unstructured"
) -> dict[Strategy, Difference]:
    """The difference of the arms at the last visit, by each strategy.

    Args:
        trial: The values of both arms.
        strategies: Any of "MAR", "J2R", "CIR", "CR"; all rest on the same fitted models.
        covariance: Covariance structure of the mixed model.

    Raises:
        ModelError: A model cannot be fitted, with all patients or without one of them.
        MyotrialError: There is no such strategy.
    """
    for strategy in strategies:
        _require(strategy)
    whole = _pairs(trial, strategies, covariance)
    patients = range(len(trial.values))
    left_out = np.array([_pairs(trial.without(one), strategies, covariance) for one in patients])
    found = {}
    for at, strategy in enumerate(strategies):
        found[strategy] = Difference(float(whole[at, 0]), float(whole[at, 1]), left_out[:, at])
        if not found[strategy].at()[0].high > found[strategy].value:
            raise ModelError("The estimate does not vary: no interval can be given.")
    return found


def _require(strategy: str) -> None:
    if strategy not in get_args(Strategy):
        raise MyotrialError(f"strategy must be one of {[*get_args(Strategy)]} (got {strategy!r})")


def _pairs(trial: Trial, strategies: Sequence[Strategy], covariance: str) -> np.ndarray:
    """For each strategy the difference, and its change for each unit of a shift: shape (S, 2)."""
    fitted = _fitted(trial, covariance)
    design = np.column_stack([np.ones(len(trial.values)), trial.treated, trial.covariates])
    linear.require_rank(design)
    last = [_filled(trial, fitted, strategy)[:, -1] for strategy in strategies]
    columns = np.column_stack([*last, left(trial)[:, -1].astype(float)])
    solved = np.linalg.lstsq(design, columns, rcond=None)[0][1]
    return np.column_stack([solved[:-1], np.full(len(strategies), solved[-1])])


def left(trial: Trial) -> np.ndarray:
    """Where a treated patient had left, shape (N, T)."""
    seen = np.isfinite(trial.values)
    later = np.cumsum(seen[:, ::-1], axis=1)[:, ::-1] > 0  # seen here or at a later visit
    return ~later & trial.treated[:, np.newaxis]


def _fitted(trial: Trial, covariance: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Means of each patient by its own arm and by the control, and the covariance of the visits.

    Covariates have a coefficient for each visit.
    """
    n, visits = trial.values.shape
    each = np.broadcast_to(np.eye(visits), (n, visits, visits))
    sides = trial.treated.astype(float)[:, np.newaxis, np.newaxis]
    columns = trial.covariates.T[:, :, np.newaxis, np.newaxis]
    design = np.concatenate([each, each * sides, *(each * column for column in columns)], axis=-1)
    model = mmrm.fit(trial.values, design, covariance=covariance)
    turned = design.copy()
    turned[:, :, visits : 2 * visits] = 0.0
    return design @ model.coefficients, turned @ model.coefficients, model.variance


def after_leaving(
    own: np.ndarray, control: np.ndarray, last: np.ndarray, treated: np.ndarray, strategy: Strategy
) -> np.ndarray:
    """The means of each patient as a strategy has them after the last visit seen.

    Args:
        own: Means by the patient's own arm, shape (N, T).
        control: Means by the control arm.
        last: Place of the last visit seen, -1: none; shape (N,).
        treated: Whether a patient is in the treated arm; others keep their own means.
        strategy: "MAR", "J2R", "CIR" or "CR".
    """
    after = np.arange(own.shape[1]) > last[:, np.newaxis]
    if strategy == "MAR":
        return own
    if strategy == "CR":
        return np.where(treated[:, np.newaxis], control, own)
    kept = np.zeros(len(own))
    if strategy == "CIR":
        at = (np.arange(len(own)), np.maximum(last, 0))
        kept = np.where(last >= 0, own[at] - control[at], 0.0)
    moved = after & treated[:, np.newaxis]
    return np.where(moved, control + kept[:, np.newaxis], own)
