from collections import Counter

import numpy as np
import pytest

from myotrial.errors import MyotrialError
from myotrial.randomisation.minimisation import imbalance, minimise

BEFORE = [
    ({"DIAG": "PM", "SEX": "F"}, 0),
    ({"DIAG": "PM", "SEX": "M"}, 0),
    ({"DIAG": "DM", "SEX": "F"}, 1),
    ({"DIAG": "PM", "SEX": "F"}, 1),
]


def by_hand(patient, before, arm):
    """The sum of ranges, counted anew without the module."""
    total = 0
    for factor in patient:
        numbers = [
            sum(1 for who, given in before if who[factor] == patient[factor] and given == other)
            + (other == arm)
            for other in (0, 1)
        ]
        total += abs(numbers[0] - numbers[1])
    return float(total)


@pytest.mark.parametrize("diagnosis", ["PM", "DM"])
@pytest.mark.parametrize("sex", ["F", "M"])
def test_imbalance__is_the_sum_of_ranges(diagnosis, sex):
    patient = {"DIAG": diagnosis, "SEX": sex}
    expected = [by_hand(patient, BEFORE, arm) for arm in (0, 1)]
    assert imbalance(patient, BEFORE, (1, 1)) == expected


def test_minimise__prefers_the_balancing_arm_with_the_stated_chance():
    patient = {"DIAG": "PM", "SEX": "M"}  # one man and two of three with PM are in arm 0
    generator = np.random.default_rng(9)
    given = [minimise(patient, BEFORE, (1, 1), generator, probability=0.8) for _ in range(2000)]
    assert abs(np.mean(given) - 0.8) < 4 * (0.16 / 2000) ** 0.5


def test_minimise__draws_by_the_ratio_where_arms_are_alike():
    generator = np.random.default_rng(2)
    given = Counter(minimise({"SEX": "F"}, [], (1, 1), generator) for _ in range(1000))
    assert abs(given[0] - 500) < 4 * 250**0.5


def test_minimise__balances_each_factor_better_than_chance():
    generator, before = np.random.default_rng(5), []
    for number in range(200):
        patient = {"DIAG": ("PM", "DM", "IBM")[number % 3], "SEX": "FM"[number % 2]}
        before.append((patient, minimise(patient, before, (1, 1), generator)))
    for diagnosis in ("PM", "DM", "IBM"):
        arms = Counter(arm for who, arm in before if who["DIAG"] == diagnosis)
        assert abs(arms[0] - arms[1]) <= 8


@pytest.mark.parametrize("probability", [1.0, 0.3])
def test_minimise__refuses_a_chance_that_is_none(probability):
    with pytest.raises(MyotrialError, match="Hint"):
        minimise({"SEX": "F"}, [], (1, 1), np.random.default_rng(1), probability=probability)
