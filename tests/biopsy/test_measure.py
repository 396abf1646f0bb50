"""What is measured of sections drawn here, whose truth is known; and what is refused."""

import dataclasses

import numpy as np
import pytest

from myotrial.biopsy import stains, tissue
from myotrial.biopsy.artefacts import find_artefacts
from myotrial.biopsy.blocks import BINS
from myotrial.biopsy.calibration import calibrate
from myotrial.biopsy.cells import CELL, NUCLEUS, Cells
from myotrial.biopsy.counting import count_cells, h_score
from myotrial.biopsy.dark_cells import find_dark_cells
from myotrial.biopsy.density import EDGES, Densities, block_size, densities, tables
from myotrial.biopsy.measure import Settings, Source, measure_batch
from myotrial.biopsy.presence import Fields, detection_limit, presence, share_interval
from myotrial.biopsy.reading import open_slide
from myotrial.biopsy.stains import REFERENCE
from myotrial.errors import SlideError


@pytest.fixture(scope="module")
def batch(tmp_path_factory, drawing, writing):
    """Two sections and their control, on two scanners; on T all OD is seven tenths."""
    place = tmp_path_factory.mktemp("batch")
    sources, truth = [], {}
    for scanner, gain in (("S", 1.0), ("T", 0.7)):
        for name, positive, seed in (("one", 20, 3), ("two", 8, 4), ("control", 0, 5)):
            drawn = drawing(positive=positive, negative=40, seed=seed, gain=gain)
            path = writing(place / f"{scanner}-{name}.tif", drawn.pixels)
            control = name == "control"
            section = "" if control else name
            source = Source(
                f"{scanner}-{name}", path, scanner, "CD3", control=control, section=section
            )
            sources.append(source)
            truth[source.name] = drawn
    return sources, truth


def shares(found):
    return {one.source.name: one for one in found.measured}


def truth_of(drawn, od=0.15):
    return 100 * (drawn.chromogen[drawn.tissue] > od).mean()


def test_measure_batch__measures_area_and_cells_of_drawn_sections(batch):
    sources, truth = batch
    found = shares(measure_batch([one for one in sources if one.scanner == "S"], Settings()))
    for name, drawn in truth.items():
        if name.startswith("S-") and "control" not in name:
            one = found[name]
            assert one.net == pytest.approx(truth_of(drawn), rel=0.1)
            assert one.positive == len(drawn.positive)
            assert one.nuclei == len(drawn.positive) + len(drawn.negative)
            tissue_mm2 = drawn.tissue.sum() * 0.25**2 / 1e6
            assert one.tissue_mm2 == pytest.approx(tissue_mm2, rel=0.04)
            assert one.per_mm2 == pytest.approx(len(drawn.positive) / tissue_mm2, rel=0.05)
            assert one.presence.call == "Y"
    control = found["S-control"]
    assert control.gross < 0.1
    assert control.positive == 0


def test_measure_batch__curve_falls_and_holds_the_operating_point(batch):
    sources, _ = batch
    one = measure_batch(sources[:3], Settings()).measured[0]
    values = list(one.curve.values())
    assert values == sorted(values, reverse=True)
    assert one.curve[0.15] == pytest.approx(one.gross)


def test_measure_batch__brings_a_calibrated_scanner_to_the_reference(batch):
    sources, _ = batch
    # only the first section calibrates; the second is compared
    known = [
        dataclasses.replace(one, section="one" if one.section == "one" else "") for one in sources
    ]
    result = measure_batch(known, Settings(reference="S"))
    assert result.calibrations["T"].factor == pytest.approx(1 / 0.7, rel=0.05)
    found = shares(result)
    assert found["T-two"].net == pytest.approx(found["S-two"].net, rel=0.08)
    assert found["T-two"].positive == found["S-two"].positive


def test_measure_batch__refuses_two_scanners_without_calibration(batch):
    sources, _ = batch
    apart = [dataclasses.replace(one, section="") for one in sources]
    result = measure_batch(apart, Settings())
    assert set(result.failed) == {"S-one", "S-two", "T-one", "T-two"}
    assert "without a calibration for DAB they are not compared" in result.failed["T-one"]


def test_measure_batch__compares_two_markers_on_two_scanners_without_calibration(batch):
    """What is never compared needs no calibration."""
    sources, _ = batch
    apart = [
        dataclasses.replace(one, section="", marker="CD3" if one.scanner == "S" else "CD8")
        for one in sources
    ]
    assert not measure_batch(apart, Settings()).failed


def test_measure_batch__flags_a_missing_control(batch):
    sources, _ = batch
    [one] = measure_batch(sources[:1], Settings()).measured
    assert any("no negative control" in flag for flag in one.flags)


def test_measure_batch__tells_an_unknown_chromogen_and_flags_one_without_stain(
    tmp_path, drawing, writing
):
    path = writing(tmp_path / "a.tif", drawing(positive=0, negative=60).pixels)
    with pytest.raises(SlideError, match="chromogen 'Pink' is not known"):
        measure_batch([Source("a", path, "S")], Settings(chromogen="Pink"))
    # haematoxylin only, named as red chromogen: the published vector is used, and that is flagged
    [one] = measure_batch([Source("a", path, "S")], Settings(chromogen="Fast Red")).measured
    assert one.positive == 0
    assert any("published stain vector" in flag for flag in one.flags)


@pytest.mark.parametrize(
    ("stained", "named"),
    [("Fast Red", "DAB"), ("DAB", "Fast Red"), ("AEC", "DAB"), ("DAB", "AEC"), ("AEC", "Fast Red")],
)
def test_measure_batch__tells_a_slide_whose_stain_was_exchanged_and_measures_the_others(
    tmp_path, drawing, writing, stained, named
):
    sources = []
    for name, chromogen in (("right", named), ("wrong", stained)):
        drawn = drawing(positive=30, negative=40, chromogen=chromogen)
        sources.append(Source(name, writing(tmp_path / f"{name}.tif", drawn.pixels), "S", "CD3"))
    batch = measure_batch(sources, Settings(chromogen=named))
    assert set(batch.failed) == {"wrong"}
    told = f"wrong: the slide is said to be stained with {named}, and looks like {stained}"
    assert told in batch.failed["wrong"]
    looked_at = [dataclasses.replace(one, checked=True) for one in sources]
    assert not measure_batch(looked_at, Settings(chromogen=named)).failed


def test_measure_batch__flags_a_control_that_was_exchanged_with_a_slide(tmp_path, drawing, writing):
    sources = []
    for name, positive in (("slide", 0), ("control", 120)):
        drawn = drawing(positive=positive, negative=20)
        path = writing(tmp_path / f"{name}.tif", drawn.pixels)
        sources.append(Source(name, path, "S", "CD3", control=name == "control"))
    found = shares(measure_batch(sources, Settings()))
    assert any("exchanged with another slide" in flag for flag in found["slide"].flags)


def test_measure_batch__refuses_a_picture_whose_light_and_dark_are_exchanged(
    tmp_path, drawing, writing
):
    pixels = 255 - drawing(margin=0, positive=20).pixels  # all tissue: no background tells
    path = writing(tmp_path / "a.tif", pixels)
    with pytest.raises(SlideError, match="light and dark are exchanged"):
        measure_batch([Source("a", path, "S")], Settings())


def test_measure_batch__tells_an_empty_slide_and_a_dark_one(tmp_path, writing):
    white = np.full((512, 512, 3), 240, np.uint8)
    empty = Source("empty", writing(tmp_path / "e.tif", white), "S")
    dark = Source("dark", writing(tmp_path / "d.tif", 255 - white), "S")
    with pytest.raises(SlideError, match="the slide is empty") as caught:
        measure_batch([empty, dark], Settings())
    assert "as in fluorescence" in str(caught.value)


def test_measure_batch__measures_a_slide_that_is_all_tissue_and_flags_it(
    tmp_path, drawing, writing, batch
):
    drawn = drawing(margin=0, positive=20, seed=8)
    full = Source("full", writing(tmp_path / "f.tif", drawn.pixels), "S", "CD3")
    found = shares(measure_batch([full, *batch[0][:3]], Settings()))["full"]
    assert any("no background" in flag for flag in found.flags)
    assert found.tissue_mm2 == pytest.approx((768 * 0.25) ** 2 / 1e6, rel=0.01)
    assert found.positive == 20


@pytest.mark.parametrize("tile", [64, 240, 256, 1024])
@pytest.mark.parametrize("threads", [1, 3])
def test_counts__are_the_same_integers_for_any_tile_size_and_thread_count(
    tmp_path, section, writing, tile, threads
):
    path = writing(tmp_path / "a.tif", section.pixels, tile=tile, compression="deflate")
    reference = _counted(writing(tmp_path / "b.tif", section.pixels, compression=None), 1)
    assert _counted(path, threads) == reference


def test_counts__are_the_same_integers_for_any_reader(images):
    from myotrial.biopsy.reading.vendors import read_vendor

    svs = images / "readers" / "CMU-1-Small-Region.svs"
    first = _counted(svs, 1, cells=False)
    assert _counted(images / "readers" / "cmu_dicom", 2, cells=False) == first
    with read_vendor(svs, mpp=None) as slide:
        assert _counted_in(slide, 1, cells=False) == first


def _counted(path, threads, *, cells=True):
    with open_slide(path) as slide:
        return _counted_in(slide, threads, cells=cells)


def _counted_in(slide, threads, *, cells=True):
    cell = tissue.cell_size(slide.info.mpp)
    overview = slide.overview(cell)
    white = tissue.find_white("a", overview)
    mask = tissue.find_tissue(overview, white, cell * slide.info.mpp)
    block = block_size(slide.info.mpp)
    known = stains.published("DAB")
    table = tables(known, white.level)
    found = densities(slide, mask, cell, table, block, threads=threads)
    if not cells:
        return found.by_field.tolist()
    counted = count_cells(slide, mask, cell, known, white, 0.04, CELL, threads=threads)
    places = (counted.x.tolist(), counted.y.tolist())
    return found.by_field.tolist(), int(counted.positive.sum()), places


def test_densities__equal_a_plain_count_of_every_block(section, tmp_path, writing):
    """The compiled count against NumPy on the same blocks."""
    known = stains.published("DAB")
    white = (242.0, 241.0, 239.0)
    with open_slide(writing(tmp_path / "a.tif", section.pixels, compression=None)) as slide:
        mask = np.ones((48, 48), np.uint8)
        mask[:10] = 0
        found = densities(slide, mask, 16, tables(known, white), 2)
    blocks = section.pixels[160:].reshape(304, 2, 384, 2, 3).mean((1, 3))
    blocks = np.floor(blocks + 0.5)
    value = (stains.optical_density(blocks, white) @ stains.unmix(known))[..., 1]
    expected, _ = np.histogram(value, EDGES)
    assert found.counts.sum() == 304 * 384
    assert np.abs(found.counts - expected).sum() <= 40  # those that fall on the edge of a bin
    assert found.tissue_mm2 == pytest.approx(304 * 384 * 0.5**2 / 1e6)
    above = (value > 0.2).mean()
    assert found.share_above(0.2) == pytest.approx(above, abs=2e-4)


def test_unmix__gives_back_what_was_mixed():
    known = stains.published("AEC")
    amounts = np.array([[0.3, 0.5], [1.0, 0.0], [0.0, 0.2]])
    back = (amounts @ np.array(known.vectors)) @ stains.unmix(known)
    assert back[:, :2] == pytest.approx(amounts)
    assert back[:, 2] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("chromogen", ["DAB", "AEC", "Fast Red"])
def test_estimate__finds_vectors_that_were_turned_away(chromogen):
    """Vectors some degrees from the published ones, mixed at random, with noise."""
    generator = np.random.default_rng(5)
    turned = [np.array(REFERENCE["haematoxylin"]), np.array(REFERENCE[chromogen])]
    turned[0] = turned[0] + [0.06, -0.03, -0.03]
    turned[1] = turned[1] + [0.03, 0.01, -0.03]
    turned = [vector / np.linalg.norm(vector) for vector in turned]
    amounts = np.zeros((40000, 2))
    amounts[:12000, 0] = generator.uniform(0.2, 1.0, 12000)
    amounts[12000:20000, 1] = generator.uniform(0.2, 1.0, 8000)
    amounts[20000:22000] = generator.uniform(0.1, 0.8, (2000, 2))
    densities_ = amounts @ np.array(turned) + generator.normal(0, 0.01, (40000, 3))
    found = stains.estimate(chromogen, densities_, np.ones(40000, bool))
    for vector, expected in zip(found.vectors, turned, strict=True):
        assert np.degrees(np.arccos(np.dot(vector, expected))) < 2.0


def test_h_score__weighs_the_three_grades(section):
    density = np.array([0.1, 0.3, 0.5, 0.9], np.float32)
    nothing = np.zeros(4, np.float32)
    cells = Cells(nothing, nothing, nothing, density, nothing, density > 0.2)
    assert h_score(cells, 1.0) == pytest.approx(25 * 1 + 25 * 2 + 25 * 3)
    assert np.isnan(h_score(Cells(*[nothing[:0]] * 5, positive=np.zeros(0, bool)), 1.0))


def fields(*positive):
    return Fields(np.full(len(positive), 10000), np.array(positive))


def test_presence__is_called_against_the_detection_limit_of_the_control():
    limit = detection_limit(fields(5, 8, 3, 6, 4, 9))
    assert limit == 0.001  # the control reaches less; no marker is called below 0.1 %
    dirty = detection_limit(fields(50, 80, 30, 60, 40, 90))
    assert 0.006 < dirty < 0.009
    assert presence(fields(200, 180, 220, 190, 210, 205), dirty).call == "Y"
    assert presence(fields(1, 0, 2, 1, 0, 1), dirty).call == "N"
    unclear = presence(fields(0, 0, 0, 0, 0, 450), dirty)
    assert unclear.call is None
    assert "includes the detection limit" in unclear.reason
    assert presence(fields(200, 200), dirty).call is None


def test_share_interval__covers_the_share_it_was_drawn_from():
    """Clustered positives in many sections: about 95 % of the intervals hold the truth."""
    generator = np.random.default_rng(11)
    held = 0
    for _ in range(200):
        shares_ = generator.beta(2, 38, 40)  # mean 5 %, from field to field
        low, high = share_interval(fields(*generator.binomial(10000, shares_)))
        held += low <= 0.05 <= high
    assert 0.88 <= held / 200 <= 0.99


def drawn_densities(scale, seed=1, bend=1.0):
    generator = np.random.default_rng(seed)
    values = np.concatenate([generator.normal(0, 0.01, 9000), generator.gamma(4, 0.1, 1000)])
    values = np.sign(values) * np.abs(values) ** bend
    counts, _ = np.histogram(values * scale, EDGES)
    return Densities(counts[None], 0.5)


def test_calibrate__finds_the_factor_and_refuses_other_sections():
    pair = ((drawn_densities(1.0), 0.0), (drawn_densities(0.6), 0.0))
    assert calibrate("S", "T", "DAB", [pair]).factor == pytest.approx(1 / 0.6, rel=0.03)
    assert calibrate("S", "T", "DAB", [pair]).threshold(0.15) == pytest.approx(0.09, rel=0.03)
    nothing = Densities(np.eye(1, BINS, 50, dtype=np.int64), 0.5)
    with pytest.raises(SlideError, match="too little stain"):
        calibrate("S", "T", "DAB", [((nothing, 0.0), (nothing, 0.0))])
    other = (pair[0], (drawn_densities(2.4), 0.0))
    with pytest.raises(SlideError, match="differ by"):
        calibrate("S", "T", "DAB", [pair, other])


def test_calibrate__translates_pale_and_dark_staining_by_factors_of_their_own():
    """A scanner with a curve: an OD on the reference is 0.6 times its 1.3th power there."""
    pair = ((drawn_densities(1.0), 0.0), (drawn_densities(0.6, bend=1.3), 0.0))
    found = calibrate("S", "T", "DAB", [pair])
    for od in (0.15, 0.3, 0.6):
        assert found.threshold(od) == pytest.approx(0.6 * od**1.3, rel=0.06)
    equal = [found.threshold(od) for od in np.linspace(0.02, 2.0, 100)]
    assert equal == sorted(equal)


def test_find_artefacts__finds_pen_and_nothing_in_a_clean_section(section):
    pixels = section.pixels.copy()
    pixels[304:336, 112:608] = (20, 120, 60)
    for picture, marked in ((section.pixels, 0), (pixels, 2 * 31)):
        overview = picture.reshape(48, 16, 48, 16, 3).mean((1, 3)).round().astype(np.uint8)
        white = tissue.find_white("a", overview)
        mask = tissue.find_tissue(overview, white, 4.0)
        found = find_artefacts(overview, mask, white, stains.published("DAB"), cell=4.0)
        assert abs(int(found.pen.sum()) - marked) <= 0.1 * marked
        assert found.fold.sum() == 0


def test_find_dark_cells__finds_discs_and_neither_grains_nor_stain_everywhere():
    """Discs of 8 µm in half-micrometre blocks, two of them touching; a grain; stained ground."""
    rows, columns = np.mgrid[:160, :200]
    stain = np.full((160, 200), 0.05, np.float32)
    truth = [(40, 40), (56, 40), (120, 90)]
    for x, y in truth:
        stain[np.hypot(columns - x, rows - y) <= 8] = 1.1
    stain[np.hypot(columns - 160, rows - 30) <= 2] = 3.0
    stain[125:] = 0.6
    found = find_dark_cells(np.zeros_like(stain), stain, 0.5, 1.0)
    places = np.array(sorted(zip(found.x, found.y, strict=True)))
    assert places == pytest.approx(np.array(truth), abs=1)


def test_rule__seeks_dark_cells_only_where_the_batch_is_dark():
    """By the OD that the reference scanner would show."""
    assert CELL.on_scanner(1.0, 0.79).dark == 0
    assert CELL.on_scanner(1.0, 0.81).dark == 0.81
    assert CELL.on_scanner(1.5, 0.54).dark == 0.54
    assert NUCLEUS.on_scanner(1.0, 2.0).dark == 0
