"""The table of what regulations ask: every line is there, and names tests that exist."""

import ast
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
LINES = yaml.safe_load((ROOT / "docs" / "requirements.yaml").read_text(encoding="utf-8"))
WANTED = {"A": 13, "B": 5, "C": 5, "D": 4, "E": 2, "F": 3, "G": 2}  # lines of each letter


def names():
    """All test functions."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        for item in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(item, ast.FunctionDef) and item.name.startswith("test_"):
                yield item.name


def test_requirements__are_all_there_once():
    wanted = [f"{letter}{n}" for letter, last in WANTED.items() for n in range(1, last + 1)]
    assert [item["id"] for item in LINES] == wanted


def test_requirements__each_names_tests_that_exist():
    known = set(names())
    named = {name for item in LINES for name in item.get("tests", ())}
    assert named - known == set()
    for item in LINES:
        assert item["state"] in ("tested", "part", "procedure", "open")
        assert bool(item.get("tests")) == (item["state"] in ("tested", "part")), item["id"]
        assert item["state"] == "tested" or item.get("note") or item["state"] == "procedure"
