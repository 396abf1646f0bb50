"""The record of a design, and the report made of it."""

import copy
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe

from myotrial import datasets, design, report
from myotrial.design.pilot.counts import shares
from myotrial.design.planning.defaults import complete
from myotrial.design.planning.reading import parse_plan
from myotrial.design.protocols.donors import donors

PLAN = """
scenarios:
  - {id: effect, label: Effect, control: 0.25, treatment: 0.65}
  - {id: none, label: No effect, control: 0.25, treatment: 0.25}
strata: [{value: PM, share: 0.5}, {value: DM, share: 0.5}]
simulation: {trials: 2000}
candidates:
  fixed: [{id: once}]
  group_sequential: [{id: looked, looks: [0.5, 1], futility: [0]}]
  bayesian: [{id: bayesian}]
  crossover: [{id: crossover}]
  two_stage: [{id: simon}]
"""


@pytest.fixture(scope="module")
def derived(pilot, captured):
    """The analysis datasets of a small pilot."""
    rows = captured | {
        "visits": [
            *captured["visits"],
            {"USUBJID": "P-1", "VISIT": "M6", "VISITDY": 184, "PHGA": 20.0, "PTGA": 20.0,
             "MMT8": 76.0, "HAQDI": 0.5, "CK": 3.0, "MYOACT": 0.02, "FI": 44.0},
        ],
        "disposition": [
            {"USUBJID": f"P-{n}", "DSDECOD": "COMPLETED", "DSREAS": None, "DSSTDY": 366}
            for n in range(1, 5)
        ],
        "exposure": [
            {"USUBJID": f"P-{n}", "EXTRT": "anakinra", "EXDOSE": 100, "EXDOSU": "mg", "EXSTDY": 1,
             "EXENDY": 366, "EXPLAN": 366, "EXTAKEN": 366}
            for n in range(1, 5)
        ],
    }  # fmt: skip
    tables = datasets.tables_from(rows, pilot)
    return {name: frame.to_dicts() for name, frame in datasets.derive(pilot, tables).items()}


@pytest.fixture(scope="module")
def made(pilot, captured, derived):
    """The record of a small design, as design.json holds it."""
    plan = complete(parse_plan(PLAN, pilot), pilot, shares(pilot, derived))
    given = donors(pilot, captured["subjects"], captured["visits"])
    told = []
    found = design.worked_out(pilot, plan, derived, given, watch=told.append)
    assert told == ["once", "looked", "bayesian", "crossover", "simon",
                    "what dropout and estimand do"]  # fmt: skip
    head = {"schema": design.SCHEMA, "myotrial": "0.1.0", "seed": 1, "origin": "captured"}
    return {**head, "study": pilot.model_dump(mode="json"), **design.record(found), "inputs": []}


def value(made, key):
    return next(item["value"] for item in made["results"] if item["id"] == key)


def test_worked_out__plans_for_a_total_score_that_the_pilot_does_not_have(pilot, captured, derived):
    text = PLAN + "endpoint: {definition: tis_2016, threshold: moderate, visit: M6}"
    plan = complete(parse_plan(text, pilot), pilot, shares(pilot, derived))
    given = donors(pilot, captured["subjects"], captured["visits"])
    found = design.worked_out(pilot, plan, derived, given)
    told = design.record(found)["design"]
    assert told["endpoint"].startswith("Total Improvement Score of 40 points or more")
    assert told["pilot_by"] == "DOI"
    rows = {row.design.id: row for row in found.rows}
    assert (rows["once"].design.tier, rows["looked"].design.tier) == (0, 0)
    assert {item.kind for item in found.variations} == {"planned", "lost", "why", "estimand"}
    simulated = {item.id: item for item in found.simulated}
    # the effects are found for this endpoint, so that its simulated power is the claim
    claim = found.chosen.design.at(0.25, 0.65).power
    error = (claim * (1 - claim) / 2000) ** 0.5
    if len(found.chosen.design.analyses) == 1:
        assert abs(simulated["tis_40"].power - claim) < 4 * error + 0.02
    assert simulated["tis_40"].control == pytest.approx(0.25, abs=0.02)


def test_record__gives_each_number_one_id_a_method_and_a_rule(made):
    ids = [item["id"] for item in made["results"]]
    assert len(ids) == len(set(ids))
    assert all(item["rule"] and item["method"] for item in made["results"])


def test_record__counts_the_pilot_by_estimand(made):
    assert value(made, "pilot.ever.rate") == 25
    assert value(made, "pilot.M6.rate") == 25
    assert value(made, "pilot.M3.rate") == 0


def test_record__recommends_what_the_numbers_say(made):
    name = made["design"]["recommended"]
    assert name in ("once", "looked")
    assert value(made, f"design.{name}.size") <= 2.5
    assert value(made, f"design.{name}.effect.power") >= 80
    assert {key for key, _ in made["design"]["others"]} | {name} == {
        "once", "looked", "bayesian", "crossover", "simon",
    }  # fmt: skip


def test_record__simulates_the_asked_endpoint_at_the_expected_rates(made):
    assert abs(value(made, "simulated.doi.control") - 25) < 1.5
    assert abs(value(made, "simulated.doi.treatment") - 65) < 1.5


def test_record__draws_curves_through_the_tables_numbers(made):
    listing = made["listings"]["POWER"]
    rows = [dict(zip([c["name"] for c in listing["columns"]], row, strict=True))
            for row in listing["rows"]]  # fmt: skip
    own = [row for row in rows if row["DESIGN"] == "once"]
    nearest = min(own, key=lambda row: abs(row["TREATED"] - 0.65))
    assert abs(100 * nearest["POWER"] - value(made, "design.once.effect.power")) < 2
    assert all(a["POWER"] <= b["POWER"] for a, b in pairwise(own))


def test_html__shows_the_three_answers_and_every_chapter(made):
    page = report.html(made)
    for told in ("What does the pilot say?", "Which trial next?", "How sure are we?",
                 "Designs side by side", "The recommended design", "Why it is not another one",
                 "What dropout, estimand and endpoint do to it", "How long it takes",
                 "What this rests on"):  # fmt: skip
        assert told in page
    assert "not computable" not in page


def test_figures__are_drawn_for_a_design_and_the_same_each_time(made):
    drawn = report.figures(made)
    assert list(drawn) == ["beliefs", "power", "bounds", "accrual"]
    assert report.figures(copy.deepcopy(made)) == drawn


def test_pdf__is_typeset(made):
    assert report.pdf(made).startswith(b"%PDF")


def test_html__says_so_where_nothing_is_recommended(made):
    none = copy.deepcopy(made)
    none["design"] |= {"recommended": "", "variations": [], "simulated": [],
                       "reasons": ["No candidate keeps alpha."]}  # fmt: skip
    assert "None of the candidates" in report.html(none)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("size", "scheme"),
    [
        pytest.param((1280, 900), "light", id="desktop, light"),
        pytest.param((375, 700), "dark", id="phone, dark"),
    ],
)
def test_page__is_accessible_and_fits(browser, made, tmp_path, size, scheme):
    file = tmp_path / "report.html"
    file.write_text(report.html(made), encoding="utf-8")
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme
    )
    tab = context.new_page()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(file.as_uri())
    found = Axe().run(tab).response["violations"]
    wide = tab.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert {(item["id"], node["target"][0]) for item in found for node in item["nodes"]} == set()
    assert wide <= size[0]
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
