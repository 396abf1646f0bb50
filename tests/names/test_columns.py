"""How columns are recognised by their names."""

import polars as pl
import pytest

import myotrial
from myotrial import names
from myotrial.errors import MissingColumnsError, MyotrialError

VISITS = pl.DataFrame(
    {
        "record_id": ["1", "1"],
        "redcap_event_name": ["baseline_arm_1", "month_6_arm_1"],
        "mmt8": [60, 75],
        "haq_di": [2.0, 1.0],
        "ck": [100, 90],
        "comment": ["", ""],
    }
)
STATED = {"units": {"CK": "U/L"}, "variants": {"MMT8": "one side"}, "limits": {"CK": 200}}


def test_score__recognises_what_redcap_exports():
    scores, report = myotrial.score(VISITS, baseline="baseline_arm_1", **STATED)
    assert scores["NIMPR"].to_list() == [None, 2]
    assert report.recognised["USUBJID"] == "column 'record_id'"
    assert report.ignored == ("comment",)
    assert "PHGA" in report.absent


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("PHGA", "PHGA"),
        ("Physician Global [cm]", "PHGA"),
        ("phga_mm", "PHGA"),
        ("USUBJID", "USUBJID"),
        ("haq-di", "HAQDI"),
        ("MMT24", "MMT26"),
        ("mmt_24", "MMT26"),
        ("weight", ""),
        ("phga_total", ""),
    ],
)
def test_meaning__is_known_or_nothing(word, expected):
    assert names.meaning(word) == expected


def test_score__reads_the_form_of_imacs_under_its_own_name():
    form = VISITS.drop("mmt8").with_columns(pl.Series("MMT24", [200, 260]))
    stated = STATED | {"variants": {}}
    scores, report = myotrial.score(form, baseline="baseline_arm_1", **stated)
    assert report.recognised["MMT26"].startswith("column 'MMT24'")
    assert report.problems == ()
    assert scores["NIMPR"].to_list() == [None, 2]  # strength by 30 %, function by 50 %
    assert "MMT26" not in report.absent


def test_names__no_spelling_means_two_things():
    every = [word for words in (*names.KEYS.values(), *names.MEASURED.values()) for word in words]
    assert len({*every}) == len(every)


def test_score__takes_the_exact_name_before_others_and_asks_where_two_could_be_meant():
    two = VISITS.with_columns(CPK=pl.col("ck"))
    with pytest.raises(MyotrialError, match="'ck' and 'CPK' can each be CK"):
        myotrial.score(two, baseline="baseline_arm_1", **STATED)
    exact = two.with_columns(CK=pl.col("ck"))
    _, report = myotrial.score(exact, baseline="baseline_arm_1", **STATED)
    assert report.recognised["CK"] == "column 'CK', U/L"
    assert {"ck", "CPK"} <= {*report.ignored}
    stated = STATED | {"columns": {"CK": "CPK"}}
    assert myotrial.score(two, baseline="baseline_arm_1", **stated).report.ignored == (
        "ck",
        "comment",
    )


def test_score__prefers_avisit_to_visit():
    both = VISITS.rename({"redcap_event_name": "VISIT"}).with_columns(
        AVISIT=pl.col("VISIT").str.head(5)
    )
    _, report = myotrial.score(both, baseline="basel", **STATED)
    assert report.recognised["VISIT"] == "column 'AVISIT'"


def test_score__tells_what_is_missing_and_what_is_there():
    with pytest.raises(MissingColumnsError, match="VISIT"):
        myotrial.score(VISITS.drop("redcap_event_name"), baseline="M0", **STATED)
