"""Events over time and laboratory shifts of a simulated trial, counted again in plain Python."""

import pytest
import two_arm_study
from scipy import stats

from myotrial import datasets, protocol
from myotrial.analysis import run

PERIODS = {"M1": (1, 31), "M3": (32, 92), "M6": (93, 184)}
LIMITS = {"F": 150, "M": 200}
CUTS = (1, 2.5, 5, 10)
CLASSES = ("normal", "to2_5", "to5", "to10", "above10")


@pytest.fixture(scope="module")
def rows():
    return two_arm_study.tables()


@pytest.fixture(scope="module")
def results(tmp_path_factory, rows):
    file = tmp_path_factory.mktemp("study") / "study.yaml"
    file.write_text(two_arm_study.PROTOCOL, encoding="utf-8")
    plan = protocol.read(file)
    derived = datasets.derive(plan, datasets.tables_from(rows, plan))
    found = run({**plan.model_dump(mode="json"), "analyses": ["safety"]}, derived)
    return {result.id: result for result in found}


def people(rows, arm):
    return {row["USUBJID"] for row in rows["subjects"] if arm in (None, row["ARM"])}


@pytest.mark.parametrize("arm", [None, "DRUG", "PLACEBO"])
@pytest.mark.parametrize("period", PERIODS)
def test_results__rates_of_each_period(results, rows, arm, period):
    first, last = PERIODS[period]
    who = people(rows, arm)
    for kind, word in (("any", ""), ("site", "Injection-site reaction")):
        events = [row for row in rows["adverse_events"] if row["USUBJID"] in who
                  and word in row["AETERM"] and first <= row["AESTDY"] <= last]  # fmt: skip
        days = [min(last, row["EXENDY"]) - first + 1 for row in rows["exposure"]
                if row["USUBJID"] in who]  # fmt: skip
        years = sum(day for day in days if day > 0) / 365.25
        stem = f"{f'arm.{arm}.' if arm else ''}safety.time.{kind}.{period}"
        rate = results[f"{stem}.rate"]
        assert results[f"{stem}.events"].value == len(events)
        assert results[f"{stem}.patients"].value == len({row["USUBJID"] for row in events})
        assert rate.value == pytest.approx(len(events) / years)
        # Garwood's interval by quantiles of the chi-square distribution
        high = stats.chi2.ppf(0.975, 2 * len(events) + 2) / 2 / years
        assert rate.interval.high == pytest.approx(high, rel=1e-6)


def test_results__shift_tables_count_every_patient_once(results, rows):
    sexes = {row["USUBJID"]: row["SEX"] for row in rows["subjects"]}
    order = list(two_arm_study.VISITS)
    expected = {"worst": {}, "last": {}}
    for who in sexes:
        seen = {row["VISIT"]: row["CK"] / LIMITS[sexes[who]] for row in rows["visits"]
                if row["USUBJID"] == who}  # fmt: skip
        later = [seen[visit] for visit in order[1:] if visit in seen]
        for when, value in (("worst", max(later, default=None)), ("last", (later or [None])[-1])):
            if value is not None:
                pair = tuple(CLASSES[sum(x > cut for cut in CUTS)] for x in (seen["M0"], value))
                expected[when][pair] = expected[when].get(pair, 0) + 1
    for when, pairs in expected.items():
        found = {
            tuple(key.split(".")[-2:]): result.value for key, result in results.items()
            if key.startswith(f"safety.shift.CK.{when}.") and result.value
        }  # fmt: skip
        assert found == pairs


def test_results__without_a_limit_or_events_have_no_shifts_and_no_course(analyse, tables):
    for row in tables["ADAE"]:
        row["TRTEMFL"] = "N"
    found = analyse("safety")
    assert not any(key.startswith(("safety.time", "safety.shift")) for key in found)
