from math import inf

import pytest

from myotrial.errors import MyotrialError
from myotrial.statistics.poisson import rate, rate_ratio


@pytest.mark.parametrize(
    # Garwood 1936 as tabulated by Ulm K. Am J Epidemiol 1990;131:373-5 and in common use.
    ("events", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390),
     (50, 37.11, 65.92)],
)  # fmt: skip
def test_rate__gives_published_limits(events, low, high):
    estimate = rate(events, 1.0)
    digits = 2 if events == 50 else 3
    assert (round(estimate.low, digits), round(estimate.high, digits)) == (low, high)


def test_rate__is_per_unit_of_exposure():
    one, ten = rate(3, 1.0), rate(3, 10.0)
    assert ten.value == 0.3
    assert ten.low == pytest.approx(one.low / 10)


def test_rate__without_exposure_is_undefined():
    estimate = rate(0, 0.0)
    assert (estimate.value, estimate.low, estimate.high) == (None, 0, inf)


@pytest.mark.parametrize(("events", "exposure"), [(-1, 1.0), (1, -1.0), (1, float("nan"))])
def test_rate__refuses_what_cannot_be(events, exposure):
    with pytest.raises(MyotrialError):
        rate(events, exposure)


def test_rate_ratio__is_the_binomial_test_of_one_groups_events():
    # 10 events in 2 years against 5 in 3: given 15, group 1 has each with chance 2/5.
    from scipy.stats import binomtest

    found, p_value = rate_ratio(10, 2.0, 5, 3.0)
    test = binomtest(10, 15, 2 / 5)
    ends = test.proportion_ci(method="exact")
    assert p_value == pytest.approx(test.pvalue)
    assert found.value == pytest.approx(10 / 2 / (5 / 3))
    odds = [end / (1 - end) * 1.5 for end in (ends.low, ends.high)]
    assert (found.low, found.high) == pytest.approx(odds)
    assert rate_ratio(0, 1.0, 0, 1.0)[0].value is None
    assert rate_ratio(3, 1.0, 0, 1.0)[0].value == float("inf")
    assert rate_ratio(3, 0.0, 2, 1.0)[0].value is None
