"""The band that a card shows is the band whose points the score gives."""

import numpy as np
import pytest

from myotrial.response import bands, tis_2016
from myotrial.response.core_set import CoreSet


@pytest.mark.parametrize("role", CoreSet._fields)
def test_position__leads_to_the_points_of_the_score(role):
    edges, row = getattr(tis_2016.EDGES, role), getattr(tis_2016.POINTS, role)
    change = np.concatenate([[-50.0, 100.0], *([e - 1e-9, e, e + 1e-9] for e in edges)])
    given = getattr(tis_2016.points(CoreSet(*[change] * 6)), role)
    assert np.array(row)[bands.position(change, edges)].tolist() == given.tolist()


def test_ends__hold_their_upper_end_and_not_their_lower():
    edges = tis_2016.EDGES.strength
    assert [bands.ends(at, edges) for at in range(5)] == [
        (None, 2.0), (2.0, 10.0), (10.0, 20.0), (20.0, 30.0), (30.0, None)
    ]  # fmt: skip
    assert [bands.position(edge, edges) for edge in edges] == [0, 1, 2, 3]
