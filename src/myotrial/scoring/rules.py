"""The sentence of each rule of improvement, with the measures that it turned on."""

from collections.abc import Mapping, Sequence
from typing import Any

from myotrial.response import functional_index, imacs_2004, printo, tis_2016
from myotrial.response.core_set import CoreSet
from myotrial.response.tis_2016 import Thresholds
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

__all__ = ["improvement", "index", "printo_definition", "tasks", "total"]

WHO = {
    "tis_adult": "adults",
    "tis_juvenile": "children",
    "tis_juvenile_printo": "children (PRINTO core set)",
}
ADULT = "Aggarwal R et al. Arthritis Rheumatol 2017;69:898-910"


def improvement(change: CoreSet, names: CoreSet, *, children: bool = False) -> dict[str, Any]:
    """The IMACS definition of improvement (2004).

    Args:
        change: Improvement of each measure in percent of baseline; NaN where missing.
        names: What each measure is called.
        children: Whether it is the definition with the measures of children.
    """
    low, high = imacs_2004.bounds(change)
    better = named(names, (item >= imacs_2004.IMPROVED for item in change))
    lost = named(names, (item <= imacs_2004.WORSENED for item in change))
    gone = missing_of(change, names)
    up, down = f"{imacs_2004.IMPROVED:g} %", f"{-imacs_2004.WORSENED:g} %"
    needed, allowed = imacs_2004.NEEDED, imacs_2004.ALLOWED
    improved = f"{counted(better)} improved by {up} or more"
    worsened = f"{counted(lost)} worsened by {down} or more"
    rule = f"{needed} must improve, at most {allowed} may worsen, and never muscle strength"
    if len(gone) == len(change):
        verdict, sentence = "NOT ASSESSED", NO_PAIR
    elif low:
        verdict, sentence = "Y", f"{improved}, {worsened}; {rule}"
    elif high:
        verdict = "INDETERMINATE"
        sentence = f"{improved}, {worsened}; {rule}. What is missing decides: {listed(gone)}"
    else:
        verdict = "N"
        sentence = _not_met(change, improved, lost, gone)
    name = "IMACS definition of improvement" + (" in children" if children else "")
    return told("doi", name, verdict, sentence, imacs_2004.SOURCE)


def _not_met(change: CoreSet, improved: str, lost: Sequence[str], gone: Sequence[str]) -> str:
    down, allowed = f"{-imacs_2004.WORSENED:g} %", imacs_2004.ALLOWED
    if change.strength <= imacs_2004.WORSENED:
        return f"muscle strength worsened by {down} or more, which rules improvement out"
    if len(lost) > allowed:
        return f"{counted(lost)} worsened by {down} or more; at most {allowed} may"
    after = f", and what is missing ({listed(gone)}) cannot make up for it" if gone else ""
    return f"{improved}; {imacs_2004.NEEDED} must{after}"


def printo_definition(change: CoreSet, names: CoreSet) -> dict[str, Any]:
    """The PRINTO definition of improvement."""
    low, high = printo.bounds(change)
    better = named(names, (item >= printo.IMPROVED for item in change))
    lost = named(names, (item < -printo.WORSE for item in change))
    gone = missing_of(change, names)
    sentence = (
        f"{counted(better)} improved by {printo.IMPROVED:g} % or more, {counted(lost)} worsened "
        f"by more than {printo.WORSE:g} %; {printo.NEEDED} must improve, at most {printo.ALLOWED} "
        "may worsen, and never muscle strength"
    )
    verdict = verdict_of(low, high, len(gone) < len(change))
    return told(
        "printo",
        "PRINTO definition of improvement",
        verdict,
        with_missing(verdict, sentence, gone),
        f"{printo.SOURCE} (numbers recalled)",
    )


def total(change: CoreSet, names: CoreSet, which: str, limits: Thresholds) -> dict[str, Any]:
    """The Total Improvement Score and its category.

    Args:
        change: Improvement of each measure in percent of its range; NaN where missing.
        names: What each measure is called.
        which: "tis_adult" or "tis_juvenile".
        limits: Thresholds of the categories.
    """
    low, high = (float(end) for end in tis_2016.bounds(change))
    gone = missing_of(change, names)
    verdict = tis_2016.CATEGORIES[int(tis_2016.category(low, high, limits))]
    parts = [f"{item:g}" for item in tis_2016.points(change) if item == item]
    sum_ = f"{' + '.join(parts)} = {low:g} points" if len(parts) > 1 else f"{low:g} points"
    if len(gone) == len(change):
        verdict, sentence = "NOT ASSESSED", NO_PAIR
    elif not gone:
        sentence = f"{sum_}; {_place(low, limits)}"
    else:
        more = f"what is missing ({listed(gone)}) could add up to {high - low:g}"
        after = f"which changes nothing: {_place(high, limits)}"
        if verdict == "INDETERMINATE":
            after = f"so that the response is anything from {_span(low, high, limits)}"
        sentence = f"{sum_}; {more}, {after}"
    name = f"Total Improvement Score in {WHO[which]}"
    made = told("tis", name, verdict, sentence, ADULT if which == "tis_adult" else tis_2016.JDM)
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
    return told("fi20", "Functional index", verdict, sentence, source)


def tasks(changes: Mapping[str, float]) -> dict[str, Any]:
    """How many tasks of the FI-2 improved.

    Args:
        changes: Improvement of each task in percent of baseline, by its name; NaN where missing.
    """
    low, high = functional_index.tasks_bounds([*changes.values()])
    limit = f"{functional_index.IMPROVED:g} %"
    better = [name for name, change in changes.items() if functional_index.improved(change)]
    gone = [name for name, change in changes.items() if change != change]
    sentence = f"{low} of {len(changes)} tasks improved by {limit} or more ({listed(better)})"
    sentence = sentence.removesuffix(" ()")
    verdict = str(low) if low == high else f"{low} to {high}"
    if len(gone) == len(changes):
        verdict, sentence = "NOT ASSESSED", "no task was done both at baseline and at this visit"
    elif gone:
        sentence += f"; missing: {listed(gone)}"
    return told("fi2", "Tasks of the FI-2", verdict, sentence, functional_index.FACTS[2].source)


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
