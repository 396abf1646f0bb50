"""The studies that come with myotrial run from end to end; what they find is counted by hand."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from myotrial import study

STUDIES = Path(__file__).parents[2] / "studies"
SIMULATED = sorted(file.parent for file in STUDIES.glob("*/simulate.py"))
LOWER_IS_BETTER = ("PHGA", "PTGA", "CHAQ", "DAS")
HIGHER_IS_BETTER = ("CMAS", "CHQPHS")


def rows(file):
    with file.open(encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def results(folder):
    told = json.loads((folder / "out" / "results.json").read_text(encoding="utf-8"))
    assert told["origin"] == "simulated"
    return {record["id"]: record for record in told["results"]}


@pytest.mark.parametrize("place", SIMULATED, ids=lambda place: place.name)
def test_simulate__draws_the_same_bytes_again(place, tmp_path):
    shutil.copy(place / "simulate.py", tmp_path)
    subprocess.run([sys.executable, tmp_path / "simulate.py"], check=True, timeout=60)
    drawn = {file.relative_to(tmp_path): file.read_bytes() for file in tmp_path.rglob("*.csv")}
    kept = {file.relative_to(place): file.read_bytes() for file in place.rglob("*.csv")}
    assert drawn == kept


@pytest.mark.parametrize("place", SIMULATED, ids=lambda place: place.name)
def test_readme__says_first_that_no_patient_exists(place):
    text = (place / "README.md").read_text(encoding="utf-8")
    assert "(simulated)" in text.splitlines()[0]
    assert "exists.**" in text.splitlines()[2]


def improved(first, later):
    """PRINTO: three of six better by 20 %, at most one worse by more than 30 %, never strength."""
    gains = {}
    for name in (*LOWER_IS_BETTER, *HIGHER_IS_BETTER):
        was, now = float(first[name]), float(later[name])
        change = (now - was) / was * 100 if was else (0.0 if now == was else float("inf"))
        gains[name] = change if name in HIGHER_IS_BETTER else -change
    worse = [name for name, gain in gains.items() if gain < -30]
    better = [name for name, gain in gains.items() if gain >= 20]
    return len(better) >= 3 and len(worse) <= 1 and "CMAS" not in worse


def test_juvenile_study__counts_the_printo_responders_of_its_tables(tmp_path):
    place = shutil.copytree(STUDIES / "jdm-open-label", tmp_path / "jdm")
    visits = {(row["USUBJID"], row["VISIT"]): row for row in rows(place / "data/visits.csv")}
    children = [row["USUBJID"] for row in rows(place / "data/subjects.csv")]
    seen = [child for child in children if (child, "M6") in visits]
    responders = [child for child in seen if improved(visits[child, "M0"], visits[child, "M6"])]
    assert 0 < len(responders) < len(seen) < len(children) == 24
    study.Study(place).run()
    found = results(place)
    nri, oc = found["response.printo_m6.nri.share"], found["response.printo_m6.oc.share"]
    assert (nri["numerator"], nri["n"]) == (len(responders), len(children))
    assert (oc["numerator"], oc["n"]) == (len(responders), len(seen))


def test_registry__comes_in_by_its_mapping_and_runs(tmp_path):
    place = shutil.copytree(STUDIES / "registry-extract", tmp_path / "registry")
    assert study.Study(place).bring(place / "extract").code == 0
    taken = {row["USUBJID"]: row for row in rows(place / "data/subjects.csv")}
    source = rows_of_the_extract(place / "extract/patients.csv")
    assert {who: row["DIAG"] for who, row in taken.items()} == {
        row["Patient"]: row["Diagnosis"] for row in source
    }
    study.Study(place).run()
    found = results(place)
    lost = sum(row["Status"] == "Lost to follow-up" for row in source)
    assert found["withdrawals.total"]["value"] == lost
    score = found["response.tis_m12.oc.mean"]
    assert score["unit"] == "points"
    assert found["response.tis_m12.low.mean"]["value"] < score["value"]


def rows_of_the_extract(file):
    with file.open(encoding="utf-8") as opened:
        return list(csv.DictReader(opened, delimiter=";"))
