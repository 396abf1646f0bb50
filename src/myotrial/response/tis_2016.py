"""The Total Improvement Score (TIS) of the 2016 ACR/EULAR response criteria, adult and juvenile.

Scale    0 to 100 in steps of 2.5, higher is better; six measures give up to 20, 10, 32.5, 10, 7.5
         and 20 points. Adults and children share the points and differ in the thresholds of a
         minimal, moderate and major response: `ADULT`, `JUVENILE`.
Change   absolute, in percent of the range of the measure, not of the subject's baseline: physician
         global 2 to 1 cm is 10 %. `imacs_ranges` and `printo_ranges` give the ranges.
Bands    a change on a band's edge belongs to the lower band: exactly 5 % scores 0. Edges are exact
         decimals, see `percent_of_range`.
Worse    worsening scores 0 and never subtracts, so that the score cannot tell it: `number_worse`.
Missing  a measure that was not assessed leaves `score` NaN; `bounds` counts it as 0 points and as
         all its points, and `category` is settled where both agree.
Juvenile IMACS: parent global as `patient`, MMT or CMAS as `strength`, CHAQ as `function`.
         PRINTO: CMAS as `strength`, CHQ-PhS in place of the enzyme, DAS of extramuscular activity.
Source   Aggarwal R et al. Arthritis Rheumatol 2017;69:898-910 (adult);
         Rider LG et al. Arthritis Rheumatol 2017;69:911-23 (juvenile).
"""

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from myotrial.facts import Fact
from myotrial.instruments import enzymes
from myotrial.response.core_set import BETTER, CoreSet, Numbers

__all__ = [
    "ADULT",
    "CATEGORIES",
    "EDGES",
    "ENZYME_MULTIPLES",
    "FACTS",
    "JUVENILE",
    "POINTS",
    "Thresholds",
    "bounds",
    "category",
    "changes",
    "imacs_ranges",
    "most_abnormal_enzyme",
    "number_worse",
    "percent_of_range",
    "points",
    "printo_ranges",
    "score",
]


class Thresholds(NamedTuple):
    """From which score, inclusive, a response is minimal, moderate and major."""

    minimal: float
    moderate: float
    major: float


ADULT = Thresholds(20.0, 40.0, 60.0)
JUVENILE = Thresholds(30.0, 45.0, 70.0)
CATEGORIES = ("NONE", "MINIMAL", "MODERATE", "MAJOR", "INDETERMINATE")  # the codes of `category`

USUAL = (5.0, 15.0, 25.0, 40.0)  # percent of the range; a band begins above its edge
EDGES = CoreSet(USUAL, USUAL, (2.0, 10.0, 20.0, 30.0), USUAL, USUAL, USUAL)
POINTS = CoreSet(
    physician=(0.0, 7.5, 15.0, 17.5, 20.0),
    patient=(0.0, 2.5, 5.0, 7.5, 10.0),
    strength=(0.0, 10.0, 20.0, 27.5, 32.5),
    function=(0.0, 5.0, 7.5, 7.5, 10.0),
    enzyme=(0.0, 2.5, 5.0, 7.5, 7.5),
    extramuscular=(0.0, 7.5, 12.5, 15.0, 20.0),
)
STEP = 2.5  # points; every score is a multiple of it
STEPS = CoreSet(*(tuple(int((b - a) / STEP) for a, b in pairwise(row)) for row in POINTS))
MOST = CoreSet(*(int(row[-1] / STEP) for row in POINTS))
WORSE = CoreSet(*(row[0] for row in EDGES))

VAS = 10.0  # cm
HAQ = 3.0
DAS = 20.0
ENZYME_MULTIPLES = MappingProxyType(
    {"ck": 15.0, "aldolase": 6.0, "ldh": 3.0, "ast": 3.0, "alt": 3.0}
)  # the range of an enzyme, in multiples of its upper limit of normal
SPLIT = 1025.0  # 2**10 + 1: rounds a double to 43 of its 53 bits, a single to 14 of its 24

TABLE = "Final top response criteria, Table 3 of PMC5577002"
JDM = "Rider LG et al. Arthritis Rheumatol 2017;69:911-23"
RANGES = "Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57"
WORDS = CoreSet(
    "physician global",
    "patient or parent global",
    "MMT or CMAS",
    "HAQ or CHAQ",
    "most abnormal enzyme, or CHQ-PhS",
    "extramuscular activity, or DAS",
)


def _bands(edges: tuple[float, ...]) -> list[str]:
    inner = [f"more than {low:g} to {high:g} %" for low, high in pairwise(edges)]
    return [f"at most {edges[0]:g} %", *inner, f"more than {edges[-1]:g} %"]


FACTS = (
    *(
        Fact(f"{name}, improved by {band} of its range", value, "points", TABLE, "verified")
        for name, edges, row in zip(WORDS, EDGES, POINTS, strict=True)
        for band, value in zip(_bands(edges), row, strict=True)
    ),
    *(
        Fact(f"{name} response, {who}, from", value, "points", TABLE, "verified")
        for who, thresholds in (("adult", ADULT), ("juvenile", JUVENILE))
        for name, value in zip(Thresholds._fields, thresholds, strict=True)
    ),
    Fact(
        "adult points of patient global and HAQ",
        "those printed for parent global and CHAQ",
        "",
        "Aggarwal R et al. Arthritis Rheumatol 2017;69:898-910",
        "recalled",
    ),
    Fact("range of a global, 10-cm scale", VAS, "cm", RANGES, "verified"),
    Fact("range of the HAQ and the CHAQ", HAQ, "points", "LOINC 75874-8", "verified"),
    Fact("range of the DAS", DAS, "points", "doi:10.1002/art.41236, Table 1", "verified"),
    Fact("percent change is taken of exactly these ranges", "yes", "", JDM, "recalled"),
    Fact("range of the CHQ-PhS", "not found; to be given", "", JDM, "unknown"),
    *(
        Fact(f"range of the enzyme {name}", value, "x upper limit of normal", JDM, "recalled")
        for name, value in ENZYME_MULTIPLES.items()
    ),
    Fact("the enzyme that counts", "the most abnormal", "", TABLE, "verified"),
    Fact("enzyme that counts later", "the one chosen at baseline", "", JDM, "recalled"),
    Fact(
        "a missing measure, in the score",
        "bounds: 0 points, and all its points",
        "",
        "what the published calculator does was not found; myotrial's choice",
        "assumed",
    ),
    Fact(
        "a measure is worse when it lost, of its range, more than",
        "what scores when gained: 2 % of strength, 5 % of the others",
        "",
        "no source says; myotrial's choice",
        "assumed",
    ),
)


def percent_of_range(
    baseline: Numbers, value: Numbers, better: Numbers, extent: Numbers
) -> Numbers:
    """Improvement of one measure since baseline, in percent of its range.

    Rounded to 43 significant bits (Veltkamp's splitting), about 12 decimal digits, so that
    4.1 to 5.6 on a scale of 10 is 15 % and not 14.999999999999996 %.

    Args:
        baseline: Value at baseline, in the measure's unit; NaN if not assessed.
        value: Value later, in the same unit and variant; NaN if not assessed.
        better: 1 where higher is better, -1 where lower is better.
        extent: Range of the measure, in its unit, more than 0.

    Returns:
        Percent, positive is better, not capped; NaN where missing. Shape as the input's.

    >>> percent_of_range(5.6, 4.1, -1.0, 10.0)
    15.0
    """
    percent = (value - baseline) * (100.0 * better) / extent
    split = percent * SPLIT
    return (percent - split) + split  # in this order a change of nothing is 0, not -0


def changes(
    baseline: CoreSet, value: CoreSet, extent: CoreSet, better: CoreSet = BETTER
) -> CoreSet:
    """Improvement of all six measures in percent of their ranges; see `percent_of_range`.

    Args:
        baseline: Values at baseline: floats, or arrays of one shape.
        value: Values later.
        extent: Ranges, as `imacs_ranges` or `printo_ranges` give them.
        better: Directions; `printo.BETTER` where CHQ-PhS takes the enzyme's place.

    >>> before = CoreSet(5.0, 5.0, 75.0, 0.5, 180.0, 1.0)
    >>> after = CoreSet(4.5, 5.5, 77.0, 0.5, 150.0, 0.5)
    >>> changes(before, after, imacs_ranges(strength=80.0, enzyme=15 * 200.0)).strength
    2.5
    """
    return CoreSet(  # one by one, so that Numba compiles it
        percent_of_range(baseline.physician, value.physician, better.physician, extent.physician),
        percent_of_range(baseline.patient, value.patient, better.patient, extent.patient),
        percent_of_range(baseline.strength, value.strength, better.strength, extent.strength),
        percent_of_range(baseline.function, value.function, better.function, extent.function),
        percent_of_range(baseline.enzyme, value.enzyme, better.enzyme, extent.enzyme),
        percent_of_range(
            baseline.extramuscular, value.extramuscular, better.extramuscular, extent.extramuscular
        ),
    )


def imacs_ranges(
    strength: Numbers, enzyme: Numbers, vas: Numbers = VAS, function: Numbers = HAQ
) -> CoreSet:
    """Ranges of the IMACS core set.

    Args:
        strength: Highest score of the variant of the MMT that was used (80, 150 or 260), or
            `cmas.maximum`.
        enzyme: Range of the enzyme in its unit: `ENZYME_MULTIPLES` times its upper limit.
        vas: Range of the three globals: 10 in cm, 100 in mm.
        function: Range of the HAQ or CHAQ.

    >>> imacs_ranges(strength=150.0, enzyme=ENZYME_MULTIPLES["ck"] * 200.0).enzyme
    3000.0
    """
    return CoreSet(vas, vas, strength, function, enzyme, vas)


def printo_ranges(
    strength: Numbers,
    chq_phs: Numbers,
    vas: Numbers = VAS,
    function: Numbers = HAQ,
    das: Numbers = DAS,
) -> CoreSet:
    """Ranges of the PRINTO core set.

    Args:
        strength: Highest CMAS at the subject's age, as `cmas.maximum` gives it.
        chq_phs: Range of the CHQ-PhS; the one that the criteria use was not found.
        vas: Range of the two globals: 10 in cm, 100 in mm.
        function: Range of the CHAQ.
        das: Range of the DAS.

    >>> printo_ranges(strength=52.0, chq_phs=50.0).extramuscular
    20.0
    """
    return CoreSet(vas, vas, strength, function, chq_phs, das)


def most_abnormal_enzyme(
    baseline: Mapping[str, Numbers],
    value: Mapping[str, Numbers],
    ranges: Mapping[str, float] = ENZYME_MULTIPLES,
) -> Numbers:
    """Improvement of the enzyme that was most abnormal at baseline, in percent of its range.

    Args:
        baseline: For each enzyme (a key of `ranges`), its value at baseline in multiples of the
            upper limit of normal, as `enzymes.multiples` gives it; NaN if not assessed.
        value: The same, later.
        ranges: Range of each enzyme in multiples of its upper limit.

    Returns:
        Percent, positive is better; NaN where no enzyme was assessed at baseline, or the most
        abnormal one is missing later. Floats, or arrays of one shape. Of equals, the first in
        `baseline` counts.

    Raises:
        MyotrialError: No enzyme was given.

    >>> before, after = {"ck": 2.0, "ldh": 3.0}, {"ck": 0.5, "ldh": 2.4}
    >>> float(most_abnormal_enzyme(before, after))
    20.0
    """
    position = enzymes.most_abnormal([*baseline.values()])
    percent = [
        percent_of_range(start, value[name], -1.0, ranges[name]) for name, start in baseline.items()
    ]
    return enzymes.chosen(percent, position)


def score(change: CoreSet) -> Numbers:
    """The Total Improvement Score, 0 to 100 points.

    Args:
        change: Improvement of each measure in percent of its range, as `changes` gives it:
            finite, or NaN where a measure was not assessed. Floats, or arrays of one shape.

    Returns:
        Points of the same shape; NaN where any measure is missing.

    >>> score(CoreSet(30.0, 20.0, 12.0, 16.67, 35.0, 20.0))
    70.0
    """
    total = 0.0
    for measure, edges, steps in zip(change, EDGES, STEPS):  # noqa: B905  (Numba knows no strict)
        total = total + 0.0 * measure
        for edge, step in zip(edges, steps):  # noqa: B905
            total = total + STEP * step * (measure > edge)
    return total


def bounds(change: CoreSet, zero: Numbers = 0) -> tuple[Numbers, Numbers]:
    """The score if every missing measure gave none of its points (low), and all of them (high).

    Args:
        change: As in `score`.
        zero: From where steps of 2.5 points are counted; `np.int8(0)` is quicker on large arrays.

    Returns:
        Two numbers of points (low, high) of the same shape, equal where nothing is missing.

    >>> bounds(CoreSet(30.0, 20.0, 12.0, 16.67, float("nan"), 20.0))
    (62.5, 70.0)
    """
    low = open_ = 0 + zero
    for measure, edges, steps, most in zip(change, EDGES, STEPS, MOST):  # noqa: B905
        open_ = open_ + (zero + most) * (measure != measure)
        for edge, step in zip(edges, steps):  # noqa: B905
            low = low + (zero + step) * (measure > edge)
    return STEP * low, STEP * (low + open_)


def points(change: CoreSet) -> CoreSet:
    """The points of each measure: what the score is at least, were only that one assessed.

    Returns:
        Points of the same shape; NaN where a measure is missing.

    >>> points(CoreSet(30.0, 20.0, 12.0, 16.67, 35.0, 20.0)).strength
    20.0
    """
    nothing = CoreSet(*[np.nan] * 6)
    alone = (nothing._replace(**{name: item}) for name, item in change._asdict().items())
    return CoreSet(*(bounds(one)[0] + 0.0 * item for one, item in zip(alone, change, strict=True)))


def category(low: Numbers, high: Numbers, thresholds: Thresholds = ADULT) -> Numbers:
    """The category of response, where both bounds of the score give the same one.

    Args:
        low: Lower bound of the score, as `bounds` gives it.
        high: Its upper bound.
        thresholds: `ADULT`, `JUVENILE` or others.

    Returns:
        Position in `CATEGORIES`, of the same shape.

    >>> CATEGORIES[category(62.5, 70.0)], CATEGORIES[category(62.5, 70.0, JUVENILE)]
    ('MAJOR', 'INDETERMINATE')
    """
    least = most = 0
    for threshold in thresholds:
        least = least + 1 * (low >= threshold)
        most = most + 1 * (high >= threshold)
    unsure = (least != most) | (low != low) | (high != high)
    return least * (unsure == 0) + 4 * unsure


def number_worse(change: CoreSet, limits: CoreSet = WORSE) -> Numbers:
    """How many measures are worse: the flag to carry beside a score that cannot tell worsening.

    Args:
        change: As in `score`.
        limits: For each measure, the loss in percent of its range beyond which it is worse. The
            published criteria name none; by default what would score, had it been gained.

    Returns:
        A count of the same shape; what was not assessed counts as not worse.

    >>> number_worse(CoreSet(-5.0, -5.5, -2.5, 0.0, 0.0, 0.0))
    2
    """
    worse = 0
    for measure, limit in zip(change, limits):  # noqa: B905
        worse = worse + (measure < -limit)
    return worse
