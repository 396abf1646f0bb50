"""Small scenarios, and one folder for compiled code."""

import pytest

from myotrial.design.simulation.presets import add_on_therapy
from myotrial.design.simulation.scenario import CRITERIA, Dropout, Endpoint


@pytest.fixture(scope="session")
def endpoints():
    return (
        *(Endpoint(name) for name in CRITERIA),
        Endpoint("DOI", "ever", "observed"),
        Endpoint("DOI", "sustained", "carried"),
    )


@pytest.fixture(scope="session")
def small(endpoints):
    """Twenty a arm, with everything that can happen to a subject happening."""
    dropout = Dropout(random=0.05, worse=0.2, inefficacy=0.1, missing=0.1)
    return add_on_therapy(20, endpoints=endpoints, dropout=dropout)
