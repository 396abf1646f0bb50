"""Eligibility: met, failed or unknown, with the criterion named."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial import protocol
from myotrial.errors import ExpressionError

SEED = Path(__file__).parents[2] / "studies/anakinra-2009/study.yaml"
NO_EXCLUSION = dict.fromkeys(
    ("SERINF", "OPPINF", "HIV", "ALCOHOL", "LIVER", "CXRTB", "PREGNANT", "NURSING", "PREGPLAN"),
    "N",
)
WOMAN = NO_EXCLUSION | {
    "AGE": 55, "SEX": "F", "DIAG": "PM", "BOHANFL": "Y", "GCDOSE": 0.75, "GCMONTHS": 1,
    "AZAMONTH": 0, "MTXMONTH": 2, "FAILEDFL": "Y", "FIPRED": 80,
}  # fmt: skip


@pytest.fixture(scope="module")
def seed():
    return protocol.read(SEED)


def test_eligibility__meets_every_criterion_at_its_bound(seed):
    verdict = protocol.eligibility(seed, WOMAN)
    assert verdict.outcome == "met"
    assert verdict.failed == verdict.unknown == ()


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        pytest.param({"AGE": 17}, "I1", id="too young"),
        pytest.param({"AGE": 81}, "I1", id="too old"),
        pytest.param({"BOHANFL": "N"}, "I3", id="not PM by Bohan and Peter"),
        pytest.param({"DIAG": "IBM", "GRIGGSFL": "N"}, "I4", id="not IBM by Griggs"),
        pytest.param({"GCDOSE": 0.74}, "I5", id="glucocorticoid dose too low"),
        pytest.param({"GCMONTHS": 0.9}, "I5", id="glucocorticoids too short"),
        pytest.param({"MTXMONTH": 1.9}, "I5", id="no second drug long enough"),
        pytest.param({"FAILEDFL": "N"}, "I5", id="earlier treatment helped"),
        pytest.param({"FIPRED": 80.1}, "I6", id="not weak enough"),
        pytest.param({"SERINF": "Y"}, "E1", id="serious infection"),
        pytest.param({"OPPINF": "Y"}, "E2", id="opportunistic infection"),
        pytest.param({"HIV": "Y"}, "E3", id="HIV"),
        pytest.param({"ALCOHOL": "Y"}, "E4", id="alcoholism"),
        pytest.param({"LIVER": "Y"}, "E5", id="liver disease"),
        pytest.param({"CXRTB": "Y"}, "E6", id="X-ray suggests tuberculosis"),
        pytest.param({"PREGNANT": "Y"}, "E7", id="pregnant"),
        pytest.param({"NURSING": "Y"}, "E8", id="nursing"),
        pytest.param({"PREGPLAN": "Y"}, "E9", id="planning pregnancy"),
    ],
)
def test_eligibility__names_the_failing_criterion(seed, change, failed):
    verdict = protocol.eligibility(seed, WOMAN | change)
    assert verdict.outcome == "failed"
    assert verdict.failed == (failed,)
    assert {rule.id for rule in seed.eligibility.inclusion + seed.eligibility.exclusion} >= {failed}


def test_eligibility__either_second_drug_is_enough(seed):
    record = WOMAN | {"AZAMONTH": 6, "MTXMONTH": None}
    assert protocol.eligibility(seed, record).outcome == "met"


@pytest.mark.parametrize("empty", [None, "", math.nan, np.nan], ids=repr)
def test_eligibility__is_unknown_where_a_missing_value_decides(seed, empty):
    verdict = protocol.eligibility(seed, WOMAN | {"HIV": empty})
    assert (verdict.outcome, verdict.unknown) == ("unknown", ("E3",))
    missing = {item.id: item.missing for item in verdict.criteria if item.missing}
    assert missing["E3"] == ("HIV",)


def test_eligibility__a_man_needs_no_answer_about_pregnancy(seed):
    man = {key: value for key, value in WOMAN.items() if key not in ("PREGNANT", "PREGPLAN")}
    assert protocol.eligibility(seed, man | {"SEX": "M", "NURSING": None}).outcome == "met"


def test_eligibility__a_failure_outweighs_what_is_unknown(seed):
    verdict = protocol.eligibility(seed, {"AGE": 90})
    assert verdict.outcome == "failed"
    assert verdict.failed == ("I1",)
    assert "E3" in verdict.unknown


def test_eligibility__takes_decimals_as_they_are_written(small):
    read = protocol.parse(small.replace("rule: AGE >= 18", "rule: AGE >= 7 / 10"))
    assert protocol.eligibility(read, {"AGE": 0.7, "MMT8": 80}).outcome == "met"


def test_eligibility__does_not_compare_text_with_a_number(small):
    with pytest.raises(ExpressionError, match="cannot compare 'old'"):
        protocol.eligibility(protocol.parse(small), {"AGE": "old", "MMT8": 80})


@settings(max_examples=60, deadline=None)
@given(
    age=st.none() | st.integers(0, 120),
    sex=st.sampled_from([None, "F", "M"]),
    pregnant=st.sampled_from([None, "Y", "N"]),
)
def test_eligibility__agrees_with_every_way_to_fill_what_is_missing(age, sex, pregnant):
    read = protocol.read(SEED)
    record = WOMAN | {"AGE": age, "SEX": sex, "PREGNANT": pregnant}
    ages = [10, 50, 90] if age is None else [age]
    filled = {
        protocol.eligibility(read, record | {"AGE": a, "SEX": s, "PREGNANT": p}).outcome
        for a in ages
        for s in ([sex] if sex else ["F", "M"])
        for p in ([pregnant] if pregnant else ["Y", "N"])
    }
    outcome = protocol.eligibility(read, record).outcome
    assert outcome == (filled.pop() if len(filled) == 1 else "unknown")
