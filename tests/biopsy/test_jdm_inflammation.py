"""The inflammatory domain of juvenile dermatomyositis and infiltrates, from positions of cells."""

import itertools

import numpy as np
import pytest

from myotrial.biopsy.fibres import Fibres
from myotrial.biopsy.infiltrates import compartments, find_infiltrates
from myotrial.biopsy.jdm_inflammation import ITEMS, Limits, inflammatory_domain, item, items


def clusters(number, cells=10, apart=3000.0):
    """So many clusters of cells 10 µm apart, far from each other."""
    x = np.concatenate([apart * one + 10.0 * np.arange(cells) for one in range(number)])
    return x, np.zeros_like(x)


@pytest.mark.parametrize(
    ("number", "cells", "points"),
    [(1, 3, 0), (1, 4, 1), (1, 9, 1), (1, 10, 1), (2, 10, 1), (3, 10, 2), (3, 9, 1), (9, 3, 0)],
)
def test_item__counts_cells_and_clusters(number, cells, points):
    assert item(*clusters(number, cells), tissue_mm2=10.0) == points


def test_item__is_2_for_diffuse_infiltration_without_clusters():
    x, y = (50.0 * plane.ravel() for plane in np.mgrid[:20, :20])
    assert find_infiltrates(x, y).count == 0
    assert item(x, y, tissue_mm2=0.5) == 2
    assert item(x, y, tissue_mm2=10.0) == 1


def test_item__limits_can_be_set():
    assert item(*clusters(2), 10.0, Limits(clusters=1)) == 2
    assert item(*clusters(1, 3), 10.0, Limits(few=3)) == 1


@pytest.mark.parametrize("seed", range(6))
def test_item__field_is_the_fullest_circle(seed):
    """Against every circle through two cells and every one around one, in plain Python."""
    generator = np.random.default_rng(seed)
    places = generator.uniform(0, 3000, (9, 2))
    centres = [tuple(place) for place in places]
    for (ax, ay), (bx, by) in itertools.combinations(places, 2):
        far = ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5
        if far <= 1000:
            up = (500**2 - (far / 2) ** 2) ** 0.5 / far
            middle, turn = ((ax + bx) / 2, (ay + by) / 2), (up * (by - ay), up * (bx - ax))
            centres += [(middle[0] + s * turn[0], middle[1] - s * turn[1]) for s in (1, -1)]
    most = max(
        sum((px - x) ** 2 + (py - y) ** 2 <= 500.001**2 for px, py in places) for x, y in centres
    )
    assert item(places[:, 0], places[:, 1], 100.0) == int(most >= 4)


def every(points):
    """Cells that give each item so many points."""
    x, y = clusters({0: 0, 1: 1, 2: 3}[points]) if points else (np.zeros(0), np.zeros(0))
    places = ("endomysial", "perimysial", "perivascular")
    return np.tile(x, 3), np.tile(y, 3), np.repeat(places, len(x))


@pytest.mark.parametrize(("points", "total"), [(0, 0), (1, 6), (2, 12)])
def test_inflammatory_domain__runs_from_0_to_12(points, total):
    one = items(*every(points), 50.0, vessels=True)
    found = inflammatory_domain({"CD3": one, "CD68": one})
    assert found.total == total
    assert set(found.items) == set(ITEMS)


def test_inflammatory_domain__is_missing_with_bounds_without_a_marker_or_vessels():
    found = inflammatory_domain({"CD3": items(*every(2), 50.0, vessels=True)})
    assert found.total is None
    assert found.bounds == (6, 12)
    both = {"CD3": every(1), "CD68": every(0)}
    both = {name: items(*cells, 50.0, vessels=False) for name, cells in both.items()}
    found = inflammatory_domain(both)
    assert found.total is None
    assert found.bounds == (2, 6)


def test_items__are_missing_where_a_cell_cannot_be_placed():
    x, y, where = every(1)
    where = where.copy()
    where[0] = ""
    assert set(items(x, y, where, 50.0, vessels=True).values()) == {None}
    assert set(items(x, y, None, 50.0, vessels=True).values()) == {None}


def test_find_infiltrates__area_is_that_of_the_cells_grown_by_half_a_step():
    x, y = 5.0 * np.arange(11), np.zeros(11)
    found = find_infiltrates(x, y)
    assert found.count == 1
    assert found.areas[0] == pytest.approx(50 * 20 + np.pi * 10**2, rel=0.05)
    assert found.share(0.01) == pytest.approx(100 * found.area_mm2 / 0.01)
    assert found.share(0.0) is None


@pytest.mark.parametrize("number", [0, 9])
def test_find_infiltrates__too_few_cells_are_none(number):
    found = find_infiltrates(np.arange(float(number)), np.zeros(number))
    assert found.count == 0
    assert found.area_mm2 == 0
    assert found.group.tolist() == [-1] * number


def test_compartments__gap_between_fibres_edge_and_vessel():
    labels = np.zeros((400, 400), np.int32)
    labels[:100, :100], labels[:100, 110:210] = 1, 2
    fibres = Fibres(labels, 2, 1.0)
    x, y = np.array([105.0, 300.0, 300.0]), np.array([50.0, 50.0, 350.0])
    assert compartments(x, y, fibres).tolist() == ["endomysial", "perimysial", "perimysial"]
    told = compartments(x, y, fibres, np.array([[310.0, 340.0]]))
    assert told.tolist() == ["endomysial", "perimysial", "perivascular"]
    assert compartments(x, y, Fibres(np.zeros_like(labels), 0, 1.0)) is None
