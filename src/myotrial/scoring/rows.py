"""Which row is which subject's baseline, and which rows cannot be scored.

Baseline  the visit that the caller names, else the row with ABLFL = Y. Every other row of the
          subject is compared with it, so screening visits are left out of the table.
"""

from typing import NamedTuple

import numpy as np

from myotrial.scoring.report import Problem

__all__ = ["Rows", "arrange", "numbered"]

NO_SUBJECT = "no subject"
NO_VISIT = "no visit"
TWICE = "the visit stands twice"
NONE = "the subject has no baseline"
TWO = "the subject has two baselines or more"


class Rows(NamedTuple):
    """How the rows hang together.

    Attributes:
        baseline: For each row the row of its subject's baseline, -1 where there is none.
        is_baseline: Whether the row is one.
        scored: Whether the row can be scored.
        why_not: Why it cannot, "" otherwise.
    """

    baseline: np.ndarray
    is_baseline: np.ndarray
    scored: np.ndarray
    why_not: np.ndarray

    def problems(self) -> list[Problem]:
        """The rows that cannot be scored, by reason."""
        kinds = (NO_SUBJECT, NO_VISIT, TWO, TWICE, NONE)
        found = ((kind, self.why_not == kind) for kind in kinds)
        return [Problem(kind, numbered(rows)) for kind, rows in found if rows.any()]


def numbered(rows: np.ndarray) -> tuple[int, ...]:
    """Row numbers, from 1, of the rows that are true."""
    return tuple((np.flatnonzero(rows) + 1).tolist())


def arrange(subjects: np.ndarray, visits: np.ndarray, marked: np.ndarray) -> Rows:
    """Find each row's baseline and what stands in its way.

    Args:
        subjects: Subject of each row, "" where missing.
        visits: Visit of each row, "" where missing.
        marked: Whether the row is stated to be a baseline.
    """
    named = subjects != ""
    known = named & (visits != "")
    who = _codes(subjects)
    starts = known & marked
    count = np.bincount(who, weights=starts, minlength=1)[who]
    place = np.full(len(who) + 1, -1)
    place[who[starts]] = np.flatnonzero(starts)
    single = known & (count == 1)
    baseline = np.where(single, place[who], -1)
    reasons = [
        (~named, NO_SUBJECT),
        (~known, NO_VISIT),
        (count > 1, TWO),
        (_repeated(who, _codes(visits), known), TWICE),
        (count < 1, NONE),
    ]
    why_not = np.select([rows for rows, _ in reasons], [why for _, why in reasons], "")
    usable = why_not == ""
    is_baseline = usable & starts
    return Rows(baseline, is_baseline, usable & ~is_baseline, why_not)


def _codes(words: np.ndarray) -> np.ndarray:
    return np.unique(words.astype(str), return_inverse=True)[1]


def _repeated(who: np.ndarray, visit: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Rows that share subject and visit with another row."""
    pair = who.astype(np.int64) * (visit.max(initial=0) + 1) + visit
    _, position, count = np.unique(pair, return_inverse=True, return_counts=True)
    return known & (count[position] > 1)
