"""Why one subject was judged as it was: every measure at every visit, and the rules that decided.

What is shown is computed by the functions that judge a whole table; nothing is judged anew here.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from myotrial.documents import nearest
from myotrial.errors import MyotrialError
from myotrial.response import tis_2016
from myotrial.scoring import measured, rules, subject, worse_rules
from myotrial.scoring.core_sets import CRITERIA, TASKS, Used
from myotrial.scoring.door import USUAL
from myotrial.scoring.measured import ROLES
from myotrial.scoring.subject import Course

__all__ = ["explain"]


def explain(
    table: Any,
    name: str,
    *,
    visit: str | None = None,
    baseline: str | None = None,
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    variants: Mapping[str, str] | None = None,
    limits: Mapping[str, Any] | None = None,
    criteria: Sequence[str] = USUAL,
    decimal: str = ".",
    numbers: np.ndarray | None = None,
) -> dict[str, Any]:
    """Explain the verdicts on one subject.

    Args:
        table: As in `score`, in memory.
        name: The subject, as in USUBJID.
        visit: One visit; None for every visit after baseline.
        baseline: As in `score`, and so are the others.
        columns: Other names of columns.
        units: Unit of each measure that knows several.
        variants: Variant of each measure that knows several.
        limits: Upper limits of normal.
        criteria: Those of `score`.
        decimal: What stands before the decimals in columns of text.
        numbers: Number of each row; None: from 1 on.

    Returns:
        Plain data: subject, baseline, row (of the baseline), problems, and for each of the visits
        its name and row, its measures and its rules. A measure has its values, its change, in
        percent of baseline and of its range, its band and points, its marks, and what is missing
        and could become of it. A rule has its name, verdict, sentence and source; the Total
        Improvement Score also its points (least, most) and thresholds.

    Raises:
        MyotrialError: As `score` raises, or subject or visit are not there.
        MissingColumnsError: Subject, visit or every measure is missing.
    """
    course = subject.read(
        table,
        name,
        numbers=numbers,
        baseline=baseline,
        columns=columns or {},
        units=units or {},
        variants=variants or {},
        limits=limits or {},
        criteria=criteria,
        decimal=decimal,
    )
    if visit is not None and visit not in course.visits:
        hint = nearest(visit, course.visits)
        raise MyotrialError(f"{name!r} has no visit {visit!r} to explain.\nHint: {hint}")
    return {
        "subject": course.subject,
        "baseline": course.baseline,
        "row": course.rows[0],
        "problems": [str(problem) for problem in course.tally.problems],
        "visits": [
            {
                "visit": label,
                "row": course.rows[at + 1],
                "measures": [*measured.measures(course, at), *measured.others(course, at)],
                "rules": [*_rules(course, at)],
            }
            for at, label in enumerate(course.visits)
            if visit in (None, label)
        ],
    }


def _rules(course: Course, at: int) -> Iterator[dict[str, Any]]:
    """The sentence of every rule that was asked for."""
    for name in course.plan.criteria:
        criterion, taken = CRITERIA[name], course.plan.used(name)
        if criterion.adds == "fi20":
            yield rules.index(*measured.index(course, "FI", at))
        elif criterion.adds == "fi2":
            there = [task for task in TASKS if task in course.plan.held]
            changes = {
                measured.label(course, task): measured.index(course, task, at)[0] for task in there
            }
            yield rules.tasks(changes)
        elif criterion.adds == "tis":
            limits = criterion.thresholds or tis_2016.ADULT
            yield rules.total(measured.absolute(course, taken, at), ROLES, name, limits)
        else:
            yield from _relative_rules(course, name, taken, at)


def _relative_rules(course: Course, name: str, taken: Used, at: int) -> Iterator[dict[str, Any]]:
    change, kind = measured.relative(course, taken, at), CRITERIA[name].adds
    if kind == "doi":
        yield rules.improvement(change, ROLES, children=name == "doi_paediatric")
        yield worse_rules.worse(change, ROLES)
        yield worse_rules.status(change)
    elif kind == "printo":
        yield rules.printo_definition(change, ROLES)
    elif kind == "worsening30":
        if not any(CRITERIA[other].adds == "doi" for other in course.plan.criteria):
            yield worse_rules.worse(change, ROLES)
    elif kind == "worsening":
        yield worse_rules.imacs_worsening(change, *_rises(course, taken, at), ROLES)
    else:
        now = change, *_rises(course, taken, at)
        last = int(course.before[at])
        then = None
        if last >= 0:
            then = measured.relative(course, taken, last), *_rises(course, taken, last)
        yield worse_rules.deterioration(now, then, ROLES)


def _rises(course: Course, taken: Used, at: int) -> tuple[Any, Any]:
    names = taken.names
    physician, extramuscular = (
        np.broadcast_to(course.pairs.rise(name), len(course.visits))[at]
        for name in (names.physician, names.extramuscular)
    )
    return physician, extramuscular
