"""The Freeman-Halton exact test: Fisher's test for tables larger than 2x2, by counting.

Null     rows and columns are independent; both margins are held fixed.
P-value  the chance of all tables no more probable than the observed one. All tables with the
         margins are counted in whole numbers; nothing is simulated, ties are ties.
Empty    rows or columns without subjects change nothing; a table without subjects gives 1.
Source   Freeman GH, Halton JH. Biometrika 1951;38:141-9.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import factorial, prod

from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.counts import checked_table

__all__ = ["freeman_halton"]

MOST = 300_000  # different partial tables held at once
STEPS = 60_000  # fillings of a column tried, over all columns: about two seconds

Rows = tuple[int, ...]


def freeman_halton(table: Sequence[Sequence[int]]) -> float:
    """The exact p-value of independence in an r x c table.

    Args:
        table: Counts, one sequence a row, all of one length.

    Raises:
        MyotrialError: Rows differ in length, or a count is negative or no whole number.
        TooLargeError: Too many tables share the margins.

    >>> freeman_halton([[3, 0], [0, 3], [0, 2]])
    0.03571428571428571
    """
    cells = [checked_table(*row) for row in table]
    if not cells or len({len(row) for row in cells}) != 1:
        raise MyotrialError("A table needs rows of one length")
    rows, columns = (
        [sum(row) for row in cells],
        [sum(column) for column in zip(*cells, strict=True)],
    )
    ways, steps = Counter({(tuple(rows), 1): 1}), 0
    for column in columns:
        ways, steps = _add_column(ways, column, steps)
    observed = prod(_ways_of(column) for column in zip(*cells, strict=True))
    weights = Counter[int]()
    for (_, weight), count in ways.items():
        weights[weight] += count
    total = sum(weight * count for weight, count in weights.items())
    return sum(weight * count for weight, count in weights.items() if weight <= observed) / total


def _add_column(
    ways: Counter[tuple[Rows, int]], column: int, steps: int
) -> tuple[Counter[tuple[Rows, int]], int]:
    """Fill one more column in all ways; tables alike in room left and weight are counted as one.

    Gives the ways, and the steps taken so far with those of this column.
    """
    grown = Counter[tuple[Rows, int]]()
    for (room, weight), count in ways.items():
        for cells in _columns(room, column):
            steps += 1
            if steps > STEPS:
                raise _too_large()
            left = tuple(r - x for r, x in zip(room, cells, strict=True))
            grown[left, weight * _ways_of(cells)] += count
        if len(grown) > MOST:
            raise _too_large()
    return grown, steps


def _too_large() -> TooLargeError:
    return TooLargeError(
        "Too many tables share these margins to count them all.\n"
        "Hint: merge sparse rows or columns, where their meaning allows it."
    )


def _columns(room: Rows, column: int) -> Iterator[Rows]:
    """Every way to place a column total into the room that the rows have left."""
    if len(room) == 1:
        if column <= room[0]:
            yield (column,)
        return
    for x in range(max(0, column - sum(room[1:])), min(room[0], column) + 1):
        for rest in _columns(room[1:], column - x):
            yield (x, *rest)


def _ways_of(cells: Sequence[int]) -> int:
    """Multinomial coefficient: orders of a column's subjects that give these cells."""
    return factorial(sum(cells)) // prod(factorial(cell) for cell in cells)
