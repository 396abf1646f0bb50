"""What is not to be measured, on overviews drawn here; focus and folds are in `test_accuracy`."""

import numpy as np
import pytest

from myotrial.biopsy import stains
from myotrial.biopsy.artefacts import find_artefacts
from myotrial.biopsy.tissue import White

WHITE = White((240.0, 240.0, 240.0), True)
SIDE = 200  # cells


def overview(cell, dead, chromogen=0.0):
    """Tissue with a nucleus every 32 µm but for a disc of 150 µm of radius, if `dead`."""
    rows, columns = np.mgrid[:SIDE, :SIDE] * cell
    far = np.hypot(rows - 400, columns - 400)
    blue, brown = np.full((SIDE, SIDE), 0.05), np.zeros((SIDE, SIDE))
    nuclei = (rows % 32 < cell) & (columns % 32 < cell)
    blue[nuclei & ((far > 150) | (not dead))] += 0.2 * (4 / cell) ** 2
    brown[far < 150] = chromogen
    vectors = np.array(stains.published("DAB").vectors)
    density = blue[..., None] * vectors[0] + brown[..., None] * vectors[1]
    return np.rint(240 * 10**-density).astype(np.uint8), far


def found(picture, tissue, cell):
    return find_artefacts(picture, tissue, WHITE, stains.published("DAB"), cell=cell)


@pytest.mark.parametrize("cell", [4.0, 5.0])
def test_find_artefacts__tissue_without_nuclei_is_necrosis(cell):
    picture, far = overview(cell, dead=True)
    mask = found(picture, np.ones((SIDE, SIDE), np.uint8), cell).necrosis > 0
    real = far <= 150
    assert 2 * (mask & real).sum() / (mask.sum() + real.sum()) > 0.85
    living, _ = overview(cell, dead=False)
    assert not found(living, np.ones((SIDE, SIDE), np.uint8), cell).any.any()


def test_find_artefacts__what_chromogen_hides_is_not_called_necrosis():
    picture, _ = overview(4.0, dead=True, chromogen=0.6)
    assert not found(picture, np.ones((SIDE, SIDE), np.uint8), 4.0).necrosis.any()


def test_find_artefacts__a_piece_smaller_than_the_disc_is_not_called_necrosis():
    """Nothing is known of what lies beyond the edge of tissue."""
    picture, far = overview(4.0, dead=True)
    assert not found(picture, (far < 90).astype(np.uint8), 4.0).necrosis.any()


def test_find_artefacts__a_slide_without_counterstained_nuclei_tells_no_necrosis():
    picture = np.full((SIDE, SIDE, 3), 215, np.uint8)
    assert not found(picture, np.ones((SIDE, SIDE), np.uint8), 4.0).necrosis.any()
