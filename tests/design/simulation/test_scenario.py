from dataclasses import replace

import pytest

from myotrial.design.simulation.presets import FACTS, add_on_therapy, one_factor
from myotrial.design.simulation.scenario import Arm, Dropout, Endpoint, Measure, check_correlation
from myotrial.errors import MyotrialError, TooLargeError
from myotrial.facts import STATUSES

GOOD = add_on_therapy(20)


def first(**change):
    return {"measures": (replace(GOOD.measures[0], **change), *GOOD.measures[1:])}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dropout": Dropout(random=1.2)}, r"dropout: random: expected 0 to 1, found 1\.2"),
        ({"dropout": Dropout(missing=-0.1)}, "dropout: missing: expected 0 to 1"),
        ({"dropout": Dropout(worse=float("nan"))}, "dropout: worse: expected 0 to 1, found nan"),
        ({"dropout": Dropout(random=1.0)}, "everyone leaves before the first visit"),
        (
            {"dropout": Dropout(random=(0.1, 0.1))},
            "one chance, or one for each of 4 visits, found 2",
        ),
        ({"dropout": Dropout(missing=1.0)}, "every visit is missed"),
        ({"alpha": 0.0}, "alpha: expected a level"),
        ({"control": Arm(0, GOOD.control.course)}, "control: size: expected at least 1"),
        ({"active": Arm(9, GOOD.active.course[:2])}, "active: course: expected 4 visits of 7"),
        ({"active": Arm(9, ((0.1,) * 6,) * 4)}, "active: course: expected 4 visits of 7"),
        ({"control": Arm(9, ()), "active": Arm(9, ())}, "visits: expected 1 to 8, found 0"),
        ({"measures": GOOD.measures[:5]}, "measures: expected the six of the core set"),
        (first(sd=-1.0), "physician global: expected finite means and deviations"),
        (first(mean=float("inf")), "physician global: expected finite means"),
        (first(low=10.0, high=0.0), "expected a floor below the ceiling"),
        (first(better=0), "better: expected 1 or -1, found 0"),
        (first(extent=0.0), "extent: expected more than 0"),
        (first(log=True, mean=90.0), "leaves what can be computed"),
        ({"endpoints": ()}, "endpoints: expected at least one"),
        ({"endpoints": (Endpoint("ACR20"),)}, "criterion: expected one of .* found 'ACR20'"),
        ({"endpoints": (Endpoint(estimand="last"),)}, "estimand: expected one of"),
        ({"endpoints": (Endpoint(imputation="mean"),)}, "imputation: expected one of"),
        (
            {"endpoints": (Endpoint(estimand="sustained", consecutive=5),)},
            "consecutive: expected 1 to 4, found 5",
        ),
        ({"score_imputation": "mean"}, "score_imputation: expected one of"),
    ],
)
def test_scenario__says_what_cannot_be(change, message):
    with pytest.raises(MyotrialError, match=message):
        replace(GOOD, **change)


def test_scenario__names_every_problem_at_once():
    with pytest.raises(MyotrialError, match=r"(?s)dropout: random.*alpha"):
        replace(GOOD, dropout=Dropout(random=2.0), alpha=7)


def test_scenario__of_the_index_needs_the_index():
    six = replace(
        GOOD,
        measures=GOOD.measures[:6],
        correlation=one_factor((0.5,) * 6),
        own_correlation=one_factor((0.5,) * 6),
        control=Arm(9, ((0.1,) * 6,) * 4),
        active=Arm(9, ((0.1,) * 6,) * 4),
    )
    with pytest.raises(MyotrialError, match="criterion FI: expected the functional index"):
        replace(six, endpoints=(Endpoint("FI"),))


def test_scenario__names_the_eigenvalue_of_impossible_correlations():
    rows = [list(row) for row in GOOD.correlation]
    rows[0][1] = rows[1][0] = 0.99
    rows[0][2] = rows[2][0] = -0.9
    with pytest.raises(MyotrialError, match=r"own_correlation: .*eigenvalue -0\.\d+") as caught:
        replace(GOOD, own_correlation=tuple(map(tuple, rows)))
    assert "Hint:" in str(caught.value)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (((1.0, 0.5), (0.4, 1.0)), "symmetric"),
        (((2.0, 0.5), (0.5, 1.0)), "1 on its diagonal"),
        (((1.0, 0.5), (0.5,)), "2 rows of 2"),
        (((1.0,),), "2 rows of 2"),
        (((1.0, 1.0), (1.0, 1.0)), "eigenvalue"),
    ],
)
def test_check_correlation__refuses(matrix, message):
    with pytest.raises(MyotrialError, match=message):
        check_correlation("correlation", matrix, 2)


def test_scenario__beyond_memory_is_refused():
    big = Arm(50_000, GOOD.control.course)
    with pytest.raises(TooLargeError, match=r"would take \d+ MiB of 256 MiB"):
        replace(GOOD, control=big, active=big)


def test_key__changes_with_whatever_is_assumed():
    others = [
        replace(GOOD, alpha=0.1),
        replace(GOOD, dropout=Dropout(random=0.02)),
        replace(GOOD, control=Arm(21, GOOD.control.course)),
        replace(GOOD, **first(noise=0.7)),
    ]
    assert len({GOOD.key, *(other.key for other in others)}) == 5
    assert GOOD.key == add_on_therapy(20).key


def test_presets__are_facts_with_a_status():
    assert {fact.status for fact in FACTS} <= set(STATUSES)
    assert all(isinstance(item, Measure) for item in GOOD.measures)
