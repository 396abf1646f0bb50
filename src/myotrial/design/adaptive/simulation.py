"""Two-arm trials of rates with re-estimated stages, simulated as counts.

Each trial's stages are combined by the inverse-normal method with the planned weights. A stage's
statistic is the pooled z of its own patients; rates for re-estimation are those of all patients so
far. Numbers come from Philox by seed, in blocks of fixed length, so that the same seed gives the
same trials.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np

from myotrial.design.adaptive.combination import weights
from myotrial.design.adaptive.reestimation import conditional_critical, rates_stage_sizes
from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_positive, checked_rate, checked_share
from myotrial.statistics.sequential.boundaries import Boundary

__all__ = ["Reestimation", "Simulated", "arms", "pooled_z", "simulate_rates"]

BLOCK = 50_000
TIE = 1e-9  # a size that exceeds a whole number by less is that number


@dataclass(frozen=True)
class Reestimation:
    """How the later stages' sizes are set.

    Attributes:
        power: Wanted chance to cross the next bound, at the rates observed so far.
        least: Fewest patients of a stage, both arms together.
        most: Most patients of a stage.
    """

    power: float
    least: float
    most: float

    def __post_init__(self) -> None:
        checked_share("power", self.power)
        if not 0 < self.least <= self.most:
            raise MyotrialError(
                "A stage needs a least size above 0, no more than its most "
                f"(got {self.least!r}, {self.most!r})"
            )


@dataclass(frozen=True)
class Simulated:
    """What simulated trials did.

    Attributes:
        trials: Number of trials.
        efficacy: Share of trials that stopped for efficacy at each look.
        futility: Share of trials that stopped for futility at each look before the last.
        expected: Mean number of patients, both arms together.
        expected_error: Standard error of that mean.
    """

    trials: int
    efficacy: tuple[float, ...]
    futility: tuple[float, ...]
    expected: float
    expected_error: float

    @property
    def power(self) -> float:
        """Share of trials that rejected at any look."""
        return sum(self.efficacy)

    @property
    def power_error(self) -> float:
        """Standard error of that share."""
        return sqrt(self.power * (1 - self.power) / self.trials)


def simulate_rates(
    boundary: Boundary,
    p1: float,
    p2: float,
    stages: Sequence[float],
    *,
    reestimation: Reestimation | Sequence[Reestimation] | None = None,
    ratio: float = 1.0,
    trials: int = 100_000,
    seed: int = 1,
) -> Simulated:
    """Simulate trials of two rates.

    Args:
        boundary: The planned bounds; one-sided.
        p1: True rate of the first arm.
        p2: True rate of the second arm.
        stages: Planned patients of each stage, both arms together.
        reestimation: How the sizes of the second and later stages are set, alike or one for each;
            None keeps the plan.
        ratio: Patients of the first arm for one of the second; each arm is rounded up.
        trials: Number of trials.
        seed: Seed of the random numbers.

    Raises:
        MyotrialError: The design is two-sided, stages and looks differ in number, or an argument is
            out of range.
    """
    checked_rate("The first rate", p1)
    checked_rate("The second rate", p2)
    checked_positive("The allocation ratio", ratio)
    _require_runnable(boundary, stages, trials, seed)
    rules = _rules(reestimation, boundary.looks - 1)
    counts = np.zeros((2, boundary.looks))
    total = square = 0.0
    for block, start in enumerate(range(0, trials, BLOCK)):
        generator = np.random.Generator(np.random.Philox(key=seed, counter=block << 128))
        number = min(BLOCK, trials - start)
        stopped, patients = _block(boundary, (p1, p2), stages, rules, ratio, number, generator)
        counts += stopped
        total += patients.sum()
        square += (patients**2).sum()
    mean = total / trials
    error = sqrt(max(square / trials - mean**2, 0.0) / trials)
    shares = counts / trials
    return Simulated(
        trials, tuple(shares[0].tolist()), tuple(shares[1, :-1].tolist()), float(mean), error
    )


def arms(size: float, ratio: float) -> tuple[int, int]:
    """Patients of each arm in a stage of a size with decimals, each arm rounded up.

    >>> arms(91, 2.0)
    (61, 31)
    """
    return ceil(size * ratio / (1 + ratio) - TIE), ceil(size / (1 + ratio) - TIE)


def _require_runnable(boundary: Boundary, stages: Sequence[float], trials: int, seed: int) -> None:
    if boundary.sides != 1:
        raise MyotrialError("Adaptive trials are simulated for one-sided tests only")
    if len(stages) != boundary.looks or not all(size > 0 for size in stages):
        raise MyotrialError(
            f"{boundary.looks} looks need the planned patients of {boundary.looks} stages, each "
            f"above 0 (got {list(stages)!r})"
        )
    if trials < 1:
        raise MyotrialError(f"At least one trial must be simulated (got {trials!r})")
    if not 0 <= seed < 2**128:
        raise MyotrialError(f"A seed must be a whole number of at least 0 (got {seed!r})")


def _rules(
    given: Reestimation | Sequence[Reestimation] | None, later: int
) -> Sequence[Reestimation | None]:
    """How each later stage's size is set."""
    if given is None or isinstance(given, Reestimation):
        return [given] * later
    if len(given) != later:
        raise MyotrialError(
            f"{later} stages after the first need {later} rules of their sizes (got {len(given)})"
        )
    return given


def _block(
    boundary: Boundary,
    chances: tuple[float, float],
    stages: Sequence[float],
    rules: Sequence[Reestimation | None],
    ratio: float,
    number: int,
    generator: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Trials that stopped (for efficacy, for futility) by look, and the patients of each trial."""
    planned = weights(boundary.information)
    stopped = np.zeros((2, boundary.looks))
    patients = np.zeros(number)
    going = np.arange(number)
    seen = np.zeros((4, number))  # responders and patients of the first arm, then of the second
    score = np.zeros(number)
    size = np.full(number, float(stages[0]))
    for look, (t, low, high) in enumerate(boundary.bounds):
        stage = _stage(size, ratio, chances, generator)
        seen += stage
        patients[going] += stage[1] + stage[3]
        score += planned[look] * pooled_z(stage)
        z = score / sqrt(t)
        last = look + 1 == boundary.looks
        up, down = z >= high, (z <= low) & (not last)
        stopped[:, look] = up.sum(), down.sum()
        if last:
            break
        kept = ~(up | down)
        going, seen, score, z = going[kept], seen[:, kept], score[kept], z[kept]
        size = _next_sizes(boundary, look + 1, z, seen, stages[look + 1], rules[look], ratio)
    return stopped, patients


def _stage(
    size: np.ndarray, ratio: float, chances: tuple[float, float], generator: np.random.Generator
) -> np.ndarray:
    """Responders and patients of both arms in a stage of a given size, shape (4, trials)."""
    first = np.ceil(size * ratio / (1 + ratio) - TIE).astype(np.int64)
    second = np.ceil(size / (1 + ratio) - TIE).astype(np.int64)
    return np.array([
        generator.binomial(first, chances[0]), first, generator.binomial(second, chances[1]), second
    ], float)  # fmt: skip


def pooled_z(counts: np.ndarray) -> np.ndarray:
    """The z statistic with pooled variance; 0 where everybody or nobody responded."""
    x1, n1, x2, n2 = counts
    both = (x1 + x2) / (n1 + n2)
    variance = both * (1 - both) * (1 / n1 + 1 / n2)
    apart = x1 / n1 - x2 / n2
    return np.divide(apart, np.sqrt(variance), out=np.zeros_like(apart), where=variance > 0)


def _next_sizes(
    boundary: Boundary,
    look: int,
    z: np.ndarray,
    seen: np.ndarray,
    planned: float,
    reestimation: Reestimation | None,
    ratio: float,
) -> np.ndarray:
    """Patients of the next stage of each trial that goes on."""
    if reestimation is None:
        return np.full(len(z), float(planned))
    return rates_stage_sizes(
        conditional_critical(boundary, look, z),
        seen[0] / seen[1],
        seen[2] / seen[3],
        power=reestimation.power,
        least=reestimation.least,
        most=reestimation.most,
        ratio=ratio,
    )
