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
