"""FI-2, FI-3 and the Myositis Activities Profile."""

import numpy as np
import pytest

from myotrial.errors import MyotrialError
from myotrial.instruments import activities_profile, fi2, fi3

NAN = float("nan")


@pytest.mark.parametrize(
    ("task", "repetitions", "expected"),
    [
        ("shoulder flexion", 60, 100), ("hip flexion", 15, 25), ("heel lift", 60, 50),
        ("toe lift", 121, NAN), ("neck flexion", 61, NAN), ("step test", NAN, NAN),
        ("step test", 10.5, NAN),
    ],
)  # fmt: skip
def test_percent__is_of_the_tasks_maximum(shaped, task, repetitions, expected):
    found = fi2.percent(shaped(float(repetitions)), task)
    assert np.all(np.isclose(found, expected, equal_nan=True))


def test_percent__takes_other_maxima():
    assert fi2.percent(15, "neck flexion", maxima={"neck flexion": 30.0}) == 50


def test_percent__names_the_nearest_task():
    with pytest.raises(MyotrialError, match="did you mean 'heel lift'"):
        fi2.percent(3, "heel lifts")


def test_fi3__reaches_its_printed_maximum(shaped):
    full = shaped(60.0), shaped(30.0), shaped(60.0)
    assert np.all(fi3.total(*full) == 150)
    assert np.all(fi3.percent(*full) == 100)


@pytest.mark.parametrize("neck", [NAN, 31.0])
def test_fi3__is_missing_with_one_task_missing_or_impossible(shaped, neck):
    assert np.all(np.isnan(fi3.total(shaped(60.0), shaped(neck), shaped(60.0))))


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param((1, 7, 4), 4, id="an odd number"),
        pytest.param((1, 7, 4, 6), 5, id="an even number"),
        pytest.param((3,), 3, id="one item"),
        pytest.param((1, NAN, 4), NAN, id="one missing"),
        pytest.param((1, 8, 4), NAN, id="one off the scale"),
        pytest.param((1, 2.5, 4), NAN, id="no half grades"),
    ],
)
def test_subscale__is_the_median_of_its_items(shaped, items, expected):
    found = activities_profile.subscale([shaped(float(item)) for item in items])
    assert np.all(np.isclose(found, expected, equal_nan=True))


def test_subscale__needs_items():
    with pytest.raises(MyotrialError, match="needs its items"):
        activities_profile.subscale([])


def test_subscale__ranks_each_subject_apart():
    items = [np.array([1.0, 7.0]), np.array([2.0, NAN]), np.array([6.0, 1.0])]
    np.testing.assert_array_equal(activities_profile.subscale(items), [2.0, NAN])


def test_profile__is_the_median_of_eight_parts(shaped):
    parts = [1.0, 2.5, 3.5, 7.0, 1.0, 2.0, 6.0, 4.0]
    assert np.all(activities_profile.profile([shaped(part) for part in parts]) == 3)
    with pytest.raises(MyotrialError, match=r"has 8 items \(got 7\)"):
        activities_profile.profile(parts[:7])
