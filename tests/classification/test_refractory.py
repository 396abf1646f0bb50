import pytest

from myotrial.classification import refractory
from myotrial.classification.refractory import Items, Limits

FAILED = Items(0.75, 1, 2, 0, failed=True)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, "refractory", id="each at its limit"),
        pytest.param({"glucocorticoid_dose": 0.74}, "not_refractory", id="dose below 0.75 mg/kg"),
        pytest.param({"glucocorticoid_months": 0.9}, "not_refractory", id="less than a month"),
        pytest.param({"azathioprine_months": 1.9}, "not_refractory", id="less than two months"),
        pytest.param(
            {"azathioprine_months": 0, "methotrexate_months": 2}, "refractory", id="methotrexate"
        ),
        pytest.param(
            {"azathioprine_months": 1, "methotrexate_months": 1},
            "not_refractory",
            id="one month of each is not two",
        ),
        pytest.param({"failed": False}, "not_refractory", id="treatment worked"),
        pytest.param({"methotrexate_months": None}, "refractory", id="the other is enough"),
        pytest.param({"azathioprine_months": None}, None, id="the other is missing"),
        pytest.param({"failed": None}, None, id="unknown whether it failed"),
        pytest.param({"failed": None, "glucocorticoid_dose": 0}, "not_refractory", id="none"),
    ],
)  # fmt: skip
def test_classify__applies_the_rule_of_the_seed_study(change, expected):
    assert refractory.classify(FAILED._replace(**change)).verdict == expected


def test_classify__takes_limits_of_ones_own():
    longer = Limits(dose=1.0, glucocorticoid_months=1, second_months=3)
    verdict = refractory.classify(FAILED, longer)
    assert verdict.verdict == "not_refractory"
    assert verdict.decided_by == ()  # both the dose and the time are too little
