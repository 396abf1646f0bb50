"""Values at baseline with the stated shape and correlation, and changes that fit on the scale."""

import math
from statistics import correlation, quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myotrial.reconstruction.draws import stream
from myotrial.reconstruction.measures import Band, Scale, baseline
from myotrial.reconstruction.recipe import Measure

BANDS = {
    "improved": Band(20.0, math.inf),
    "steady": Band(-24.95, 19.95),
    "worsened": Band(-math.inf, -30.0),
}


def scale(steps, decimals, high, better, **more):
    stated = {
        "assessment": "X",
        "steps": steps,
        "decimals": decimals,
        "range": [0, high],
        "baseline": {"quantiles": {0: 0, 1: high}},
    }
    return Scale(Measure.model_validate(stated | more), better)


SCALES = {
    "mm": scale(1, 0, 100, -1.0),
    "mmt8": scale(1, 0, 80, 1.0),
    "haq": scale(8, 3, 3, -1.0),
    "myoact": scale(600, 4, 1, -1.0),
}


@given(
    name=st.sampled_from(sorted(SCALES)),
    band=st.sampled_from(sorted(BANDS)),
    place=st.floats(0.001, 1),
)
def test_reach__is_every_value_whose_change_lies_in_the_band(name, band, place):
    this, limits = SCALES[name], BANDS[band]
    last = this.measure.index(this.measure.range[1])
    before = this.measure.recorded(max(1, round(place * last)))
    inside = [
        index
        for index in range(last + 1)
        if limits.low <= this.change(before, this.measure.recorded(index)) <= limits.high
    ]
    assert list(this.reach(before, limits)) == inside


def test_reach__is_empty_where_the_scale_ends_first():
    assert not SCALES["mmt8"].reach(
        67, BANDS["improved"]
    )  # 66.7 of 80 is the last that can gain 20 %
    assert list(SCALES["mmt8"].reach(66, BANDS["improved"])) == [80]


@pytest.mark.parametrize("band", sorted(BANDS))
def test_reach__from_zero_stays_at_zero(band):
    assert list(SCALES["mm"].reach(0, BANDS[band])) == ([0] if band == "steady" else [])


@pytest.mark.parametrize(
    ("name", "before", "percent", "band", "expected"),
    [
        pytest.param("mm", 50, 30.0, "improved", 35, id="as asked"),
        pytest.param("mm", 50, 5.0, "improved", 40, id="moved up to the band"),
        pytest.param("mmt8", 60, 90.0, "improved", 80, id="cut at the end of the scale"),
        pytest.param("haq", 0.375, 25.0, "improved", 0.25, id="nearest step"),
        pytest.param("haq", 0.125, 10.0, "steady", 0.125, id="no step in between"),
    ],
)
def test_changed__gives_the_nearest_value_in_reach(name, before, percent, band, expected):
    this = SCALES[name]
    assert this.changed(before, percent, this.reach(before, BANDS[band])) == expected


@pytest.fixture(scope="module")
def cohort():
    stated = {"median": 2.6, "log_sd": 1.9, "low": 1e-3, "high": 1e4}
    shape = {"baseline": {"quantiles": {0: 0, 0.25: 0.3, 0.5: 0.9, 0.75: 1.5, 1: 3}}}
    scales = {
        "A": scale(1000, 3, 3, -1.0, loading=0.8, **shape),
        "B": scale(1000, 3, 3, -1.0, loading=-0.8, **shape),
        "CK": scale(1000, 3, 1e5, -1.0, baseline={"lognormal": stated}),
    }
    drawn = [baseline(scales, stream(0, number, "baseline")) for number in range(3000)]
    return {name: [values[name] for values in drawn] for name in scales}


def test_baseline__has_the_stated_quartiles(cohort):
    assert quantiles(cohort["A"], n=4) == pytest.approx([0.3, 0.9, 1.5], abs=0.07)
    assert quantiles(cohort["CK"], n=4)[1] == pytest.approx(2.6, rel=0.1)


def test_baseline__correlates_as_its_loadings_say(cohort):
    # Normal scores correlate by the product of the loadings; for the ranks of a Gaussian copula
    # see Kruskal WH. J Am Stat Assoc 1958;53:814-61.
    ranks = [sorted(range(3000), key=cohort[name].__getitem__) for name in ("A", "B", "CK")]
    places = [sorted(range(3000), key=order.__getitem__) for order in ranks]
    expected = 6 / math.pi * math.asin(-0.8 * 0.8 / 2)
    assert correlation(places[0], places[1]) == pytest.approx(expected, abs=0.04)
    assert correlation(places[0], places[2]) == pytest.approx(0, abs=0.05)
