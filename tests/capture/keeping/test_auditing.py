"""The whole trail verified, exported and anchored, on both engines."""

import csv
import json

import pytest
from click.testing import CliRunner

from myotrial.capture.keeping import anchoring, auditing
from myotrial.cli.commands import cli
from myotrial.errors import MyotrialError, OutputError


def run(*words):
    result = CliRunner().invoke(cli, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def test_verify__is_content_with_what_was_written(kept):
    found = auditing.verify(kept.folder)
    assert found.faults == ()
    assert found.entries == sum(head.seq for head in kept.heads()) > 50
    told = run("audit", "verify", kept.folder)
    assert told.exit_code == 0
    assert "Every link holds" in told.output
    assert "No anchor was found" in told.output


def test_verify__tells_what_was_changed_and_where(kept):
    chain = kept.heads()[0].chain
    kept.behind(f"UPDATE capture_entry SET new = '41' WHERE field = 'FI' AND chain_id = '{chain}'")
    told = run("audit", "verify", kept.folder, "--json")
    assert told.exit_code == 1
    faults = json.loads(told.output)["faults"]
    assert {item["chain"] for item in faults} == {chain}
    assert any("not what was written" in item["message"] for item in faults)
    text = run("audit", "verify", kept.folder)
    assert (text.exit_code, "not as it was written" in text.output) == (1, True)


def test_verify__finds_a_cut_tail_by_an_anchor_kept_elsewhere(kept, tmp_path):
    elsewhere = tmp_path / "elsewhere.jsonl"
    assert run("audit", "anchor", kept.folder, "--to", elsewhere).exit_code == 0
    assert auditing.verify(kept.folder, more=[elsewhere]).faults == ()
    (last, *_) = sorted(kept.heads(), key=lambda head: -head.seq)
    before = (
        f"SELECT hash FROM capture_entry WHERE chain_id = '{last.chain}' AND seq = {last.seq - 1}"
    )
    kept.behind(
        "DROP TRIGGER IF EXISTS chain_onward"
        + (" ON capture_chain" if kept.connection.vendor == "postgresql" else ""),
        "DELETE FROM capture_item WHERE seq = "
        f"{last.seq} AND chain_id = '{last.chain}'",
        f"UPDATE capture_chain SET seq = {last.seq - 1}, hash = ({before}) "
        f"WHERE id = '{last.chain}'",
        f"DELETE FROM capture_entry WHERE chain_id = '{last.chain}' AND seq = {last.seq}",
    )  # fmt: skip
    kept.places.anchors.unlink()
    assert auditing.verify(kept.folder).faults == ()  # what nobody else knows is not seen
    told = run("audit", "verify", kept.folder, "--anchors", elsewhere)
    assert told.exit_code == 1
    assert f"entry {last.seq}: this entry is gone" in told.output


def test_verify__walks_with_several_processes_as_with_one(kept):
    chain = kept.heads()[0].chain
    kept.behind(f"UPDATE capture_entry SET reason = 'x' WHERE seq = 3 AND chain_id = '{chain}'")
    alone = auditing.verify(kept.folder, processes=1)
    together = auditing.verify(kept.folder, processes=2)
    assert set(alone.faults) == set(together.faults) != set()


def test_verify__refuses_an_anchor_file_that_is_not_there_or_not_an_anchor(kept, tmp_path):
    with pytest.raises(MyotrialError, match="not there"):
        auditing.verify(kept.folder, more=[tmp_path / "none"])
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text("{}\n")
    told = run("audit", "verify", kept.folder, "--anchors", wrong)
    assert (told.exit_code, "line 1" in told.output) == (3, True)


def test_verify__tells_that_there_is_no_server_or_no_database(tmp_path, kept_sqlite):
    told = run("audit", "verify", tmp_path / "none")
    assert (told.exit_code, "Hint" in told.output) == (3, True)
    kept_sqlite.connection.close()
    kept_sqlite.places.database.unlink()
    told = run("audit", "verify", kept_sqlite.folder)
    assert (told.exit_code, "myotrial restore" in told.output) == (3, True)


def test_verify__tells_of_a_damaged_file(kept_sqlite):
    kept_sqlite.connection.close()
    file = kept_sqlite.places.database
    file.write_bytes(b"x" * 100 + file.read_bytes()[100:])
    told = run("audit", "verify", kept_sqlite.folder)
    assert (told.exit_code, "backup" in told.output) == (3, True)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "json"])
def test_export__writes_every_entry_as_it_is(kept, tmp_path, kind):
    chain = kept.heads()[0].chain
    key = "=1+1"
    kept.save(chain, "AE", "LOG", AETERM=key, AESTDTC="2026-02")
    file = tmp_path / f"trail.{kind}"
    assert run("audit", "export", kept.folder, file).exit_code == 0
    if kind == "csv":
        with file.open(newline="") as opened:
            found = [*csv.DictReader(opened)]
        key = "'" + key
    elif kind == "jsonl":
        found = [json.loads(line) for line in file.read_text().splitlines()]
    else:
        found = json.loads(file.read_text())
    ends = kept.heads()
    assert len(found) == sum(head.seq for head in ends)
    assert {row["hash"] for row in found} >= {head.hash for head in ends}
    assert [row["new"] for row in found if row["field"] == "AETERM"] == [key]


def test_export__refuses_other_endings_and_leaves_what_was_there(kept, tmp_path):
    with pytest.raises(MyotrialError, match="jsonl"):
        auditing.export(kept.folder, tmp_path / "trail.xlsx")
    with pytest.raises(OutputError, match="cannot be written"):
        auditing.export(kept.folder, tmp_path / "no folder" / "trail.csv")


def test_append__goes_on_after_a_line_that_was_cut_short(kept, tmp_path):
    file = tmp_path / "anchors.jsonl"
    first = anchoring.take(kept.places, kept.connection, [file])
    whole = file.read_text()
    file.write_text(whole + whole[:40])  # the power went while a second one was written
    second = anchoring.take(kept.places, kept.connection, [file])
    found = [item.anchor.line() for item in anchoring.kept([file], kept.places.key)]
    assert found == [first.line(), second.line()]


def test_lost__names_what_an_older_copy_lacks(kept):
    assert [*anchoring.lost([], kept.connection)] == []
    anchoring.take(kept.places, kept.connection)
    known = [*anchoring.kept(anchoring.files(kept.places), kept.places.key)]
    assert [*anchoring.lost(known, kept.connection)] == []
    chain = kept.heads()[0]
    kept.behind(f"DELETE FROM capture_entry WHERE chain_id = '{chain.chain}' AND seq = {chain.seq}")
    ((item, missing),) = anchoring.lost(known, kept.connection)
    assert item.file == kept.places.anchors
    assert [(fault.chain, fault.seq) for fault in missing] == [(chain.chain, chain.seq)]
