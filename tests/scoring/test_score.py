"""A table of visits in, verdicts out: against plain Python, on every kind of table."""

import subprocess
import sys
from fractions import Fraction
from itertools import count, product
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

import myotrial
from myotrial import scoring
from myotrial.errors import MissingColumnsError, MyotrialError

CORE = ("PHGA", "PTGA", "MMT8", "HAQDI", "CK", "EXTRAM")
STATED = {
    "baseline": "M0",
    "units": {"PHGA": "mm", "PTGA": "mm", "CK": "U/L", "EXTRAM": "mm"},
    "variants": {"MMT8": "one side"},
    "limits": {"CK": 200},
}
BEFORE = {"PHGA": 50, "PTGA": 40, "MMT8": 60, "HAQDI": 2.0, "CK": 800, "EXTRAM": 30, "FI": 40}
# better by some, unchanged, worse, missing
STEPS = {
    "PHGA": (40, 50, 65, None),
    "PTGA": (30, 42, 50, 70),
    "MMT8": (72, 60, 45, None),
    "HAQDI": (1.5, 2.0, 2.75),
    "CK": (400, 800, None),
    "EXTRAM": (10, 39, None),
}


def visits():
    """Each subject has a baseline and one later visit, in every combination of the steps."""
    rows = []
    for number, values in zip(count(1), product(*STEPS.values())):
        later = dict(zip(STEPS, values, strict=True)) | {"FI": (48, 47, None)[number % 3]}
        rows += [
            {"USUBJID": f"S-{number}", "VISIT": "M0", **BEFORE},
            {"USUBJID": f"S-{number}", "VISIT": "M6", **later},
        ]
    return rows


def derived(before, after):
    """The rules with exact fractions, sharing no code with the package."""
    known = [name for name in CORE if after[name] is not None]
    sign = dict.fromkeys(CORE, -1) | {"MMT8": 1}
    gain = {name: sign[name] * (Fraction(after[name]) - Fraction(before[name])) for name in known}
    percent = {name: 100 * gain[name] / Fraction(before[name]) for name in known}
    better = sum(value >= 20 for value in percent.values())
    worse = sum(value <= -25 for value in percent.values())
    open_ = 6 - len(known)
    strength = percent.get("MMT8")
    low = better >= 3 and worse + open_ <= 2 and strength is not None and strength > -25
    high = better + open_ >= 3 and worse <= 2 and (strength is None or strength > -25)
    deep = sum(value <= -30 for value in percent.values())
    if low:
        status = "IMPROVED"
    elif high or (deep < 3 <= deep + open_):
        status = "INDETERMINATE"
    else:
        status = "WORSE" if deep >= 3 else "UNCHANGED"
    extent = {"PHGA": 100, "PTGA": 100, "MMT8": 80, "HAQDI": 3, "CK": 15 * 200, "EXTRAM": 100}
    edges = dict.fromkeys(CORE, (5, 15, 25, 40)) | {"MMT8": (2, 10, 20, 30)}
    points = {
        "PHGA": (0, 7.5, 15, 17.5, 20),
        "PTGA": (0, 2.5, 5, 7.5, 10),
        "MMT8": (0, 10, 20, 27.5, 32.5),
        "HAQDI": (0, 5, 7.5, 7.5, 10),
        "CK": (0, 2.5, 5, 7.5, 7.5),
        "EXTRAM": (0, 7.5, 12.5, 15, 20),
    }
    least = sum(
        points[name][sum(100 * gain[name] / extent[name] > edge for edge in edges[name])]
        for name in known
    )
    most = least + sum(points[name][-1] for name in CORE if name not in known)
    level = [sum(value >= limit for limit in (20, 40, 60)) for value in (least, most)]
    names = ("NONE", "MINIMAL", "MODERATE", "MAJOR")
    return {
        "DOI": "Y" if low else "INDETERMINATE" if high else "N",
        "DOILO": int(low),
        "DOIHI": int(high),
        "NIMPR": better,
        "NWORSE": worse,
        "NASSESSED": len(known),
        "STATUS": status,
        "FI20": {48: "Y", 47: "N", None: "NOT ASSESSED"}[after["FI"]],
        "TIS": least if least == most else None,
        "TISLO": least,
        "TISHI": most,
        "TISCAT": names[level[0]] if level[0] == level[1] else "INDETERMINATE",
    }


def to_pandas(rows):
    frame = pd.DataFrame(rows)
    frame.index = [7] * len(frame)  # an index that names no row
    return frame


def to_duckdb(rows):
    return duckdb.from_arrow(pa.Table.from_pylist(rows))


def to_numbers(rows):
    """Columns of NumPy, given to Polars."""
    names = [*dict.fromkeys(name for row in rows for name in row)]
    columns = {name: [row.get(name) for row in rows] for name in names}
    return pl.DataFrame(
        {
            name: np.array([np.nan if cell is None else cell for cell in cells])
            for name, cells in columns.items()
        }
    )


KINDS = {
    "polars": (pl.DataFrame, lambda table: table.to_dicts()),
    "polars lazy": (lambda rows: pl.LazyFrame(rows), lambda table: table.collect().to_dicts()),
    "pyarrow": (pa.Table.from_pylist, lambda table: table.to_pylist()),
    "duckdb": (to_duckdb, lambda table: table.to_arrow_table().to_pylist()),
    "numpy": (to_numbers, lambda table: table.to_dicts()),
    "pandas": (to_pandas, lambda table: table.to_dict("records")),
}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


def plain(row):
    return {name: None if cell != cell else cell for name, cell in row.items()}


def test_score__agrees_with_exact_fractions_on_every_kind_of_table(kind):
    make, rows_of = kind
    rows = visits()
    table = make(rows)
    scored, report = myotrial.score(table, **STATED)
    assert type(scored) is type(table)
    found = [plain(row) for row in rows_of(scored)]
    for before, after, got in zip(rows[::2], rows[1::2], found[1::2], strict=True):
        expected = derived(before, after)
        assert {name: got[name] for name in expected} == expected
        assert {name: got[name] for name in after} == after
    assert {row["WHY"] for row in found[::2]} == {"baseline"}
    assert {row["DOI"] for row in found[1::2]} == {"Y", "N", "INDETERMINATE"}
    assert (report.rows, report.scored, report.problems) == (len(rows), len(rows) // 2, ())


def test_score__leaves_its_input_as_it_was():
    table = pl.DataFrame(visits())
    copy = table.clone()
    myotrial.score(table, **STATED)
    assert_frame_equal(table, copy)


def test_score__does_not_depend_on_the_order_of_rows():
    table = pl.DataFrame(visits()).with_row_index("n")
    straight = myotrial.score(table, **STATED).table
    mixed = myotrial.score(table.sample(fraction=1, shuffle=True, seed=3), **STATED).table
    assert_frame_equal(mixed.sort("n"), straight)


def test_score__is_the_same_in_another_unit():
    rows = visits()
    cm = [row | {k: row[k] and row[k] / 10 for k in ("PHGA", "PTGA", "EXTRAM")} for row in rows]
    units = {"PHGA": "cm", "PTGA": "cm", "EXTRAM": "cm", "CK": "U/L"}
    one = myotrial.score(pl.DataFrame(rows), **STATED).table
    other = myotrial.score(pl.DataFrame(cm), **STATED | {"units": units}).table
    assert_frame_equal(one.select("DOI", "TISLO", "WHY"), other.select("DOI", "TISLO", "WHY"))


def test_score__takes_the_baseline_flag_and_other_names_of_columns():
    table = pl.DataFrame(visits()).rename({"PHGA": "phys_vas", "USUBJID": "record_id"})
    marked = table.with_columns(pl.when(pl.col("VISIT") == "M0").then(pl.lit("Y")).alias("ABLFL"))
    columns = {"PHGA": "phys_vas", "USUBJID": "record_id"}
    scored, report = myotrial.score(marked, **STATED | {"baseline": None, "columns": columns})
    expected = myotrial.score(pl.DataFrame(visits()), **STATED).table
    assert scored["WHY"].to_list() == expected["WHY"].to_list()
    assert report.recognised["PHGA"] == "column 'phys_vas', mm"


def test_score__names_what_could_not_be_scored_with_its_rows():
    rows = [
        {"USUBJID": "A", "VISIT": "M0", "MMT8": "60"},
        {"USUBJID": "A", "VISIT": "M3", "MMT8": "sixty"},
        {"USUBJID": "A", "VISIT": "M6", "MMT8": "81"},
        {"USUBJID": "A", "VISIT": "M9", "MMT8": "60"},
        {"USUBJID": "A", "VISIT": "M9", "MMT8": "61"},
        {"USUBJID": "B", "VISIT": "M6", "MMT8": "61"},
        {"USUBJID": "C", "VISIT": "M0", "MMT8": "61"},
        {"USUBJID": "C", "VISIT": "M0", "MMT8": "62"},
        {"USUBJID": "C", "VISIT": "M6", "MMT8": "62"},
        {"USUBJID": "", "VISIT": "M6", "MMT8": "62"},
        {"USUBJID": "A", "VISIT": None, "MMT8": "62"},
        {"USUBJID": "A", "VISIT": "M12", "MMT8": "NA"},
    ]
    variant = {"MMT8": "one side"}
    scored, report = myotrial.score(
        pl.DataFrame(rows), baseline="M0", variants=variant, criteria=["doi"]
    )
    told = {problem.says: (problem.rows, problem.scored) for problem in report.problems}
    assert told == {
        "no subject": ((10,), False),
        "no visit": ((11,), False),
        "the subject has two baselines or more": ((7, 8, 9), False),
        "the visit stands twice": ((4, 5), False),
        "the subject has no baseline": ((6,), False),
        "not a number": ((2,), True),
        "off the scale 0 to 80 points": ((3,), True),
    }
    assert scored["WHY"][5] == "the subject has no baseline"
    assert scored["DOI"].to_list() == [None, *["NOT ASSESSED"] * 2, *[None] * 8, "NOT ASSESSED"]
    assert "Rows: 12; scored 3, baselines 1, not scored 8." in str(report)


def test_score__tells_every_unit_and_variant_that_is_not_stated_at_once():
    with pytest.raises(MyotrialError) as caught:
        myotrial.score(pl.DataFrame(visits()), baseline="M0")
    said = str(caught.value)
    assert all(f"the unit of {name} " in said for name in ("PHGA", "PTGA", "CK", "EXTRAM"))
    assert "the variant of MMT8 " in said
    assert "'one side' or 'both sides'" in said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"baseline": None}, "needs to know the baseline"),
        ({"baseline": "BL"}, "No row has the baseline visit 'BL'"),
        ({"limits": {}}, "upper limit of normal of CK"),
        ({"limits": {"CK": {"F": 150}}}, "no column SEX"),
        ({"limits": {"CK": 0}}, "above 0"),
        ({"units": STATED["units"] | {"PHGA": "inch"}}, "not measured in 'inch'"),
        ({"units": {"PHYS": "mm"}}, "'PHYS', which is not known"),
        ({"criteria": ["tis"]}, "no criterion 'tis'"),
        ({"criteria": []}, "at least one"),
        ({"columns": {"PHGA": "vas"}}, "vas"),
    ],
)
def test_score__refuses_what_it_would_have_to_guess(change, says):
    with pytest.raises(MyotrialError, match=says):
        myotrial.score(pl.DataFrame(visits()), **STATED | change)


def test_score__refuses_a_table_that_holds_a_column_it_adds_or_none_it_needs():
    with pytest.raises(MyotrialError, match="already has TIS"):
        myotrial.score(pl.DataFrame(visits()).with_columns(TIS=1), **STATED)
    with pytest.raises(MissingColumnsError, match="USUBJID"):
        myotrial.score(pl.DataFrame(visits()).drop("USUBJID"), **STATED)
    with pytest.raises(MissingColumnsError, match="PHGA"):
        myotrial.score(pl.DataFrame({"USUBJID": ["A"], "VISIT": ["M0"]}), baseline="M0")
    with pytest.raises(MyotrialError, match="got list"):
        myotrial.score(visits(), **STATED)


def test_score__takes_the_limit_of_each_sex_and_tells_who_has_none():
    rows = [
        {"USUBJID": who, "VISIT": visit, "SEX": who, "CK": ck}
        for who in ("F", "M", "X")
        for visit, ck in (("M0", 1000), ("M6", 730))
    ]
    limits = {"CK": {"F": 100, "M": 200}}
    scored, report = myotrial.score(
        pl.DataFrame(rows), baseline="M0", units={"CK": "U/L"}, limits=limits
    )
    # 270 of 15 * 100 is 18 %, of 15 * 200 it is 9 %
    assert scored["TISLO"].to_list()[1::2] == [5.0, 2.5, 0.0]
    assert [(item.column, item.rows) for item in report.problems] == [("SEX", (6,))]


def test_score__does_not_take_myoact_for_the_scale_of_the_total_improvement_score():
    rows = [row | {"MYOACT": (row["EXTRAM"] or 0) / 100} for row in visits()]
    table = pl.DataFrame(rows).drop("EXTRAM")
    stated = STATED | {"units": {"PHGA": "mm", "PTGA": "mm", "CK": "U/L", "MYOACT": "fraction"}}
    scored, report = myotrial.score(table, **stated)
    open_ = scored.filter(pl.col("TISHI").is_not_null())
    assert (open_["TISHI"] - open_["TISLO"]).min() == 20.0
    assert scored["NASSESSED"].max() == 6
    assert any("MYOACT" in note for note in report.notes)


def test_score__juvenile_thresholds_differ_from_adult_ones():
    table = pl.DataFrame(visits())
    adult = myotrial.score(table, **STATED).table
    young = myotrial.score(table, **STATED, criteria=["tis_juvenile"]).table
    between = adult["TIS"].is_between(20, 27.5)
    assert between.any()
    assert set(adult.filter(between)["TISCAT"]) == {"MINIMAL"}
    assert set(young.filter(between)["TISCAT"]) == {"NONE"}
    assert "DOI" not in young.columns


def test_score__of_an_empty_table_is_empty():
    table = pl.DataFrame(schema={"USUBJID": pl.String, "VISIT": pl.String, "FI": pl.Float64})
    scored, report = myotrial.score(table, baseline="M0", criteria=["fi20"])
    assert (scored.height, report.rows, report.scored) == (0, 0, 0)
    assert "FI20" in scored.columns


def test_package__hands_score_on_without_loading_it_before_it_is_asked_for():
    code = (
        "import sys, myotrial\nassert 'numpy' not in sys.modules\n"
        "assert callable(myotrial.score)\n"
        "print(*sorted({'polars', 'pandas', 'scipy', 'pydantic', 'numba'} & {*sys.modules}))"
    )
    source = str(Path(myotrial.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": source}, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
    assert myotrial.score is scoring.score
    with pytest.raises(AttributeError, match="nothing"):
        myotrial.nothing  # noqa: B018


def test_score__takes_columns_of_every_type_of_pandas_and_pyarrow():
    plain = pd.DataFrame(
        {"USUBJID": [1.0, 1.0, 2.0, 2.0], "VISIT": ["M0", "M6"] * 2, "FI": [40, 48, 30, None]}
    )
    expected = myotrial.score(plain, baseline="M0", criteria=["fi20"]).table["FI20"].tolist()
    assert expected[1::2] == ["Y", "NOT ASSESSED"]
    typed = plain.astype({"USUBJID": "Int64", "VISIT": "category", "FI": "Int64"})
    mixed = plain.astype({"FI": object, "USUBJID": object})
    mixed.loc[3, "FI"] = "unknown"
    arrow = pa.table(
        {
            "USUBJID": pa.array(plain["USUBJID"].astype(int)),
            "VISIT": pa.array(plain["VISIT"].tolist()).dictionary_encode(),
            "FI": pa.array([40, 48, 30, None]).cast(pa.decimal128(24, 2)),
        }
    )
    for table in (typed, mixed, arrow):
        scores, report = myotrial.score(table, baseline="M0", criteria=["fi20"])
        words = scores["FI20"].to_pylist() if table is arrow else scores["FI20"].tolist()
        assert words[1::2] == expected[1::2]
        assert [item.rows for item in report.problems] == ([(4,)] if table is mixed else [])
