"""The study as planned, and its methods, in the report."""

import pytest

from myotrial.report.content import Prose
from myotrial.report.sections import methods, study
from myotrial.report.source import Source


@pytest.mark.parametrize(
    ("stated", "end"),
    [
        pytest.param({}, "or more.", id="nothing stated"),
        pytest.param({"source": "R1"}, "or more (R1).", id="with its source"),
    ],
)
def test_section__puts_grounds_in_brackets_where_there_are_any(stated, end):
    plan = {
        "concomitant": {"stable": {"classes": ["methotrexate"], "from_day": -28, "to_day": 184}},
        "worsening": {"measures": 3, "percent": 30} | stated,
    }
    section = study.section(Source({"study": plan}))
    (text,) = (run for block in section.blocks if isinstance(block, Prose) for run in block.runs)
    assert "to day 184. A patient" in text
    assert text.endswith(end)


@pytest.mark.parametrize("origin", ["captured", "reconstructed", "simulated"])
def test_methods__says_that_tables_were_captured_where_they_were(origin):
    data = {"origin": origin, "inputs": [{"file": "data/visits.csv", "sha256": "0" * 64}]}
    section = methods.section(Source(data))
    text = " ".join(
        str(run) for block in section.blocks if isinstance(block, Prose) for run in block.runs
    )
    assert ("The tables were captured" in text) == (origin == "captured")
