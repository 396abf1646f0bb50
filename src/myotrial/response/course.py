"""The course of response over a subject's visits, and the estimands made of it.

Visits   a sequence in order of time, one truth for each visit: floats' truths, or arrays of one
         shape with one entry a subject. What was not known is never hidden in a truth: the
         sequence comes three times, as `low` (improved whatever is missing), `high` (improved if
         what is missing were good) and `known` (the verdict follows from what was assessed).
Estimand `ever`: at any of the visits; `at`: at one of them; `at_last`: at the last whose verdict
         is known; `sustained`: at k visits in a row; `time_to_first`: the day of the first
         improvement, censored where there was none.
Handling of what is missing or indeterminate, side by side in `estimate`:
         non-responder imputation   counts as not improved;
         observed cases             is left out: the subject counts only if the estimand could be
                                    met by the visits whose verdict is known (ever: one such visit;
                                    at: that visit; sustained: k of them in a row);
         bounds                     as bad, and as good, as it could be. For these estimands, which
                                    only gain from an improved visit, the lower bound and
                                    non-responder imputation are the same number by nature.
Source   our statement of common usage; no publication prescribes it for the IMACS definition.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from myotrial.facts import Fact
from myotrial.response.core_set import Numbers, Truths

__all__ = [
    "FACTS",
    "Estimand",
    "Estimate",
    "Time",
    "at",
    "at_last",
    "estimate",
    "ever",
    "first",
    "held",
    "sustained",
    "time_to_first",
]

CONSECUTIVE = 2
Estimand = Callable[[Sequence[Truths]], Truths]

FACTS = (
    Fact(
        "improvement is sustained when it holds at scheduled visits in a row, at least",
        CONSECUTIVE,
        "visits",
        "no source says for the IMACS definition; the protocol's endpoint may name another number",
        "assumed",
    ),
    Fact(
        "time to first improvement, without one, is censored",
        "at the last visit whose verdict is known",
        "",
        "no source says for the IMACS definition; common usage",
        "assumed",
    ),
)


class Time(NamedTuple):
    """Time to the first improvement; numbers of one shape.

    Attributes:
        day: Day of the visit at which improvement was first seen; where none was, of the last
            visit whose verdict is known (0 if none is): the time of censoring.
        seen: Whether improvement was seen; False means censored.
        after: Day of the last earlier visit whose verdict is known, 0 if none: improvement began
            after it and by `day`, as an interval-censored analysis needs.
    """

    day: Numbers
    seen: Truths
    after: Numbers


class Estimate(NamedTuple):
    """One estimand under every handling of missing data; truths of one shape.

    Attributes:
        imputed: With non-responder imputation.
        observed: With observed cases; means something only where `known`.
        known: Whether the subject counts among the observed cases.
        low: Lower bound.
        high: Upper bound.
    """

    imputed: Truths
    observed: Truths
    known: Truths
    low: Truths
    high: Truths


def ever(visits: Sequence[Truths]) -> Truths:
    """Whether improved at any of the visits.

    >>> ever((False, True, False))
    True
    """
    found = False
    for improved in visits:
        found = found | improved
    return found


def at(visits: Sequence[Truths], position: int) -> Truths:
    """Whether improved at one visit, the first being 0.

    >>> at((False, True, False), 2)
    False
    """
    return visits[position]


def at_last(visits: Sequence[Truths], known: Sequence[Truths]) -> Truths:
    """Whether improved at the last visit whose verdict is known; False if none is.

    >>> at_last((True, True, False), known=(True, True, False))
    True
    """
    last = False
    for improved, settled in zip(visits, known):  # noqa: B905  (Numba knows no strict)
        last = (last & (settled == 0)) | (improved & settled)
    return last


def sustained(visits: Sequence[Truths], consecutive: int = CONSECUTIVE) -> Truths:
    """Whether improved at `consecutive` visits in a row.

    Args:
        visits: The scheduled visits in order; a visit that was missed breaks the row.
        consecutive: How many in a row are asked for, 1 or more.

    >>> sustained((True, False, True)), sustained((False, True, True))
    (False, True)
    """
    found = False
    run = 0
    for improved in visits:
        run = (run + 1) * improved
        found = found | (run >= consecutive)
    return found


def first(visits: Sequence[Truths]) -> Numbers:
    """At which visit the subject first improved, counted from 1; 0 if at none.

    >>> first((False, True, True)), first((False, False))
    (2, 0)
    """
    position = found = 0
    for improved in visits:
        position = position + 1
        found = found + position * ((found == 0) & improved)
    return found


def time_to_first(
    visits: Sequence[Truths], known: Sequence[Truths], days: Sequence[Numbers]
) -> Time:
    """When improvement was first seen, or until when it was not.

    Args:
        visits: For each visit in order, whether improved, whatever is missing.
        known: For each visit, whether its verdict follows from what was assessed; true wherever
            `visits` is.
        days: Days since baseline, more than 0, rising and finite. The day of a visit whose
            verdict is not known is not used: give the planned one where it was missed.

    Returns:
        A `Time`, of the same shape.

    >>> time_to_first((False, False, True), (True, False, True), (90, 180, 365))
    Time(day=365.0, seen=True, after=90.0)
    >>> time_to_first((False, False, False), (True, True, False), (90, 180, 365)).day
    180.0
    """
    day = after = 0.0
    seen = False
    for improved, settled, now in zip(visits, known, days):  # noqa: B905
        waiting = settled & (seen == 0)
        after = after + waiting * (improved == 0) * (now - after)
        day = day + waiting * (now - day)
        seen = seen | (waiting & improved)
    return Time(day, seen, after)


def held(visits: Sequence[Truths]) -> Numbers:
    """For how many visits in a row the first improvement held; 0 if there was none.

    >>> held((False, True, True, False, True)), held((False, False))
    (2, 0)
    """
    length = 0
    unbroken = True
    for improved in visits:
        unbroken = unbroken & ((length == 0) | improved)
        length = length + (unbroken & improved)
    return length


def estimate(
    estimand: Estimand,
    low: Sequence[Truths],
    high: Sequence[Truths],
    known: Sequence[Truths],
) -> Estimate:
    """Apply an estimand under every handling of missing data.

    Args:
        estimand: A function of a sequence of truths: `ever`, or `at` or `sustained` with their
            second argument filled in.
        low: For each visit, whether improved whatever is missing.
        high: For each visit, whether improved if what is missing were good; never below `low`.
        known: For each visit, whether its verdict follows from what was assessed; true wherever
            `low` is, and false at a visit that was missed.

    Returns:
        An `Estimate`.

    >>> estimate(ever, (False, False), (False, True), (True, False))
    Estimate(imputed=False, observed=False, known=True, low=False, high=True)
    """
    imputed = estimand(low)
    return Estimate(imputed, imputed, estimand(known), imputed, estimand(high))
