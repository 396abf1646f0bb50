"""The section on estimands: their table, events, and answers, each a link to its result."""

import estimand_study
import pytest
from estimand_study import ASIDE, COMPOSITE, POLICY, STRATUM, given

from myotrial import analysis, datasets, protocol
from myotrial.report.sections import estimands
from myotrial.report.source import Source
from myotrial.study import record

ESTIMANDS = (
    given("composite", "doi_m6", "NRI", COMPOSITE, COMPOSITE, POLICY)
    + given("points", "tis", "MAR", ASIDE, ASIDE, POLICY)
    + given("stratum", "doi_m6", "NRI", STRATUM, POLICY, POLICY)
)


@pytest.fixture(scope="module")
def section(tmp_path_factory):
    file = tmp_path_factory.mktemp("study") / "study.yaml"
    file.write_text(estimand_study.text(ESTIMANDS, analyses="estimands"), encoding="utf-8")
    plan = protocol.read(file)
    derived = datasets.derive(plan, datasets.tables_from(estimand_study.captured(40), plan))
    data = plan.model_dump(mode="json")
    data["comparison"]["copies"] = 4
    whole = record.record(
        plan, results=analysis.run(data, derived), origin="simulated", listings={}, evidence=None,
        published=[], files=[],
    )  # fmt: skip
    return estimands.section(Source(whole))


def told(cell):
    return "".join(run if isinstance(run, str) else run.text for run in cell.runs)


def tables(section):
    return {block.name: block for block in section.blocks if hasattr(block, "rows")}


def test_section__tells_the_strategy_for_each_event(section):
    table = tables(section)["estimands"]
    assert [told(cell) for cell in table.head] == [
        "Estimand", "Outcome and summary", "Rescue therapy", "Withdrawal",
        "Glucocorticoid changed", "Otherwise missing",
    ]  # fmt: skip
    first = [told(cell) for cell in table.rows[0]]
    assert first[2:] == ["composite", "composite", "treatment policy", "non-responder imputation"]
    assert "difference of shares" in first[1]
    assert "difference of means" in told(table.rows[1][1])


def test_section__counts_events_and_answers_with_links(section):
    made = tables(section)
    assert [told(row[0]) for row in made["estimand-events"].rows] == [
        "Rescue therapy", "Withdrawal", "Glucocorticoid changed",
    ]  # fmt: skip
    answers = {told(row[0]): row for row in made["estimand-answers"].rows}
    assert set(answers) == {"composite", "points", "stratum"}
    links = [run.result for run in answers["points"][3].runs if hasattr(run, "result")]
    assert links == ["estimand.points.DRUG.difference"]
    assert told(answers["stratum"][3]) == "not computable"


def test_section__is_none_where_no_estimands_are_declared():
    assert estimands.section(Source({"study": {}, "results": []})) is None
