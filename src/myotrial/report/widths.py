"""How wide the columns of a table want to be on paper, in letters of their longest line."""

from myotrial.report.content import Aside, Cell, Table

__all__ = ["widths"]

NARROW, LONG, ASIDE = 5, 44, 28  # letters: least and greatest width of a column, and of an aside
CAPITALS = 3  # so many take the room of one letter more


def widths(table: Table) -> list[int]:
    """The longest line of each column in letters, within limits; a long text may be broken."""
    columns = zip(table.head, *table.rows, strict=True)
    return [
        max(NARROW, *(min(LONG, longest) for longest in map(_longest, column)))
        for column in columns
    ]


def _longest(cell: Cell) -> int:
    lines = [""]
    for run in cell.runs:
        if isinstance(run, Aside):
            lines.append(run.text[:ASIDE])
        else:
            lines[0] += run if isinstance(run, str) else run.text
    return max(len(line) + sum(map(str.isupper, line)) // CAPITALS for line in lines)
