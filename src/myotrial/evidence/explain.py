"""Why statements cannot all hold, in words made from the statements themselves.

One of the conflict's numbers is set against what the other statements force it to be: "There must
be at least 15 patients who had a repeat biopsy, but 14 are stated." The number chosen is one that
the conflicts of a group share, if there is one; the bound is exact, not merely the certificate's.
"""

from collections.abc import Iterable

import numpy as np

from myotrial.evidence import moments, rounding
from myotrial.evidence.claims import Claim, Mean, PValue, Share
from myotrial.evidence.elements import Element, bits
from myotrial.evidence.solver import Solver, Vector
from myotrial.evidence.statements import EVERYONE, Choice, Line, tally

__all__ = ["because", "forced", "sentence", "vector_of"]


def sentence(solver: Solver, conflict: int, shared: int) -> str:
    """Explain a minimal conflict; `shared` are the elements common to its group."""
    elements = solver.elements
    candidates = [place for place in bits(conflict) if elements[place].kind != "reading"]
    candidates.sort(key=lambda place: _preference(elements[place], shared >> place & 1))
    told = (
        *(_alone(elements[place]) for place in candidates),
        *(_rounded(solver, conflict, place) for place in candidates),
    )
    for reason in told:
        if reason:
            return reason
    for place in candidates:
        reason = _against(solver, conflict, place)
        if reason:
            return reason
    count = conflict.bit_count()
    return f"These {count} statements cannot all hold." if count > 1 else "This cannot hold."


def forced(solver: Solver, statements: int, shared: int) -> str:
    """One shared statement's number against what all the others force; empty where they force none.

    `statements` may hold more than a minimal conflict, so the bound is the one a reader would find.
    """
    elements = solver.elements
    places = [place for place in bits(shared) if elements[place].kind != "reading"]
    places.sort(key=lambda place: _preference(elements[place], 1))
    told = (_against(solver, statements, place) for place in places)
    return next((reason for reason in told if reason), "")


def because(elements: Iterable[Element], loosely: set[str]) -> list[str]:
    """What the statements say, one sentence each."""
    said = {}
    for element in elements:
        suffix = " (read loosely)" if element.item.id in loosely else ""
        said[element.item.id] = element.item.says + suffix
    return list(said.values())


def _preference(element: Element, shared: int) -> tuple[bool, bool, bool]:
    item = element.item
    total = any(_everyone(line) for line in element.statements)
    return not shared, total, not (isinstance(item, Claim) and item.who)


def _everyone(statement: object) -> bool:
    return isinstance(statement, Line) and [tally for _, tally in statement.terms] == [EVERYONE]


def _against(solver: Solver, conflict: int, place: int) -> str:
    """One statement's number against what the others force; empty where they force nothing."""
    element, others = solver.elements[place], conflict & ~(1 << place)
    for line in element.statements:
        if not isinstance(line, Line) or not line.terms:
            continue
        vector = vector_of(solver, line)
        least = solver.least(vector, others)
        if least is not None and line.high is not None and least[0] > line.high:
            return _told(element, line, "least", "must", least[0], line.high)
        most = solver.most(vector, others)
        if most is not None and line.low is not None and most[0] < line.low:
            return _told(element, line, "most", "can", most[0], line.low)
    return ""


def _alone(element: Element) -> str:
    """Why a claim's printed SD or p-value cannot be, whatever else is said; else empty."""
    form = element.item.form
    if all(not isinstance(each, Choice) or each.options for each in element.statements):
        return ""
    if isinstance(form, PValue):
        rows = f" with rows of {' and '.join(form.sizes)} patients" if form.sizes else ""
        return f"No table{rows} has a p-value ({form.p_value.test}) that prints as {form.equals}."
    if isinstance(form, Mean):
        whose = f" of {form.n} patients" if form.n is not None else ""
        return f"No scores{whose} have a mean of {form.equals} and an SD of {form.sd}."
    return ""


def _rounded(solver: Solver, conflict: int, place: int) -> str:
    """Why no whole numbers print as a claim's share or mean; empty where that is not the reason.

    The number of patients it is of must follow from the conflict's other statements.
    """
    element, others = solver.elements[place], conflict & ~(1 << place)
    form = element.item.form
    if not isinstance(form, Share | Mean):
        return ""
    among = tally(form.among)
    if among not in solver.model.tallies:
        return ""
    vector = solver.vector(among)
    least, most = solver.least(vector, others), solver.most(vector, others)
    if least is None or most is None or least[0] != most[0] or least[0] < 1:
        return ""
    n = least[0]
    if isinstance(form, Share):
        if rounding.counts(form.equals, n):
            return ""
        return f"No whole number of {_patients(n)} is a share of {form.equals}."
    verdict = moments.grim(form.equals, n)
    return "" if verdict.consistent else f"{verdict.reason[0].upper()}{verdict.reason[1:]}."


def vector_of(solver: Solver, line: Line) -> Vector:
    """Columns and coefficients of a line."""
    sums: dict[int, int] = {}
    for factor, found in line.terms:
        columns, coefficients = solver.vector(found)
        for column, coefficient in zip(columns.tolist(), coefficients.tolist(), strict=True):
            sums[column] = sums.get(column, 0) + factor * coefficient
    return np.array([*sums], dtype=np.int64), np.array([*sums.values()], dtype=np.int64)


def _told(element: Element, line: Line, side: str, verb: str, forced: int, said: int) -> str:
    item = element.item
    if _everyone(line):
        return f"There {verb} be at {side} {_patients(forced)}, but {_stated(said)}."
    if len(line.terms) != 1 or line.terms[0][0] != 1:
        return f"The other statements leave no room for what is said: {item.says}."
    condition = line.terms[0][1]
    if condition.score:
        return f"The {condition.words()} {verb} be at {side} {forced}, but is stated as {said}."
    who = isinstance(item, Claim) and item.who and len(element.statements) == 1
    which = f"who {item.who}" if who and isinstance(item, Claim) else f"with {condition.text}"
    return f"There {verb} be at {side} {_patients(forced)} {which}, but {_stated(said)}."


def _stated(said: int) -> str:
    return "none is stated" if said == 0 else f"{said} {'is' if said == 1 else 'are'} stated"


def _patients(count: int) -> str:
    return "1 patient" if count == 1 else f"{count} patients"
