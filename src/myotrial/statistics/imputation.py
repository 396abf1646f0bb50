"""Multiple imputation of two arms over visits: at random, and in the likeness of the control arm.

Model     values over visits are normal around a mean for each arm and visit and covariates with a
          coefficient for each visit; one unstructured covariance. Its parameters are drawn from
          their posterior under a flat prior of the means and |V|^-(T+1)/2 of the covariance, by
          data augmentation: what is missing, in between as after leaving, is drawn again at each
          step.
Strategy  what a patient of the treated arm would have had after leaving, given what was seen:
          "MAR" as those of its arm who stayed; "J2R" jumps to the means of the control; "CIR" keeps
          what was gained and then changes as the control does; "CR" as if always in the control.
          A visit missed in between is missing at random, as is all that the control arm misses.
Seed      the same seed gives the same copies; strategies share their draws, so that they differ by
          their assumption alone.
Source    Schafer JL. Analysis of Incomplete Multivariate Data, 1997, chapter 5. Carpenter JR, Roger
          JH, Kenward MG. J Biopharm Stat 2013;23:1352-71.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from myotrial.errors import ModelError
from myotrial.facts import Fact
from myotrial.statistics import linear
from myotrial.statistics.reference_based import Strategy, Trial, after_leaving, left
from myotrial.statistics.rubin import Pooled, pooled
from myotrial.statistics.tipping import shift_to_lose

__all__ = ["COPIES", "FACTS", "Completed", "Draw", "draws", "impute"]

COPIES = 100
SETTLING, BETWEEN = 200, 10  # steps before the first copy, and from one copy to the next
FACTS = (
    Fact("completed copies of the data in multiple imputation", COPIES, "copies",
         "a choice: the error of simulation then stays below a tenth of the standard error",
         "assumed"),
    Fact("steps of data augmentation before the first copy", SETTLING, "steps",
         "the default of SAS, procedure MI", "recalled"),
    Fact("steps of data augmentation from one copy to the next", BETWEEN, "steps",
         "a choice: with up to half of the values missing copies are then nearly independent",
         "assumed"),
)  # fmt: skip


@dataclass(frozen=True)
class Draw:
    """One draw of the model, with the noise of every patient.

    Attributes:
        own: Means of each patient by its own arm, shape (N, T).
        control: The same by the control arm.
        variance: Covariance of the visits, shape (T, T).
        noise: Deviations of complete patients from their means, shape (N, T).
    """

    own: np.ndarray
    control: np.ndarray
    variance: np.ndarray
    noise: np.ndarray


@dataclass(frozen=True)
class Completed:
    """Copies of the last visit's values, ready to be compared.

    Attributes:
        values: Shape (copies, N).
        design: One, the arm, and the covariates; shape (N, p).
        left: Treated patients who left, whose values a shift moves; shape (N,).
    """

    values: np.ndarray
    design: np.ndarray
    left: np.ndarray

    def difference(self, shift: float = 0.0, *, level: float = 0.95) -> Pooled:
        """The difference of the arms by analysis of covariance, pooled over the copies.

        Args:
            shift: Added to the values of treated patients who left.
            level: Coverage of the interval.
        """
        value, slope, squares = self._fitted
        powers = np.array([1.0, shift, shift**2])
        freedom = len(self.design) - self.design.shape[1]
        return pooled(
            value + shift * slope,
            squares @ powers / freedom * self._spread,
            freedom=freedom,
            level=level,
        )

    def tipping(self, *, level: float = 0.95) -> float | None:
        """The shift against the treated arm from which on the interval holds 0.

        Returns:
            0 where it does without a shift; None where no shift makes it so, as where nobody left.
        """
        first = self.difference(level=level)
        value = first.estimate.value or 0.0
        side = -1.0 if value > 0 else 1.0

        def beyond(shift: float) -> float:
            estimate = self.difference(side * shift, level=level).estimate
            return -estimate.high if side > 0 else estimate.low

        found = shift_to_lose(beyond, first.error)
        return found if not found else side * found

    @cached_property
    def _spread(self) -> float:
        """What the residual variance is multiplied by to give the variance of the difference."""
        return float(np.linalg.inv(self.design.T @ self.design)[1, 1])

    @cached_property
    def _fitted(self) -> tuple[np.ndarray, float, np.ndarray]:
        """Each copy's difference, its change for each unit of a shift, and its squared residuals.

        The squares are a polynomial in the shift: shape (copies, 3).
        """
        linear.require_rank(self.design)
        columns = np.column_stack([self.values.T, self.left.astype(float)])
        solved = np.linalg.lstsq(self.design, columns, rcond=None)[0]
        rest = columns - self.design @ solved
        moved = rest[:, -1]
        squares = np.column_stack(
            [(rest**2).sum(axis=0), 2 * rest.T @ moved, np.full(rest.shape[1], moved @ moved)]
        )[:-1]
        largest = 1e-10 * (1.0 + float(np.abs(self.values).max()))
        if not squares[:, 0].min() > len(self.design) * largest**2:
            raise ModelError("The values do not vary beyond what the model explains.")
        return solved[1, :-1], float(solved[1, -1]), squares


def impute(
    trial: Trial, strategies: Sequence[Strategy], *, seed: int, copies: int = COPIES
) -> dict[Strategy, Completed]:
    """Complete the last visit's values by each strategy.

    Args:
        trial: The values of both arms.
        strategies: Any of "MAR", "J2R", "CIR", "CR".
        seed: Seed of all draws.
        copies: Number of completed copies.

    Raises:
        ModelError: The model cannot be fitted to these data.
    """
    seen = np.isfinite(trial.values)
    last = seen.shape[1] - 1 - np.argmax(seen[:, ::-1], axis=1)
    last = np.where(seen.any(axis=1), last, -1)
    found: dict[Strategy, list[np.ndarray]] = {strategy: [] for strategy in strategies}
    for draw in draws(trial, seed=seed, copies=copies):
        pull = _Pull(seen, draw.variance)
        for strategy in strategies:
            mean = after_leaving(draw.own, draw.control, last, trial.treated, strategy)
            whole = pull.filled(trial.values, mean, draw.noise)
            found[strategy].append(whole[:, -1])
    design = np.column_stack([np.ones(len(seen)), trial.treated, trial.covariates])
    gone = left(trial)[:, -1]
    return {name: Completed(np.array(rows), design, gone) for name, rows in found.items()}


def draws(trial: Trial, *, seed: int, copies: int = COPIES) -> Iterator[Draw]:
    """Draw the model's parameters and the noise of each patient, once for each copy.

    Raises:
        ModelError: A visit has no value, an arm is empty, or there are too few patients.
    """
    seen = np.isfinite(trial.values)
    n, visits = seen.shape
    arm = trial.treated.astype(float)
    design = np.column_stack([np.ones(n), arm, trial.covariates])
    _require(trial, seen, design)
    generator = np.random.default_rng(seed)
    chain = _Chain(trial.values, seen, design, generator)
    turned = design.copy()
    turned[:, 1] = 0.0
    for copy in range(copies):
        for _ in range(BETWEEN if copy else SETTLING):
            chain.step()
        noise = generator.standard_normal((n, visits)) @ chain.root.T
        yield Draw(design @ chain.means, turned @ chain.means, chain.variance, noise)


def _require(trial: Trial, seen: np.ndarray, design: np.ndarray) -> None:
    visits = seen.shape[1]
    for side in (True, False):
        arm = seen[trial.treated == side]
        if not len(arm):
            raise ModelError("One of the two arms has no patients with a value.")
        if not arm.any(axis=0).all():
            raise ModelError("A visit has no value at all in one of the arms.")
    linear.require_rank(design)
    least = int(seen.sum(axis=0).min())
    if least - design.shape[1] < visits:
        raise ModelError(
            f"{least} values at a visit cannot determine {design.shape[1]} means and the "
            f"covariance of {visits} visits."
        )


class _Chain:
    """Data augmentation: draws the means and the covariance given the values, and the reverse."""

    def __init__(
        self,
        values: np.ndarray,
        seen: np.ndarray,
        design: np.ndarray,
        generator: np.random.Generator,
    ) -> None:
        self._values, self._seen, self._generator = values, seen, generator
        self._basis, triangle = np.linalg.qr(design)
        self._back = np.linalg.inv(triangle)
        self._design = design
        self._filled = self._start()
        self._draw()

    def step(self) -> None:
        """Draw what is missing, then the parameters."""
        noise = self._generator.standard_normal(self._values.shape) @ self.root.T
        pull = _Pull(self._seen, self.variance)
        self._filled = pull.filled(self._values, self._design @ self.means, noise)
        self._draw()

    def _start(self) -> np.ndarray:
        """What is missing as the mean of its visit with noise of its size."""
        filled = self._values.copy()
        for visit in range(filled.shape[1]):
            seen = self._seen[:, visit]
            rows = self._design[seen]
            solved = np.linalg.lstsq(rows, filled[seen, visit], rcond=None)[0]
            spread = (filled[seen, visit] - rows @ solved).std()
            if not spread > 1e-10 * (1.0 + np.abs(filled[seen, visit]).max()):
                raise ModelError("The values do not vary beyond what the model explains.")
            gone = self._design[~seen] @ solved
            filled[~seen, visit] = gone + spread * self._generator.standard_normal(len(gone))
        return filled

    def _draw(self) -> None:
        """The covariance from its inverse Wishart distribution, then the means given it."""
        inner = self._basis.T @ self._filled
        rest = self._filled - self._basis @ inner
        freedom, visits = len(rest) - self._basis.shape[1], rest.shape[1]
        try:
            factor = np.linalg.cholesky(rest.T @ rest)
        except np.linalg.LinAlgError:
            raise ModelError(
                "The visits cannot be told from each other: their covariance has no full rank."
            ) from None
        lower = np.tril(self._generator.standard_normal((visits, visits)), -1)
        chi = self._generator.chisquare(freedom - np.arange(visits))
        lower[np.diag_indices(visits)] = np.sqrt(chi)
        root = np.linalg.solve(lower, factor.T).T  # V = root root'
        self.variance = root @ root.T
        self.root = np.linalg.cholesky(self.variance)
        noise = self._generator.standard_normal(inner.shape) @ self.root.T
        self.means = self._back @ (inner + noise)


class _Pull:
    """How what was seen of a patient draws what was not: conditional means and draws."""

    def __init__(self, seen: np.ndarray, variance: np.ndarray) -> None:
        shapes, place = np.unique(seen, axis=0, return_inverse=True)
        square = shapes[:, :, np.newaxis] & shapes[:, np.newaxis, :]
        filled = np.where(square, variance, np.eye(len(variance)))
        weights = np.where(square, np.linalg.inv(filled), 0.0)
        self._seen, self._place = seen, place.ravel()
        self._pull = weights @ variance  # of the gaps of what was seen, for every visit

    def filled(self, values: np.ndarray, mean: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """The values, and where they are missing a draw given those that are not.

        A draw of all visits is moved by what would bring the visits that were seen to their values.
        """
        gaps = np.where(self._seen, values - mean - noise, 0.0)
        moved = mean + noise + np.einsum("nt,nts->ns", gaps, self._pull[self._place])
        return np.where(self._seen, values, moved)
