"""Adjusting p-values of several tests.

Adjusted  a p-value to compare with the level of the whole family; never below the raw one.
Missing   None (no test was possible) stays None and does not count as a test.
Source    Holm S. Scand J Stat 1979;6:65-70. Benjamini Y, Hochberg Y. J R Stat Soc B
          1995;57:289-300.
"""

from collections.abc import Callable, Sequence

from myotrial.errors import MyotrialError

__all__ = ["benjamini_hochberg", "bonferroni", "holm"]

PValues = Sequence[float | None]


def bonferroni(p_values: PValues) -> list[float | None]:
    """Bonferroni's adjustment: each p-value times the number of tests, at most 1.

    Raises:
        MyotrialError: A p-value lies outside 0 to 1.
    """
    return _adjust(p_values, lambda ordered: [p * len(ordered) for p in ordered])


def holm(p_values: PValues) -> list[float | None]:
    """Holm's step-down adjustment; holds the chance of any false rejection under any dependence.

    Raises:
        MyotrialError: A p-value lies outside 0 to 1.

    >>> holm([0.01, None, 0.04, 0.03])
    [0.03, None, 0.06, 0.06]
    """

    def stepped(ordered: list[float]) -> list[float]:
        adjusted, floor = [], 0.0
        for rank, p in enumerate(ordered):
            floor = max(floor, p * (len(ordered) - rank))
            adjusted.append(floor)
        return adjusted

    return _adjust(p_values, stepped)


def benjamini_hochberg(p_values: PValues) -> list[float | None]:
    """Benjamini and Hochberg's step-up adjustment; holds the false discovery rate.

    Raises:
        MyotrialError: A p-value lies outside 0 to 1.
    """

    def stepped(ordered: list[float]) -> list[float]:
        adjusted, ceiling = [], 1.0
        for rank in range(len(ordered), 0, -1):
            ceiling = min(ceiling, ordered[rank - 1] * len(ordered) / rank)
            adjusted.append(ceiling)
        return adjusted[::-1]

    return _adjust(p_values, stepped)


def _adjust(p_values: PValues, stepped: Callable[[list[float]], list[float]]) -> list[float | None]:
    """Apply a rule for ordered p-values, keeping the order and the gaps of the input."""
    if not all(p is None or 0 <= p <= 1 for p in p_values):
        raise MyotrialError("A p-value must lie between 0 and 1")
    tested = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    for (_, place), value in zip(tested, stepped([p for p, _ in tested]), strict=True):
        adjusted[place] = min(1.0, value)
    return adjusted
