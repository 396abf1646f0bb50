"""What the comparisons of responders share: what a response is, empty arms, estimates."""

from collections.abc import Mapping
from typing import Any

from myotrial.analysis.sheet import Sheet
from myotrial.analysis.trial import Rows
from myotrial.results import Result
from myotrial.statistics.estimate import Estimate

__all__ = ["Cells", "empty", "estimate", "responded"]

Cells = tuple[int, int, int, int]


def responded(row: Mapping[str, Any]) -> bool:
    """Whether a row of ADEST is a response."""
    return row["AVAL"] == 1


def empty(cells: Cells) -> bool:
    """Whether an arm has no patients."""
    return not (cells[0] + cells[1] and cells[2] + cells[3])


def estimate(
    sheet: Sheet,
    key: str,
    label: str,
    found: Estimate | None,
    rows: Rows,
    method: str,
    reference: str,
    notes: list[str],
    *,
    statistic: str = "difference",
    unit: str = "%",
) -> Result:
    """A difference in percentage points, or a ratio."""
    return sheet.estimate(
        key,
        label,
        found,
        rows,
        statistic=statistic,
        n=len(rows),
        unit=unit,
        scale=100 if unit == "%" else 1,
        method=method,
        reference=reference,
        warnings=notes,
    )
