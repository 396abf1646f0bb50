"""Shrunken estimates against brute force over the joint posterior."""

import numpy as np
import pytest

from myotrial.errors import MyotrialError
from myotrial.statistics.shrinkage import shrink

VALUES, ERRORS, SCALE = (0.45, 0.10, 0.30), (0.15, 0.20, 0.12), 0.1


def test_shrink__agrees_with_draws_from_the_posterior_on_a_grid():
    # Weights of a grid over tau and the common mean, then effects drawn given both.
    tau = np.linspace(1e-4, 0.6, 800)[:, None]
    centre = np.linspace(-0.6, 1.2, 1200)[None, :]
    logs = -((tau / SCALE) ** 2) / 2 + 0 * centre
    for value, error in zip(VALUES, ERRORS, strict=True):
        spread = tau**2 + error**2
        logs = logs - np.log(spread) / 2 - (value - centre) ** 2 / (2 * spread)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    found = shrink(VALUES, ERRORS, scale=SCALE)
    generator = np.random.default_rng(1)
    cells = generator.choice(weights.size, 400_000, p=weights.ravel())
    rows, columns = np.unravel_index(cells, weights.shape)
    for value, error, told in zip(VALUES, ERRORS, found, strict=True):
        t2 = tau[rows, 0] ** 2
        mean = (value * t2 + centre[0, columns] * error**2) / (t2 + error**2)
        drawn = generator.normal(mean, np.sqrt(t2 * error**2 / (t2 + error**2)))
        assert told.value == pytest.approx(drawn.mean(), abs=1e-3)
        assert (told.low, told.high) == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=2e-3)


def test_shrink__keeps_a_subgroup_alone_and_leaves_wide_priors_alone():
    alone = shrink([0.3], [0.1], scale=0.1)[0]
    assert (alone.value, alone.low) == pytest.approx((0.3, 0.3 - 0.1959964), abs=1e-6)
    assert shrink([], [], scale=0.1) == []
    with pytest.raises(MyotrialError):
        shrink([0.3], [0.0], scale=0.1)
