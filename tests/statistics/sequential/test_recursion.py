import pytest

from myotrial.design.sequential.characteristics import characteristics
from myotrial.statistics.sequential import recursion
from myotrial.statistics.sequential.boundaries import boundary
from myotrial.statistics.sequential.efficacy import efficacy_bounds
from myotrial.statistics.sequential.recursion import START, above, advance, below
from myotrial.statistics.sequential.shapes import Pocock
from myotrial.statistics.sequential.spending import LanDeMetsOBrienFleming, LanDeMetsPocock


@pytest.mark.parametrize("shape", [LanDeMetsOBrienFleming(), LanDeMetsPocock(), Pocock], ids=repr)
@pytest.mark.parametrize(
    "information",
    [(1 / 3, 2 / 3, 1), tuple(k / 10 for k in range(1, 11)), (0.1, 0.11, 0.9, 0.905, 1)],
    ids=["three", "ten", "uneven"],
)
def test_recursion__finer_nodes_change_nothing(monkeypatch, shape, information):
    bounds = boundary(shape, information)
    chances = [characteristics(bounds, drift).efficacy for drift in (0.0, 3.0)]
    monkeypatch.setattr(recursion, "DENSITY", 2 * recursion.DENSITY)
    monkeypatch.setattr(recursion, "REACH", 1.2 * recursion.REACH)
    finer = efficacy_bounds.__wrapped__(shape, bounds.information, 0.025, 1, bounds.futility)
    assert finer == pytest.approx(bounds.efficacy, abs=1e-7)
    again = [characteristics(bounds, drift).efficacy for drift in (0.0, 3.0)]
    assert again[0] == pytest.approx(chances[0], abs=1e-9)
    assert again[1] == pytest.approx(chances[1], abs=1e-9)


def test_advance__loses_nothing_where_nothing_stops():
    going = START
    for now, then in ((0.2, 0.5), (0.5, 0.8), (0.8, 1.0)):
        going = advance(going, now, then, -40.0, 40.0, drift=2.0)
        assert going.weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert above(going, 1.0, 2.0, drift=2.0) == pytest.approx(0.5, abs=1e-12)
    assert below(going, 1.0, 2.0, drift=2.0) == pytest.approx(0.5, abs=1e-12)


def test_advance__between_bounds_out_of_reach_leaves_nobody():
    going = advance(START, 0.5, 1.0, 20.0, 30.0)
    assert going.weights.sum() == 0.0
    assert above(going, 1.0, 0.0) == 0.0
