import pytest

from myotrial.design.exact.binomials import tails
from myotrial.design.exact.enrolment import enrolment
from myotrial.errors import MyotrialError, TooLargeError


def test_enrolment__agrees_with_base_r():
    # pbinom of base R: smallest N with P(Binomial(N, 0.5) >= 60) >= 0.85.
    assert enrolment(60, 0.5, assurance=0.85) == 131


@pytest.mark.parametrize("rate", [0.1, 0.37, 0.9, 1.0])
def test_enrolment__is_the_smallest(rate):
    n = enrolment(20, rate)
    assert tails(n, rate)[20] >= 0.85
    assert n == 20 or tails(n - 1, rate)[20] < 0.85


def test_enrolment__refuses_what_cannot_be():
    with pytest.raises(MyotrialError, match="Nobody qualifies"):
        enrolment(10, 0.0)
    with pytest.raises(MyotrialError, match="assurance must lie"):
        enrolment(10, 0.5, assurance=1.0)
    with pytest.raises(TooLargeError, match="More than 100000"):
        enrolment(100, 1e-5)
    with pytest.raises(TooLargeError, match="At most 100000"):
        enrolment(10**9, 0.5)
