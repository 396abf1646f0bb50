from math import inf, nan

import numpy as np
import pytest

from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import (
    checked_correlation,
    checked_errors,
    checked_fractions,
    checked_not_negative,
    checked_positive,
    checked_rate,
    checked_share,
    checked_sides,
    definite,
)
from myotrial.statistics.roots import root


def test_checked__hands_back_what_is_in_range():
    assert checked_rate("rate", 0) == 0.0
    assert checked_rate("rate", 1) == 1.0
    assert checked_share("alpha", 0.05) == 0.05
    assert checked_errors(0.025, 0.8) == (0.025, 0.8)
    assert checked_positive("sd", 3) == 3.0
    assert checked_not_negative("time", 0) == 0.0
    assert checked_correlation(-0.5) == -0.5
    assert checked_sides(2) == 2
    assert checked_fractions([0.5, 1 + 1e-12]) == (0.5, 1.0)
    assert (definite("covariance", [[2, 1], [1, 2]]) == np.array([[2, 1], [1, 2]])).all()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: checked_rate("p1", 1.01), "p1 must be a rate"),
        (lambda: checked_share("alpha", 1), "alpha must lie strictly between 0 and 1"),
        (lambda: checked_errors(0.05, 0.05), "Hint: power is 1 - beta"),
        (lambda: checked_positive("sd", inf), "sd must be finite and above 0"),
        (lambda: checked_not_negative("time", nan), "time must be finite and at least 0"),
        (lambda: checked_correlation(1), "correlation"),
        (lambda: checked_sides(0), "1 or 2 sides"),
        (lambda: checked_fractions([0.5, 0.9]), "end at 1"),
        (lambda: definite("covariance", [[1, 2], [2, 1]]), r"smallest eigenvalue is -1"),
    ],
)
def test_checked__says_who_what_and_what_was_found(call, said):
    with pytest.raises(MyotrialError, match=said):
        call()


def test_root__finds_where_a_function_is_0():
    assert root(lambda x: x**3 - 8, 0.0, 5.0) == pytest.approx(2.0, abs=1e-10)
