"""`myotrial run` on the folder of a randomised study: both arms are compared at once."""

import json

import pytest
import two_arm_study

from myotrial import report


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A simulated study of 16 patients; drawing and typesetting are left out."""

    def write(results, out):
        for name in ("report.html", "report.pdf", "report.docx", "tables.rtf", "figures/flow.svg"):
            (out / name).parent.mkdir(exist_ok=True)
            (out / name).write_text(str(len(results["results"])))

    monkeypatch.setattr(report, "write", write)
    return two_arm_study.write(tmp_path / "study", two_arm_study.tables(patients=16))


def test_run__analyses_a_placebo_controlled_study_at_once(run, folder):
    done = run("run", folder)
    assert done.exit_code == 0, done.output
    whole = json.loads((folder / "out" / "results.json").read_bytes())
    assert whole["origin"] == "simulated"
    found = {record["id"]: record for record in whole["results"]}
    gap = found["comparison.DRUG.doi_m6.nri.difference"]
    shares = [
        found[f"comparison.DRUG.doi_m6.nri.share.{arm}"]["value"] for arm in ("DRUG", "PLACEBO")
    ]
    assert gap["value"] == pytest.approx(shares[0] - shares[1])
    assert found["comparison.DRUG.MMT8.mmrm.M6.difference"]["interval"]["level"] == 0.95
    assert found["arm.PLACEBO.safety.any.patients"]["n"] == 8


def test_run__names_a_control_that_is_no_arm(run, folder):
    file = folder / "study.yaml"
    file.write_text(f"{file.read_text()}comparison: {{control: PLACEBOO}}\n")
    done = run("run", folder)
    assert done.exit_code != 0
    assert "did you mean 'PLACEBO'" in done.output
    assert not (folder / "out" / "results.json").exists()


def test_run__counts_no_adverse_events_where_none_were_kept(run, folder):
    (folder / "data" / "adverse_events.csv").unlink()
    done = run("run", folder)
    assert done.exit_code == 0, done.output
    whole = json.loads((folder / "out" / "results.json").read_bytes())
    ids = [record["id"] for record in whole["results"]]
    assert "comparison.DRUG.doi_m6.nri.difference" in ids
    told = [key for key in ids if "safety." in key or ".events." in key]
    assert [key for key in told if ".shift." not in key] == []  # shifts are of the laboratory
    assert "ADAE" not in whole["listings"]
