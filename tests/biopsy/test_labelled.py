"""Compiled passes over labelled pixels, each against plain NumPy or SciPy."""

import numpy as np
import pytest
from scipy import ndimage

from myotrial.biopsy.labelled import grown, means, reconstructed, unmixed


@pytest.fixture(params=range(4))
def generator(request):
    return np.random.default_rng(request.param)


def blobs(generator):
    """Some blobs that stand apart, labelled, and a smooth surface that is 0 outside of them."""
    smooth = ndimage.gaussian_filter(generator.normal(size=(60, 80)), 3)
    inside = smooth > 0.02
    labels, count = ndimage.label(inside)
    return labels.astype(np.int32), count + 1, (smooth * inside).astype(np.float32)


def test_reconstructed__equals_dilation_until_nothing_changes(generator):
    _, _, height = blobs(generator)
    before = height * np.float32(0.9)
    found = reconstructed(before.copy(), height)
    while True:
        after = np.minimum(ndimage.maximum_filter(before, 3), height)
        if np.array_equal(after, before):
            break
        before = after
    assert np.array_equal(found, before)


def test_grown__gives_each_place_the_nearest_label_within_reach(generator):
    labels, _, _ = blobs(generator)
    found = grown(labels, 2.0)
    far = ndimage.distance_transform_edt(labels == 0)
    assert np.array_equal(found > 0, far <= 2)
    rows, columns = np.nonzero((labels == 0) & (found > 0))
    for y, x in zip(rows, columns, strict=True):  # its label lies as far as the nearest one
        down, across = np.nonzero(labels == found[y, x])
        assert np.hypot(down - y, across - x).min() == pytest.approx(far[y, x])
    assert np.array_equal(found[labels > 0], labels[labels > 0])


def test_means__of_each_label(generator):
    labels, count, height = blobs(generator)
    rows, columns = np.mgrid[:60, :80]
    found = means(labels, count, height, -height)
    index = np.arange(1, count)
    expected = [ndimage.mean(plane, labels, index) for plane in (columns, rows, height, -height)]
    assert found[1:, 0] == pytest.approx(np.bincount(labels.ravel())[1:])
    assert pytest.approx(np.array(expected), rel=1e-6) == found[1:, 1:].T
    assert means(labels, count + 1, height, height)[-1].tolist() == [0, 0, 0, 0, 0]


def test_unmixed__adds_what_each_intensity_adds(generator):
    blocks = generator.integers(0, 256, (7, 9, 3)).astype(np.uint8)
    table = generator.normal(size=(2, 3, 256)).astype(np.float32)
    expected = [sum(table[s, c][blocks[..., c]] for c in range(3)) for s in range(2)]
    assert unmixed(blocks, table) == pytest.approx(np.array(expected), abs=1e-5)
