import pytest
from hypothesis import given
from hypothesis import strategies as st

from myotrial.errors import MyotrialError
from myotrial.statistics.multiplicity import benjamini_hochberg, bonferroni, holm

# Benjamini & Hochberg 1995, section 4.1: 15 p-values of a thrombolysis trial; at 0.05 their
# procedure rejects four hypotheses, Bonferroni three.
THROMBOLYSIS = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
                0.4262, 0.5719, 0.6528, 0.7590, 1.0000]  # fmt: skip


@pytest.mark.parametrize(("method", "rejected"), [(benjamini_hochberg, 4), (bonferroni, 3)])
def test_adjustment__rejects_as_published(method, rejected):
    assert sum(p <= 0.05 for p in method(THROMBOLYSIS)) == rejected


def test_holm__steps_down():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_benjamini_hochberg__steps_up():
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02])


@pytest.mark.parametrize("method", [benjamini_hochberg, bonferroni, holm])
@given(st.lists(st.none() | st.floats(0, 1), max_size=8))
def test_adjustment__keeps_gaps_and_order_and_never_lowers(method, p_values):
    adjusted = method(p_values)
    for raw, new in zip(p_values, adjusted, strict=True):
        assert (raw is None) == (new is None)
        assert raw is None or raw <= new * (1 + 1e-12) <= 1 + 1e-12
    tested = sorted(
        (r, n) for r, n in zip(p_values, adjusted, strict=True) if r is not None and n is not None
    )
    assert [n for _, n in tested] == sorted(n for _, n in tested)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm__lies_between_raw_and_bonferroni(p_values):
    for middle, highest in zip(holm(p_values), bonferroni(p_values), strict=True):
        assert middle <= highest * (1 + 1e-12)


def test_adjustment__refuses_what_is_no_p_value():
    with pytest.raises(MyotrialError, match="between 0 and 1"):
        holm([0.5, 1.5])
