import pytest
from hypothesis import given
from hypothesis import strategies as st

from myotrial.statistics.sequential.spending import (
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    increments,
)

ALL = [
    LanDeMetsOBrienFleming(),
    LanDeMetsPocock(),
    KimDeMets(0.5),
    KimDeMets(3),
    HwangShihDeCani(-4),
    HwangShihDeCani(-800),
    HwangShihDeCani(0),
    HwangShihDeCani(1e-12),
    HwangShihDeCani(5),
]


@pytest.mark.parametrize("spending", ALL, ids=repr)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(1e-6, 0.5))
def test_spent__starts_at_nothing_never_falls_and_ends_at_all(spending, one, other, error):
    early, late = sorted((one, other))
    assert spending.spent(0.0, error) == 0.0
    assert spending.spent(1.0, error) == pytest.approx(error)
    assert 0 <= spending.spent(early, error) <= spending.spent(late, error) * (1 + 1e-12)


def test_spent__of_the_gamma_family_is_its_formula():
    # (1 - exp(-gamma t)) / (1 - exp(-gamma)) for gamma = -4, t = 1/2, by hand:
    # (1 - 7.389056) / (1 - 54.598150) = 0.119203
    assert HwangShihDeCani(-4).spent(0.5, 1.0) == pytest.approx(0.119203, abs=1e-6)
    assert HwangShihDeCani(4).spent(0.5, 1.0) == pytest.approx(1 - 0.119203, abs=1e-6)


def test_increments__add_up_to_the_error():
    parts = increments(LanDeMetsPocock(), (0.3, 0.7, 1.0), 0.025)
    assert sum(parts) == pytest.approx(0.025)
    assert min(parts) > 0
