"""Which row is which subject's baseline, and which rows cannot be scored.

Baseline  the visit that the caller names, else the row with ABLFL = Y. Every other row of the
          subject is compared with it, so screening visits are left out of the table.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from myotrial.scoring import cells

__all__ = ["REASONS", "Rows", "arrange", "previous"]

REASONS = (  # why a row is not scored; 0: it is
    "",
    "no subject",
    "no visit",
    "the subject has two baselines or more",
    "the visit stands twice",
    "the subject has no baseline",
)
ROOM = 8  # cells of a count table that a row may cost


class Rows(NamedTuple):
    """How the rows hang together.

    Attributes:
        who: Number of each row's subject.
        baseline: For each row the row of its subject's baseline, -1 where there is none.
        is_baseline: Whether the row is one.
        scored: Whether the row can be scored.
        why_not: Why it cannot, a position in `REASONS`; 0 otherwise.
    """

    who: np.ndarray
    baseline: np.ndarray
    is_baseline: np.ndarray
    scored: np.ndarray
    why_not: np.ndarray


def arrange(subjects: pl.Series, visits: pl.Series, marked: np.ndarray) -> Rows:
    """Find each row's baseline and what stands in its way.

    Args:
        subjects: Subject of each row, null where missing.
        visits: Visit of each row, null where missing.
        marked: Whether the row is stated to be a baseline.
    """
    named = subjects.is_not_null().to_numpy()
    known = named & visits.is_not_null().to_numpy()
    who, many = cells.codes(subjects)
    starts = known & marked
    begun = who[starts]
    count = np.bincount(begun, minlength=many)[who] if many else np.zeros(0, dtype=np.int64)
    place = np.full(many, -1)
    place[begun] = np.flatnonzero(starts)
    baseline = np.where(known & (count == 1), place[who], -1)
    why_not = np.zeros(len(who), dtype=np.uint8)
    faults = (~named, ~known, count > 1, _repeated(who, many, visits, known), count < 1)
    for reason, rows in reversed([*enumerate(faults, start=1)]):
        why_not[rows] = reason
    usable = why_not == 0
    is_baseline = usable & starts
    return Rows(who, baseline, is_baseline, usable & ~is_baseline, why_not)


def previous(rows: Rows, order: np.ndarray | None) -> np.ndarray:
    """For each row the scored row of the same subject before it, -1 where there is none.

    Args:
        rows: As `arrange` gives them.
        order: What visits are ordered by; None: the order of the rows.
    """
    before = np.full(len(rows.who), -1)
    scored = np.flatnonzero(rows.scored)
    who = rows.who[scored]
    keys = (who,) if order is None else (order[scored], who)
    sequence = scored[np.lexsort(keys)]
    same = rows.who[sequence][1:] == rows.who[sequence][:-1]
    before[sequence[1:][same]] = sequence[:-1][same]
    return before


def _repeated(who: np.ndarray, many: int, visits: pl.Series, known: np.ndarray) -> np.ndarray:
    """Rows that share subject and visit with another row."""
    words = visits.unique().drop_nulls()
    code = visits.cast(pl.Enum(words)).to_physical().cast(pl.Int64).fill_null(len(words))
    kinds = len(words) + 1
    pair = who * kinds + code.to_numpy()
    if many * kinds <= ROOM * len(who) + 1000:
        return known & (np.bincount(pair, minlength=1)[pair] > 1)
    _, position, count = np.unique(pair, return_inverse=True, return_counts=True)
    return known & (count[position] > 1)
