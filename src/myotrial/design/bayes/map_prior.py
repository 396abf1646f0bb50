"""The meta-analytic-predictive (MAP) prior: the response rate of a new study, from past ones.

Model    responders of each study are binomial; the logits of the studies' rates are normal around a
         common mean mu with standard deviation tau; mu is normal, tau half-normal.
Method   quadrature: the likelihood of each study is integrated over its own logit, for every pair
         of mu and tau of a grid, by the trapezoidal rule in steps that follow the narrower of the
         likelihood and the spread between studies. No Markov chain is run: the same input gives the
         same prior.
Use      the prior as such for reading; `beta_fit.fitted` turns it into a beta mixture, which a
         robust part completes, for the rules of `go`.
Source   Neuenschwander B, Capkun-Niggli G, Branson M, Spiegelhalter DJ. Clin Trials 2010;7:5-18;
         Schmidli H et al. Biometrics 2014;70:1023-32 for the robust MAP prior.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
from scipy.special import expit, logit, ndtr

from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.counts import checked_share

__all__ = ["Heterogeneity", "MapPrior", "PastStudy", "map_prior"]

TAUS = 80  # values of tau
WIDE = 6.0  # standard deviations of a normal variable that are integrated over
COARSE = 8  # of so many values of mu one is tried first
NEGLIGIBLE = 23.0  # places whose logarithm is so far below the greatest are left out: 1e-10
MOST = 2**13  # steps of mu on each side
TAIL = 30.0  # logarithm that a likelihood has lost where its integral ends


@dataclass(frozen=True)
class PastStudy:
    """Responders of one past study.

    Attributes:
        responders: Patients who responded.
        n: Patients.

    Raises:
        MyotrialError: The counts are impossible or there is no patient.
    """

    responders: int
    n: int

    def __post_init__(self) -> None:
        checked_share(self.responders, self.n)
        if not self.n:
            raise MyotrialError("A past study needs at least one patient")


@dataclass(frozen=True)
class Heterogeneity:
    """What is believed beforehand of the studies' common mean and spread, on the logit scale.

    Attributes:
        mean: Mean of mu.
        mean_sd: Standard deviation of mu, positive.
        spread: Scale of the half-normal tau, positive.

    Raises:
        MyotrialError: A standard deviation or a scale is not positive.
    """

    mean: float = 0.0
    mean_sd: float = 2.0
    spread: float = 1.0

    def __post_init__(self) -> None:
        if not (self.mean_sd > 0 and self.spread > 0):
            raise MyotrialError(
                f"mean_sd and spread must be positive (got {self.mean_sd!r} and {self.spread!r})"
            )


@dataclass(frozen=True, eq=False)
class MapPrior:
    """The posterior of mu and tau on a grid, and the new study's rate that follows from it.

    Attributes:
        mu: Grid of mu, shape (m,).
        tau: Grid of tau, shape (t,).
        weight: Posterior probability of each pair, shape (t, m), together 1.
    """

    mu: np.ndarray
    tau: np.ndarray
    weight: np.ndarray

    @property
    def tau_mean(self) -> float:
        """Posterior mean of tau."""
        return float(self.weight.sum(axis=1) @ self.tau)

    def cdf(self, rate: np.ndarray | float) -> np.ndarray:
        """Probability that the new study's rate is at most this, in the shape of the argument."""
        with np.errstate(divide="ignore"):
            at = logit(np.asarray(rate, float))
        flat = [
            float((self.weight * ndtr((each - self.mu) / self.tau[:, np.newaxis])).sum())
            for each in at.ravel()
        ]
        return np.reshape(flat, at.shape)

    @property
    def mean(self) -> float:
        """Mean of the new study's rate."""
        return self._moment(1)

    @property
    def sd(self) -> float:
        """Standard deviation of the new study's rate."""
        return sqrt(self._moment(2) - self._moment(1) ** 2)

    def quantile(self, share: float) -> float:
        """The rate below which a share of the probability lies.

        Raises:
            MyotrialError: The share is not strictly between 0 and 1.
        """
        if not 0 < share < 1:
            raise MyotrialError(f"A quantile is asked for a share between 0 and 1 (got {share!r})")
        low, high = 0.0, 1.0
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if self.cdf(middle) < share else (low, middle)
        return (low + high) / 2

    def _moment(self, power: int) -> float:
        z, weight = _normal_nodes(0.1)
        logits = self.mu[:, np.newaxis] + self.tau[:, np.newaxis, np.newaxis] * z
        return float((self.weight * (expit(logits) ** power @ weight)).sum())


def map_prior(studies: Sequence[PastStudy], heterogeneity: Heterogeneity | None = None) -> MapPrior:
    """The MAP prior of a new study's response rate.

    Args:
        studies: Responders of the past studies, at least one.
        heterogeneity: Beliefs beforehand; the defaults of `Heterogeneity` are weak ones.

    Raises:
        MyotrialError: There is no past study.
        TooLargeError: The studies hold so many patients that the grid would be too fine.

    >>> prior = map_prior([PastStudy(21, 48), PastStudy(5, 26), PastStudy(12, 60)])
    >>> round(prior.mean, 3), round(prior.tau_mean, 3)
    (0.309, 0.762)
    """
    if not studies:
        raise MyotrialError("A MAP prior needs at least one past study (got none)")
    belief = heterogeneity or Heterogeneity()
    together = _logit_sd(PastStudy(sum(s.responders for s in studies), sum(s.n for s in studies)))
    mu = _grid(belief.mean, belief.mean_sd, together)
    points, widths = np.polynomial.legendre.leggauss(TAUS)
    tau = WIDE * belief.spread * (points + 1) / 2
    fixed = -0.5 * ((mu - belief.mean) / belief.mean_sd) ** 2
    logs = np.log(widths)[:, np.newaxis] - 0.5 * (tau[:, np.newaxis] / belief.spread) ** 2 + fixed
    coarse = logs[:, ::COARSE] + np.stack(
        [_log_likelihood(studies, mu[::COARSE], each) for each in tau.tolist()]
    )
    held = np.repeat(_near(coarse > coarse.max() - NEGLIGIBLE), COARSE, axis=1)[:, : len(mu)]
    for row, inside, each in zip(logs, held, tau.tolist(), strict=True):
        row[inside] += _log_likelihood(studies, mu[inside], each)
        row[~inside] = -np.inf
    weight = np.exp(logs - logs.max())
    return MapPrior(mu, tau, weight / weight.sum())


def _near(inside: np.ndarray) -> np.ndarray:
    """The places of each row that are inside, and those next to them."""
    wider = inside.copy()
    wider[:, 1:] |= inside[:, :-1]
    wider[:, :-1] |= inside[:, 1:]
    return wider


def _logit_sd(study: PastStudy) -> float:
    """About the standard deviation of a study's likelihood on the logit scale."""
    rate = (study.responders + 0.5) / (study.n + 1)
    return 1 / sqrt((study.n + 1) * rate * (1 - rate))


def _grid(mean: float, sd: float, narrowest: float) -> np.ndarray:
    """Values of mu, in steps of half the narrowest that its posterior can be."""
    steps = int(np.ceil(WIDE * sd / (0.5 * min(narrowest, sd))))
    if steps > MOST:
        raise TooLargeError(
            f"A MAP prior of so many patients would need {2 * steps + 1} values of the common "
            f"mean; {2 * MOST + 1} is the limit here.\n"
            "Hint: give smaller studies with the same response rates; the spread between the "
            "studies is what matters."
        )
    return mean + np.linspace(-WIDE * sd, WIDE * sd, 2 * steps + 1)


def _normal_nodes(step: float) -> tuple[np.ndarray, np.ndarray]:
    """Points of a standard normal variable with their weights, which sum to 1."""
    count = int(np.ceil(WIDE / step))
    points = np.linspace(-WIDE, WIDE, 2 * count + 1)
    weight = np.exp(-0.5 * points**2)
    return points, weight / weight.sum()


def _log_likelihood(studies: Sequence[PastStudy], mu: np.ndarray, tau: float) -> np.ndarray:
    """Logarithm of the likelihood of all studies at each mu, up to a constant, shape of mu."""
    total = np.zeros_like(mu)
    for study in studies:
        narrow = _logit_sd(study) < tau and 0 < study.responders < study.n
        over = _over_likelihood if narrow else _over_deviation
        with np.errstate(divide="ignore"):  # far from the data a likelihood vanishes
            total += np.log(over(study, mu, tau))
    return total


def _over_likelihood(study: PastStudy, mu: np.ndarray, tau: float) -> np.ndarray:
    """The likelihood of a study integrated over the logits where it is not negligible."""
    sd, none = _logit_sd(study), study.n - study.responders
    left, right = 10 * sd + TAIL / study.responders, 10 * sd + TAIL / none
    logits = np.arange(-left, right, 0.5 * sd) + np.log(study.responders / none)
    deviation = (logits - mu[:, np.newaxis]) / tau
    return (
        np.exp(-0.5 * deviation**2) @ _likelihood(study, logits) * (0.5 * sd / tau / sqrt(2 * pi))
    )


def _over_deviation(study: PastStudy, mu: np.ndarray, tau: float) -> np.ndarray:
    """The same integrated over the study's own deviation from mu."""
    z, weight = _normal_nodes(min(0.25, 0.7 * _logit_sd(study) / tau))
    return _likelihood(study, mu[:, np.newaxis] + tau * z) @ weight


def _likelihood(study: PastStudy, logits: np.ndarray) -> np.ndarray:
    """The likelihood of a study's logits, its greatest value 1."""
    rate = study.responders / study.n
    peak = study.n * sum(share * np.log(share) for share in (rate, 1 - rate) if share)
    return np.exp(study.responders * logits - study.n * np.logaddexp(0.0, logits) - peak)
