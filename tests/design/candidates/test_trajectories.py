from dataclasses import replace

import numpy as np
import pytest

from myotrial import design
from myotrial.design.candidates.trajectories import asked, found, scenario
from myotrial.design.planning.defaults import complete, expected
from myotrial.design.planning.reading import parse_plan
from myotrial.design.protocols.donors import donors
from myotrial.design.simulation.trials import simulate
from myotrial.errors import MyotrialError

HEAD = "scenarios: [{id: a, label: A, control: 0.3, treatment: 0.6}]\n"


def planned(pilot, captured, stated=""):
    plan = complete(parse_plan(HEAD + stated, pilot), pilot, [("PM", 1.0)])
    given = donors(pilot, captured["subjects"], captured["visits"])
    drawn, _ = design.rehearsal(pilot, plan, given, (40, 20))
    return plan, drawn.assumed, drawn.protocol


@pytest.mark.parametrize(
    "stated",
    [
        pytest.param("", id="improved at the visit"),
        pytest.param("dropout: {share: 0.2, mechanism: lack_of_efficacy}", id="leaving"),
    ],
)
def test_scenario__has_the_expected_rates_in_other_trials(pilot, captured, stated):
    _, assumed, _ = planned(pilot, captured, stated)
    made = scenario(assumed, (40, 20))
    assert (made.active.size, made.control.size) == (40, 20)
    control, treated = simulate(made, 2000, seed=77).rates(0)
    assert (control, treated) == pytest.approx((0.3, 0.6), abs=0.015)


def test_found__tells_every_endpoint_with_its_power(pilot, captured):
    _, assumed, protocol = planned(pilot, captured)
    made = scenario(assumed, (40, 20))
    items = {item.id: item for item in found(simulate(made, 2000, 5), made, protocol, 0.025)}
    assert set(items) == {name for name, _, _ in asked(protocol)} | {"tis"}
    assert items["doi_ever"].treatment > items["doi"].treatment > items["doi_sustained"].treatment
    assert items["tis_20"].treatment > items["tis_40"].treatment > items["tis_60"].treatment
    assert items["tis"].treatment > items["tis"].control
    assert 0.4 < items["doi"].power < 0.75  # 40 against 20 patients


def test_scenario__takes_the_stated_correlations(pilot, captured):
    rows = np.full((6, 6), 0.3) + 0.7 * np.eye(6)
    _, assumed, _ = planned(
        pilot, captured, f"trajectory: {{correlation: {rows.round(3).tolist()}}}"
    )
    made = scenario(assumed, (40, 20))
    assert np.allclose(np.array(made.own_correlation)[:6, :6], rows)
    assert len(made.own_correlation) == 7  # the functional index as well


def test_scenario__says_which_rates_cannot_be_had(pilot, captured):
    plan, assumed, _ = planned(pilot, captured, "dropout: {share: 0.35}")
    aim = expected(plan).model_copy(update={"treatment": 0.9})
    with pytest.raises(MyotrialError, match=r"No effect gives a response rate of 0\.9"):
        scenario(replace(assumed, aim=aim), (40, 20))


@pytest.mark.parametrize(
    ("threshold", "estimand"),
    [
        pytest.param("minimal", "at_visit", id="20 points at the visit"),
        pytest.param("moderate", "ever", id="40 points at any visit"),
        pytest.param("major", "sustained, consecutive: 2", id="60 points twice in a row"),
    ],
)
def test_trial__of_a_total_score_have_its_expected_rates(pilot, captured, threshold, estimand):
    asked_for = f"{{definition: tis_2016, threshold: {threshold}, estimand: {estimand}}}"
    _, assumed, _ = planned(pilot, captured, f"endpoint: {asked_for}")
    control, treated = simulate(assumed.trial((40, 20)), 2000, seed=77).rates(0)
    assert (control, treated) == pytest.approx((0.3, 0.6), abs=0.015)
