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
        "warnings": [],
    }
    return {**plain, **changed}


def results(*statistics):
    return sensitivity.results({"statistics": list(statistics)})


def test_results__give_the_value_where_all_tables_agree():
    (result,) = results(statistic())
    assert result.id == "sensitivity.il1ra_by_response.fisher.1"
    assert (result.value, result.interval, result.statistic) == (0.02564, None, "p_value")
    assert result.n == 15
    assert result.groups == {"READINGS": "without repeated"}
    assert result.warnings == ()


def test_results__give_the_interval_of_an_estimate_where_one_table_fits():
    end = {"table": [7, 0, 3, 5], "low": 0.16, "high": 0.87, "level": 0.95}
    (result,) = results(statistic(method="risk_difference", min=0.625, max=0.625, at_min=end))
    assert result.value == 0.625
    assert result.interval == Interval(0.16, 0.87, level=0.95)


def test_results__give_the_range_and_say_so_where_tables_differ():
    (result,) = results(statistic(min=0, max=7, method="count", readings=[]))
    assert result.value is None
    assert result.interval == Interval(0, 7, level=None, kind="bounds")
    assert result.unit == "patients"
    assert "does not determine" in result.warnings[0]
    assert result.groups == {"READINGS": "the stated claims alone"}


@pytest.mark.parametrize(("low", "high"), [(None, None), (None, 0.5), (0.1, None)])
def test_results__have_no_value_where_an_end_is_undefined(low, high):
    (result,) = results(statistic(min=low, max=high))
    assert result.value is None
    assert result.interval == Interval(low, high, level=None, kind="bounds")


def test_results__number_the_sets_of_readings():
    found = results(statistic(), statistic(readings=[]), statistic(method="boschloo"))
    assert [result.id.split(".", 2)[2] for result in found] == [
        "fisher.1", "fisher.2", "boschloo.1"
    ]  # fmt: skip


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
