"""Estimands of a response: shares of each arm, and their differences.

NRI, OC   counts, with exact and score intervals.
MAR, J2R  multiple imputation of the verdicts over visits; the share and the difference of each copy
          with its binomial variance, pooled by Rubin's rules.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from myotrial.analysis.comparison.arms import NO_PATIENTS, Pair
from myotrial.analysis.estimands.question import Question
from myotrial.analysis.sheet import many
from myotrial.results import Result
from myotrial.statistics import verdict_imputation
from myotrial.statistics.binomial import clopper_pearson
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.risk_difference import risk_difference
from myotrial.statistics.rubin import Pooled, pooled
from myotrial.statistics.two_by_two import fisher

__all__ = ["results"]

CLOPPER_PEARSON = "Clopper CJ, Pearson ES. Biometrika 1934;26:404-13."
MIETTINEN = "Miettinen O, Nurminen M. Stat Med 1985;4:213-26."
FISHER = "Fisher RA. J R Stat Soc 1935;98:39-54."
BARNARD = "Barnard J, Rubin DB. Biometrika 1999;86:948-55."
BAD = ("proderm",)  # definitions whose being met is bad: missing counts as met
NONE_LEFT = "No patient of this arm has a known outcome."


def results(question: Question) -> Iterator[Result]:
    """The share of each arm, then each arm against the control."""
    if question.missing in ("NRI", "OC"):
        yield from _counted(question)
    else:
        yield from _imputed(question)


def _outcomes(question: Question, values: np.ndarray, met: np.ndarray) -> np.ndarray:
    """One outcome a subject from those at visits: 1, 0, or NaN where nothing decides.

    Args:
        question: The estimand.
        values: Shape (subjects, visits).
        met: Whether an unscheduled assessment met the response.
    """
    asked = question.endpoint["estimand"]
    if asked == "at_visit":
        return values[:, question.at(question.endpoint["visit"])]
    seen = np.isfinite(values)
    if asked == "ever":
        yes = (values == 1).any(axis=1) | met
        return np.where(yes, 1.0, np.where(seen.any(axis=1), 0.0, np.nan))
    needed = question.endpoint.get("consecutive") or 2
    yes = _in_a_row(values == 1, needed)
    return np.where(yes, 1.0, np.where(_in_a_row(seen, needed), 0.0, np.nan))


def _in_a_row(truths: np.ndarray, needed: int) -> np.ndarray:
    run = found = np.zeros(len(truths), int)
    for column in truths.T:
        run = (run + 1) * column
        found = np.maximum(found, run)
    return found >= needed


def _counted(question: Question) -> Iterator[Result]:
    values, _ = question.table(question.who)
    outcome = _outcomes(question, values, question.between(question.who))
    lost = np.isnan(outcome)
    bad = question.endpoint["definition"] in BAD
    if question.missing == "NRI":
        outcome = np.where(lost, float(bad), outcome)
    told = dict(zip(question.who, outcome.tolist(), strict=True))
    missing = dict(zip(question.who, lost.tolist(), strict=True))
    cells: dict[str, tuple[int, int]] = {}
    for arm in question.arms:
        people = question.people[arm["id"]]
        known = [one for one in people if told[one] == told[one]]
        x, n = sum(told[one] == 1 for one in known), len(known)
        cells[arm["id"]] = (x, n - x)
        gone = sum(missing[one] for one in people)
        word = ("left out" if question.missing == "OC" else "counted as met" if bad
                else "counted as not met")  # fmt: skip
        notes = [f"{many(gone, 'patient')} without a known outcome {word}."] if gone else []
        yield question.sheet.but(groups={"ARM": question.label(arm)}).estimate(
            f"{question.key}.share.{arm['id']}", question.estimand["label"],
            clopper_pearson(x, n) if n else None, question.rows.of(known), statistic="share",
            n=n, unit="%", scale=100, method=f"{x} of {n} patients; exact (Clopper-Pearson) 95 % "
            "interval", reference=CLOPPER_PEARSON, warnings=notes if n else [*notes, NONE_LEFT],
        )  # fmt: skip
    for pair in question.pairs:
        table = (*cells[pair.arm["id"]], *cells[pair.control["id"]])
        none = [] if sum(table[:2]) and sum(table[2:]) else [NO_PATIENTS]
        yield from _differences(
            question, pair, risk_difference(*table), None if none else fisher(*table),
            ("difference of shares with the Miettinen-Nurminen score 95 % interval", MIETTINEN),
            ("Fisher's exact test, two-sided", FISHER), sum(table), none,
        )  # fmt: skip


def _imputed(question: Question) -> Iterator[Result]:
    """Each arm beside the control, completed together; without a control, alone."""
    if not question.pairs:
        yield from _alone(question)
    for number, pair in enumerate(question.pairs):
        sides = [question.people[arm["id"]] for arm in (pair.arm, pair.control)]
        who = [one for side in sides for one in side]
        treated = np.arange(len(who)) < len(sides[0])
        outcome, words, notes = _copies(question, who, treated)
        shares = [outcome[:, treated], outcome[:, ~treated]]
        for side, arm in zip(shares, (pair.arm, pair.control), strict=True):
            if arm is pair.arm or number == 0:
                yield _share(question, arm, side, words, notes)
        able = all(side.shape[1] for side in shares)
        found = _pooled(shares) if able else None
        why = [*notes, *([] if able else [NO_PATIENTS])]
        freedom = f"; {found.freedom:.1f} degrees of freedom" if found else ""
        yield from _differences(
            question, pair, found.estimate if found else Estimate(None),
            found.p_value if found else None,
            (f"difference of shares, {words}{freedom}; 95 % interval", BARNARD),
            (f"t test, {words}", BARNARD), len(who), why,
        )  # fmt: skip


def _alone(question: Question) -> Iterator[Result]:
    outcome, words, notes = _copies(question, question.who, np.zeros(len(question.who), bool))
    yield _share(question, question.arms[0], outcome, words, notes)


def _copies(
    question: Question, who: list[str], treated: np.ndarray
) -> tuple[np.ndarray, str, list[str]]:
    """Outcomes in each completed copy, shape (copies, subjects), and how they came about.

    What a composite decided tells nothing of those without the event: it is left out of the model
    and put back into the copies.
    """
    values, composite = question.table(who)
    met = question.between(who)
    lost = int(np.isnan(_outcomes(question, values, met)).sum())
    whole = verdict_imputation.impute(
        np.where(composite, np.nan, values), treated, seed=question.seed, copies=question.copies,
        jump=question.missing == "J2R",
    )  # fmt: skip
    whole = np.where(composite, values, whole)
    outcome = np.array([_outcomes(question, copy, met) for copy in whole])
    after = "jump to reference" if question.missing == "J2R" else "missing at random"
    words = (
        f"multiple imputation of verdicts over visits ({after}; {question.copies} copies), pooled "
        "by Rubin's rules"
    )
    notes = [f"{many(lost, 'patient')} without a known outcome imputed."] if lost else []
    return outcome, words, notes


def _share(
    question: Question, arm: Any, outcome: np.ndarray, words: str, notes: list[str]
) -> Result:
    people = outcome.shape[1]
    found = _pooled([outcome]) if people else None
    estimate = Estimate(None)
    if found:
        given = found.estimate
        estimate = Estimate(given.value, max(0.0, given.low), min(1.0, given.high), given.level)
    return question.sheet.but(groups={"ARM": question.label(arm)}).estimate(
        f"{question.key}.share.{arm['id']}", question.estimand["label"], estimate,
        question.rows.of(question.people[arm["id"]]), statistic="share", n=people, unit="%",
        scale=100, method=f"share of patients, {words}; 95 % interval", reference=BARNARD,
        warnings=notes if people else [*notes, NONE_LEFT],
    )  # fmt: skip


def _pooled(shares: list[np.ndarray]) -> Pooled:
    """The share, or the first less the second, pooled over the copies."""
    means = [side.mean(axis=1) for side in shares]
    values = means[0] - means[1] if len(means) > 1 else means[0]
    spread = sum(
        mean * (1 - mean) / side.shape[1] for mean, side in zip(means, shares, strict=True)
    )
    freedom = sum(side.shape[1] - 1 for side in shares)
    return pooled(values, np.asarray(spread), freedom=max(freedom, 1))


def _differences(
    question: Question,
    pair: Pair,
    found: Estimate,
    p_value: float | None,
    difference: tuple[str, str],
    test: tuple[str, str],
    n: int,
    why: list[str],
) -> Iterator[Result]:
    label, key = question.estimand["label"], f"{question.key}.{pair.arm['id']}"
    who = [one for arm in (pair.arm, pair.control) for one in question.people[arm["id"]]]
    rows = question.rows.of(who)
    sheet = question.sheet.but(
        population=f"{question.sheet.population}, {pair.labels[True]} against {pair.labels[False]}"
    )
    yield sheet.estimate(
        f"{key}.difference", f"{label}: difference", found, rows, statistic="difference", n=n,
        unit="%", scale=100, method=difference[0], reference=difference[1], warnings=why,
    )  # fmt: skip
    idle = ["No test is possible."] if p_value is None and not why else []
    yield sheet.p_value(
        f"{key}.p_value", f"{label}: equal", p_value, rows, n=n, method=test[0],
        reference=test[1], warnings=[*why, *idle],
    )  # fmt: skip
