"""The course of response over a subject's visits, and the estimands made of it.

Visits   a sequence in order of time, one truth for each visit: floats' truths, or arrays of one
         shape with one entry a subject. What was not known is never hidden in a truth: the
         sequence comes three times, as `low` (improved whatever is missing), `high` (improved if
         what is missing were good) and `known` (the verdict follows from what was assessed).
Estimand `ever`: at any of the visits; `at`: at one of them; `sustained`: at k visits in a row.
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

__all__ = ["FACTS", "Estimand", "Estimate", "at", "estimate", "ever", "first", "held", "sustained"]

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
)


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
