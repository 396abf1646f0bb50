"""Readings of a study: from a session to the table, the agreement and the regions left out."""

import csv
import json

import pytest

from myotrial import study
from myotrial.errors import MyotrialError, SlideError
from myotrial.study import Asked, readings

from .test_biopsies import ROOT, _sections

HEADER = "USUBJID,BXTIME,BXDY,MARKER,CHROMOGEN,SCANNER,FILE,CONTROL\n"
FILES = [f"A-0{number}-{time}.tif" for number in (1, 2, 3) for time in ("BASELINE", "REPEAT")]
ASKED = Asked("CD3", "CD3-positive cells", ("Ann", "Bob"), adjudicator="Cy", tolerance=2.0)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    made, place = _sections(), tmp_path_factory.mktemp("read")
    for index, name in enumerate([*FILES, "neg.tif"]):
        positive = 0 if name == "neg.tif" else 3 * index + 2
        section = made.draw(size=512, positive=positive, negative=20, seed=index + 1)
        made.write_slide(place / name, section.pixels)
    return place


@pytest.fixture
def folder(tmp_path, drawn):
    (tmp_path / "biopsies").mkdir()
    rows = ",,,,DAB,S,neg.tif,Y\n"
    for name in FILES:
        subject, time = name[:4], name[5:-4]
        rows += f"{subject},{time},1,CD3,DAB,S,{name},\n"
    for name in (*FILES, "neg.tif"):
        (tmp_path / "biopsies" / name).symlink_to(drawn / name)
    (tmp_path / "biopsies" / "manifest.csv").write_text(HEADER + rows)
    (tmp_path / "study.yaml").write_bytes((ROOT / "studies/anakinra-2009/study.yaml").read_bytes())
    return tmp_path


def key(folder):
    return json.loads((folder / "biopsies" / "keys" / "cd3" / "key.json").read_text())["sections"]


def read_all(folder, reader, value):
    """Answer every section by what it is, and commit."""
    desk = readings.sit(folder, "cd3", reader)
    for code in desk.session.codes:
        desk.answer(code, float(value(key(folder)[code])), "")
    return desk


def rows(folder):
    with (folder / "data" / "readings.csv").open() as file:
        return list(csv.DictReader(file))


def test_unblind__writes_what_was_read_adjudicated_and_rejected(folder):
    started = study.new_reading(folder, "cd3", ASKED)
    assert (started.sections, started.codes) == (6, 7)
    ann = read_all(folder, "Ann", FILES.index)
    first = next(code for code in ann.session.codes if key(folder)[code] == FILES[0])
    ann.reject(first, [[0, 0], [256, 0], [256, 512], [0, 512]], "torn")
    ann.commit()
    with pytest.raises(SlideError, match="'Bob' did not commit"):
        study.unblind(folder, "cd3")
    with pytest.raises(SlideError, match="'Bob' did not commit"):
        readings.sit(folder, "cd3", "Cy")
    read_all(folder, "Bob", lambda name: FILES.index(name) + 5 * (name == FILES[4])).commit()
    with pytest.raises(SlideError, match="'Cy' did not commit"):
        study.unblind(folder, "cd3")
    cy = readings.sit(folder, "cd3", "Cy")
    assert [key(folder)[code] for code in cy.session.codes] == [FILES[4]]
    assert cy.state()["sections"][0]["told"] == [4.0, 9.0]
    cy.answer(cy.session.codes[0], 6.0, "")
    cy.commit()
    done = study.unblind(folder, "cd3")
    assert (done.sections, done.agreed, done.adjudicated, done.regions) == (6, 6, 1, 1)
    assert done.agreement["ICC(2,1), agreement"].startswith("0.")
    found = rows(folder)
    assert len(found) == 2 * 7 + 6
    accepted = [row for row in found if row["ACPTFL"] == "Y"]
    values = {(row["USUBJID"], row["BXTIME"]): (row["EVALID"], row["RDRES"]) for row in accepted}
    assert values["A-03", "BASELINE"] == ("Cy", "6")
    assert values["A-02", "REPEAT"] == ("CONSENSUS", "3")
    assert sorted(row["RDSEQ"] for row in found if row["EVALID"] == "Ann") == ["1"] * 6 + ["2"]
    again = study.unblind(folder, "cd3")
    assert (rows(folder), again.regions) == (found, 0)


READ = "USUBJID,BXTIME,MARKER,RDSESS,EVALID,RDSEQ,RDRES,RDREAS,ACPTFL\n"


def told(folder, *lines):
    """The captured table of biopsies, once these readings were accepted and the plan asks so."""
    plan = folder / "study.yaml"
    if "accepted: true" not in plan.read_text():
        text = plan.read_text()
        assert "{id: CD3, label" in text
        plan.write_text(text.replace("{id: CD3, label", "{id: CD3, accepted: true, label"))
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "readings.csv").write_text(READ + "".join(f"{one}\n" for one in lines))
    done = study.measure_biopsies(folder)
    with (folder / "data" / "biopsies.csv").open() as file:
        return done, {(row["USUBJID"], row["BXTIME"]): row["BXRES"] for row in csv.DictReader(file)}


def test_measure_biopsies__takes_accepted_readings_where_the_plan_says_so(folder):
    measured = study.measure_biopsies(folder)
    assert not measured.notes
    done, values = told(
        folder,
        "A-01,BASELINE,CD3,one,Ann,1,3,,",
        "A-01,BASELINE,CD3,one,CONSENSUS,1,4.5,,Y",
        "A-02,REPEAT,CD8,two,CONSENSUS,1,7,,Y",
    )
    assert values == {("A-01", "BASELINE"): "4.5"}
    assert done.reused == done.slides  # nothing was measured again
    assert "A-02, CD3, REPEAT: no reading is accepted; the value is missing" in done.notes
    assert len(done.notes) == 5


def test_measure_biopsies__refuses_two_sessions_that_have_accepted_one_biopsy(folder):
    lines = [f"A-01,BASELINE,CD3,{name},CONSENSUS,1,4,,Y" for name in ("one", "two")]
    with pytest.raises(MyotrialError, match="'one' and 'two' have both accepted"):
        told(folder, *lines)


def test_measure_biopsies__leaves_out_what_was_rejected(folder):
    from myotrial.biopsy.geojson import Feature, write

    study.measure_biopsies(folder)
    record = folder / "biopsies" / "measured" / "record.json"
    before = json.loads(record.read_text())["batches"]["DAB"]["slides"]
    place = folder / "biopsies" / "excluded" / f"{FILES[0]}.geojson"
    place.parent.mkdir()
    half = ((0.0, 0.0), (256.0, 0.0), (256.0, 512.0), (0.0, 512.0))
    write(place, [Feature("annotation", half, "Fold", label="torn")])
    done = study.measure_biopsies(folder)
    assert done.reused == 0
    after = json.loads(record.read_text())["batches"]["DAB"]["slides"]
    assert after[FILES[0]]["tissue_mm2"] == pytest.approx(before[FILES[0]]["tissue_mm2"] / 2)
    assert any("rejected by a person" in flag for flag in after[FILES[0]]["flags"])
    assert after[FILES[1]]["nuclei"] == before[FILES[1]]["nuclei"]
    place.write_text("{")
    with pytest.raises(MyotrialError, match="no GeoJSON"):
        study.measure_biopsies(folder)


def test_sit__shows_readers_what_was_measured(folder):
    study.measure_biopsies(folder)
    study.new_reading(folder, "cd3", ASKED)
    desk = readings.sit(folder, "cd3", "Ann")
    code = desk.session.codes[0]
    assert desk.about(code) == {"operating": 0.15, "measured": True, "counted": True}
    cells = desk.cells(code, (0.0, 0.0, 512.0, 512.0))["cells"]
    assert sum(one[2] for one in cells) == 3 * FILES.index(key(folder)[code]) + 2
    desk.close()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"marker": "CD99"}, "no slide of the manifest"),
        ({"readers": ()}, "at least one reader"),
        ({"readers": ("Cy", "Bob")}, "different people"),
        ({"grades": 1}, "two grades"),
        ({"repeats": 2.0}, "between 0 and 1"),
        ({"tolerance": -1.0}, "0 or more"),
    ],
)
def test_new_reading__refuses_what_is_no_session(folder, changed, told):
    from dataclasses import replace

    with pytest.raises(MyotrialError, match=told):
        study.new_reading(folder, "cd3", replace(ASKED, **changed))
    with pytest.raises(MyotrialError, match="one word"):
        study.new_reading(folder, "../cd3", ASKED)


def test_sit__knows_its_readers_and_sessions(folder):
    with pytest.raises(MyotrialError, match=r"no session 'cd3'"):
        readings.sit(folder, "cd3", "Ann")
    study.new_reading(folder, "cd3", ASKED)
    for reader in ("Eve", ""):
        with pytest.raises(MyotrialError, match=r"no reader of cd3; there are Ann, Bob"):
            readings.sit(folder, "cd3", reader)
    for reader in ("Ann", "Bob"):
        read_all(folder, reader, FILES.index).commit()
    with pytest.raises(MyotrialError, match="nothing to adjudicate"):
        readings.sit(folder, "cd3", "Cy")


def test_view__serves_the_page_until_it_is_interrupted(folder, monkeypatch):
    from urllib.request import urlopen

    from myotrial.biopsy import viewing

    study.new_reading(folder, "cd3", ASKED)
    told = []

    def interrupted(desk, tell, *, port):
        with viewing.Served(desk, port) as served:
            tell(served.address)
            with urlopen(f"{served.address}state") as answer:  # noqa: S310  (loopback)
                told.append(json.loads(answer.read()))
            desk.answer(desk.session.codes[0], 3.0, "")
        raise KeyboardInterrupt

    monkeypatch.setattr(viewing, "serve", interrupted)
    (folder / "biopsies" / FILES[2]).unlink()
    done = study.view(folder, "cd3", "Ann", told.append)
    assert told[0].startswith("http://127.0.0.1:")
    assert told[1]["question"] == "CD3-positive cells"
    assert (done.answered, done.codes, done.committed) == (1, 7, False)
    lost = [code for code, name in key(folder).items() if name == FILES[2]]
    assert set(done.unseen) == set(lost)
    assert FILES[2] not in str(done)
