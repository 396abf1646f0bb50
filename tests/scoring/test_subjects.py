"""The course of a criterion over visits, one row for each subject."""

import polars as pl
import pytest

import myotrial
from myotrial.errors import MyotrialError
from myotrial.scoring import by_subject

VISITS = ["M3", "M6", "M9"]
FI = {
    "early": (40, 50, 50, 41),
    "late": (40, 41, 41, 50),
    "never": (40, 41, 41, 41),
    "missed": (40, 50, None, 50),
    "open": (40, 41, None, 41),
    "gone": (40, None, None, None),
}


def scored(make=pl.DataFrame, **options):
    rows = [
        {"USUBJID": who, "VISIT": visit, "FI": value}
        for who, values in FI.items()
        for visit, value in zip(["M0", *VISITS], values, strict=True)
        if visit == "M0" or value is not None
    ]
    return myotrial.score(make(rows), baseline="M0", criteria=["fi20"], **options).table


def test_by_subject__says_ever_first_sustained_and_what_stays_open():
    found = by_subject(
        scored(), visits=VISITS, criterion="FI20", days={"M3": 90, "M6": 180, "M9": 270}
    )
    expected = {
        #          EVER             SUSTAIN          LAST  FIRST HELD NKNOWN TIME   CENSORED
        "early": ("Y", "Y", "N", "M3", 2, 3, 90.0, 0),
        "late": ("Y", "N", "Y", "M9", 1, 3, 270.0, 0),
        "never": ("N", "N", "N", None, 0, 3, 270.0, 1),
        "missed": ("Y", "INDETERMINATE", "Y", "M3", 1, 2, 90.0, 0),
        "open": ("INDETERMINATE", "N", "N", None, 0, 2, 270.0, 1),
        "gone": ("INDETERMINATE", "INDETERMINATE", None, None, 0, 0, 0.0, 1),
    }
    assert {row[0]: row[1:] for row in found.iter_rows()} == expected


def test_by_subject__gives_back_what_came(tmp_path):
    for make in (pl.LazyFrame, lambda rows: pl.DataFrame(rows).to_pandas()):
        table = scored(make)
        found = by_subject(table, visits=VISITS, criterion="FI20")
        assert type(found) is type(table)


def test_by_subject__takes_a_score_from_a_threshold_on():
    rows = pl.DataFrame(
        {"USUBJID": ["A"] * 3, "VISIT": ["M0", "M3", "M6"], "HAQDI": [3.0, 1.0, 0.0]}
    )
    table = myotrial.score(rows, baseline="M0", criteria=["tis_adult"]).table
    found = by_subject(table, visits=["M3", "M6"], criterion="TIS", at_least=10)
    # 67 % and 100 % of the range give all 10 points of function; the rest is missing
    assert found.row(0)[:5] == ("A", "Y", "Y", "Y", "M3")
    assert (
        by_subject(table, visits=["M3"], criterion="TIS", at_least=20)["EVER"][0] == "INDETERMINATE"
    )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"visits": ["M4"], "criterion": "FI20"}, r"unknown here: \['M4'\]"),
        ({"visits": [], "criterion": "FI20"}, "scheduled visits"),
        ({"visits": VISITS}, "no column DOI"),
        ({"visits": VISITS, "criterion": "FI20", "at_least": 1}, "for TIS only"),
    ],
)
def test_by_subject__refuses_what_it_cannot_tell(options, says):
    with pytest.raises(MyotrialError, match=says):
        by_subject(scored(), **options)
