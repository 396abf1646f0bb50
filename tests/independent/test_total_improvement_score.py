"""The Total Improvement Score again, from the published table, in exact arithmetic.

Nothing here shares code with `myotrial.response`: values are strings of decimals, None is "not
assessed", bands are found by searching a sorted list, and verdicts under missing values by trying
every band that a missing measure could reach.
"""

from bisect import bisect_left
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.response import tis_2016
from myotrial.response.core_set import CoreSet

TENTHS = {  # points of the five bands, times ten
    "physician": [0, 75, 150, 175, 200],
    "patient": [0, 25, 50, 75, 100],
    "strength": [0, 100, 200, 275, 325],
    "function": [0, 50, 75, 75, 100],
    "enzyme": [0, 25, 50, 75, 75],
    "extramuscular": [0, 75, 125, 150, 200],
}
NAMES = ("none", "minimal", "moderate", "major")
LIMITS = {"adult": [20, 40, 60], "juvenile": [30, 45, 70]}
TOPS = {"physician": "10", "patient": "100", "strength": "80", "function": "3", "enzyme": "49.5"}
TOPS["extramuscular"] = "10"


def tenths_of(measure, before, after):
    """Ten times the points of a measure; every number it could be, if not assessed."""
    if before is None or after is None:
        return TENTHS[measure]
    lost = Fraction(before) - Fraction(after)
    share = (-lost if measure == "strength" else lost) / Fraction(TOPS[measure])
    edges = (2, 10, 20, 30) if measure == "strength" else (5, 15, 25, 40)
    return [TENTHS[measure][bisect_left(edges, 100 * share)]]


def totals_of(patient):
    """Every total that a patient's score could be."""
    reached = {0}
    for name, pair in patient.items():
        reached = {total + part for total in reached for part in tenths_of(name, *pair)}
    return {total / 10 for total in reached}


def name_of(total, limits):
    return NAMES[sum(total >= limit for limit in limits)]


def number(cell):
    return float("nan") if cell is None else float(cell)


def measure(top, places):
    """A baseline and a later value of so many decimal places, often exactly on an edge."""
    scale, step = 10**places, Fraction(top) / 100
    cells = st.integers(0, int(Fraction(top) * scale)).map(lambda n: f"{n / scale:.{places}f}")
    anything = st.tuples(st.none() | cells, st.none() | cells)
    edges = st.sampled_from([2, 5, 10, 15, 20, 25, 30, 40])
    on_edge = st.tuples(cells, edges, st.sampled_from([-1, 1])).map(
        lambda cell: (cell[0], str(float(Fraction(cell[0]) + cell[2] * cell[1] * step)))
    )
    return anything | on_edge


patients = st.fixed_dictionaries(
    {
        name: measure(TOPS[name], places)
        for name, places in zip(TENTHS, (1, 0, 1, 3, 2, 2), strict=True)
    }
)


@settings(max_examples=300, deadline=None)
@given(patients)
def test_score__equals_exact_arithmetic_from_measured_values(patient):
    totals = totals_of(patient)
    before, after = (CoreSet(*(number(patient[n][i]) for n in TENTHS)) for i in (0, 1))
    extent = CoreSet(*(float(TOPS[name]) for name in TENTHS))
    change = tis_2016.changes(before, after, extent)
    low, high = tis_2016.bounds(change)
    assert (low, high) == (min(totals), max(totals))
    missing = any(None in pair for pair in patient.values())
    assert str(tis_2016.score(change)) == ("nan" if missing else str(low))
    for who, thresholds in (("adult", tis_2016.ADULT), ("juvenile", tis_2016.JUVENILE)):
        found = {name_of(total, LIMITS[who]) for total in totals}
        code = tis_2016.CATEGORIES[tis_2016.category(low, high, thresholds)].lower()
        assert code == (found.pop() if len(found) == 1 else "indeterminate")
