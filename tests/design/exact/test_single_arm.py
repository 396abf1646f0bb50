import pytest

from myotrial.design.exact.single_arm import MultiStage, single_stage, single_stage_size
from myotrial.errors import MyotrialError, TooLargeError

# R: gsDesign nBinomial1Sample gives the first two numbers, rpact the third. p0, p1, alpha, power;
# first n, critical count, smallest n from which the power always holds.
SINGLE = [
    (0.2, 0.467, 0.025, 0.8, 25, 10, 28),
    (0.3, 0.5, 0.05, 0.9, 53, 22, 57),
]


@pytest.mark.parametrize(("p0", "p1", "alpha", "power", "n", "critical", "stays"), SINGLE)
def test_single_stage_size__agrees_with_other_programs(p0, p1, alpha, power, n, critical, stays):
    found = single_stage_size(p0, p1, alpha=alpha, power=power)
    assert (found.first.n, found.first.critical, found.stays.n) == (n, critical, stays)
    assert found.first.size <= alpha
    assert found.first.power >= power


def test_single_stage__that_cannot_succeed_has_no_power():
    design = single_stage(2, 0.5, 0.9, alpha=0.05)
    assert (design.critical, design.size, design.power) == (3, 0.0, 0.0)


def test_multi_stage__of_one_look_is_the_single_stage():
    design = single_stage(25, 0.2, 0.467, alpha=0.025)
    looks = MultiStage((25,), (design.critical - 1,))
    assert looks.characteristics(0.467).success == pytest.approx(design.power, rel=1e-12)
    assert looks.characteristics(0.2).expected_n == pytest.approx(25)


def test_multi_stage__may_stop_for_success():
    design = MultiStage((2, 4), (0, 2), (2, 3))
    found = design.characteristics(0.5)
    # 1 of 2 is reached with 1/2 and goes on; then 2 of 2 more are needed.
    assert found.success_by_look == pytest.approx((0.25, 0.125))
    assert found.futility_by_look == pytest.approx((0.25, 0.375))
    assert found.expected_n == pytest.approx(3.0)
    assert found.stopped == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(((10, 10), (1, 3)), "must rise from look to look", id="looks"),
        pytest.param(((10, 20), (1,)), "Each of 2 looks needs one bound", id="bounds"),
        pytest.param(((10, 20), (5, 6), (5, 7)), "stop for futility below", id="crossing"),
        pytest.param(((), ()), "must rise", id="none"),
    ],
)
def test_multi_stage__refuses_what_is_no_design(arguments, message):
    with pytest.raises(MyotrialError, match=message):
        MultiStage(*arguments)


def test_single_stage__refuses_what_does_not_fit_into_memory():
    with pytest.raises(TooLargeError, match=r"1000000000 patients would need \d+\.\d GiB"):
        single_stage(10**9, 0.2, 0.4)
    with pytest.raises(TooLargeError, match=r"would need \d+\.\d GiB"):
        MultiStage((10**5, 2 * 10**5), (1, 2))


@pytest.mark.parametrize(("p0", "p1"), [(0.4, 0.2), (0.3, 0.3)])
def test_single_stage__refuses_a_rate_of_interest_that_is_not_above(p0, p1):
    with pytest.raises(MyotrialError, match="p1 must be above p0"):
        single_stage(10, p0, p1)
    with pytest.raises(MyotrialError, match="p1 must be above p0"):
        single_stage_size(p0, p1)
