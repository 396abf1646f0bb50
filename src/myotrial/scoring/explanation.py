"""Why one subject was judged as it was: every measure at every visit, and the rules that decided.

What is shown is computed by the functions that judge a whole table; nothing is judged anew here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from myotrial.documents import nearest
from myotrial.errors import MyotrialError
from myotrial.response import bands, core_set, functional_index, imacs_2004, tis_2016, worsening
from myotrial.response.core_set import CoreSet
from myotrial.scoring import rules, subject
from myotrial.scoring.limits import Limits
from myotrial.scoring.measures import Measure
from myotrial.scoring.subject import Course
from myotrial.scoring.verdicts import CORE, VAS

__all__ = ["explain"]

ROLES = CoreSet(
    "physician global",
    "patient global",
    "muscle strength",
    "function",
    "enzyme",
    "extramuscular activity",
)
THRESHOLDS = {"tis_adult": tis_2016.ADULT, "tis_juvenile": tis_2016.JUVENILE}
EDGES = (imacs_2004.IMPROVED, imacs_2004.WORSENED, -worsening.PERCENT)  # percent of baseline
DIGITS = 6  # after the point, at most


def explain(
    table: Any,
    name: str,
    *,
    visit: str | None = None,
    baseline: str | None = None,
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    variants: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    criteria: Sequence[str] = ("doi", "fi20", "tis_adult"),
) -> dict[str, Any]:
    """Explain the verdicts on one subject.

    Args:
        table: As in `score`.
        name: The subject, as in USUBJID.
        visit: One visit; None for every visit after baseline.
        baseline: As in `score`, and so are the others.
        columns: Other names of columns.
        units: Unit of each measure that knows several.
        variants: Variant of each measure that knows several.
        limits: Upper limit of normal of CK.
        criteria: Any of "doi", "fi20", "tis_adult", "tis_juvenile" (one of the latter two).

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
        baseline=baseline,
        columns=columns or {},
        units=units or {},
        variants=variants or {},
        limits=limits or {},
        criteria=criteria,
    )
    if visit is not None and visit not in course.visits:
        hint = nearest(visit, course.visits)
        raise MyotrialError(f"{name!r} has no visit {visit!r} to explain.\nHint: {hint}")
    return {
        "subject": course.subject,
        "baseline": course.baseline,
        "row": course.rows[0],
        "problems": list(course.problems),
        "visits": [
            _visit(course, at, criteria)
            for at, label in enumerate(course.visits)
            if visit in (None, label)
        ],
    }


def _visit(course: Course, at: int, criteria: Sequence[str]) -> dict[str, Any]:
    """Everything about one visit."""
    measures, judged = [], []
    total = next((name for name in THRESHOLDS if name in criteria), "")
    if total or "doi" in criteria:
        change, absolute = _relative(course, at), _absolute(course, at)
        measures = _core_measures(course, at, change, absolute if total else None)
        if "doi" in criteria:
            judged += [rules.improvement(change, ROLES), rules.worse(change, ROLES)]
            judged += [rules.status(change)]
        if total:
            judged.append(rules.total(absolute, ROLES, total, THRESHOLDS[total]))
    if "fi20" in criteria and "FI" in course.held:
        measures.append(_index_measure(course, at))
        judged.append(rules.index(*_index(course, at)))
    return {
        "visit": course.visits[at],
        "row": course.rows[at + 1],
        "measures": measures,
        "rules": judged,
    }


def _pair(course: Course, name: str, at: int) -> tuple[float, float]:
    """A measure at baseline and at a visit; NaN where no column holds it."""
    if name not in course.held:
        return np.nan, np.nan
    before, after = course.values[name]
    return before, float(after[at])


def _used(course: Course, choices: CoreSet) -> CoreSet:
    """The name of the measure that takes each role; "" where the table has none."""
    return CoreSet(
        *(next((name for name in names if name in course.held), "") for names in choices)
    )


def _relative(course: Course, at: int) -> CoreSet:
    """Improvement in percent of baseline."""
    used = _used(course, CORE)
    pairs = [_pair(course, name, at) for name in used]
    least = CoreSet(*(course.held[name].from_zero if name else np.inf for name in used))
    before, after = (CoreSet(*(np.float64(pair[side]) for pair in pairs)) for side in (0, 1))
    return core_set.improvements(before, after, least)


def _absolute(course: Course, at: int) -> CoreSet:
    """Improvement in percent of the range."""
    used = _used(course, VAS)
    pairs = [_pair(course, name, at) for name in used]
    extent: CoreSet = CoreSet(*(course.held[name].extent if name else 1.0 for name in used))
    extent = extent._replace(enzyme=tis_2016.ENZYME_MULTIPLES["ck"] * course.limit)
    before, after = (CoreSet(*(np.float64(pair[side]) for pair in pairs)) for side in (0, 1))
    return tis_2016.changes(before, after, extent)


def _core_measures(
    course: Course, at: int, change: CoreSet, absolute: CoreSet | None
) -> list[dict[str, Any]]:
    used, scored = _used(course, CORE), _used(course, VAS)
    points = None if absolute is None else tis_2016.points(absolute)
    made = []
    for role, name, percent in zip(CoreSet._fields, used, map(float, change), strict=True):
        item = _measured(course, getattr(ROLES, role), name, at, percent)
        item |= {"relative_words": _worded(percent, EDGES), "mark": _mark(percent)}
        item["could"] = "could have improved or worsened" if item["missing"] else ""
        if absolute is not None and points is not None:
            gain = float(getattr(absolute, role))
            other = getattr(scored, role) != name
            item |= _scored(role, gain, float(getattr(points, role)), item["missing"], other)
        made.append(item)
    return made


def _measured(course: Course, role: str, name: str, at: int, percent: float) -> dict[str, Any]:
    """What a measure was; how it counts is added."""
    before, after = _pair(course, name, at)
    held: Measure | None = course.held.get(name)
    return {
        "role": role,
        "name": name,
        "label": held.instrument.label if held else role[0].upper() + role[1:],
        "unit": held.unit if held else "",
        "variant": held.variant if held else "",
        "baseline": _number(before),
        "value": _number(after),
        "change": _number(float(f"{after - before:.12g}")),
        "relative": _number(percent),
        "relative_words": "",
        "mark": "",
        "missing": _missing(course, held, before, after),
        "could": "",
        "note": "from a baseline of 0 there is no percentage of it" if before == 0 else "",
        "absolute": None,
        "absolute_words": "",
        "band": None,
        "points": None,
        "most": None,
        "steps": [],
    }


def _scored(role: str, gain: float, points: float, missing: str, other: bool) -> dict[str, Any]:
    """How a measure counts in the Total Improvement Score.

    Args:
        role: Its role in the core set.
        gain: Improvement in percent of its range; NaN where unknown.
        points: Points for it.
        missing: Why its value is not known, if so.
        other: Whether the definition of improvement takes another measure in this role.
    """
    edges, row = getattr(tis_2016.EDGES, role), getattr(tis_2016.POINTS, role)
    most, steps = row[-1], sorted({*row[1:-1]} - {row[-1]})
    if gain == gain:
        at = int(bands.position(gain, edges))
        over, to = bands.ends(at, edges)
        return {
            "absolute": gain,
            "absolute_words": _worded(gain, edges),
            "band": {"over": over, "to": to, "number": at + 1},
            "points": points,
            "most": most,
            "steps": steps,
        }
    found: dict[str, Any] = {
        "most": most,
        "steps": steps,
        "could": f"could give 0 to {most:g} points",
    }
    if missing:
        return found | {"could": f"{found['could']}, and improve or worsen"}
    if other:
        return found | {"note": "the Total Improvement Score asks for the global VAS instead"}
    return found | {"note": "no upper limit of normal is stated that holds for this subject"}


def _index(course: Course, at: int) -> tuple[float, float, float]:
    before, after = _pair(course, "FI", at)
    held = course.held["FI"]
    better = held.instrument.better
    return float(core_set.improvement(before, after, better, held.from_zero)), before, after


def _index_measure(course: Course, at: int) -> dict[str, Any]:
    change, before, after = _index(course, at)
    item = _measured(course, "functional index", "FI", at, change)
    item["relative_words"] = _worded(change, (functional_index.IMPROVED,))
    if item["missing"]:
        _, high = functional_index.bounds(change, before, after)
        item["could"] = f"could {'' if high else 'not '}have improved"
    else:
        item["mark"] = "improved" if functional_index.improved(change) else "unchanged"
    return item


def _missing(course: Course, held: Measure | None, before: float, after: float) -> str:
    if held is None:
        return "no column holds it"
    here, there = after != after, before != before
    if here and there:
        return "not known at baseline nor at this visit"
    return f"not known at {course.baseline}" if there else "not known at this visit" if here else ""


def _mark(percent: float) -> str:
    if percent != percent:
        return ""
    if percent >= imacs_2004.IMPROVED:
        return "improved"
    return "worsened" if percent <= imacs_2004.WORSENED else "unchanged"


def _worded(percent: float, edges: Sequence[float]) -> str:
    """A percentage in words, with as many digits as keep it on its side of every edge.

    >>> _worded(19.996, (20.0,)), _worded(-25.0, (-25.0,)), _worded(0.0, ())
    ('better by 19.996 %', 'worse by 25 %', 'no change')
    """
    if percent != percent:
        return ""
    if percent == 0:
        return "no change"
    text = ""
    for digits in range(1, DIGITS + 1):
        text = f"{percent:.{digits}f}"
        shown = float(text)
        if shown and all(
            (shown > edge, shown < edge) == (percent > edge, percent < edge) for edge in edges
        ):
            break
    size = text.lstrip("-").rstrip("0").rstrip(".")
    return f"{'better' if percent > 0 else 'worse'} by {size} %"


def _number(value: float) -> float | None:
    return None if value != value else value
