import pytest

from myotrial.classification import griggs_1995 as criteria
from myotrial.classification.griggs_1995 import Items, Limits
from myotrial.errors import MyotrialError

ABSENT = dict.fromkeys(Items._fields, False)
PICTURE = {"duration": 12, "age_at_onset": 60, "ck": 3, "quadriceps": True}
ALONE = Items(**ABSENT | PICTURE | {"invasion": True})


@pytest.mark.parametrize("protein", ["amyloid", "filaments"])
def test_classify__is_definite_by_the_biopsy_alone(protein):
    items = Items(invasion=True, vacuoles=True, **{protein: True})
    assert criteria.classify(items).verdict == "definite"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, "possible", id="invasion and the picture"),
        pytest.param({"invasion": False}, "not_classified", id="no invasion"),
        pytest.param({"vacuoles": True}, "not_classified", id="vacuoles without protein"),
        pytest.param({"quadriceps": False}, "not_classified", id="no weak muscle"),
        pytest.param({"duration": 6}, "not_classified", id="6 months"),
        pytest.param({"duration": 6.5}, "possible", id="more than 6 months"),
        pytest.param({"age_at_onset": 30}, "not_classified", id="onset at 30"),
        pytest.param({"age_at_onset": 30.5}, "possible", id="onset above 30"),
        pytest.param({"ck": 12}, "not_classified", id="CK 12 times"),
        pytest.param({"ck": 11.9}, "possible", id="CK below 12 times"),
    ],
)
def test_classify__applies_the_limits(change, expected):
    assert criteria.classify(ALONE._replace(**change)).verdict == expected


@pytest.mark.parametrize(
    ("limits", "change"),
    [
        (Limits(duration=12), {"duration": 12}),
        (Limits(age_at_onset=60), {}),
        (Limits(ck=3), {}),
        (Limits(weak_muscles=2), {}),
    ],
    ids=["duration", "age at onset", "ck", "weak muscles"],
)
def test_classify__takes_limits_of_ones_own(limits, change):
    items = ALONE._replace(**change)
    assert criteria.classify(items).verdict == "possible"
    assert criteria.classify(items, limits).verdict == "not_classified"


def test_classify__reads_the_other_features_loosely_if_told():
    items = ALONE._replace(vacuoles=True)
    assert criteria.classify(items, Limits(other_features=1)).verdict == "possible"


@pytest.mark.parametrize("wrong", [{"weak_muscles": 4}, {"other_features": 2}], ids=str)
def test_limits__refuse_what_cannot_be(wrong):
    with pytest.raises(MyotrialError, match="expected 0 to"):
        Limits(**wrong)


def test_facts__show_that_nothing_was_verified():
    assert {fact.status for fact in criteria.FACTS} == {"recalled"}
