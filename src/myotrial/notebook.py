"""Small tables and bars as HTML, for results that are shown in a notebook.

Everything is escaped, and nothing is asked of a network: no script, no style sheet, no font.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

__all__ = ["bars", "joined", "table"]

MISSING = ""
BAR = 220  # pixels of the longest bar
ROW = 18  # pixels of a bar with the space below it
LEFT = 'style="text-align: left; vertical-align: top"'


def table(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[Any]], *, more: int = 0
) -> str:
    """A table; None and NaN are empty cells.

    Args:
        caption: What it shows.
        head: Names of the columns.
        rows: Their cells.
        more: How many rows are left out at the end.

    >>> table("Two", ["a"], [["<b>"], [None]]).count("<td")
    2
    """
    columns = "".join(f'<th scope="col" {LEFT}>{escape(name)}</th>' for name in head)
    body = "".join(
        f"<tr>{''.join(f'<td {LEFT}>{escape(_cell(cell))}</td>' for cell in row)}</tr>"
        for row in rows
    )
    left = f'<tfoot><tr><td colspan="{len(head)}" {LEFT}>… and {more} more</td></tr></tfoot>'
    return (
        f'<table><caption style="text-align: left">{escape(caption)}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody>{left if more else ''}</table>"
    )


def bars(caption: str, counts: Mapping[str, int]) -> str:
    """A bar for each count, as a drawing that names them in words too.

    >>> bars("DOI", {"Y": 3, "N": 1}).count("<rect")
    2
    """
    most = max(counts.values(), default=0) or 1
    told = ", ".join(f"{name} {count}" for name, count in counts.items())
    drawn = "".join(
        f'<rect x="110" y="{ROW * at}" width="{BAR * count / most:.1f}" height="{ROW - 5}" '
        f'fill="#00598f"/><text x="104" y="{ROW * at + 11}" text-anchor="end">{escape(name)}</text>'
        f'<text x="{116 + BAR * count / most:.1f}" y="{ROW * at + 11}">{count}</text>'
        for at, (name, count) in enumerate(counts.items())
    )
    width, height = 160 + BAR, ROW * len(counts)
    return (
        f'<figure style="margin: 0.5em 0"><figcaption>{escape(caption)}</figcaption>'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(f"{caption}: {told}")}" font-size="12" font-family="sans-serif" '
        f'fill="currentColor">{drawn}</svg></figure>'
    )


def joined(*parts: str) -> str:
    """Parts below each other."""
    return f"<div>{''.join(parts)}</div>"


def _cell(cell: Any) -> str:
    if cell is None or cell != cell:
        return MISSING
    return f"{cell:.10g}" if isinstance(cell, float) else str(cell)
