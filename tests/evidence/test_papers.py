"""Papers other than the seed: what each must yield was derived by hand, in the head of its file."""

import itertools
import json
from pathlib import Path

import pytest

from myotrial import documents, evidence

PAPERS = Path(__file__).parent / "papers"
CONSISTENT = ["proderm", "abatacept", "alkivia", "sprite-sample"]
CONFLICTS = {  # paper: every minimal set of claims that cannot all hold
    "impossible-share": [{"patients", "responders"}],
    "groups-do-not-add-up": [
        {"patients", "diagnoses"},
        {"responders", "responders-by-diagnosis"},
    ],
    "p-value-without-table": [{"p-value"}],
    "grim-mean": [{"people", "mean"}],
    "grimmer-sd": [{"pieces"}],
}
EXPLANATIONS = {
    "impossible-share": ["No whole number of 15 patients is a share of 45%."],
    "groups-do-not-add-up": ["There can be at most 19 patients", "There can be at most 8 patients"],
    "p-value-without-table": ["No table with rows of 5 and 5 patients"],
    "grim-mean": ["No whole total of 49 gives a mean of 5.93: 290/49 = 5.91837"],
    "grimmer-sd": ["No scores of 18 patients have a mean of 3.44 and an SD of 2.47."],
}
RANGES = {  # paper: statistic and method, least and greatest value
    "proderm": {
        ("responders", "count"): (58, 58),
        ("response-by-arm", "fisher"): (0.000689, 0.000689),
        ("response-by-arm", "boschloo"): (0.00049, 0.00049),
    },
    "abatacept": {
        ("dm-abatacept-size", "count"): (40, 40),
        ("dm-placebo-size", "count"): (42, 42),
        ("other-by-arm", "fisher"): (0.0513, 0.0513),  # 20/35 v 10/31; SciPy gives 0.05132
    },
    "alkivia": {
        ("arm-size", "count"): (47, 47),
        ("reached-20", "count"): (43, 43),
        ("placebo-reached-60", "count"): (4, 4),
    },
}


def record_of(name):
    return evidence.examine(evidence.read(PAPERS / f"{name}.yaml")).as_record()


def without(name, claim):
    """A paper with one claim withdrawn."""
    data = documents.read(PAPERS / f"{name}.yaml", verbatim=True).data
    data["claims"] = [each for each in data["claims"] if each["id"] != claim]
    return evidence.parse(json.dumps(data))


def test_papers__are_all_tested():
    assert sorted(path.stem for path in PAPERS.iterdir()) == sorted([*CONSISTENT, *CONFLICTS])


@pytest.mark.parametrize("name", CONSISTENT)
def test_examine__finds_a_table_behind_a_consistent_paper(name):
    record = record_of(name)
    assert record["consistent"]
    assert record["conflicts"] == []
    assert record["repairs"] == []
    found = {(each["id"], each["method"]): each for each in record["statistics"]}
    for key, (least, most) in RANGES.get(name, {}).items():
        assert found[key]["min"] == pytest.approx(least, abs=5e-5), key
        assert found[key]["max"] == pytest.approx(most, abs=5e-5), key


@pytest.mark.parametrize(("name", "expected"), CONFLICTS.items())
def test_examine__names_every_conflict_of_a_paper_with_its_proof(name, expected):
    record = record_of(name)
    assert not record["consistent"]
    assert record["witness"] is None
    found = record["conflicts"]
    assert sorted(sorted(each["claims"]) for each in found) == sorted(map(sorted, expected))
    assert all(each["certificate"] is not None for each in found)
    for beginning in EXPLANATIONS[name]:
        assert any(each["explanation"].startswith(beginning) for each in found)
    assert all("error" not in each["explanation"].lower() for each in found)


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        (name, claim)
        for name, conflicts in CONFLICTS.items()
        if len(conflicts) == 1
        for claim in sorted(conflicts[0])
    ],
)
def test_examine__finds_nothing_wrong_once_any_claim_of_the_conflict_is_withdrawn(name, claim):
    assert evidence.examine(without(name, claim)).consistent


def test_examine__repairs_two_clashes_by_one_claim_of_each():
    repairs = [set(each["doubt"]) for each in record_of("groups-do-not-add-up")["repairs"]]
    expected = map(set, itertools.product(*CONFLICTS["groups-do-not-add-up"]))
    assert sorted(map(sorted, repairs)) == sorted(map(sorted, expected))


def test_examine__says_how_many_gave_each_answer():
    """All ways in which 20 answers from 1 to 5 sum to 47 with squares that sum to 147."""
    ways = [
        counts
        for counts in itertools.product(range(21), repeat=3)
        if (rest := 20 - sum(counts)) >= 0
        for counts in completions(counts, rest)
    ]
    record = record_of("sprite-sample")
    ranges = {each["id"]: (each["min"], each["max"]) for each in record["statistics"]}
    assert ranges["fives"] == (min(way[4] for way in ways), max(way[4] for way in ways))
    assert ranges["ones"] == (min(way[0] for way in ways), max(way[0] for way in ways))


def completions(counts, rest):
    """Counts of the answers 1 to 5, from those of 3, 4 and 5, that meet both sums."""
    total = 47 - sum(k * answer for k, answer in zip(counts, (3, 4, 5), strict=True))
    twos = total - rest  # with the ones, 1 * ones + 2 * twos = total and ones + twos = rest
    if not 0 <= twos <= rest:
        return []
    whole = (rest - twos, twos, *counts)
    squares = sum(k * answer**2 for k, answer in zip(whole, range(1, 6), strict=True))
    return [whole] if squares == 147 else []


@pytest.mark.parametrize("name", CONSISTENT)
def test_draw__gives_patients_with_the_printed_numbers(name):
    patients = evidence.draw(evidence.read(PAPERS / f"{name}.yaml"), seed=3)
    assert PRINTED[name](patients)


def improved(arm, attribute, not_improved):
    """Per cent improved in an arm, to one decimal."""

    def percent(patients):
        group = [patient[attribute] for patient in patients if patient["arm"] == arm]
        return round(100 * sum(value != not_improved for value in group) / len(group), 1)

    return percent


def sums(patients):
    answers = [patient["answer"] for patient in patients]
    return sum(answers), sum(answer**2 for answer in answers)


PRINTED = {
    "proderm": lambda patients: improved("placebo", "improvement", "below 20")(patients) == 43.8,
    "abatacept": lambda patients: improved("abatacept", "improved", "no")(patients) == 56.0,
    "alkivia": lambda patients: improved("placebo", "improvement", "below 20")(patients) == 73.8,
    "sprite-sample": lambda patients: sums(patients) == (47, 147),
}
