from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from myotrial.design.simulation.bank import make_bank
from myotrial.design.simulation.scenario import Endpoint
from myotrial.design.simulation.trials import simulate
from myotrial.errors import MyotrialError

SUBJECTS = 40_000


@pytest.fixture(scope="module")
def bank(small):
    return make_bank(small, SUBJECTS, seed=1)


def test_make_bank__has_the_rates_of_trajectories(bank, small):
    tallies = simulate(small, 2000, seed=2)
    for e, endpoint in enumerate(small.endpoints):
        if endpoint.imputation == "observed":
            continue  # its rates are among those seen, of which there is no fixed number
        for rate, found in zip(bank.rates(endpoint), tallies.rates(e), strict=True):
            error = (rate * (1 - rate) * (1 / SUBJECTS + 1 / 40_000)) ** 0.5
            assert abs(rate - found) < 4 * error


def test_simulate__has_the_exact_distribution_of_the_bank(bank):
    endpoint = Endpoint("DOI", "ever")
    number = 20_000
    tallies = bank.simulate(number, seed=3, sizes=(10, 12), endpoints=(endpoint,))
    control, active = bank.rates(endpoint)
    chances = np.outer(
        stats.binom.pmf(np.arange(13), 12, active), stats.binom.pmf(np.arange(11), 10, control)
    )
    cells = chances * number > 10
    found, expected = tallies.counts[0][cells], chances[cells] * number
    assert tallies.counts[0].shape == (13, 11)
    assert ((found - expected) ** 2 / expected).sum() < stats.chi2.isf(1e-4, cells.sum())


def test_simulate__merges_and_keeps_banks_apart(bank, small):
    whole = bank.simulate(50, seed=3)
    merged = bank.simulate(20, seed=3) + bank.simulate(30, seed=3, first=20)
    np.testing.assert_array_equal(whole.counts, merged.counts)
    np.testing.assert_array_equal(whole.rejected, merged.rejected)
    with pytest.raises(MyotrialError, match="one scenario and one seed"):
        whole + simulate(small, 5, seed=3, first=50)
    other = make_bank(replace(small, alpha=0.1), 10, seed=1)
    assert other.simulate(1, seed=3).key != whole.key


@pytest.mark.parametrize("subjects", [0, 10_000_001])
def test_make_bank__refuses_impossible_sizes(small, subjects):
    with pytest.raises(MyotrialError, match="bank: expected 1 to 10 million"):
        make_bank(small, subjects, seed=1)
