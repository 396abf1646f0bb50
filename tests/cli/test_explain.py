"""`myotrial explain` as a person calls it, on the table of its guide."""

import json
import re
import shlex
from pathlib import Path

import polars as pl
import pytest

GUIDE = Path(__file__).parents[2] / "docs/how-to/explain-a-verdict.md"
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


def test_explain__says_what_its_guide_says_and_writes_the_card(run, words):
    done = run(*words)
    assert done.exit_code == 0, done.output
    assert len(blocks("text")) == 4
    assert [block for block in blocks("text") if block not in done.output] == []
    assert "<h1>A-01</h1>" in Path("card.html").read_text(encoding="utf-8")
    assert sorted(item.name for item in Path().iterdir()) == ["card.html", "visits.csv"]


def test_explain__tells_a_program(run, words):
    done = run(*words, "--json")
    record = json.loads(done.output)
    assert record["out"] == "card.html"
    verdicts = {rule["id"]: rule["verdict"] for rule in record["visits"][0]["rules"]}
    assert verdicts == {
        "doi": "Y", "worsening30": "N", "status": "IMPROVED", "tis": "MAJOR", "fi20": "Y"
    }  # fmt: skip


def test_explain__judges_children_by_their_thresholds(run, words):
    done = run(*words, "--criterion", "tis_juvenile", "--json")
    (rule,) = json.loads(done.output)["visits"][0]["rules"]
    assert (rule["low"], rule["high"], rule["verdict"]) == (65.0, 75.0, "INDETERMINATE")
    assert rule["thresholds"] == {"minimal": 30.0, "moderate": 45.0, "major": 70.0}


def test_explain__ends_with_1_where_something_could_not_be_used(run, words):
    text = Path("visits.csv").read_text().replace("M6,25", "M6,x")
    Path("visits.csv").write_text(text)
    done = run(*words)
    assert done.exit_code == 1
    assert "Problem: PHGA: not a number: 1 row counted as missing (row 2)." in done.output


@pytest.mark.parametrize("kind", ["parquet", "xlsx"])
def test_explain__reads_what_score_reads(run, words, kind):
    told = run(*words, "--json")
    table = pl.read_csv("visits.csv")
    table.write_parquet("visits.parquet") if kind == "parquet" else table.write_excel("visits.xlsx")
    done = run(*[f"visits.{kind}" if word == "visits.csv" else word for word in words], "--json")
    assert done.exit_code == 0, done.output
    assert done.output == told.output


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        pytest.param("A-01", "A-02", 3, "No row is about the subject 'A-02'", id="subject"),
        pytest.param("card.html", "card.pdf", 3, "ends in .html", id="kind of file"),
        pytest.param(
            "card.html", "no/card.html", 4, "Cannot write no/card.html: no such file", id="folder"
        ),
        pytest.param("visits.csv", "missing.csv", 3, "cannot be read", id="no table"),
    ],
)
def test_explain__says_what_is_wrong_and_writes_nothing(run, words, old, new, code, message):
    done = run(*[new if word == old else word for word in words])
    assert done.exit_code == code
    assert message in done.output
    assert [item.name for item in Path().iterdir()] == ["visits.csv"]
