import numpy as np
import pytest
from scipy import stats

from myotrial.design.pilot.counts import Count, asked, counts, shares
from myotrial.design.pilot.saying import beliefs, of_counts, saying
from myotrial.design.planning.defaults import complete
from myotrial.design.planning.reading import parse_plan
from myotrial.errors import MyotrialError

EVER = Count("imacs_2004", "ever", "at any visit", "", 7, 15)
AT_M6 = Count("imacs_2004", "M6", "at month 6", "", 2, 15)


@pytest.fixture(scope="module")
def plan(pilot):
    return complete(parse_plan("", pilot), pilot, [("PM", 1.0)])


def rows():
    people = [("A", "PM"), ("B", "PM"), ("C", "DM")]
    subjects = [{"USUBJID": who, "DIAG": of, "FASFL": "Y"} for who, of in people]
    low = {("A", "M3"): 1, ("A", "M6"): 0, ("B", "M6"): 0, ("C", "M3"): 0, ("C", "M6"): 1}
    verdicts = [
        {"USUBJID": who, "PARAMCD": "DOI", "VISITID": visit, "AVALLO": value}
        for (who, visit), value in low.items()
    ]
    return {"ADSL": subjects, "ADRS": verdicts}


def test_counts__tell_every_estimand_by_diagnosis(pilot):
    found = {
        (item.estimand, item.diagnosis): (item.responders, item.n)
        for item in counts(pilot, "imacs_2004", rows())
    }
    assert found["ever", ""] == (2, 3)
    assert found["M3", ""] == (1, 3)  # B was not seen: no responder
    assert found["M6", "DM"] == (1, 1)
    assert found["M12", "PM"] == (0, 2)


def test_counts__say_what_the_pilot_lacks(pilot):
    with pytest.raises(MyotrialError, match="no verdicts by 'functional_index_20'"):
        counts(pilot, "functional_index_20", rows())


def test_shares__follow_the_patients(pilot):
    assert shares(pilot, rows()) == [("PM", pytest.approx(2 / 3)), ("DM", pytest.approx(1 / 3))]


def test_saying__has_jeffreys_interval_of_the_pilot(plan):
    said = saying(EVER, plan)
    expected = stats.beta.ppf([0.025, 0.975], 7.5, 8.5)
    assert (said.low, said.high) == pytest.approx(tuple(expected), abs=1e-6)


def test_saying__compares_with_uncertain_placebo_rates(plan):
    said = saying(EVER, plan)
    generator = np.random.default_rng(6)
    pilot_rate = generator.beta(7.5, 8.5, 400_000)
    for item in said.against:
        x, n = item.report.control
        drawn = (pilot_rate > generator.beta(x + 0.5, n - x + 0.5, 400_000)).mean()
        assert abs(drawn - item.higher) < 0.004
    assert [item.same for item in said.against][:2] == [True, False]


def test_beliefs__take_the_pilot_by_the_estimand_that_is_asked(plan):
    found = beliefs([EVER, AT_M6], plan)
    pilot = of_counts(2, 15)
    expected = 0.5 * pilot.mean + 0.5 * found.control.mean
    assert found.treatment.mean == pytest.approx(expected)
    assert 0.3 < found.control.mean < 0.55  # 31/73 with room for another trial


def test_beliefs__keep_what_the_plan_states(pilot):
    parts = "{components: [{responders: %d, others: %d}]}"
    stated = f"priors: {{control: {parts % (4, 6)}, treatment: {parts % (6, 4)}}}"
    plan = complete(parse_plan(stated, pilot), pilot, [("PM", 1.0)])
    found = beliefs([EVER, AT_M6], plan)
    assert (found.control.mean, found.treatment.mean) == (pytest.approx(0.4), pytest.approx(0.6))


def test_asked__finds_the_count_of_all():
    assert asked([EVER, AT_M6], "M6") is AT_M6
