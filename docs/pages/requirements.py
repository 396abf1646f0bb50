"""The page of what regulations ask of the study server, and the test behind each line."""

from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from pages.markdown import MADE, table

__all__ = ["LINES", "page"]

FILE = Path(__file__).parents[1] / "requirements.yaml"
LINES: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
OPENING = """# What regulations ask of the study server

21 CFR 11, ICH E6(R3), EU Annex 11 and the guidance of FDA and EMA beside them, line by line, each
with the tests that fail on a server without the control. *tested*: the tests hold the line.
*part*: they hold some of it; the note says what is missing. *procedure*: no software can do it
alone. *open*: not there yet.

Annex 11 is written for manufacture and asked for in trials all the same; its clauses are those of
the lines on the trail (A), people (B), change control and backups (D). Clauses were read in copies
and quotations, not in the official prints.
"""


def page() -> str:
    """All lines, and how many are in which state."""
    rows = [
        (item["id"], item["what"], item["source"], item["state"], _behind(item)) for item in LINES
    ]
    count = Counter(item["state"] for item in LINES)
    told = ", ".join(f"{number} {state}" for state, number in count.most_common())
    head = ("line", "what is required", "source", "state", "tests and notes")
    return f"{MADE}{OPENING}\nOf {len(LINES)} lines: {told}.\n\n{table(head, rows)}"


def _behind(item: dict[str, Any]) -> str:
    tests = " ".join(f"`{name}`" for name in item.get("tests", ()))
    return f"{tests} {item.get('note', '')}".strip()
