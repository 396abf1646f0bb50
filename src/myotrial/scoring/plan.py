"""What a table holds and what is asked of it, settled before any row is read.

A plan knows columns and units, no rows, so that every part of a table is scored by the same one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from myotrial.scoring import core_sets
from myotrial.scoring.core_sets import CRITERIA, Used
from myotrial.scoring.limits import Limits
from myotrial.scoring.measures import Measure

__all__ = ["Plan"]


@dataclass(frozen=True)
class Plan:
    """How a table is to be scored.

    Attributes:
        columns: The table's columns.
        keys: Which column is subject, visit, baseline flag, sex …
        held: The measures that it holds, by name.
        criteria: What is asked for and can be judged.
        limits: Upper limits as stated.
        baseline: Name of the baseline visit; None: rows flagged.
        decimal: What stands before the decimals in texts.
        parameters: In a long table, the measure of each PARAMCD; empty for a wide one.
        notes: What follows from what is there.
    """

    columns: tuple[str, ...]
    keys: Mapping[str, str]
    held: Mapping[str, Measure]
    criteria: tuple[str, ...]
    limits: Limits
    baseline: str | None
    decimal: str
    parameters: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def is_long(self) -> bool:
        """Whether there is one row for each measure, not one for each visit."""
        return bool(self.parameters)

    @property
    def needed(self) -> list[str]:
        """The columns that are read."""
        found = [*self.keys.values()]
        for item in self.held.values():
            found += [] if self.is_long else [item.column]
            found += [item.unit_column, item.limit_column]
        return [*dict.fromkeys(name for name in found if name)]

    def used(self, criterion: str) -> Used:
        """The measures that a criterion uses."""
        return core_sets.used(CRITERIA[criterion], self.held)

    def absent(self) -> tuple[str, ...]:
        """The usual measure of each place that no column fills."""
        missing: dict[str, None] = {}
        for name in self.criteria:
            criterion, taken = CRITERIA[name], self.used(name)
            for usual, chosen in zip(criterion.places, taken.names, strict=True):
                if usual and not chosen:
                    missing[usual[0]] = None
            for usual in criterion.needs:
                if usual not in self.held:
                    missing[usual] = None
        return tuple(missing)

    def recognised(self) -> dict[str, str]:
        """Which column was taken for what."""
        told = {name: f"column {column!r}" for name, column in self.keys.items()}
        return told | {name: str(item) for name, item in self.held.items()}
