import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial import instruments
from myotrial.errors import MyotrialError
from myotrial.instruments import aldolase, alt, ast, ck, enzymes, ldh

NAN = float("nan")


@pytest.mark.parametrize("unit", [None, "", "mg/L", "ukat"])
def test_multiples__needs_a_unit(unit):
    with pytest.raises(MyotrialError, match="needs its unit"):
        enzymes.multiples(300.0, unit=unit, limit=150.0, limit_unit="U/L")
    with pytest.raises(MyotrialError, match="needs its unit"):
        enzymes.multiples(300.0, unit="U/L", limit=150.0, limit_unit=unit)


@pytest.mark.parametrize("limit", [None, NAN, 0.0, -1.0, math.inf])
def test_multiples__needs_a_limit(limit):
    with pytest.raises(MyotrialError, match="needs the upper limit"):
        enzymes.multiples(300.0, unit="U/L", limit=limit, limit_unit="U/L")


def test_multiples__names_the_values_that_lack_a_limit():
    values = np.array([NAN, 100.0, 200.0, 300.0, 400.0, 500.0])
    limits = np.array([NAN, 100.0, NAN, NAN, NAN, NAN])
    with pytest.raises(MyotrialError, match="number 3, 4, 5 and 1 more"):
        enzymes.multiples(values, unit="U/L", limit=limits, limit_unit="U/L")


def test_multiples__forgives_a_missing_limit_where_nothing_was_measured():
    found = enzymes.multiples(
        np.array([NAN, 300.0]), unit="U/L", limit=np.array([NAN, 150.0]), limit_unit="U/L"
    )
    np.testing.assert_array_equal(found, [NAN, 2.0])


def test_multiples__gives_nothing_for_a_negative_value():
    assert math.isnan(enzymes.multiples(-5.0, unit="U/L", limit=150.0, limit_unit="U/L"))


@settings(max_examples=50)
@given(value=st.floats(0, 1e5), limit=st.floats(1, 1e4))
def test_multiples__do_not_depend_on_the_unit(value, limit):
    units = enzymes.multiples(value, unit="U/L", limit=limit, limit_unit="U/L")
    katal = enzymes.multiples(value / 60, unit="µkat/L", limit=limit, limit_unit="U/L")
    assert katal == pytest.approx(units)


@pytest.mark.parametrize(
    ("module", "laboratory", "sex", "expected"),
    [
        (ck, "Karolinska", "M", 198.0),
        (ck, "Karolinska", "F", 150.0),
        (ck, "JDM study", "F", 252.0),
        (aldolase, "JDM study", "M", 7.0),
        (ldh, "JDM study", "", 226.0),
        (ast, "JDM study", "", 34.0),
    ],
)
def test_pick__finds_the_published_limit(module, laboratory, sex, expected):
    name = module.INSTRUMENTS[0].id
    limit = enzymes.pick(module.LIMITS, enzyme=name, laboratory=laboratory, sex=sex)
    assert enzymes.in_units(limit.upper, unit=limit.unit, to="U/L") == pytest.approx(expected)


@pytest.mark.parametrize(
    ("limits", "name", "sex"),
    [
        pytest.param(ck.LIMITS, "ck", "", id="sex not stated"),
        pytest.param(ck.LIMITS[:1], "ck", "F", id="only the other sex"),
        pytest.param(alt.LIMITS, "alt", "M", id="no limit known"),
    ],
)
def test_pick__never_guesses(limits, name, sex):
    with pytest.raises(MyotrialError, match=r"expected one upper limit .*\(got 0\)"):
        enzymes.pick(limits, enzyme=name, laboratory="Karolinska", sex=sex)


@pytest.mark.parametrize("upper", [0.0, -1.0, NAN, math.inf])
def test_limit__must_be_above_zero(upper):
    with pytest.raises(MyotrialError, match="must be above 0"):
        enzymes.Limit("ck", upper, "U/L", "a laboratory", "a paper")


def test_most_abnormal__takes_the_highest_multiple_of_each_subject():
    positions = enzymes.most_abnormal(
        [np.array([2.0, NAN, NAN, 1.0]), np.array([5.0, 0.4, NAN, 1.0])]
    )
    assert positions.tolist() == [1, 1, -1, 0]


def test_chosen__follows_that_enzyme_to_later_visits():
    later = [np.array([1.0, 9.0, 9.0, 3.0]), np.array([4.0, 0.3, 9.0, 7.0])]
    found = enzymes.chosen(later, np.array([1, 1, -1, 0]))
    np.testing.assert_array_equal(found, [4.0, 0.3, NAN, 3.0])


def test_most_abnormal__asks_for_enzymes():
    with pytest.raises(MyotrialError, match="at least one"):
        enzymes.most_abnormal([])


@pytest.mark.parametrize("name", ["ck", "aldolase", "ldh", "ast", "alt"])
def test_enzymes__share_units_and_have_no_maximum(name):
    assert instruments.get(name).range(unit="ukat/L") == (0, math.inf)
    assert instruments.get(name).convert(2.0, unit="ukat/L", to="U/L") == 120
