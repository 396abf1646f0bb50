"""The sentence of each rule of worsening, and of the status, with the measures that decided."""

from typing import Any

import numpy as np

from myotrial.response import imacs_2004, proderm, worsening
from myotrial.response.core_set import CoreSet
from myotrial.scoring.sentences import (
    NO_PAIR,
    counted,
    listed,
    missing_of,
    named,
    told,
    verdict_of,
    with_missing,
)

__all__ = ["deterioration", "imacs_worsening", "status", "worse"]


def imacs_worsening(
    change: CoreSet, physician_rise: float, extramuscular_rise: float, names: CoreSet
) -> dict[str, Any]:
    """The IMACS rule of worsening (2005), with its three legs."""
    low, high = worsening.imacs_2005_bounds(change, physician_rise, extramuscular_rise)
    gone = missing_of(change, names)
    sentence = _legs(change, physician_rise, extramuscular_rise, names)
    verdict = verdict_of(low, high, len(gone) < len(change))
    return told(
        "worsening",
        "IMACS worsening",
        verdict,
        with_missing(verdict, sentence, gone),
        f"{worsening.ODDIS} (numbers recalled)",
    )


def deterioration(
    now: tuple[CoreSet, float, float], then: tuple[CoreSet, float, float] | None, names: CoreSet
) -> dict[str, Any]:
    """Deterioration as in ProDERM, and whether it held at the visit before too.

    Args:
        now: Changes, and rises of physician and extramuscular global activity in cm.
        then: The same at the visit before; None if there was none.
        names: What each measure is called.
    """
    change, physician, extramuscular = now
    low, high = proderm.bounds(*now)
    before = proderm.bounds(*then) if then else (False, False)
    counted: CoreSet = change._replace(enzyme=np.float64(0.0))
    gone = missing_of(counted, names)
    verdict = verdict_of(low, high, len(gone) < len(change) - 1)
    sentence = with_missing(verdict, _legs(counted, physician, extramuscular, names), gone)
    surely, maybe = (
        proderm.confirmed((one, two)) for one, two in zip(before, (low, high), strict=True)
    )
    if high and verdict != "NOT ASSESSED":
        held = "held" if surely else "may have held" if maybe else "did not hold"
        sentence += f". It {held} at the visit before too, which would confirm it"
    name = "Deterioration as in ProDERM"
    return told("deterioration", name, verdict, sentence, proderm.SOURCE)


def _legs(change: CoreSet, physician: float, extramuscular: float, names: CoreSet) -> str:
    """What each of the three legs says: globals, strength beside the physician's, and counts."""
    rise, strength = f"{worsening.RISE:g} cm", f"{worsening.STRENGTH:g} %"
    lost = named(names, (item <= -worsening.PERCENT for item in change))
    weaker = change.strength <= -worsening.STRENGTH
    first = "rose" if physician >= worsening.RISE else "did not rise"
    second = "fell" if weaker else "did not fall"
    third = "rose" if extramuscular >= worsening.RISE else "did not rise"
    return (
        f"physician global {first} by {rise} or more and muscle strength {second} by {strength} or "
        f"more (both must); extramuscular activity {third} by {rise} or more; {counted(lost)} got "
        f"worse by {worsening.PERCENT:g} % or more ({worsening.MEASURES} must). One is enough"
    )


def worse(change: CoreSet, names: CoreSet) -> dict[str, Any]:
    """Worsening by 30 % in three measures."""
    low, high = worsening.core_set_bounds(change)
    limit = f"{worsening.PERCENT:g} %"
    lost = named(names, (item <= -worsening.PERCENT for item in change))
    gone = missing_of(change, names)
    sentence = f"{counted(lost)} got worse by {limit} or more; {worsening.MEASURES} must"
    if len(gone) == len(change):
        verdict, sentence = "NOT ASSESSED", NO_PAIR
    elif low != high:
        verdict = "INDETERMINATE"
        sentence += f". What is missing decides: {listed(gone)}"
    else:
        verdict = "Y" if low else "N"
    return told("worsening30", "Worsening by 30 %", verdict, sentence, worsening.DASTMALCHI)


def status(change: CoreSet) -> dict[str, Any]:
    """Improved, unchanged or worse; improved comes first."""
    known = imacs_2004.assessed(change)
    bounds = imacs_2004.bounds(change)
    verdict = worsening.STATUSES[int(worsening.status(*bounds, *worsening.core_set_bounds(change)))]
    sentence = {
        "IMPROVED": "the definition of improvement is met, which comes before worsening",
        "WORSE": "the rule of worsening is met, and the definition of improvement is not",
        "UNCHANGED": "neither the definition of improvement nor the rule of worsening is met",
        "INDETERMINATE": "what is missing decides between improved, unchanged and worse",
    }[verdict]
    if not known:
        verdict, sentence = "NOT ASSESSED", NO_PAIR
    source = "The two rules above; that improvement comes first is assumed"
    return told("status", "Status", verdict, sentence, source)
