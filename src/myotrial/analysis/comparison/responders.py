"""Responders of both arms: the difference at each endpoint, with tests and intervals.

Each handling of missing data has its difference and Fisher's test; the first one of the plan has
the other methods beside them. The tipping point tells how the missing verdicts would have to lie
for Fisher's p-value to pass 0.05.
"""

from collections.abc import Iterator, Mapping
from math import exp, inf
from typing import Any

import numpy as np

from myotrial.analysis.comparison import families, strata, tipping
from myotrial.analysis.comparison.arms import NO_PATIENTS, Pair
from myotrial.analysis.comparison.verdicts import Cells, empty, estimate, responded
from myotrial.analysis.response import HANDLINGS
from myotrial.analysis.sheet import Sheet, attempt, many
from myotrial.analysis.trial import Rows
from myotrial.errors import ModelError
from myotrial.results import Result
from myotrial.statistics import bayes, logistic
from myotrial.statistics.beta_mixture import BetaMixture
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.risk_difference import risk_difference, risk_difference_exact
from myotrial.statistics.two_by_two import boschloo, fisher, odds_ratio

__all__ = ["results"]

RULE = "responders.results"
EXACT = 200  # patients up to which the exact interval is computed: its time grows with the cube
MIETTINEN = "Miettinen O, Nurminen M. Stat Med 1985;4:213-26."
CHAN = "Chan ISF, Zhang Z. Biometrics 1999;55:1202-9."
FISHER = "Fisher RA. J R Stat Soc 1935;98:39-54."
BOSCHLOO = "Boschloo RD. Stat Neerl 1970;24:1-35."
FIRTH = "Heinze G, Schemper M. Stat Med 2002;21:2409-19."
CORNFIELD = "Cornfield J. Proc 3rd Berkeley Symp 1956;4:135-48."
SPIEGELHALTER = (
    "Spiegelhalter DJ, Abrams KR, Myles JP. Bayesian Approaches to Clinical Trials, 2004."
)


def results(pair: Pair) -> Iterator[Result]:
    """Every endpoint that is a response, then the p-values of all together."""
    rates = pair.trial.rows(
        "ADEST", ("USUBJID", "ENDPOINT", "HANDLING", "AVAL"), step="comparison"
    ).of(pair.people.subjects())
    tested: list[tuple[Mapping[str, Any], Result]] = []
    for endpoint in pair.trial.plan["endpoints"]:
        rows = rates.where(ENDPOINT=endpoint["id"])
        if not len(rows):
            continue
        for place, handling in enumerate(endpoint["handlings"]):
            asked = pair.trial.asked(endpoint)
            sheet = pair.sheet(RULE).but(estimand=f"{asked}; {HANDLINGS[handling]}")
            key = f"{pair.key}.{endpoint['id']}.{handling.lower()}"
            these = rows.where(HANDLING=handling)
            known = these.known("AVAL")
            lost = len(these) - len(known)
            notes = [f"{many(lost, 'patient')} without a known verdict left out."] if lost else []
            for result in _plain(pair, sheet, key, endpoint["label"], known, notes):
                if place == 0 and result.id.endswith(".fisher"):
                    tested.append((endpoint, result))
                yield result
            if place == 0:
                if endpoint["id"] == pair.leading["id"]:
                    yield _exact(pair, sheet, key, endpoint["label"], known, notes)
                yield from _more(pair, sheet, key, endpoint["label"], known, notes)
        yield from tipping.results(pair, endpoint, rows)
    yield from families.adjusted(pair, tested)


def _plain(
    pair: Pair, sheet: Sheet, key: str, label: str, known: Rows, notes: list[str]
) -> Iterator[Result]:
    """Share of each arm, their difference by the score method, and Fisher's test."""
    for side, rows in zip((True, False), pair.split(known), strict=True):
        arm = pair.arm if side else pair.control
        yield sheet.but(groups={"ARM": pair.labels[side]}).share(
            f"{key}.share.{arm['id']}", label, rows, responded
        )
    cells = pair.table(known, responded)
    none = [NO_PATIENTS] if empty(cells) else []
    yield estimate(
        sheet, f"{key}.difference", f"{label}: difference", risk_difference(*cells), known,
        "difference of response rates with the Miettinen-Nurminen score 95 % interval", MIETTINEN,
        [*notes, *none],
    )  # fmt: skip
    yield sheet.p_value(
        f"{key}.fisher",
        f"{label}: equal rates (Fisher)",
        None if none else fisher(*cells),
        known,
        n=len(known),
        method="Fisher's exact test, two-sided: all tables with these margins that are no more "
        "probable than the observed one",
        reference=FISHER,
        warnings=[*notes, *none],
    )


def _exact(pair: Pair, sheet: Sheet, key: str, label: str, known: Rows, notes: list[str]) -> Result:
    """The exact unconditional interval; only of the leading endpoint, for the time it takes."""
    cells = pair.table(known, responded)
    method, reference = (
        "difference of response rates with Chan and Zhang's exact unconditional 95 % interval",
        CHAN,
    )
    limits = [NO_PATIENTS] if empty(cells) else []
    if len(known) <= EXACT:
        found = risk_difference_exact(*cells)
    else:
        found = risk_difference(*cells)
        method = (
            "difference of response rates with the Miettinen-Nurminen score 95 % interval, in "
            f"place of the exact unconditional one, which is computed up to {EXACT} patients"
        )
        reference = MIETTINEN
        limits.append(f"More than {EXACT} patients: the score interval, not the exact one.")
    return estimate(
        sheet, f"{key}.difference_exact", f"{label}: difference, exact interval", found, known,
        method, reference, [*notes, *limits],
    )  # fmt: skip


def _more(
    pair: Pair, sheet: Sheet, key: str, label: str, known: Rows, notes: list[str]
) -> Iterator[Result]:
    """Exact, stratified, adjusted and Bayesian companions of the difference."""
    cells, layers = pair.table(known, responded), pair.tables(known, responded)
    none = [NO_PATIENTS] if empty(cells) else []
    by = f"stratified by {pair.by}"
    warned = [*notes, *none]
    value, limits = (None, []) if none else attempt(boschloo, *cells)
    yield sheet.p_value(
        f"{key}.boschloo", f"{label}: equal rates (Boschloo)", value, known, n=len(known),
        method="Boschloo's unconditional exact test, two-sided", reference=BOSCHLOO,
        warnings=[*warned, *limits],
    )  # fmt: skip
    yield from strata.results(sheet, key, label, known, layers, by, warned)
    ratio = None if none else odds_ratio(*cells)
    undefined = [] if none or (ratio and ratio.value is not None) else [
        "All outcomes are equal: no odds ratio can be given."
    ]  # fmt: skip
    yield estimate(
        sheet, f"{key}.odds_ratio", f"{label}: odds ratio", ratio, known,
        "conditional odds ratio with Cornfield's exact 95 % interval", CORNFIELD,
        [*warned, *undefined], statistic="odds_ratio", unit="",
    )  # fmt: skip
    yield from _firth(pair, sheet, key, label, known, warned)
    yield from _bayes(pair, sheet, key, label, known, cells, warned)


def _firth(
    pair: Pair, sheet: Sheet, key: str, label: str, known: Rows, notes: list[str]
) -> Iterator[Result]:
    """The odds ratio adjusted for strata, by logistic regression with Firth's correction."""
    who = known.values("USUBJID")
    present = [layer for layer in pair.layers if any(pair.stratum[one] == layer for one in who)]
    columns = [[1.0] * len(who), [float(pair.treated[one]) for one in who]]
    columns += [[float(pair.stratum[one] == layer) for one in who] for layer in present[1:]]
    names = ["the mean", "the arm", *present[1:]]
    value, p_value, why = None, None, []
    if not notes or NO_PATIENTS not in notes:
        try:
            design = np.array(columns).T
            yes = np.array([responded(row) for row in known], float)
            found, p_value = logistic.fit(yes, design, names=names).coefficient(1)
            value = _odds(found)
        except ModelError as error:
            why = [str(error)]
    method = (
        f"logistic regression on arm and {pair.by} with Firth's correction; "
        "profile penalised likelihood"
    )
    yield estimate(
        sheet, f"{key}.odds_ratio_adjusted", f"{label}: adjusted odds ratio", value, known,
        f"{method} 95 % interval", FIRTH, [*notes, *why], statistic="odds_ratio", unit="",
    )  # fmt: skip
    yield sheet.p_value(
        f"{key}.firth", f"{label}: equal odds (logistic, Firth)", p_value, known, n=len(known),
        method=f"{method} ratio test", reference=FIRTH, warnings=[*notes, *why],
    )  # fmt: skip


def _odds(found: Estimate) -> Estimate:
    low, high = (exp(end) if end < 700 else inf for end in (found.low, found.high))
    return Estimate(None if found.value is None else exp(found.value), low, high, found.level)


def _bayes(
    pair: Pair, sheet: Sheet, key: str, label: str, known: Rows, cells: Cells, notes: list[str]
) -> Iterator[Result]:
    """The chance that the arm is better, given a stated prior."""
    a, b, c, d = cells
    prior = tuple(pair.option("prior", (1.0, 1.0)))
    stated_prior = BetaMixture.single(*prior)
    first, second = stated_prior.posterior(a, a + b), stated_prior.posterior(c, c + d)
    stated = f"beta({prior[0]:g}, {prior[1]:g}) prior for the rate of each arm"
    yield sheet.result(
        f"{key}.chance",
        f"{label}: posterior chance that the rate is higher than under {pair.labels[False]}",
        "share",
        100 * first.exceeds(second),
        unit="%",
        n=len(known),
        method=f"posterior probability, {stated}",
        reference=SPIEGELHALTER,
        rows=known.keys(),
        warnings=notes,
    )
    yield estimate(
        sheet, f"{key}.difference_bayes", f"{label}: posterior difference",
        bayes.difference(first, second), known,
        f"posterior mean of the difference with the 95 % credible interval, {stated}",
        SPIEGELHALTER, notes,
    )  # fmt: skip
