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
    assert "cannot be written" in done.output
