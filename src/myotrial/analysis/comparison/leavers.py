"""Continuous outcomes had patients who left gone on: reference-based imputation, tipping point.

Outcomes  the Total Improvement Score where it is derived, and the change of strength.
Left      no value at the last scheduled visit nor after it; a visit missed in between is taken as
          missing at random, as are all missing visits of the control arm.
Strategy  missing at random, jump to reference, copy increments in reference, copy reference.
Tipping   how much worse than missing at random treated patients who left would have to be for the
          95 % interval to hold no difference.
"""

from collections.abc import Iterator

import numpy as np

from myotrial.analysis.comparison.arms import Pair
from myotrial.analysis.comparison.outcomes import Outcome, covariates, outcomes
from myotrial.analysis.sheet import Sheet, many
from myotrial.errors import ModelError
from myotrial.results import Result
from myotrial.statistics.reference_based import Difference, Strategy, Trial, differences

__all__ = ["results"]

RULE = "leavers.results"
CARPENTER = "Carpenter JR, Roger JH, Kenward MG. J Biopharm Stat 2013;23:1352-71."
WOLBERS = "Wolbers M, Noci A, Delmar P et al. Pharm Stat 2022;21:1246-57."
STRATEGIES: dict[Strategy, str] = {
    "MAR": "missing at random",
    "J2R": "jump to reference",
    "CIR": "copy increments in reference",
    "CR": "copy reference",
}
LARGEST = 400  # patients: each is left out in turn, and everything done again


def results(pair: Pair) -> Iterator[Result]:
    """The difference at the last visit by each strategy, and the tipping point."""
    strength = (pair.trial.plan.get("core_set") or {}).get("strength")
    for outcome in outcomes(pair):
        if outcome.key in ("TIS", strength) and outcome.visits:
            yield from _outcome(pair, outcome)


def _outcome(pair: Pair, outcome: Outcome) -> Iterator[Result]:
    visit = outcome.visits[-1]
    trial = _trial(pair, outcome)
    kind = str(pair.option("covariance", "unstructured"))
    left = int(np.isnan(outcome.values[:, -1]).sum())
    told = [f"{many(left, 'patient')} without a value at {visit['label']}."]
    all_found, why = _attempt(trial, kind if len(outcome.visits) > 1 else "unstructured")
    for strategy, words in STRATEGIES.items():
        found = all_found.get(strategy)
        sheet = pair.sheet(RULE).but(
            estimand=f"at {visit['label']}; after leaving {words}",
            groups={"AVISIT": visit["label"]},
        )
        key = f"{pair.key}.{outcome.key}.{strategy.lower()}.{visit['id']}"
        yield from _told(sheet, key, outcome, found, words, [*told, *why])
        if strategy == "MAR":
            yield _tipping(sheet, key, outcome, found, [*told, *why])


def _trial(pair: Pair, outcome: Outcome) -> Trial:
    treated = np.array([pair.treated[one] for one in outcome.who], bool)
    extra, _ = covariates(pair, outcome.who)
    parts = [extra]
    if outcome.before is not None and len(outcome.who) and np.ptp(outcome.before) > 0:
        parts.append((outcome.before - outcome.before.mean())[:, np.newaxis])
    return Trial(outcome.values, treated, np.hstack(parts))


def _attempt(trial: Trial, kind: str) -> tuple[dict[Strategy, Difference], list[str]]:
    if trial.treated.all() or not trial.treated.any():
        return {}, ["One of the two arms has no patients with a value."]
    if len(trial.values) > LARGEST:
        return {}, [f"Left out above {LARGEST} patients, where it is slow."]
    try:
        return differences(trial, list(STRATEGIES), covariance=kind), []
    except ModelError as error:
        return {}, [str(error)]


def _told(
    sheet: Sheet,
    key: str,
    outcome: Outcome,
    found: Difference | None,
    words: str,
    notes: list[str],
) -> Iterator[Result]:
    estimate, p_value = found.at() if found else (None, None)
    method = (
        f"conditional means of the mixed model after leaving ({words}), analysis of covariance on "
        "the completed values, jackknife error"
    )
    yield sheet.estimate(
        f"{key}.difference", f"{outcome.label}: difference, {words}", estimate, outcome.rows,
        statistic="difference", n=len(outcome.who), unit=outcome.unit,
        method=f"{method}; 95 % interval", reference=f"{CARPENTER} {WOLBERS}", warnings=notes,
    )  # fmt: skip
    yield sheet.p_value(
        f"{key}.p_value", f"{outcome.label}: equal, {words}", p_value, outcome.rows,
        n=len(outcome.who), method=f"z test; {method}", reference=f"{CARPENTER} {WOLBERS}",
        warnings=notes,
    )  # fmt: skip


def _tipping(
    sheet: Sheet, key: str, outcome: Outcome, found: Difference | None, notes: list[str]
) -> Result:
    shift = found.tipping() if found else None
    none = ["No shift tips the result."] if found and shift is None else []
    return sheet.result(
        f"{key}.tipping",
        f"{outcome.label}: tipping point of treated patients who left",
        "shift",
        shift,
        unit=outcome.unit,
        n=len(outcome.who),
        method="smallest shift against the treated arm, added to what is imputed for its patients "
        "after leaving, at which the 95 % interval holds no difference; 0: it does already",
        reference=WOLBERS,
        rows=outcome.rows.keys(),
        warnings=[*notes, *none],
    )
