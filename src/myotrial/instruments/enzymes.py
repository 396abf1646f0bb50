"""Muscle enzymes: units, upper limits of normal, and the enzyme that is most abnormal.

Scale    0 or more, no natural maximum, in U/L or ukat/L (1 ukat/L is 60 U/L). The upper limit of
         normal belongs to laboratory, sex and ancestry, and always stands beside the value.
Better   lower.
Missing  NaN. A value without a unit or without an upper limit is an error, never a guess.
Source   definitions of katal and unit; limits stand in the file of each enzyme.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np

from myotrial.errors import SHOWN, MyotrialError
from myotrial.facts import Fact
from myotrial.instruments.instrument import LOWER, Instrument
from myotrial.instruments.items import Numbers

__all__ = ["FACTS", "Limit", "chosen", "enzyme", "in_units", "most_abnormal", "multiples", "pick"]

KATAL = 60.0  # U/L in 1 ukat/L
UNITS = {"U/L": 1.0, "ukat/L": KATAL}
SAME = {"µkat/L": "ukat/L", "μkat/L": "ukat/L", "IU/L": "U/L"}  # other spellings of a unit
SOURCE = "Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57"
FACTS = (
    Fact("1 ukat/L is", KATAL, "U/L", "definitions of katal and unit", "derived"),
    Fact(
        "the most abnormal enzyme is the one of",
        "the highest multiple of its upper limit at baseline",
        "",
        "the response criteria say only: the most abnormal",
        "derived",
    ),
    Fact(
        "of enzymes that are equally abnormal counts",
        "the first in the order they are given",
        "",
        "no source says; myotrial's choice",
        "assumed",
    ),
)


@dataclass(frozen=True)
class Limit:
    """An upper limit of normal, as one laboratory states it.

    Attributes:
        enzyme: Id of the enzyme: "ck".
        upper: The limit, in `unit`.
        unit: "U/L" or "ukat/L".
        laboratory: Whose limit it is.
        source: Where it is published.
        sex: "F" or "M"; "" where the laboratory states one limit for both.
        status: How far it was verified, a key of `facts.STATUSES`.

    Raises:
        MyotrialError: The limit is not a number above 0, or the unit is unknown.
    """

    enzyme: str
    upper: float
    unit: str
    laboratory: str
    source: str
    sex: str = ""
    status: str = "verified"

    def __post_init__(self) -> None:
        if not (isfinite(self.upper) and self.upper > 0):
            raise MyotrialError(
                f"the upper limit of {self.enzyme} must be above 0 (got {self.upper!r})."
            )
        _size(self.unit, self.enzyme)

    def fact(self) -> Fact:
        """The limit as the documentation lists it."""
        who = {"F": " in women", "M": " in men", "": ""}[self.sex]
        name = f"upper limit of {self.enzyme.upper()}{who}, {self.laboratory}"
        return Fact(name, self.upper, self.unit, self.source, self.status)


def enzyme(name: str, label: str) -> Instrument:
    """An enzyme as an instrument."""
    return Instrument(
        id=name,
        label=label,
        better=LOWER,
        units=UNITS,
        ranges={"": (0.0, inf)},
        missing="one value: missing when not measured",
        source=SOURCE,
    )


def in_units(value: Numbers, *, unit: str | None, to: str) -> Numbers:
    """The value in another unit.

    Raises:
        MyotrialError: A unit is missing or unknown.

    >>> in_units(3.3, unit="µkat/L", to="U/L")
    198.0
    """
    return value * (_size(unit, "an enzyme") / _size(to, "an enzyme"))


def multiples(
    value: Numbers, *, unit: str | None, limit: Numbers | None, limit_unit: str | None
) -> Numbers:
    """The value in multiples of the upper limit of normal.

    Args:
        value: A number or an array; NaN where not measured.
        unit: Unit of the values.
        limit: Upper limit of normal: one number, or one for each value.
        limit_unit: Unit of the limit.

    Returns:
        1 is at the limit, above 1 is raised; NaN where there is no value, or a value below 0.

    Raises:
        MyotrialError: A unit is missing or unknown, or a value that was measured has no limit, or
            one that is not above 0; the message counts them and gives the first rows.

    >>> multiples(594.0, unit="U/L", limit=3.3, limit_unit="ukat/L")
    3.0
    """
    if limit is None:
        raise MyotrialError(_NO_LIMIT)
    upper = in_units(limit, unit=limit_unit, to="U/L")
    measured = in_units(value, unit=unit, to="U/L")
    usable = (upper > 0) & (upper < inf)
    lacking = np.atleast_1d((measured == measured) & np.logical_not(usable))
    if lacking.any():
        rows = np.flatnonzero(lacking)
        named = ", ".join(str(row + 1) for row in rows[:SHOWN])
        more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
        raise MyotrialError(f"{_NO_LIMIT}\nValues without one: number {named}{more}.")
    found = np.where(measured >= 0, measured, np.nan) / np.where(usable, upper, np.nan)
    return found[()] if np.ndim(found) else float(found)


def pick(limits: Iterable[Limit], *, enzyme: str, laboratory: str, sex: str = "") -> Limit:
    """The limit of an enzyme that holds for a laboratory and a sex.

    A limit for one sex is never used for the other; a limit for both is used for either.

    Raises:
        MyotrialError: No limit holds, or more than one.
    """
    found = [
        item
        for item in limits
        if (item.enzyme, item.laboratory) == (enzyme, laboratory) and item.sex in {"", sex}
    ]
    if len(found) != 1:
        who = {"F": " for women", "M": " for men"}.get(sex, "")
        raise MyotrialError(
            f"expected one upper limit of {enzyme} at {laboratory!r}{who} (got {len(found)}).\n"
            "Hint: state the limit with its unit, laboratory and sex."
        )
    return found[0]


def most_abnormal(baseline: Sequence[Numbers]) -> Numbers:
    """Which enzyme is most abnormal at baseline: the highest multiple of its upper limit.

    Args:
        baseline: Multiples of the upper limit, one number or array an enzyme (see `multiples`).

    Returns:
        The position in `baseline`, from 0, of the shape of an item; -1 where none was measured.
        Of equals, the first.

    Raises:
        MyotrialError: No enzyme was given.

    >>> int(most_abnormal([2.0, 5.5, float("nan")]))
    1
    """
    if not len(baseline):
        raise MyotrialError("the most abnormal enzyme is sought among at least one (got none).")
    table = np.stack([np.asarray(item, dtype=float) for item in baseline])
    known = ~np.isnan(table)
    best = np.argmax(np.where(known, table, -inf), axis=0)
    return np.where(known.any(axis=0), best, -1)[()]


def chosen(values: Sequence[Numbers], position: Numbers) -> Numbers:
    """The values of the enzyme at that position (see `most_abnormal`), at any visit.

    Args:
        values: One number or array an enzyme, in the order `most_abnormal` was given.
        position: Its answer; -1 gives NaN.

    >>> float(chosen([1.0, 4.0], most_abnormal([2.0, 5.5])))
    4.0
    """
    table = np.stack([np.asarray(item, dtype=float) for item in values])
    taken = np.take_along_axis(table, np.maximum(position, 0)[None, ...], axis=0)[0]
    return np.where(np.asarray(position) >= 0, taken, np.nan)[()]


_NO_LIMIT = (
    "an enzyme needs the upper limit of normal of its laboratory.\n"
    "Hint: limits differ by laboratory and sex; state them, they are never guessed."
)


def _size(unit: str | None, what: str) -> float:
    name = SAME.get(unit, unit) if unit else unit
    if name is None or name not in UNITS:
        raise MyotrialError(
            f"{what} needs its unit (got {unit!r}).\n"
            f"Hint: {' or '.join(UNITS)}; it is never guessed from the size of a value."
        )
    return UNITS[name]
