"""What a broken published.yaml is answered with: every problem, its line, and the way out."""

import pytest

from myotrial import evidence
from myotrial.errors import DocumentError, MyotrialError

WHOLE = """\
source: {id: X, citation: Invented.}
attributes:
  diagnosis: {values: [PM, DM, IBM]}
  score: {from: 0, to: 10}
claims:
  - {id: n, says: 20 patients, total: 20}
  - {id: pm, says: 8 with PM, count: diagnosis == 'PM', equals: 8}
  - {id: mean, says: mean score 3.4, mean: score, equals: "3.4", sd: "2.1"}
readings:
  - {id: low, says: no score above 9, always: score < 10}
statistics:
  - {id: dm, count: diagnosis == 'DM'}
"""


def problems(text):
    with pytest.raises(DocumentError) as caught:
        evidence.parse(text, file="published.yaml")
    return caught.value.problems


def test_parse__reads_a_whole_file():
    paper = evidence.parse(WHOLE)
    assert [claim.id for claim in paper.claims] == ["n", "pm", "mean"]
    assert paper.claims[2].form.equals == "3.4"
    assert paper.attributes["score"].domain == tuple(range(11))


@pytest.mark.parametrize(
    ("old", "new", "line", "where", "hint"),
    [
        pytest.param(
            "diagnosis == 'PM'",
            "diagnsis == 'PM'",
            7,
            "count",
            "'diagnosis'",
            id="unknown attribute",
        ),
        pytest.param("== 'PM'", "== 'PMM'", 7, "count", "'PM'", id="unknown value"),
        pytest.param(
            "diagnosis == 'PM'",
            "\"diagnosis in ['PM', 'IB']\"",
            7,
            "count",
            "'IBM'",
            id="unknown value in list",
        ),
        pytest.param("== 'PM'", "== 3", 7, "count", "'PM'", id="number for text"),
        pytest.param("score < 10", "score < 'x'", 10, "always", "", id="text for number"),
        pytest.param("score < 10", "score + 1", 10, "always", "", id="no condition"),
        pytest.param("score < 10", "score <", 10, "always", "", id="no expression"),
        pytest.param(
            "total: 20", "totl: 20", 6, "claims[0]", "'total'", id="unknown key of a claim"
        ),
        pytest.param("equals: 8", "equal: 8", 7, "equal", "'equals'", id="unknown key of a form"),
        pytest.param("equals: 8", "equals: eight", 7, "equals", "", id="no number"),
        pytest.param("equals: 8", "equals: 21", 7, "equals", "as_printed", id="count above n"),
        pytest.param("equals: 8", "vaguely: mst", 7, "vaguely", "'most'", id="unknown vague word"),
        pytest.param("id: low", "id: pm", 10, "id", "", id="duplicate id"),
        pytest.param("total: 20", "unchecked: why", 8, "sd", "add n", id="SD without n"),
        pytest.param("mean: score", "mean: diagnosis", 8, "mean", "", id="mean of text"),
        pytest.param("mean: score", "mean: scor", 8, "mean", "'score'", id="mean of nothing"),
        pytest.param("values: [PM", "values: [DM", 3, "attributes.diagnosis", "", id="value twice"),
        pytest.param("to: 10", "", 4, "attributes.score", "", id="half a range"),
        pytest.param("statistics:", "statistic:", 11, "statistic", "'statistics'", id="section"),
    ],
)
def test_parse__names_line_place_and_way_out(old, new, line, where, hint):
    found = problems(WHOLE.replace(old, new, 1))
    fitting = [each for each in found if each.line == line and where in each.where]
    assert fitting
    assert any(hint in each.hint for each in fitting)


@pytest.mark.parametrize(
    ("form", "where"),
    [
        ("share: diagnosis == 'PM', equals: 33%", "equals"),
        ("share: diagnosis == 'PM', equals: '33'", "equals"),
        ("share: score > 1, among: diagnosis == 'PM', equals: 70%", "equals"),
        ("by: diagnosis, equals: {PM: 8, DM: 8, IBM: 8}", "equals"),
        ("by: diagnosis, equals: {PM: 8, MD: 8}", "equals.MD"),
        ("by: diagnoses, equals: {PM: 8}", "by"),
        ("range: score, from: 2, to: 18", "to"),
        ("p_value: {test: fischer, row: score > 1, column: score > 2}, equals: '0.03'", "test"),
        ("p_value: {test: fisher, row: score > 1}, equals: '0.03'", "column"),
        ("count: score > 1, vaguely: most, equals: 3", "equals"),
    ],
)
def test_parse__refuses_claims_that_cannot_be_meant(form, where):
    text = WHOLE.replace("readings:", f"  - {{id: new, says: new, {form}}}\nreadings:")
    (found,) = problems(text)
    assert found.line == 9
    assert found.where.endswith(where)


def test_parse__lists_all_problems_in_the_order_of_the_file():
    text = WHOLE.replace("'PM', equals", "'PX', equals").replace("score < 10", "scor < 10")
    assert [each.line for each in problems(text)] == [7, 10]


def test_parse__takes_impossible_numbers_as_printed_when_told_so():
    share = "  - {id: s, says: s, share: diagnosis == 'PM', equals: 33%, as_printed: true}\n"
    paper = evidence.parse(WHOLE.replace("readings:", share + "readings:"))
    found = evidence.examine(paper)
    assert not found.consistent
    assert {"n", "s"} in [set(conflict.claims) for conflict in found.conflicts]


@pytest.mark.parametrize(
    "text", ["", "[]", "claims: 3", "claims: [3]", "attributes: [a]", "claims:"]
)
def test_parse__answers_any_wrong_shape_with_problems(text):
    assert problems(text)


def test_read__says_that_a_file_is_missing(tmp_path):
    with pytest.raises(DocumentError, match="no such file"):
        evidence.read(tmp_path / "published.yaml")


def test_draw__names_an_unknown_reading():
    with pytest.raises(MyotrialError, match="No reading is called 'hgih'"):
        evidence.draw(evidence.parse(WHOLE), seed=1, readings=["hgih"])


def test_draw__refuses_what_cannot_hold():
    text = WHOLE.replace("score < 10", "score > 9")
    with pytest.raises(MyotrialError, match="cannot all hold"):
        evidence.draw(evidence.parse(text), seed=1, readings=["low"])


def test_vague__words_can_be_given_another_meaning():
    claim = "  - {id: v, says: most have DM, count: diagnosis == 'DM', vaguely: most}\n"
    text = WHOLE.replace("readings:", claim + "readings:")
    assert evidence.examine(evidence.parse(text)).consistent
    stricter = text + "vague: {most: {at_least: 70%}}\n"
    assert not evidence.examine(evidence.parse(stricter)).consistent


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("[PM, DM]", "18..80", "expected a list in [ ], found '18..80'", id="list"),
        pytest.param("says: x", "says: [x]", "expected text or a number, found ['x']", id="text"),
        pytest.param("says: x", "says: x, as_printed: maybe", "expected true or false", id="truth"),
        pytest.param("{PM: '3'}", "3", "expected keys with values, such as {a: b}", id="keys"),
    ],
)
def test_parse__says_in_plain_words_what_a_place_should_hold(old, new, message):
    text = (
        "attributes: {diagnosis: {values: [PM, DM]}}\n"
        "claims: [{id: n, says: x, by: diagnosis, equals: {PM: '3'}}]\n"
    )
    assert old in text
    with pytest.raises(DocumentError) as caught:
        evidence.parse(text.replace(old, new))
    assert message in str(caught.value)
