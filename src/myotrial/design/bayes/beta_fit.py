"""A beta mixture that stands for another distribution of a rate, such as a MAP prior.

Method   the expectation-maximisation algorithm on the probabilities of narrow intervals of the
         rate: the mixture of the greatest expected log-likelihood. Components start from equal
         parts of the distribution, so that the same input gives the same mixture.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, polygamma

from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_n
from myotrial.statistics.beta_mixture import BetaMixture

__all__ = ["Fit", "fitted"]

INTERVALS = 400
ROUNDS = 500
ENOUGH = 1e-10  # gain of a round, in nats, below which it stops
NEWTON = 30
LOWEST = 1e-2  # least value of a parameter


@dataclass(frozen=True)
class Fit:
    """A fitted mixture.

    Attributes:
        mixture: The mixture.
        divergence: Kullback-Leibler divergence of it from the distribution, in nats.
    """

    mixture: BetaMixture
    divergence: float


def fitted(cdf: Callable[[np.ndarray], np.ndarray], *, components: int = 3) -> Fit:
    """The beta mixture nearest to a distribution on 0 to 1.

    Args:
        cdf: From rates to the probability of at most each.
        components: Number of beta distributions.

    Raises:
        MyotrialError: The number of components is not valid, or the function is no distribution
            on 0 to 1.

    >>> known = BetaMixture((0.7, 0.3), (4, 2), (16, 3))
    >>> abs(fitted(known.cdf, components=2).mixture.mean - known.mean) < 1e-3
    True
    """
    checked_n("The number of components", components)
    edges = np.sin(np.linspace(0, np.pi / 2, INTERVALS + 1)) ** 2
    steps = np.diff(cdf(edges))
    if not (steps >= -1e-12).all() or abs(steps.sum() - 1) > 1e-6:
        raise MyotrialError("A beta mixture can only stand for a distribution on 0 to 1")
    steps = np.clip(steps, 0, None) / np.clip(steps, 0, None).sum()
    rates = np.sin((np.arange(INTERVALS) + 0.5) / INTERVALS * np.pi / 2) ** 2
    mixture, gained = _start(rates, steps, components), -np.inf
    for _ in range(ROUNDS):
        mixture, reached = _round(mixture, rates, steps)
        if reached - gained < ENOUGH:
            break
        gained = reached
    ours = np.clip(np.diff(mixture.cdf(edges)), 1e-300, None)
    held = steps > 0
    divergence = float(steps[held] @ np.log(steps[held] / ours[held]))
    return Fit(mixture, max(0.0, divergence))


def _start(rates: np.ndarray, steps: np.ndarray, components: int) -> BetaMixture:
    """One beta for each of equal parts of the distribution, by its mean and variance."""
    part = np.minimum(components - 1, (components * (np.cumsum(steps) - steps / 2)).astype(int))
    parameters = []
    for k in range(components):
        weight = steps * (part == k)
        if not weight.sum():
            raise MyotrialError(
                f"The distribution is too narrow for {components} components.\n"
                "Hint: ask for fewer components."
            )
        weight = weight / weight.sum()
        mean = float(weight @ rates)
        variance = max(float(weight @ (rates - mean) ** 2), 1e-6)
        total = max(mean * (1 - mean) / variance - 1, 2.0)
        parameters.append((mean * total, (1 - mean) * total))
    a, b = zip(*parameters, strict=True)
    return BetaMixture((1 / components,) * components, a, b)


def _round(mixture: BetaMixture, rates: np.ndarray, steps: np.ndarray) -> tuple[BetaMixture, float]:
    """One round: shares of the components in each interval, then the best parameters for them."""
    log_rate, log_rest = np.log(rates), np.log1p(-rates)
    parts = np.exp(mixture.log_parts(log_rate[:, np.newaxis], log_rest[:, np.newaxis]))
    density = parts.sum(axis=1, keepdims=True)
    shares = steps[:, np.newaxis] * parts / density
    weights = np.clip(shares.sum(axis=0), 1e-12, None)
    parameters = [
        _most_likely((a, b), float(share @ log_rate / w), float(share @ log_rest / w))
        for share, w, a, b in zip(shares.T, weights, mixture.a, mixture.b, strict=True)
    ]
    a, b = zip(*parameters, strict=True)
    return BetaMixture(tuple(weights / weights.sum()), a, b), float(steps @ np.log(density[:, 0]))


def _most_likely(
    start: tuple[float, float], log_rate: float, log_rest: float
) -> tuple[float, float]:
    """Parameters with these expected logarithms of the rate and of its rest (Newton's rule)."""
    a, b = start
    for _ in range(NEWTON):
        miss = digamma([a, b]) - digamma(a + b) - [log_rate, log_rest]
        own_a, own_b, both = polygamma(1, [a, b, a + b])
        slope = np.array([[own_a - both, -both], [-both, own_b - both]])
        step = np.linalg.solve(slope, miss)
        size = min(
            1.0, *(0.9 * v / abs(s) for v, s in zip((a, b), step, strict=True) if s > 0), 1.0
        )
        a, b = max(LOWEST, a - size * step[0]), max(LOWEST, b - size * step[1])
        if abs(step).max() < 1e-10 * (a + b):
            break
    return float(a), float(b)
