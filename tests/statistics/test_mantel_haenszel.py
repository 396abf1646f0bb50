import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.errors import MyotrialError
from myotrial.statistics.mantel_haenszel import cmh_exact
from myotrial.statistics.two_by_two import fisher

# Mantel's rabbits (Agresti 1990; R's help of mantelhaen.test, exact = TRUE): p = 0.03994.
RABBITS = [(0, 6, 0, 5), (3, 3, 0, 6), (6, 0, 2, 4), (5, 1, 6, 0), (2, 0, 5, 0)]
CELL = st.integers(0, 6)


def test_cmh_exact__of_the_rabbits():
    assert cmh_exact(RABBITS) == pytest.approx(0.03994, abs=5e-6)


@settings(deadline=None)
@given(st.tuples(CELL, CELL, CELL, CELL), st.sampled_from(["greater", "less", "two-sided"]))
def test_cmh_exact__of_one_table_is_fishers_test(table, alternative):
    assert cmh_exact([table], alternative=alternative) == fisher(*table, alternative=alternative)


def test_cmh_exact__is_unchanged_by_a_stratum_without_information():
    assert cmh_exact([*RABBITS, (4, 0, 3, 0)]) == cmh_exact(RABBITS)


def test_cmh_exact__refuses_no_tables_and_negative_counts():
    with pytest.raises(MyotrialError, match="at least one table"):
        cmh_exact([])
    with pytest.raises(MyotrialError, match="whole and not negative"):
        cmh_exact([(1, -1, 2, 3)])
