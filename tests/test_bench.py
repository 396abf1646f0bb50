"""The benchmarks can be called by name, and each has what the caller needs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BENCHMARKS = sorted(
    path for path in (ROOT / "bench").glob("*.py") if path.stem.strip("_") == path.stem
)


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.stem)
def test_bench__each_has_a_main_and_is_told_in_the_documentation(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    mains = [
        item for item in tree.body if isinstance(item, ast.FunctionDef) and item.name == "main"
    ]
    page = (ROOT / "docs/reference/benchmarks.md").read_text(encoding="utf-8")
    assert len(mains) == 1
    assert f"`{path.stem}`" in page


def test_bench__names_the_benchmarks_when_asked_for_another():
    command = [sys.executable, "-m", "bench", "nothing"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no benchmark is called nothing" in done.stdout
    assert all(path.stem in done.stdout for path in BENCHMARKS)
