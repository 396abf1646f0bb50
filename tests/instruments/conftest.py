"""Runs a scoring function on every kind of number."""

import numpy as np
import pytest


@pytest.fixture(params=["float", "float64 array", "float32 array", "2-d array"])
def shaped(request):
    """Turn a number into one of the kinds that scores are computed on."""
    kind = request.param
    if kind == "float":
        return float
    if kind == "2-d array":
        return lambda value: np.full((2, 3), value, dtype=np.float64)
    return lambda value: np.array([value, value], dtype=kind.split()[0])
