from dataclasses import replace

import numpy as np
import pytest

from myotrial.design.simulation.model import make_model, make_table
from myotrial.design.simulation.presets import add_on_therapy
from myotrial.design.simulation.scenario import ESTIMANDS, IMPUTATIONS, Dropout, Endpoint


def expected(endpoint, met, seen):
    """In plain words: met and seen are lists of truths, met only where seen."""
    visits = len(met)
    if endpoint.imputation == "carried":
        last, carried = False, []
        for found, there in zip(met, seen, strict=True):
            last = found if there else last
            carried.append(last)
        met = carried

    def reached(truths):
        runs = "".join("x" if truth else " " for truth in truths)
        if endpoint.estimand == "at":
            return truths[visits - 1]
        return "x" * (1 if endpoint.estimand == "ever" else endpoint.consecutive) in runs

    if endpoint.imputation == "observed" and not reached(seen):
        return 2
    return int(reached(met))


@pytest.mark.parametrize("visits", [1, 3, 4])
@pytest.mark.parametrize("imputation", IMPUTATIONS)
@pytest.mark.parametrize("estimand", ESTIMANDS)
def test_make_table__says_what_the_words_say(estimand, imputation, visits):
    endpoint = Endpoint("DOI", estimand, imputation, consecutive=min(2, visits))
    table = make_table(endpoint, visits)
    assert table.shape == (4**visits,)
    for code, found in enumerate(table.tolist()):
        seen = [bool(code >> (visits + visit) & 1) for visit in range(visits)]
        met = [bool(code >> visit & 1) for visit in range(visits)]
        if all(there or not hit for hit, there in zip(met, seen, strict=True)):
            assert found == expected(endpoint, met, seen), (met, seen)


def test_make_model__spreads_measures_in_their_direction():
    scenario = add_on_therapy(10)
    model = make_model(scenario)
    assert model.course[1, 3, 0] < 0 < model.course[1, 3, 2]  # a global falls, strength rises
    covariance = model.mixing.astype(float) @ model.mixing.T
    better = np.array([item.better for item in scenario.measures])
    sd = np.array([item.sd for item in scenario.measures])
    expected_ = np.array(scenario.correlation) * np.outer(better * sd, better * sd)
    np.testing.assert_allclose(covariance, expected_, rtol=1e-5)


def test_make_model__adds_up_the_chances_to_leave():
    scenario = replace(add_on_therapy(10), dropout=Dropout(0.1, 0.2, 0.5, 0.3))
    model = make_model(scenario)
    np.testing.assert_allclose(model.leaving[3], [0.1, 0.28, 0.55, 0.64], rtol=1e-6)
    assert model.critical[[0, 10]] == pytest.approx([1.959964, 2.228139], abs=1e-6)
