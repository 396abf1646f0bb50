"""The tampering table: each attack on a chain, at twenty places, and what finds it."""

from dataclasses import replace

import pytest

from myotrial.capture.record.state import Value
from myotrial.capture.trail.anchors import anchor, read
from myotrial.capture.trail.entries import START, Entry, chained, digests
from myotrial.capture.trail.verifying import Head, differences, replay, verify
from myotrial.errors import MyotrialError

KEY, OTHER = b"k" * 32, b"o" * 32
LINKS = 500
PLACES = range(12, 492, 24)


def entry(seq: int) -> Entry:
    return Entry(
        "chain", seq, f"2026-11-02T09:{seq // 60:02}:{seq % 60:02}.000000Z", "Europe/Stockholm",
        "anna", "Anna A", "investigator", "Hospital", "A", "enter", f"form/FI/M3/{seq % 7}", "FI",
        Value(str(seq - 7)) if seq > 7 else Value(), Value(str(seq)), "", False, "v1", f"act{seq}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def chain() -> list[Entry]:
    return [*chained([entry(seq) for seq in range(1, LINKS + 1)], START, KEY)]


def found(entries: list[Entry], head: Head | None = None) -> bool:
    return any(True for _ in verify("chain", entries, KEY, head))


def test_verify__is_content_with_what_was_written(chain):
    assert not found(chain, Head("chain", LINKS, chain[-1].hash))


def edit_value(chain, at):
    return [*chain[:at], replace(chain[at], new=Value("99")), *chain[at + 1 :]]


def edit_user(chain, at):
    return [*chain[:at], replace(chain[at], user="eve"), *chain[at + 1 :]]


def edit_time(chain, at):
    later = replace(chain[at], at=chain[at].at.replace("2026", "2025"))
    return [*chain[:at], later, *chain[at + 1 :]]


def edit_reason(chain, at):
    return [*chain[:at], replace(chain[at], reason="none"), *chain[at + 1 :]]


def delete(chain, at):
    return [*chain[:at], *chain[at + 1 :]]


def swap(chain, at):
    return [*chain[:at], chain[at + 1], chain[at], *chain[at + 2 :]]


def insert(chain, at):
    return [*chain[:at], replace(chain[at], seq=at), *chain[at:]]


def rehash_one(chain, at):
    (forged,) = chained([replace(chain[at], new=Value("99"))], chain[at - 1].hash, OTHER)
    return [*chain[:at], forged, *chain[at + 1 :]]


def remake(entries, before):
    """The chain made anew by somebody without the key."""
    return [*chained(entries, before, OTHER)]


def edit_and_remake(chain, at):
    after = [replace(chain[at], new=Value("99")), *chain[at + 1 :]]
    return [*chain[:at], *remake(after, chain[at - 1].hash)]


def delete_and_remake(chain, at):
    after = [replace(item, seq=item.seq - 1) for item in chain[at + 1 :]]
    return [*chain[:at], *remake(after, chain[at - 1].hash)]


def insert_and_remake(chain, at):
    put_in = [replace(chain[at], seq=at + 1), *(replace(e, seq=e.seq + 1) for e in chain[at:])]
    return [*chain[:at], *remake(put_in, chain[at - 1].hash)]


def cut_the_tail(chain, at):
    return chain[:at]


def rewrite_all(chain, at):
    return remake([replace(item, user="eve") for item in chain], START)


ATTACKS = [edit_value, edit_user, edit_time, edit_reason, delete, swap, insert, rehash_one,
           edit_and_remake, delete_and_remake, insert_and_remake, rewrite_all]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_verify__finds_every_attack_at_every_place(chain, attack):
    assert sum(found(attack(chain, at)) for at in PLACES) == len(PLACES) == 20


@pytest.mark.parametrize("attack", [*ATTACKS, cut_the_tail], ids=lambda attack: attack.__name__)
def test_verify__finds_all_with_an_anchor_every_fifty_entries(chain, attack):
    """As measured for the requirements: twelve kinds of attack and one more, twenty places each."""
    kept = [Head("chain", seq, chain[seq - 1].hash) for seq in range(50, LINKS + 1, 50)]
    seen = [any(found(attack(chain, at), head) for head in kept) for at in PLACES]
    assert sum(seen) == len(PLACES) == 20


def test_verify__finds_a_cut_tail_by_the_end_that_was_kept(chain):
    head = Head("chain", LINKS, chain[-1].hash)
    assert not any(found(chain[:at]) for at in PLACES)  # no link is broken
    assert all(found(chain[:at], head) for at in PLACES)


def test_verify__accepts_a_withheld_value_that_an_entry_tells_of(chain):
    at = 100
    gone = replace(chain[at], old=Value(), new=Value(), reason="", withheld=digests(chain[at], KEY))
    said = replace(entry(LINKS + 1), action="withhold", field=f"entry {chain[at].seq}", noted=True)
    told = [*chain[:at], gone, *chain[at + 1 :], *chained([said], chain[-1].hash, KEY)]
    assert not found(told)
    assert found(told[:-1])  # nobody said so
    assert found([*told[:at], replace(gone, withheld="0" * 98), *told[at + 1 :]])


def test_differences__finds_data_that_the_trail_does_not_make(chain):
    record = replay("chain", "A", chain)
    assert not [*differences(record, replay("chain", "A", chain))]
    record.entities["form/FI/M3/1"]["FI"] = Value("1000")
    (told,) = differences(record, replay("chain", "A", chain))
    assert "1000" in told


def test_read__takes_back_an_anchor_and_refuses_a_changed_one(chain):
    made = anchor([Head("b", 2, "x"), Head("a", 1, "y")], "2026-11-02T09:00:00Z", KEY)
    assert read(made.line(), KEY) == made
    assert [head.chain for head in made.heads] == ["a", "b"]
    for line in (made.line().replace('"y"', '"z"'), "{}", "no anchor", made.line()[:-5]):
        with pytest.raises(MyotrialError, match="Hint"):
            read(line, KEY)
    with pytest.raises(MyotrialError, match="key"):
        read(made.line(), OTHER)


def test_verify__tells_of_a_forged_entry_that_makes_no_sense(chain):
    forged = replace(chain[-1], action="withhold", field="entry of nothing")
    assert found([*chain[:-1], forged])
