"""Fibres and capillaries of whole slides, drawn here and synthetic; and what cannot be told."""

import csv

import cv2
import numpy as np
import pytest

from myotrial.biopsy import structures
from myotrial.biopsy.capillaries import find_capillaries
from myotrial.biopsy.measure import Settings, Source, measure_batch
from myotrial.biopsy.stains import REFERENCE

WHITE = np.array([242.0, 241.0, 239.0])


def muscle(*, side=1600, margin=100, ground=0.03, fibres=True, stained=3):
    """Fibres of 60 µm in rows at 0.25 µm a pixel; a capillary in every crossing of the gaps."""
    blue, brown = np.zeros((side, side), np.float32), np.zeros((side, side), np.float32)
    inner = slice(margin, side - margin or None)
    blue[inner, inner], brown[inner, inner] = ground, ground
    places = [(x, y) for y in range(140, side - 400, 300) for x in range(140, side - 400, 300)]
    for number, (x, y) in enumerate(places):
        if fibres:
            blue[y : y + 240, x : x + 240] = ground + 0.025
            if number % 2:
                cv2.rectangle(brown, (x, y), (x + 239, y + 239), 0.4, 8)
        plane = brown if number < stained else blue
        cv2.circle(plane, (x + 270, y + 270), 10, 0.5, 4, cv2.LINE_AA)
    names = ("haematoxylin", "DAB")
    vectors = [np.array(REFERENCE[one]) / np.linalg.norm(REFERENCE[one]) for one in names]
    density = np.multiply.outer(blue, vectors[0]) + np.multiply.outer(brown, vectors[1])
    density += np.random.default_rng(1).normal(0, 0.008, density.shape)
    pixels = np.clip(WHITE * 10**-density, 0, 255)
    return np.rint(pixels).astype(np.uint8), len(places)


def measured(place, writing, **drawn):
    pixels, number = muscle(**drawn)
    path = writing(place / "a.tif", pixels)
    source = Source("a", path, "S", "MHC", counts="", structures=True)
    return measure_batch([source], Settings()), number


def test_find_structures__of_a_drawn_slide(tmp_path, writing):
    batch, number = measured(tmp_path, writing)
    [one] = batch.measured
    found = one.structures
    assert len(found.areas) == number
    assert np.median(found.areas) == pytest.approx(60 * 60, rel=0.1)
    assert found.membrane.positive.sum() == number // 2
    assert found.capillaries == number
    assert found.stained_capillaries == 3
    assert found.per_fibre == 1
    assert 0 < found.in_capillaries < 50
    record = found.as_record(one.tissue_mm2)
    assert record["mhc_grade"] == 3
    assert record["capillaries_per_mm2"] == pytest.approx(number / one.tissue_mm2)


def test_find_structures__does_not_depend_on_windows(tmp_path, writing, monkeypatch):
    whole, _ = measured(tmp_path, writing)
    monkeypatch.setattr(structures, "CORE", 400)
    cut, _ = measured(tmp_path, writing)
    one, two = whole.measured[0].structures, cut.measured[0].structures
    assert (one.capillaries, one.stained_capillaries) == (two.capillaries, two.stained_capillaries)
    assert len(one.areas) == len(two.areas)
    assert one.stained[0] == two.stained[0]


def test_find_structures__no_fibres_is_missing_and_flagged(tmp_path, writing):
    batch, _ = measured(tmp_path, writing, fibres=False, stained=0)
    [one] = batch.measured
    assert one.structures.membrane.percent is None
    assert one.structures.membrane.grade is None
    assert one.structures.per_fibre is None
    assert one.structures.in_capillaries is None
    assert any("fibre" in flag for flag in one.flags)


def test_find_structures__of_a_slide_that_is_all_tissue(tmp_path, writing):
    """Its white is that of another slide of the scanner, and it is flagged."""
    sources = []
    for name, drawn in (("all", {"margin": 0, "ground": 0.08}), ("other", {})):
        path = writing(tmp_path / f"{name}.tif", muscle(**drawn)[0])
        sources.append(Source(name, path, "S", "MHC", counts="", structures=True))
    one, _ = measure_batch(sources, Settings()).measured
    assert any("no background" in flag for flag in one.flags)
    assert len(one.structures.areas) == pytest.approx(muscle()[1], abs=1)


def test_measure_batch__an_empty_slide_is_told_and_left_out(tmp_path, writing):
    empty = writing(tmp_path / "e.tif", np.full((800, 800, 3), 240, np.uint8))
    pixels, _ = muscle()
    sources = [
        Source("e", empty, "S", "MHC", counts="", structures=True),
        Source("a", writing(tmp_path / "a.tif", pixels), "S", "MHC", counts="", structures=True),
    ]
    batch = measure_batch(sources, Settings())
    assert "empty" in batch.failed["e"]
    assert [one.source.name for one in batch.measured] == ["a"]


def test_measure_batch__says_how_much_was_left_out(images):
    place = images / "synthetic" / "A11"
    sources = [
        Source(name, place / name / "image.tif", "A", name, control=name == "NEG", counts="")
        for name in ("MHC1_artefacts", "MHC1_pre", "NEG")
    ]
    kept = measure_batch(sources, Settings(exclude=())).measured[0]
    cut = measure_batch(sources, Settings(exclude=("pen", "fold"))).measured[0]
    assert kept.excluded_mm2 == {}
    assert set(cut.excluded_mm2) == {"pen", "fold"}
    assert min(cut.excluded_mm2.values()) > 0
    assert kept.tissue_mm2 - cut.tissue_mm2 == pytest.approx(sum(cut.excluded_mm2.values()))


def capillaries(images, scanner, names):
    """Hits among positive capillaries, found and true, within 3 µm."""
    place = images / "synthetic" / f"{scanner}11"
    sources = [
        Source(name, place / name / "image.tif", scanner, name, control=name == "NEG",
               counts="", structures=True)
        for name in (*names, "NEG")
    ]  # fmt: skip
    found = {one.source.name: one for one in measure_batch(sources, Settings()).measured}
    return found, place


@pytest.mark.parametrize("scanner", ["A", "B"])
def test_find_structures__capillaries_of_the_synthetic_il1a_section(images, scanner):
    """Stained capillaries within 20 % of the truth, and about all capillaries within 10 %."""
    found, place = capillaries(images, scanner, ["IL1a"])
    rows = list(csv.DictReader((place / "IL1a" / "cells.csv").read_text().splitlines()))
    real = [row for row in rows if row["type"] == "capillary"]
    one = found["IL1a"].structures
    stained = sum(row["positive"] == "1" for row in real)
    assert one.capillaries == pytest.approx(len(real), rel=0.1)
    assert one.stained_capillaries == pytest.approx(stained, rel=0.2)
    assert found["NEG"].structures.stained_capillaries == 0


def test_find_capillaries__an_open_ring_and_a_disc_are_none():
    plane = np.zeros((200, 200), np.float32)
    cv2.circle(plane, (50, 50), 5, 0.5, 2)
    cv2.ellipse(plane, (150, 50), (5, 5), 0, 0, 200, 0.5, 2)
    cv2.circle(plane, (50, 150), 6, 0.5, -1)
    tissue = np.ones(plane.shape, np.uint8)
    found = find_capillaries(plane, 0 * plane, tissue, 0.5, 0.0, 0.15)
    assert found.x.tolist() == pytest.approx([50], abs=1)
    assert found.y.tolist() == pytest.approx([50], abs=1)
    assert not found.positive.any()
    stained = find_capillaries(0 * plane, plane, tissue, 0.5, 0.0, 0.15)
    assert stained.positive.all()
