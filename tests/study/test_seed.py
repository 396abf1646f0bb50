"""The seed study from its protocol and published claims to its report, run as a user runs it."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import myotrial
from myotrial import report

SOURCES = Path(myotrial.__file__).parents[1]
# Claims that clash with others once these readings of the study's published.yaml are assumed.
HANGING = {
    "repeat-biopsies": {
        "all-nonresponders-assessed", "assessed-means-repeated", "repeat-biopsy-at-month-6"
    },
    "il1ra-in-responders": {"all-nonresponders-assessed", "assessed-means-repeated"},
}  # fmt: skip
# Two-sided Fisher p-values of 7/7 v 3/8, 6/6 v 3/8 and 7/7 v 3/7.
FISHER = {0.0256, 0.0310, 0.0699}


def start(folder, seed):
    environment = {**os.environ, "PYTHONPATH": str(SOURCES), "PYTHONHASHSEED": seed}
    command = [sys.executable, "-m", "myotrial", "demo", str(folder)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environment, **pipes)


def myotrial_(*arguments):
    """Run the command and give back what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    command = [sys.executable, "-m", "myotrial", *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The seed run at once in two places, by two processes that hash differently."""
    folders = [tmp_path_factory.mktemp("here") / "demo", tmp_path_factory.mktemp("there") / "other"]
    running = [start(folder, seed) for folder, seed in zip(folders, ("1", "2"), strict=True)]
    for process in running:
        out, error = process.communicate(timeout=300)
        assert process.returncode == 0, error
        assert "Report: " in out
    return folders


@pytest.fixture(scope="module")
def demo(runs):
    return runs[0]


@pytest.fixture(scope="module")
def results(demo):
    return json.loads((demo / "out" / "results.json").read_bytes())


def tree(folder):
    files = (item for item in folder.rglob("*") if item.is_file())
    return {item.relative_to(folder).as_posix(): item.read_bytes() for item in files}


def test_demo__gives_the_same_bytes_in_two_places_and_two_processes(runs):
    here, there = (tree(folder / "out") for folder in runs)
    assert sorted(here) == sorted(there)
    assert [name for name in here if here[name] != there[name]] == []


def test_demo__makes_a_report_a_pdf_figures_and_datasets(demo):
    out = tree(demo / "out")
    assert out["report.html"].startswith(b"<!doctype html>")
    assert out["report.pdf"].startswith(b"%PDF-")
    assert sum(name.startswith("figures/") and name.endswith(".svg") for name in out) >= 6
    assert {"datasets/ADSL.csv", "datasets/ADRS.csv", "reconstruction/visits.csv"} <= set(out)
    assert str(demo).encode() not in b"".join(out.values())


def test_demo__leaves_the_study_as_it_was_written(demo):
    written = {name: text for name, text in tree(demo).items() if not name.startswith("out/")}
    seed = SOURCES.parent / "studies" / "anakinra-2009"
    assert written == {
        name: text for name, text in tree(seed).items() if not name.startswith(("out/", "."))
    }


def test_results__follow_the_published_schema(results):
    jsonschema.Draft202012Validator(report.schema()).validate(results)


def test_results__name_their_inputs(demo, results):
    assert [item["file"] for item in results["inputs"]] == [
        "published.yaml", "reconstruction.yaml", "study.yaml"
    ]  # fmt: skip
    for item in results["inputs"]:
        content = (demo / item["file"]).read_bytes()
        assert item["sha256"] == hashlib.sha256(content).hexdigest()


def test_results__say_that_the_patients_are_reconstructed(results, demo):
    assert results["origin"] == "reconstructed"
    assert "no real patient" in results["origin_note"]
    for listing in results["listings"].values():
        names = [column["name"] for column in listing["columns"]]
        assert {row[names.index("ORIGIN")] for row in listing["rows"]} <= {"reconstructed"}
    for name, content in tree(demo / "out").items():
        if name.endswith(".csv"):
            header, *rows = content.decode().splitlines()
            assert "ORIGIN" in header
            assert all("reconstructed" in row for row in rows)


def test_published__every_number_is_reproduced_or_hangs_on_a_named_reading(results):
    verdicts = {claim["claim"]: claim for claim in results["published"]}
    for key, claim in verdicts.items():
        if claim["reported"]:
            expected = "hangs on a reading" if key in HANGING else "reproduced"
            assert claim["verdict"] == expected, claim
            assert claim["reproduced"] == claim["reported"]
        else:
            assert claim["verdict"] == "not checkable", claim
            assert claim["note"]
    for key, readings in HANGING.items():
        assert set(verdicts[key]["readings"]) == readings
    reported = {key: claim["reported"] for key, claim in verdicts.items()}
    assert reported["responders-by-diagnosis"] == "PM 3, DM 3, IBM 1"
    assert len([key for key, text in reported.items() if text]) >= 24


def test_published__values_come_from_results_that_name_their_rows(results):
    known = {result["id"]: result for result in results["results"]}
    rows = {
        row[[column["name"] for column in listing["columns"]].index("ROWID")]
        for name, listing in results["listings"].items()
        if name != "ATTRIBUTES"
        for row in listing["rows"]
    }
    linked = [key for claim in results["published"] for key in claim["result_ids"]]
    assert len(linked) >= 30
    for key in linked:
        assert known[key]["rows"]["keys"], key
        assert set(known[key]["rows"]["keys"]) <= rows, key


def test_sensitivity__shows_what_hangs_on_one_biopsy(results):
    known = {result["id"]: result for result in results["results"]}
    fisher = [one for key, one in known.items() if ".il1ra_by_response.fisher." in key]
    assert {round(one["value"], 4) for one in fisher if one["value"]} == FISHER
    for method in ("boschloo", "barnard"):
        found = [one for key, one in known.items() if f".il1ra_by_response.{method}." in key]
        assert len(found) == 4
        assert all(one["value"] < 0.05 for one in found if one["value"] is not None)
    women = known["sensitivity.responders_among_women.count.stated"]
    assert (women["value"], women["interval"]["low"], women["interval"]["high"]) == (None, 0, 7)


def test_sensitivity__says_that_the_odds_ratio_is_infinite(results):
    found = [one for one in results["results"] if ".il1ra_by_response.odds_ratio." in one["id"]]
    assert [one["value"] for one in found] == ["infinity"] * 4
    assert all(one["interval"]["high"] is None for one in found if one["interval"])
    known = {result["id"]: result for result in results["results"]}
    observed = known["marker.IL1RA.by_response.odds_ratio"]
    assert observed["value"] == "infinity"
    given_up = "without.all_nonresponders_assessed.repeat_biopsy_at_month_6"
    same = known[f"sensitivity.il1ra_by_response.odds_ratio.{given_up}"]
    assert same["interval"] == observed["interval"]


def test_run__does_nothing_when_nothing_has_changed(demo):
    before = {path: path.stat().st_mtime_ns for path in (demo / "out").rglob("*")}
    assert "Nothing has changed" in myotrial_("run", demo)
    answer = json.loads(myotrial_("run", demo, "--json"))
    assert all(step["reused"] for step in answer["steps"])
    assert answer["report"] == str(demo / "out" / "report.html")
    assert {path: path.stat().st_mtime_ns for path in (demo / "out").rglob("*")} == before


def test_run__repeats_only_the_report_when_it_was_deleted(demo):
    whole = tree(demo / "out")
    (demo / "out" / "report.html").unlink()
    answer = json.loads(myotrial_("run", demo, "--json"))
    assert [step["name"] for step in answer["steps"] if not step["reused"]] == ["report"]
    assert tree(demo / "out") == whole


def test_claims__answers_for_the_seed(demo):
    answer = json.loads(myotrial_("claims", demo / "published.yaml", "--json"))
    assert answer["consistent"] is True
    assert {"conflicts", "repairs", "statistics", "implied", "determined", "free"} <= set(answer)
    assert all(
        set(conflict) >= {"claims", "readings", "certificate"} for conflict in answer["conflicts"]
    )
    text = myotrial_("claims", demo / "published.yaml")
    assert "the stated claims can all hold; with some readings they cannot" in text
    assert re.search(r"fisher 0\.0256\b", text)
    assert re.search(r"fisher 0\.0310\b", text)
    assert re.search(r"fisher 0\.0699\b", text)
    assert "responders among the 8 women: 0 to 7 (undetermined)" in text


def test_check__finds_no_problem_in_the_seed(demo):
    answer = json.loads(myotrial_("check", demo, "--json"))
    assert answer["problems"] == []
    files = ["study.yaml", "published.yaml", "reconstruction.yaml", "design.yaml"]
    assert answer["files"] == files
