"""The upper limit of normal of each enzyme, for each row.

A limit stands in a column of the table, or is stated: one number, one by SEX, one by laboratory,
or one by both. It is never borrowed from another sex or laboratory.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl

from myotrial.errors import MyotrialError
from myotrial.instruments.enzymes import Limit
from myotrial.names import ENZYMES
from myotrial.scoring.measures import Measure

__all__ = ["SEXES", "Limits", "check", "needs", "stated"]

# a number, one by sex ({"F": 150, "M": 200}), or either by laboratory ({"LAB A": {"F": 150}})
Limits = Mapping[str, Any]
SEXES = ("F", "M")


def check(
    held: Mapping[str, Measure],
    keys: Mapping[str, str],
    limits: Limits,
    *,
    scored: bool,
    enzymes: tuple[str, ...],
) -> None:
    """See that there is a limit wherever one is needed, and what it depends on.

    Args:
        held: The measures of the table.
        keys: The columns of subject, visit, sex, laboratory …
        limits: As stated.
        scored: Whether the total improvement score is asked for with an enzyme.
        enzymes: Those that are held and used by any criterion.

    Raises:
        MyotrialError: A limit is missing or impossible, or stated by sex or laboratory where the
            table has no such column.
    """
    for name in enzymes:
        depends = needs(name, limits)
        for word, column in (("sex", "SEX"), ("laboratory", "LAB")):
            if word in depends and column not in keys:
                raise MyotrialError(
                    f"the limit of {name} is stated by {word}, but the table has no column "
                    f"{column}."
                )
    lacking = [name for name in enzymes if name not in limits and not held[name].limit_column]
    if not lacking or not (scored or len(enzymes) > 1):
        return
    what = " and ".join(lacking)
    why = (
        "the total improvement score needs" if scored else "choosing the most abnormal enzyme needs"
    )
    raise MyotrialError(
        f"{why} the upper limit of normal of {what}.\n"
        f"Hint: state it (limits={{{lacking[0]!r}: …}}, or --limit {lacking[0]}=…), hold it in a "
        f"column {lacking[0]}ULN, or leave the score out of the criteria."
    )


def stated(
    measure: Measure, limits: Limits, sex: pl.Series | None, lab: pl.Series | None, rows: int
) -> np.ndarray:
    """The limit of each row in the measure's unit; NaN where none holds."""
    found = np.full(rows, np.nan)
    if measure.name not in limits:
        return found
    for laboratory, which, upper in _each(measure.name, limits[measure.name], measure.unit):
        holds = np.ones(rows, dtype=bool)
        for column, value in ((lab, laboratory), (sex, which)):
            if value and column is not None:
                holds &= (column == value).fill_null(False).to_numpy()
        found[holds] = upper
    return found


def needs(name: str, limits: Limits) -> str:
    """What a stated limit depends on, in words; "" if on nothing."""
    each = [*_each(name, limits[name], "U/L")] if name in limits else []
    words = ("sex" if any(which for _, which, _ in each) else "",
             "laboratory" if any(lab for lab, _, _ in each) else "")  # fmt: skip
    return " and ".join(filter(None, words))


def _each(name: str, value: Any, unit: str) -> Iterator[tuple[str, str, float]]:
    """Laboratory, sex and limit of everything stated for an enzyme."""
    for laboratory, which, upper in _flat(value):
        limit = Limit(ENZYMES[name], float(upper), unit, "as stated", "the caller", sex=which)
        yield laboratory, which, limit.upper


def _flat(value: Any, laboratory: str = "") -> Iterator[tuple[str, str, Any]]:
    if not isinstance(value, Mapping):
        yield laboratory, "", value
        return
    for key, item in value.items():
        if isinstance(item, Mapping):
            yield from _flat(item, key)
        elif laboratory or key in SEXES:
            yield laboratory, key, item
        else:
            yield key, "", item
