"""What looks wrong is told with its rows and never changed."""

import polars as pl

import myotrial
from myotrial.scoring import Problem, Report
from myotrial.scoring.report import KEPT, Tally, merged

STATED = {"baseline": "M0", "variants": {"MMT8": "one side"}, "criteria": ["doi"]}


def visits(**columns):
    many = len(next(iter(columns.values()))) // 2
    subjects = [f"S{number}" for number in range(many) for _ in range(2)]
    return pl.DataFrame({"USUBJID": subjects, "VISIT": ["M0", "M6"] * many, **columns})


def test_score__doubts_a_column_of_mean_grades():
    scores, report = myotrial.score(visits(MMT8=[8.0, 9.5, 7.2, 9.0]), **STATED)
    assert any("all 4 values of MMT8 are at most 10" in note for note in report.notes)
    assert scores["NIMPR"].to_list() == [None, 0, None, 1]
    assert report.problems == ()


def test_score__doubts_a_mean_grade_beside_a_total():
    _, report = myotrial.score(visits(MMT8=[70, 8, 60, 72]), **STATED)
    (note,) = report.notes
    assert "MMT8 is at most 10 at one visit" in note
    assert "(row 2)" in note


def test_score__doubts_a_direction_where_strength_falls_as_all_else_improves():
    better = {"PHGA (mm)": [50, 20] * 3, "PTGA (mm)": [50, 20] * 3, "HAQDI": [2, 1] * 3}
    _, report = myotrial.score(visits(MMT8=[60, 30] * 3, **better), **STATED)
    assert any("in 3 of 3 rows" in note and "swapped" in note for note in report.notes)
    _, report = myotrial.score(visits(MMT8=[60, 79] * 3, **better), **STATED)
    assert report.notes == ()


def test_merged__adds_parts_up_and_keeps_the_first_rows_of_very_many():
    one = Tally(2, 1, 1, (Problem("odd", (5, 6)),), {"MMT8": (2, 70.0)}, (), {"DOI": {"Y": 1}})
    other = Tally(3, 2, 1, (Problem("odd", (2,)),), {"MMT8": (1, 75.0)}, (), {"DOI": {"N": 2}})
    whole = merged([one, other])
    assert (whole.rows, whole.scored, whole.highest) == (5, 3, {"MMT8": (3, 75.0)})
    assert whole.problems == (Problem("odd", (2, 5, 6)),)
    assert whole.verdicts == {"DOI": {"N": 2, "Y": 1}}
    many = Problem("odd", tuple(range(KEPT)), count=2 * KEPT)
    found = merged([Tally(problems=(many,)), Tally(problems=(many,))]).problems[0]
    assert (len(found.rows), found.count) == (KEPT, 4 * KEPT)


def test_report__as_a_record_is_plain_data():
    report = Report(2, 1, 1, {"FI": "column 'FI'"}, (), (), (), (Problem("odd", (1,), "FI", True),))
    record = report.as_record()
    assert record["problems"][0] == {
        "says": "odd", "rows": (1,), "column": "FI", "scored": True, "count": 1,
    }  # fmt: skip
    assert "FI: odd: 1 row counted as missing (row 1)" in str(report)
