"""The power that a design claims, against trials simulated, derived and analysed from end to end.

Each trial is enrolled, allocated by permuted blocks, followed with dropout, and captured as tables;
`datasets.tables_from` checks them, `datasets.derive` derives them (many trials at once, told apart
by their subjects' ids), and `analysis.comparison` compares the arms of each trial by itself.
"""

import numpy as np
import polars as pl
import pytest

from myotrial import datasets, design
from myotrial.analysis import comparison
from myotrial.analysis.trial import Trial
from myotrial.design.candidates import looks, parallel
from myotrial.design.planning.defaults import complete, expected
from myotrial.design.planning.reading import parse_plan
from myotrial.design.protocols.donors import donors

TRIALS, BATCH = 1000, 100
PLAN = """
scenarios:
  - {id: effect, label: Effect, control: 0.25, treatment: 0.65}
dropout: {share: 0.15}
strata: [{value: PM, share: 0.6}, {value: DM, share: 0.4}]
candidates:
  fixed: [{id: fisher, test: fisher}]
  group_sequential: [{id: looks, looks: [0.5, 1], futility: [0], n: 54}]
"""


def stacked(trials):
    """The tables of several trials as one, the trial's number before each subject's id."""
    whole = {}
    for number, tables in enumerate(trials):
        for name, rows in tables.items():
            named = [row | {"USUBJID": f"{number:04d}-{row['USUBJID']}"} for row in rows]
            whole.setdefault(name, []).extend(named)
    return whole


def by_trial(frame):
    return frame.with_columns(pl.col("USUBJID").str.head(4).alias("TRIAL")).partition_by(
        "TRIAL", as_dict=True
    )


@pytest.fixture(scope="module")
def simulated(pilot, captured):
    """The plan, the protocol, and (ADSL, ADEST) of each trial, the primary endpoint by NRI."""
    plan = complete(parse_plan(PLAN, pilot), pilot, [])
    given = donors(pilot, captured["subjects"], captured["visits"])
    made = parallel.fixed(plan.candidates.fixed[0], plan, expected(plan))
    drawn, _ = design.rehearsal(pilot, plan, given, made.sizes)
    protocol = drawn.protocol
    primary = tuple(item for item in protocol.endpoints if item.role == "primary")
    short = protocol.model_copy(update={"endpoints": primary})
    trials, found = list(drawn.trials(TRIALS, seed=11)), []
    for first in range(0, TRIALS, BATCH):
        tables = datasets.tables_from(stacked(trials[first : first + BATCH]), short)
        derived = datasets.derive(short, tables)
        people = by_trial(derived["ADSL"])
        rates = by_trial(derived["ADEST"].filter(HANDLING="NRI"))
        found += [(people[key], rates[key]) for key in people]
    return plan, short, made, found


def test_design__power_of_fishers_test_is_found_again_by_analysis(simulated):
    plan, protocol, made, trials = simulated
    outline = protocol.model_dump(mode="json")
    outline["endpoints"][0]["handlings"] = ["NRI"]
    claim = made.at(0.25, 0.65).power
    success = 0
    for people, rates in trials:
        results = comparison.results(Trial(outline, {"ADSL": people, "ADEST": rates}))
        found = {}
        for result in results:  # each result is worked out when it is asked for
            found[result.id.rpartition(".")[2]] = result.value
            if "fisher" in found:
                break
        success += found["fisher"] <= 2 * plan.alpha and found["difference"] > 0
    assert len(trials) == TRIALS
    assert abs(success / TRIALS - claim) < 4 * (claim * (1 - claim) / TRIALS) ** 0.5


def test_design__stopping_is_found_again_by_the_order_of_enrolment(simulated):
    plan, protocol, _, trials = simulated
    made = looks.group_sequential(plan.candidates.group_sequential[0], plan, expected(plan))
    treated = protocol.arms[0].label
    claim = made.at(0.25, 0.65)
    power = early = 0
    for people, rates in trials:
        rows = people.join(rates.select("USUBJID", "AVAL"), on="USUBJID").sort("USUBJID")
        arms, verdicts = (rows["TRT01P"] == treated).to_numpy(), rows["AVAL"].to_numpy()
        for look in made.analyses:
            half = look.n // 2
            one, other = (verdicts[arms == side][:half].sum() for side in (True, False))
            pooled = (one + other) / (2 * half)
            spread = (pooled * (1 - pooled) * 2 / half) ** 0.5
            z = (one - other) / half / spread if spread else 0.0
            if z >= look.efficacy:
                power += 1
                early += look is made.analyses[0]
                break
            if look.futility is not None and z <= look.futility:
                break
    assert abs(power / TRIALS - claim.power) < 4 * (claim.power * (1 - claim.power) / TRIALS) ** 0.5
    chance = claim.efficacy
    assert abs(early / TRIALS - chance) < 4 * (chance * (1 - chance) / TRIALS) ** 0.5


def test_design__rates_of_both_arms_are_those_of_the_scenario(simulated):
    _, protocol, _, trials = simulated
    rows = pl.concat([people.join(rates, on="USUBJID") for people, rates in trials])
    shares = dict(rows.group_by("TRT01P").agg(pl.col("AVAL").mean()).iter_rows())
    for arm, rate in zip(protocol.arms, (0.65, 0.25), strict=True):
        n = TRIALS * arm.planned
        assert abs(shares[arm.label] - rate) < 4 * (rate * (1 - rate) / n) ** 0.5 + 0.005
    withdrawn = rows.select((pl.col("EOSSTT") == "DISCONTINUED").mean()).item()
    assert abs(withdrawn - 0.15) < 0.005
    assert np.isin(rows["ORIGIN"].unique().to_numpy(), ["simulated"]).all()
