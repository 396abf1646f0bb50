"""The course of a criterion over each subject's visits: one row for each subject of a scored table.

What is not known stays so: EVER and SUSTAIN are INDETERMINATE where visits that are missing or
open decide. The estimands themselves stand in `response.course`.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from myotrial.errors import MyotrialError

__all__ = ["by_subject"]

WORDS = ("Y", "N", "INDETERMINATE")


def by_subject(
    table: Any,
    *,
    visits: Sequence[str],
    criterion: str = "DOI",
    at_least: float | None = None,
    consecutive: int = 2,
    days: Mapping[str, float] | None = None,
    columns: Mapping[str, str] | None = None,
) -> Any:
    """One row for each subject of a table that `score` gave back.

    Args:
        table: The scored table, of any kind in memory.
        visits: The scheduled visits after baseline, in order; others are left out.
        criterion: A column of verdicts (DOI, FI20, PRINTO, WORSE …), or TIS.
        at_least: The score that counts, for TIS.
        consecutive: At how many visits in a row it has to hold to be sustained.
        days: Day of each visit since baseline, for the time to the first.
        columns: Other names of the columns USUBJID and VISIT.

    Returns:
        The same kind of table: USUBJID; EVER and SUSTAIN (Y, N or INDETERMINATE); LAST (Y or N at
        the last visit whose verdict is known); FIRST, the first visit at which it was met; HELD,
        for how many visits in a row from then; NKNOWN, visits whose verdict is known; and with
        `days` TIME and CENSORED (1: not met until TIME).

    Raises:
        MyotrialError: The table has no such verdicts, or visits are named that it does not have.

    >>> import polars as pl
    >>> from myotrial.scoring import score
    >>> seen = pl.DataFrame({"USUBJID": ["A"] * 3, "VISIT": ["M0", "M3", "M6"], "FI": [40, 41, 50]})
    >>> scored = score(seen, baseline="M0", criteria=["fi20"]).table
    >>> row = by_subject(scored, visits=["M3", "M6"], criterion="FI20").to_dicts()[0]
    >>> row["EVER"], row["FIRST"], row["SUSTAIN"]
    ('Y', 'M6', 'N')
    """
    import polars as pl

    from myotrial import names
    from myotrial.scoring import cells
    from myotrial.scoring.tables import opened

    whole = opened(table)
    keys = {
        name: names.column_of(name, whole.columns, columns or {}) for name in ("USUBJID", "VISIT")
    }
    needed = [name for name in keys.values() if name is not None]
    verdicts = ["TISLO", "TISHI"] if criterion == "TIS" else [criterion]
    _check(whole.columns, verdicts, needed, criterion, at_least)
    frame = whole.read([*needed, *verdicts])
    seen = cells.repeated_texts(frame[needed[1]])
    strange = [name for name in visits if name not in set(seen.unique())]
    if strange or not visits:
        raise MyotrialError(
            f"visits names the scheduled visits in order (unknown here: {strange}).\n"
            f"Hint: the table has {seen.unique().drop_nulls().sort().to_list()[:12]}."
        )
    subjects = cells.texts(frame[needed[0]])
    who, many = cells.codes(subjects)
    place = {name: number for number, name in enumerate(visits)}
    at = seen.replace_strict(place, default=-1, return_dtype=pl.Int64).fill_null(-1).to_numpy()
    low, high = _bounds(frame, criterion, at_least)
    judged = (at >= 0) & subjects.is_not_null().to_numpy() & ~np.isnan(low)
    sure, maybe = (np.full((len(visits), many), missing) for missing in (False, True))
    sure[at[judged], who[judged]] = low[judged] == 1
    maybe[at[judged], who[judged]] = high[judged] == 1
    first = np.full(many, -1)
    first[who[::-1]] = np.arange(len(who))[::-1]
    made = {
        name: pl.Series(cells_.tolist())
        for name, cells_ in _course(sure, maybe, visits, consecutive, days).items()
    }
    answer = pl.DataFrame({"USUBJID": subjects.gather(first)}).with_columns(**made)
    return whole.instead(answer.drop_nulls("USUBJID"))


def _course(
    sure: np.ndarray,
    maybe: np.ndarray,
    visits: Sequence[str],
    consecutive: int,
    days: Mapping[str, float] | None,
) -> dict[str, np.ndarray]:
    """Every estimand of each subject, from bounds with one row for each visit."""
    from myotrial.response import course

    known = sure == maybe
    low, high, settled = [*sure], [*maybe], [*known]
    ever = course.estimate(course.ever, low, high, settled)
    held = course.estimate(partial(course.sustained, consecutive=consecutive), low, high, settled)
    last = _words(course.at_last(low, settled))
    made = {
        "EVER": _words(ever.low, ever.high),
        "SUSTAIN": _words(held.low, held.high),
        "LAST": np.where(np.any(known, axis=0), last, np.array(None, dtype=object)),
        "FIRST": np.array([None, *visits], dtype=object)[np.asarray(course.first(low))],
        "HELD": np.asarray(course.held(low)),
        "NKNOWN": known.sum(axis=0),
    }
    if days is not None:
        time = course.time_to_first(low, settled, [float(days[name]) for name in visits])
        made |= {"TIME": np.asarray(time.day), "CENSORED": 1 - np.asarray(time.seen)}
    return made


def _check(
    present: Sequence[str],
    verdicts: Sequence[str],
    needed: Sequence[str],
    criterion: str,
    at_least: float | None,
) -> None:
    missing = [name for name in verdicts if name not in present]
    if missing or len(needed) < 2:
        what = ", ".join(missing) or "of visits"
        raise MyotrialError(f"by_subject takes what score gave back (no column {what}).")
    if (criterion == "TIS") != (at_least is not None):
        raise MyotrialError("at_least is the score that counts, and is stated for TIS only.")


def _bounds(frame: Any, criterion: str, at_least: float | None) -> tuple[np.ndarray, np.ndarray]:
    """Whether met if what is missing were bad, and good, for each row: 0, 1; NaN if not scored."""
    import polars as pl

    if criterion == "TIS":
        bounds = (frame[name].cast(pl.Float64) for name in ("TISLO", "TISHI"))
        low, high = ((bound >= at_least).cast(pl.Float64).fill_null(np.nan) for bound in bounds)
        return low.to_numpy(), high.to_numpy()
    words = frame[criterion].cast(pl.String)
    low = (words == "Y").cast(pl.Float64).fill_null(np.nan)
    return low.to_numpy(), (words != "N").cast(pl.Float64).fill_null(np.nan).to_numpy()


def _words(low: Any, high: Any = None) -> np.ndarray:
    sure = np.asarray(low, dtype=bool)
    open_ = ~sure & (sure if high is None else np.asarray(high, dtype=bool))
    return np.array(WORDS, dtype=object)[np.where(sure, 0, np.where(open_, 2, 1))]
