"""Each published claim beside what the results give, by the rounding of the printed string."""

import pytest

from myotrial import evidence
from myotrial.results import Interval, Result, as_record
from myotrial.study.published import compare

HEAD = """\
attributes:
  outcome: {values: [better, same]}
  diagnosis: {values: [PM, DM]}
  score: {from: 0, to: 10}
readings:
  - {id: women-only, says: only women improved, always: "outcome == 'better' implies score > 2"}
claims:
  - {id: patients, says: 15 took part, where: Methods, total: "15", reproduced_by: [all]}
"""
NO_CLASH = {"groups": []}
CLASH = {
    "groups": [
        {"readings": ["women-only"], "shares": ["one", "women-only"], "explanation": "8 is not 9."}
    ]
}


def result(key, value, **more):
    return as_record(Result(key, "test", key, "count", value, **more))


def compared(form, *results, findings=NO_CLASH, reproduced_by=None):
    """What is said of one claim with this form."""
    ids = reproduced_by if reproduced_by is not None else [one["id"] for one in results]
    link = f", reproduced_by: [{', '.join(ids)}]" if ids else ""
    text = f"{HEAD}  - {{id: one, says: x, where: Results, {form}{link}}}\n"
    paper = evidence.parse(text)
    patients, one = compare(paper, findings, [result("all", 15), *results])
    assert patients["verdict"] == "reproduced"
    return one


COUNT = "count: outcome == 'better', equals: 7"
SHARE = "share: outcome == 'better', equals: 46.7%"
BY = "count: outcome == 'better', by: diagnosis, equals: {PM: 3, DM: 4}"
RANGE = "range: score, from: 2, to: 8"
MEAN = "mean: score, equals: 3.47, sd: 2.10"
TEST = "p_value: {test: fisher, row: outcome == 'better', column: diagnosis == 'PM'}"
ALL = "always: outcome == 'better' implies diagnosis == 'PM'"


@pytest.mark.parametrize(
    ("form", "results", "shown"),
    [
        pytest.param(COUNT, [result("a", 7)], "7", id="count"),
        pytest.param(COUNT, [result("a", 46.7, numerator=7, n=15)], "7", id="numerator"),
        pytest.param(COUNT, [result("a", 5), result("b", 2)], "7", id="counts added"),
        pytest.param(SHARE, [result("a", 46.67, numerator=7, n=15)], "46.67%", id="share"),
        pytest.param(SHARE, [result("a", 46.7, unit="%")], "46.70%", id="share in percent"),
        pytest.param(SHARE, [result("a", 0.467)], "46.70%", id="share of one"),
        pytest.param(BY, [result("a", 3), result("b", 4)], "PM 3, DM 4", id="by group"),
        pytest.param(
            RANGE,
            [result("a", None, interval=Interval(2.0, 8.0, None, "range"))],
            "from 2, to 8",
            id="range",
        ),
        pytest.param(RANGE, [result("a", 2), result("b", 8)], "from 2, to 8", id="two ends"),
        pytest.param(
            MEAN, [result("a", 3.4667), result("b", 2.1)], "mean 3.467, SD 2.1", id="mean"
        ),
        pytest.param(f"{TEST}, equals: '0.026'", [result("a", 0.025641)], "0.02564", id="p"),
        pytest.param(f"{TEST}, equals: '<0.05'", [result("a", 0.025641)], "0.02564", id="p below"),
        pytest.param(
            f"{TEST}, equals: NS", [result("a", 0.0699)], "0.0699", id="p not significant"
        ),
        pytest.param(ALL, [result("a", 100.0, numerator=7, n=7)], "all", id="all"),
    ],
)
def test_compare__says_reproduced_where_the_result_prints_so(form, results, shown):
    said = compared(form, *results)
    assert (said["verdict"], said["reproduced"]) == ("reproduced", shown)
    assert said["result_ids"] == [one["id"] for one in results]


@pytest.mark.parametrize(
    ("form", "results"),
    [
        pytest.param(COUNT, [result("a", 8)], id="count"),
        pytest.param(COUNT, [result("a", 5), result("b", 3)], id="counts added"),
        pytest.param(SHARE, [result("a", 46.2, numerator=6, n=13)], id="share"),
        pytest.param(BY, [result("a", 3), result("b", 3)], id="one group"),
        pytest.param(BY, [result("a", 4), result("b", 3)], id="groups exchanged"),
        pytest.param(
            RANGE, [result("a", None, interval=Interval(2.0, 9.0, None, "range"))], id="one end"
        ),
        pytest.param(MEAN, [result("a", 3.4667), result("b", 2.2)], id="SD"),
        pytest.param(f"{TEST}, equals: '0.026'", [result("a", 0.0266)], id="p"),
        pytest.param(f"{TEST}, equals: '<0.05'", [result("a", 0.05)], id="p at the bound"),
        pytest.param(f"{TEST}, equals: NS", [result("a", 0.0499)], id="p significant"),
        pytest.param(ALL, [result("a", 85.7, numerator=6, n=7)], id="not all"),
    ],
)
def test_compare__says_not_reproduced_where_it_prints_otherwise(form, results):
    said = compared(form, *results)
    assert said["verdict"] == "not reproduced"
    assert said["reproduced"]


@pytest.mark.parametrize(
    ("form", "options", "why"),
    [
        pytest.param(COUNT, {"reproduced_by": []}, "No result of the analysis", id="no link"),
        pytest.param(COUNT, {"reproduced_by": ["alll"]}, "did you mean 'all'", id="no such result"),
        pytest.param("unchecked: no numbers given", {}, "no numbers given", id="unchecked"),
        pytest.param(f"{ALL}, definition: true", {}, "what words mean", id="definition"),
        pytest.param(BY, {"reproduced_by": ["all", "all", "all"]}, "prints 2 numbers", id="links"),
    ],
)
def test_compare__says_why_there_is_nothing_to_compare(form, options, why):
    said = compared(form, **options)
    assert (said["verdict"], said["reproduced"]) == ("not checkable", "")
    assert why in said["note"]


def test_compare__passes_on_why_a_result_has_no_value():
    said = compared(COUNT, result("a", None, warnings=("Nobody was assessed.",)))
    assert (said["verdict"], said["note"]) == ("not checkable", "Nobody was assessed.")


def test_compare__says_of_how_many_where_patients_were_left_out():
    lost = ("1 patient without a reading left out.",)
    said = compared(COUNT, result("a", 50.0, numerator=7, n=14, warnings=lost))
    assert (said["verdict"], said["reproduced"]) == ("reproduced", "7")
    assert said["note"] == "Here of 14: 1 patient without a reading left out."


def test_compare__says_which_readings_a_claim_hangs_on():
    said = compared(COUNT, result("a", 7), findings=CLASH)
    assert said["verdict"] == "hangs on a reading"
    assert said["readings"] == ["women-only"]
    assert said["note"] == "If only women improved: 8 is not 9."
    assert said["reproduced"] == "7"


def test_compare__says_what_cannot_hold_whatever_is_assumed():
    bare = {"readings": [], "shares": ["one"], "explanation": "7 is not 8."}
    said = compared(COUNT, result("a", 7), findings={"groups": [*CLASH["groups"], bare]})
    assert (said["verdict"], said["readings"]) == ("cannot hold", [])
    assert said["note"] == "7 is not 8."


def test_compare__keeps_the_claim_as_it_was_printed():
    said = compared(BY, result("a", 3), result("b", 4))
    assert said["reported"] == "PM 3, DM 4"
    assert said["form"] == "count: outcome == 'better'; by: diagnosis; equals: {PM: 3, DM: 4}"
    assert said["where"] == "Results"
