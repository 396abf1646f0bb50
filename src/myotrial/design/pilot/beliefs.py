"""What is believed of a response rate: mixtures of beta distributions, before and after counts.

Update   a component's weight changes by how well it foretold the counts (beta-binomial).
Exceeds  P(one rate is above another) by integrating one distribution over the other's density.
"""

from dataclasses import dataclass
from math import exp

import numpy as np
from scipy.special import betainc, betaln
from scipy.stats import beta as beta_of

from myotrial.design.planning.models import Prior

__all__ = ["Mixture", "of_counts", "of_prior"]

NODES = 400  # of the integral that compares two rates
HALVINGS = 60


@dataclass(frozen=True)
class Mixture:
    """A mixture of beta distributions.

    Attributes:
        components: Weight and both parameters of each; the weights sum to 1.
    """

    components: tuple[tuple[float, float, float], ...]

    @property
    def mean(self) -> float:
        """Mean of the rate."""
        return sum(weight * a / (a + b) for weight, a, b in self.components)

    def cdf(self, rate: float, /) -> float:
        """Probability that the rate is no more than this.

        >>> round(Mixture(((1.0, 1.0, 1.0),)).cdf(0.25), 10)
        0.25
        """
        rate = min(1.0, max(0.0, rate))
        return float(sum(weight * betainc(a, b, rate) for weight, a, b in self.components))

    def density(self, rate: float, /) -> float:
        """Density of the rate, strictly between 0 and 1."""
        return float(sum(w * beta_of.pdf(rate, a, b) for w, a, b in self.components))

    def quantile(self, chance: float) -> float:
        """The rate below which the given share of the distribution lies."""
        low, high = 0.0, 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.cdf(middle) < chance else (low, middle)
        return high

    def updated(self, responders: int, n: int) -> "Mixture":
        """What is believed once so many of n patients responded.

        >>> Mixture(((1.0, 0.5, 0.5),)).updated(7, 15).components
        ((1.0, 7.5, 8.5),)
        """
        after = [(a + responders, b + n - responders) for _, a, b in self.components]
        likely = [
            weight * exp(betaln(*new) - betaln(a, b))
            for (weight, a, b), new in zip(self.components, after, strict=True)
        ]
        total = sum(likely)
        return Mixture(tuple((part / total, *new) for part, new in zip(likely, after, strict=True)))

    def exceeds(self, other: "Mixture") -> float:
        """Probability that this rate is above another, independent one.

        >>> one = Mixture(((1.0, 3.0, 5.0),))
        >>> round(one.exceeds(one), 6)
        0.5
        """
        nodes, weights = np.polynomial.legendre.leggauss(NODES)
        rates = np.sin(np.pi * (nodes + 1) / 4) ** 2  # close nodes where densities are steep
        slopes = np.pi / 4 * np.sin(np.pi * (nodes + 1) / 2)
        parts = [
            weight * slope * self.density(rate) * other.cdf(rate)
            for rate, slope, weight in zip(
                rates.tolist(), slopes.tolist(), weights.tolist(), strict=True
            )
        ]
        return float(min(1.0, max(0.0, sum(parts))))

    def with_weight(self, weight: float, other: "Mixture") -> "Mixture":
        """This with a weight, and another with the rest."""
        parts = [(weight * w, a, b) for w, a, b in self.components]
        parts += [((1 - weight) * w, a, b) for w, a, b in other.components]
        return Mixture(tuple(part for part in parts if part[0] > 0))


def of_prior(prior: Prior) -> Mixture:
    """The mixture that a plan states."""
    return Mixture(tuple((item.weight, item.responders, item.others) for item in prior.components))


def of_counts(responders: int, n: int) -> Mixture:
    """What counts alone say, from Jeffreys' prior."""
    return Mixture(((1.0, 0.5, 0.5),)).updated(responders, n)
