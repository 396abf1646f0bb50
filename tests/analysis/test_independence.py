"""Exact where tables can be counted, else named otherwise."""

from myotrial.analysis.independence import independence
from myotrial.statistics import r_by_c
from myotrial.statistics.chi_square import chi_square_table
from myotrial.statistics.r_by_c import freeman_halton


def test_independence__names_what_stands_in_place_of_the_exact_test(monkeypatch):
    table = [[3, 4], [4, 3], [2, 5]]
    exact = independence(table)
    assert exact.p_value == freeman_halton(table)
    assert exact.method.startswith("Freeman-Halton")
    monkeypatch.setattr(r_by_c, "STEPS", 5)
    found = independence(table)
    assert found.p_value == chi_square_table(table).p_value
    assert found.method.startswith("Pearson")
    assert "in place of the exact test" in found.warnings[0]
    assert "expected count is 3.0" in found.warnings[1]
