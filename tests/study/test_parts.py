"""A Parquet file scored in parts is the same as a table scored as a whole."""

from itertools import product

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import myotrial
from myotrial.scoring import part
from myotrial.scoring.report import merged
from myotrial.study import parts

STATED = {
    "baseline": "M0",
    "units": {"PHGA": "mm", "CK": "U/L"},
    "variants": {"MMT8": "one side"},
    "limits": {"CK": 200},
}
OPTIONS = STATED | {"columns": {}, "criteria": ("doi", "fi20", "tis_adult", "deterioration")}


def visits():
    """Subjects of 1 to 4 visits, with every kind of fault in some row."""
    rows = [
        {
            "USUBJID": f"S-{number:03}",
            "VISIT": f"M{visit}",
            "PHGA": (number * 7 + visit * 13) % 104,
            "MMT8": (number * 5 + visit * 11) % 81 if (number + visit) % 9 else None,
            "CK": float(100 + number * 3 - visit * 10),
            "FI": (number + 5 * visit) % 65,
        }
        for number, visit in product(range(150), range(4))
        if (number + visit) % 11 and visit <= number % 5
    ]
    rows[20]["USUBJID"], rows[30]["VISIT"], rows[41]["VISIT"] = None, None, rows[40]["VISIT"]
    return pl.DataFrame(rows).with_row_index("n")


def long(table):
    """The same visits, one row for each value."""
    measures = ["PHGA", "MMT8", "CK", "FI"]
    return table.drop("n").unpivot(
        measures, index=["USUBJID", "VISIT"], variable_name="PARAMCD", value_name="AVAL"
    )


ORDERS = {
    "by subject": lambda table: table,
    "by visit": lambda table: table.sort("VISIT", "n"),
    "mixed": lambda table: table.sample(fraction=1.0, shuffle=True, seed=5),
}


def scored(file, folder, rows):
    """The table and report of a file, in parts of so many rows."""
    source = parts.opened(file, OPTIONS | {"decimal": "."})
    cut, tallies = parts.pieces(source, folder, rows=rows)
    done = [parts.piece((source, cut, place, True)) for place in range(len(cut))]
    tallies += [tally for _, tally in done if tally is not None]
    table = pl.concat([frame for frame, _ in done])
    assert table.schema == source.schema()
    return table, part.reported(source.plan, merged(tallies)), cut


@pytest.mark.parametrize("rows", [60, 100_000])
@pytest.mark.parametrize("shape", [lambda table: table, long], ids=["wide", "long"])
@pytest.mark.parametrize("order", ORDERS)
def test_pieces__together_are_the_table_scored_as_a_whole(tmp_path, order, shape, rows):
    table = shape(ORDERS[order](visits()))
    table.write_parquet(tmp_path / "visits.parquet")
    expected, report = myotrial.score(table, **OPTIONS)
    (tmp_path / "spread").mkdir()
    found, told, cut = scored(tmp_path / "visits.parquet", tmp_path / "spread", rows)
    assert_frame_equal(found, expected)
    assert {str(item) for item in told.problems} == {str(item) for item in report.problems}
    assert (told.rows, told.scored, told.verdicts, told.notes) == (
        report.rows,
        report.scored,
        report.verdicts,
        report.notes,
    )
    assert report.problems
    assert (cut.spread is None) == (order == "by subject" and shape is not long)


def test_piece__without_the_table_counts_only(tmp_path):
    visits().write_parquet(tmp_path / "visits.parquet")
    source = parts.opened(tmp_path / "visits.parquet", OPTIONS | {"decimal": "."})
    cut, _ = parts.pieces(source, tmp_path, rows=50)
    frame, tally = parts.piece((source, cut, 0, False))
    assert frame is None
    assert tally.rows == cut.cuts[1]


def test_ahead__keeps_the_order_and_passes_a_failure_on():
    assert [*parts.ahead(lambda number: number * 2, range(5))] == [0, 2, 4, 6, 8]

    def fails(number):
        raise ValueError(number)

    with pytest.raises(ValueError, match="0"):
        next(parts.ahead(fails, [0, 1]))


def test_pieces__of_an_empty_file_are_an_empty_table(tmp_path):
    visits().clear().write_parquet(tmp_path / "visits.parquet")
    table, report, _ = scored(tmp_path / "visits.parquet", tmp_path, 10)
    assert (table.height, report.rows, report.problems) == (0, 0, ())
    assert "WHY" in table.columns


def test_pieces__of_a_file_without_any_subject_are_scored_too(tmp_path):
    none = visits().head(30).with_columns(USUBJID=pl.lit(None, pl.String))
    none.write_parquet(tmp_path / "visits.parquet")
    table, report, _ = scored(tmp_path / "visits.parquet", tmp_path, 10)
    assert table["WHY"].unique().to_list() == ["no subject"]
    assert report.problems[0].count == 30
