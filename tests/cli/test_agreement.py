"""Readings of a captured study reach its results and its report, and can be exported."""

import json

HEAD = "USUBJID,BXTIME,MARKER,RDSESS,EVALID,RDSEQ,RDRES,RDREAS,ACPTFL\n"
VALUES = {"A-01": (40, 12), "A-02": (55, 50), "A-03": (20, 22), "A-04": (35, 9)}


def entered(captured):
    plan = (captured / "study.yaml").read_text()
    if "\nbiopsy:" not in plan:
        marker = "{id: CD3, label: T cells, unit: cells/mm2}"
        plan += f"\nbiopsy:\n  visits: [M0, M6]\n  markers:\n    - {marker}\n"
    plan = plan.replace("analyses: [", "analyses: [biopsy, ", 1)
    (captured / "study.yaml").write_text(plan)
    rows, measured = HEAD, "USUBJID,BXTIME,BXDY,MARKER,BXRES,BXPRES,BXU\n"
    for who, pair in VALUES.items():
        for time, day, value in zip(("BASELINE", "REPEAT"), (1, 184), pair, strict=True):
            measured += f"{who},{time},{day},CD3,{value},,cells/mm2\n"
            for reader, more in (("Ann", 0), ("Bob", 3)):
                rows += f"{who},{time},CD3,cd3,{reader},1,{value + more},,\n"
            rows += f"{who},{time},CD3,cd3,CONSENSUS,1,{value + 1.5},,Y\n"
    (captured / "data" / "readings.csv").write_text(rows)
    (captured / "data" / "biopsies.csv").write_text(measured)


def test_run__tells_the_readers_agreement_beside_the_change(run, captured, tmp_path):
    entered(captured)
    done = run("run", captured)
    assert done.exit_code == 0, done.output
    results = json.loads((captured / "out" / "results.json").read_text())
    found = {one["id"]: one for one in results["results"]}
    assert found["biopsy.CD3.readers.icc_consistency"]["value"] == 1
    assert found["biopsy.CD3.readers.pair.ann_bob.difference"]["value"] == -3
    page = (captured / "out" / "report.html").read_text()
    for words in ("Agreement of readers", "Differences between readings", "ICC(2,1)"):
        assert words in page
    assert "Ann minus Bob" in page
    for kind in ("xpt", "json"):
        done = run("export", captured, "--to", tmp_path / kind, "--format", kind)
        assert done.exit_code == 0, done.output


def test_run__tells_a_table_of_readings_that_is_none(run, captured):
    entered(captured)
    (captured / "data" / "readings.csv").write_text(HEAD + "A-01,BASELINE,CD3,s,Ann,1,many,,\n")
    done = run("run", captured)
    assert done.exit_code == 3
    assert "RDRES: expected a number, found 'many'" in done.output
    (captured / "data" / "readings.csv").write_text("A,B\n1,2\n")
    done = run("run", captured)
    assert done.exit_code == 3
    assert "is no table of readings" in done.output


def test_run__refuses_a_reading_of_someone_who_is_not_in_the_study(run, captured):
    entered(captured)
    (captured / "data" / "readings.csv").write_text(HEAD + "Z-99,BASELINE,CD3,s,Ann,1,4,,\n")
    done = run("run", captured)
    assert done.exit_code == 3
    assert "readings.csv:2: USUBJID: expected a subject of the study, found 'Z-99'" in done.output
