"""Continuous outcomes at the last visit alone: analysis of covariance, and exact rank methods.

Covariance  of patients seen at that visit, adjusted for baseline and the strata.
Ranks       the exact Mann-Whitney test and the Hodges-Lehmann shift, without adjustment.
"""

from collections.abc import Iterator

import numpy as np

from myotrial.analysis.comparison.arms import Pair
from myotrial.analysis.comparison.outcomes import Outcome, both, covariates
from myotrial.analysis.sheet import Sheet, attempt, many
from myotrial.analysis.trial import Rows
from myotrial.errors import ModelError
from myotrial.results import Result
from myotrial.statistics import linear
from myotrial.statistics.two_sample import mann_whitney_exact, shift

__all__ = ["covariance", "results"]

RULE = "last_visit.results"
FISHER = "Fisher RA. Statistical Methods for Research Workers, 4th ed., 1932."
MANN = "Mann HB, Whitney DR. Ann Math Stat 1947;18:50-60."
HODGES = "Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598-611."


def results(pair: Pair, outcome: Outcome) -> Iterator[Result]:
    """Analysis of covariance at the last visit, and the exact rank test beside it."""
    if not outcome.visits:
        return
    visit, column = outcome.visits[-1], outcome.values[:, -1]
    kept = np.flatnonzero(np.isfinite(column))
    who = [outcome.who[at] for at in kept]
    values = column[kept]
    treated = np.array([pair.treated[one] for one in who], bool)
    rows = outcome.rows.where(VISITID=visit["id"])
    lost = len(pair.people) - len(who)
    sheet = pair.sheet(RULE).but(
        estimand=f"at {visit['label']}; observed cases", groups={"AVISIT": visit["label"]}
    )
    left_out = [f"{many(lost, 'patient')} without a value left out."] if lost else []
    term, why = None, []
    try:
        term = covariance(pair, outcome, kept, who, values, treated)
    except ModelError as error:
        why = [str(error)]
    start = "baseline, " if outcome.before is not None else ""
    words = f"analysis of covariance on arm, {start}{pair.by}, by least squares"
    key = f"{pair.key}.{outcome.key}.ancova.{visit['id']}"
    yield from both(sheet, key, outcome, term, rows, words, FISHER, [*left_out, *why])
    yield from _ranks(sheet, pair, outcome, values, treated, rows, left_out)


def covariance(
    pair: Pair,
    outcome: Outcome,
    kept: np.ndarray,
    who: list[str],
    values: np.ndarray,
    treated: np.ndarray,
) -> linear.Term:
    """The difference of the arms at one visit, adjusted for baseline and the strata.

    Args:
        pair: The two arms.
        outcome: The outcome.
        kept: Positions of the patients with a value.
        who: Their subjects.
        values: Their values.
        treated: Whether each is of the arm.

    Raises:
        ModelError: It cannot be had.
    """
    if treated.all() or not treated.any():
        raise ModelError("One of the two arms has no patients with a value.")
    extra, layers = covariates(pair, who)
    parts, names = [np.ones(len(who)), treated.astype(float)], ["the mean", "the arm"]
    if outcome.before is not None and np.ptp(outcome.before[kept]) > 0:
        parts.append(outcome.before[kept] - outcome.before[kept].mean())
        names.append("baseline")
    design = np.column_stack([*parts, extra])
    model = linear.fit(values, design, names=[*names, *layers])
    return model.combination(np.eye(design.shape[1])[1])


def _ranks(
    sheet: Sheet,
    pair: Pair,
    outcome: Outcome,
    values: np.ndarray,
    treated: np.ndarray,
    rows: Rows,
    notes: list[str],
) -> Iterator[Result]:
    """The Mann-Whitney test and the Hodges-Lehmann shift, both exact."""
    first, second = values[treated].tolist(), values[~treated].tolist()
    empty = ["One of the two arms has no patients with a value."] if not (first and second) else []
    key = f"{pair.key}.{outcome.key}.ranks.{outcome.visits[-1]['id']}"
    found, limits = attempt(shift, first, second)
    yield sheet.estimate(
        f"{key}.shift", f"{outcome.label}: shift between the arms", found, rows,
        statistic="difference", n=len(values), unit=outcome.unit,
        method="Hodges-Lehmann shift with the exact 95 % interval of the rank sum distribution",
        reference=HODGES, warnings=[*notes, *empty, *limits],
    )  # fmt: skip
    test, limits = attempt(mann_whitney_exact, first, second)
    yield sheet.p_value(
        f"{key}.mann_whitney", f"{outcome.label}: same distribution (Mann-Whitney)",
        test.p_value if test and not empty else None, rows, n=len(values),
        method="Mann-Whitney test, two-sided, exact over all splits, tied ranks shared",
        reference=MANN, warnings=[*notes, *empty, *limits],
    )  # fmt: skip
