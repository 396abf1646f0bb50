"""Estimands of a score: the mean of each arm at the visit, and their adjusted differences.

OC        analysis of covariance of those with a value.
Imputed   multiple imputation over visits (missing at random, or in the likeness of the control),
          analysis of covariance of each copy, pooled by Rubin's rules; and how much worse what was
          imputed for treated patients would have to be for the interval to hold no difference.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import numpy as np

from myotrial.analysis.comparison.arms import NO_PATIENTS, Pair
from myotrial.analysis.comparison.outcomes import covariates
from myotrial.analysis.estimands.question import Question
from myotrial.analysis.sheet import Sheet, many
from myotrial.errors import ModelError
from myotrial.results import Result
from myotrial.statistics import imputation, linear
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.reference_based import Strategy, Trial

__all__ = ["results"]

FISHER = "Fisher RA. Statistical Methods for Research Workers, 4th ed., 1932."
CARPENTER = "Carpenter JR, Roger JH, Kenward MG. J Biopharm Stat 2013;23:1352-71."
UNIT = "points"
TIPPED = (
    "smallest shift against the treated arm, added to what is imputed for its patients, at which "
    "the 95 % interval holds no difference; 0: it does already"
)


def results(question: Question) -> Iterator[Result]:
    """The mean of each arm as it was seen, then each arm against the control."""
    at = question.at(question.endpoint["visit"])
    for arm in question.arms:
        people = question.people[arm["id"]]
        column = question.table(people)[0][:, at]
        rows = question.rows.of(people).where(VISITID=question.endpoint["visit"])
        told = question.sheet.but(groups={"ARM": question.label(arm)}).summaries(
            f"{question.key}.seen.{arm['id']}", f"{question.estimand['label']}, before imputation",
            rows, "AVAL", unit=UNIT,
        )  # fmt: skip
        lost = int(np.isnan(column).sum())
        notes = (f"{many(lost, 'patient')} without a value.",) if lost else ()
        yield from (
            replace(result, warnings=notes) for result in told if result.statistic in ("mean", "sd")
        )
    for pair in question.pairs:
        yield from _compared(question, pair, at)


def _compared(question: Question, pair: Pair, at: int) -> Iterator[Result]:
    sides = [question.people[arm["id"]] for arm in (pair.arm, pair.control)]
    who = [one for side in sides for one in side]
    treated = np.arange(len(who)) < len(sides[0])
    values, composite = question.table(who)
    sheet = question.sheet.but(
        population=f"{question.sheet.population}, {pair.labels[True]} against {pair.labels[False]}"
    )
    if question.missing == "OC":
        yield from _observed(question, sheet, pair, who, treated, values[:, at])
    else:
        yield from _imputed(question, sheet, pair, who, treated, values, composite, at)


def _observed(
    question: Question,
    sheet: Sheet,
    pair: Pair,
    who: list[str],
    treated: np.ndarray,
    column: np.ndarray,
) -> Iterator[Result]:
    kept = np.isfinite(column)
    known = [one for one, here in zip(who, kept, strict=True) if here]
    lost = len(who) - len(known)
    notes = [f"{many(lost, 'patient')} without a value left out."] if lost else []
    term = None
    try:
        if not 0 < treated[kept].sum() < len(known):
            raise ModelError(NO_PATIENTS)
        extra, layers = covariates(pair, known)
        design = np.column_stack([np.ones(len(known)), treated[kept], extra])
        model = linear.fit(column[kept], design, names=["the mean", "the arm", *layers])
        term = model.combination(np.eye(design.shape[1])[1])
    except ModelError as error:
        notes = [*notes, str(error)]
    estimate = term.estimate if term else Estimate(None)
    words = f"analysis of covariance on arm, {pair.by}, of patients with a value"
    yield from _told(question, sheet, pair, estimate, term.p_value if term else None, len(known),
                     words, FISHER, notes)  # fmt: skip


def _imputed(
    question: Question,
    sheet: Sheet,
    pair: Pair,
    who: list[str],
    treated: np.ndarray,
    values: np.ndarray,
    composite: np.ndarray,
    at: int,
) -> Iterator[Result]:
    """Completed copies up to the visit; what a composite decided is put back into them."""
    values, composite = values[:, : at + 1], composite[:, : at + 1]
    lost = int(np.isnan(values[:, at]).sum())
    notes = [f"{many(lost, 'patient')} without a value imputed."] if lost else []
    found, pooled, shift = None, None, None
    try:
        trial = Trial(np.where(composite, np.nan, values), treated, covariates(pair, who)[0])
        strategy = cast("Strategy", question.missing)
        copies = imputation.impute(trial, [strategy], seed=question.seed, copies=question.copies)
        whole = copies[strategy]
        decided = composite[:, at]
        found = imputation.Completed(
            np.where(decided, values[:, at], whole.values), whole.design, whole.left & ~decided
        )
        pooled, shift = found.difference(), found.tipping()
    except ModelError as error:
        notes, found = [*notes, str(error)], None
    words = (
        f"multiple imputation over visits ({question.copies} copies), analysis of covariance of "
        f"each copy on arm, {pair.by}, pooled by Rubin's rules"
    )
    if pooled:
        words += f"; {pooled.freedom:.1f} degrees of freedom"
    estimate = pooled.estimate if pooled else Estimate(None)
    yield from _told(question, sheet, pair, estimate, pooled.p_value if pooled else None, len(who),
                     words, CARPENTER, notes)  # fmt: skip
    none = ["No shift tips the result."] if found and shift is None else []
    yield sheet.result(
        f"{question.key}.{pair.arm['id']}.tipping",
        f"{question.estimand['label']}: tipping point",
        "shift",
        shift,
        unit=UNIT,
        n=len(who),
        method=f"{TIPPED}; {words}",
        reference=CARPENTER,
        rows=question.rows.of(who).keys(),
        warnings=[*notes, *none],
    )


def _told(
    question: Question,
    sheet: Sheet,
    pair: Pair,
    estimate: Estimate,
    p_value: float | None,
    n: int,
    words: str,
    reference: str,
    notes: list[str],
) -> Iterator[Result]:
    label, key = question.estimand["label"], f"{question.key}.{pair.arm['id']}"
    who = [one for arm in (pair.arm, pair.control) for one in question.people[arm["id"]]]
    rows = question.rows.of(who)
    yield sheet.estimate(
        f"{key}.difference", f"{label}: difference of adjusted means", estimate, rows,
        statistic="difference", n=n, unit=UNIT, method=f"{words}; 95 % interval",
        reference=reference, warnings=notes,
    )  # fmt: skip
    yield sheet.p_value(
        f"{key}.p_value", f"{label}: equal means", p_value, rows, n=n, method=f"t test; {words}",
        reference=reference, warnings=notes,
    )  # fmt: skip
