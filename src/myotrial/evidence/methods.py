"""The statistics of a 2x2 table whose range can be asked for, by name.

Table    a, b / c, d: row 1 yes, row 1 no / row 2 yes, row 2 no.
Values   p-values are two-sided; an estimate comes with its interval.
"""

from functools import lru_cache
from typing import Any

__all__ = ["METHODS", "value"]

METHODS = {
    "fisher": "Fisher's exact test, two-sided p-value",
    "fisher_mid_p": "Fisher's exact test, two-sided mid-P value",
    "boschloo": "Boschloo's unconditional exact test, two-sided p-value",
    "barnard": "Barnard's unconditional exact test (pooled score), two-sided p-value",
    "risk_difference": "difference of shares, row less the rest",
    "odds_ratio": "odds ratio of row against the rest",
}


@lru_cache(maxsize=10_000)
def value(method: str, a: int, b: int, c: int, d: int) -> dict[str, Any]:
    """A statistic of one table.

    Returns:
        `value` (None where the table leaves it undefined) and, for an estimate, `low`, `high` and
        `level` of its interval; value and ends may be infinite.
    """
    from myotrial.statistics import two_by_two  # only where a range is asked for

    found = getattr(two_by_two, method)(a, b, c, d)
    if isinstance(found, float):
        return {"value": found}
    return {"value": found.value, "low": found.low, "high": found.high, "level": found.level}
