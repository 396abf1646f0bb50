"""What each measure of one subject was at one visit, and how it counts in each criterion."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from myotrial.response import (
    bands,
    core_set,
    functional_index,
    imacs_2004,
    printo,
    tis_2016,
    worsening,
)
from myotrial.response.core_set import CoreSet
from myotrial.scoring import core_sets
from myotrial.scoring.core_sets import CRITERIA, TASKS, Used
from myotrial.scoring.subject import Course

__all__ = ["ROLES", "absolute", "index", "label", "measures", "others", "relative"]

Measure = dict[str, Any]
ROLES = CoreSet(
    "physician global",
    "patient global",
    "muscle strength",
    "function",
    "enzyme",
    "extramuscular activity",
)
LIMITS = (imacs_2004.IMPROVED, -imacs_2004.WORSENED, worsening.PERCENT)  # of baseline
DIGITS = 6  # after the point, at most
FROM_ZERO = "from a baseline of 0 there is no percentage of it"


def _at(values: CoreSet, at: int) -> CoreSet:
    """The values of one visit."""
    return CoreSet(*(np.float64(column[at]) for column in values))


def relative(course: Course, taken: Used, at: int) -> CoreSet:
    """Improvement in percent of baseline."""
    least = core_sets.minima(taken, course.plan.held)
    return _at(core_set.improvements(*course.pairs.of(taken), least, taken.better), at)


def absolute(course: Course, taken: Used, at: int) -> CoreSet:
    """Improvement in percent of the range."""
    before, after = course.pairs.of(taken)
    return _at(tis_2016.changes(before, after, course.pairs.extents(taken), taken.better), at)


def measures(course: Course, at: int) -> Iterator[Measure]:
    """The measures of the core sets that the criteria take, in the order of their roles."""
    asked = [name for name in course.plan.criteria if any(CRITERIA[name].places)]
    for role in CoreSet._fields:
        found: dict[str, Measure] = {}
        for name in asked:
            taken = course.plan.used(name)
            which = _which(course, taken, role, at)
            found.setdefault(which, _measured(course, taken, role, which, at))
            found[which] |= _counted(course, name, taken, role, at, found[which])
        nameless = found.pop("", None)
        if not found:
            yield from [nameless] if nameless else []
            continue
        for item in found.values():
            if nameless is not None and nameless["most"] is not None:
                item |= {key: nameless[key] for key in ("most", "steps", "could")}
                item["note"] = "the Total Improvement Score asks for the global VAS instead"
            yield item


def _which(course: Course, taken: Used, role: str, at: int) -> str:
    """The measure in a role; of several enzymes, the one that was most abnormal."""
    if role == "enzyme" and len(taken.enzymes) > 1:
        which = course.pairs.enzyme(taken.enzymes).which
        place = -1 if which is None else int(which[at])
        return taken.enzymes[max(place, 0)]
    return getattr(taken.names, role)


def _measured(course: Course, taken: Used, role: str, name: str, at: int) -> Measure:
    """What a measure was; how it counts is added."""
    before, after = (float(getattr(_at(values, at), role)) for values in course.pairs.of(taken))
    return _plain(course, getattr(ROLES, role), name, before, after)


def _plain(course: Course, role: str, name: str, before: float, after: float) -> Measure:
    held = course.plan.held.get(name)
    missing = _missing(course, name, before, after)
    return {
        "role": role,
        "name": name,
        "label": label(course, name) if held else role[0].upper() + role[1:],
        "unit": held.unit if held else "",
        "variant": held.variant if held else "",
        "baseline": _number(before),
        "value": _number(after),
        "change": _number(float(f"{after - before:.12g}")),
        "relative": None,
        "relative_words": "",
        "mark": "",
        "missing": missing,
        "could": "",
        "note": FROM_ZERO if before == 0 else "",
        "absolute": None,
        "absolute_words": "",
        "band": None,
        "points": None,
        "most": None,
        "steps": [],
    }


def _counted(course: Course, name: str, taken: Used, role: str, at: int, item: Measure) -> Measure:
    """How a measure counts in one criterion."""
    if CRITERIA[name].adds == "tis":
        gains = absolute(course, taken, at)
        points = float(getattr(tis_2016.points(gains), role))
        return _scored(role, float(getattr(gains, role)), points, item["missing"])
    if item["relative"] is not None or item["mark"]:
        return {}
    percent = float(getattr(relative(course, taken, at), role))
    found = {"relative": _number(percent), "relative_words": _worded(percent, LIMITS)}
    found["mark"] = _mark(percent, CRITERIA[name].adds)
    if item["missing"] and not item["could"]:
        found["could"] = "could have improved or worsened"
    return found


def _scored(role: str, gain: float, points: float, missing: str) -> Measure:
    """How a measure counts in the Total Improvement Score.

    Args:
        role: Its role in the core set.
        gain: Improvement in percent of its range; NaN where unknown.
        points: Points for it.
        missing: Why its value is not known, if so.
    """
    edges, row = getattr(tis_2016.EDGES, role), getattr(tis_2016.POINTS, role)
    most = row[-1]
    found: Measure = {"most": most, "steps": sorted({*row[1:-1]} - {most})}
    if gain == gain:
        at = int(bands.position(gain, edges))
        over, to = bands.ends(at, edges)
        return found | {
            "absolute": gain,
            "absolute_words": _worded(gain, edges),
            "band": {"over": over, "to": to, "number": at + 1},
            "points": points,
        }
    found["could"] = f"could give 0 to {most:g} points"
    if missing:
        return found | {"could": f"{found['could']}, and improve or worsen"}
    return found | {"note": "no upper limit of normal is stated that holds for this subject"}


def others(course: Course, at: int) -> Iterator[Measure]:
    """The functional index, and the tasks of the FI-2, where they are asked for."""
    wanted = [name for kind in course.plan.criteria for name in CRITERIA[kind].needs]
    for name in (name for name in wanted if name in course.plan.held):
        change, before, after = index(course, name, at)
        role = "functional index" if name == "FI" else "task of the FI-2"
        item = _plain(course, role, name, before, after) | {"relative": _number(change)}
        item["relative_words"] = _worded(change, (functional_index.IMPROVED,))
        if not item["missing"]:
            item["mark"] = "improved" if functional_index.improved(change) else "unchanged"
        elif name == "FI":
            _, high = functional_index.bounds(change, before, after)
            item["could"] = f"could {'' if high else 'not '}have improved"
        else:
            item["could"] = "could have improved"
        yield item


def index(course: Course, name: str, at: int) -> tuple[float, float, float]:
    """Improvement of a measure outside the core set, and its values."""
    values, held = course.pairs.values, course.plan.held[name]
    before, after = float(values.before[name][at]), float(values.after[name][at])
    better = held.instrument.better
    return float(core_set.improvement(before, after, better, held.from_zero)), before, after


def label(course: Course, name: str) -> str:
    """What a measure is called."""
    held = course.plan.held[name]
    name_of = held.instrument.label
    text = f"{name_of}: {held.variant}" if name in TASKS else name_of
    return text[0].upper() + text[1:]


def _missing(course: Course, name: str, before: float, after: float) -> str:
    if name not in course.plan.held:
        return "no column holds it"
    here, there = after != after, before != before
    if here and there:
        return "not known at baseline nor at this visit"
    return f"not known at {course.baseline}" if there else "not known at this visit" if here else ""


def _mark(percent: float, kind: str) -> str:
    """Improved, worsened or unchanged, by the limits of the criterion."""
    if percent != percent:
        return ""
    if kind == "printo":
        up, down = percent >= printo.IMPROVED, percent < -printo.WORSE
    else:
        up, down = percent >= imacs_2004.IMPROVED, percent <= imacs_2004.WORSENED
    return "improved" if up else "worsened" if down else "unchanged"


def _worded(percent: float, edges: Sequence[float]) -> str:
    """A percentage in words, with as many digits as keep it on its side of every edge.

    >>> _worded(19.996, (20.0,)), _worded(-25.0, (25.0,)), _worded(0.0, ())
    ('better by 19.996 %', 'worse by 25 %', 'no change')
    """
    if percent != percent:
        return ""
    if percent == 0:
        return "no change"
    exact, text = abs(percent), ""
    for digits in range(1, DIGITS + 1):
        text = f"{exact:.{digits}f}"
        shown = float(text)
        if shown and all(
            (shown > edge, shown < edge) == (exact > edge, exact < edge) for edge in edges
        ):
            break
    return f"{'better' if percent > 0 else 'worse'} by {text.rstrip('0').rstrip('.')} %"


def _number(value: float) -> float | None:
    return None if value != value else value
