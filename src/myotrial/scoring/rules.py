"""The sentence of each rule that decided about one visit, with the measures that it turned on."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from myotrial.response import functional_index, imacs_2004, printo, proderm, tis_2016, worsening
from myotrial.response.core_set import CoreSet
from myotrial.response.tis_2016 import Thresholds

__all__ = [
    "deterioration",
    "imacs_worsening",
    "improvement",
    "index",
    "printo_definition",
    "status",
    "tasks",
    "total",
    "worse",
]

WHO = {
    "tis_adult": "adults",
    "tis_juvenile": "children",
    "tis_juvenile_printo": "children (PRINTO core set)",
}
ADULT = "Aggarwal R et al. Arthritis Rheumatol 2017;69:898-910"
OPEN = {"INDETERMINATE": "Open", "NOT ASSESSED": "Not assessed"}
WORDS = {  # of each rule's verdicts, for a person
    "doi": {"Y": "Met", "N": "Not met", **OPEN},
    "printo": {"Y": "Met", "N": "Not met", **OPEN},
    "worsening": {"Y": "Worse", "N": "Not worse", **OPEN},
    "worsening30": {"Y": "Worse", "N": "Not worse", **OPEN},
    "deterioration": {"Y": "Deteriorated", "N": "Not deteriorated", **OPEN},
    "status": OPEN,
    "tis": {"NONE": "No response", **OPEN}
    | {word: f"{word.capitalize()} response" for word in ("MINIMAL", "MODERATE", "MAJOR")},
    "fi20": {"Y": "Improved", "N": "Not improved", **OPEN},
}
NO_PAIR = "no core set measure has a value both at baseline and at this visit"


def improvement(change: CoreSet, names: CoreSet, *, children: bool = False) -> dict[str, Any]:
    """The IMACS definition of improvement (2004).

    Args:
        change: Improvement of each measure in percent of baseline; NaN where missing.
        names: What each measure is called.
        children: Whether it is the definition with the measures of children.
    """
    low, high = imacs_2004.bounds(change)
    better = _named(names, (item >= imacs_2004.IMPROVED for item in change))
    lost = _named(names, (item <= imacs_2004.WORSENED for item in change))
    gone = _gone(change, names)
    up, down = f"{imacs_2004.IMPROVED:g} %", f"{-imacs_2004.WORSENED:g} %"
    needed, allowed = imacs_2004.NEEDED, imacs_2004.ALLOWED
    improved = f"{_counted(better)} improved by {up} or more"
    worsened = f"{_counted(lost)} worsened by {down} or more"
    rule = f"{needed} must improve, at most {allowed} may worsen, and never muscle strength"
    if len(gone) == len(change):
        verdict, sentence = "NOT ASSESSED", NO_PAIR
    elif low:
        verdict, sentence = "Y", f"{improved}, {worsened}; {rule}"
    elif high:
        verdict = "INDETERMINATE"
        sentence = f"{improved}, {worsened}; {rule}. What is missing decides: {_listed(gone)}"
    else:
        verdict = "N"
        sentence = _not_met(change, improved, lost, gone)
    name = "IMACS definition of improvement" + (" in children" if children else "")
    return _rule("doi", name, verdict, sentence, imacs_2004.SOURCE)


def _not_met(change: CoreSet, improved: str, lost: Sequence[str], gone: Sequence[str]) -> str:
    down, allowed = f"{-imacs_2004.WORSENED:g} %", imacs_2004.ALLOWED
    if change.strength <= imacs_2004.WORSENED:
        return f"muscle strength worsened by {down} or more, which rules improvement out"
    if len(lost) > allowed:
        return f"{_counted(lost)} worsened by {down} or more; at most {allowed} may"
    after = f", and what is missing ({_listed(gone)}) cannot make up for it" if gone else ""
    return f"{improved}; {imacs_2004.NEEDED} must{after}"


def printo_definition(change: CoreSet, names: CoreSet) -> dict[str, Any]:
    """The PRINTO definition of improvement."""
    low, high = printo.bounds(change)
    better = _named(names, (item >= printo.IMPROVED for item in change))
    lost = _named(names, (item < -printo.WORSE for item in change))
    gone = _gone(change, names)
    sentence = (
        f"{_counted(better)} improved by {printo.IMPROVED:g} % or more, {_counted(lost)} worsened "
        f"by more than {printo.WORSE:g} %; {printo.NEEDED} must improve, at most {printo.ALLOWED} "
        "may worsen, and never muscle strength"
    )
    verdict = _verdict(low, high, len(gone) < len(change))
    return _rule(
        "printo",
        "PRINTO definition of improvement",
        verdict,
        _with_missing(verdict, sentence, gone),
        f"{printo.SOURCE} (numbers recalled)",
    )


def imacs_worsening(
    change: CoreSet, physician_rise: float, extramuscular_rise: float, names: CoreSet
) -> dict[str, Any]:
    """The IMACS rule of worsening (2005), with its three legs."""
    low, high = worsening.imacs_2005_bounds(change, physician_rise, extramuscular_rise)
    gone = _gone(change, names)
    sentence = _legs(change, physician_rise, extramuscular_rise, names)
    verdict = _verdict(low, high, len(gone) < len(change))
    return _rule(
        "worsening",
        "IMACS worsening",
        verdict,
        _with_missing(verdict, sentence, gone),
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
    gone = _gone(counted, names)
    verdict = _verdict(low, high, len(gone) < len(change) - 1)
    sentence = _with_missing(verdict, _legs(counted, physician, extramuscular, names), gone)
    surely, maybe = (
        proderm.confirmed((one, two)) for one, two in zip(before, (low, high), strict=True)
    )
    if high and verdict != "NOT ASSESSED":
        held = "held" if surely else "may have held" if maybe else "did not hold"
        sentence += f". It {held} at the visit before too, which would confirm it"
    name = "Deterioration as in ProDERM"
    return _rule("deterioration", name, verdict, sentence, proderm.SOURCE)


def _legs(change: CoreSet, physician: float, extramuscular: float, names: CoreSet) -> str:
    """What each of the three legs says: globals, strength beside the physician's, and counts."""
    rise, strength = f"{worsening.RISE:g} cm", f"{worsening.STRENGTH:g} %"
    lost = _named(names, (item <= -worsening.PERCENT for item in change))
    weaker = change.strength <= -worsening.STRENGTH
    first = "rose" if physician >= worsening.RISE else "did not rise"
    second = "fell" if weaker else "did not fall"
    third = "rose" if extramuscular >= worsening.RISE else "did not rise"
    return (
        f"physician global {first} by {rise} or more and muscle strength {second} by {strength} or "
        f"more (both must); extramuscular activity {third} by {rise} or more; {_counted(lost)} got "
        f"worse by {worsening.PERCENT:g} % or more ({worsening.MEASURES} must). One is enough"
    )


def _verdict(low: Any, high: Any, assessed: bool) -> str:
    if not assessed:
        return "NOT ASSESSED"
    return "Y" if low else "INDETERMINATE" if high else "N"


def _with_missing(verdict: str, sentence: str, gone: Sequence[str]) -> str:
    if verdict == "NOT ASSESSED":
        return NO_PAIR
    if verdict == "INDETERMINATE":
        return f"{sentence}. What is missing decides: {_listed(gone) or 'a scale in cm'}"
    return sentence


def worse(change: CoreSet, names: CoreSet) -> dict[str, Any]:
    """Worsening by 30 % in three measures."""
    low, high = worsening.core_set_bounds(change)
    limit = f"{worsening.PERCENT:g} %"
    lost = _named(names, (item <= -worsening.PERCENT for item in change))
    gone = _gone(change, names)
    sentence = f"{_counted(lost)} got worse by {limit} or more; {worsening.MEASURES} must"
    if len(gone) == len(change):
        verdict, sentence = "NOT ASSESSED", NO_PAIR
    elif low != high:
        verdict = "INDETERMINATE"
        sentence += f". What is missing decides: {_listed(gone)}"
    else:
        verdict = "Y" if low else "N"
    return _rule("worsening30", "Worsening by 30 %", verdict, sentence, worsening.DASTMALCHI)


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
    return _rule("status", "Status", verdict, sentence, source)


def total(change: CoreSet, names: CoreSet, which: str, limits: Thresholds) -> dict[str, Any]:
    """The Total Improvement Score and its category.

    Args:
        change: Improvement of each measure in percent of its range; NaN where missing.
        names: What each measure is called.
        which: "tis_adult" or "tis_juvenile".
        limits: Thresholds of the categories.
    """
    low, high = (float(end) for end in tis_2016.bounds(change))
    gone = _gone(change, names)
    verdict = tis_2016.CATEGORIES[int(tis_2016.category(low, high, limits))]
    parts = [f"{item:g}" for item in tis_2016.points(change) if item == item]
    sum_ = f"{' + '.join(parts)} = {low:g} points" if len(parts) > 1 else f"{low:g} points"
    if len(gone) == len(change):
        verdict, sentence = "NOT ASSESSED", NO_PAIR
    elif not gone:
        sentence = f"{sum_}; {_place(low, limits)}"
    else:
        more = f"what is missing ({_listed(gone)}) could add up to {high - low:g}"
        after = f"which changes nothing: {_place(high, limits)}"
        if verdict == "INDETERMINATE":
            after = f"so that the response is anything from {_span(low, high, limits)}"
        sentence = f"{sum_}; {more}, {after}"
    name = f"Total Improvement Score in {WHO[which]}"
    made = _rule("tis", name, verdict, sentence, ADULT if which == "tis_adult" else tis_2016.JDM)
    return made | {"low": low, "high": high, "thresholds": limits._asdict()}


def index(change: float, before: float, after: float) -> dict[str, Any]:
    """The functional index improved by 20 % of baseline."""
    _, high = functional_index.bounds(change, before, after)
    limit = f"{functional_index.IMPROVED:g} %"
    if change != change:
        verdict = "NOT ASSESSED"
        could = "an improvement was possible" if high else "but no improvement was possible"
        sentence = f"the index is missing here or at baseline; {could}"
    elif functional_index.improved(change):
        verdict, sentence = "Y", f"{before:g} to {after:g} points is {limit} of baseline or more"
    elif before == 0:
        verdict, sentence = "N", "from a baseline of 0 there is no percentage"
    else:
        verdict, sentence = "N", f"{before:g} to {after:g} points is less than {limit} of baseline"
    source = functional_index.FACTS[0].source
    return _rule("fi20", "Functional index", verdict, sentence, source)


def tasks(changes: Mapping[str, float]) -> dict[str, Any]:
    """How many tasks of the FI-2 improved.

    Args:
        changes: Improvement of each task in percent of baseline, by its name; NaN where missing.
    """
    low, high = functional_index.tasks_bounds([*changes.values()])
    limit = f"{functional_index.IMPROVED:g} %"
    better = [name for name, change in changes.items() if functional_index.improved(change)]
    gone = [name for name, change in changes.items() if change != change]
    sentence = f"{low} of {len(changes)} tasks improved by {limit} or more ({_listed(better)})"
    sentence = sentence.removesuffix(" ()")
    verdict = str(low) if low == high else f"{low} to {high}"
    if len(gone) == len(changes):
        verdict, sentence = "NOT ASSESSED", "no task was done both at baseline and at this visit"
    elif gone:
        sentence += f"; missing: {_listed(gone)}"
    return _rule("fi2", "Tasks of the FI-2", verdict, sentence, functional_index.FACTS[2].source)


def _place(points: float, limits: Thresholds) -> str:
    """The highest threshold that a number of points reaches, or the lowest of all.

    >>> _place(47.5, tis_2016.ADULT), _place(17.5, tis_2016.ADULT)
    ('a response is moderate from 40 on', 'a response is minimal from 20 on')
    """
    reached = [item for item in limits._asdict().items() if points >= item[1]]
    name, limit = reached[-1] if reached else ("minimal", limits.minimal)
    return f"a response is {name} from {limit:g} on"


def _span(low: float, high: float, limits: Thresholds) -> str:
    ends = (tis_2016.CATEGORIES[sum(end >= limit for limit in limits)] for end in (low, high))
    return " to ".join(ends).lower()


def _rule(key: str, name: str, verdict: str, sentence: str, source: str) -> dict[str, Any]:
    return {
        "id": key,
        "name": name,
        "verdict": verdict,
        "words": WORDS.get(key, {}).get(verdict, verdict.capitalize()),
        "sentence": sentence[0].upper() + sentence[1:] + ".",
        "source": source,
    }


def _named(names: CoreSet, chosen: Any) -> list[str]:
    return [name for name, taken in zip(names, chosen, strict=True) if taken]


def _gone(change: CoreSet, names: CoreSet) -> list[str]:
    return _named(names, (np.isnan(item) for item in change))


def _counted(names: Sequence[str]) -> str:
    """How many measures, and which.

    >>> _counted([]), _counted(["function"]), _counted(["function", "enzyme"])
    ('no measure', '1 measure (function)', '2 measures (function, enzyme)')
    """
    if not names:
        return "no measure"
    return f"{len(names)} measure{'s' * (len(names) > 1)} ({_listed(names)})"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
