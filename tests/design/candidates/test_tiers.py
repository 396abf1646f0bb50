"""Each of the four tiers is chosen where it is the cheapest valid one, and named in the output."""

import pytest

from myotrial import design
from myotrial.design.candidates.outcome import TIERS
from myotrial.design.candidates.table import evaluated
from myotrial.design.planning.defaults import complete
from myotrial.design.planning.reading import parse_plan
from myotrial.design.protocols.donors import donors
from myotrial.statistics.beta_mixture import BetaMixture

HEAD = "strata: [{value: PM, share: 0.5}, {value: DM, share: 0.3}, {value: IBM, share: 0.2}]\n"
RATES = "scenarios: [{id: a, label: A, control: 0.3, treatment: 0.6}]\n"
SIMULATED = "simulation: {trials: 400}\n"
TIME = f"{SIMULATED}endpoint: {{estimand: time_to_response}}\n"
MEAN = (
    f"{SIMULATED}endpoint: {{definition: tis_2016}}\n"
    "scenarios: [{id: a, label: A, control: 25, treatment: 45}]\n"
)


@pytest.mark.parametrize(
    ("stated", "tier", "why"),
    [
        pytest.param(f"{RATES}candidates: {{fixed: [{{id: a, n: 60}}]}}", 0,
                     "every pair of them can be listed", id="0: one test of two counts"),
        pytest.param(
            f"{RATES}candidates: {{group_sequential: [{{id: a, n: 60, looks: [0.3, 0.6, 1]}}]}}",
            0, "every course of them over the looks", id="0: counts at three looks",
        ),
        pytest.param(f"{RATES}candidates: {{stratified: [{{id: a, n: 12}}]}}", 0,
                     "every combination can be listed", id="0: few patients of three diagnoses"),
        pytest.param(f"{RATES}candidates: {{stratified: [{{id: a, n: 120}}]}}", 1,
                     "too many combinations", id="1: many patients of three diagnoses"),
        pytest.param(f"{TIME}{RATES}candidates: {{fixed: [{{id: a, n: 80}}]}}", 2,
                     "when patients respond and are last seen", id="2: times"),
        pytest.param(f"{MEAN}candidates: {{fixed: [{{id: a, n: 40, test: t}}]}}", 3,
                     "no function of counts or of response patterns", id="3: means"),
    ],
)  # fmt: skip
def test_evaluated__takes_the_cheapest_tier_that_is_valid(pilot, captured, stated, tier, why):
    plan = complete(parse_plan(HEAD + stated, pilot), pilot, [])
    given = donors(pilot, captured["subjects"], captured["visits"])
    drawn, _ = design.rehearsal(pilot, plan, given, (2, 2))
    (made,) = evaluated(
        plan, pilot, pilot_rate=0.4, doubtful=0.4, control=BetaMixture.single(3, 7),
        assumed=drawn.assumed,
    )  # fmt: skip
    assert made.tier == tier
    assert why in made.why
    assert len(TIERS) == 4
