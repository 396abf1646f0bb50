"""Quantiles as papers print them, and the log-normal between two ends."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import stats

from myotrial.reconstruction.distributions import Distribution

CK = {"median": 2.6, "log_sd": 1.9, "low": 0.5, "high": 88.0}


def test_at__joins_quantiles_by_straight_lines():
    haq = Distribution.model_validate({"quantiles": {0: 0.0, 0.25: 0.3, 0.75: 1.5, 1: 3.0}})
    found = [haq.at(level) for level in (0, 0.25, 0.5, 0.75, 1)]
    assert found == pytest.approx([0, 0.3, 0.9, 1.5, 3.0])


@pytest.mark.parametrize("level", [0.0001, 0.1, 0.5, 0.9, 0.9999])
def test_at__cuts_the_log_normal_at_its_ends(level):
    normal = stats.norm(math.log(CK["median"]), CK["log_sd"])
    low, high = normal.cdf(math.log(CK["low"])), normal.cdf(math.log(CK["high"]))
    expected = math.exp(normal.ppf(low + level * (high - low)))
    found = Distribution.model_validate({"lognormal": CK}).at(level)
    assert found == pytest.approx(expected, rel=1e-6)


@given(one=st.floats(0.001, 0.999), other=st.floats(0.001, 0.999))
def test_at__never_falls(one, other):
    ck = Distribution.model_validate({"lognormal": CK})
    low, high = sorted((one, other))
    assert CK["low"] <= ck.at(low) <= ck.at(high) <= CK["high"]


def test_at__gives_back_the_published_quartiles_of_ck():
    # PMC8832010, Table 1: median 2.6 (0.9 to 12.4); log-sd 1.9 is ours, derived from the ratio
    whole = {"median": 2.6, "log_sd": 1.9, "low": 1e-6, "high": 1e6}
    ck = Distribution.model_validate({"lognormal": whole})
    ratio = ck.at(0.75) / ck.at(0.25)
    assert ratio == pytest.approx(12.4 / 0.9, rel=0.07)


@pytest.mark.parametrize(
    "stated",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"quantiles": {0: 1, 1: 2}, "lognormal": CK}, id="both"),
        pytest.param({"quantiles": {0: 1, 0.5: 2}}, id="no highest value"),
        pytest.param({"quantiles": {0: 1, 0.5: 3, 1: 2}}, id="falling"),
        pytest.param({"quantiles": {}}, id="no quantile"),
        pytest.param({"lognormal": CK | {"high": 0.1}}, id="ends crossed"),
    ],
)
def test_distribution__rejects_what_is_none(stated):
    with pytest.raises(ValidationError):
        Distribution.model_validate(stated)
