"""Amendments: reported, released site by site, and no value that was entered changes."""

import json

import pytest
from click.testing import CliRunner

from myotrial.capture.keeping import acting, releasing, starting
from myotrial.capture.record.people import Person
from myotrial.cli.commands import cli
from myotrial.errors import MyotrialError

MANAGER = Person("dana", "Dana Berg", "data_manager", None)


def run(*words):
    result = CliRunner().invoke(cli, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


@pytest.fixture
def released(kept_sqlite):
    """A study whose first version is released."""
    kept = kept_sqlite
    starting.check(kept.places)
    kept.server = acting.server(kept.places, kept.connection)
    return kept


def amend(kept, *swaps):
    file = kept.folder / "study.yaml"
    text = file.read_text()
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)


def values(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM capture_item WHERE chain_id <> 'study' ORDER BY id")
        return cursor.fetchall()


LIMITS = "    upper_limit: {F: 2.5, M: 3.3}\n"
AMENDED = (f"{LIMITS}    visits: [M0, M3, M6, M12, WD]", f"{LIMITS}    visits: [M0, M3, M12, WD]")


def test_check__releases_the_first_version_everywhere(released):
    (made,) = releasing.released(released.connection)
    assert (made.number, made.version) == (1, released.server.catalogue.version)
    assert released.server.own == {}


def test_release__reports_and_changes_nothing(released):
    chain = released.heads()[0].chain
    released.save(chain, "CK", "M6", CK="2")
    before = values(released.connection)
    amend(released, AMENDED)
    told = run("release", released.folder)
    assert told.exit_code == 0
    assert "becomes M0, M3, M12, WD; 1 stored values no longer fit: A-00" in told.output
    assert "Nothing was changed" in told.output
    assert values(released.connection) == before
    assert len(releasing.released(released.connection)) == 1


def test_release__is_in_force_at_its_site_only_and_data_stay(released):
    other = released.heads()[0].chain
    one = released.patient("B-001", "B")
    for chain, site in ((one, "B"), (other, "A")):
        released.act(chain, _save("CK", "M0", CK="2"), site=site)
    before = values(released.connection)
    old = released.server.catalogue.version
    amend(released, AMENDED)
    told = run("release", released.folder, "--approval", "ethics board, 2026-11-02", "--site", "B",
               "--reason", "amendment 1", "--by", "Dana Berg")  # fmt: skip
    assert "Release 2 is in force at B" in told.output, told.output
    assert values(released.connection) == before
    released.server = acting.server(released.places, released.connection)
    with pytest.raises(MyotrialError, match="no form CK at M6"):
        released.act(one, _save("CK", "M6", CK="2"), site="B")
    released.act(other, _save("CK", "M6", CK="2"))  # not released there
    made = released.act(one, _save("FI", "M3", FI="40"), site="B")
    from myotrial.capture.store.trails import entries

    new = releasing.released(released.connection)[1].version
    (last,) = [entry for entry in entries(one) if entry.seq == made.last]
    assert last.version == new != old
    assert "M6" in releasing.of_version(old, released.connection).forms["CK"].events
    assert "M6" not in releasing.of_version(new, released.connection).forms["CK"].events
    told = run("release", released.folder, "--approval", "a", "--site", "C", "--by", "Dana Berg")
    assert (told.exit_code, "no site C" in told.output) == (3, True)
    told = run("release", released.folder, "--approval", "a")
    assert (told.exit_code, "--by" in told.output) == (3, True)


def _save(code, event, **fields):
    from capture_people import values as entered

    from myotrial.capture.record.actions import Save
    from myotrial.capture.record.state import FormKey

    return Save(FormKey(code, event), entered(**fields), seen=10**6, reason="again")


def test_check__does_not_start_on_a_protocol_that_was_not_released(released):
    starting.check(released.places)
    text = (released.folder / "study.yaml").read_text()
    (released.folder / "study.yaml").write_text("# a comment says nothing\n" + text)
    starting.check(released.places)
    amend(released, AMENDED)
    with pytest.raises(MyotrialError, match="myotrial release"):
        starting.check(released.places)


def test_released__finds_a_definition_that_was_changed(released):
    released.behind(
        "UPDATE capture_release SET protocol = replace(protocol, 'Aged 18 to 80', 'Aged 18 to 90')"
    )
    with pytest.raises(MyotrialError, match="not what was released"):
        releasing.released(released.connection)


def test_report__says_what_narrows_and_whose_values_no_longer_fit(released):
    from dataclasses import replace
    from datetime import date

    from myotrial.capture.keeping.amendments import report

    chain = released.heads()[0].chain
    released.save(chain, "AE", "LOG", AETERM="rash", AESTDTC="2026-02", AESEV="MILD")
    before = released.server.catalogue
    form = before.forms["AE"]
    fields = tuple(
        replace(item, choices=item.choices[1:], label="Grade") if item.name == "AESEV" else item
        for item in form.fields
        if item.name != "AEACN"
    )
    after = replace(before, forms={**before.forms, "AE": replace(form, fields=fields)})
    found = {(t.difference.field, t.difference.what): t for t in report(
        before, after, released.connection, date(2026, 11, 2)
    )}  # fmt: skip
    assert found["AESEV", "choices"].values == 1
    assert len(found["AESEV", "choices"].patients) == 1
    assert found["AESEV", "label"].values == 0
    assert found["AEACN", "gone"].values == 0


def test_release__speaks_json(released):
    amend(released, AMENDED)
    told = json.loads(run("release", released.folder, "--json").output)
    (made,) = told["differences"]
    assert (made["form"], made["what"], made["after"]) == ("CK", "events", "M0, M3, M12, WD")
    assert (made["values"], told["number"]) == (0, 0)
