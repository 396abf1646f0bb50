import pytest

from myotrial import datasets, protocol
from myotrial.design.planning.defaults import complete
from myotrial.design.planning.reading import parse_plan
from myotrial.design.protocols.following import follow
from myotrial.design.protocols.text import text

SHARES = [("PM", 1.0)]


def written(pilot, stated="", sizes=(64, 32)):
    plan = complete(parse_plan(stated, pilot), pilot, SHARES)
    return text(follow(pilot, plan, sizes, "two arms"), "Head\n\nSecond")


def test_follow__makes_a_protocol_that_can_be_read(pilot):
    made = protocol.parse(written(pilot))
    datasets.check_protocol(made)
    assert made.study.design == "parallel"
    assert made.study.blinding == "double-blind"
    assert [(arm.id, arm.planned) for arm in made.arms] == [("ANAKINRA", 64), ("PLACEBO", 32)]
    assert made.randomisation is not None
    assert made.randomisation.ratio == {"ANAKINRA": 2, "PLACEBO": 1}


def test_follow__keeps_visits_up_to_the_endpoint(pilot):
    made = protocol.parse(written(pilot, "endpoint: {visit: M3}"))
    assert [visit.id for visit in made.visits] == ["M0", "M3", "WD"]
    assert all(set(item.visits) <= {"M0", "M3", "WD"} for item in made.assessments)
    assert max(item.to_day for arm in made.arms for item in arm.treatments) == 92


def test_follow__has_one_primary_endpoint(pilot):
    made = protocol.parse(written(pilot))
    (primary,) = [item for item in made.endpoints if item.role == "primary"]
    assert (primary.definition, primary.estimand, primary.visit) == ("imacs_2004", "at_visit", "M6")


def test_follow__gives_the_placebo_the_schedule_of_the_treatment(pilot):
    made = protocol.parse(written(pilot))
    treated, placebo = (arm.treatments[0] for arm in made.arms)
    assert placebo.dose is None
    assert (placebo.every_days, placebo.route) == (treated.every_days, treated.route)


def test_text__says_where_each_part_comes_from(pilot):
    made = written(pilot)
    assert made.startswith("# Head\n#\n# Second\n")
    assert "# As in the pilot: to be reviewed for a trial with a placebo.\neligibility:" in made
    assert not [line for line in made.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize("pair", [(64, 64), (63, 64), (90, 45), (30, 90)], ids=str)
def test_follow__states_the_ratio_in_its_lowest_terms(pilot, pair):
    made = protocol.parse(written(pilot, sizes=pair))
    assert made.randomisation is not None
    ratio = tuple(made.randomisation.ratio.values())
    assert ratio == {(64, 64): (1, 1), (63, 64): (1, 1), (90, 45): (2, 1), (30, 90): (1, 3)}[pair]
