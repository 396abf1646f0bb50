"""The findings on a paper as lines for a terminal."""

from pathlib import Path

import pytest

from myotrial import evidence
from myotrial.study.verdict import lines

HEAD = """\
attributes:
  outcome: {values: [better, same]}
  assessed: {values: ['yes', 'no']}
claims:
  - {id: patients, says: 10 took part, where: x, total: 10}
  - {id: better, says: 4 improved, where: x, who: improved, count: outcome == 'better', equals: 4}
"""
SAME = "  - {id: same, says: 7 did not, where: x, count: outcome == 'same', equals: 7}\n"
SEVEN = "  - {id: seven, says: 7 were assessed, where: x, count: assessed == 'yes', equals: 7}\n"
EVERYBODY = (
    "readings:\n  - {id: everybody, says: everybody was assessed, always: assessed == 'yes'}\n"
)
IMPROVED = """\
readings:
  - id: improved
    says: who improved was assessed
    always: outcome == 'better' implies assessed == 'yes'
"""
ASKED = """\
statistics:
  - {id: both, label: improved and assessed, count: outcome == 'better' and assessed == 'yes'}
  - {id: test, row: outcome == 'better', column: assessed == 'yes', methods: [fisher, odds_ratio]}
"""


def told(*parts):
    findings = evidence.examine(evidence.parse(HEAD + "".join(parts)))
    return "\n".join(lines(Path("paper.yaml"), findings.as_record()))


@pytest.mark.parametrize(
    ("parts", "verdict"),
    [
        pytest.param([SEVEN], "the stated claims can all hold, with every reading.", id="can"),
        pytest.param(
            [SEVEN, EVERYBODY], "the stated claims can all hold; with some readings", id="readings"
        ),
        pytest.param([SAME], "the stated claims cannot all hold.", id="cannot"),
    ],
)
def test_lines__begin_with_the_verdict(parts, verdict):
    assert told(*parts).startswith(f"paper.yaml: {verdict}")


def test_lines__tell_a_clash_its_reading_and_the_ways_out():
    text = told(SEVEN, EVERYBODY)
    assert "Clash 1: " in text
    assert "  claims   patients, seven\n" in text
    assert "  reading  everybody: everybody was assessed" in text
    assert "  give up everybody\n" in text
    assert "  doubt seven\n" in text


def test_lines__tell_a_clash_of_claims_alone():
    text = told(SAME)
    assert "reading  " not in text
    assert all(f"  doubt {name}" in text for name in ("patients", "better", "same"))


def test_lines__give_the_range_of_each_statistic():
    text = told(SEVEN, IMPROVED, ASKED)
    assert "Over all tables that fit:\n  the stated claims alone\n" in text
    assert "    improved and assessed: 1 to 4 (undetermined)\n" in text
    assert "  all readings\n    improved and assessed: 4\n" in text
    assert "    test: fisher " in text


def test_lines__show_the_table_where_one_fits_and_an_infinite_odds_ratio():
    text = told(SEVEN, IMPROVED, ASKED)
    assert "    test: 4 of 4 against 3 of 6, fisher 0.200, odds ratio infinite" in text


def test_lines__do_not_repeat_what_a_reading_does_not_change():
    readings = EVERYBODY.replace("assessed == 'yes'}", "assessed == 'yes' or assessed == 'no'}")
    text = told(SEVEN, readings, ASKED)
    assert text.count("improved and assessed: ") == 1


def test_lines__cut_long_lists_and_say_so():
    many = "".join(
        f"  - {{id: u{n}, says: x, where: x, unchecked: no number given}}\n" for n in range(9)
    )
    text = told(many)
    assert "Not checked:\n  u0: no number given\n" in text
    assert "  and 3 more (--json lists them)" in text
    assert "u6" not in text


def test_lines__tell_which_counts_are_open_and_what_nothing_links():
    text = told(SEVEN.replace("equals", "at_most"))
    assert "\nLeft open:\n" in text
    assert "  assessed yes: 0 to 7\n" in text
    assert "outcome better" not in text
    assert "  outcome and every other attribute: nothing links them" in text
