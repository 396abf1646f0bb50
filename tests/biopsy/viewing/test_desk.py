"""A reader's desk: answers, rejected regions, commitment; and the adjudicator's."""

import json

import pytest

from myotrial.biopsy import readers
from myotrial.biopsy.readers import Question
from myotrial.biopsy.viewing import desk as module
from myotrial.errors import SlideError

SQUARE = [[100, 100], [200, 100], [200, 200], [100, 200]]


def test_desk__keeps_answers_and_regions_and_seals_both(sitting):
    desk, codes = sitting.desk, sitting.session.codes
    for code in codes:
        desk.answer(code, 3.0, "")
    desk.reject(codes[0], SQUARE, "fold")
    shown = desk.state()["sections"][0]["regions"]
    assert shown == [{"outline": SQUARE, "reason": "fold"}]
    desk.commit()
    state = desk.state()
    assert state["committed"]
    for late in (
        lambda: desk.answer(codes[0], 4.0, ""),
        lambda: desk.reject(codes[0], SQUARE, "pen"),
        lambda: desk.restore(codes[0], 0),
    ):
        with pytest.raises(SlideError, match="has committed"):
            late()
    found = {one.code: one for one in sitting.session.unblind(sitting.key, ["A"])}
    assert found[codes[0]].regions[0].reason == "fold"
    [file] = (sitting.folder / "session").glob("answers-*.json")
    content = json.loads(file.read_text())
    content["regions"][codes[0]][0]["outline"][0] = [0, 0]
    file.write_text(json.dumps(content))
    with pytest.raises(SlideError, match="changed after the commitment"):
        sitting.session.unblind(sitting.key, ["A"])


def test_desk__keeps_regions_in_pixels_of_the_slide(sitting):
    """A slide of twice the resolution: the canvas is at the coarser one."""
    fine = next(code for code, name in sitting.names.items() if "REPEAT" in name)
    sitting.desk.reject(fine, SQUARE, "fold")
    [region] = sitting.session.regions("A")[fine]
    (x0, _), (x1, _), *_ = region["outline"]
    assert x1 - x0 == pytest.approx(200)
    sitting.desk.restore(fine, 0)
    assert sitting.session.regions("A") == {}


@pytest.mark.parametrize(
    ("outline", "reason", "told"),
    [
        (SQUARE, " ", "with a reason"),
        (SQUARE[:2], "fold", "3 to 2000 corners"),
        ([[0, 0]] * 2001, "fold", "3 to 2000 corners"),
    ],
)
def test_desk__refuses_a_region_that_is_none(sitting, outline, reason, told):
    with pytest.raises(SlideError, match=told):
        sitting.desk.reject(sitting.session.codes[0], outline, reason)


def test_desk__a_rejected_region_is_left_out_of_the_share_in_view(sitting):
    code, box = sitting.session.codes[0], (0.0, 0.0, 768.0, 768.0)
    whole = sitting.desk.shares(code, box)["tissue_mm2"]
    sitting.desk.reject(code, [[0, 0], [384, 0], [384, 768], [0, 768]], "torn")
    assert sitting.desk.shares(code, box)["tissue_mm2"] == pytest.approx(whole / 2, rel=0.1)


@pytest.mark.parametrize(
    ("value", "told"), [(5, "a grade from 0 to 4"), (1.5, "a grade"), (-1, "a")]
)
def test_desk__takes_grades_where_grades_are_asked_for(tmp_path, starting, value, told):
    sitting = starting(tmp_path, question=Question("MHC class I", grades=5))
    with pytest.raises(SlideError, match=told):
        sitting.desk.answer(sitting.session.codes[0], value, "")
    sitting.desk.answer(sitting.session.codes[0], 4, "")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.1])
def test_desk__takes_numbers_that_are_some(sitting, value):
    with pytest.raises(SlideError, match="a number, 0 or more"):
        sitting.desk.answer(sitting.session.codes[0], value, "")


def test_desk__keeps_few_slides_open_and_closes_them(sitting, monkeypatch):
    monkeypatch.setattr(module, "OPEN", 1)
    closed = []
    opened = module.open_slide

    def watched(path, **options):
        slide = opened(path, **options)
        close = slide.close
        slide.close = lambda: (closed.append(path), close())
        return slide

    monkeypatch.setattr(module, "open_slide", watched)
    for code in sitting.session.codes:
        assert sitting.desk.tile(code, 0, 0, 0)[:2] == b"\xff\xd8"
    assert len(closed) >= 5
    sitting.desk.close()
    assert len(set(closed)) == 6


def test_disputes__go_to_an_adjudicator_under_their_codes(tmp_path, starting):
    sitting = starting(tmp_path)
    first = {}
    for reader, more in (("A", 0), ("B", 8)):
        for index, code in enumerate(sitting.session.codes):
            first.setdefault(sitting.names[code], code)
            wide = sitting.names[code] in list(dict.fromkeys(sitting.names.values()))[:2]
            sitting.session.answer(reader, code, 10.0 + index + (more if wide else 1))
        sitting.session.commit(reader)
    readings = sitting.session.unblind(sitting.key, ["A", "B"])
    found = readers.disputes(readings, tolerance=2)
    assert len(found) == 2
    told = {first[name]: row for name, row in found.items()}
    adjudicator = starting(tmp_path, codes=list(told), told=told, reader="C")
    state = adjudicator.desk.state()
    assert state["adjudicating"]
    assert [len(one["told"]) for one in state["sections"]] == [2, 2]
    assert not any(name in json.dumps(state) for name in sitting.names.values())
    for code in adjudicator.session.codes:
        adjudicator.desk.answer(code, 15.0, "")
    adjudicator.desk.commit()
    decided = {sitting.names[code]: 15.0 for code in told}
    settled = readers.adjudicate(readings, decided, tolerance=2)
    assert len(settled) == 6
    assert [settled[name] for name in decided] == [15.0, 15.0]
