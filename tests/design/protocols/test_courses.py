import numpy as np
import pytest

from myotrial import datasets, protocol
from myotrial.design.planning.defaults import complete
from myotrial.design.planning.reading import parse_plan
from myotrial.design.protocols.courses import Model
from myotrial.design.protocols.donors import donors
from myotrial.design.protocols.following import follow
from myotrial.design.protocols.tables import Enrolled, rows
from myotrial.design.protocols.text import text
from myotrial.errors import MyotrialError

SHARES = [("PM", 0.6), ("DM", 0.4)]


def planned(pilot, stated=""):
    return complete(parse_plan(stated, pilot), pilot, SHARES)


def following(pilot, plan, sizes=(20, 20)):
    return protocol.parse(text(follow(pilot, plan, sizes, "words"), "Head"))


def model(pilot, captured, stated=""):
    plan = planned(pilot, stated)
    given = donors(pilot, captured["subjects"], captured["visits"], captured["concomitant"])
    return Model(following(pilot, plan), given, plan.endpoint, plan.trajectory, plan.dropout)


def patients(made, n=4000, seed=3):
    return made.draw(np.array(["PM", "DM"] * (n // 2)), np.random.default_rng(seed))


@pytest.mark.parametrize(
    "stated",
    [
        pytest.param("", id="at a visit"),
        pytest.param("endpoint: {estimand: ever}", id="ever"),
        pytest.param("endpoint: {estimand: sustained, consecutive: 2}", id="sustained"),
        pytest.param("endpoint: {definition: functional_index_20}", id="functional index"),
        pytest.param("dropout: {share: 0.2, mechanism: lack_of_efficacy}", id="lack of efficacy"),
        pytest.param("dropout: {share: 0.2, mechanism: at_random}", id="at random"),
    ],
)
@pytest.mark.parametrize("rate", [0.2, 0.55])
def test_effect_for__gives_the_stated_rate_in_the_derived_datasets(pilot, captured, stated, rate):
    """The rate is met by what `datasets.derive` makes of the tables, not by the model alone."""
    made = model(pilot, captured, stated)
    drawn = patients(made, 1000)
    cohort = made.with_effect(drawn, made.effect_for(drawn, rate))
    group = Enrolled(made.protocol.arms[0], cohort, range(1, 1001))
    tables = datasets.tables_from(rows(made.protocol, made.donors, [group]), made.protocol)
    derived = datasets.derive(made.protocol, tables)["ADEST"]
    primary = derived.filter(ENDPOINT="primary", HANDLING="NRI").sort("USUBJID")
    assert primary["AVAL"].to_list() == cohort.responds.astype(int).tolist()
    assert abs(primary["AVAL"].mean() - rate) < 0.01


def test_effect_for__says_which_rates_can_be_had(pilot, captured):
    made = model(pilot, captured, "dropout: {share: 0.3}")
    with pytest.raises(MyotrialError, match=r"between 0\.\d+ and 0\.\d+ here"):
        made.effect_for(patients(made), 0.9)


def test_draw__loses_the_stated_share_by_each_visit(pilot, captured):
    made = model(pilot, captured, "dropout: {share: 0.3, by_visit: {M3: 0.1, M6: 0.3}}")
    left = patients(made, 20_000).left
    shares = [(left <= at).mean() for at in range(2)]
    assert np.allclose(shares, [0.1, 0.3], atol=4 * (0.3 * 0.7 / 20_000) ** 0.5)


@pytest.mark.parametrize("mechanism", ["completely_at_random", "at_random", "lack_of_efficacy"])
def test_draw__numbers_of_leavers_vary_as_chance_has_them(pilot, captured, mechanism):
    """Independent patients: the variance of a group's number is about a binomial's."""
    made = model(pilot, captured, f"dropout: {{share: 0.2, mechanism: {mechanism}}}")
    left = patients(made, 20_000).left < len(made.visits)
    numbers = left.reshape(400, 50).sum(axis=1)
    assert abs(numbers.mean() - 10) < 4 * (8 / 400) ** 0.5
    assert 0.75 < numbers.var() / 8 < 1.25


def test_draw__takes_donors_of_the_diagnosis_with_whole_baselines(pilot, captured):
    made = model(pilot, captured)
    drawn = patients(made)
    of = [made.donors.attributes[donor]["DIAG"] for donor in drawn.donor]
    assert of[:4] == ["PM", "DM", "PM", "DM"]
    with pytest.raises(MyotrialError, match="diagnosis IBM"):  # its CK is missing
        made.draw(np.array(["IBM"]), np.random.default_rng(1))


def test_draw__records_baselines_on_the_steps_of_the_pilot(pilot, captured):
    drawn = patients(model(pilot, captured))
    assert np.allclose(drawn.baseline["HAQDI"] % 0.125, 0)
    assert drawn.baseline["HAQDI"].max() <= 3
    assert drawn.baseline["MMT8"].max() <= 80


def test_deviates__have_the_stated_correlations(pilot, captured):
    made = model(pilot, captured)
    deviates = patients(made, 20000).deviates
    core = [deviates[name][1] for name in made.protocol.core_set.model_dump().values()]
    loads = np.array(made.trajectory.loadings)
    expected = np.outer(loads, loads)
    np.fill_diagonal(expected, 1)
    assert np.abs(np.corrcoef(core) - expected).max() < 4 / 20000**0.5
    for values in core:
        between = np.corrcoef(values, deviates["PHGA"][0])
        assert between.shape == (2, 2)
    same = [np.corrcoef(*deviates[name])[0, 1] for name in ("PHGA", "CK")]
    assert np.allclose(same, made.trajectory.persistence, atol=4 / 20000**0.5)


def test_draw__is_the_same_for_the_same_seed(pilot, captured):
    made = model(pilot, captured)
    one, other = patients(made), patients(made)
    assert all(np.array_equal(one.deviates[name], other.deviates[name]) for name in one.deviates)
