"""Which column holds which measure, in which unit and variant, and what is off its scale.

Units and variants are stated by the caller, by the column's name or by a column of units, never
inferred from the size of values.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from myotrial import instruments, names
from myotrial.documents import nearest
from myotrial.errors import MyotrialError
from myotrial.instruments import Instrument, enzymes

__all__ = ["MEASURES", "Measure", "check_names", "instruments_of", "measure", "spelt"]

MEASURES = names.INSTRUMENTS
ONLY: Mapping[str, str] = MappingProxyType(  # the variant that a name already tells
    {
        "MMT26": "total",
        "FI2SF": "shoulder flexion",
        "FI2SA": "shoulder abduction",
        "FI2NF": "neck flexion",
        "FI2HF": "hip flexion",
        "FI2ST": "step test",
        "FI2HL": "heel lift",
        "FI2TL": "toe lift",
    }
)


@dataclass(frozen=True)
class Measure:
    """A measure as the table holds it.

    Attributes:
        name: Its name: "MMT8".
        column: The column; in a long table, its PARAMCD.
        unit: Unit in which its values are scored.
        variant: Variant, "" where the instrument has only one.
        unit_column: Column with the unit of each value, "" if there is none.
        limit_column: Column with the upper limit of normal of each value, "" if there is none.
        unstated: Unit of values beside which the column of units is empty, "" if not stated.
    """

    name: str
    column: str
    unit: str
    variant: str
    unit_column: str = ""
    limit_column: str = ""
    unstated: str = ""

    @property
    def instrument(self) -> Instrument:
        """What it is measured with."""
        return next(item for item in instruments_of(self.name) if self.unit in item.units)

    @property
    def extent(self) -> float:
        """Its range, in its unit."""
        low, high = self.instrument.range(unit=self.unit, variant=self.variant)
        return high - low

    @property
    def from_zero(self) -> float:
        """What counts as worse from a baseline of zero, in its unit."""
        return self.instrument.rise_from_zero(unit=self.unit, variant=self.variant)

    @property
    def is_vas(self) -> bool:
        """Whether it is measured on a line of 10 cm."""
        return {"mm", "cm"} <= {*self.instrument.units}

    def off_scale(self, values: np.ndarray) -> np.ndarray:
        """Where a value is off the scale."""
        return self.instrument.outside(values, unit=self.unit, variant=self.variant)

    def sizes(self) -> dict[str, float]:
        """What a value in each known unit is multiplied with to be in this measure's."""
        instrument = self.instrument
        factors = {
            unit: float(instrument.convert(1.0, unit=unit, to=self.unit))
            for unit in instrument.units
        }
        return factors | {other: factors[unit] for other, unit in enzymes.SAME.items()
                          if unit in factors}  # fmt: skip

    def __str__(self) -> str:
        kind = f", {self.variant}" if self.variant else ""
        units = f" (units in {self.unit_column!r})" if self.unit_column else ""
        limits = f", limits in {self.limit_column!r}" if self.limit_column else ""
        return f"column {self.column!r}, {self.unit}{units}{kind}{limits}"


def check_names(given: Mapping[str, object], known: Sequence[str], *, argument: str) -> None:
    """Refuse a name that means nothing, with the nearest that does.

    Raises:
        MyotrialError: Names it.
    """
    for name in given:
        if name not in known:
            raise MyotrialError(
                f"{argument} names {name!r}, which is not known.\nHint: {nearest(name, known)}"
            )


def instruments_of(name: str) -> list[Instrument]:
    """What a measure can be measured with."""
    return [instruments.get(item) for item in MEASURES[name]]


def spelt(unit: str) -> str:
    """A unit in the spelling that instruments use."""
    return enzymes.SAME.get(unit, unit)


def units_of(name: str) -> list[str]:
    """The units in which a measure can be stated, those of its usual instrument first."""
    return [unit for item in instruments_of(name) for unit in item.units]


def measure(
    name: str,
    column: str,
    *,
    stated: str,
    variants: Mapping[str, str],
    unit_column: str = "",
    limit_column: str = "",
    seen: Sequence[str] = (),
) -> Measure | list[str]:
    """A measure of the table, or one line for each statement that it lacks.

    Args:
        name: The measure.
        column: Its column, or its PARAMCD.
        stated: The unit as the caller or the column's name states it, "" if not.
        variants: Variants that the caller states, by measure.
        unit_column: Column with the unit of each value, "" if there is none.
        limit_column: Column with the limit of each value, "" if there is none.
        seen: The units in that column, in any spelling.

    Raises:
        MyotrialError: A unit or variant is stated that the instrument does not have.
    """
    known = units_of(name)
    listed = [unit for unit in map(spelt, seen) if unit in known]
    unit = spelt(stated) or (listed[0] if listed else "") or (known[0] if len(known) == 1 else "")
    variant = variants.get(name, ONLY.get(name, ""))
    lacking = [*_lacking(name, column, unit, variant)]
    if lacking:
        return lacking
    if unit not in known:
        raise MyotrialError(
            f"{name} (column {column!r}) is not measured in {unit!r}.\nHint: {nearest(unit, known)}"
        )
    made = Measure(
        name, column, unit, variant, unit_column, limit_column, spelt(stated) or _only(known)
    )
    _ = made.extent  # an unknown variant is told here
    return made


def _only(known: Sequence[str]) -> str:
    return known[0] if len(known) == 1 else ""


def _lacking(name: str, column: str, unit: str, variant: str) -> Iterator[str]:
    """One line for each statement that is missing."""
    if not unit:
        choice = " or ".join(map(repr, units_of(name)))
        first = units_of(name)[0]
        yield (
            f"  the unit of {name} (column {column!r}) is not stated. Hint: {choice}: "
            f"units={{{name!r}: {first!r}}}, or --unit {name}={first}."
        )
    ranges = instruments_of(name)[0].ranges
    if len(ranges) > 1 and not variant:
        choice = " or ".join(map(repr, ranges))
        first = next(iter(ranges))
        yield (
            f"  the variant of {name} (column {column!r}) is not stated. Hint: {choice}: "
            f'variants={{{name!r}: {first!r}}}, or --variant {name}="{first}".'
        )
