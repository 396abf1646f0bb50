import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from myotrial import report

RENDER = """
import json, pathlib, sys
from myotrial import report
report.write(json.loads(pathlib.Path(sys.argv[1]).read_text()), pathlib.Path(sys.argv[2]))
"""


def _run(code, *arguments, seed="0"):
    source = Path(report.__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True)


def test_write__makes_the_same_bytes_in_two_processes(tmp_path, example):
    given = tmp_path / "results.json"
    given.write_text(json.dumps(example), encoding="utf-8")
    made = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        _run(RENDER, given, folder, seed=seed)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        made.append({str(path.relative_to(folder)): path.read_bytes() for path in files})
    assert made[0] == made[1]
    assert {"report.html", "report.pdf", "report.docx", "tables.rtf", "figures/courses.svg"} <= set(
        made[0]
    )


def test_write__returns_what_it_wrote(tmp_path, example):
    written = report.write(example, tmp_path)
    assert sorted(written) == sorted(path for path in tmp_path.rglob("*") if path.is_file())


def test_write__says_in_every_file_that_it_is_reconstructed(tmp_path, changed):
    drawings = [path for path in report.write(changed(), tmp_path) if path.suffix == ".svg"]
    assert drawings
    for path in drawings:
        root = ET.parse(path).getroot()  # noqa: S314 - our own drawing
        words = "".join(root.itertext())
        assert "Reconstructed from published counts; describes no real patient." in words
        bottom = float(root[-1].get("y"))
        assert bottom < float(root.get("viewBox").split()[3]) == float(root.get("height")[:-2])


def test_write__says_nothing_of_the_kind_of_captured_patients(tmp_path, changed):
    captured = changed(origin="captured")
    drawn = report.figures(captured)
    report.write(captured, tmp_path)
    for name, text in drawn.items():
        assert (tmp_path / "figures" / f"{name}.svg").read_text(encoding="utf-8") == text


def test_report__loads_nothing_heavy_before_it_draws():
    heavy = ("matplotlib", "jinja2", "typst", "numpy", "polars", "scipy")
    code = f"import sys, myotrial.report; print([m for m in {heavy} if m in sys.modules])"
    assert _run(code).stdout.strip() == "[]"


def test_schema__is_a_schema_and_the_example_follows_it(example):
    schema = report.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(example, schema)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"schema": "myotrial-results/2"}, id="another version"),
        pytest.param({"origin": "guessed"}, id="an unknown origin"),
        pytest.param({"results": [{"id": "x"}]}, id="a result without a value"),
        pytest.param({"inputs": [{"file": "a", "sha256": "12"}]}, id="a short hash"),
        pytest.param({"surprise": 1}, id="an unknown key"),
    ],
)
def test_schema__refuses(changed, wrong):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(changed(**wrong), report.schema())
