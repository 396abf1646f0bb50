"""The test that a trial was designed with, on any part of its patients.

Side     one-sided, in favour of the arm; z is positive where the arm does better.
Rates    of patients with a known verdict under the primary endpoint's first handling.
Error    of the effect, such that z is the effect over it: what the inference after a sequential
         trial takes. None where the test has no such effect.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import copysign, inf, isfinite, sqrt
from statistics import NormalDist
from types import MappingProxyType

import numpy as np

from myotrial.analysis.comparison.arms import NO_PATIENTS, Pair
from myotrial.analysis.comparison.designed_measures import MEASURED, Effect, Measured
from myotrial.analysis.comparison.verdicts import empty, responded
from myotrial.analysis.trial import Rows
from myotrial.errors import ModelError
from myotrial.statistics import logistic, stratified
from myotrial.statistics.beta_mixture import BetaMixture
from myotrial.statistics.mantel_haenszel import cmh_exact
from myotrial.statistics.two_by_two import barnard, boschloo, fisher

__all__ = ["TESTS", "Effect", "Named", "named", "tested"]

NORMAL = NormalDist()
LEAST = 1e-300  # a p-value below this has no z


@dataclass(frozen=True)
class Named:
    """A test with its name in words and its source."""

    words: str
    reference: str
    run: Callable[[Pair, Rows], Effect]


def tested(pair: Pair, name: str, rows: Rows) -> Effect:
    """Run a test on the patients whose rows of ADEST are given, one a patient.

    Args:
        pair: The two arms.
        name: One of `TESTS`, or of the tests of means and times.
        rows: Rows of the primary endpoint, or of the subjects where it is no response.
    """
    try:
        if name in MEASURED:
            return MEASURED[name].run(pair, rows.values("USUBJID"))
    except ModelError as error:
        return Effect(None, None, why=(str(error),))
    known = rows.known("AVAL")
    if empty(pair.table(known, responded)):
        return Effect(None, None, why=(NO_PATIENTS,))
    try:
        return TESTS[name].run(pair, known)
    except ModelError as error:
        return Effect(None, None, why=(str(error),))


def named(test: str) -> Named | Measured:
    """A test's words and source."""
    return MEASURED[test] if test in MEASURED else TESTS[test]


def _rates(pair: Pair, known: Rows) -> tuple[float, float]:
    """The difference of rates, and its pooled standard error."""
    a, b, c, d = pair.table(known, responded)
    n1, n2 = a + b, c + d
    pooled = (a + c) / (n1 + n2)
    return a / n1 - c / n2, sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))


def _pooled(pair: Pair, known: Rows) -> Effect:
    value, error = _rates(pair, known)
    z = value / error if error else 0.0
    return Effect(z, NORMAL.cdf(-z), 100 * value, 100 * error or None)


def _exact(function: Callable[..., float], **options: object) -> Callable[[Pair, Rows], Effect]:
    """An exact test of one table: its one-sided p-value, and the z that has it."""

    def run(pair: Pair, known: Rows) -> Effect:
        p_value = function(*pair.table(known, responded), alternative="greater", **options)
        value, _ = _rates(pair, known)
        return _from_p(p_value, 100 * value)

    return run


def _from_p(p_value: float, value: float | None) -> Effect:
    """The effect's error is that with which z has the p-value."""
    z = -NORMAL.inv_cdf(p_value) if LEAST < p_value < 1 else 0.0 if p_value >= 1 else inf
    error = value / z if value is not None and z and isfinite(z) and value / z > 0 else None
    return Effect(z, p_value, value, error)


def _strata(pair: Pair, known: Rows) -> list[tuple[int, int, int, int]]:
    layers = [cells for cells in pair.tables(known, responded) if not empty(cells)]
    varied = [(a, b, c, d) for a, b, c, d in layers if a + c and b + d]
    if not varied:
        raise ModelError("No stratum has both arms and both outcomes: nothing to test.")
    return varied


def _cmh(pair: Pair, known: Rows) -> Effect:
    varied = _strata(pair, known)
    gap = sum(a - (a + b) * (a + c) / (a + b + c + d) for a, b, c, d in varied)
    chi = stratified.cochran_mantel_haenszel(varied).statistic or 0.0
    z = copysign(sqrt(chi), gap)
    value = _common(pair, known)
    error = value / z if value is not None and z and value / z > 0 else None
    return Effect(z, NORMAL.cdf(-z), value, error)


def _cmh_exact(pair: Pair, known: Rows) -> Effect:
    return _from_p(cmh_exact(_strata(pair, known), alternative="greater"), _common(pair, known))


def _common(pair: Pair, known: Rows) -> float | None:
    """The common difference of rates, in percentage points."""
    layers = [cells for cells in pair.tables(known, responded) if not empty(cells)]
    value = stratified.common_risk_difference(layers).value
    return None if value is None else 100 * value


def _logistic(pair: Pair, known: Rows) -> Effect:
    """Firth's logistic regression on arm and strata, by its penalised likelihood ratio."""
    who = known.values("USUBJID")
    present = [layer for layer in pair.layers if any(pair.stratum[one] == layer for one in who)]
    columns = [[1.0] * len(who), [float(pair.treated[one]) for one in who]]
    columns += [[float(pair.stratum[one] == layer) for one in who] for layer in present[1:]]
    yes = np.array([responded(row) for row in known], float)
    names = ["the mean", "the arm", *present[1:]]
    found, two_sided = logistic.fit(yes, np.array(columns).T, names=names).coefficient(1)
    value = found.value or 0.0
    p_value = two_sided / 2 if value > 0 else 1 - two_sided / 2
    made = _from_p(p_value, value)
    return Effect(made.z, p_value, value, made.error, "log odds ratio")


def _posterior(pair: Pair, known: Rows) -> Effect:
    """The chance that the rate is higher by the margin; its rest stands for the p-value."""
    a, b, c, d = pair.table(known, responded)
    prior = BetaMixture.single(*tuple(pair.option("prior", (1.0, 1.0))))
    margin = float((pair.trial.plan.get("primary_analysis") or {}).get("margin") or 0.0)
    chance = prior.posterior(a, a + b).exceeds(prior.posterior(c, c + d), margin)
    value, _ = _rates(pair, known)
    return Effect(None, 1 - chance, 100 * value)


FISHER = "Fisher RA. J R Stat Soc 1935;98:39-54."
BARNARD = "Suissa S, Shuster JJ. J R Stat Soc A 1985;148:317-27."
PEARSON = "Pearson K. Philos Mag 1900;50:157-75."
TESTS: Mapping[str, Named] = MappingProxyType(
    {
        "fisher": Named("Fisher's exact test", FISHER, _exact(fisher)),
        "boschloo": Named(
            "Boschloo's test", "Boschloo RD. Stat Neerl 1970;24:1-35.", _exact(boschloo)
        ),
        "barnard": Named("Barnard's test (pooled z)", BARNARD, _exact(barnard)),
        "z-pooled": Named("pooled z of the difference of rates", BARNARD, _pooled),
        "z-unpooled": Named(
            "Barnard's test (unpooled z)", BARNARD, _exact(barnard, pooled=False)
        ),
        "chi-square": Named("chi-square test", PEARSON, _pooled),
        "cmh": Named(
            "Cochran-Mantel-Haenszel test", "Mantel N, Haenszel W. J Natl Cancer Inst "
            "1959;22:719-48.", _cmh,
        ),
        "cmh_exact": Named(
            "exact Cochran-Mantel-Haenszel test",
            "Mehta CR, Patel NR, Gray R. J Am Stat Assoc 1985;80:969-73.", _cmh_exact,
        ),
        "logistic": Named(
            "logistic regression on arm and strata (Firth)",
            "Heinze G, Schemper M. Stat Med 2002;21:2409-19.", _logistic,
        ),
        "posterior": Named(
            "posterior probability that the rate is higher", "Spiegelhalter DJ, Abrams KR, Myles "
            "JP. Bayesian Approaches to Clinical Trials, 2004.", _posterior,
        ),
    }
)  # fmt: skip
