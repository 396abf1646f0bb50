"""A simulated placebo-controlled trial, from captured tables to results of both arms."""

import json
from copy import deepcopy
from itertools import product
from math import exp, log

import numpy as np
import polars as pl
import pytest
import two_arm_study
from scipy import stats

from myotrial import datasets, protocol
from myotrial.analysis import run
from myotrial.analysis.comparison import leavers, repeated, responders
from myotrial.errors import MyotrialError
from myotrial.results import as_record
from myotrial.statistics.fisher import fisher
from myotrial.statistics.risk_difference import risk_difference

KEY = "comparison.DRUG"


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    file = tmp_path_factory.mktemp("study") / "study.yaml"
    file.write_text(two_arm_study.PROTOCOL, encoding="utf-8")
    return protocol.read(file)


def derived(plan, rows):
    return datasets.derive(plan, datasets.tables_from(rows, plan))


@pytest.fixture(scope="module")
def tables(plan):
    return derived(plan, two_arm_study.tables())


def analysed(plan, tables, *names, **changes):
    data = {**plan.model_dump(mode="json"), "analyses": names or ["comparison"], **changes}
    return {result.id: result for result in run(data, tables)}


@pytest.fixture(scope="module")
def results(plan, tables):
    return analysed(plan, tables)


@pytest.fixture(scope="module")
def arm(tables):
    return dict(tables["ADSL"].select("USUBJID", "TRT01P").iter_rows())


def test_comparison__counts_responders_of_both_arms(results, tables, arm):
    for endpoint, handling in product(("doi_m6", "doi_ever", "doi_two"), ("NRI", "LOW", "HIGH")):
        rows = tables["ADEST"].filter(
            (pl.col("ENDPOINT") == endpoint) & (pl.col("HANDLING") == handling)
        )
        counts = {"Drug 100 mg": [0, 0], "Placebo": [0, 0]}
        for who, value in rows.select("USUBJID", "AVAL").iter_rows():
            counts[arm[who]][0] += value
            counts[arm[who]][1] += 1
        (a, n1), (c, n2) = counts["Drug 100 mg"], counts["Placebo"]
        key = f"{KEY}.{endpoint}.{handling.lower()}"
        expected = risk_difference(a, n1 - a, c, n2 - c)
        found = results[f"{key}.difference"]
        assert found.value == pytest.approx(100 * (a / n1 - c / n2))
        assert found.interval.low == pytest.approx(100 * expected.low)
        assert results[f"{key}.fisher"].value == fisher(a, n1 - a, c, n2 - c)
        assert results[f"{key}.share.DRUG"].numerator == a


def test_comparison__tips_only_where_missing_verdicts_could_change_it(results):
    low, high = (results[f"{KEY}.doi_m6.{name}.share.{arm}"].numerator
                 for name, arm in (("low", "DRUG"), ("high", "PLACEBO")))  # fmt: skip
    least = results[f"{KEY}.doi_m6.tipping.least"]
    assert least.value == pytest.approx(100 * (low - high) / 30)
    ways = results[f"{KEY}.doi_m6.tipping.share"]
    spans = [
        results[f"{KEY}.doi_m6.high.share.{arm}"].numerator
        - results[f"{KEY}.doi_m6.low.share.{arm}"].numerator + 1
        for arm in ("DRUG", "PLACEBO")
    ]  # fmt: skip
    assert ways.n == spans[0] * spans[1]


def test_comparison__adjusts_endpoints_primary_first_then_holm(results):
    raw = {name: results[f"{KEY}.{name}.nri.fisher"].value
           for name in ("doi_m6", "doi_ever", "doi_two")}  # fmt: skip
    found = {name: results[f"{KEY}.{name}.nri.fisher_adjusted"].value for name in raw}
    smaller, larger = sorted((raw["doi_ever"], raw["doi_two"]))
    assert found["doi_m6"] == raw["doi_m6"]
    first = max(raw["doi_m6"], 2 * smaller)
    assert sorted((found["doi_ever"], found["doi_two"])) == pytest.approx(
        [first, max(first, larger)]
    )


def changes(tables, arm, code, visit):
    rows = tables["ADCS"].filter(
        (pl.col("PARAMCD") == code) & (pl.col("VISITID") == visit) & pl.col("CHG").is_not_null()
    )
    return [(row["USUBJID"], row["CHG"], row["BASE"], row["DIAG"], arm[row["USUBJID"]])
            for row in rows.iter_rows(named=True)]  # fmt: skip


def test_comparison__ancova_is_least_squares(results, tables, arm):
    rows = changes(tables, arm, "MMT8", "M6")
    design = np.array(
        [[1, drug == "Drug 100 mg", base, diag == "IBM", diag == "PM"]
         for _, _, base, diag, drug in rows], float
    )  # fmt: skip
    values = np.array([row[1] for row in rows])
    solved, left, *_ = np.linalg.lstsq(design, values, rcond=None)
    freedom = len(rows) - 5
    error = np.sqrt(left[0] / freedom * np.linalg.inv(design.T @ design)[1, 1])
    found = results[f"{KEY}.MMT8.ancova.M6.difference"]
    assert found.value == pytest.approx(solved[1])
    half = stats.t.ppf(0.975, freedom) * error
    assert found.interval.high == pytest.approx(solved[1] + half)
    p_value = results[f"{KEY}.MMT8.ancova.M6.p_value"].value
    assert p_value == pytest.approx(2 * stats.t.sf(abs(solved[1] / error), freedom))


def test_comparison__adjusted_means_differ_by_the_difference(results):
    for visit in ("M1", "M3", "M6"):
        key = f"{KEY}.PHGA.mmrm.{visit}"
        drug, placebo = (results[f"{key}.mean.{arm}"].value for arm in ("DRUG", "PLACEBO"))
        assert results[f"{key}.difference"].value == pytest.approx(drug - placebo)
    assert "unstructured" in results[f"{KEY}.PHGA.mmrm.M6.difference"].method


def test_comparison__of_one_complete_visit_the_mixed_model_is_ancova(plan, tables):
    only = {**tables, "ADCS": tables["ADCS"].filter(pl.col("VISITID").is_in(["M0", "M6"]))}
    found = analysed(plan, only)
    for end in ("low", "high"):
        assert getattr(found[f"{KEY}.MMT8.mmrm.M6.difference"].interval, end) == pytest.approx(
            getattr(found[f"{KEY}.MMT8.ancova.M6.difference"].interval, end), rel=1e-6
        )


def test_comparison__of_patients_who_left_rests_on_what_they_are_taken_for(results):
    gaps = {
        way: results[f"{KEY}.MMT8.{way}.M6.difference"].value for way in ("mar", "cir", "j2r", "cr")
    }
    assert gaps["mar"] > gaps["cir"] > gaps["j2r"] > 0
    mixed = results[f"{KEY}.MMT8.mmrm.M6.difference"]
    assert gaps["mar"] == pytest.approx(mixed.value, abs=0.1 * mixed.value)
    assert results[f"{KEY}.MMT8.mar.M6.tipping"].value < 0


def test_comparison__times_are_those_of_the_first_improvement(results, tables, arm):
    verdicts = tables["ADRS"].filter(pl.col("PARAMCD") == "DOI")
    times = {}
    for who in arm:
        rows = [row for row in verdicts.filter(pl.col("USUBJID") == who).iter_rows(named=True)
                if row["AVALC"] in ("Y", "N")]  # fmt: skip
        met = [row["ADY"] for row in rows if row["AVALC"] == "Y"]
        times[who] = (met[0], True) if met else (max([row["ADY"] for row in rows] or [1]), False)
    groups = [
        stats.CensoredData(
            uncensored=[day for who, (day, met) in times.items() if met and arm[who] == name],
            right=[day for who, (day, met) in times.items() if not met and arm[who] == name],
        )
        for name in ("Drug 100 mg", "Placebo")
    ]
    expected = stats.logrank(*groups).pvalue
    assert results[f"{KEY}.time.log_rank"].value == pytest.approx(expected, rel=1e-9)
    curve = stats.ecdf(groups[0]).sf
    found = results[f"{KEY}.time.M6.DRUG"].value
    assert found == pytest.approx(100 * (1 - curve.evaluate(184 + 30)))


def test_comparison__subgroups_are_drawn_towards_each_other(results):
    plain, shrunk = (
        [results[f"{KEY}.subgroup.{name}.{kind}"] for name in ("PM", "DM", "IBM")]
        for kind in ("difference", "shrunk")
    )
    assert np.ptp([one.value for one in shrunk]) < np.ptp([one.value for one in plain])
    for wide, narrow in zip(plain, shrunk, strict=True):
        assert narrow.interval.high - narrow.interval.low < wide.interval.high - wide.interval.low


def test_comparison__of_events_counts_patients_as_treated(results, tables):
    treated = dict(tables["ADSL"].select("USUBJID", "TRT01A").iter_rows())
    events = tables["ADAE"].filter(pl.col("TRTEMFL") == "Y")
    who = set(events["USUBJID"])
    share = [sum(treated[one] == name for one in who) / 30 for name in ("Drug 100 mg", "Placebo")]
    found = results[f"{KEY}.events.any.difference"]
    assert found.value == pytest.approx(100 * (share[0] - share[1]))
    counts = [sum(treated[one] == name for one in events["USUBJID"])
              for name in ("Drug 100 mg", "Placebo")]  # fmt: skip
    days = dict.fromkeys(("Drug 100 mg", "Placebo"), 0)
    for one, length in tables["ADEX"].select("USUBJID", "EXDURD").iter_rows():
        days[treated[one]] += length
    ratio = counts[0] / counts[1] * days["Placebo"] / days["Drug 100 mg"]
    assert results[f"{KEY}.events.any.rate_ratio"].value == pytest.approx(ratio)


def test_comparison__turns_round_when_the_control_is_named(plan, tables, results):
    given = {**plan.model_dump(mode="json")["comparison"], "control": "DRUG"}
    found = analysed(plan, tables, comparison=given)
    one, other = (
        found["comparison.PLACEBO.doi_m6.nri.difference"],
        results[f"{KEY}.doi_m6.nri.difference"],
    )
    assert one.value == pytest.approx(-other.value)
    assert one.interval.low == pytest.approx(-other.interval.high)
    odds = "doi_m6.nri.odds_ratio_adjusted"
    turned = found[f"comparison.PLACEBO.{odds}"].value
    assert log(turned) == pytest.approx(-log(results[f"{KEY}.{odds}"].value), abs=1e-6)
    assert exp(log(turned)) == turned
    with pytest.raises(MyotrialError, match="did you mean 'PLACEBO'"):
        analysed(plan, tables, comparison={**given, "control": "PLACEBOO"})


def test_by_arm__repeats_each_analysis_for_each_arm(plan, tables, arm):
    names = ("disposition", "baseline", "exposure", "response", "withdrawals", "safety")
    found = analysed(plan, tables, *names)
    whole, parts = found["disposition.treated"], [
        found[f"arm.{name}.disposition.treated"] for name in ("DRUG", "PLACEBO")
    ]  # fmt: skip
    assert whole.value == sum(part.value for part in parts) == 60
    assert [part.groups["ARM"] for part in parts] == ["Drug 100 mg", "Placebo"]
    events = found["safety.any.events"].value
    assert events == sum(
        found[f"arm.{name}.safety.any.events"].value for name in ("DRUG", "PLACEBO")
    )
    assert "The 2 arms are taken together." in found["response.doi_m6.nri.share"].warnings
    assert not any(
        "together" in text for text in found["arm.DRUG.response.doi_m6.nri.share"].warnings
    )


def emptied(rows):
    """Nobody on placebo."""
    keep = {row["USUBJID"] for row in rows["subjects"] if row["ARM"] == "DRUG"}
    return {
        name: [row for row in listed if row["USUBJID"] in keep] for name, listed in rows.items()
    }


def unmoved(rows):
    """Every measure of every patient stays what it was at baseline."""
    changed = deepcopy(rows)
    first = {row["USUBJID"]: row for row in rows["visits"] if row["VISIT"] == "M0"}
    for row in changed["visits"]:
        row.update({name: first[row["USUBJID"]][name] for name in two_arm_study.MEASURES})
    return changed


def lonely(rows):
    """One diagnosis on drug only."""
    changed = deepcopy(rows)
    for row in changed["subjects"]:
        if row["ARM"] == "PLACEBO" and row["DIAG"] == "IBM":
            row["DIAG"] = "PM"
    return changed


def baseline_only(rows):
    """Nobody came back."""
    return {**rows, "visits": [row for row in rows["visits"] if row["VISIT"] == "M0"]}


def separated(rows):
    """Everyone on drug improves in everything, nobody on placebo moves."""
    changed = unmoved(rows)
    arms = {row["USUBJID"]: row["ARM"] for row in rows["subjects"]}
    for row in changed["visits"]:
        if row["VISIT"] != "M0" and arms[row["USUBJID"]] == "DRUG":
            row.update({"PHGA": 1, "PTGA": 1, "MMT8": 80, "HAQDI": 0, "CK": 100, "MYOACT": 0.01})
    return changed


def same_diagnosis(rows):
    """One stratum."""
    changed = deepcopy(rows)
    for row in changed["subjects"]:
        row["DIAG"] = "PM"
    return changed


@pytest.mark.parametrize(
    "spoil", [emptied, unmoved, lonely, baseline_only, separated, same_diagnosis]
)
def test_comparison__names_what_cannot_be_computed(spoil, plan):
    found = analysed(plan, derived(plan, spoil(two_arm_study.tables(patients=24))),
                     "response", "safety", "comparison")  # fmt: skip
    assert any(key.startswith(KEY) for key in found)
    for result in found.values():
        assert result.value is not None or result.warnings, result.id
        json.dumps(as_record(result), allow_nan=False)
    odds = found.get(f"{KEY}.doi_m6.nri.odds_ratio_adjusted")
    if spoil is separated:
        assert 1 < odds.value < 1e6
        assert found[f"{KEY}.doi_m6.nri.odds_ratio"].value == "infinity"
    if spoil is emptied:
        assert odds.value is None
        assert found[f"{KEY}.doi_m6.nri.fisher"].value is None


def test_comparison__of_three_arms_compares_each_with_the_control(plan, tables):
    data = plan.model_dump(mode="json")
    third = {**data["arms"][0], "id": "LOW", "label": "Drug 10 mg"}
    moved = tables["ADSL"].with_columns(
        pl.when(pl.int_range(pl.len()) % 3 == 0).then(pl.lit("Drug 10 mg"))
        .otherwise("TRT01P").alias("TRT01P")
    )  # fmt: skip
    found = analysed(
        plan, {**tables, "ADSL": moved}, arms=[data["arms"][0], third, data["arms"][1]]
    )
    assert {key.split(".")[1] for key in found} == {"DRUG", "LOW"}


def test_comparison__imputes_those_who_left_many_times(results):
    for way in ("mar", "j2r", "cir", "cr"):
        stem = f"{KEY}.MMT8.{way}.M6"
        one, many = results[f"{stem}.difference"], results[f"{stem}.imputed.difference"]
        width = (many.interval.high - many.interval.low) / 2
        assert abs(one.value - many.value) < 0.15 * width  # same expectation: Wolbers et al. 2022
        assert "seed 4" in many.method
        assert 0 <= results[f"{stem}.imputed.p_value"].value <= 1


def test_comparison__leaves_the_jackknife_out_where_it_is_slow(plan, tables, monkeypatch):
    monkeypatch.setattr("myotrial.analysis.comparison.leavers.LARGEST", 1)
    found = analysed(plan, tables)
    plain = found[f"{KEY}.MMT8.j2r.M6.difference"]
    assert plain.value is None
    assert any("slow" in text for text in plain.warnings)
    assert found[f"{KEY}.MMT8.j2r.M6.imputed.difference"].value is not None


def test_comparison__too_many_patterns_of_missing_visits_are_a_warning(plan, tables, monkeypatch):
    monkeypatch.setattr("myotrial.statistics.mmrm_likelihood.LARGEST", 1)
    found = analysed(plan, tables)
    for key in (f"{KEY}.MMT8.mmrm.M6.difference", f"{KEY}.MMT8.mar.M6.difference"):
        assert found[key].value is None
        assert any("patterns of missing visits" in text for text in found[key].warnings)


def test_comparison__takes_the_score_interval_beyond_the_bound_and_says_so(
    plan, tables, monkeypatch
):
    monkeypatch.setattr(responders, "EXACT", 10)
    monkeypatch.setattr(repeated, "results", lambda _: iter(()))  # not asked here, and slow
    monkeypatch.setattr(leavers, "results", lambda _: iter(()))
    found = analysed(plan, tables)
    beyond, score = (found[f"{KEY}.doi_m6.nri.{end}"] for end in ("difference_exact", "difference"))
    assert (beyond.value, beyond.interval) == (score.value, score.interval)
    assert "in place of the exact unconditional one" in beyond.method
    assert any("More than 10 patients" in text for text in beyond.warnings)
