"""The examination of small papers equals what trying every world finds."""

from fractions import Fraction

import pytest
from brute_force_worlds import Truth, examine
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from small_papers import KINDS, small_papers

from myotrial import evidence


def patients_of(small, rows):
    """Patients as the oracle has them, from rows of text with a count each."""
    values = {
        name: {str(value): value for value in attribute}
        for name, attribute in small.attributes.items()
    }
    return tuple(
        {name: values[name][row[name]] for name in values}
        for row in rows
        for _ in range(row["patients"])
    )


def names(record, *keys):
    return frozenset(name for key in keys for name in record[key])


def strictly(small, loosely):
    """The names of strictness that is kept where the given claims are read loosely."""
    return {s.id for s in small.statements if s.of and s.of not in loosely}


def of_conflict(small, record):
    """A conflict as the oracle names it: a claim that clashes read strictly clashes with both."""
    strict = {
        s.id for s in small.statements if s.of in set(record["claims"]) - {*record["loosely"]}
    }
    return names(record, "claims", "readings") | strict


def of_repair(record):
    return names(record, "withdraw", "doubt") | {f"strictly {name}" for name in record["loosely"]}


def broken(small, patients):
    """The claims that some patients do not meet."""
    asked = [s for s in small.statements if not s.reading]
    return [statement.id for statement in asked if not statement.holds(patients)]


def of_set(small, record):
    return names(record, "readings") | strictly(small, record["loosely"])


def ranges_of(small, findings) -> dict:
    return {
        (record["id"], of_set(small, record)): (record["min"], record["max"])
        for record in findings["statistics"]
    }


def expected_ranges(truth: Truth) -> dict:
    return {
        key: tuple(float(end) if isinstance(end, Fraction) else end for end in ends)
        for key, ends in truth.ranges.items()
    }


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_examine__equals_trying_every_world(kind, data):
    small = data.draw(small_papers(focus=kind))
    truth = examine(small)
    assume(truth.decisive)
    findings = evidence.examine(evidence.parse(small.text)).as_record()
    assert findings["consistent"] == truth.consistent
    assert {of_conflict(small, each) for each in findings["conflicts"]} == truth.conflicts
    assert {of_repair(each) for each in findings["repairs"]} == truth.repairs
    assert {of_set(small, each) for each in findings["admissible"]} == truth.admissible
    found, expected = ranges_of(small, findings), expected_ranges(truth)
    assert found.keys() == expected.keys()
    for key, ends in expected.items():
        assert found[key] == pytest.approx(ends, rel=1e-9), key
    if truth.consistent:
        assert broken(small, patients_of(small, findings["witness"])) == []
