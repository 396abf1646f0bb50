"""Visits in the names of columns."""

import polars as pl
import pytest

import myotrial
from myotrial import study
from myotrial.names import visits as visit_names

MEASURES = ("PHGA", "MMT8", "CK", "FI")
VALUES = {"M0": ("50", "60.5", "400", "40"), "M6": ("20", "75.5", "200", "48")}
STATED = {
    "baseline": "M0",
    "column": {},
    "unit": {"PHGA": "mm", "CK": "U/L"},
    "variant": {"MMT8": "one side"},
    "limit": {"CK": "200"},
    "criterion": ("doi", "fi20"),
}


def cut(*names, known=()):
    found = visit_names.named(names, known)
    return found and [*zip(found.names, found.visits, strict=True)]


@pytest.mark.parametrize(
    ("pattern", "stems"),
    [
        pytest.param("{}_{}", MEASURES, id="underscore"),
        pytest.param("{}.{}", MEASURES, id="point"),
        pytest.param("{} {}", MEASURES, id="space"),
        pytest.param("{}-{}", ("physician global", "mmt_8", "cpk", "functional_index"), id="long"),
    ],
)
def test_score__gives_what_visits_one_under_another_give(tmp_path, pattern, stems):
    head = ["Subject", "SEX", *(pattern.format(s, v) for v in VALUES for s in stems)]
    cells = [cell for row in VALUES.values() for cell in row]
    wide, long = tmp_path / "wide.csv", tmp_path / "long.csv"
    lines = [head, ["A", "F", *cells], ["B", "M", *cells]]
    wide.write_text("\n".join(map(",".join, lines)))
    rows = [[who, sex, visit, *VALUES[visit]] for who, sex in ("AF", "BM") for visit in VALUES]
    lines = [["Subject", "SEX", "VISIT", *MEASURES], *rows]
    long.write_text("\n".join(map(",".join, lines)))
    found, other = (
        study.score(file, out=file.with_suffix(".parquet"), **STATED) for file in (wide, long)
    )
    assert found.sentences == other.sentences
    assert found.numbers == (1, 1, 2, 2)
    told = "the names of columns end in visits: each row is read as one visit each of 'M0', 'M6'"
    assert told in found.report.notes
    mine, theirs = (pl.read_parquet(file.with_suffix(".parquet")) for file in (wide, long))
    assert mine["DOI"].to_list() == theirs["DOI"].to_list()
    assert mine["VISIT"].to_list() == ["M0", "M6", "M0", "M6"]


def test_named__takes_along_what_stands_beside_a_measure():
    names = ("record_id", "CK_M0", "CK_M3", "LDH_M0", "LDH_M3", "CK_ULN_M0", "CKU_M3", "date_m3")
    assert cut(*names) == [
        ("record_id", ""), ("CK", "M0"), ("CK", "M3"), ("LDH", "M0"), ("LDH", "M3"),
        ("CK_ULN", "M0"), ("CKU", "M3"), ("date", "M3"),
    ]  # fmt: skip


def test_named__keeps_the_unit_with_the_measure():
    names = ("Subject", "PHGA_M0_mm", "PTGA_M0 (mm)", "PHGA_M6_mm", "PTGA_M6 (mm)")
    assert cut(*names)[1:3] == [("PHGA_mm", "M0"), ("PTGA (mm)", "M0")]


def test_named__knows_a_visit_of_one_measure_by_its_spelling():
    names = ("Subject", "MMT8_M0", "MMT8_M6", "FI_M0", "FI_M6", "FI_M12")
    assert cut(*names)[-1] == ("FI", "M12")


def test_named__reads_a_longer_ending_as_more_of_the_name():
    more = ("CK_date_M0", "CK_date_M6", "LDH_date_M0", "LDH_date_M6")
    found = cut("Subject", "CK_M0", "CK_M6", "LDH_M0", "LDH_M6", *more)
    assert found[5:] == [("CK_date", "M0"), ("CK_date", "M6"), ("LDH_date", "M0"),
                         ("LDH_date", "M6")]  # fmt: skip


def test_named__takes_a_column_that_the_caller_states():
    assert cut("Subject", "gdas_M0", "gdas_M6", known={"gdas"})[1:] == [
        ("gdas", "M0"), ("gdas", "M6"),
    ]  # fmt: skip
    assert cut("Subject", "gdas_M0", "gdas_M6") is None


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(("Subject", "VISIT", "MMT8_1", "MMT8_2"), id="a column of visits"),
        pytest.param(("Subject", "MMT8_M0", "FI_M0"), id="one visit"),
        pytest.param(("MMT8_M0", "MMT8_M6"), id="no subject"),
        pytest.param(("Subject", "haq_di", "mmt_8", "chq_phs"), id="names with separators"),
    ],
)
def test_named__leaves_other_tables_alone(names):
    assert cut(*names) is None


@pytest.mark.parametrize("kind", ["polars", "pandas", "pyarrow", "parquet"])
def test_score__reads_visits_in_the_names_of_any_dataframe(tmp_path, kind):
    wide = pl.DataFrame({"USUBJID": ["A", "B"], "FI_M0": [40, 50], "FI_M6": [48, 51]})
    if kind == "parquet":
        file, out = tmp_path / "wide.parquet", tmp_path / "out.parquet"
        wide.write_parquet(file)
        nothing = {"column": {}, "unit": {}, "variant": {}, "limit": {}}
        study.score(file, out=out, baseline="M0", criterion=("fi20",), **nothing)
        found = pl.read_parquet(out)
    else:
        made = {"polars": wide, "pandas": wide.to_pandas(), "pyarrow": wide.to_arrow()}[kind]
        table, report = myotrial.score(made, baseline="M0", criteria=["fi20"])
        assert type(table) is type(made)
        assert "each row is read as one visit each of 'M0', 'M6'" in str(report)
        found = pl.DataFrame(table) if kind != "pandas" else pl.from_pandas(table)
    assert found.select("USUBJID", "VISIT").rows() == [
        ("A", "M0"), ("A", "M6"), ("B", "M0"), ("B", "M6")
    ]  # fmt: skip
    assert found["FI20"].cast(pl.String).to_list() == [None, "Y", None, "N"]
