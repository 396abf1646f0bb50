"""Reading study.yaml: what is accepted, and what each mistake is answered with."""

import copy
import functools
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from myotrial import documents, protocol
from myotrial.errors import DocumentError
from myotrial.protocol import reading


def place(problem):
    return problem.line, problem.where


def test_parse__gives_frozen_models(small):
    read = protocol.parse(small)
    assert [visit.id for visit in read.visits] == ["M0", "M3", "M6", "WD"]
    assert read.arms[0].treatments[0].dose == 100
    assert read.worsening.measures == 3
    with pytest.raises(ValidationError, match="frozen"):
        read.visits[0].day = 3


def test_parse__takes_one_upper_limit_for_both_sexes(small):
    limits = {item.id: item.upper_limit for item in protocol.parse(small).assessments}
    assert limits["CK"] == {"F": 200, "M": 200}
    assert limits["PHGA"] is None


def test_parse__takes_one_source_or_several(small):
    several = small.replace("  R1: A paper.", "  R1: A paper.\n  R2: Another.")
    several = several.replace("source: R1", "source: [R1, R2]")
    assert protocol.parse(small).eligibility.inclusion[0].source == ("R1",)
    assert protocol.parse(several).eligibility.inclusion[0].source == ("R1", "R2")


def test_parse__takes_a_year_alone_as_a_date(small):
    read = protocol.parse(small.replace("start: 2020-01, end: 2022-06", "start: 2020, end: 2022"))
    assert (read.study.start, read.study.end) == ("2020", "2022")


def test_days__skip_day_zero(small):
    visits = {visit.id: visit.days for visit in protocol.parse(small).visits}
    assert visits == {"M0": (-28, 1), "M3": (71, 113), "M6": (154, 214), "WD": None}


def test_parse__suggests_the_nearest_key_and_does_not_call_it_missing_too(objections):
    (problem,) = objections(("title: A try", "titel: A try"))
    assert place(problem) == (1, "study.titel")
    assert problem.found == "'titel'"
    assert problem.hint == "did you mean 'title'?"


def test_parse__names_a_missing_key_and_what_it_is_for(objections):
    (problem,) = objections(("    planned: 15\n", ""))
    assert place(problem) == (5, "arms[0].planned")
    assert problem.expected == "planned number of patients"
    assert problem.found == "nothing"


@pytest.mark.parametrize(
    ("old", "new", "where", "expected", "found"),
    [
        pytest.param(
            "planned: 15",
            "planned: 0",
            "arms[0].planned",
            "a number above 0 (planned number of patients)",
            "0",
            id="nobody planned",
        ),
        pytest.param(
            "planned: 15",
            "planned: -3",
            "arms[0].planned",
            "a number above 0 (planned number of patients)",
            "-3",
            id="fewer than nobody",
        ),
        pytest.param(
            "planned: 15",
            "planned: many",
            "arms[0].planned",
            "a whole number (planned number of patients)",
            "'many'",
            id="a word for a number",
        ),
        pytest.param(
            "dose: 100",
            "dose: 1e999",
            "arms[0].treatments[0].dose",
            "a finite number (dose given each time)",
            "inf",
            id="an endless dose",
        ),
        pytest.param(
            "start: 2020-01",
            "start: Jan 2020",
            "study.start",
            "a date as YYYY, YYYY-MM or YYYY-MM-DD (first patient enrolled)",
            "'Jan 2020'",
            id="a date in words",
        ),
        pytest.param(
            "start: 2020-01",
            "start: 20",
            "study.start",
            "a date as YYYY, YYYY-MM or YYYY-MM-DD (first patient enrolled)",
            "'20'",
            id="half a year",
        ),
        pytest.param(
            "window: [-21, 21]",
            "window: 21",
            "visits[1].window",
            "a list in [ ] (days allowed before (negative) and after the target day)",
            "21",
            id="half a window",
        ),
        pytest.param(
            "window: [-21, 21]",
            "window: [-21]",
            "visits[1].window",
            "a list of 2",
            "a list of 1",
            id="a window of one",
        ),
        pytest.param(
            "window: [-21, 21]",
            "window: []",
            "visits[1].window",
            "a list of 2",
            "an empty list",
            id="an empty window",
        ),
        pytest.param(
            "label: Withdrawal",
            f"label: {[f'word {place}' for place in range(100)]}",
            "visits[3].label",
            "text (name of the visit, as in AVISIT)",
            "a list of 100",
            id="a list for a text",
        ),
        pytest.param(
            "id: doi_m6",
            "id: " + "x" * 200,
            "endpoints[0].id",
            "an id: at most 40 small letters, digits or _, starting with a letter "
            "(short name of the endpoint)",
            "'" + "x" * 59 + "…",
            id="an endless id",
        ),
        pytest.param(
            "  - {id: CD3, label: T cells, unit: cells/mm2}",
            "  - 3",
            "biopsy.markers[0]",
            "keys with values",
            "3",
            id="a number for an entry",
        ),
        pytest.param(
            "subject:\n",
            "subject:\n  AGEATONSET: {label: Age at onset, type: number}\n",
            "subject.AGEATONSET",
            "a column name: 1 to 8 capitals, digits or _, starting with a capital",
            "'AGEATONSET'",
            id="a name too long for a column",
        ),
        pytest.param(
            "analyses: [disposition, response]",
            "analyses: []",
            "analyses",
            "a list of at least 1 (planned analyses)",
            "an empty list",
            id="nothing planned",
        ),
    ],
)
def test_parse__says_what_was_expected_and_found(objections, old, new, where, expected, found):
    (problem,) = objections((old, new))
    assert (problem.where, problem.expected, problem.found) == (where, expected, found)


def test_parse__suggests_the_nearest_choice(objections):
    (problem,) = objections(("[disposition, response]", "[disposition, responce]"))
    assert problem.where == "analyses[1]"
    assert problem.hint == "did you mean 'response'?"


def test_parse__asks_for_quotes_where_a_number_stands_for_text(objections):
    (problem,) = objections(("label: Withdrawal", "label: 3"))
    assert problem.expected == "text (name of the visit, as in AVISIT)"
    assert problem.hint == "put it in quotes to make it text"


def test_parse__lists_all_problems_at_once_in_the_order_of_the_file(objections):
    found = objections(
        ("planned: 15", "planned: 0"),
        ("day: 92, window: [-21, 21]", "day: soon, window: [-21, 21]"),
        ("day: 184", "day: 400"),
        ("rule: AGE >= 18", "rule: AGGE >= 18"),
        ("unit: points, visits: [M0, M3, M6]}\n  - {id: CK", "visits: [M0, M33]}\n  - {id: CK"),
        ("enzyme: CK", "enzyme: LDH"),
        ("estimand: at_visit, visit: M6", "estimand: at_visit"),
    )
    assert [problem.where for problem in found] == [
        "arms[0].planned",
        "visits[1].day",
        "visits[2].day",
        "eligibility.inclusion[0].rule",
        "assessments[3].unit",
        "assessments[3].visits[1]",
        "core_set.enzyme",
        "endpoints[0].visit",
    ]
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)


def test_parse__a_broken_visit_still_counts_as_a_visit(objections):
    (problem,) = objections(("month: 3, day: 92", "month: 3, day: ninety-two"))
    assert problem.where == "visits[1].day"


def test_parse__does_not_blame_those_who_name_a_visit_when_there_are_none(objections):
    found = objections(("visits:\n  - {id: M0", "visits: none\nvisit_list:\n  - {id: M0"))
    assert [problem.where for problem in found] == ["visits", "visit_list"]


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list"])
def test_parse__wants_a_protocol(text):
    with pytest.raises(DocumentError, match="the keys of a protocol"):
        protocol.parse(text)


def test_read__names_the_file_that_is_not_there(tmp_path):
    with pytest.raises(DocumentError, match=r"study\.yaml: \(file\): expected a readable YAML"):
        protocol.read(tmp_path / "study.yaml")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"study: \xff", r"study.yaml:1: .*expected UTF-8 text", id="not UTF-8"),
        pytest.param(b"study: [", r"study.yaml:1: .*expected valid YAML", id="not YAML"),
        pytest.param(b"a: 1\na: 2", r"study.yaml:2: a: expected each key once", id="twice"),
    ],
)
def test_read__names_the_line_of_a_broken_file(tmp_path, content, message):
    file = tmp_path / "study.yaml"
    file.write_bytes(content)
    with pytest.raises(DocumentError, match=message):
        protocol.read(file)


def test_sentence__reads_as_file_line_path_expected_found(objections):
    (problem,) = objections(("planned: 15", "planned: 0"))
    assert problem.sentence("study.yaml") == (
        "study.yaml:7: arms[0].planned: expected a number above 0 (planned number of patients), "
        "found 0"
    )


def test_import__of_the_room_loads_no_models():
    code = f"import sys; sys.path[:] = {sys.path}; import myotrial.protocol; "
    code += "sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_all__is_what_the_room_offers():
    offered = {name: getattr(protocol, name) for name in protocol.__all__}
    assert all(callable(item) for item in offered.values())
    assert sorted(protocol.HOMES) == sorted(protocol.__all__)


ODD = [None, 0, -1, 1e308, "", "x", "M0", True, [], {}, [1], ["M0", "M0"], {"a": 1}, [{}], [[]]]


def places(data, path=()):
    """Every path of a document, the whole first."""
    yield path
    items = ()
    if isinstance(data, dict | list):
        items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        yield from places(value, (*path, key))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_parse__answers_any_change_with_problems_that_have_lines(whole, draw):
    data = copy.deepcopy(whole)
    for _ in range(draw.draw(st.integers(1, 3), label="changes")):
        path = draw.draw(st.sampled_from([path for path in places(data) if path]), label="path")
        target = functools.reduce(lambda place, step: place[step], path[:-1], data)
        target[path[-1]] = copy.deepcopy(draw.draw(st.sampled_from(ODD), label="value"))
    lines = dict.fromkeys(places(data), 1)
    said = problems(documents.Document("study.yaml", data, lines, {}))
    assert all(problem.line for problem in said)
    assert not [problem for problem in said if "nput should" in problem.expected]


def problems(document):
    try:
        reading.from_document(document)
    except DocumentError as error:
        return error.problems
    return ()


@pytest.fixture(scope="module")
def whole(small):
    return documents.parse(small).data
