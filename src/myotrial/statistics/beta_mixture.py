"""Mixtures of beta distributions for a response rate: posterior, predictive and comparisons.

Value     a rate from 0 to 1. A mixture of betas stays one when responders are counted: each
          component gains responders and non-responders, weights follow how well each predicted.
Integrals  over a rate are taken with the double exponential rule, which does not mind densities
          that are infinite at 0 or 1; its step follows the narrowest component.
Source    Takahasi H, Mori M. Publ RIMS 1974;9:721-41 for the rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
from scipy.special import betainc, betaln, gammaln

from myotrial.errors import MyotrialError
from myotrial.statistics.counts import checked_share, checked_table

__all__ = ["BetaMixture", "Nodes", "exceedances", "nodes"]

SUM = 1e-9  # the weights of a mixture may miss 1 by so much
REACH, COARSEST = 5.0, 0.025  # the rule's variable runs from -REACH to REACH in such steps
NARROW = 0.45  # steps stay below this over the root of the greatest a + b


@dataclass(frozen=True)
class BetaMixture:
    """A weighted sum of beta distributions.

    Attributes:
        weights: Weight of each component, positive, together 1.
        a: First parameter of each component, positive; responders seen, as it were.
        b: Second parameter of each component, positive; non-responders seen.

    Raises:
        MyotrialError: Weights or parameters are not positive, or weights do not sum to 1.

    >>> prior = BetaMixture((0.7, 0.3), (4, 2), (16, 3))
    >>> round(prior.mean, 6), round(prior.sd, 6)
    (0.26, 0.160416)
    """

    weights: tuple[float, ...]
    a: tuple[float, ...]
    b: tuple[float, ...]

    def __post_init__(self) -> None:
        if not len(self.weights) == len(self.a) == len(self.b) or not self.weights:
            raise MyotrialError(
                f"Each component needs a weight, a and b "
                f"(got {len(self.weights)}, {len(self.a)} and {len(self.b)})"
            )
        for name, values in (("weights", self.weights), ("a", self.a), ("b", self.b)):
            object.__setattr__(self, name, tuple(float(value) for value in values))
            if not all(0 < value < np.inf for value in values):
                raise MyotrialError(
                    f"{name} of a beta mixture must be positive (got {list(values)!r}).\n"
                    "Hint: Beta(1, 1) is the uniform prior, Beta(0.5, 0.5) that of Jeffreys."
                )
        if abs(sum(self.weights) - 1) > SUM:
            raise MyotrialError(
                f"The weights of a beta mixture must sum to 1 (got {sum(self.weights)!r} "
                f"from {list(self.weights)!r})"
            )

    @classmethod
    def single(cls, a: float, b: float) -> "BetaMixture":
        """One beta distribution."""
        return cls((1.0,), (a,), (b,))

    @property
    def mean(self) -> float:
        """Mean rate."""
        w, a, b = self.arrays
        return float(w @ (a / (a + b)))

    @property
    def sd(self) -> float:
        """Standard deviation of the rate."""
        w, a, b = self.arrays
        square = a * (a + 1) / ((a + b) * (a + b + 1))
        return sqrt(max(0.0, float(w @ square) - self.mean**2))

    def density(self, rate: np.ndarray | float) -> np.ndarray:
        """Density at rates strictly between 0 and 1, in their shape."""
        rate = np.asarray(rate, float)[..., np.newaxis]
        return np.exp(self.log_parts(np.log(rate), np.log1p(-rate))).sum(axis=-1)

    def cdf(self, rate: np.ndarray | float) -> np.ndarray:
        """Probability of a rate of at most this, in the shape of the argument."""
        w, a, b = self.arrays
        return betainc(a, b, np.clip(np.asarray(rate, float), 0, 1)[..., np.newaxis]) @ w

    def above(self, rate: float) -> float:
        """Probability of a rate above this."""
        w, a, b = self.arrays
        return float(betainc(b, a, 1 - min(1.0, max(0.0, rate))) @ w)

    def quantile(self, share: float) -> float:
        """The rate below which a share of the probability lies.

        Raises:
            MyotrialError: The share lies outside 0 to 1.
        """
        if not 0 <= share <= 1:
            raise MyotrialError(f"A quantile is asked for a share from 0 to 1 (got {share!r})")
        low, high = 0.0, 1.0
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if self.cdf(middle) < share else (low, middle)
        return (low + high) / 2

    def posterior(self, x: int, n: int) -> "BetaMixture":
        """The mixture after x responders among n patients.

        Raises:
            MyotrialError: The counts are impossible.

        >>> after = BetaMixture((0.7, 0.3), (4, 2), (16, 3)).posterior(9, 20)
        >>> round(after.weights[0], 6)
        0.439437
        """
        x, n = checked_share(x, n)
        w, a, b = self.arrays
        logs = np.log(w) + betaln(a + x, b + n - x) - betaln(a, b)
        weights = np.exp(logs - logs.max())
        weights = weights / weights.sum()
        kept = weights > 0  # a component may predict so badly that its weight vanishes
        return BetaMixture(tuple(weights[kept]), tuple((a + x)[kept]), tuple((b + n - x)[kept]))

    def predictive(self, n: int) -> np.ndarray:
        """Probabilities of 0 to n responders among n new patients, shape (n + 1,).

        Raises:
            MyotrialError: The number is negative or not whole.
        """
        (n,) = checked_table(n)
        w, a, b = self.arrays
        x = np.arange(n + 1.0)[:, np.newaxis]
        ways = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
        return np.exp(ways + betaln(a + x, b + n - x) - betaln(a, b)) @ w

    def robust(self, weight: float, *, a: float = 1.0, b: float = 1.0) -> "BetaMixture":
        """The mixture with a vague component of a given weight added.

        Source: Schmidli H et al. Biometrics 2014;70:1023-32.

        Raises:
            MyotrialError: The weight lies outside 0 to 1 or is one of them.
        """
        if not 0 < weight < 1:
            raise MyotrialError(
                f"The weight of the vague part lies between 0 and 1 (got {weight!r})"
            )
        kept = tuple((1 - weight) * each for each in self.weights)
        return BetaMixture((*kept, weight), (*self.a, a), (*self.b, b))

    def exceeds(self, other: "BetaMixture", margin: float = 0.0) -> float:
        """Probability that this rate exceeds an independent other one by more than a margin.

        Raises:
            MyotrialError: The margin lies outside -1 to 1.

        >>> round(BetaMixture.single(13, 9).exceeds(BetaMixture.single(6, 16)), 8)
        0.98610866
        """
        return float(exceedances([self], [other], margin)[0, 0])

    @property
    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weights, first and second parameters."""
        return np.array(self.weights), np.array(self.a), np.array(self.b)

    def log_parts(self, log_rate: np.ndarray, log_rest: np.ndarray) -> np.ndarray:
        """Logarithm of weight times density of each component, along the last axis."""
        w, a, b = self.arrays
        return np.log(w) + (a - 1) * log_rate + (b - 1) * log_rest - betaln(a, b)


@dataclass(frozen=True, eq=False)
class Nodes:
    """Points of a rule on the unit interval; sum of weight times function is the integral.

    Attributes:
        rate: Points.
        rest: One minus each, exact near 1 too.
        weight: Weights.
    """

    rate: np.ndarray
    rest: np.ndarray
    weight: np.ndarray


def nodes(mixtures: Sequence[BetaMixture]) -> Nodes:
    """Points dense enough for the narrowest component of some mixtures."""
    narrowest = max(
        a + b for mixture in mixtures for a, b in zip(mixture.a, mixture.b, strict=True)
    )
    steps = int(np.ceil(REACH / min(COARSEST, NARROW / sqrt(narrowest))))
    variable = np.linspace(-REACH, REACH, 2 * steps + 1)
    bent = pi * np.sinh(variable)
    rate, rest = 1 / (1 + np.exp(-bent)), 1 / (1 + np.exp(bent))
    return Nodes(rate, rest, REACH / steps * pi * np.cosh(variable) * rate * rest)


def exceedances(
    first: Sequence[BetaMixture], second: Sequence[BetaMixture], margin: float = 0.0
) -> np.ndarray:
    """For every pair, the probability that the first rate exceeds the second by over a margin.

    Args:
        first: Mixtures of the one rate.
        second: Mixtures of the other, independent of it.
        margin: From -1 to 1; 0 asks which is greater.

    Returns:
        Shape (first, second).

    Raises:
        MyotrialError: The margin lies outside -1 to 1.
    """
    if not -1 < margin < 1:
        raise MyotrialError(f"A margin between rates must lie between -1 and 1 (got {margin!r})")
    rule, width = nodes([*first, *second]), 1 - abs(margin)
    rate, rest = _moved(rule, max(0.0, margin), width)
    density = np.exp(_logs(first, rate, rest)) * (width * rule.weight)
    below = _cdfs(second, *_moved(rule, max(0.0, -margin), width))
    beyond = np.array([mixture.above(1 + margin) if margin < 0 else 0.0 for mixture in first])
    return np.clip(density @ below.T + beyond[:, np.newaxis], 0.0, 1.0)


def _moved(rule: Nodes, shift: float, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Points of the rule on a part of the unit interval, and one minus each."""
    return shift + width * rule.rate, (1 - shift - width) + width * rule.rest


def _cdfs(mixtures: Sequence[BetaMixture], rate: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Distribution function of each mixture, exact near 1 too, shape (mixtures, rates)."""
    low, high = rate[rate <= 0.5, np.newaxis], rest[rate > 0.5, np.newaxis]
    found = np.empty((len(mixtures), len(rate)))
    for row, mixture in zip(found, mixtures, strict=True):
        weights, a, b = mixture.arrays
        row[rate <= 0.5] = betainc(a, b, low) @ weights
        row[rate > 0.5] = 1 - betainc(b, a, high) @ weights
    return found


def _logs(mixtures: Sequence[BetaMixture], rate: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Logarithm of the density of each mixture at each rate, shape (mixtures, rates)."""
    log_rate, log_rest = np.log(rate)[:, np.newaxis], np.log(rest)[:, np.newaxis]
    return np.stack(
        [np.logaddexp.reduce(m.log_parts(log_rate, log_rest), axis=-1) for m in mixtures]
    )
