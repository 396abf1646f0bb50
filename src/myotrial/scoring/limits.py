"""The upper limit of normal of the enzyme, for each row that is scored."""

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np

from myotrial.errors import MyotrialError
from myotrial.instruments.enzymes import Limit
from myotrial.scoring import cells
from myotrial.scoring.measures import Measure
from myotrial.scoring.report import Problem
from myotrial.scoring.rows import Rows, numbered

__all__ = ["Limits", "upper"]

Limits = Mapping[str, float | Mapping[str, float]]


def upper(
    frame: nw.DataFrame[Any],
    held: Mapping[str, Measure],
    rows: Rows,
    keys: Mapping[str, str],
    limits: Limits,
    criteria: Sequence[str],
) -> tuple[np.ndarray, list[Problem]]:
    """The limit of each scored row, NaN where none is needed; and the rows that lack one.

    Raises:
        MyotrialError: The total improvement score is asked for and no limit is stated, or it is
            stated by sex and the table has no column SEX.
    """
    if "CK" not in held or not any(name.startswith("tis") for name in criteria):
        return np.full(int(rows.scored.sum()), np.nan), []
    if "CK" not in limits:
        raise MyotrialError(
            "the total improvement score needs the upper limit of normal of CK.\n"
            "Hint: state it as a limit, or leave the score out of the criteria."
        )
    stated, unit = limits["CK"], held["CK"].unit
    if not isinstance(stated, Mapping):
        limit = Limit("ck", float(stated), unit, "as stated", "the caller").upper
        return np.full(int(rows.scored.sum()), limit), []
    if "SEX" not in keys:
        raise MyotrialError("the limit of CK is stated by sex, but the table has no column SEX.")
    sex = cells.texts(frame[keys["SEX"]])
    whole = np.full(len(sex), np.nan)
    for which, value in stated.items():
        limit = Limit("ck", float(value), unit, "as stated", "the caller", sex=which)
        whole[sex == which] = limit.upper
    lacking = np.isnan(whole) & rows.scored
    says = "no upper limit of CK for this sex"
    problems = [Problem(says, numbered(lacking), keys["SEX"], scored=True)] if lacking.any() else []
    return whole[rows.scored], problems
