from math import inf

import pytest

from myotrial.errors import MyotrialError
from myotrial.statistics.poisson import rate


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
