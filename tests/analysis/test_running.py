import json
import math

import polars as pl
import pytest

from myotrial.analysis import run
from myotrial.errors import MissingColumnsError, MyotrialError
from myotrial.results import as_record

STABLE_IDS = [
    "disposition.enrolled", "disposition.eligible", "disposition.treated",
    "disposition.diagnosis.PM", "disposition.diagnosis.DM", "disposition.diagnosis.IBM",
    "disposition.completed.M3", "disposition.completed.M6", "disposition.completed.M12",
    "disposition.completed.study",
    "baseline.AGE.mean", "baseline.AGE.sd", "baseline.AGE.median", "baseline.AGE.range",
    "baseline.AGE.PM.median", "baseline.SEX.F", "baseline.SEX.PM.F", "baseline.DIAG.PM",
    "baseline.HAQDI.median",
    "exposure.days.median", "exposure.patient_years", "exposure.planned.total",
    "exposure.taken.total", "exposure.compliance.median", "exposure.compliance.enough",
    "concomitant.stable", "concomitant.violations", "concomitant.violation.A-02.prednisolone",
    "concomitant.class.glucocorticoid",
    "response.doi_ever.nri.share", "response.doi_ever.nri.PM.share", "response.doi_ever.oc.share",
    "response.doi_ever.low.share", "response.doi_ever.high.share",
    "response.doi_ever.sensitivity.mid_p", "response.doi_ever.nri.by_diagnosis.freeman_halton",
    "response.first.M3", "response.first.M6", "response.first.M12",
    "response.sustained.M3.M6", "response.sustained.M3.M12", "response.sustained.M6.M12",
    "response.class.RESPONDER", "response.class.UNCHANGED", "response.class.WORSE",
    "response.class.INDETERMINATE", "response.class.WORSE.IBM",
    "response.status.M3.IMPROVED", "response.status.M12.NOT_ASSESSED",
    "fi.responders.improved", "fi.responders.improved.PM", "fi.nonresponders.improved",
    "fi.all.improved", "fi.responders.best_change.median", "fi.by_response.fisher",
    "fi.visit.M3.improved",
    "withdrawals.total", "withdrawals.reason.site_rash", "withdrawals.reason.headache",
    "withdrawals.before.M3", "withdrawals.before.M6", "withdrawals.before.M12",
    "withdrawals.reason.headache.before.M12", "withdrawals.day.median",
    "safety.any.patients", "safety.any.events", "safety.any.rate", "safety.related.patients",
    "safety.withdrawal.patients", "safety.severity.SEVERE.patients",
    "safety.severity.MILD.events", "safety.term.headache.patients",
    "safety.term.injection_site_rash.events", "safety.term.injection_site_rash.rate",
    "safety.term.injection_site_rash.severity.MILD", "safety.term.injection_site_rash.related",
    "biopsy.baseline.available", "biopsy.repeat.available", "biopsy.pairs",
    "biopsy.repeat.day.median",
    "biopsy.IL1B.baseline.median", "biopsy.IL1B.repeat.median", "biopsy.IL1B.hodges_lehmann",
    "biopsy.IL1B.wilcoxon", "biopsy.IL1B.wilcoxon_holm", "biopsy.IL1B.wilcoxon_pratt",
    "biopsy.IL1B.sign", "biopsy.IL1B.responders.hodges_lehmann",
    "biopsy.IL1B.nonresponders.wilcoxon", "biopsy.IL1B.by_response.shift",
    "biopsy.IL1B.by_response.mann_whitney",
    "biopsy.IL1RA.appeared", "biopsy.IL1RA.disappeared", "biopsy.IL1RA.mcnemar",
    "biopsy.IL1RA.mcnemar_holm",
    "marker.IL1RA.present.responders", "marker.IL1RA.present.nonresponders",
    "marker.IL1RA.by_response.fisher", "marker.IL1RA.by_response.fisher_mid_p",
    "marker.IL1RA.by_response.fisher_holm", "marker.IL1RA.by_response.boschloo",
    "marker.IL1RA.by_response.barnard", "marker.IL1RA.by_response.risk_difference",
    "marker.IL1RA.by_response.risk_difference_exact", "marker.IL1RA.by_response.odds_ratio",
]  # fmt: skip


def test_run__gives_the_promised_ids(analyse):
    found = analyse()
    assert [key for key in STABLE_IDS if key not in found] == []


def test_run__is_the_same_for_every_dataframe_library(analyse, library):
    assert list(analyse(make=library).values()) == list(analyse().values())


def test_run__twice_gives_the_same(analyse):
    assert analyse() == analyse()


def test_run__tells_everything_a_reader_needs(analyse):
    for result in analyse().values():
        texts = (result.label, result.population, result.method, result.rule)
        assert all(texts), result.id
        assert result.value is not None or result.warnings, result.id
        assert result.rows["dataset"].startswith("AD"), result.id
        assert all(key.startswith(result.rows["dataset"]) for key in result.rows["keys"])
        if result.statistic == "p_value":
            assert result.reference, result.id
            assert result.n is not None, result.id


def test_run__gives_numbers_that_json_can_hold(analyse):
    for result in analyse().values():
        json.dumps(as_record(result), allow_nan=False)
        if result.interval and isinstance(result.value, float | int):
            low, high = result.interval.low, result.interval.high
            if result.statistic not in ("range", "mean", "sd"):
                assert low is None or low <= result.value * (1 + 1e-12) + 1e-12, result.id
                assert high is None or high >= result.value * (1 - 1e-12) - 1e-12, result.id


def test_run__names_the_rows_of_a_rule_that_exists(analyse):
    import importlib

    for rule in {result.rule for result in analyse().values()}:
        module, _, function = rule.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function))


def test_run__says_that_there_is_no_comparison_group(analyse, plan, tables):
    uncontrolled = analyse("response")["response.doi_ever.nri.share"]
    assert any("No comparison group" in text for text in uncontrolled.warnings)
    plan["study"]["design"], plan["arms"] = "parallel", [{"id": "A"}, {"id": "B"}]
    for number, row in enumerate(tables["ADSL"]):
        row["TRT01P"] = row["TRT01A"] = "AB"[number % 2]
    controlled = analyse("response")["response.doi_ever.nri.share"]
    assert not any("No comparison group" in text for text in controlled.warnings)
    assert "The 2 arms are taken together." in controlled.warnings


def test_run__does_only_what_the_plan_names(analyse):
    assert {result.analysis for result in analyse("withdrawals").values()} == {"withdrawals"}


def test_run__refuses_an_unknown_analysis(analyse):
    with pytest.raises(MyotrialError, match="did you mean 'response'"):
        analyse("responses")


def test_run__names_a_dataset_that_is_missing(analyse, tables):
    del tables["ADBX"]
    with pytest.raises(MyotrialError, match="'biopsy' needs the dataset ADBX"):
        analyse("biopsy")


@pytest.mark.parametrize(
    ("analysis", "dataset", "column"),
    [("response", "ADEST", "AVAL"), ("biopsy", "ADBX", "EVER"), ("baseline", "ADSL", "SAFFL"),
     ("safety", "ADAE", "ROWID")],
)  # fmt: skip
def test_run__names_a_column_that_is_missing(analyse, tables, analysis, dataset, column):
    for row in tables[dataset]:
        del row[column]
    with pytest.raises(MissingColumnsError, match=f"{analysis}.*{column}"):
        analyse(analysis)


def test_run__refuses_results_that_share_an_id(analyse, plan):
    plan["endpoints"] *= 2
    with pytest.raises(MyotrialError, match=r"share an id: 'response\.doi_ever"):
        analyse("response")


def test_run__of_empty_tables_gives_no_value_and_says_why(plan, tables):
    frames = {
        name: pl.DataFrame(rows, infer_schema_length=None).clear() for name, rows in tables.items()
    }
    found = run(plan, frames)
    assert found
    for result in found:
        json.dumps(as_record(result), allow_nan=False)
        assert result.value in (None, 0, 0.0), result.id
        assert result.value is not None or result.warnings, result.id


def test_run__of_one_diagnosis_or_all_alike_does_not_fail(analyse, tables):
    for row in tables["ADSL"]:
        row["DIAG"] = "PM"
    for row in tables["ADBX"]:
        row["AVAL"], row["EVER"] = 1.0, "Y"
        row["AVALC"] = "PRESENT" if row["PARAMCD"] == "IL1RA" else None
    found = analyse()
    fisher = found["marker.IL1RA.by_response.fisher"]
    assert fisher.value is None
    assert any("empty" in text for text in fisher.warnings)
    wilcoxon = found["biopsy.IL1B.wilcoxon"]
    assert wilcoxon.value is None
    assert any("nothing to test" in text for text in wilcoxon.warnings)
    assert not any(
        isinstance(result.value, float) and math.isnan(result.value) for result in found.values()
    )


def test_run__beyond_what_exact_methods_can_do_says_so(analyse, tables):
    copies = []
    for copy in range(80):
        for row in tables["ADBX"]:
            more = {**row, "USUBJID": f"{row['USUBJID']}-{copy}"}
            copies.append({**more, "ROWID": f"ADBX:{len(copies) + 1}"})
    people = [
        {**row, "USUBJID": f"{row['USUBJID']}-{copy}", "ROWID": f"ADSL:{copy}-{number}"}
        for copy in range(80)
        for number, row in enumerate(tables["ADSL"])
    ]
    tables["ADBX"], tables["ADSL"] = copies, people
    found = analyse("biopsy", "marker_by_response")
    for key in ("biopsy.IL1B.wilcoxon", "biopsy.IL1B.hodges_lehmann",
                "marker.IL1RA.by_response.boschloo"):  # fmt: skip
        assert found[key].value is None
        assert any("limited to" in text for text in found[key].warnings), key
    assert found["marker.IL1RA.by_response.fisher"].value < 1e-9
