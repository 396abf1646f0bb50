"""Spreadsheets as people keep them: read, or refused with the line and the way out."""

from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from myotrial import study
from myotrial.errors import MyotrialError
from myotrial.study import spreadsheets

STATED = {
    "baseline": "M0",
    "column": {},
    "unit": {"PHGA": "mm", "CK": "U/L"},
    "variant": {"MMT8": "one side"},
    "limit": {"CK": "200"},
}
HEADER = ["USUBJID", "VISIT", "PHGA", "MMT8", "CK", "FI"]
ROWS = [["A", "M0", 50, 60.5, 400, 40], ["A", "M6", 20, 75.5, 200, 48]]
WHY = (
    "baseline",
    # 60, 24.8 and 50 % better; 3 unknown measures could be worse, 2 may. 17.5 + 20 + 2.5 points
    "DOI open: 3 measures improved by 20 % or more, 0 worsened by 25 % or more; patient global, "
    "function, extramuscular missing; FI improved by 20 % or more; TIS 40 to 80: patient global, "
    "function, extramuscular missing",
)


def read(file, **options):
    return spreadsheets.read(
        Path(file), **{"sheet": None, "decimal": None, "columns": {}} | options
    )


def csv(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def joined(mark=",", decimal="."):
    lines = [HEADER, *ROWS]
    return "\n".join(mark.join(str(c).replace(".", decimal) for c in line) for line in lines) + "\n"


def workbook(path, *sheets):
    """An XLSX file; a cell that is a pair (text, width) is merged over so many columns."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets:
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                column = 0
                for cell in row:
                    if isinstance(cell, tuple):
                        page.merge_range(at, column, at, column + cell[1] - 1, cell[0])
                        column += cell[1]
                    else:
                        if cell is not None:
                            page.write(at, column, cell)
                        column += 1
    return path


@pytest.mark.parametrize(
    ("text", "encoding", "notes"),
    [
        pytest.param(joined(), "utf-8", (), id="commas"),
        pytest.param(joined(), "utf-8-sig", (), id="with a mark of its encoding"),
        pytest.param(
            joined(";", ","),
            "utf-8",
            ("columns are separated by semicolons", "decimals follow a comma"),
            id="semicolons and decimal commas",
        ),
        pytest.param(joined("\t"), "utf-8", ("columns are separated by tabs",), id="tabs"),
        pytest.param(
            "Our patients,,,,,\n,,,,,\n" + joined(),
            "utf-8",
            ("row 3 names the columns; what stands above it is not read",),
            id="a title above",
        ),
    ],
)
def test_score__reads_csv_as_programs_write_it(tmp_path, text, encoding, notes):
    found = study.score(csv(tmp_path / "visits.csv", text, encoding), **STATED)
    assert found.sentences == WHY
    assert (
        tuple(note for note in found.report.notes if "column" in note or "comma" in note) == notes
    )
    assert found.numbers == (1, 2)


def test_score__reads_a_sheet_and_asks_which_where_there_are_several(tmp_path):
    one = workbook(tmp_path / "one.xlsx", ("Visits", [HEADER, *ROWS]))
    assert study.score(one, **STATED).sentences == WHY
    two = workbook(tmp_path / "two.xlsx", ("Legend", [["text"]]), ("Visits", [HEADER, *ROWS]))
    with pytest.raises(MyotrialError, match=r"2 sheets: 'Legend', 'Visits'(.|\n)*--sheet 'Legend'"):
        study.score(two, **STATED)
    with pytest.raises(MyotrialError, match="no sheet 'visits'"):
        study.score(two, **STATED, sheet="visits")
    assert study.score(two, **STATED, sheet="Visits").sentences == WHY


def wide_book(path, visits, extra):
    """A spreadsheet with one row a subject, visits side by side under merged cells."""
    top = [None, None, *((visit, 4 + extra) for visit in visits)]
    more = [f"note {number}" for number in range(extra)]
    names = ["Subject", "SEX", *(["PHGA", "MMT8", "CK", "FI", *more] * len(visits))]
    cells = ["A", "F"]
    for at in range(len(visits)):
        cells += [50 - 30 * at, 60.5 + 15 * at, 400 - 200 * at, 40 + 8 * at, *[None] * extra]
    return workbook(path, ("Sheet", [top, names, cells, ["B", "M", *cells[2:]]]))


def test_score__reads_visits_side_by_side_under_merged_cells(tmp_path):
    file = wide_book(tmp_path / "wide.xlsx", ("M0", "M6"), extra=46)
    assert read(file).table.width == 2 + 50 + 1
    found = study.score(file, **STATED)
    assert found.sentences == WHY * 2
    assert found.numbers == (1, 1, 2, 2)
    assert any("row 1 names the visits and row 2 the columns" in n for n in found.report.notes)


def test_score__names_rows_of_the_spreadsheet_where_visits_stand_side_by_side(tmp_path):
    text = ",M0,,M6,\nSubject,MMT8,FI,MMT8,FI\nA,60,40,75,48\nB,60,40,x,48\n"
    found = study.score(csv(tmp_path / "wide.csv", text), **STATED | {"unit": {}, "limit": {}})
    (problem,) = found.report.problems
    assert (problem.says, problem.column, problem.rows) == ("not a number", "MMT8", (2,))


def test_score__leaves_a_heading_over_groups_of_columns_out(tmp_path):
    top = [None, None, ("Core set", 3), "Function"]
    file = workbook(tmp_path / "groups.xlsx", ("Sheet", [top, HEADER, *ROWS]))
    assert study.score(file, **STATED).sentences == WHY


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "is empty", id="no bytes"),
        pytest.param(",,\n,,\n", "is empty: no row has a name", id="only separators"),
        pytest.param(
            "Subject,M0_PHGA,M6_PHGA\nA,1,2\n",
            "'M0_PHGA' and 'M6_PHGA' are the same measure",
            id="visits before the measures",
        ),
        pytest.param(
            "PHGA_M0,PHGA_M6\n1,2\n",
            "'PHGA_M0' and 'PHGA_M6' are the same measure",
            id="visits in the names of columns without a subject",
        ),
        pytest.param(
            "Subject,PHGA_M0,PHGA_M6,MMT8_M0,MMT8_M6,FI\nA,1,2,3,4,5\n",
            r"names of columns \('M0', 'M6'\), but 'FI' has none of them",
            id="a measure without a visit",
        ),
        pytest.param(
            "Subject,PHGA_M0,PHGA_M6,MMT8_M0,MMT8_M6,CK_method\nA,1,2,3,4,x\n",
            "but 'CK_method' has none of them",
            id="an ending that no other measure has",
        ),
        pytest.param(
            joined() + "A,M9,1,2,3,4,5,6\n", ":4: expected 6 cells .* found 8", id="uneven"
        ),
        pytest.param(
            "USUBJID,VISIT,FI,FI\nA,M0,1,2\n", "Two columns are called 'FI'", id="a name twice"
        ),
    ],
)
def test_read__refuses_with_the_place_and_the_way_out(tmp_path, text, says):
    with pytest.raises(MyotrialError, match=says):
        read(csv(tmp_path / "visits.csv", text))


def test_read__names_the_line_that_is_not_utf_8(tmp_path):
    file = tmp_path / "visits.csv"
    file.write_bytes(joined().encode() + "Müller,M0,1,2,3,4\n".encode("latin-1"))
    with pytest.raises(MyotrialError, match=r":4: expected UTF-8 text, found the byte 0xfc"):
        read(file)
    with pytest.raises(MyotrialError, match="UTF-16"):
        read(csv(file, joined(), "utf-16"))


@pytest.mark.parametrize(
    ("name", "source", "says"),
    [
        ("book.csv", "book.xlsx", "is an XLSX file, whatever its name says"),
        ("text.xlsx", "text.csv", "is no XLSX file, whatever its name says"),
        ("table.csv", "table.parquet", "is a Parquet file"),
    ],
)
def test_read__names_a_file_of_another_kind(tmp_path, name, source, says):
    workbook(tmp_path / "book.xlsx", ("Visits", [HEADER, *ROWS]))
    csv(tmp_path / "text.csv", joined())
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "table.parquet")
    (tmp_path / name).write_bytes((tmp_path / source).read_bytes())
    with pytest.raises(MyotrialError, match=says):
        read(tmp_path / name)


def test_read__does_not_take_thousands_for_decimals(tmp_path):
    text = 'USUBJID,VISIT,CK\nA,M0,"1,200"\nA,M6,"1,300"\n'
    found = read(csv(tmp_path / "visits.csv", text))
    assert found.decimal == "."
    stated = {"column": {}, "unit": {"CK": "U/L"}, "variant": {}, "limit": {"CK": "200"}}
    report = study.score(tmp_path / "visits.csv", baseline="M0", **stated).report
    assert [(item.says, item.rows) for item in report.problems] == [("not a number", (1, 2))]


def test_read__leaves_empty_rows_at_the_end_out(tmp_path):
    assert read(csv(tmp_path / "visits.csv", joined() + ",,,,,\n,,,,,\n")).table.height == 2
