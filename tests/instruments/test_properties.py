"""What holds for every score made of items: order, direction, shape, range."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial import instruments
from myotrial.instruments import (
    activities_profile,
    fi3,
    haq_di,
    ibmfrs,
    mdi,
    mmt8,
    mmt26,
    myoact,
)

SCORES = [  # score, number of items, highest grade, id and variant of its range
    pytest.param(mmt8.one_side, 8, 10, ("mmt8", "one side"), id="mmt8 one side"),
    pytest.param(
        lambda g: mmt8.both_sides(g[0], g[1:8], g[8:]),
        15, 10, ("mmt8", "both sides"), id="mmt8 both sides",
    ),
    pytest.param(mmt26.axial, 2, 10, ("mmt26", "axial"), id="axial"),
    pytest.param(
        lambda g: mmt26.proximal(g[:8], g[8:]), 16, 10, ("mmt26", "proximal"), id="proximal"
    ),
    pytest.param(lambda g: mmt26.distal(g[:4], g[4:]), 8, 10, ("mmt26", "distal"), id="distal"),
    pytest.param(haq_di.index, 8, 3, ("haq_di", ""), id="haq_di"),
    pytest.param(
        lambda g: myoact.score(dict(zip(myoact.SYSTEMS, g, strict=True))),
        6, 10, ("myoact", ""), id="myoact",
    ),
    pytest.param(mdi.extent, 38, 1, ("mdi_extent", "adult"), id="mdi extent"),
    pytest.param(mdi.severity, 11, 10, ("mdi_severity", ""), id="mdi severity"),
    pytest.param(ibmfrs.score, 10, 4, ("ibmfrs", ""), id="ibmfrs"),
]  # fmt: skip
FEW = settings(max_examples=15, deadline=None)


@pytest.mark.parametrize(("score", "number", "highest", "scale"), SCORES)
@FEW
@given(data=st.data())
def test_scores__rise_with_each_item_and_stay_in_their_range(score, number, highest, scale, data):
    items = data.draw(st.lists(st.integers(0, highest), min_size=number, max_size=number))
    place = data.draw(st.integers(0, number - 1))
    raised = [*items[:place], highest, *items[place + 1 :]]
    name, variant = scale
    instrument = instruments.get(name)
    unit = next(iter(instrument.units))
    low, high = instrument.range(unit=unit, variant=variant)
    assert low <= score(items) <= score(raised) <= high
    assert (score(raised) > score(items)) == (items[place] < highest)


@pytest.mark.parametrize(("score", "number", "highest", "scale"), SCORES)
def test_scores__reach_both_ends_of_their_range(score, number, highest, scale):
    instrument = instruments.get(scale[0])
    ends = instrument.range(unit=next(iter(instrument.units)), variant=scale[1])
    assert (score([0.0] * number), score([float(highest)] * number)) == ends


@pytest.mark.parametrize(("score", "number", "highest", "scale"), SCORES)
@FEW
@given(data=st.data())
def test_scores__of_an_array_are_those_of_its_rows(score, number, highest, scale, data):
    grade = st.one_of(st.just(float("nan")), st.integers(0, highest + 1).map(float))
    row = st.lists(grade, min_size=number, max_size=number)
    rows = np.array(data.draw(st.lists(row, min_size=1, max_size=4)))
    together = score(list(rows.T))
    np.testing.assert_array_equal(together, [score(list(one)) for one in rows])


@pytest.mark.parametrize(
    "score", [mmt8.one_side, activities_profile.profile, lambda g: fi3.total(*g[:3])]
)
def test_scores__leave_their_input_as_it_was(score):
    given_ = [np.array([2.0, 99.0, np.nan]) for _ in range(8)]
    score(given_)
    for item in given_:
        np.testing.assert_array_equal(item, [2.0, 99.0, np.nan])
