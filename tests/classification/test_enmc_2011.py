import pytest

from myotrial.classification import enmc_2011 as criteria
from myotrial.classification.enmc_2011 import Items

ABSENT = dict.fromkeys(Items._fields[3:], False)
FULL = {"infiltrate": True, "rimmed_vacuoles": True, "filaments": True}
BASE = {"age_at_onset": 60, "duration": 24, "ck": 3}


def found(**present):
    return Items(**BASE | ABSENT | present)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param(found(knee_as_weak=True, **FULL), "clinico_pathologically_defined", id="knee"),
        pytest.param(
            found(finger_weaker=True, **FULL), "clinico_pathologically_defined", id="finger"
        ),
        pytest.param(
            found(knee_as_weak=True, finger_weaker=True, mhc_class_1=True, **FULL),
            "clinico_pathologically_defined",
            id="both, and all four features",
        ),
        pytest.param(
            found(knee_as_weak=True, finger_weaker=True, mhc_class_1=True),
            "clinically_defined",
            id="both, MHC class I only",
        ),
        pytest.param(found(knee_as_weak=True, infiltrate=True), "probable", id="knee, infiltrate"),
        pytest.param(
            found(finger_weaker=True, protein_accumulation=True, filaments=True, infiltrate=True),
            "probable",
            id="protein and filaments are one feature",
        ),
        pytest.param(found(**FULL), "not_classified", id="no pattern"),
        pytest.param(
            found(knee_as_weak=True, finger_weaker=True), "not_classified", id="no feature"
        ),
    ],
)
def test_classify__gives_the_published_table(items, expected):
    assert criteria.classify(items).verdict == expected


@pytest.mark.parametrize(
    ("change", "met"),
    [
        pytest.param({"age_at_onset": 45}, False, id="onset at 45"),
        pytest.param({"age_at_onset": 45.1}, True, id="onset above 45"),
        pytest.param({"duration": 12}, False, id="12 months"),
        pytest.param({"duration": 12.5}, True, id="more than 12 months"),
        pytest.param({"ck": 15}, True, id="CK 15 times"),
        pytest.param({"ck": 15.1}, False, id="CK above 15 times"),
    ],
)
def test_classify__applies_the_published_bounds(change, met):
    verdict = criteria.classify(found(knee_as_weak=True, **FULL)._replace(**change)).verdict
    assert verdict == ("clinico_pathologically_defined" if met else "not_classified")


@pytest.mark.parametrize("number", Items._fields[:3])
def test_classify__hangs_on_a_number_that_is_missing(number):
    verdict = criteria.classify(found(knee_as_weak=True, **FULL)._replace(**{number: None}))
    assert verdict.classes == ("clinico_pathologically_defined", "not_classified")
    assert verdict.hangs_on == (number,)


def test_patterns__differ_where_both_are_equally_weak():
    assert criteria.knee_as_weak(4.0, 4.0) == 1
    assert criteria.finger_weaker(4.0, 4.0) == 0
