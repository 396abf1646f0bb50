from dataclasses import replace

import numpy as np
import pytest

from myotrial import datasets, design, protocol
from myotrial.design.planning.defaults import complete
from myotrial.design.planning.reading import parse_plan
from myotrial.design.protocols.courses import draw
from myotrial.design.protocols.donors import donors
from myotrial.design.protocols.tables import rows
from myotrial.design.simulation.model import make_model
from myotrial.design.simulation.trials import run, simulate
from myotrial.errors import MyotrialError

SHARES = [("PM", 0.6), ("DM", 0.4)]
HEAD = "scenarios: [{{id: a, label: A, control: 0.2, treatment: {rate}}}]\n"
SEED = 5


def rehearsed(pilot, captured, stated="", sizes=(500, 500), rate=0.55):
    plan = complete(parse_plan(HEAD.format(rate=rate) + stated, pilot), pilot, SHARES)
    given = donors(pilot, captured["subjects"], captured["visits"], captured["concomitant"])
    return design.rehearsal(pilot, plan, given, sizes)[0]


def drawn(made, seed=SEED):
    generator = np.random.default_rng(seed)
    donor = made._enrolled(generator)
    return draw(made.assumed, donor, made._allocated(donor, generator), generator, seed)


def bits(words):
    """Whether each of the two visits is in a pattern, shape (visits, subjects)."""
    return np.array([words >> visit & 1 for visit in range(2)]) == 1


@pytest.mark.parametrize(
    "stated",
    [
        pytest.param("", id="at a visit"),
        pytest.param("endpoint: {estimand: ever}", id="ever"),
        pytest.param("endpoint: {estimand: sustained, consecutive: 2}", id="sustained"),
        pytest.param("endpoint: {definition: functional_index_20}", id="functional index"),
        pytest.param("endpoint: {definition: tis_2016, threshold: moderate}", id="total score"),
        pytest.param("dropout: {share: 0.2, mechanism: lack_of_efficacy}", id="lack of efficacy"),
        pytest.param("dropout: {share: 0.2, mechanism: at_random, missed: 0.1}", id="at random"),
    ],
)
def test_trial__has_the_stated_rates_in_the_derived_datasets(pilot, captured, stated):
    """The rate is met by what `datasets.derive` makes of the tables, not by the model alone."""
    made = rehearsed(pilot, captured, stated)
    tables = datasets.tables_from(made.trial(SEED), made.protocol)
    derived = datasets.derive(made.protocol, tables)
    arms = dict(derived["ADSL"].select("USUBJID", "TRT01P").iter_rows())
    primary = derived["ADEST"].filter(ENDPOINT="primary", HANDLING="NRI")
    for arm, rate in zip(made.protocol.arms, (0.55, 0.2), strict=True):
        met = [
            value
            for who, value in primary.select("USUBJID", "AVAL").iter_rows()
            if arms[who] == arm.label
        ]
        assert abs(len(met) - 500) < 10
        assert abs(np.mean(met) - rate) < 4 * (rate * (1 - rate) / 500) ** 0.5 + 0.01


def test_trial__is_what_the_operating_characteristics_are_of(pilot, captured):
    """The verdicts of the tables are those the kernel decides on, subject by subject."""
    made = rehearsed(pilot, captured, "dropout: {share: 0.2, missed: 0.1}", (300, 200))
    people = drawn(made)
    tables = datasets.tables_from(rows(made.protocol, made.donors, people), made.protocol)
    verdicts = datasets.derive(made.protocol, tables)["ADRS"].filter(PARAMCD="DOI")
    met = {(who, at) for who, at, word in verdicts.select("USUBJID", "AVISIT", "AVALC").iter_rows()
           if word == "Y"}  # fmt: skip
    scenario = made.assumed.trial(((people.arm == 0).sum(), (people.arm == 1).sum()))
    kept = np.zeros((1, 7, 500), np.uint8)
    run(scenario, make_model(scenario), SEED, 0, 1, kept)
    labels = [item.label for item in made.assumed.visits]
    numbers = [f"{made.protocol.study.id}-{at + 1:04d}" for at in range(500)]
    kernel_order = [*range(500)]
    of_diagnosis = [made.donors.attributes[one]["DIAG"] for one in people.donor]
    kernel_order.sort(key=lambda at: (people.arm[at] == 0, of_diagnosis[at] == "DM", at))
    expected = {
        (numbers[at], labels[visit])
        for visit, here in enumerate(bits(kept[0, 0]))
        for at, truth in zip(kernel_order, here, strict=True)
        if truth
    }
    assert met == expected


def test_trial__differs_by_diagnosis_as_the_stratified_candidate_says(pilot, captured):
    """Stated control rates of 10 and 60 % average to 30 %, and the treatment adds to both."""
    stated = (
        "strata: [{value: PM, share: 0.5}, {value: DM, share: 0.5}]\n"
        "candidates: {stratified: [{id: cmh, n: 2000, control: {PM: 0.1, DM: 0.6}}]}\n"
    )
    plan = complete(parse_plan(HEAD.format(rate=0.55).replace("0.2", "0.35") + stated, pilot),
                    pilot, [])  # fmt: skip
    given = donors(pilot, captured["subjects"], captured["visits"])
    candidate = {"kind": "stratified", "id": "cmh", "analyses": [], "sizes": [1000, 1000]}
    made, _ = design.rehearsal(pilot, plan, given, (1000, 1000), "", candidate)
    (_, low), (_, high) = made.assumed.by_diagnosis["PM"], made.assumed.by_diagnosis["DM"]
    assert (low, high) == pytest.approx((0.1, 0.6), abs=0.001)
    tables = datasets.tables_from(made.trial(3), made.protocol)
    derived = datasets.derive(made.protocol, tables)
    primary = derived["ADEST"].filter(ENDPOINT="primary", HANDLING="NRI")
    table = derived["ADSL"].select("USUBJID", "TRT01P", "DIAG").join(primary, on="USUBJID")
    for place, arm in enumerate(made.protocol.arms):
        for diagnosis, rates in made.assumed.by_diagnosis.items():
            met = table.filter(TRT01P=arm.label, DIAG=diagnosis)["AVAL"]
            error = (rates[place] * (1 - rates[place]) / len(met)) ** 0.5
            assert abs(met.mean() - rates[place]) < 4 * error + 0.015
    shown = simulate(made.assumed.trial((1000, 1000)), 200, 9).rates(0)
    assert shown == pytest.approx((0.35, 0.55), abs=0.01)


def test_effects__say_which_rates_can_be_had(pilot, captured):
    made = rehearsed(pilot, captured, "dropout: {share: 0.44}").assumed
    aim = made.aim.model_copy(update={"treatment": 0.9})
    with pytest.raises(MyotrialError, match=r"No effect gives a response rate of 0\.9"):
        _ = replace(made, aim=aim).effects


@pytest.mark.parametrize("mechanism", ["completely_at_random", "at_random", "lack_of_efficacy"])
def test_draw__loses_the_stated_share_by_each_visit(pilot, captured, mechanism):
    stated = f"dropout: {{share: 0.3, by_visit: {{M3: 0.1, M6: 0.3}}, mechanism: {mechanism}}}"
    people = drawn(rehearsed(pilot, captured, stated, (5000, 5000)))
    shares = [(people.left <= at).mean() for at in range(2)]
    assert np.allclose(shares, [0.1, 0.3], atol=4 * (0.3 * 0.7 / 10_000) ** 0.5 + 0.005)


def test_draw__those_without_effect_leave_where_the_reason_is_lack_of_it(pilot, captured):
    people = drawn(rehearsed(pilot, captured, "dropout: {share: 0.2, mechanism: lack_of_efficacy}",
                             (5000, 5000)))  # fmt: skip
    treated, control = ((people.left < 2)[people.arm == arm].mean() for arm in (0, 1))
    assert control > treated + 0.05


def test_draw__takes_donors_of_the_diagnosis_with_whole_baselines(pilot, captured):
    made = rehearsed(pilot, captured)
    people = drawn(made)
    of = {made.donors.attributes[donor]["DIAG"] for donor in people.donor}
    assert of == {"PM", "DM"}
    stated = made.plan.strata[0].model_copy(update={"value": "IBM"})
    plan = made.plan.model_copy(update={"strata": (stated,)})
    with pytest.raises(MyotrialError, match="diagnosis IBM"):  # its CK is missing
        replace(made, assumed=replace(made.assumed, plan=plan)).trial(1)


def test_draw__records_values_on_the_steps_of_the_pilot(pilot, captured):
    people = drawn(rehearsed(pilot, captured))
    for values in (people.baseline["HAQDI"], people.values["HAQDI"][people.seen]):
        assert np.allclose(values % 0.125, 0)
        assert values.max() <= 3
    assert people.baseline["MMT8"].max() <= 80


def test_draw__changes_other_measures_with_function(pilot, captured):
    """A measure that the kernel does not simulate: a second index of function."""
    made = rehearsed(pilot, captured)
    given = made.donors
    other = {**given.baseline, "OTHER": given.baseline["HAQDI"]}
    scales = {**given.scales, "OTHER": given.scales["HAQDI"]}
    more = replace(made.assumed, donors=replace(given, baseline=other, scales=scales))
    people = drawn(replace(made, assumed=more))
    change = [(people.values[name][1] - people.baseline[name])[people.seen[1]]
              for name in ("HAQDI", "OTHER")]  # fmt: skip
    assert np.corrcoef(*change)[0, 1] > 0.3


def test_trial__is_the_same_for_the_same_seed(pilot, captured):
    made = rehearsed(pilot, captured, sizes=(20, 20))
    assert made.trial(3) == made.trial(3)
    assert made.trial(3) != made.trial(4)


def test_trial__can_be_read_by_its_protocol(pilot, captured):
    made = rehearsed(pilot, captured, sizes=(20, 20))
    assert isinstance(made.protocol, protocol.Protocol)
    datasets.tables_from(made.trial(1), made.protocol)
