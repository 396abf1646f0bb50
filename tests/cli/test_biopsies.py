"""`myotrial biopsy` as a person meets it; what it measures is tested beside the study."""

import json

HEADER = "USUBJID,BXTIME,BXDY,MARKER,CHROMOGEN,SCANNER,FILE,CONTROL\n"


def test_biopsy__says_what_a_manifest_holds_where_there_is_none(run, captured):
    done = run("biopsy", captured)
    assert done.exit_code == 3
    assert "manifest.csv" in done.output
    assert "FILE, SCANNER, CHROMOGEN, MARKER" in done.output


def test_biopsy__says_that_there_is_no_study(run, tmp_path):
    done = run("biopsy", tmp_path)
    assert done.exit_code == 3
    assert "There is no study in" in done.output
    assert "myotrial init FOLDER" in done.output


def test_biopsy__ends_with_a_finding_where_no_slide_can_be_read(run, captured):
    (captured / "biopsies").mkdir()
    plan = (captured / "study.yaml").read_text()
    if "\nbiopsy:" not in plan:
        marker = "{id: CD3, label: T cells, unit: cells/mm2}"
        plan += f"\nbiopsy:\n  visits: [M0, M6]\n  markers:\n    - {marker}\n"
        (captured / "study.yaml").write_text(plan)
    row = "A-01,BASELINE,1,CD3,DAB,S,nothing.tif,\n"
    (captured / "biopsies" / "manifest.csv").write_text(HEADER + row)
    done = run("biopsy", captured, "--json")
    assert done.exit_code == 1
    answer = json.loads(done.output)
    assert answer["slides"] == 0
    assert "no such file" in answer["failed"]["nothing.tif"]
