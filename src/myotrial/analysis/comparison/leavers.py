"""Continuous outcomes had patients who left gone on: reference-based imputation, tipping point.

Outcomes  the Total Improvement Score where it is derived, and the change of strength.
Left      no value at the last scheduled visit nor after it; a visit missed in between is taken as
          missing at random, as are all missing visits of the control arm.
Strategy  missing at random, jump to reference, copy increments in reference, copy reference.
Imputed   the same by multiple imputation, pooled by Rubin's rules, from the study's seed.
Tipping   how much worse than missing at random treated patients who left would have to be for the
          95 % interval to hold no difference.
"""

from collections.abc import Iterator
from zlib import crc32

import numpy as np

from myotrial.analysis.comparison.arms import Pair
from myotrial.analysis.comparison.outcomes import Outcome, covariates, outcomes
from myotrial.analysis.sheet import Sheet, many
from myotrial.analysis.trial import Record
from myotrial.errors import ModelError, TooLargeError
from myotrial.results import Result
from myotrial.statistics import imputation
from myotrial.statistics.reference_based import Difference, Strategy, Trial, differences

__all__ = ["results"]

RULE = "leavers.results"
CARPENTER = "Carpenter JR, Roger JH, Kenward MG. J Biopharm Stat 2013;23:1352-71."
WOLBERS = "Wolbers M, Noci A, Delmar P et al. Pharm Stat 2022;21:1246-57."
TIPPED = (
    "smallest shift against the treated arm, added to what is imputed for its patients after "
    "leaving, at which the 95 % interval holds no difference; 0: it does already"
)
STRATEGIES: dict[Strategy, str] = {
    "MAR": "missing at random",
    "J2R": "jump to reference",
    "CIR": "copy increments in reference",
    "CR": "copy reference",
}
BARNARD = "Barnard J, Rubin DB. Biometrika 1999;86:948-55."
LARGEST = 8_000  # patients times visits squared: each patient is left out in turn


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
    yield from _imputed(pair, outcome, trial, visit, told)


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
    if trial.values.size * trial.values.shape[1] > LARGEST:
        return {}, [
            "Left out where so many patients and visits make it slow; see multiple imputation."
        ]
    try:
        return differences(trial, list(STRATEGIES), covariance=kind), []
    except (ModelError, TooLargeError) as error:
        return {}, [" ".join(str(error).split())]


def _imputed(
    pair: Pair, outcome: Outcome, trial: Trial, visit: Record, told: list[str]
) -> Iterator[Result]:
    """Each strategy by multiple imputation, with its own tipping point."""
    seed = int((pair.trial.plan.get("study") or {}).get("seed") or 0)
    copies = int(pair.option("copies", imputation.COPIES))
    start = f"{pair.key}.{outcome.key}"
    completed, why = {}, []
    try:
        completed = imputation.impute(
            trial, list(STRATEGIES), seed=seed + crc32(start.encode()), copies=copies
        )
        for found in completed.values():
            found.difference()  # a design without rank shows itself here
    except ModelError as error:
        completed, why = {}, [str(error)]
    for strategy, words in STRATEGIES.items():
        sheet = pair.sheet(RULE).but(
            estimand=f"at {visit['label']}; after leaving {words}",
            groups={"AVISIT": visit["label"]},
        )
        key = f"{start}.{strategy.lower()}.{visit['id']}.imputed"
        made = f"{copies} copies from the study's seed {seed}"
        yield from _pooled(sheet, key, outcome, completed.get(strategy), words, made, [*told, *why])


def _pooled(
    sheet: Sheet,
    key: str,
    outcome: Outcome,
    found: imputation.Completed | None,
    words: str,
    made: str,
    notes: list[str],
) -> Iterator[Result]:
    """The pooled difference, its test, and the shift that tips it."""
    answer = found.difference() if found else None
    told = (
        f"; {answer.freedom:.1f} degrees of freedom, {100 * answer.missing:.0f} % of the variance "
        "from what is missing"
        if answer
        else ""
    )
    method = (
        f"multiple imputation ({words} after leaving; {made}), analysis of covariance of each "
        f"copy, pooled by Rubin's rules{told}"
    )
    reference = f"{CARPENTER} {BARNARD}"
    yield sheet.estimate(
        f"{key}.difference", f"{outcome.label}: difference, {words}, imputed",
        answer.estimate if answer else None, outcome.rows, statistic="difference",
        n=len(outcome.who), unit=outcome.unit, method=f"{method}; 95 % interval",
        reference=reference, warnings=notes,
    )  # fmt: skip
    yield sheet.p_value(
        f"{key}.p_value", f"{outcome.label}: equal, {words}, imputed",
        answer.p_value if answer else None, outcome.rows, n=len(outcome.who),
        method=f"t test; {method}", reference=reference, warnings=notes,
    )  # fmt: skip
    shift = found.tipping() if found else None
    none = ["No shift tips the result."] if found and shift is None else []
    yield sheet.result(
        f"{key}.tipping",
        f"{outcome.label}: tipping point, {words}, imputed",
        "shift",
        shift,
        unit=outcome.unit,
        n=len(outcome.who),
        method=f"{TIPPED}; {method}",
        reference=reference,
        rows=outcome.rows.keys(),
        warnings=[*notes, *none],
    )


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
        method=TIPPED,
        reference=WOLBERS,
        rows=outcome.rows.keys(),
        warnings=[*notes, *none],
    )
