"""Reconstructed tables against what was said of the patients, judged by code of this file alone."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from myotrial import reconstruction
from myotrial.errors import DocumentError, ReconstructionError
from myotrial.protocol.models import shift

MONTHS = (0, 3, 6, 12)
REASONS = ("injection-site rash", "increased muscle symptoms", "headache", "lack of efficacy")
CORE = {"PHGA": -1, "PTGA": -1, "MMT8": 1, "HAQDI": -1, "CK": -1, "MYOACT": -1}
LIMITS = {
    "PHGA": (0, 100),
    "PTGA": (0, 100),
    "MMT8": (0, 80),
    "HAQDI": (0, 3),
    "CK": (0, 1000),
    "MYOACT": (0, 1),
    "FI": (0, 64),
}
TABLES = {
    "subjects",
    "visits",
    "disposition",
    "exposure",
    "concomitant",
    "adverse_events",
    "biopsies",
    "attributes",
}


@st.composite
def described(draw):
    """Any patient that the seed's attributes describe without contradicting themselves."""
    completed = draw(st.sampled_from(MONTHS))
    visits = [month for month in MONTHS[1:] if month <= completed]
    outcomes = ["responder", "unchanged", "worse"] if visits else ["unchanged", "worse"]
    outcome = draw(st.sampled_from(outcomes))
    first = draw(st.sampled_from(visits)) if outcome == "responder" else None
    until = draw(st.sampled_from([m for m in visits if m >= first])) if first else None
    return {
        "diagnosis": draw(st.sampled_from(["PM", "DM", "IBM"])),
        "sex": draw(st.sampled_from(["F", "M"])),
        "disease_duration": draw(st.integers(2, 18)),
        "completed": completed,
        "withdrawn_for": "not withdrawn" if completed == 12 else draw(st.sampled_from(REASONS)),
        "outcome": outcome,
        "first_improved": f"month {first}" if first else "never",
        "sustained_to": held(first, until),
        "fi": draw(st.sampled_from(["improved", "not improved", "not stated"])),
        "repeat_biopsy": draw(st.sampled_from(["yes", "no"])),
        "il1ra_after": draw(st.sampled_from(["present", "absent", "not assessed"])),
    }


def held(first, until):
    if first is None:
        return "not applicable"
    return "not sustained" if first == until else f"month {until}"


def exact(value):
    return Fraction(str(value))


def gain(before, after, better):
    return 100 * better * (exact(after) - exact(before)) / exact(before)


def statuses(rows):
    """Each visit's status by the published rule, in exact arithmetic."""
    first, *later = rows
    found = {}
    for row in later:
        gains = {name: gain(first[name], row[name], CORE[name]) for name in CORE}
        better = sum(change >= 20 for change in gains.values())
        lost = sum(change <= -25 for change in gains.values())
        worse = sum(change <= -30 for change in gains.values())
        improved = better >= 3 and lost <= 2 and gains["MMT8"] > -25
        found[row["VISIT"]] = "improved" if improved else "worse" if worse >= 3 else "neither"
    return found


def by_patient(rows):
    found = {}
    for row in rows:
        found.setdefault(row["USUBJID"], []).append(row)
    return found


def expected(world):
    """Status of each visit as far as the description settles it."""
    visits = [f"M{month}" for month in MONTHS[1:] if month <= world["completed"]]
    ends = visits + (["WD"] if world["completed"] < 12 else [])
    if world["outcome"] != "responder":
        return {ends[-1]: "worse" if world["outcome"] == "worse" else "neither"}
    first = "M" + world["first_improved"].removeprefix("month ")
    until = world["sustained_to"].replace("month ", "M").replace("not sustained", first)
    held = visits[visits.index(first) : visits.index(until) + 1]
    return {visit: "improved" if visit in held else "neither" for visit in ends}


@settings(max_examples=30, deadline=None)
@given(world=described(), seed=st.integers(0, 10**6))
def test_reconstruct__derived_verdicts_are_the_stated_ones(reconstructed, world, seed):
    rows = reconstructed([world], seed)["visits"]
    found = statuses(rows)
    assert found.items() >= expected(world).items()
    assert ("improved" in found.values()) == (world["outcome"] == "responder")
    if world["outcome"] == "unchanged":
        assert set(found.values()) == {"neither"}
    better = [gain(rows[0]["FI"], row["FI"], 1) >= 20 for row in rows[1:]]
    assert world["fi"] == "not stated" or any(better) == (world["fi"] == "improved")


@settings(max_examples=30, deadline=None)
@given(world=described(), seed=st.integers(0, 10**6))
def test_reconstruct__values_can_be_recorded(recipe, reconstructed, world, seed):
    grids = {item.assessment: (item.steps, item.decimals) for item in recipe.measures}
    for row in reconstructed([world], seed)["visits"]:
        for name, (low, high) in LIMITS.items():
            steps, decimals = grids[name]
            assert low <= row[name] <= high
            assert row[name] == round(round(row[name] * steps) / steps, decimals)


@settings(max_examples=30, deadline=None)
@given(world=described(), seed=st.integers(0, 10**6))
def test_reconstruct__days_lie_in_their_windows_and_in_order(trial, reconstructed, world, seed):
    tables = reconstructed([world], seed)
    windows = {visit.id: visit.days for visit in trial.visits}
    days = {row["VISIT"]: row["VISITDY"] for row in tables["visits"]}
    assert list(days.values()) == sorted(set(days.values()))
    for visit, day in days.items():
        low, high = windows[visit] or (1, shift(windows[following(world)][0], -1))
        assert low <= day <= high
    last = max(days.values())
    assert tables["disposition"][0]["DSSTDY"] == last
    assert tables["exposure"][0]["EXENDY"] == min(last, 366)
    for event in tables["adverse_events"]:
        assert 1 <= event["AESTDY"] <= min(last, event["AEENDY"])


def following(world):
    return {0: "M3", 3: "M6", 6: "M12"}[world["completed"]]


def test_reconstruct__says_of_every_row_that_it_is_reconstructed(reconstructed, seed_patients):
    tables = reconstructed(seed_patients)
    assert set(tables) == TABLES
    for rows in tables.values():
        assert rows
        assert {row["ORIGIN"] for row in rows} == {"reconstructed"}


def test_reconstruct__gives_the_published_counts(reconstructed, seed_patients):
    tables = reconstructed(seed_patients)
    diagnosis = {row["USUBJID"]: row["DIAG"] for row in tables["subjects"]}
    courses = {who: statuses(rows) for who, rows in by_patient(tables["visits"]).items()}
    responders = [who for who, course in courses.items() if "improved" in course.values()]
    firsts = [next(v for v, s in courses[who].items() if s == "improved") for who in responders]
    ends = [list(course.values())[-1] for who, course in courses.items() if who not in responders]
    counts = {name: sum(diagnosis[who] == name for who in responders) for name in ("PM", "DM")}
    assert (len(responders), counts) == (7, {"PM": 3, "DM": 3})
    assert sorted(firsts) == ["M12", "M3", "M3", "M3", "M3", "M3", "M6"]
    assert (ends.count("neither"), ends.count("worse")) == (5, 3)
    assert [row["DSDECOD"] for row in tables["disposition"]].count("WITHDRAWN") == 6


def test_reconstruct__gives_every_withdrawal_its_reason_and_event(reconstructed, seed_patients):
    tables = reconstructed(seed_patients)
    reasons = [row["DSREAS"] for row in tables["disposition"] if row["DSREAS"]]
    events = [(row["AETERM"], row["AEACN"]) for row in tables["adverse_events"]]
    assert sorted(reasons) == [
        "Headache",
        "Increased muscle symptoms",
        "Increased muscle symptoms",
        "Injection-site rash",
        "Injection-site rash",
        "Lack of efficacy",
    ]
    terms = sorted(set(reasons) - {"Lack of efficacy"} | {"Headache"})
    assert sorted({term for term, _ in events}) == terms
    assert {action for _, action in events} == {"DRUG WITHDRAWN"}
    assert len(events) == 5


def test_reconstruct__patients_meet_every_criterion_of_entry(trial, reconstructed, seed_patients):
    from myotrial import protocol

    tables = reconstructed(seed_patients)
    first = {row["USUBJID"]: row for row in tables["visits"] if row["VISIT"] == "M0"}
    for row in tables["subjects"]:
        assert protocol.eligibility(trial, first[row["USUBJID"]] | row).outcome == "met"


def test_reconstruct__takes_biopsies_when_they_can_have_been_taken(reconstructed, seed_patients):
    tables = reconstructed(seed_patients)
    days = {(row["USUBJID"], row["VISIT"]): row["VISITDY"] for row in tables["visits"]}
    taken = {(row["USUBJID"], row["BXTIME"]): row["BXDY"] for row in tables["biopsies"]}
    repeats = {who: day for (who, time), day in taken.items() if time == "REPEAT"}
    pairs = [who for who in repeats if (who, "BASELINE") in taken]
    assert (len(repeats), len(pairs)) == (15, 14)
    for who, day in repeats.items():
        assert day == days.get((who, "M6"), days.get((who, "WD")))


def test_reconstruct__finds_the_marker_where_it_is_said_to_be(reconstructed, make):
    worlds = [
        make.patient(il1ra_after=word, repeat_biopsy=repeated)
        for word in ("present", "absent", "not assessed")
        for repeated in ("yes", "no")
    ]
    rows = reconstructed(worlds)["biopsies"]
    found = {
        row["USUBJID"][-4:]: row["BXPRES"]
        for row in rows
        if (row["MARKER"], row["BXTIME"]) == ("IL1RA", "REPEAT")
    }
    assert found == {"R001": "Y", "R002": "Y", "R003": "N", "R004": "N"}
    baselines = {row["USUBJID"][-4:] for row in rows if row["BXTIME"] == "BASELINE"}
    assert baselines == {"R001", "R003", "R005", "R006"}


@pytest.mark.parametrize("seed", range(3))
def test_reconstruct__leaves_markers_without_a_significant_change(
    reconstructed, seed_patients, seed
):
    rows = reconstructed(seed_patients, seed)["biopsies"]
    first_seven = {f"ANAKINRA-2009-R00{number}" for number in range(1, 8)}  # the responders
    for marker in ("INFILT", "CD3", "MHC1", "IL1A", "IL1B"):
        amounts = {(r["USUBJID"], r["BXTIME"]): r["BXRES"] for r in rows if r["MARKER"] == marker}
        changes = {
            who: after - amounts[who, "BASELINE"]
            for (who, time), after in amounts.items()
            if time == "REPEAT" and (who, "BASELINE") in amounts
        }
        assert len(changes) == 14
        for group in (changes.keys(), changes.keys() & first_seven, changes.keys() - first_seven):
            assert signed_rank([changes[who] for who in group if changes[who]]) >= 0.05


def signed_rank(differences):
    """Two-sided p-value of Wilcoxon's signed-rank test, over all signs of the ranks."""
    ranks = stats.rankdata(np.abs(differences))
    signs = np.array(list(itertools.product((0, 1), repeat=len(ranks))))
    sums = signs @ ranks - ranks.sum() / 2
    found = ranks[np.array(differences) > 0].sum() - ranks.sum() / 2
    return np.mean(np.abs(sums) >= abs(found) - 1e-9)


def test_reconstruct__continues_only_what_was_taken_before(reconstructed, seed_patients):
    tables = reconstructed(seed_patients)
    people = {row["USUBJID"]: row for row in tables["subjects"]}
    months = {"methotrexate": "MTXMONTH", "azathioprine": "AZAMONTH"}
    taken = [(row["USUBJID"], row["CMTRT"]) for row in tables["concomitant"]]
    second = [(who, name) for who, name in taken if name in months]
    assert len(second) == 15
    assert all(people[who][months[name]] >= 2 for who, name in second)


def test_reconstruct__is_the_same_for_the_same_seed(reconstructed, seed_patients):
    one, same, other = (reconstructed(seed_patients, n) for n in (7, 7, 8))
    assert repr(one) == repr(same)
    assert one["visits"] != other["visits"]


def test_reconstruct__draws_each_patient_apart_from_the_others(reconstructed, make):
    alike = make.patient()
    one = reconstructed([make.responder(3, 6), alike], 7)
    other = reconstructed([make.patient(outcome="worse"), alike], 7)
    for table in ("subjects", "visits", "exposure", "concomitant"):
        last = [by_patient(tables[table])["ANAKINRA-2009-R002"] for tables in (one, other)]
        assert last[0] == last[1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"outcome": "responder"}, "first improved at never", id="responder, never"),
        pytest.param(
            {
                "outcome": "responder",
                "first_improved": "month 6",
                "completed": 3,
                "withdrawn_for": "headache",
                "sustained_to": "not sustained",
            },
            "first improved at M6 but attended M3",
            id="improved after leaving",
        ),
        pytest.param(
            {"outcome": "responder", "first_improved": "month 6", "sustained_to": "month 3"},
            "'month 3', but the recipe knows",
            id="held until a month that has no meaning",
        ),
        pytest.param(
            {"first_improved": "month 3", "sustained_to": "not sustained"},
            "is unchanged but improved at M3",
            id="unchanged, yet improved",
        ),
        pytest.param({"completed": 6}, "did not leave", id="stayed, yet not to the end"),
        pytest.param({"withdrawn_for": "headache"}, "attended every visit", id="left at the end"),
        pytest.param({"diagnosis": "JDM"}, "JDM", id="diagnosis without meaning"),
        pytest.param({"disease_duration": 70}, "drawings", id="nothing can be drawn"),
        pytest.param({"outcome": "better"}, "expected one of 'responder'", id="unknown outcome"),
    ],
)
def test_reconstruct__names_the_patient_who_cannot_be(reconstructed, make, changes, message):
    with pytest.raises(ReconstructionError, match="patient 2 cannot be reconstructed") as caught:
        reconstructed([make.patient(), make.patient(**changes)])
    assert message in str(caught.value)


def test_reconstruct__misses_an_attribute_by_name(reconstructed, make):
    world = make.patient()
    del world["fi"]
    with pytest.raises(ReconstructionError, match=r"patient 1 .* has no attribute 'fi'"):
        reconstructed([world])


def test_reconstruct__tells_of_every_column_what_determined_it(reconstructed, seed_patients):
    tables = reconstructed(seed_patients)
    found = {row["column"]: row["status"] for row in tables["attributes"]}
    assert found["subjects.DIAG"] == "claimed"
    assert found["subjects.AGE"] == "drawn"
    assert found["subjects.GRIGGSFL"] == "assumed"
    assert found["subjects.HIV"] == "assumed"
    assert found["visits.CK"] == found["biopsies.IL1B after"] == "bounded"
    assert found["biopsies.IL1RA after"] == "claimed"
    assert found["biopsies.IL1RA before"] == "assumed"
    tables.pop("attributes")
    told = {"STUDYID", "USUBJID", "ORIGIN"}
    told |= {"MARKER", "BXRES", "BXPRES", "BXU"}  # told marker by marker
    for name in set(tables) - {"concomitant"}:  # told therapy by therapy
        for column in tables[name][0].keys() - told:
            assert f"{name}.{column}" in found


def test_reconstruct__tells_how_far_the_paper_determines_an_attribute(trial, recipe, seed_patients):
    said = {"disease_duration": "bounded", "sex": "free", "diagnosis": "determined"}
    tables = reconstruction.reconstruct(seed_patients, recipe, trial, 1, determined=said)
    found = {row["column"]: row["status"] for row in tables["attributes"]}
    assert found["subjects.DISDUR"] == "bounded"
    assert found["subjects.SEX"] == "open"
    assert found["subjects.DIAG"] == "claimed"


def test_reconstruct__refuses_a_recipe_of_another_protocol(trial, recipe, make):
    other = trial.model_copy(update={"assessments": trial.assessments[:-1]})
    with pytest.raises(DocumentError, match=r"an assessment of study.yaml, found 'FI'"):
        reconstruction.reconstruct([make.patient()], recipe, other, 1)


def test_reconstruct__draws_for_one_enzyme(trial, recipe, make):
    several = trial.core_set.model_copy(update={"enzyme": ("CK", "MYOACT")})
    other = trial.model_copy(update={"core_set": several})
    with pytest.raises(DocumentError, match="one enzyme in the core set to draw for, found CK, MY"):
        reconstruction.reconstruct([make.patient()], recipe, other, 1)
