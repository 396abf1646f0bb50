"""The sentence of each rule that decided about one visit, with the measures that it turned on."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from myotrial.response import functional_index, imacs_2004, tis_2016, worsening
from myotrial.response.core_set import CoreSet
from myotrial.response.tis_2016 import Thresholds

__all__ = ["improvement", "index", "status", "total", "worse"]

WHO = {"tis_adult": "adults", "tis_juvenile": "children"}
SOURCES = {
    "tis_adult": "Aggarwal R et al. Arthritis Rheumatol 2017;69:898-910",
    "tis_juvenile": tis_2016.JDM,
}
OPEN = {"INDETERMINATE": "Open", "NOT ASSESSED": "Not assessed"}
WORDS = {  # of each rule's verdicts, for a person
    "doi": {"Y": "Met", "N": "Not met", **OPEN},
    "worsening": {"Y": "Worse", "N": "Not worse", **OPEN},
    "status": OPEN,
    "tis": {"NONE": "No response", **OPEN}
    | {word: f"{word.capitalize()} response" for word in ("MINIMAL", "MODERATE", "MAJOR")},
    "fi20": {"Y": "Improved", "N": "Not improved", **OPEN},
}
NO_PAIR = "no core set measure has a value both at baseline and at this visit"


def improvement(change: CoreSet, names: CoreSet) -> dict[str, Any]:
    """The IMACS definition of improvement (2004).

    Args:
        change: Improvement of each measure in percent of baseline; NaN where missing.
        names: What each measure is called.
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
    return _rule("doi", "IMACS definition of improvement", verdict, sentence, imacs_2004.SOURCE)


def _not_met(change: CoreSet, improved: str, lost: Sequence[str], gone: Sequence[str]) -> str:
    down, allowed = f"{-imacs_2004.WORSENED:g} %", imacs_2004.ALLOWED
    if change.strength <= imacs_2004.WORSENED:
        return f"muscle strength worsened by {down} or more, which rules improvement out"
    if len(lost) > allowed:
        return f"{_counted(lost)} worsened by {down} or more; at most {allowed} may"
    after = f", and what is missing ({_listed(gone)}) cannot make up for it" if gone else ""
    return f"{improved}; {imacs_2004.NEEDED} must{after}"


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
    return _rule("worsening", "Worsening", verdict, sentence, worsening.DASTMALCHI)


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
    made = _rule("tis", name, verdict, sentence, SOURCES[which])
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
