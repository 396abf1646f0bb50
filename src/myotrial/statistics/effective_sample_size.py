"""How many patients a beta mixture prior is worth, by three definitions.

Moment   a + b of the one beta distribution with the same mean and standard deviation.
Morita   the prior's information at its mode, less that of a nearly flat prior, in units of the
         information that one patient is expected to add there.
ELIR     the expected local-information ratio: the prior's information over that of one patient, at
         each rate, averaged over the prior; only this one always grows by n after n patients. It is
         undefined where a parameter is below 1.
Source   Morita S, Thall PF, Müller P. Biometrics 2008;64:595-602. Neuenschwander B, Weber S,
         Schmidli H, O'Hagan A. Biometrics 2020;76:578-87, whose Morita is evaluated at the mode.
"""

import numpy as np

from myotrial.statistics.beta_mixture import BetaMixture, nodes

__all__ = ["ess_elir", "ess_moment", "ess_morita"]

FLAT = 0.01  # a + b of the nearly flat prior of Morita's definition
NEAR = 1e-9  # how near to 0 and 1 a mode is looked for
GRID = np.linspace(0.001, 0.999, 41)  # quantiles of each component that are looked at first
ROUNDS = 8  # finer grids after that


def ess_moment(prior: BetaMixture) -> float:
    """Effective sample size by moments.

    >>> round(ess_moment(BetaMixture.single(7.5, 8.5)), 9)
    16.0
    """
    return prior.mean * (1 - prior.mean) / prior.sd**2 - 1


def ess_morita(prior: BetaMixture, *, flat: float = FLAT) -> float:
    """Effective sample size after Morita, Thall and Müller, at the mode.

    Args:
        prior: The prior.
        flat: a + b of the nearly flat prior.

    >>> round(ess_morita(BetaMixture.single(7.5, 8.5)), 6)
    15.990013
    """
    mode = _mode(prior)
    rest = 1 - mode
    nearly_none = (flat * mode - 1) / mode**2 + (flat * rest - 1) / rest**2
    one_patient = prior.mean / mode**2 + (1 - prior.mean) / rest**2
    density, slope, bend = _derivatives(prior, np.array([mode]), np.array([rest]))
    information = float(((slope / density) ** 2 - bend / density)[0])
    return (information - nearly_none) / one_patient


def ess_elir(prior: BetaMixture) -> float | None:
    """Effective sample size by the expected local-information ratio; None where undefined.

    >>> round(ess_elir(BetaMixture.single(7.5, 8.5)), 6)
    16.0
    """
    if min(*prior.a, *prior.b) < 1:
        return None
    rule = nodes([prior])
    density, slope, bend = _derivatives(prior, rule.rate, rule.rest)
    inside = density > 0
    information = slope[inside] ** 2 / density[inside] - bend[inside]
    return float(information @ (rule.weight * rule.rate * rule.rest)[inside])


def _mode(prior: BetaMixture) -> float:
    """The rate of greatest density: the best of a grid, then of ever finer grids around it."""
    points = [quantile for share in GRID for quantile in _quantiles(prior, share)]
    rates = np.clip(np.unique(points), NEAR, 1 - NEAR)
    for _ in range(ROUNDS):
        top = int(np.argmax(prior.density(rates)))
        low, high = rates[max(0, top - 1)], rates[min(len(rates) - 1, top + 1)]
        rates = np.linspace(low, high, len(GRID))
    return float(rates[len(GRID) // 2])


def _quantiles(prior: BetaMixture, share: float) -> list[float]:
    """This quantile of each component."""
    pairs = zip(prior.a, prior.b, strict=True)
    return [BetaMixture.single(a, b).quantile(share) for a, b in pairs]


def _derivatives(
    prior: BetaMixture, rate: np.ndarray, rest: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Density at some rates, its first and its second derivative."""
    rate, rest = rate[:, np.newaxis], rest[:, np.newaxis]
    parts = np.exp(prior.log_parts(np.log(rate), np.log(rest)))
    a, b = np.array(prior.a) - 1, np.array(prior.b) - 1
    slope = a / rate - b / rest
    bend = slope**2 - a / rate**2 - b / rest**2
    return parts.sum(axis=1), (parts * slope).sum(axis=1), (parts * bend).sum(axis=1)
