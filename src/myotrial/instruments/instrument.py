"""What an instrument states: its range, units, direction, variants, missing rule and source."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from myotrial.documents import nearest
from myotrial.errors import MyotrialError
from myotrial.facts import Fact

__all__ = ["FACTS", "FROM_ZERO", "HIGHER", "LOWER", "Instrument"]

HIGHER, LOWER = 1.0, -1.0
FROM_ZERO = 10.0  # percent of the range

FACTS = (
    Fact(
        "a measure that was zero at baseline is worse from",
        FROM_ZERO,
        "% of its range",
        "no source says; myotrial's choice",
        "assumed",
    ),
)


@dataclass(frozen=True)
class Instrument:
    """One measure as data.

    Attributes:
        id: Name in a protocol: "mmt8".
        label: What it is, in words a clinician reads.
        better: `HIGHER` or `LOWER`: which way is better.
        units: Each unit's size in the first one; the first is 1.
        ranges: Lowest and highest value in the first unit, by variant; "" where there is only one
            variant. Infinity where a scale has no natural maximum.
        missing: What a missing part does to the value.
        source: Publication it stands in.
        important: Published minimal important differences, each with its own source and status;
            empty where none was found.
    """

    id: str
    label: str
    better: float
    units: Mapping[str, float]
    ranges: Mapping[str, tuple[float, float]]
    missing: str
    source: str
    important: tuple[Fact, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "units", MappingProxyType(dict(self.units)))
        object.__setattr__(self, "ranges", MappingProxyType(dict(self.ranges)))

    def range(self, *, unit: str, variant: str = "") -> tuple[float, float]:
        """Lowest and highest value of a variant, in a unit.

        Raises:
            MyotrialError: The instrument has no such unit or variant, or several variants and
                none was named: the variant is never inferred from values.
        """
        if variant not in self.ranges:
            known = ", ".join(map(repr, self.ranges))
            asked = f"no variant {variant!r}" if variant else "several variants, and none was named"
            raise MyotrialError(f"{self.id} has {asked}.\nHint: its variants are {known}.")
        low, high = self.ranges[variant]
        return self.convert(low, to=unit), self.convert(high, to=unit)

    def convert(self, value: float, *, to: str, unit: str | None = None) -> float:
        """Convert a value (or an array of values) between two units, the first one by default.

        Raises:
            MyotrialError: The instrument is not measured in one of the units.
        """
        start = next(iter(self.units)) if unit is None else unit
        return value * self._size(start) / self._size(to)

    def outside(self, value: Any, *, unit: str, variant: str = "") -> Any:
        """Where a value (a number or an array) is off the scale; missing (NaN) is not."""
        low, high = self.range(unit=unit, variant=variant)
        return (value < low) | (value > high)

    def rise_from_zero(self, *, unit: str, variant: str = "") -> float:
        """From which value on a subject who was at zero is worse; infinite without a maximum."""
        low, high = self.range(unit=unit, variant=variant)
        return FROM_ZERO * (high - low) / 100.0

    def _size(self, unit: str) -> float:
        if unit not in self.units:
            raise MyotrialError(
                f"{self.id} is not measured in {unit!r}.\nHint: {nearest(unit, self.units)}"
            )
        return self.units[unit]
