"""Slides of every kind read alike; what a file does not tell, or tells twice, stops the reading."""

import shutil

import cv2
import numpy as np
import pytest
import tifffile

from myotrial.biopsy.reading import open_slide
from myotrial.biopsy.reading.pixels import pixel_size
from myotrial.biopsy.reading.vendors import read_vendor
from myotrial.errors import SlideError


def refused(path, match, **options):
    with pytest.raises(SlideError, match=match) as caught:
        open_slide(path, **options)
    assert "Hint:" in str(caught.value)


def test_open_slide__reads_a_pyramid_with_its_pixel_size(tmp_path, section, writing):
    path = writing(tmp_path / "a.tif", section.pixels, levels=3, compression=None)
    with open_slide(path) as slide:
        assert slide.info.levels == ((768, 768), (192, 192), (48, 48))
        assert slide.info.mpp == pytest.approx(0.25)
        assert slide.info.mpp_source == "the TIFF's resolution"
        assert slide.info.reader == "tifffile"
        assert np.array_equal(slide.region(100, 200, 300, 150), section.pixels[200:350, 100:400])


@pytest.mark.parametrize("tile", [16, 64, 240, 256, 1024])
def test_region__is_the_same_for_any_tile_size(tmp_path, section, writing, tile):
    path = writing(tmp_path / "a.tif", section.pixels, tile=tile, compression="deflate")
    with open_slide(path) as slide:
        assert np.array_equal(slide.region(31, 57, 613, 401), section.pixels[57:458, 31:644])


def test_region__ends_where_the_image_ends(tmp_path, section, writing):
    """Tiles at the edge are padded in the file; the padding is never seen."""
    pixels = section.pixels[:700, :650]
    with open_slide(writing(tmp_path / "a.tif", pixels, compression=None)) as slide:
        assert slide.region(600, 600, 500, 500).shape == (100, 50, 3)
        assert slide.region(512, 512, 256, 256).min() > 0
        covered = sum(width * height for _, _, width, height in slide.windows())
        assert covered == 700 * 650


def test_overview__is_the_mean_of_the_pixels_with_and_without_a_pyramid(tmp_path, section, writing):
    flat = writing(tmp_path / "a.tif", section.pixels, compression=None)
    tall = writing(tmp_path / "b.tif", section.pixels, levels=3, compression=None)
    means = section.pixels.reshape(48, 16, 48, 16, 3).mean((1, 3))
    for path in (flat, tall):
        with open_slide(path) as slide:
            assert np.abs(slide.overview(16) - means).max() <= 1


@pytest.mark.parametrize("kind", ["png", "jpg", "plain tif"])
def test_open_slide__reads_plain_images_once_the_pixel_size_is_stated(tmp_path, section, kind):
    path = tmp_path / f"a.{kind.split()[-1]}"
    if kind == "plain tif":
        tifffile.imwrite(path, section.pixels, photometric="rgb")
    else:
        cv2.imwrite(str(path), section.pixels[..., ::-1])
    refused(path, "does not say how large a pixel is")
    with open_slide(path, mpp=0.25) as slide:
        difference = slide.region(0, 0, 768, 768).astype(int) - section.pixels
        assert np.abs(difference).mean() < (6 if kind == "jpg" else 1e-9)
        assert slide.info.mpp_source == "stated"


def test_open_slide__reads_ome_and_aperio_fields(tmp_path, section):
    ome = tmp_path / "a.ome.tif"
    sizes = {"PhysicalSizeX": 0.23, "PhysicalSizeY": 0.23}
    tifffile.imwrite(ome, section.pixels, photometric="rgb", tile=(256, 256), metadata=sizes)
    with open_slide(ome) as slide:
        assert (slide.info.mpp, slide.info.mpp_source) == (0.23, "OME's PhysicalSize")
    text = "Aperio Image|AppMag = 40|MPP = 0.2500|ScanScope ID = SS1"
    svs = tmp_path / "a.svs"
    tifffile.imwrite(
        svs, section.pixels, photometric="rgb", tile=(256, 256), description=text, metadata=None
    )
    with open_slide(svs) as slide:
        assert (slide.info.mpp, slide.info.magnification, slide.info.scanner) == (0.25, 40, "SS1")


def test_pixel_size__refuses_contradictions_until_it_is_stated():
    told = [("MPP", 0.25, 0.25), ("resolution", 0.5, 0.5)]
    with pytest.raises(SlideError, match=r"MPP tells 0\.25 µm a pixel, resolution tells 0\.5"):
        pixel_size("a", told)
    with pytest.raises(SlideError, match="not square"):
        pixel_size("a", [("MPP", 0.25, 0.3)])
    with pytest.raises(SlideError, match="does not fit a magnification of 10"):
        pixel_size("a", [("MPP", 0.25, 0.25)], magnification=10)
    assert pixel_size("a", told, stated=0.5).source == "stated"
    with pytest.raises(SlideError, match="between"):
        pixel_size("a", [], stated=200.0)


def test_pixel_size__ignores_a_printers_resolution():
    with pytest.raises(SlideError, match="does not say"):
        pixel_size("a", [("resolution", 25400 / 72, 25400 / 72)])


def test_open_slide__refuses_what_is_no_brightfield_colour_image(tmp_path, section):
    grey, deep = tmp_path / "grey.tif", tmp_path / "deep.tif"
    tifffile.imwrite(grey, section.pixels[..., 0])
    refused(grey, "greyscale", mpp=0.25)
    tifffile.imwrite(deep, section.pixels.astype(np.uint16) * 256, photometric="rgb")
    refused(deep, "uint16", mpp=0.25)
    channels = tmp_path / "f.ome.tif"
    planes = np.moveaxis(section.pixels, 2, 0)
    tifffile.imwrite(channels, planes, photometric="minisblack", metadata={"axes": "CYX"})
    refused(channels, "channels of its own|greyscale", mpp=0.25)
    cv2.imwrite(str(tmp_path / "grey.png"), section.pixels[..., 0])
    refused(tmp_path / "grey.png", "greyscale", mpp=0.25)


@pytest.mark.parametrize("share", [0.001, 0.3, 0.9])
@pytest.mark.parametrize("name", ["a.tif", "a.png"])
def test_open_slide__tells_a_truncated_file(tmp_path, section, writing, name, share):
    whole = tmp_path / f"whole-{name}"
    if name.endswith("tif"):
        writing(whole, section.pixels)
    else:
        cv2.imwrite(str(whole), section.pixels[..., ::-1])
    content = whole.read_bytes()
    path = tmp_path / name
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(SlideError), open_slide(path, mpp=0.25) as slide:
        slide.region(0, 0, 768, 768)


def test_open_slide__tells_a_wrong_ending_and_a_missing_file(tmp_path, section, writing):
    path = writing(tmp_path / "a.tif", section.pixels)
    shutil.copy(path, tmp_path / "b.png")
    refused(tmp_path / "b.png", "the file is a TIFF, but its name ends in '.png'")
    refused(tmp_path / "nothing.tif", "no such file")
    (tmp_path / "notes.svs").write_text("not a slide")
    refused(tmp_path / "notes.svs", "no reader knows this file")
    (tmp_path / "empty.tif").write_bytes(b"")
    refused(tmp_path / "empty.tif", "no reader knows this file")
    (tmp_path / "folder").mkdir()
    refused(tmp_path / "folder", "DICOM slide cannot be read")


def test_open_slide__readers_agree_on_a_real_slide(images):
    svs = images / "readers" / "CMU-1-Small-Region.svs"
    with (
        open_slide(svs) as first,
        open_slide(images / "readers" / "cmu_dicom") as second,
        read_vendor(svs, mpp=None) as third,
    ):
        assert [one.info.reader for one in (first, second, third)] == [
            "tifffile", "wsidicom", "openslide",
        ]  # fmt: skip
        for one in (first, second, third):
            assert (one.info.width, one.info.height) == (2220, 2967)
            assert one.info.mpp == pytest.approx(0.499)
            assert np.array_equal(one.region(700, 900, 900, 700), first.region(700, 900, 900, 700))
