"""What the source leaves open becomes results with their warnings."""

import pytest

from myotrial.results import Interval
from myotrial.study import sensitivity


def statistic(**changed):
    plain = {
        "id": "il1ra-by-response",
        "label": "IL-1Ra by response",
        "method": "fisher",
        "readings": ["assessed"],
        "without": ["repeated"],
        "loosely": [],
        "min": 0.02564,
        "max": 0.02564,
        "at_min": {"table": [7, 0, 3, 5]},
        "tables": 1,
        "warnings": [],
    }
    return {**plain, **changed}


def results(*statistics):
    return sensitivity.results({"statistics": list(statistics)})


def test_results__give_the_value_where_all_tables_agree():
    (result,) = results(statistic())
    assert result.id == "sensitivity.il1ra_by_response.fisher.without.repeated"
    assert (result.value, result.interval, result.statistic) == (0.02564, None, "p_value")
    assert result.n == 15
    assert result.groups == {"READINGS": "without repeated"}
    assert result.warnings == ()


def test_results__give_the_interval_of_an_estimate_where_one_table_fits():
    end = {"table": [7, 0, 3, 5], "low": 0.16, "high": 0.87, "level": 0.95}
    (result,) = results(statistic(method="risk_difference", min=0.625, max=0.625, at_min=end))
    assert (result.value, result.unit) == (62.5, "percentage points")
    assert result.interval == Interval(16.0, 87.0, level=0.95)


def test_results__give_no_interval_where_several_tables_agree_in_value():
    end = {"table": [7, 0, 3, 5], "low": 0.16, "high": 0.87, "level": 0.95}
    found = statistic(method="risk_difference", min=0.625, max=0.625, at_min=end, tables=2)
    (result,) = results(found)
    assert (result.value, result.interval, result.n) == (62.5, None, None)


def test_results__say_infinity_and_leave_the_interval_open():
    end = {"table": [7, 0, 3, 5], "low": 0.85, "high": "infinity", "level": 0.95}
    found = statistic(method="odds_ratio", min="infinity", max="infinity", at_min=end)
    (result,) = results(found)
    assert result.value == "infinity"
    assert result.interval == Interval(0.85, None, level=0.95)


def test_results__give_the_range_and_say_so_where_tables_differ():
    (result,) = results(statistic(min=0, max=7, method="count", readings=[]))
    assert result.value is None
    assert result.interval == Interval(0, 7, level=None, kind="bounds")
    assert result.unit == "patients"
    assert "does not determine" in result.warnings[0]
    assert result.groups == {"READINGS": "the stated claims alone"}


@pytest.mark.parametrize(
    ("low", "high", "interval"),
    [
        pytest.param(None, None, None, id="undefined"),
        pytest.param(0.1, "infinity", Interval(0.1, None, level=None, kind="bounds"), id="open"),
    ],
)
def test_results__have_no_value_where_tables_differ_or_none_defines_it(low, high, interval):
    (result,) = results(statistic(min=low, max=high))
    assert result.value is None
    assert result.interval == interval
    assert result.warnings


@pytest.mark.parametrize(
    ("changed", "end"),
    [
        ({"readings": [], "without": []}, "fisher.stated"),
        ({"without": []}, "fisher.all"),
        ({"without": ["a-b", "c"]}, "fisher.without.a_b.c"),
        ({"without": ["a"], "loosely": ["d"]}, "fisher.without.a.loosely.d"),
        ({"without": [], "loosely": ["d"]}, "fisher.loosely.d"),
    ],
)
def test_results__are_named_by_what_is_given_up(changed, end):
    (result,) = results(statistic(**changed))
    assert result.id == f"sensitivity.il1ra_by_response.{end}"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"readings": []}, "the stated claims alone"),
        ({"without": ["a", "b"]}, "without a, b"),
        ({"without": [], "loosely": ["c"]}, "c read loosely"),
        ({"without": ["a"], "loosely": ["c"]}, "without a; c read loosely"),
        ({"without": []}, "all readings"),
    ],
)
def test_under__names_what_is_given_up(changed, expected):
    assert sensitivity.under(statistic(**changed)) == expected
