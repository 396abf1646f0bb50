"""Tiles show what the slide holds, from any level, on a canvas that tells nothing."""

import numpy as np
import pytest

from myotrial.biopsy.viewing.pyramid import TILE, Canvas, Pyramid, canvas_of
from myotrial.errors import SlideError


@pytest.fixture
def laid(tmp_path, section, writing, opening):
    def made(canvas=None, **options):
        path = writing(tmp_path / "a.tif", section.pixels, compression=None, **options)
        slide = opening(path)
        return Pyramid(slide, canvas or canvas_of([slide.info]), (250, 250, 250))

    return made


def test_tile__of_full_resolution_is_the_slide(laid, section):
    pyramid = laid()
    finest = pyramid.canvas.finest
    assert finest == 2
    for column in range(3):
        tile = pyramid.tile(finest, column, 1)
        part = section.pixels[TILE : 2 * TILE, column * TILE : (column + 1) * TILE]
        assert np.array_equal(tile, part)


@pytest.mark.parametrize("levels", [1, 3])
def test_tile__of_a_coarser_level_is_the_mean(laid, section, levels):
    """With and without a pyramid in the file."""
    pyramid = laid(levels=levels)
    whole = pyramid.tile(0, 0, 0)
    assert whole.shape == (192, 192, 3)
    blocks = section.pixels.reshape(192, 4, 192, 4, 3).mean((1, 3))
    assert np.abs(whole - blocks).max() <= 1


def test_tile__tiles_of_a_level_meet_without_a_seam(laid, section):
    pyramid = laid(Canvas(900, 1000, 0.25))
    columns, rows = pyramid.canvas.tiles(2)
    whole = np.concatenate(
        [
            np.concatenate([pyramid.tile(2, column, row) for column in range(columns)], 1)
            for row in range(rows)
        ]
    )
    assert whole.shape == (1000, 900, 3)
    assert np.array_equal(whole[116:884, 66:834], section.pixels)
    assert (whole[:116] == 250).all()
    assert (whole[:, 834:] == 250).all()


def test_tile__lies_where_points_of_the_slide_lie(laid, section):
    """A slide of finer resolution is shrunk onto the canvas, around its middle."""
    pyramid = laid(Canvas(600, 600, 0.5))
    x, y = pyramid.to_canvas(*section.positive[0])
    assert pyramid.to_slide(x, y) == pytest.approx(tuple(section.positive[0]))
    whole = pyramid.region(0, 0, 600, 600, 1)
    small = section.pixels.reshape(384, 2, 384, 2, 3).mean((1, 3))
    assert np.abs(whole[108:492, 108:492] - small).max() <= 1


def test_tile__of_a_huge_slide_without_pyramid_reads_it_once(laid, monkeypatch):
    from myotrial.biopsy.viewing import pyramid as module

    monkeypatch.setattr(module, "STEEP", 1)
    monkeypatch.setattr(module, "SMALL", 256)
    pyramid = laid()
    read = []
    overview = pyramid.slide.overview
    monkeypatch.setattr(pyramid.slide, "overview", lambda cell: read.append(cell) or overview(cell))
    first = pyramid.tile(0, 0, 0)
    assert np.array_equal(first, pyramid.tile(0, 0, 0))
    assert read == [4]
    assert first.shape == (192, 192, 3)


@pytest.mark.parametrize("place", [(-1, 0, 0), (3, 0, 0), (2, 3, 0), (2, 0, -1)])
def test_tile__refuses_one_that_is_not_there(laid, place):
    with pytest.raises(SlideError, match="no such tile"):
        laid().tile(*place)


def test_canvas_of__is_one_for_slides_of_all_sizes_and_scanners(slides, opening):
    infos = [opening(path).info for path in sorted((slides / "slides").iterdir())]
    canvas = canvas_of(infos)
    assert (canvas.width, canvas.height, canvas.mpp) == (768, 768, pytest.approx(0.25))
