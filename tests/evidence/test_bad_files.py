"""Claim files with mistakes are answered with problems and their lines, never a traceback."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial import evidence
from myotrial.errors import DocumentError, MyotrialError, TooLargeError

HEAD = """\
source: {id: X, citation: invented}
attributes:
  sex: {values: [F, M]}
  score: {from: 0, to: 10}
claims:
  - {id: n, says: s, total: 15}
"""
ENTANGLED = " or ".join(f"a{i} == {value!r}" for i in range(16) for value in "xy")


def problem_of(text):
    with pytest.raises(DocumentError) as caught:
        evidence.parse(text)
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("claim", "expected", "found", "hint"),
    [
        pytest.param(
            "count: sexx == 'F', equals: 3",
            "a known attribute",
            "'sexx'",
            "did you mean 'sex'?",
            id="unknown attribute",
        ),
        pytest.param(
            "count: sex == 'X', equals: 3", "a value of sex", "'X'", "'F', 'M'", id="unknown value"
        ),
        pytest.param(
            "count: sex == 'F', equals: 16",
            "at most the 15 patients there are",
            "'16'",
            "as_printed: true",
            id="count above n",
        ),
        pytest.param(
            "share: sex == 'F', equals: 45%",
            "a share that a whole number of 15 patients gives",
            "'45%'",
            "as_printed: true",
            id="share that no whole number gives",
        ),
        pytest.param(
            "share: sex == 'F', equals: 46.7",
            "a share from 0 to 1, or a percentage with %",
            "'46.7'",
            "is 46.7% meant?",
            id="percent sign forgotten",
        ),
        pytest.param(
            "share: sex == 'F', equals: '46,7%'",
            "a number as printed",
            "'46,7%'",
            "decimal point",
            id="decimal comma",
        ),
        pytest.param(
            "mean: score, equals: 5±2", "a number as printed", "'5±2'", "apart", id="mean with SD"
        ),
        pytest.param(
            "count: sex == 'F', equals: -1", "a whole number", "'-1'", "", id="negative count"
        ),
        pytest.param(
            "count: sex == 'F', equals: 1.5", "a whole number", "'1.5'", "", id="half a patient"
        ),
        pytest.param(
            "count: sex == 'F', equals: 99999999999999999999",
            "at most 100,000 patients",
            "'99999999999999999999'",
            "",
            id="more patients than can be",
        ),
        pytest.param(
            "cuont: sex == 'F', equals: 3", "a machine form", "cuont", "'count'", id="misspelt form"
        ),
        pytest.param(
            "count: sex == 'F', equal: 3", "a known key", "'equal'", "'equals'", id="misspelt key"
        ),
        pytest.param(
            "count: sex = 'F', equals: 3", "a readable expression", "use ==", "", id="one ="
        ),
        pytest.param(
            "count: score + 1, equals: 3", "true or false", "gives 1", "", id="no condition"
        ),
        pytest.param(
            "count: 10 / score == 1, equals: 3", "evaluated", "10 and 0", "", id="division by zero"
        ),
        pytest.param("mean: sex, equals: '3'", "numbers", "'sex'", "", id="mean of text"),
        pytest.param(
            "range: score, from: 2, to: 18", "a value of score", "'18'", "", id="range outside"
        ),
        pytest.param(
            "range: score, from: 8, to: 2", "no greater than", "'8'", "", id="range reversed"
        ),
        pytest.param("by: sex, equals: {X: 3}", "a value of sex", "'X'", "'F'", id="unknown group"),
        pytest.param(
            "count: sex == 'F', vaguely: lots", "defined", "'lots'", "'most'", id="unknown word"
        ),
        pytest.param(
            "p_value: {test: t, row: sex == 'F', column: score > 3}, equals: '0.03'",
            "a known test",
            "'t'",
            "fisher",
            id="unknown test",
        ),
    ],
)
def test_parse__names_what_is_wrong_with_a_claim(claim, expected, found, hint):
    problem = problem_of(f"{HEAD}  - {{id: a, says: s, {claim}}}\n")
    assert problem.line == 7
    assert problem.where.startswith("claims[1]")
    assert expected in problem.expected
    assert found in problem.found
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param(HEAD + "claims: []\n", 7, "a second 'claims'", id="repeated section"),
        pytest.param(HEAD + "  - {id: n, says: s, total: 15}\n", 7, "used once", id="repeated id"),
        pytest.param(HEAD + "clams: []\n", 7, "did you mean 'claims'", id="unknown section"),
        pytest.param(HEAD + "  - hello\n", 7, "keys with values", id="text for a claim"),
        pytest.param("", None, "keys with values", id="empty file"),
        pytest.param("[1, 2]", 1, "keys with values", id="list"),
        pytest.param("source: {}\nclaims: {a: 1}\n", 2, "a list", id="claims no list"),
        pytest.param(
            "attributes: {}\nclaims:\n  - {id: n, says: s, total: 1}\n",
            1,
            "at least one attribute",
            id="no attributes",
        ),
        pytest.param(
            "attributes:\n  last visit: {values: [a]}\nclaims:\n  - {id: n, says: s, total: 1}\n",
            2,
            "call it 'last_visit'",
            id="attribute with a space",
        ),
        pytest.param(
            "attributes:\n  and: {values: [a]}\nclaims:\n  - {id: n, says: s, total: 1}\n",
            2,
            "no keyword",
            id="keyword as attribute",
        ),
        pytest.param(
            "attributes:\n  x: {from: 0, to: 99999999}\nclaims:\n  - {id: n, says: s, total: 1}\n",
            2,
            "at most 1000 values",
            id="too many values",
        ),
        pytest.param(
            HEAD + "readings:\n  - {id: r, says: s}\n", 8, "machine form", id="empty reading"
        ),
        pytest.param(
            HEAD + "statistics:\n  - {id: s, count: sex == 'X'}\n",
            8,
            "value of sex",
            id="statistic",
        ),
    ],
)
def test_parse__names_what_is_wrong_with_a_file(text, line, message):
    with pytest.raises(DocumentError, match=message) as caught:
        evidence.parse(text)
    assert line in [problem.line for problem in caught.value.problems]


def test_parse__lists_all_problems_at_once():
    claims = "".join(
        f"  - {{id: c{i}, says: s, count: sex == 'X', equals: 3}}\n" for i in range(50)
    )
    with pytest.raises(DocumentError) as caught:
        evidence.parse(HEAD + claims)
    assert [problem.line for problem in caught.value.problems] == list(range(7, 57))


def test_read__refuses_a_file_that_is_not_utf_8(tmp_path):
    file = tmp_path / "published.yaml"
    file.write_bytes(HEAD.encode() + b"  - {id: a, says: caf\xe9}\n")
    with pytest.raises(DocumentError, match=r"published\.yaml:7: .*UTF-8"):
        evidence.read(file)


def test_examine__of_as_printed_numbers_finds_the_contradiction_instead():
    claim = "  - {id: a, says: s, share: sex == 'F', equals: 45%, as_printed: true}\n"
    findings = evidence.examine(evidence.parse(HEAD + claim))
    assert [each.claims for each in findings.conflicts] == [["n", "a"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            HEAD + "  - {id: a, says: s, p_value: {test: fisher, row: sex == 'F', "
            "column: score > 3}, equals: '<0.05', sizes: [5000, 5000]}\n",
            "claim 'a' leaves",
            id="p-value of a large table",
        ),
        pytest.param(
            "source: {id: X}\nattributes:\n"
            + "".join(f"  a{i}: {{values: [x, y, z]}}\n" for i in range(16))
            + "claims:\n  - {id: n, says: s, total: 15}\n"
            + f"  - {{id: all, says: s, count: {ENTANGLED}, equals: 3}}\n",
            "drop an attribute",
            id="profiles that explode",
        ),
    ],
)
def test_examine__says_what_to_drop_where_a_paper_is_too_large(text, message):
    started = time.process_time()
    with pytest.raises(TooLargeError, match=message):
        evidence.examine(evidence.parse(text))
    assert time.process_time() - started < 20


def test_parse__reads_thousands_of_claims():
    claims = "".join(
        f"  - {{id: c{i}, says: s, count: sex == 'F' and score >= {i % 11}, at_most: 15}}\n"
        for i in range(3000)
    )
    assert len(evidence.parse(HEAD + claims).claims) == 3001


PIECES = [
    *HEAD.splitlines(keepends=True),
    "  - {id: a, says: s, count: sex == 'F', equals: 3}\n",
    "  - {id: b, says: s, share: sex == 'F', among: score > 3, equals: 50%}\n",
    "  - {id: c, mean: score, equals: '3.4', sd: '1.2', n: 5, says: s}\n",
    "  - {id: d, says: s, p_value: {test: fisher, row: sex, column: score}, equals: NS}\n",
    "readings:\n",
    "statistics:\n",
    "vague: {lots: {at_least: 3}}\n",
    "    loosely: {count: score > 3, at_least: 1}\n",
    "  x: {values: ['1', '2', '1/2', 1e9, '']}\n",
    "  - {says: [], id: {a: b}, total: ~}\n",
    "  - ~\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
@settings(max_examples=200, deadline=None)
def test_parse__of_any_mixture_of_lines_raises_nothing_but_a_myotrial_error(text):
    try:
        paper = evidence.parse(text)
    except MyotrialError as error:
        assert str(error)  # noqa: PT017
        return
    assert paper.claims
