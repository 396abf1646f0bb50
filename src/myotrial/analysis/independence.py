"""The test that rows and columns of a table are independent: exact where its tables can be counted.

Exact   Freeman and Halton's test.
Else    Pearson's chi-square, which the method names and a warning tells; nothing is simulated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from myotrial.errors import TooLargeError
from myotrial.statistics.chi_square import chi_square_table
from myotrial.statistics.r_by_c import freeman_halton

__all__ = ["EXACT", "FREEMAN_HALTON", "Independence", "independence"]

FREEMAN_HALTON = "Freeman GH, Halton JH. Biometrika 1951;38:141-9."
PEARSON = "Pearson K. Philos Mag 1900;50:157-75."
EXACT = (
    "Freeman-Halton exact test, two-sided: all tables with these margins that are no more probable "
    "than the observed one"
)
SMALL = 5.0  # expected count below which the approximation is said to be poor


@dataclass(frozen=True)
class Independence:
    """The p-value, how it was found, where that is published, and what to know about it."""

    p_value: float
    method: str
    reference: str
    warnings: list[str]


def independence(counts: Sequence[Sequence[int]]) -> Independence:
    """Test a table of counts, one sequence a row."""
    try:
        return Independence(freeman_halton(counts), EXACT, FREEMAN_HALTON, [])
    except TooLargeError as error:
        found = chi_square_table(counts)
        told = str(error).partition("\n")[0]
        notes = [f"{told} Pearson's chi-square stands in place of the exact test."]
        if found.least < SMALL:
            notes.append(f"An expected count is {found.least:.1f}: the approximation is poor.")
        method = (
            f"Pearson's chi-square test, {found.statistic:.3g} on {found.freedom} degrees of "
            "freedom, in place of the Freeman-Halton exact test"
        )
        return Independence(found.p_value, method, PEARSON, notes)
