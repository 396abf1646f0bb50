"""Every error is one of the tree, travels between processes, and says what is wrong."""

import copy
import pickle

import pytest

from myotrial import errors
from myotrial.errors import (
    DocumentError,
    ExpressionError,
    MissingColumnsError,
    MyotrialError,
    PrintedError,
    Problem,
    ReconstructionError,
    shorten,
    some,
)

PROBLEMS = [Problem("visits[2].day", "a whole number", "'x'", 12, "days count from 1")]
SPECIAL = [
    ExpressionError("a = 1", 2, "cannot read '='"),
    PrintedError("46,7", "a number", "write 46.7"),
    PrintedError(7, "a number"),
    DocumentError("study.yaml", PROBLEMS),
    MissingColumnsError("derive", {"VISIT", "AVAL"}, ["USUBJID"]),
    ReconstructionError(3, "no value fits"),
]
KINDS = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)
]
PLAIN = [kind("a message") for kind in KINDS if kind not in {type(each) for each in SPECIAL}]
EXAMPLES = [*SPECIAL, *PLAIN]


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors__are_value_errors_that_can_be_copied_and_pickled(error):
    assert isinstance(error, MyotrialError)
    assert isinstance(error, ValueError)
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert vars(twin) == vars(error)


def test_expression_error__points_at_the_place():
    lines = str(ExpressionError("a = 1", 2, "cannot read '='")).splitlines()
    assert lines == ["cannot read '='", "    a = 1", "      ^"]


def test_document_error__lists_every_problem_with_its_line():
    other = Problem("arms", "at least one arm", "none")
    assert str(DocumentError("study.yaml", [*PROBLEMS, other])).splitlines() == [
        "study.yaml:12: visits[2].day: expected a whole number, found 'x'",
        "    Hint: days count from 1",
        "study.yaml: arms: expected at least one arm, found none",
    ]


def test_missing_columns_error__names_step_and_columns():
    text = str(MissingColumnsError("derive", {"VISIT", "AVAL"}, ["USUBJID"]))
    assert "derive needs the columns ['AVAL', 'VISIT'], but the table has ['USUBJID']" in text


def test_printed_error__says_what_was_expected_and_how_to_mend_it():
    text = str(PrintedError("46,7", "a number as printed", "write 46.7"))
    assert text == "expected a number as printed, found '46,7'\nHint: write 46.7"


def test_some__names_three_and_counts_the_rest():
    assert some([]) == ""
    assert some("abc") == "'a', 'b', 'c'"
    assert some(range(5)) == "0, 1, 2 and 2 more"


def test_shorten__keeps_long_values_out_of_messages():
    assert shorten("x" * 100) == "'" + "x" * 58 + "…"
    assert shorten("x") == "'x'"
