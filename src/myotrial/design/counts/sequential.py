"""Group-sequential trials of two arms with simulated responder counts (tier 1).

The decisions are those of the same `SequentialDesign` that is enumerated in tier 0; only the
counts are drawn instead of listed.
"""

from dataclasses import dataclass

import numpy as np

from myotrial.design.counts.blocks import blocks, standard_error
from myotrial.design.exact.sequential import SequentialDesign
from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_rate

__all__ = ["Tally", "simulate"]


@dataclass(frozen=True)
class Tally:
    """How simulated trials ended; tallies of shards of one simulation add up.

    Attributes:
        n: Patients of both arms at each look.
        efficacy: Trials that stopped for efficacy, by look.
        futility: Trials that stopped for futility (at the last look: without success), by look.
    """

    n: tuple[int, ...]
    efficacy: tuple[int, ...]
    futility: tuple[int, ...]

    def __add__(self, other: "Tally") -> "Tally":
        if self.n != other.n:
            raise MyotrialError(f"Tallies of different designs: looks at {self.n} and {other.n}")
        return Tally(
            self.n,
            tuple(a + b for a, b in zip(self.efficacy, other.efficacy, strict=True)),
            tuple(a + b for a, b in zip(self.futility, other.futility, strict=True)),
        )

    @property
    def trials(self) -> int:
        """Number of trials."""
        return sum(self.efficacy) + sum(self.futility)

    @property
    def power(self) -> float:
        """Share of trials that reject; NaN without trials."""
        return sum(self.efficacy) / self.trials if self.trials else float("nan")

    @property
    def standard_error(self) -> float:
        """Monte Carlo standard error of the power."""
        return standard_error(self.power, self.trials)

    @property
    def expected_n(self) -> float:
        """Mean number of patients of both arms; NaN without trials."""
        if not self.trials:
            return float("nan")
        ended = [a + b for a, b in zip(self.efficacy, self.futility, strict=True)]
        return sum(n * k for n, k in zip(self.n, ended, strict=True)) / self.trials


def simulate(
    design: SequentialDesign,
    rate1: float,
    rate2: float,
    *,
    trials: int,
    seed: int,
    shard: tuple[int, int] = (1, 1),
) -> Tally:
    """Draw trials of a design and tally how they end.

    Args:
        design: The looks and their decisions.
        rate1: Response rate of arm 1.
        rate2: Response rate of arm 2.
        trials: Trials of all shards together.
        seed: The same seed gives the same trials, however they are shared out.
        shard: Number of this shard, from 1, and how many there are.

    Raises:
        MyotrialError: A rate, the number of trials, the seed or the shard is not valid.
    """
    rate1, rate2 = checked_rate("The response rate", rate1), checked_rate("A response rate", rate2)
    ended = np.zeros((2, len(design.looks)), dtype=np.int64)
    for generator, size in blocks(trials, seed, shard):
        ended += _block(design, rate1, rate2, generator, size)
    n = tuple(look.n1 + look.n2 for look in design.looks)
    return Tally(n, tuple(ended[0].tolist()), tuple(ended[1].tolist()))


def _block(
    design: SequentialDesign,
    rate1: float,
    rate2: float,
    generator: np.random.Generator,
    size: int,
) -> np.ndarray:
    """Endings by look, for efficacy and for futility, shape (2, looks)."""
    x1 = x2 = np.zeros(size, dtype=np.int64)
    before1 = before2 = 0
    ended = np.zeros((2, len(design.looks)), dtype=np.int64)
    for place, look in enumerate(design.looks):
        x1 = x1 + generator.binomial(look.n1 - before1, rate1, len(x1))
        x2 = x2 + generator.binomial(look.n2 - before2, rate2, len(x2))
        won, lost = look.efficacy[x1, x2], look.futility[x1, x2]
        on = ~(won | lost)
        ended[:, place] = won.sum(), lost.sum()
        x1, x2, before1, before2 = x1[on], x2[on], look.n1, look.n2
    ended[1, -1] += len(x1)
    return ended
