"""From the seed's abstract to analysis datasets: the printed counts come out again."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from myotrial import datasets, evidence

PUBLISHED = Path(__file__).parents[2] / "studies" / "anakinra-2009" / "published.yaml"
CLASSES = {"responder": "RESPONDER", "unchanged": "UNCHANGED", "worse": "WORSE"}
VISITS = {"never": None, "month 3": "Month 3", "month 6": "Month 6", "month 12": "Month 12"}


@pytest.fixture(scope="module")
def paper():
    return evidence.read(PUBLISHED)


@pytest.fixture(scope="module", params=[1, 20090915], ids=["another seed", "the study's seed"])
def drawn(request, paper, reconstructed):
    """Patients as the paper allows them, and their tables."""
    worlds = evidence.draw(paper, request.param)
    return worlds, reconstructed(worlds, request.param)


@pytest.fixture(scope="module")
def derived(drawn, trial, tmp_path_factory):
    """The analysis datasets of the tables, by way of files."""
    folder = tmp_path_factory.mktemp("tables")
    for name, rows in drawn[1].items():
        if name != "attributes":
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
    frames = datasets.derive(trial, datasets.read_tables(folder, trial))
    return {name: frame.to_dicts() for name, frame in frames.items()}


def test_reconstruct__derives_the_course_of_every_patient(drawn, derived):
    worlds, _ = drawn
    courses = derived["ADCOURSE"]
    assert [row["CLASS"] for row in courses] == [CLASSES[world["outcome"]] for world in worlds]
    firsts = [VISITS[world["first_improved"]] for world in worlds]
    assert [row["FIRSTVIS"] for row in courses] == firsts
    held = [
        first if world["sustained_to"] == "not sustained" else VISITS.get(world["sustained_to"])
        for world, first in zip(worlds, firsts, strict=True)
    ]
    assert [row["SUSTTO"] for row in courses] == held
    stated = {"improved": "Y", "not improved": "N"}
    for world, row in zip(worlds, courses, strict=True):
        assert row["FIEVER"] == stated.get(world["fi"], row["FIEVER"])


def test_reconstruct__derives_the_published_counts(derived):
    courses, people = derived["ADCOURSE"], derived["ADSL"]
    ever = Counter(row["DIAG"] for row in courses if row["EVER"] == "Y")
    assert ever == {"PM": 3, "DM": 3, "IBM": 1}
    assert Counter(row["CLASS"] for row in courses) == {"RESPONDER": 7, "UNCHANGED": 5, "WORSE": 3}
    assert Counter(row["FIRSTVIS"] for row in courses if row["FIRSTVIS"]) == {
        "Month 3": 5,
        "Month 6": 1,
        "Month 12": 1,
    }
    responders = [row for row in courses if row["EVER"] == "Y"]
    assert sum(row["FIEVER"] == "Y" for row in responders) == 4
    assert Counter(row["DIAG"] for row in people) == {"PM": 6, "DM": 4, "IBM": 5}
    assert Counter(row["EOSSTT"] for row in people) == {"COMPLETED": 9, "DISCONTINUED": 6}
    assert {row["ELIGFL"] for row in people} == {"Y"}


def test_reconstruct__derives_the_published_share_under_every_handling(derived):
    rows = [row for row in derived["ADEST"] if row["ENDPOINT"] == "doi_ever"]
    for handling in ("NRI", "OC", "LOW"):
        assert sum(row["AVAL"] or 0 for row in rows if row["HANDLING"] == handling) == 7


def test_reconstruct__derives_the_published_marker_counts(derived):
    rows = [
        row for row in derived["ADBX"] if (row["PARAMCD"], row["AVISIT"]) == ("IL1RA", "Repeat")
    ]
    found = Counter((row["CLASS"] == "RESPONDER", row["AVALC"]) for row in rows)
    assert found[True, "PRESENT"] == 7
    assert found[False, "PRESENT"] == 3


def test_reconstruct__keeps_therapy_stable_and_deviates_from_nothing(derived):
    assert {row["STABLE"] for row in derived["ADCM"]} == {"Y"}
    assert derived["ADDV"] == []


def test_reconstruct__marks_every_derived_row(derived):
    for rows in derived.values():
        assert {row["ORIGIN"] for row in rows} <= {"reconstructed"}
