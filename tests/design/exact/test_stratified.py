import pytest

from myotrial.design.counts.stratified import simulate_stratified, stratified_power
from myotrial.design.exact.stratified import Stratum, stratified_exact
from myotrial.design.exact.two_arm import rejection_region
from myotrial.errors import MyotrialError, TooLargeError

STRATA = [Stratum(14, 12, 0.6, 0.2), Stratum(8, 9, 0.5, 0.3), Stratum(3, 3, 0.4, 0.2)]
LARGE = [Stratum(60, 60, 0.5, 0.3), Stratum(60, 60, 0.4, 0.25), Stratum(40, 40, 0.3, 0.2)]


@pytest.mark.parametrize("alternative", ["greater", "less", "two-sided"])
def test_stratified_exact__of_one_stratum_is_fishers_test(alternative):
    region = rejection_region("fisher", 14, 12, alpha=0.05, alternative=alternative)
    power = stratified_exact(STRATA[:1], alpha=0.05, alternative=alternative)
    assert power == pytest.approx(region.power(0.6, 0.2), rel=1e-10)


@pytest.mark.parametrize("alternative", ["greater", "two-sided"])
def test_stratified_exact__agrees_with_simulated_counts(alternative):
    exact = stratified_exact(STRATA, alternative=alternative)
    drawn = simulate_stratified(STRATA, alternative=alternative, trials=40_000, seed=5)
    assert drawn.power == pytest.approx(exact, abs=4 * drawn.standard_error)


def test_stratified_exact__holds_its_level_at_rates_that_differ_between_strata():
    null = [Stratum(14, 12, 0.6, 0.6), Stratum(8, 9, 0.2, 0.2), Stratum(5, 5, 0.9, 0.9)]
    assert stratified_exact(null, alpha=0.05) <= 0.05


def test_stratified_power__names_the_tier():
    small, large = stratified_power(STRATA), stratified_power(LARGE, trials=2_000, seed=1)
    assert (small.tier, small.trials, small.standard_error) == ("enumeration", 0, 0.0)
    assert (large.tier, large.trials) == ("simulated counts", 2_000)
    assert 0.8 < large.power < 0.99
    assert large == stratified_power(LARGE, trials=2_000, seed=1)


def test_stratified_exact__refuses_what_is_too_large_and_says_how_large():
    with pytest.raises(TooLargeError, match=r"would need \d\.\de\+\d\d multiplications"):
        stratified_exact(LARGE)


def test_stratified_power__refuses_what_does_not_fit_into_memory():
    with pytest.raises(TooLargeError, match=r"would need \d+\.\d GiB"):
        stratified_power([Stratum(50_000, 50_000, 0.5, 0.3)])


@pytest.mark.parametrize("power", [stratified_exact, stratified_power, simulate_stratified])
def test_stratified__refuses_what_is_no_design(power):
    with pytest.raises(MyotrialError, match="at least one stratum"):
        power([])
    with pytest.raises(MyotrialError, match="alpha must lie"):
        power(STRATA, alpha=1.0)


def test_stratum__refuses_what_cannot_be():
    with pytest.raises(MyotrialError, match="Patients of arm 2"):
        Stratum(5, 0, 0.5, 0.5)
    with pytest.raises(MyotrialError, match="must be a rate from 0 to 1"):
        Stratum(5, 5, 0.5, 1.5)
