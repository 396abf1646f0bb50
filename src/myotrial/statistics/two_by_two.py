"""The tests, effects and intervals of a 2x2 table, gathered under one name.

Table    a, b / c, d: row 1 yes, row 1 no / row 2 yes, row 2 no. Marker present in 7 of 7
         responders and in 3 of 8 non-responders is (7, 0, 3, 5).
"""

from myotrial.statistics.chi_square import chi_square
from myotrial.statistics.fisher import fisher, fisher_matrix, fisher_mid_p
from myotrial.statistics.odds_ratio import odds_ratio, sample_odds_ratio
from myotrial.statistics.risk_difference import risk_difference, risk_difference_exact
from myotrial.statistics.unconditional import barnard, barnard_matrix, boschloo, boschloo_matrix

__all__ = [
    "barnard",
    "barnard_matrix",
    "boschloo",
    "boschloo_matrix",
    "chi_square",
    "fisher",
    "fisher_matrix",
    "fisher_mid_p",
    "odds_ratio",
    "risk_difference",
    "risk_difference_exact",
    "sample_odds_ratio",
]
