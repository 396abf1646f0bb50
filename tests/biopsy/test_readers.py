"""Blinded reading: what a reader receives gives nothing away, and commitment comes first."""

import json
import random
import re

import numpy as np
import pytest

from myotrial.biopsy import readers
from myotrial.biopsy.readers import Reading, Section
from myotrial.biopsy.readers.agreement import adjudicate
from myotrial.errors import OutputError, SlideError

SECRETS = ("PAT-", "visit", "slides/", "scanner", ".svs")  # too long to come about by chance


def sections(number: int = 8) -> list[Section]:
    generator = np.random.default_rng(3)
    made = []
    for index in range(number):
        height, width = generator.integers(20, 40, 2)
        pixels = generator.integers(0, 255, (height, width, 3)).astype(np.uint8)
        visit = "M0" if index % 2 == 0 else "M6"
        made.append(Section(f"PAT-{index // 2} {visit} slides/{index}.svs", pixels))
    return made


@pytest.fixture
def made(tmp_path):
    codes = readers.make_session(
        tmp_path / "read", tmp_path / "secret" / "key.json", sections(), question="cells"
    )
    return tmp_path, codes


def test_make_session__gives_a_reader_nothing_but_codes_and_pictures(made):
    place, codes = made
    files = sorted((place / "read").iterdir())
    assert {file.name for file in files} == {f"{code}.png" for code in codes} | {"codes.json"}
    for file in files:
        content = file.read_bytes()
        assert not any(word.encode() in content for word in SECRETS), file.name
        assert not any(word in file.name for word in SECRETS)
    assert len({file.stat().st_mtime for file in files}) == 1
    assert (
        len({int.from_bytes((place / "read" / f"{c}.png").read_bytes()[16:24]) for c in codes}) == 1
    )


def test_make_session__writes_pictures_without_any_tag(made):
    place, codes = made
    for code in codes:
        content = (place / "read" / f"{code}.png").read_bytes()
        chunks, at = [], 8
        while at < len(content):
            size = int.from_bytes(content[at : at + 4])
            chunks.append(content[at + 4 : at + 8])
            at += 12 + size
        assert set(chunks) <= {b"IHDR", b"IDAT", b"IEND"}


def test_make_session__order_and_codes_tell_nothing_of_the_visit(tmp_path):
    """Over many sessions, place in the order and in the alphabet are even between the visits."""
    generator = random.Random(5)  # noqa: S311  (a test repeats itself)
    ranks, letters = [], []
    for number in range(60):
        codes = readers.make_session(
            tmp_path / f"{number}", tmp_path / f"{number}.key", sections(), question="",
            repeats=0, chance=generator,
        )  # fmt: skip
        names = json.loads((tmp_path / f"{number}.key").read_text())["sections"]
        ranks += [index for index, code in enumerate(codes) if "M0" in names[code]]
        letters += [index for index, code in enumerate(sorted(codes)) if "M0" in names[code]]
    for found in (ranks, letters):
        assert abs(np.mean(found) - 3.5) < 0.45  # 3 standard errors of 240 draws from 0 to 7


def test_make_session__repeats_some_sections_under_codes_of_their_own(made):
    place, codes = made
    names = json.loads((place / "secret" / "key.json").read_text())["sections"]
    assert len(codes) == len(set(codes)) == 10
    assert len(set(names.values())) == 8
    assert all(re.fullmatch(r"[A-Z3-9]{8}", code) for code in codes)


def test_make_session__keeps_the_key_away(tmp_path):
    with pytest.raises(OutputError, match="which readers receive"):
        readers.make_session(tmp_path / "r", tmp_path / "r" / "k", sections(), question="")


def test_make_session__needs_enough_sections_of_different_names(tmp_path):
    with pytest.raises(SlideError, match="at least 5"):
        readers.make_session(tmp_path / "r", tmp_path / "k", sections(4), question="")
    with pytest.raises(SlideError, match="one name"):
        readers.make_session(tmp_path / "r", tmp_path / "k", sections() + sections(), question="")


def answered(folder, reader, value):
    session = readers.open_session(folder)
    for index, code in enumerate(session.codes):
        session.answer(reader, code, value(index))
    return session


def test_unblind__waits_until_every_reader_has_committed(made):
    place, codes = made
    key = place / "secret" / "key.json"
    session = answered(place / "read", "A", float)
    session.commit("A")
    with pytest.raises(SlideError, match="'B' did not commit"):
        session.unblind(key, ["A", "B"])
    session.answer("B", codes[0], 3.0)
    with pytest.raises(SlideError, match="has not answered"):
        session.commit("B")
    answered(place / "read", "B", float).commit("B")
    found = session.unblind(key, ["A", "B"])
    assert len(found) == 20
    assert sum(reading.again for reading in found) == 4


def test_answer__is_closed_by_the_commitment_and_a_change_is_seen(made):
    place, codes = made
    session = answered(place / "read", "A", float)
    session.commit("A")
    with pytest.raises(SlideError, match="has committed"):
        session.answer("A", codes[0], 9.0)
    with pytest.raises(SlideError, match="has committed already"):
        session.commit("A")
    [file] = (place / "read").glob("answers-*.json")
    content = json.loads(file.read_text())
    content["answers"][codes[0]]["value"] = 99.0
    file.write_text(json.dumps(content))
    with pytest.raises(SlideError, match="changed after the commitment"):
        session.unblind(place / "secret" / "key.json", ["A"])


def test_answer__rejects_a_section_only_with_a_reason(made):
    place, codes = made
    session = readers.open_session(place / "read")
    with pytest.raises(SlideError, match="with a reason"):
        session.answer("A", codes[0], None)
    with pytest.raises(SlideError, match="no code"):
        session.answer("A", "NOTACODE", 1.0)
    session.answer("A", codes[0], None, reason="fold")
    assert codes[0] not in session.missing("A")


def test_unblind__refuses_the_key_of_another_session(made, tmp_path):
    place, _ = made
    readers.make_session(tmp_path / "other", tmp_path / "other.json", sections(), question="")
    session = answered(place / "read", "A", float)
    session.commit("A")
    with pytest.raises(SlideError, match="not the key"):
        session.unblind(tmp_path / "other.json", ["A"])


def readings() -> list[Reading]:
    rows = {"a": (1, 2), "b": (4, 4), "c": (7, 9), "d": (2, None)}
    found = []
    for name, row in rows.items():
        for reader, value in zip("AB", row, strict=True):
            number = None if value is None else float(value)
            found.append(
                Reading(reader, name, name + reader, number, "" if value else "fold", False)
            )
    found += [Reading("A", "a", "x", 1.0, "", True), Reading("A", "b", "y", 5.0, "", True)]
    return found


def test_compare__tells_agreement_repeats_and_what_is_disputed():
    found = readers.compare(readings(), tolerance=1.0)
    assert found.sections == 3
    assert found.rejected == ("d",)
    assert found.disputed == ("c",)
    assert found.limits["A", "B"].mean.value == pytest.approx(-1.0)
    assert found.repeats["A"].mean.value == pytest.approx(-0.5)
    assert found.absolute.value is not None
    assert 0.8 < found.absolute.value < found.consistency.value < 1


def test_compare__gives_weighted_kappa_of_grades():
    found = readers.compare(readings(), tolerance=1.0, grades=10)
    assert 0 < found.kappa["A", "B"].value < 1


def test_compare__needs_two_readers():
    with pytest.raises(SlideError, match="two readers"):
        readers.compare([r for r in readings() if r.reader == "A"], tolerance=1)


def test_adjudicate__decides_what_is_disputed_and_nothing_else():
    assert adjudicate(readings(), {"c": 8.5}, tolerance=1.0) == {
        "a": 1.5, "b": 4.0, "c": 8.5, "d": 2.0,
    }  # fmt: skip
    for wrong in ({}, {"c": 8.0, "a": 1.0}):
        with pytest.raises(SlideError, match="adjudication"):
            adjudicate(readings(), wrong, tolerance=1.0)
