from fractions import Fraction

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.response import core_set, imacs_2004
from myotrial.response.core_set import CoreSet

NAN = float("nan")
decimals = st.tuples(st.integers(0, 10_000), st.sampled_from([1, 10, 100, 1000, 8]))


@pytest.mark.parametrize(
    ("baseline", "value", "better", "percent"),
    [
        pytest.param(50.0, 40.0, -1, 20.0, id="50 to 40 mm"),
        pytest.param(2.5, 2.0, -1, 20.0, id="2.5 to 2.0"),
        pytest.param(0.3, 0.24, -1, 20.0, id="0.3 to 0.24"),
        pytest.param(1.1, 1.375, -1, -25.0, id="1.1 to 1.375, worse by a quarter"),
        pytest.param(0.7, 0.91, -1, -30.0, id="0.7 to 0.91, worse by 30 %"),
        pytest.param(45.0, 54.0, 1, 20.0, id="strength 45 to 54"),
        pytest.param(60.0, 45.0, 1, -25.0, id="strength 60 to 45"),
        pytest.param(7.0, 7.0, 1, 0.0, id="unchanged"),
        pytest.param(4.0, 0.0, -1, 100.0, id="gone"),
    ],
)
def test_improvement__is_the_decimal_percentage(run, baseline, value, better, percent):
    assert run(core_set.improvement, [(baseline, value, float(better), 1.0)]) == [percent]


@settings(deadline=None)
@given(decimals, decimals, st.sampled_from([15, 20, 25, 30]))
def test_improvement__falls_on_the_same_side_of_every_edge_as_exact_arithmetic(first, second, edge):
    baseline, value = (Fraction(*cell) for cell in (first, second))
    if not baseline:
        return
    percent = core_set.improvement(float(baseline), float(value), -1, 1.0)
    exact = 100 * (baseline - value) / baseline
    assert (percent >= edge) == (exact >= edge)
    assert (percent <= -edge) == (exact <= -edge)
    assert (percent == edge) == (exact == edge)


@settings(deadline=None)
@given(st.integers(1, 4000), st.sampled_from([10, 100, 1000]))
def test_improvement__finds_a_fifth_of_any_decimal_to_be_20_percent(units, scale):
    baseline, value = units / scale, 0.8 * units / scale
    assert core_set.improvement(baseline, float(f"{value:.4f}"), -1, 1.0) == 20.0


def test_improvement__finds_the_edges_in_single_precision_too():
    pairs = np.array([(50, 40), (2.5, 2.0), (0.3, 0.24), (7.3, 5.84), (50, 40.01)], dtype="float32")
    percent = core_set.improvement(pairs[:, 0], pairs[:, 1], -1, 1.0)
    assert (percent >= 20).tolist() == [True, True, True, True, False]


def test_criteria__compile_into_a_simulation():
    change, improved = numba.njit(core_set.improvement), numba.njit(imacs_2004.improved)

    @numba.njit
    def responders(before, after):
        count = 0
        for row in range(before.shape[0]):
            parts = CoreSet(
                change(before[row, 0], after[row, 0], -1.0, 10.0),
                change(before[row, 1], after[row, 1], -1.0, 10.0),
                change(before[row, 2], after[row, 2], 1.0, 8.0),
                change(before[row, 3], after[row, 3], -1.0, 0.3),
                change(before[row, 4], after[row, 4], -1.0, np.inf),
                change(before[row, 5], after[row, 5], -1.0, 0.1),
            )
            count += improved(parts)
        return count

    draws = np.random.default_rng(1)
    before, after = draws.integers(1, 100, (2, 500, 6)).astype(float)
    columns = core_set.improvements(
        CoreSet(*before.T), CoreSet(*after.T), CoreSet(10.0, 10.0, 8.0, 0.3, np.inf, 0.1)
    )
    assert responders(before, after) == imacs_2004.improved(columns).sum() > 0


def test_improvement__leaves_19_999_below_20(run):
    rows = [(100.0, 80.001, -1.0, 1.0), (1.0, 0.8000001, -1.0, 1.0)]
    assert all(percent < 20 for percent in run(core_set.improvement, rows))


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 300) | st.just(NAN) | st.just(0.0),
            st.floats(0, 300) | st.just(NAN),
            st.sampled_from([-1.0, 1.0]),
            st.sampled_from([0.1, 10.0]),
        ).filter(lambda row: not 0 < row[0] < 1e-3),
        min_size=1,
        max_size=20,
    )
)
def test_improvement__is_equal_on_floats_arrays_and_compiled(everywhere, rows):
    everywhere(core_set.improvement, rows)


@settings(deadline=None)
@given(st.integers(1, 900), st.integers(0, 900), st.sampled_from([2.0, 10.0, 60.0, 0.125]))
def test_improvement__does_not_depend_on_the_unit(baseline, value, factor):
    one = core_set.improvement(float(baseline), float(value), -1, 1.0)
    other = core_set.improvement(baseline * factor, value * factor, -1, factor)
    assert one == other


@pytest.mark.parametrize(
    ("value", "better", "percent"),
    [
        pytest.param(0.0, -1.0, 0.0, id="stays zero"),
        pytest.param(9.0, -1.0, 0.0, id="below the minimum"),
        pytest.param(10.0, -1.0, core_set.ROSE_FROM_ZERO, id="at the minimum"),
        pytest.param(20.0, 1.0, 0.0, id="never improved, even where a rise is better"),
    ],
)
def test_improvement__from_zero_is_unchanged_or_worse(run, value, better, percent):
    assert run(core_set.improvement, [(0.0, value, better, 10.0)]) == [percent]


@pytest.mark.parametrize("pair", [(NAN, 1.0), (1.0, NAN), (0.0, NAN), (NAN, NAN)])
def test_improvement__of_a_missing_value_is_missing(run, pair):
    assert np.isnan(run(core_set.improvement, [(*pair, -1.0, 1.0)])[0])


def test_improvements__gives_each_measure_its_own_direction():
    change = core_set.improvements(CoreSet(*[10.0] * 6), CoreSet(*[12.0] * 6), CoreSet(*[1.0] * 6))
    assert change == CoreSet(-20.0, -20.0, 20.0, -20.0, -20.0, -20.0)


def test_fill_missing__fills_only_what_is_missing():
    change = CoreSet(NAN, 1.0, 2.0, np.array([NAN, 3.0]), 4.0, 5.0)
    filled = change.fill_missing(-np.inf)
    assert filled.physician == -np.inf
    assert filled.patient == 1.0
    np.testing.assert_array_equal(filled.function, [-np.inf, 3.0])


@pytest.mark.parametrize(
    ("values", "percent"),
    [
        pytest.param((80.0, 104.0, 150.0), 0.0, id="normal both times"),
        pytest.param((80.0, 151.0, 150.0), -30.0, id="raised later"),
        pytest.param((151.0, 80.0, 150.0), -30.0, id="raised at baseline"),
        pytest.param((80.0, 104.0, NAN), -30.0, id="no limit known"),
    ],
)
def test_enzyme_unless_normal__ignores_change_within_limits(run, values, percent):
    assert run(core_set.enzyme_unless_normal, [(-30.0, *values)]) == [percent]
