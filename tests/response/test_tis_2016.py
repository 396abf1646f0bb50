import csv
import importlib
import math
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.instruments import aldolase, alt, ast, ck, ldh
from myotrial.response import tis_2016
from myotrial.response.core_set import BETTER, CoreSet

NAN = float("nan")
# JAX is no dependency: its arrays take part where it is installed
LIBRARIES = ["numpy", *(["jax.numpy"] if find_spec("jax") else [])]
RANGES = tis_2016.imacs_ranges(strength=150.0, enzyme=15 * 200.0)
percents = st.sampled_from([-60.0, 0.0, 2.0, 2.1, 5.0, 10.0, 15.0, 25.0, 30.0, 40.0, 40.1, 260.0])
whole = st.builds(CoreSet, *[percents | st.floats(-300, 300)] * 6)
changes = st.builds(CoreSet, *[percents | st.floats(-300, 300) | st.just(NAN)] * 6)
rows_of_changes = st.lists(st.tuples(changes), min_size=1, max_size=20)

# each band as the publication prints it: above which percent, up to which, points
USUAL = [(-math.inf, 5), (5, 15), (15, 25), (25, 40), (40, math.inf)]
STRENGTH = [(-math.inf, 2), (2, 10), (10, 20), (20, 30), (30, math.inf)]
PRINTED = {
    "physician": (USUAL, [0, 7.5, 15, 17.5, 20]),
    "patient": (USUAL, [0, 2.5, 5, 7.5, 10]),
    "strength": (STRENGTH, [0, 10, 20, 27.5, 32.5]),
    "function": (USUAL, [0, 5, 7.5, 7.5, 10]),
    "enzyme": (USUAL, [0, 2.5, 5, 7.5, 7.5]),
    "extramuscular": (USUAL, [0, 7.5, 12.5, 15, 20]),
}
BANDS = [
    pytest.param(measure, *band, points, id=f"{measure} {band[0]} to {band[1]}")
    for measure, (bands, row) in PRINTED.items()
    for band, points in zip(bands, row, strict=True)
]
PLACES = {  # of the published tables' rows in a core set
    "physician_global": 0, "patient_global": 1, "parent_global": 1, "mmt": 2, "mmt_or_cmas": 2,
    "haq": 3, "chaq": 3, "enzyme": 4, "enzyme_or_chq_phs": 4, "extramuscular": 5,
    "extramuscular_or_das": 5,
}  # fmt: skip


def only(measure, percent):
    return CoreSet(*[0.0] * 6)._replace(**{measure: percent})


@pytest.mark.parametrize(("measure", "above", "up_to", "points"), BANDS)
def test_score__gives_each_band_its_points_up_to_the_edge(run, measure, above, up_to, points):
    inside = [math.nextafter(above, math.inf), up_to] if up_to < math.inf else [above + 1e-9, 260]
    inside[0] = max(inside[0], -500.0)
    rows = [(only(measure, float(percent)),) for percent in inside]
    assert run(tis_2016.score, rows) == [points, points]


@pytest.mark.parametrize("name", ["tis-adult.csv", "tis-juvenile.csv"])
def test_points__are_those_of_the_published_table(reference, name):
    with (reference / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 30
    for row in rows:
        place = PLACES[row["measure"]]
        edges = (-math.inf, *tis_2016.EDGES[place], math.inf)
        low, high = float(row["lower_exclusive_pct"]), float(row["upper_inclusive_pct"])
        band = edges.index(low)
        assert edges[band + 1] == high
        assert tis_2016.POINTS[place][band] == float(row["score"])


def test_points__of_the_highest_bands_add_up_to_100():
    assert sum(max(row) for row in tis_2016.POINTS) == 100
    assert tis_2016.score(CoreSet(*[100.0] * 6)) == 100


EXAMPLES = [
    pytest.param(
        (6.0, 7.0, 110.0, 1.5, 1400.0, 4.0), (3.0, 5.0, 128.0, 1.0, 350.0, 2.0), 150.0,
        (17.5, 5, 20, 7.5, 7.5, 12.5), 70, ("MAJOR", "MAJOR"), id="improved",
    ),
    pytest.param(
        (5.0, 5.0, 75.0, 0.5, 180.0, 1.0), (4.5, 5.5, 77.0, 0.5, 150.0, 0.5), 80.0,
        (0, 0, 10, 0, 0, 0), 10, ("NONE", "NONE"), id="not improved",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "top", "points", "total", "categories"), EXAMPLES)
def test_score__reproduces_the_worked_examples(
    before, after, top, points, total, categories, everywhere
):
    ranges = tis_2016.imacs_ranges(strength=top, enzyme=tis_2016.ENZYME_MULTIPLES["ck"] * 200.0)
    change = tis_2016.changes(CoreSet(*before), CoreSet(*after), ranges)
    assert tis_2016.points(change) == points
    assert everywhere(tis_2016.score, [(change,)]) == [total]
    found = [tis_2016.category(total, total, t) for t in (tis_2016.ADULT, tis_2016.JUVENILE)]
    assert tuple(tis_2016.CATEGORIES[code] for code in found) == categories


@pytest.mark.parametrize(
    ("baseline", "value", "better", "extent", "percent"),
    [
        pytest.param(5.6, 4.1, -1, 10.0, 15.0, id="5.6 to 4.1 cm"),
        pytest.param(9.8, 9.3, -1, 10.0, 5.0, id="9.8 to 9.3 cm"),
        pytest.param(74.7, 76.3, 1, 80.0, 2.0, id="half grades of strength"),
        pytest.param(2.475, 2.025, -1, 3.0, 15.0, id="function"),
        pytest.param(12.375, 9.9, -1, 15 * 3.3, 5.0, id="CK in ukat/L"),
        pytest.param(990.0, 940.5, -1, 15 * 3.3, 100.0, id="CK 300 times its limit"),
        pytest.param(2.0, 1.0, -1, 10.0, 10.0, id="absolute, not a half"),
        pytest.param(4.0, 5.5, -1, 10.0, -15.0, id="worse"),
        pytest.param(8000.0, 200.0, -1, 3000.0, 260.0, id="not capped"),
    ],
)
def test_percent_of_range__is_the_decimal_percentage(run, baseline, value, better, extent, percent):
    assert run(tis_2016.percent_of_range, [(baseline, value, float(better), extent)]) == [percent]


@pytest.mark.parametrize("edge", [5, 15, 25, 40])
def test_percent_of_range__finds_every_edge_on_a_tenth_of_a_centimetre(edge):
    for tenths in range(edge, 101):
        start, later = tenths / 10, (tenths - edge) / 10
        assert tis_2016.percent_of_range(start, later, -1.0, 10.0) == edge


def test_percent_of_range__finds_the_edges_in_single_precision_too():
    before = np.array([5.6, 9.8, 4.1, 8.7, 9.8], dtype="float32")
    after = np.array([4.1, 9.3, 1.6, 4.7, 9.29], dtype="float32")
    percent = tis_2016.percent_of_range(before, after, -1.0, 10.0)
    assert percent.dtype == np.float32
    assert percent[:4].tolist() == [15, 5, 25, 40]
    assert percent[4] > 5


@settings(deadline=None)
@given(rows_of_changes)
def test_scores__are_equal_on_floats_arrays_and_compiled(everywhere, rows):
    everywhere(tis_2016.score, rows)
    everywhere(tis_2016.bounds, rows)
    everywhere(tis_2016.number_worse, rows)


@settings(deadline=None)
@given(st.lists(st.tuples(*[percents | st.just(NAN)] * 2), min_size=1, max_size=20))
def test_category__is_equal_on_floats_arrays_and_compiled(everywhere, rows):
    everywhere(tis_2016.category, rows)
    everywhere(tis_2016.category, [(*row, tis_2016.JUVENILE) for row in rows])


@pytest.mark.parametrize("library", LIBRARIES)
@settings(deadline=None)
@given(rows=st.lists(st.tuples(st.builds(CoreSet, *[percents | st.just(NAN)] * 6)), min_size=1))
def test_scores__are_equal_on_every_array_library(library, rows):
    arrays = importlib.import_module(library)
    columns = [arrays.array(column) for column in zip(*(row[0] for row in rows), strict=True)]
    low, high = tis_2016.bounds(CoreSet(*columns))
    expected = [tis_2016.bounds(row[0]) for row in rows]
    assert list(zip(low.tolist(), high.tolist(), strict=True)) == expected


@settings(deadline=None)
@given(whole)
def test_score__is_a_multiple_of_2_5_and_the_sum_of_the_points(change):
    total = tis_2016.score(change)
    assert 0 <= total <= 100
    assert total % 2.5 == 0
    assert total == sum(tis_2016.points(change))
    assert tis_2016.bounds(change) == (total, total)


@settings(deadline=None)
@given(whole, st.integers(0, 5), st.floats(0, 100))
def test_score__never_falls_when_a_measure_gains(change, which, gain):
    better = CoreSet(*(v + gain * (i == which) for i, v in enumerate(change)))
    assert tis_2016.score(change) <= tis_2016.score(better)


@settings(deadline=None)
@given(whole, st.integers(0, 5), st.floats(0, 300))
def test_score__of_a_worsened_measure_is_0_and_subtracts_nothing(change, which, loss):
    still = CoreSet(*(v * (i != which) for i, v in enumerate(change)))
    worse = CoreSet(*(v - loss * (i == which) for i, v in enumerate(still)))
    assert tis_2016.score(worse) == tis_2016.score(still)


@settings(deadline=None)
@given(whole)
def test_number_worse__mirrors_what_scores(change):
    mirrored = CoreSet(*(-percent for percent in change))
    assert tis_2016.number_worse(mirrored) == sum(p > 0 for p in tis_2016.points(change))


def test_number_worse__takes_other_limits_and_skips_what_is_missing():
    change = CoreSet(-5.0, -5.1, -2.0, NAN, -80.0, 40.0)
    assert tis_2016.number_worse(change) == 2
    assert tis_2016.number_worse(change, CoreSet(*[1.0] * 6)) == 4


tenths = st.integers(0, 100)
pairs = st.tuples(*[st.tuples(tenths, tenths)] * 6)


@settings(deadline=None)
@given(pairs, st.sampled_from([0.1, 0.01, 60.0, 1 / 3.0, 7.0]))
def test_changes__do_not_depend_on_the_unit(pairs, factor):
    before, after = zip(*pairs, strict=True)
    one = tis_2016.changes(CoreSet(*before), CoreSet(*after), CoreSet(*[100.0] * 6))
    scaled = [CoreSet(*(cell * factor for cell in cells)) for cells in (before, after)]
    other = tis_2016.changes(*scaled, CoreSet(*[100.0 * factor] * 6))
    np.testing.assert_allclose(other, one, rtol=1e-12, atol=1e-12)
    assert tis_2016.score(other) == tis_2016.score(one)


@settings(deadline=None)
@given(pairs)
def test_changes__are_reversed_when_the_visits_or_the_directions_are(pairs):
    before, after = (CoreSet(*cells) for cells in zip(*pairs, strict=True))
    change = tis_2016.changes(before, after, RANGES)
    negative = CoreSet(*(0.0 - item for item in change))
    assert tis_2016.changes(after, before, RANGES) == negative
    backwards = CoreSet(*(-sign for sign in BETTER))
    assert tis_2016.changes(before, after, RANGES, backwards) == negative


@settings(deadline=None)
@given(changes, whole)
def test_bounds__hold_whatever_is_filled_in(change, truth):
    filled = CoreSet(*(b if np.isnan(a) else a for a, b in zip(change, truth, strict=True)))
    low, high = tis_2016.bounds(change)
    assert low <= tis_2016.score(filled) <= high
    assert low == tis_2016.score(change.fill_missing(0.0))
    assert high == tis_2016.score(change.fill_missing(260.0))
    assert np.isnan(tis_2016.score(change)) == any(np.isnan(item) for item in change)


@settings(deadline=None)
@given(changes, st.sampled_from([tis_2016.ADULT, tis_2016.JUVENILE]))
def test_category__is_settled_only_where_every_completion_agrees(change, thresholds):
    low, high = tis_2016.bounds(change)
    fills = (tis_2016.score(change.fill_missing(value)) for value in (0.0, 2.5, 12.0, 20.0, 50.0))
    found = {tis_2016.category(total, total, thresholds) for total in fills}
    code = tis_2016.category(low, high, thresholds)
    if tis_2016.CATEGORIES[code] == "INDETERMINATE":
        assert len(found) > 1
    else:
        assert found == {code}


@pytest.mark.parametrize(
    ("low", "high", "adult", "juvenile"),
    [
        pytest.param(17.5, 17.5, "NONE", "NONE", id="below minimal"),
        pytest.param(20.0, 20.0, "MINIMAL", "NONE", id="adult minimal"),
        pytest.param(30.0, 30.0, "MINIMAL", "MINIMAL", id="juvenile minimal"),
        pytest.param(37.5, 37.5, "MINIMAL", "MINIMAL", id="below adult moderate"),
        pytest.param(40.0, 40.0, "MODERATE", "MINIMAL", id="adult moderate"),
        pytest.param(45.0, 45.0, "MODERATE", "MODERATE", id="juvenile moderate"),
        pytest.param(60.0, 60.0, "MAJOR", "MODERATE", id="adult major"),
        pytest.param(67.5, 67.5, "MAJOR", "MODERATE", id="below juvenile major"),
        pytest.param(70.0, 70.0, "MAJOR", "MAJOR", id="juvenile major"),
        pytest.param(40.0, 57.5, "MODERATE", "INDETERMINATE", id="bounds agree in adults"),
        pytest.param(17.5, 20.0, "INDETERMINATE", "NONE", id="bounds agree in children"),
        pytest.param(NAN, NAN, "INDETERMINATE", "INDETERMINATE", id="no score"),
    ],
)
def test_category__has_inclusive_thresholds(run, low, high, adult, juvenile):
    rows = [(low, high, tis_2016.ADULT)], [(low, high, tis_2016.JUVENILE)]
    codes = [run(tis_2016.category, row)[0] for row in rows]
    assert [tis_2016.CATEGORIES[code] for code in codes] == [adult, juvenile]


def test_most_abnormal_enzyme__keeps_to_the_enzyme_chosen_at_baseline():
    before = {"ck": 3.0, "ldh": 4.0, "alt": NAN}
    after = {"ck": 0.5, "ldh": 3.4, "alt": 0.8}
    assert tis_2016.most_abnormal_enzyme(before, after) == 20.0  # LDH, of 3 times its limit
    before["ldh"] = NAN
    assert tis_2016.most_abnormal_enzyme(before, after) == pytest.approx(100 * 2.5 / 15)
    assert np.isnan(tis_2016.most_abnormal_enzyme({"ck": NAN}, {"ck": 1.0}))
    assert np.isnan(tis_2016.most_abnormal_enzyme({"ck": 3.0}, {"ck": NAN}))


def test_most_abnormal_enzyme__chooses_for_each_row_of_arrays():
    before = {"ck": np.array([20.0, 0.5, NAN]), "ast": np.array([1.0, 3.0, NAN])}
    after = {"ck": np.array([5.0, 0.5, 0.3]), "ast": np.array([1.0, 2.4, 0.6])}
    np.testing.assert_array_equal(tis_2016.most_abnormal_enzyme(before, after), [100.0, 20.0, NAN])


def test_most_abnormal_enzyme__takes_other_ranges():
    one = ({"ldh": 3.0}, {"ldh": 1.5})
    assert tis_2016.most_abnormal_enzyme(*one) == 50
    assert tis_2016.most_abnormal_enzyme(*one, ranges={"ldh": 15.0}) == 10


@pytest.mark.parametrize("module", [ck, aldolase, ldh, ast, alt])
def test_most_abnormal_enzyme__has_a_range_for_every_enzyme_that_is_scored(module):
    assert module.INSTRUMENTS[0].id in tis_2016.ENZYME_MULTIPLES


def test_printo_ranges__needs_the_ranges_of_the_cmas_and_the_chq_phs():
    assert tis_2016.printo_ranges(strength=49.0, chq_phs=50.0) == (10, 10, 49, 3, 50, 20)
    with pytest.raises(TypeError, match="chq_phs"):
        tis_2016.printo_ranges(52.0)
