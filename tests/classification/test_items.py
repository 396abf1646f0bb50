import numpy as np
import pytest

from myotrial.classification import bohan_peter_1975, enmc_2011, items
from myotrial.errors import MyotrialError


def test_read__takes_a_masked_element_as_not_assessed():
    weakness = np.ma.array([1, 0, 1], mask=[False, False, True])
    read = items.read(bohan_peter_1975.Items(weakness=weakness))
    np.testing.assert_array_equal(read.weakness, [1.0, 0.0, np.nan])


@pytest.mark.parametrize(
    ("given", "expected"),
    [(True, 1.0), (False, 0.0), (0, 0.0), (np.bool_(True), 1.0)],
    ids=repr,
)
def test_read__takes_truths(given, expected):
    assert items.read(bohan_peter_1975.Items(weakness=given)).weakness == expected


def test_read__takes_none_in_a_column_as_not_assessed():
    column = np.array([True, None, False], dtype=object)
    read = items.read(bohan_peter_1975.Items(weakness=column))
    np.testing.assert_array_equal(read.weakness, [1.0, np.nan, 0.0])


@pytest.mark.parametrize("wrong", [2, 0.5, -1, "yes", [1, 2, 0]], ids=repr)
def test_read__refuses_what_is_no_truth(wrong):
    with pytest.raises(MyotrialError, match="rash: expected True, False or None"):
        items.read(bohan_peter_1975.Items(rash=wrong))


@pytest.mark.parametrize("wrong", [-1, float("inf"), "old"], ids=repr)
def test_read__refuses_what_is_no_number(wrong):
    with pytest.raises(MyotrialError, match="age_at_onset: expected a finite number, 0 or more"):
        enmc_2011.possible(enmc_2011.Items(age_at_onset=wrong))


def test_read__names_three_values_and_counts_the_rest():
    with pytest.raises(MyotrialError, match=r"found 2\.0, 3\.0, 4\.0 and 2 more$"):
        items.read(bohan_peter_1975.Items(rash=[2, 3, 4, 5, 6, 1, 0]))


@pytest.mark.parametrize("test", [items.above, items.from_])
def test_limits__keep_a_missing_number_missing(test):
    assert np.isnan(test(float("nan"), 5))
