"""`myotrial score` as a person calls it, on the table of its guide."""

import json
import re
import shlex
from pathlib import Path

import polars as pl
import pytest

GUIDE = Path(__file__).parents[2] / "docs/how-to/score-a-spreadsheet.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.M | re.S)


def blocks(kind):
    return [text for name, text in BLOCKS if name == kind]


@pytest.fixture
def words(tmp_path, monkeypatch):
    """The guide's command, in a folder with the guide's table."""
    monkeypatch.chdir(tmp_path)
    (table,), (command,) = blocks("csv"), blocks("sh")
    Path("visits.csv").write_text(table, encoding="utf-8")
    _, *words = shlex.split(command)
    return words


def test_score__says_what_its_guide_says(run, words):
    done = run(*words)
    assert done.exit_code == 1, done.output
    first, last = blocks("text")
    assert done.output.startswith(first)
    assert last in done.output
    assert "DOI: INDETERMINATE 1, Y 1" in done.output


def test_score__writes_the_table_with_its_scores(run, words):
    run(*words)
    scores = pl.read_csv("scores.csv", infer_schema=False)
    before = pl.read_csv("visits.csv", infer_schema=False)
    assert scores.select(before.columns).equals(before)
    assert scores["DOI"].to_list() == [None, "Y", None, "INDETERMINATE", None]
    assert scores["NIMPR"].to_list() == [None, "5", None, "0", None]
    assert sorted(item.name for item in Path().iterdir()) == ["scores.csv", "visits.csv"]


def test_score__reads_and_writes_parquet(run, words):
    pl.read_csv("visits.csv").write_parquet("visits.parquet")
    renamed = {"visits.csv": "visits.parquet", "scores.csv": "scores.parquet"}
    done = run(*[renamed.get(word, word) for word in words])
    assert done.exit_code == 1, done.output
    assert pl.read_parquet("scores.parquet")["TIS"].to_list() == [None, 60.0, None, None, None]


def test_score__ends_with_0_where_all_could_be_used_and_tells_a_program(run, words):
    rows = Path("visits.csv").read_text().splitlines()[:3]
    Path("visits.csv").write_text("\n".join(rows) + "\n")
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.output)
    assert answer["verdicts"]["TISCAT"] == {"MAJOR": 1}
    assert (answer["rows"], answer["scored"], answer["problems"]) == (2, 1, [])
    assert answer["out"] == "scores.csv"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nowhere.csv"], 3, "nowhere.csv cannot be read"),
        (["visits.docx"], 3, ".xlsx or .parquet"),
        (["visits.csv", "--unit", "PHGA"], 2, "NAME=VALUE"),
        (["visits.csv", "--limit", "CK=high"], 3, "the limit of CK is a number"),
        (["visits.csv", "--limit", "CK=1", "--limit", "CK:F=1"], 3, "for both sexes and for one"),
        (["visits.csv", "--baseline", "M0"], 3, "the unit of PTGA"),
        (["visits.csv", "--out", "visits.csv"], 4, "the file to score"),
    ],
)
def test_score__refuses_with_a_reason(run, words, arguments, code, says):
    before = Path("visits.csv").read_bytes()
    done = run("score", *arguments)
    assert done.exit_code == code, done.output
    assert says in done.output
    assert Path("visits.csv").read_bytes() == before


def test_score__says_that_a_folder_to_write_in_is_not_there(run, words):
    done = run(*[word.replace("scores.csv", "gone/scores.csv") for word in words])
    assert done.exit_code == 4
    assert "Cannot write gone/scores.csv: no such file or directory." in done.output
    assert "Hint: name a folder that is there" in done.output
    assert ".myotrial-" not in done.output  # the hidden place is no business of a person


def test_score__takes_a_long_file_and_writes_its_visits(run, words):
    lines = ["USUBJID,AVISIT,PARAMCD,AVAL,AVALU"]
    lines += [f"A,{visit},FI,{value},points" for visit, value in (("M0", 40), ("M6", 48))]
    lines += [f"A,{visit},CK,{value},U/L" for visit, value in (("M0", 400), ("M6", 1))]
    Path("long.csv").write_text("\n".join(lines) + "\n")
    done = run("score", "long.csv", "--baseline", "M0", "--limit", "CK=200", "--out", "out.csv")
    assert done.exit_code == 0, done.output
    assert pl.read_csv("out.csv").columns[:4] == ["USUBJID", "AVISIT", "CK", "FI"]
    assert "FI20: Y 1" in done.output


def test_score__takes_a_sheet(run, words):
    table = pl.read_csv("visits.csv", infer_schema=False)
    table.write_excel("visits.xlsx", worksheet="Visits")
    first = run(*words)
    done = run(*["visits.xlsx" if word == "visits.csv" else word for word in words])
    assert (done.exit_code, done.output) == (1, first.output)


def test_score__of_parquet_by_columns_of_numbers_says_the_same(run, words):
    pl.read_csv("visits.csv", infer_schema=False).write_parquet("visits.parquet")
    first = run(*words)
    done = run(*["visits.parquet" if word == "visits.csv" else word for word in words])
    assert (done.exit_code, done.output) == (1, first.output)


def test_score__takes_limits_of_sexes_and_laboratories(run, words):
    rows = ["USUBJID,VISIT,SEX,LBNAM,CK", "A,M0,F,LUND,1000", "A,M6,F,LUND,760"]
    Path("few.csv").write_text("\n".join(rows) + "\n")
    limits = ["--limit", "CK:F@LUND=100", "--limit", "CK:M@LUND=9", "--limit", "CK@X=5"]
    done = run("score", "few.csv", "--baseline", "M0", "--unit", "CK=U/L", *limits)
    assert done.exit_code == 0, done.output
    assert "TIS 5 to " in done.output
    done = run("score", "few.csv", "--baseline", "M0", "--unit", "CK=U/L", *limits[4:])
    assert (
        "no upper limit of CK for this laboratory: 1 row counted as missing (row 2)" in done.output
    )


def test_score__counts_only_where_nothing_is_to_be_written(run, words):
    many = pl.DataFrame(
        {"USUBJID": [f"S{n // 2}" for n in range(100)], "VISIT": ["M0", "M6"] * 50}
    ).with_columns(FI=pl.int_range(pl.len()) % 60)
    many.write_parquet("many.parquet")
    done = run("score", "many.parquet", "--baseline", "M0", "--criterion", "fi20")
    assert done.exit_code == 0, done.output
    assert "Rows: 100; scored 50, baselines 50, not scored 0." in done.output
    assert "Row 1:" not in done.output
    assert sorted(item.name for item in Path().iterdir()) == ["many.parquet", "visits.csv"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "empty.csv is empty"),
        ("latin.csv", "Besuch,M\xfcller\n".encode("latin-1"), "latin.csv:1: expected UTF-8"),
        ("text.parquet", b"USUBJID,VISIT\n", "text.parquet cannot be read"),
        ("text.xlsx", b"USUBJID,VISIT\n", "is no XLSX file"),
        ("other.csv", b"id,when,FI\n1,M0,40\n", "--column USUBJID="),
    ],
)
def test_score__tells_a_person_what_is_wrong_with_the_file(run, words, name, content, says):
    Path(name).write_bytes(content)
    done = run("score", name, "--baseline", "M0", "--out", "scores.csv")
    assert done.exit_code == 3, done.output
    assert says in done.output
    assert "Traceback" not in done.output
    assert not Path("scores.csv").exists()


def test_score__leaves_what_was_there_where_it_cannot_be_written(run, words):
    Path("scores.csv").mkdir()
    done = run(*words)
    assert done.exit_code == 4, done.output
    assert "scores.csv cannot be written" in done.output
    assert sorted(item.name for item in Path().iterdir()) == ["scores.csv", "visits.csv"]


def test_score__tells_that_a_part_of_the_file_is_damaged(run, words):
    many = pl.DataFrame({"USUBJID": [f"S{n // 2}" for n in range(4000)]}).with_columns(
        VISIT=pl.Series(["M0", "M6"] * 2000), FI=pl.Series([n * 7.7 % 60 for n in range(4000)])
    )
    many.write_parquet("many.parquet", row_group_size=2000)
    whole = bytearray(Path("many.parquet").read_bytes())
    half = len(whole) // 2
    whole[half : half + 200] = bytes(200)
    Path("many.parquet").write_bytes(whole)
    done = run("score", "many.parquet", "--baseline", "M0", "--out", "scores.parquet")
    assert done.exit_code == 3, done.output
    assert "many.parquet cannot be read" in done.output
    assert sorted(item.name for item in Path().iterdir()) == ["many.parquet", "visits.csv"]


def test_score__a_table_of_nothing_but_its_header_is_refused(run, tmp_path):
    file = tmp_path / "visits.csv"
    file.write_text("USUBJID,VISIT,FI\n")
    answer = run("score", file, "--baseline", "M0", "--criterion", "fi20")
    assert (answer.exit_code, "holds no rows" in answer.output) == (3, True)
