"""Means and times as endpoints: what a design claims, against trials analysed from end to end."""

import polars as pl
import pytest

from myotrial import datasets, design
from myotrial.analysis.comparison import interim
from myotrial.analysis.comparison.arms import pairs
from myotrial.analysis.trial import Trial
from myotrial.design.candidates.continuous import continuous
from myotrial.design.planning.defaults import complete, expected
from myotrial.design.planning.reading import parse_plan
from myotrial.design.protocols.assumed import Assumed
from myotrial.design.protocols.donors import donors

STRATA = "strata: [{value: PM, share: 0.6}, {value: DM, share: 0.4}]\nsimulation: {trials: 3000}\n"
SCORE = "endpoint: {definition: tis_2016}\n"
CHANGE = (
    "endpoint: {definition: change, measure: HAQDI}\n"
    "scenarios: [{id: a, label: A, control: 0.1, treatment: 0.4}]\n"
)
TIME = (
    "endpoint: {estimand: time_to_response}\n"
    "scenarios: [{id: a, label: A, control: 0.3, treatment: 0.7}]\n"
)


def planned(pilot, captured, stated, test):
    kind = "fixed: [{id: one, test: " + test + "}]"
    text = f"{STRATA}{stated}candidates: {{{kind}}}\n"
    plan = complete(parse_plan(text, pilot), pilot, [])
    return plan, donors(pilot, captured["subjects"], captured["visits"])


def rehearsed(pilot, captured, stated, test, sizes):
    plan, given = planned(pilot, captured, stated, test)
    candidate = {"kind": "fixed", "id": "one", "analyses": [], "sizes": list(sizes)}
    made, _ = design.rehearsal(pilot, plan, given, sizes, "", candidate)
    return plan, made


def by_trial(frame):
    named = frame.with_columns(pl.col("USUBJID").str.head(4).alias("TRIAL"))
    return named.partition_by("TRIAL", as_dict=True)


def analysed(made, trials):
    """The designed test's p-value in each of so many trials, by the pipeline of `run`."""
    stacked: dict[str, list] = {}
    for number, tables in enumerate(made.trials(trials, seed=5)):
        for name, rows in tables.items():
            named = [row | {"USUBJID": f"{number:04d}-{row['USUBJID']}"} for row in rows]
            stacked.setdefault(name, []).extend(named)
    protocol = made.protocol
    derived = datasets.derive(protocol, datasets.tables_from(stacked, protocol))
    parts = {name: by_trial(derived[name]) for name in ("ADSL", "ADCS", "ADRS")}
    outline = protocol.model_dump(mode="json")
    found = []
    for key in parts["ADSL"]:
        (pair,) = pairs(Trial(outline, {name: part[key] for name, part in parts.items()}))
        results = {item.id: item for item in interim.results(pair)}
        found.append(results["comparison.ANAKINRA.designed.p_value"].value)
    return found


@pytest.mark.parametrize(
    ("stated", "test", "trials"),
    [
        pytest.param(SCORE, "ancova", 60, id="score by ANCOVA"),
        pytest.param(CHANGE, "mmrm", 25, id="change by MMRM"),
        pytest.param(TIME, "log-rank", 60, id="time by log-rank"),
    ],
)
def test_run__finds_the_power_that_the_design_claims(pilot, captured, stated, test, trials):
    plan, made = rehearsed(pilot, captured, stated, test, (24, 24))
    item = plan.candidates.fixed[0].model_copy(update={"n": 48})
    aim = expected(plan)
    claim = continuous(item, made.assumed, aim).at(aim.control, aim.treatment).power
    found = analysed(made, trials)
    power = sum(p_value <= plan.alpha for p_value in found) / trials
    error = (claim * (1 - claim) * (1 / trials + 1 / 400)) ** 0.5
    assert 0.2 < claim < 0.98
    assert abs(power - claim) < 3.5 * error + 0.02


@pytest.mark.parametrize(
    ("stated", "test", "tier"),
    [
        pytest.param(CHANGE, "ancova", 3, id="mean change"),
        pytest.param(TIME, "log-rank", 2, id="time"),
    ],
)
def test_continuous__finds_a_size_with_the_power_by_the_cheapest_tier(
    pilot, captured, stated, test, tier
):
    plan, made = rehearsed(pilot, captured, stated, test, (2, 2))
    aim = expected(plan)
    found = continuous(plan.candidates.fixed[0], made.assumed, aim)
    outcome = found.at(aim.control, aim.treatment)
    assert found.tier == tier
    assert found.trials == 3000
    assert 0.8 <= outcome.power < 0.86
    assert abs(found.size - 0.025) < 4 * found.standard_error(0.025)
    assert found.curve is not None
    assert abs(found.curve(aim.control, aim.treatment) - outcome.power) < 0.08


def test_settled__gives_the_stated_standard_deviation(pilot, captured):
    plan, given = planned(
        pilot, captured, "endpoint: {definition: change, measure: MMT8, sd: 12}\n"
        "scenarios: [{id: a, label: A, control: 1, treatment: 5}]\n", "t",
    )  # fmt: skip
    made, _ = design.rehearsal(pilot, plan, given, (2, 2))
    assert isinstance(made.assumed, Assumed)
    (part,) = made.assumed.pooled()
    assert part.values[:, : part.controls, -1].std() == pytest.approx(12, rel=0.02)
    means = [part.values[:, side, -1].mean() for side in (
        slice(part.controls, None), slice(0, part.controls))]  # fmt: skip
    assert means == pytest.approx([5, 1], abs=0.1)


def test_looks__of_a_mean_stop_by_their_bounds(pilot, captured):
    text = (
        f"{STRATA}{SCORE}candidates: {{group_sequential: [{{id: one, test: t, futility: [0]}}]}}\n"
    )
    plan = complete(parse_plan(text, pilot), pilot, [])
    given = donors(pilot, captured["subjects"], captured["visits"])
    made, _ = design.rehearsal(pilot, plan, given, (2, 2))
    aim = expected(plan)
    found = continuous(plan.candidates.group_sequential[0], made.assumed, aim)
    there, without = found.at(aim.control, aim.treatment), found.at(aim.control, aim.control)
    assert there.power >= 0.8
    assert there.efficacy > 0.05
    assert without.futility == pytest.approx(0.5, abs=0.04)  # z below 0 at the first look
    assert there.expected_n < sum(found.sizes)
