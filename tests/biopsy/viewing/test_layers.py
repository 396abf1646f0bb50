"""Layers show what is measured: the same share, the same operating point, the same cells."""

import numpy as np
import pytest

from myotrial.biopsy.measure import Settings, Source, measure_batch
from myotrial.biopsy.reading import open_slide
from myotrial.biopsy.viewing.layers import FOLD, PEN, STEP, TISSUE, Cells, Layers, Stained, stained
from myotrial.biopsy.viewing.pyramid import Canvas, Pyramid, canvas_of


@pytest.fixture(scope="module")
def batch(tmp_path_factory, section, control, writing):
    place = tmp_path_factory.mktemp("layers")
    sources = [
        Source("one", writing(place / "one.tif", section.pixels), "S", "CD3"),
        Source("no", writing(place / "no.tif", control.pixels), "S", control=True),
    ]
    return measure_batch(sources, Settings())


@pytest.fixture
def layers(batch, opening):
    one = batch.measured[0]
    slide = opening(one.source.path)
    pyramid = Pyramid(slide, canvas_of([slide.info]), (242, 241, 239))
    cells = Cells(one.cells.x, one.cells.y, one.cells.positive)
    return Layers(pyramid, Stained.from_record(one.record), cells)


WHOLE = (0.0, 0.0, 768.0, 768.0)


def test_shares__of_the_whole_are_those_of_the_measurement(layers, batch):
    one = batch.measured[0]
    found = layers.shares(WHOLE)
    assert found["sampled"] == 100
    assert found["tissue_mm2"] == pytest.approx(one.tissue_mm2, rel=1e-4)
    for od, share in one.curve.items():
        assert found["shares"][round(od / STEP)] == pytest.approx(share, abs=0.02)
    assert found["shares"][15] == pytest.approx(one.gross, abs=0.02)


def test_shares__of_a_part_add_up(layers):
    parts = [(x, y, 384.0, 384.0) for x in (0.0, 384.0) for y in (0.0, 384.0)]
    found = [layers.shares(part) for part in parts]
    whole = layers.shares(WHOLE)
    area = sum(part["tissue_mm2"] for part in found)
    assert area == pytest.approx(whole["tissue_mm2"])
    positive = sum(part["tissue_mm2"] * part["shares"][15] for part in found)
    assert positive / area == pytest.approx(whole["shares"][15], abs=1e-3)


def test_shares__leave_out_what_is_rejected_and_are_empty_without_tissue(layers):
    half = [[(0, 0), (384, 0), (384, 768), (0, 768)]]
    left = layers.shares(WHOLE, [half])
    assert left["tissue_mm2"] == pytest.approx(
        layers.shares((384.0, 0.0, 384.0, 768.0))["tissue_mm2"]
    )
    assert layers.shares((0.0, 0.0, 20.0, 20.0)) == {"shares": [], "tissue_mm2": 0, "sampled": 100}


def test_shares__of_a_large_part_are_counted_on_a_sample(layers, monkeypatch):
    from myotrial.biopsy.viewing import layers as module

    whole = layers.shares(WHOLE)["shares"][15]
    monkeypatch.setattr(module, "MOST_PIXELS", 768 * 768 // 3)
    monkeypatch.setattr(module, "FIELD", 2)
    found = layers.shares(WHOLE)
    assert 20 < found["sampled"] < 50
    assert found["shares"][15] == pytest.approx(whole, rel=0.5)


def test_tile__counts_as_positive_what_the_measurement_does(layers, batch):
    level = layers.pyramid.canvas.finest
    tiles = [[layers.tile(level, c, r) for c in range(3)] for r in range(3)]
    whole = np.concatenate([np.concatenate(row, 1) for row in tiles])
    assert whole.shape == (768, 768, 3)
    assert set(np.unique(whole[..., 1])) <= {0, TISSUE, PEN, FOLD}
    inside = whole[..., 0] > 0
    share = 100 * (whole[..., 0][inside] > 0.15 / STEP + 1).mean()
    assert share == pytest.approx(batch.measured[0].gross, abs=0.3)
    assert not whole[..., 0][:40].any()


def test_tile__tells_od_on_the_reference_scanner(layers):
    """A scanner whose OD is half that of the reference shows the same layer."""
    from dataclasses import replace

    level = layers.pyramid.canvas.finest
    plain = layers.tile(level, 1, 1)[..., 0].astype(int)
    doubled = Layers(layers.pyramid, replace(layers.stained, factor=2.0)).tile(level, 1, 1)
    strong = (plain > 20) & (plain < 120)
    assert np.abs(doubled[..., 0].astype(int)[strong] - 2 * (plain[strong] - 1)).max() <= 2


def test_cells__are_those_counted_in_the_part(layers, section):
    found = layers.cells(WHOLE)
    assert len(found["cells"]) == 52
    assert sum(positive for _, _, positive in found["cells"]) == 12
    x, y = section.positive[0]
    [[across, down, positive]] = layers.cells((x - 15, y - 15, 30, 30))["cells"]
    assert (across, down, positive) == (pytest.approx(x, abs=3), pytest.approx(y, abs=3), 1)


def test_cells__lie_on_a_canvas_of_another_resolution(batch, section, opening):
    one = batch.measured[0]
    slide = opening(one.source.path)
    pyramid = Pyramid(slide, Canvas(500, 500, 0.5), (242, 241, 239))
    cells = Cells(one.cells.x, one.cells.y, one.cells.positive)
    found = Layers(pyramid, Stained.from_record(one.record), cells)
    x, y = section.positive[0] / 2 + 58
    assert len(found.cells((x - 8, y - 8, 16, 16))["cells"]) == 1


def test_stained__without_a_measurement_is_a_preview(section, tmp_path, writing):
    with open_slide(writing(tmp_path / "a.tif", section.pixels)) as slide:
        found = stained(slide, "DAB", 0.15)
        assert not found.measured
        layers = Layers(Pyramid(slide, canvas_of([slide.info]), found.white), found)
        share = layers.shares(WHOLE)["shares"][15]
    truth = 100 * (section.chromogen[section.tissue] > 0.15).mean()
    assert share == pytest.approx(truth, rel=0.25)
    assert layers.cells(WHOLE) == {"cells": [], "more": False}
