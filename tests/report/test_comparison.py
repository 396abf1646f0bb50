"""The report of a randomised study: its arms side by side, in the page and on the first screen."""

import pytest
import two_arm_study

from myotrial import analysis, datasets, protocol, report
from myotrial.report.build import build
from myotrial.report.content import Figure, Table
from myotrial.report.page import page as bare_page
from myotrial.report.paper import paper
from myotrial.report.source import Source
from myotrial.study import record


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """results.json of the simulated trial, as a dict."""
    rows = two_arm_study.tables(patients=24)
    folder = two_arm_study.write(tmp_path_factory.mktemp("two") / "study", rows)
    plan = protocol.read(folder / "study.yaml")
    derived = datasets.derive(plan, datasets.read_tables(folder / "data", plan))
    return record.record(
        plan,
        results=analysis.run(plan.model_dump(mode="json"), derived),
        origin=record.origin_of(derived),
        listings=record.listings(derived, plan),
        evidence=None,
        published=[],
        files=[],
    )


@pytest.fixture(scope="module")
def drawn(results):
    return report.figures(results)


@pytest.fixture(scope="module")
def section(results, drawn):
    sections = build(Source(results), frozenset(drawn)).sections
    return next(part for part in sections if part.name == "comparison")


@pytest.fixture(scope="module")
def page(results, drawn):
    return bare_page(Source(results), drawn, rows=5)


def text(cell):
    return "".join(run if isinstance(run, str) else run.text for run in cell.runs)


def test_section__shows_both_arms_side_by_side(section, results):
    tables = {block.name: block for block in section.blocks if isinstance(block, Table)}
    found = tables["comparison-drug-responders"]
    assert [text(cell) for cell in found.head[2:4]] == ["Drug 100 mg", "Placebo"]
    record = Source(results).by_id["comparison.DRUG.doi_m6.nri.share.DRUG"]
    assert text(found.rows[0][2]).startswith(f"{record['numerator']}/12")
    assert len(found.rows) == 12
    assert [text(cell) for cell in tables["arms-baseline"].head[1:]] == ["Drug 100 mg", "Placebo"]


def test_section__draws_forest_means_and_times(section):
    names = {block.name for block in section.blocks if isinstance(block, Figure)}
    assert names == {"forest", "means", "times"}


def test_section__of_the_response_says_that_arms_are_counted_together(results):
    sections = {part.name: part for part in build(Source(results), frozenset()).sections}
    assert "".join(map(str, sections["response"].blocks[0].runs)).startswith("All arms are counted")
    one = results["study"] | {"arms": results["study"]["arms"][:1]}
    alone = {
        part.name: part for part in build(Source(results | {"study": one}), frozenset()).sections
    }
    assert "All arms are counted" not in str(alone["response"].blocks)


def test_section__leaves_nothing_of_a_comparison_to_further_analyses(results):
    sections = build(Source(results), frozenset()).sections
    assert "others" not in {part.name for part in sections}


def test_opening__leads_with_the_comparison(results):
    opening = build(Source(results), frozenset()).opening
    worked = next(answer for answer in opening.answers if answer.question == "Did it work?")
    first = "".join(run if isinstance(run, str) else run.text for run in worked.points[0])
    assert first.startswith("Improved at month 6: ")
    assert "under Drug 100 mg" in first
    assert "under Placebo; difference" in first
    told = "".join(run if isinstance(run, str) else run.text for run in worked.points[1])
    assert "in all arms together" in told
    groups = "".join(run if isinstance(run, str) else run.text for run in worked.points[2])
    assert groups.startswith("By diagnosis in all arms together: ")


@pytest.mark.parametrize(
    ("randomisation", "told"),
    [(None, "Double blind, "), ({"method": "minimisation"}, "Randomised, double blind, ")],
)
def test_opening__says_that_a_study_was_randomised_where_it_was(results, randomisation, told):
    plan = results["study"] | {"randomisation": randomisation}
    opening = build(Source(results | {"study": plan}), frozenset()).opening
    done = next(answer for answer in opening.answers if answer.question == "What was done?")
    assert any(str(point[0]).startswith(told) for point in done.points)


def test_page__and_paper_hold_the_comparison(page, results, drawn):
    assert 'id="comparison"' in page
    assert paper(Source(results), drawn).startswith(b"%PDF")


@pytest.mark.browser
def test_page__of_two_arms_fits_a_phone_and_breaks_no_rule(browser, page, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    context = browser.new_context(viewport={"width": 375, "height": 700})
    tab = context.new_page()
    tab.goto(file.as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") <= 375
    found = Axe().run(tab, context="#comparison").response["violations"]
    assert [(item["id"], node["target"][0]) for item in found for node in item["nodes"]] == []
    context.close()
