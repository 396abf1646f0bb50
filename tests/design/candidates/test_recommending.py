from dataclasses import replace

import pytest

from myotrial.design.candidates.outcome import Analysis, Evaluated, Outcome
from myotrial.design.candidates.recommending import recommend
from myotrial.design.candidates.table import compared
from myotrial.design.planning.defaults import complete
from myotrial.design.planning.reading import parse_plan
from myotrial.statistics.beta_mixture import BetaMixture


@pytest.fixture(scope="module")
def plan(pilot):
    return complete(parse_plan("", pilot), pilot, [("PM", 1.0)])


def candidate(name, n, power=0.81, size=0.024, **more):
    return Evaluated(
        name, "fixed", name, (n // 2, n // 2), n, lambda *_: Outcome(power, float(n)), size, 0.4,
        0, "it can be listed", (Analysis(n),), **more,
    )  # fmt: skip


def advice(plan, *candidates):
    flat = BetaMixture.single(1, 1)
    rows = [compared(item, plan, months=6, control=flat, treatment=flat) for item in candidates]
    return recommend(rows, plan)


def test_recommend__takes_the_fewest_patients(plan):
    found = advice(plan, candidate("large", 140), candidate("small", 120))
    assert found.id == "small"
    assert dict(found.others)["large"] == "It enrols 20 more patients on average."


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"size": 0.03}, "type I error reaches 3", id="too many errors"),
        pytest.param({"power": 0.7}, "power in the expected scenario is 70", id="too little power"),
        pytest.param(
            {"doubts": ("it has no placebo",), "barred": True}, "It has no placebo.", id="barred"
        ),
        pytest.param({"doubts": ("it looks early",)}, "It looks early.", id="doubtful"),
    ],
)
def test_recommend__leaves_out_what_does_not_qualify(plan, change, told):
    found = advice(plan, candidate("sound", 140), candidate("cheap", 60, **change))
    assert found.id == "sound"
    assert told in dict(found.others)["cheap"]


def test_recommend__prefers_fewer_analyses_where_patients_are_alike(plan):
    looked = replace(candidate("looked", 120), analyses=(Analysis(60), Analysis(120)))
    assert advice(plan, looked, candidate("once", 120)).id == "once"


def test_recommend__says_so_where_nothing_qualifies(plan):
    found = advice(plan, candidate("weak", 40, power=0.3))
    assert found.id == ""
    assert "No candidate" in found.reasons[0]
