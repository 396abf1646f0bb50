"""Measure the slides of a study: the table, the record, what is told and what is refused."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from myotrial import protocol, study
from myotrial.errors import DocumentError, MyotrialError, OutputError
from myotrial.study.manifest import read_manifest

ROOT = Path(__file__).parents[2]
HEADER = "USUBJID,BXTIME,BXDY,MARKER,CHROMOGEN,SCANNER,FILE,CONTROL\n"
ROWS = """\
A-01,BASELINE,1,CD3,DAB,S,a0.tif,
A-01,REPEAT,180,CD3,DAB,S,a6.tif,
A-02,REPEAT,181,CD3,DAB,S,b6.tif,
,,,,DAB,S,neg.tif,Y
"""


def _sections():
    """The generator of sections beside the tests of the biopsy room."""
    place = ROOT / "tests" / "biopsy" / "conftest.py"
    spec = importlib.util.spec_from_file_location("sections", place)
    module = importlib.util.module_from_spec(spec)
    sys.modules["sections"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def slides(tmp_path_factory):
    made, place = _sections(), tmp_path_factory.mktemp("slides")
    for name, positive, seed in (("a0", 20, 3), ("a6", 6, 4), ("b6", 10, 5), ("neg", 0, 6)):
        drawn = made.draw(positive=positive, negative=40, seed=seed)
        made.write_slide(place / f"{name}.tif", drawn.pixels)
    return place


@pytest.fixture
def folder(tmp_path, slides):
    (tmp_path / "biopsies").mkdir()
    for slide in slides.iterdir():
        (tmp_path / "biopsies" / slide.name).write_bytes(slide.read_bytes())
    (tmp_path / "study.yaml").write_bytes((ROOT / "studies/anakinra-2009/study.yaml").read_bytes())
    (tmp_path / "biopsies" / "manifest.csv").write_text(HEADER + ROWS)
    return tmp_path


def manifest(folder, text):
    (folder / "biopsies" / "manifest.csv").write_text(text)
    return read_manifest(folder, protocol.read(folder / "study.yaml"))


def table(folder):
    lines = (folder / "data" / "biopsies.csv").read_text().splitlines()
    head = lines[0].split(",")
    return [dict(zip(head, line.split(","), strict=True)) for line in lines[1:]]


def test_measure_biopsies__writes_the_table_that_datasets_read(folder):
    done = study.measure_biopsies(folder)
    assert done.code == 0
    assert done.slides == 4
    first, repeat, other = table(folder)
    assert first["USUBJID"] == "A-01"
    assert (first["BXTIME"], first["BXDY"], first["BXU"]) == ("BASELINE", "1", "cells/mm2")
    tissue = (0.25 * (768 - 120)) ** 2 / 1e6  # square millimetres, as drawn
    assert float(first["BXRES"]) == pytest.approx(20 / tissue, rel=0.1)
    assert float(repeat["BXRES"]) == pytest.approx(6 / tissue, rel=0.1)
    assert float(other["BXRES"]) == pytest.approx(10 / tissue, rel=0.1)
    assert done.notes == ("A-02, CD3: a repeat biopsy without a first one; its change is missing",)


def test_measure_biopsies__table_passes_the_checks_of_datasets(folder):
    from myotrial import datasets

    study.measure_biopsies(folder)
    plan = protocol.read(folder / "study.yaml")

    def complaints():
        with pytest.raises(DocumentError) as caught:  # the other tables are not there
            datasets.read_tables(folder / "data", plan)
        return [one for one in caught.value.problems if Path(one.file or "").name == "biopsies.csv"]

    assert complaints() == []
    file = folder / "data" / "biopsies.csv"
    file.write_text(file.read_text().replace("cells/mm2", "cells"))
    assert complaints()


def test_measure_biopsies__keeps_a_sheet_cells_and_every_setting(folder):
    study.measure_biopsies(folder)
    measured = folder / "biopsies" / "measured"
    record = json.loads((measured / "record.json").read_text())
    slide = record["batches"]["DAB"]["slides"]["a0.tif"]
    assert (measured / "sheets" / f"{slide['code']}.png").read_bytes().startswith(b"\x89PNG")
    cells = json.loads((measured / "cells" / f"{slide['code']}.geojson").read_text())
    assert len(cells["features"]) == slide["nuclei"]
    assert slide["record"]["settings"]["operating"] == 0.15
    assert slide["record"]["slide"]["mpp"] == pytest.approx(0.25)
    assert slide["record"]["floor"]["controls"] == 1
    assert set(slide["record"]["stains"]) == {"haematoxylin", "DAB"}
    assert "A-01" not in json.dumps(record)


def test_measure_biopsies__is_not_done_again_for_what_has_not_changed(folder):
    study.measure_biopsies(folder)
    before = (folder / "data" / "biopsies.csv").read_bytes()
    again = study.measure_biopsies(folder)
    assert again.reused == again.slides == 4
    assert (folder / "data" / "biopsies.csv").read_bytes() == before
    (folder / "biopsies" / "a6.tif").write_bytes((folder / "biopsies" / "b6.tif").read_bytes())
    assert study.measure_biopsies(folder).reused == 0


def test_measure_biopsies__goes_on_after_an_interruption_with_the_batch_it_fell_into(
    folder, monkeypatch
):
    from myotrial.biopsy import measure

    rows = ROWS.replace("DAB,S,b6", "Fast Red,S,b6")
    (folder / "biopsies" / "manifest.csv").write_text(HEADER + rows)
    made = _sections()
    red = made.draw(positive=10, negative=40, chromogen="Fast Red", seed=5)
    made.write_slide(folder / "biopsies" / "b6.tif", red.pixels)
    whole = measure.measure_batch

    def interrupted(sources, settings, each):
        if settings.chromogen == "Fast Red":
            raise KeyboardInterrupt
        return whole(sources, settings, each)

    monkeypatch.setattr(measure, "measure_batch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        study.measure_biopsies(folder)
    assert not (folder / "data" / "biopsies.csv").exists()
    monkeypatch.setattr(measure, "measure_batch", whole)
    done = study.measure_biopsies(folder)
    assert (done.slides, done.reused) == (4, 3)
    assert len(table(folder)) == 3


def test_measure_biopsies__tells_an_unreadable_slide_and_leaves_it_out(folder):
    whole = (folder / "biopsies" / "a6.tif").read_bytes()
    (folder / "biopsies" / "a6.tif").write_bytes(whole[: len(whole) // 2])
    (folder / "biopsies" / "b6.tif").unlink()
    done = study.measure_biopsies(folder)
    assert done.code == 1
    assert done.slides == 2
    assert set(done.failed) == {"a6.tif", "b6.tif"}
    assert "cannot be opened: no such file" in done.failed["b6.tif"]
    assert [row["BXTIME"] for row in table(folder)] == ["BASELINE"]


def _sixteen(pixels):
    return pixels.astype("uint16") * 256


def _grey(pixels):
    return pixels[..., 0]


def _dark(pixels):
    return (255 - pixels) // 3  # dim on black, as a fluorescence scan shown without stretching


@pytest.mark.parametrize(
    ("made", "told"),
    [(_sixteen, "8 bits a channel"), (_grey, "greyscale"), (_dark, "fluorescence")],
)
def test_measure_biopsies__tells_a_slide_that_is_no_brightfield_scan_and_measures_the_others(
    folder, made, told
):
    import tifffile

    pixels = made(_sections().draw(seed=9).pixels)
    tifffile.imwrite(
        folder / "biopsies" / "a6.tif", pixels, tile=(256, 256), resolution=(4e4, 4e4),
        resolutionunit=3, metadata=None,
    )  # fmt: skip
    done = study.measure_biopsies(folder)
    assert (done.code, done.slides, set(done.failed)) == (1, 3, {"a6.tif"})
    assert told in done.failed["a6.tif"]


def test_measure_biopsies__tells_a_slide_that_is_damaged_inside_and_measures_the_others(folder):
    """Its overview is whole; a tile of full resolution is not."""
    import tifffile

    place = folder / "biopsies" / "a6.tif"
    _sections().write_slide(place, _sections().draw(seed=4).pixels, levels=3)
    with tifffile.TiffFile(place) as tiff:
        at = tiff.pages[0].dataoffsets[4]
        size = tiff.pages[0].databytecounts[4]
    content = bytearray(place.read_bytes())
    content[at : at + size] = bytes(size)
    place.write_bytes(content)
    done = study.measure_biopsies(folder)
    assert (done.code, done.slides, set(done.failed)) == (1, 3, {"a6.tif"})
    assert "cannot be decoded" in done.failed["a6.tif"]


def test_measure_biopsies__tells_a_slide_whose_stain_was_exchanged_in_the_manifest(folder):
    rows = ROWS.replace("DAB,S,a6", "Fast Red,S,a6")
    (folder / "biopsies" / "manifest.csv").write_text(HEADER + rows)
    done = study.measure_biopsies(folder)
    assert (done.code, done.slides, set(done.failed)) == (1, 3, {"a6.tif"})
    assert "said to be stained with Fast Red, and looks like DAB" in done.failed["a6.tif"]


def test_measure_biopsies__does_not_overwrite_what_a_person_entered(folder):
    (folder / "data").mkdir()
    (folder / "data" / "biopsies.csv").write_text("USUBJID\n")
    with pytest.raises(OutputError, match="not written by this command"):
        study.measure_biopsies(folder)
    assert (folder / "data" / "biopsies.csv").read_text() == "USUBJID\n"


def test_measure_biopsies__refuses_two_scanners_without_calibration(folder):
    rows = ROWS.replace("DAB,S,a6.tif", "DAB,T,a6.tif")
    (folder / "biopsies" / "manifest.csv").write_text(HEADER + rows)
    done = study.measure_biopsies(folder)
    assert done.code == 1
    assert "different scanners" in done.failed["a6.tif"]
    assert table(folder) == []


def test_measure_biopsies__says_in_one_line_how_to_install_what_is_missing(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    for name in [name for name in sys.modules if name.startswith("myotrial.biopsy")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(MyotrialError, match=r"pip install 'myotrial\[biopsy\]'") as caught:
        study.measure_biopsies(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("A-01,BASELINE,1,CD3,DAB,S,a0.tif,\n", "each once"),
        ("A-01,BASELINE,1,CD3,DAB,S,other.tif,\n", "each once"),
        ("A-03,MONTH6,1,CD3,DAB,S,c.tif,\n", "one of BASELINE, REPEAT"),
        ("A-03,BASELINE,1,CD99,DAB,S,c.tif,\n", "a marker of study.yaml"),
        ("A-03,BASELINE,1,CD3,PINK,S,c.tif,\n", "one of DAB, AEC, Fast Red"),
        ("A-03,BASELINE,1,CD3,DAB,,c.tif,\n", "the scanner's name"),
        (",BASELINE,1,CD3,DAB,S,c.tif,\n", "a subject"),
        ("A-03,BASELINE,1,CD3,DAB,S,../c.tif,\n", "a path below biopsies"),
        ("A-03,BASELINE,1,CD3,DAB,S,c.tif,maybe\n", "Y or an empty cell"),
    ],
)  # fmt: skip
def test_read_manifest__tells_what_is_wrong_and_where(folder, row, told):
    with pytest.raises(DocumentError, match=told) as caught:
        manifest(folder, HEADER + ROWS + row)
    assert caught.value.problems[0].line == 6


def test_read_manifest__tells_missing_and_unknown_columns(folder):
    with pytest.raises(DocumentError, match="a column CHROMOGEN"):
        manifest(folder, "FILE,SCANNER,MARKER,COLOUR\na,b,c,d\n")
    (folder / "biopsies" / "manifest.csv").unlink()
    with pytest.raises(DocumentError, match="a table of slides"):
        read_manifest(folder, protocol.read(folder / "study.yaml"))


def test_read_manifest__lets_a_section_be_scanned_twice(folder):
    extra = "A-01,BASELINE,1,CD3,DAB,T,a0-t.tif,,one,N\n"
    rows = "".join(
        f"{line},one,\n" if "a0" in line else f"{line},,\n" for line in ROWS.splitlines()
    )
    found = manifest(folder, HEADER.strip() + ",SECTION,REPORT\n" + rows + extra)
    assert [row.reported for row in found] == [True, True, True, True, False]
