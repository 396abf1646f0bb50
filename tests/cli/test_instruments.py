"""`myotrial instruments` tells what the registry holds."""

import json

import pytest

from myotrial import instruments


def listed(run, *words):
    done = run("instruments", *words, "--json")
    assert done.exit_code == 0, done.output
    return {record["id"]: record for record in json.loads(done.output)["instruments"]}


def test_instruments__lists_the_whole_registry(run):
    assert [*listed(run)] == [*instruments.ALL]


@pytest.mark.parametrize("name", instruments.ALL)
def test_instruments__states_range_direction_missing_rule_and_source(run, name):
    (record,) = listed(run, name).values()
    item = instruments.get(name)
    assert record["better"] == ("higher" if item.better > 0 else "lower")
    assert all(record[key] for key in ("missing", "source", "units", "numbers"))
    for variant, ends in record["ranges"].items():
        assert item.ranges[variant] == (ends["low"], ends["high"] or float("inf"))
    assert {fact["status"] for fact in record["numbers"]} >= {record["status"]}


def test_instruments__says_of_the_cmas_what_its_papers_say(run):
    done = run("instruments", "cmas")
    assert "range       0 to 52 points (from 6 years), higher is better" in done.output
    assert "range       0 to 49 points (4 and 5 years), higher is better" in done.output


def test_instruments__counts_the_least_verified_number(run):
    found = listed(run)
    assert found["ck"]["status"] == "verified"
    assert found["mmt26"]["status"] == "recalled"
    assert found["alt"]["status"] == "unknown"


def test_instruments__names_the_nearest_for_one_that_is_not_there(run):
    done = run("instruments", "mmt9")
    assert done.exit_code == 3
    assert "did you mean 'mmt8'?" in done.output
