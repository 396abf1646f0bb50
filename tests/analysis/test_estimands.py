"""Estimands of a small randomised trial with rescue, counted a second time in plain Python."""

from math import sqrt

import estimand_study
import numpy as np
import polars as pl
import pytest
from estimand_study import (
    ASIDE,
    BEFORE,
    CHANGED,
    COMPOSITE,
    DAYS,
    POLICY,
    RESCUED,
    given,
    text,
)

from myotrial import datasets, protocol
from myotrial.analysis import run
from myotrial.errors import DocumentError
from myotrial.statistics.risk_difference import risk_difference


def read(folder, words):
    file = folder / "study.yaml"
    file.write_text(words, encoding="utf-8")
    return protocol.read(file)


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return read(tmp_path_factory.mktemp("study"), text())


@pytest.fixture(scope="module")
def captured():
    return estimand_study.captured()


@pytest.fixture(scope="module")
def tables(plan, captured):
    return datasets.derive(plan, datasets.tables_from(captured, plan))


@pytest.fixture(scope="module")
def results(plan, tables):
    found = run({**plan.model_dump(mode="json"), "analyses": ["estimands"]}, tables)
    return {result.id.removeprefix("estimand."): result for result in found}


@pytest.fixture(scope="module")
def seen(tables):
    """Verdicts by subject and visit, with their day; None where open."""
    rows = tables["ADRS"].filter(PARAMCD="DOI")
    return {
        (row["USUBJID"], row["VISITID"]): (row["ADY"] or DAYS[row["VISITID"]], row["AVAL"])
        for row in rows.iter_rows(named=True)
    }


def happened(captured):
    """Day of each event of each subject, from the captured tables alone."""
    found = {row["USUBJID"]: {} for row in captured["subjects"]}
    for number, day in RESCUED.items():
        found[f"TWO-{number:03}"]["rescue"] = day
    for number, day in CHANGED.items():
        found[f"TWO-{number:03}"]["steroid"] = day
    for row in captured["disposition"]:
        if row["DSDECOD"] == "WITHDRAWN":
            found[row["USUBJID"]]["left"] = row["DSSTDY"]
    ends = {row["USUBJID"]: row["DSSTDY"] for row in captured["disposition"]}
    for who, events in found.items():  # doses are followed until the end of study only
        if events.get("steroid", 0) > ends[who]:
            del events["steroid"]
    return found


def outcome(seen, events, ways, who):
    """The verdicts at the three visits after strategies, by hand."""
    decisive = sorted((day, name) for name, day in events.items() if ways[name] != POLICY)
    told, last = [], None
    for visit in DAYS:
        day, value = seen.get((who, visit), (DAYS[visit], None))
        if decisive and day > decisive[0][0]:
            told.append({COMPOSITE: 0, ASIDE: None, BEFORE: last}[ways[decisive[0][1]]])
        else:
            told.append(value)
            last = last if value is None else value
    return told


def counted(seen, captured, ways, arm, decide):
    """Responders and patients of an arm."""
    events = happened(captured)
    who = [row["USUBJID"] for row in captured["subjects"] if row["ARM"] == arm]
    found = [decide(outcome(seen, events[one], ways, one)) for one in who]
    known = [value for value in found if value is not None]
    return sum(known), len(known)


WAYS = {
    "policy": ({"rescue": POLICY, "left": POLICY, "steroid": POLICY}, lambda v: v[2] or 0),
    "composite": ({"rescue": COMPOSITE, "left": COMPOSITE, "steroid": POLICY}, lambda v: v[2] or 0),
    "before": ({"rescue": BEFORE, "left": BEFORE, "steroid": COMPOSITE}, lambda v: v[2]),
    "ever": ({"rescue": COMPOSITE, "left": POLICY, "steroid": BEFORE}, lambda v: int(1 in v)),
    "two": (
        {"rescue": COMPOSITE, "left": POLICY, "steroid": POLICY},
        lambda v: 1 if [1, 1] in (v[:2], v[1:]) else None
        if None in v[:2] and None in v[1:] else 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_results__count_what_the_strategies_leave(results, seen, captured, name):
    ways, decide = WAYS[name]
    a, n1 = counted(seen, captured, ways, "DRUG", decide)
    c, n2 = counted(seen, captured, ways, "PLACEBO", decide)
    drug, placebo = (results[f"{name}.share.{arm}"] for arm in ("DRUG", "PLACEBO"))
    assert (drug.value, drug.n) == (pytest.approx(100 * a / n1), n1)
    assert (placebo.value, placebo.n) == (pytest.approx(100 * c / n2), n2)
    gap = results[f"{name}.DRUG.difference"]
    expected = risk_difference(a, n1 - a, c, n2 - c)
    assert gap.interval.low == pytest.approx(100 * expected.low)
    assert "rescue therapy: " in gap.estimand
    assert "withdrawal: " in gap.estimand


def test_results__strategies_make_different_numbers(results):
    shares = {name: results[f"{name}.share.DRUG"].value for name in WAYS}
    assert len(set(shares.values())) > 3
    assert shares["composite"] < shares["policy"]


def test_results__count_the_events_of_each_arm(results, captured):
    arms = {row["USUBJID"]: row["ARM"] for row in captured["subjects"]}
    events = happened(captured)
    for name in ("rescue", "left", "steroid"):
        for arm in ("DRUG", "PLACEBO"):
            number = sum(name in told and arms[who] == arm for who, told in events.items())
            assert results[f"policy.events.{name}.{arm}"].value == number


def test_results__a_principal_stratum_has_no_number_and_says_why(results):
    assert results["stratum.difference"].value is None
    assert "Not estimable" in results["stratum.difference"].warnings[0]
    assert not any(key.startswith("stratum.share") for key in results)


def test_results__imputed_shares_lie_between_the_bounds_of_what_is_missing(results, seen, captured):
    ways = {"rescue": ASIDE, "left": ASIDE, "steroid": COMPOSITE}
    low, n = counted(seen, captured, ways, "DRUG", lambda v: v[2] or 0)
    high, _ = counted(seen, captured, ways, "DRUG", lambda v: 1 if v[2] is None else v[2])
    share = results["aside.share.DRUG"]
    assert 100 * low / n < share.value < 100 * high / n
    assert share.n == n
    naive = sqrt(share.value * (100 - share.value) / n)
    half = (share.interval.high - share.interval.low) / 2
    assert half > 1.96 * naive  # what is missing widens the interval
    assert results["jump.share.DRUG"].value < results["aside.share.DRUG"].value + 10


def scores(tables, captured, ways, failure=0.0):
    """The score at month 6 after strategies: values by arm, by hand."""
    rows = tables["ADRS"].filter(PARAMCD="TIS")
    points = {(r["USUBJID"], r["VISITID"]): (r["ADY"] or DAYS[r["VISITID"]], r["AVAL"])
              for r in rows.iter_rows(named=True)}  # fmt: skip
    events, found = happened(captured), {"DRUG": [], "PLACEBO": []}
    for row in captured["subjects"]:
        who = row["USUBJID"]
        values = outcome(points, events[who], ways, who)
        decisive = sorted((d, n) for n, d in events[who].items() if ways[n] != POLICY)
        day = points.get((who, "M6"), (184, None))[0]
        if decisive and ways[decisive[0][1]] == COMPOSITE and day > decisive[0][0]:
            values[2] = failure
        found[row["ARM"]].append(values[2])
    return found


def test_results__scores_are_compared_after_strategies(results, tables, captured):
    ways = {"rescue": COMPOSITE, "left": BEFORE, "steroid": POLICY}
    found = scores(tables, captured, ways)
    for arm, values in found.items():
        known = [value for value in values if value is not None]
        assert results[f"points.seen.{arm}.mean"].value == pytest.approx(np.mean(known))
    gap = results["points.DRUG.difference"]
    drug, placebo = ([v for v in found[arm] if v is not None] for arm in ("DRUG", "PLACEBO"))
    assert gap.n == len(drug) + len(placebo)
    assert gap.value == pytest.approx(np.mean(drug) - np.mean(placebo), abs=4)  # strata adjust
    assert gap.interval.low < gap.value < gap.interval.high


def test_results__imputed_scores_tip_and_jump_to_the_reference(results):
    assert results["points_mar.DRUG.difference"].value is not None
    assert results["points_j2r.DRUG.difference"].value is not None
    assert results["points_j2r.DRUG.tipping"].value <= 0
    assert "100 copies" in results["points_mar.DRUG.difference"].method


def test_results__the_number_of_copies_is_that_of_the_protocol(plan, tables):
    data = plan.model_dump(mode="json")
    data["comparison"]["copies"] = 7
    data["estimands"] = [one for one in data["estimands"] if one["id"] in ("aside", "points_mar")]
    found = run({**data, "analyses": ["estimands"]}, tables)
    assert sum("7 copies" in result.method for result in found) >= 5


def test_derive__a_withdrawal_without_a_day_is_after_the_last_visit(plan, captured):
    rows = {name: [dict(row) for row in table] for name, table in captured.items()}
    left = next(row for row in rows["disposition"] if row["DSDECOD"] == "WITHDRAWN")
    left["DSSTDY"] = None
    frames = datasets.derive(plan, datasets.tables_from(rows, plan))
    last = max(row["VISITDY"] for row in rows["visits"] if row["USUBJID"] == left["USUBJID"])
    event = frames["ADICE"].filter(USUBJID=left["USUBJID"], ICEID="left").row(0, named=True)
    assert (event["ASTDY"], event["ASTDTF"]) == (last + 1, "D")


def test_derive__rows_name_the_event_that_decided(tables):
    changed = tables["ADESTV"].filter(pl.col("ESTID") == "composite", pl.col("DTYPE").is_not_null())
    assert set(changed["DTYPE"]) == {"COMPOSITE"}
    assert set(changed["AVAL"]) == {0.0}
    assert set(changed["ICEID"]) == {"rescue", "left"}
    assert changed["SRCROWS"].str.contains("disposition:|concomitant:").all()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(text(given("a", "nothing", "NRI", POLICY, POLICY, POLICY)),
                     "the id of an endpoint", id="endpoint"),
        pytest.param(text(given("a", "doi_m6", "NRI", ASIDE, POLICY, POLICY)),
                     "rescue is hypothetical", id="hypothetical without imputation"),
        pytest.param(text(given("a", "doi_m6", "CIR", POLICY, POLICY, POLICY)),
                     "for a response", id="response with CIR"),
        pytest.param(text(given("a", "tis", "NRI", POLICY, POLICY, POLICY)),
                     "for a score", id="score with NRI"),
        pytest.param(text().replace("rescue: composite, ", "", 1),
                     "a strategy for each intercurrent event", id="no strategy"),
        pytest.param(text().replace("{rescue: composite", "{resque: composite", 1),
                     "did you mean 'rescue'", id="unknown event"),
        pytest.param(text(analyses="comparison"), "estimands among the analyses",
                     id="not analysed"),
        pytest.param(text().replace("kind: rescue, classes: [rescue]", "kind: rescue"),
                     "classes exactly where", id="rescue of nothing"),
        pytest.param(text().replace("classes: [glucocorticoid]}\nest", "classes: [statin]}\nest"),
                     "a class of concomitant.stable", id="dose not followed"),
        pytest.param(text().replace("kind: rescue,", "kind: rescue, reasons: [x],"),
                     "reasons only where", id="reasons of rescue"),
        pytest.param(text() + given("policy", "doi_m6", "NRI", POLICY, POLICY, POLICY),
                     "an id that is used once", id="twice"),
    ],
)  # fmt: skip
def test_read__refuses_estimands_that_do_not_hold_together(tmp_path, words, message):
    with pytest.raises(DocumentError, match=message):
        read(tmp_path, words)
