"""Which column holds which measure, in which unit and variant, and what is off its scale.

Units and variants are stated by the caller, never inferred from the size of values.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from myotrial import instruments
from myotrial.documents import nearest
from myotrial.errors import MissingColumnsError, MyotrialError
from myotrial.instruments import Instrument, enzymes

__all__ = ["MEASURES", "Measure", "check_names", "find", "measures"]

MEASURES = {
    "PHGA": "physician_global",
    "PTGA": "patient_global",
    "MMT8": "mmt8",
    "HAQDI": "haq_di",
    "CK": "ck",
    "EXTRAM": "extramuscular_global",
    "MYOACT": "myoact",
    "FI": "functional_index",
}
KEYS: dict[str, tuple[str, ...]] = {
    "USUBJID": ("USUBJID",),
    "VISIT": ("AVISIT", "VISIT"),
    "ABLFL": ("ABLFL",),
    "SEX": ("SEX",),
}


@dataclass(frozen=True)
class Measure:
    """A measure as the table holds it.

    Attributes:
        name: Its CDISC name: "MMT8".
        column: The column.
        unit: Unit of its values.
        variant: Variant, "" where the instrument has only one.
    """

    name: str
    column: str
    unit: str
    variant: str

    @property
    def instrument(self) -> Instrument:
        """What it is measured with."""
        return instruments.get(MEASURES[self.name])

    @property
    def extent(self) -> float:
        """Its range, in its unit."""
        low, high = self.instrument.range(unit=self.unit, variant=self.variant)
        return high - low

    @property
    def from_zero(self) -> float:
        """What counts as worse from a baseline of zero, in its unit."""
        return self.instrument.rise_from_zero(unit=self.unit, variant=self.variant)

    def off_scale(self, values: np.ndarray) -> np.ndarray:
        """Where a value is off the scale."""
        return self.instrument.outside(values, unit=self.unit, variant=self.variant)

    def __str__(self) -> str:
        kind = f", {self.variant}" if self.variant else ""
        return f"column {self.column!r}, {self.unit}{kind}"


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


def find(name: str, present: Sequence[str], columns: Mapping[str, str]) -> str | None:
    """The column that holds a measure or key, if there is one.

    Raises:
        MissingColumnsError: The mapping names a column that the table does not have.
    """
    if name in columns:
        if columns[name] not in present:
            raise MissingColumnsError(f"score ({name})", [columns[name]], present)
        return columns[name]
    return next((item for item in KEYS.get(name, (name,)) if item in present), None)


def measures(
    present: Sequence[str],
    *,
    columns: Mapping[str, str],
    units: Mapping[str, str],
    variants: Mapping[str, str],
) -> list[Measure]:
    """The measures that the table has.

    Raises:
        MyotrialError: Units or variants were not stated, or do not exist; all that lack one are
            named at once. Or no column holds a measure.
    """
    found = {name: find(name, present, columns) for name in MEASURES}
    held = {name: column for name, column in found.items() if column is not None}
    if not held:
        raise MissingColumnsError("score", MEASURES, present)
    lacking = [*_lacking(held, units, variants)]
    if lacking:
        raise MyotrialError("score never guesses a unit or variant:\n" + "\n".join(lacking))
    made = [_measure(name, column, units, variants) for name, column in held.items()]
    for measure in made:
        _ = measure.extent  # an unknown unit or variant is told here
    return made


def _lacking(
    held: Mapping[str, str], units: Mapping[str, str], variants: Mapping[str, str]
) -> Iterator[str]:
    """One line for each statement that is missing."""
    for name, column in held.items():
        instrument = instruments.get(MEASURES[name])
        if len(instrument.units) > 1 and name not in units:
            choice = " or ".join(map(repr, instrument.units))
            yield f"  the unit of {name} (column {column!r}) is not stated. Hint: {choice}."
        if len(instrument.ranges) > 1 and name not in variants:
            choice = " or ".join(map(repr, instrument.ranges))
            yield f"  the variant of {name} (column {column!r}) is not stated. Hint: {choice}."


def _measure(
    name: str, column: str, units: Mapping[str, str], variants: Mapping[str, str]
) -> Measure:
    instrument = instruments.get(MEASURES[name])
    only_unit, only_variant = next(iter(instrument.units)), next(iter(instrument.ranges))
    stated = units.get(name, only_unit)
    unit = enzymes.SAME.get(stated, stated) if name == "CK" else stated
    return Measure(name, column, unit, variants.get(name, only_variant))
