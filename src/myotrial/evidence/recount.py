"""Count patients against claims in plain whole numbers, sharing nothing with the solver.

What the solver calls a table in which claims hold is believed only after it has been spelt out as
patients and recounted here: each condition is evaluated patient by patient, each printed number is
compared as its rounding allows.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from myotrial.evidence import claims, pvalues, rounding
from myotrial.evidence.vague import bound
from myotrial.expressions import Expression, evaluate

__all__ = ["holds"]

Patient = Mapping[str, Any]


def holds(paper: claims.Paper, form: claims.Form, patients: Sequence[Patient]) -> bool:
    """Say whether a claim's form is true of these patients.

    Args:
        paper: The paper, for what its vague words mean.
        form: A machine form.
        patients: For each patient a value of each attribute.
    """
    return CHECK[type(form)](paper, form, patients)


def _those(condition: Expression | None, patients: Sequence[Patient]) -> list[Patient]:
    if condition is None:
        return list(patients)
    return [patient for patient in patients if evaluate(condition, patient)]


def _total(_paper: claims.Paper, form: Any, patients: Sequence[Patient]) -> bool:
    return len(patients) == int(form.total)


def _count(_paper: claims.Paper, form: Any, patients: Sequence[Patient]) -> bool:
    found = len(_those(form.count, patients))
    if form.equals is not None:
        return found == int(form.equals)
    low = form.at_least is None or found >= int(form.at_least)
    return low and (form.at_most is None or found <= int(form.at_most))


def _by(_paper: claims.Paper, form: Any, patients: Sequence[Patient]) -> bool:
    those = _those(form.count, patients)
    return all(
        sum(str(patient[form.by]) == value for patient in those) == int(printed)
        for value, printed in form.equals.items()
    )


def _share(_paper: claims.Paper, form: Any, patients: Sequence[Patient]) -> bool:
    among = _those(form.among, patients)
    if not among:
        return False
    share = Fraction(len(_those(form.share, among)), len(among))
    return share in rounding.interval(form.equals)


def _range(_paper: claims.Paper, form: Any, patients: Sequence[Patient]) -> bool:
    values = [patient[form.attribute] for patient in _those(form.among, patients)]
    ends = claims.number(form.low), claims.number(form.high)
    return bool(values) and (min(values), max(values)) == ends


def _mean(_paper: claims.Paper, form: Any, patients: Sequence[Patient]) -> bool:
    values = [Fraction(patient[form.attribute]) for patient in _those(form.among, patients)]
    n = len(values)
    if n == 0 or (form.n is not None and n != int(form.n)):
        return False
    mean = sum(values, Fraction(0)) / n
    if mean not in rounding.interval(form.equals):
        return False
    if form.sd is None:
        return True
    squares = sum(((value - mean) ** 2 for value in values), Fraction(0))
    return n > 1 and _spread(squares / (n - 1), rounding.interval(form.sd))


def _spread(variance: Fraction, printed: rounding.Printed) -> bool:
    """Whether the root of a variance prints so; squares are compared, so nothing is rounded."""
    low, high = printed.low, printed.high
    if high is not None and (high < 0 or variance > high**2):
        return False
    if low is not None and low >= 0 and variance < low**2:
        return False
    shut = (low, printed.low_open), (high, printed.high_open)
    return not any(
        is_open and end is not None and end >= 0 and variance == end**2 for end, is_open in shut
    )


def _p_value(_paper: claims.Paper, form: Any, patients: Sequence[Patient]) -> bool:
    test = form.p_value
    cells = [0, 0, 0, 0]
    for patient in _those(test.among, patients):
        row, column = evaluate(test.row, patient), evaluate(test.column, patient)
        cells[2 * (not row) + (not column)] += 1
    sizes = (cells[0] + cells[1], cells[2] + cells[3])
    if form.sizes is not None and sizes != tuple(map(int, form.sizes)):
        return False
    return bool(pvalues.allowed(test.test, form.equals, np.array([cells]))[0])


def _vaguely(paper: claims.Paper, form: Any, patients: Sequence[Patient]) -> bool:
    among = _those(form.among, patients)
    counted = len(_those(form.count, among))
    meaning = paper.vague[form.vaguely]
    for key, compare in COMPARE.items():
        for text in getattr(meaning, key):
            end, share = bound(text)
            if not compare(counted, end * len(among) if share else end):
                return False
    return True


def _always(_paper: claims.Paper, form: Any, patients: Sequence[Patient]) -> bool:
    return all(evaluate(form.always, patient) for patient in patients)


def _unchecked(_paper: claims.Paper, _form: Any, _patients: Sequence[Patient]) -> bool:
    return True


COMPARE: dict[str, Callable[[int, Fraction], bool]] = {
    "at_least": lambda count, end: count >= end,
    "at_most": lambda count, end: count <= end,
    "more_than": lambda count, end: count > end,
    "less_than": lambda count, end: count < end,
}
CHECK: dict[type, Callable[[claims.Paper, Any, Sequence[Patient]], bool]] = {
    claims.Total: _total,
    claims.Count: _count,
    claims.CountBy: _by,
    claims.Share: _share,
    claims.Range: _range,
    claims.Mean: _mean,
    claims.PValue: _p_value,
    claims.Vaguely: _vaguely,
    claims.Always: _always,
    claims.Unchecked: _unchecked,
}
