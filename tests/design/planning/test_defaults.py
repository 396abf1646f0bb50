import pytest

from myotrial.design.planning import field
from myotrial.design.planning.defaults import complete, expected, label
from myotrial.design.planning.reading import parse_plan

SHARES = [("PM", 0.4), ("DM", 0.6)]


def test_complete__asks_at_the_visit_nearest_to_half_a_year(pilot):
    plan = complete(parse_plan("", pilot), pilot, SHARES)
    assert plan.endpoint.visit == "M6"
    assert label(plan.endpoint, pilot) == "IMACS definition of improvement at month 6"


def test_complete__starts_from_the_placebo_rate_of_the_field(pilot):
    plan = complete(parse_plan("", pilot), pilot, SHARES)
    assert {item.control for item in plan.scenarios} == {0.425}  # 31 of 73, abatacept trial
    differences = [round(item.treatment - item.control, 3) for item in plan.scenarios]
    assert differences == [0.243, 0.135, 0.35, 0.0]  # IVIg 34.97, abatacept 13.5 points
    assert expected(plan).id == "middle"


def test_complete__keeps_what_is_stated(pilot):
    stated = "scenarios: [{id: mine, label: Mine, control: 0.3, treatment: 0.6}]\ntitle: T"
    plan = complete(parse_plan(stated, pilot), pilot, SHARES)
    assert [item.id for item in plan.scenarios] == ["mine"]
    assert plan.title == "T"


@pytest.mark.parametrize(
    ("trial", "definition", "treated", "control"),
    [
        pytest.param("ProDERM", "tis_20", 78.7, 43.8, id="ProDERM"),
        pytest.param("Abatacept phase 3", "imacs_2004", 56.0, 42.5, id="abatacept"),
        pytest.param("ALKIVIA", "tis_20", 91.5, 73.8, id="ALKIVIA 20"),
        pytest.param("ALKIVIA", "tis_40", 78.7, 47.6, id="ALKIVIA 40"),
        pytest.param("ALKIVIA", "tis_60", 34.0, 9.5, id="ALKIVIA 60"),
    ],
)
def test_reports__give_the_percentages_as_published(trial, definition, treated, control):
    (report,) = [i for i in field.REPORTS if (i.trial, i.definition) == (trial, definition)]
    found = [100 * x / n for x, n in (report.treated, report.control)]
    assert [round(value, 1) for value in found] == [treated, control]


@pytest.mark.parametrize(
    ("stated", "control", "differences"),
    [
        # ProDERM 37/47 and 21/48, ALKIVIA 43/47 and 31/42
        pytest.param("minimal", 0.438, [0.264, 0.177, 0.35, 0.0], id="20 points"),
        pytest.param("moderate", 0.476, [0.233, 0.156, 0.311, 0.0], id="40 points"),
        pytest.param("major", 0.095, [0.184, 0.123, 0.245, 0.0], id="60 points"),
    ],
)
def test_complete__starts_from_the_fields_own_rates_of_a_total_score(
    pilot, stated, control, differences
):
    text = f"endpoint: {{definition: tis_2016, threshold: {stated}}}"
    plan = complete(parse_plan(text, pilot), pilot, SHARES)
    assert {item.control for item in plan.scenarios} == {control}
    found = [item.treatment - item.control for item in plan.scenarios]
    assert found == pytest.approx(differences, abs=0.0011)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param("threshold: minimal, visit: M6", "20 points or more (minimal response) at "
                     "month 6", id="adults"),
        pytest.param("threshold: major, population: juvenile, estimand: ever", "70 points or more "
                     "(major response in children) at any visit", id="children"),
    ],
)  # fmt: skip
def test_label__names_the_points_of_a_total_score(pilot, asked, words):
    plan = complete(
        parse_plan(f"endpoint: {{definition: tis_2016, {asked}}}", pilot), pilot, SHARES
    )
    assert label(plan.endpoint, pilot) == f"Total Improvement Score of {words}"
