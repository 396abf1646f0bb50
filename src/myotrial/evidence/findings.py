"""What an examination found, and the same as plain data for `myotrial claims --json`."""

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Conflict", "Findings", "Group", "Repair"]


@dataclass(frozen=True)
class Conflict:
    """Statements that cannot all hold, none of which is needless.

    Attributes:
        elements: Bit set of the elements.
        claims: Ids of the claims.
        loosely: Those of them that clash even when they are read loosely.
        readings: Ids of the readings.
        group: The group it belongs to.
        explanation: Why, in a sentence.
        because: What the statements say.
        certificate: The exact proof as plain data; see `farkas.record`.
    """

    elements: int
    claims: list[str]
    loosely: list[str]
    readings: list[str]
    group: int
    explanation: str
    because: list[str]
    certificate: dict[str, Any] | None

    def record(self) -> dict[str, Any]:
        """The conflict as plain data."""
        found = asdict(self)
        del found["elements"]
        return found


@dataclass(frozen=True)
class Group:
    """Conflicts that come down to one clash: the same readings, and the statements they share."""

    id: int
    readings: list[str]
    shares: list[str]
    explanation: str
    conflicts: int


@dataclass(frozen=True)
class Repair:
    """What to give up so that all else can hold: readings, strictness of claims, or claims."""

    withdraw: list[str]
    loosely: list[str]
    doubt: list[str]


@dataclass(frozen=True)
class Findings:
    """All findings about a paper; see `record` for their form as plain data.

    Attributes:
        source: The publication.
        readings: What each reading says, and why a reader may doubt it.
        consistent: The stated claims alone, read strictly, can all hold.
        witness: A table in which they do, as profiles with numbers of patients; or None.
        conflicts: All minimal conflicting sets of claims and readings, fewest readings first.
        groups: What the conflicts come down to.
        repairs: All minimal repairs, those that doubt no claim first.
        admissible: Maximal sets of readings that can hold with all claims.
        statistics: Ranges of the statistics of interest.
        implied: Claims that follow from the others.
        determined: Counts that the stated claims fix.
        bounded: Counts that they narrow.
        free: Counts that they leave open.
        unchecked: Claims that cannot be checked from counts.
        warnings: What a reader must know.
    """

    source: dict[str, str]
    readings: list[dict[str, str]]
    consistent: bool
    witness: list[dict[str, Any]] | None
    conflicts: list[Conflict]
    groups: list[Group]
    repairs: list[Repair]
    admissible: list[dict[str, Any]]
    statistics: list[dict[str, Any]]
    implied: list[dict[str, Any]]
    determined: list[dict[str, Any]]
    bounded: list[dict[str, Any]]
    free: list[dict[str, Any]]
    unchecked: list[dict[str, Any]]
    warnings: list[str]

    def as_record(self) -> dict[str, Any]:
        """The findings as plain data, keys in a fixed order."""
        return {
            "schema": "myotrial-claims/1",
            "source": self.source,
            "readings": self.readings,
            "consistent": self.consistent,
            "witness": self.witness,
            "groups": [asdict(group) for group in self.groups],
            "conflicts": [conflict.record() for conflict in self.conflicts],
            "repairs": [asdict(repair) for repair in self.repairs],
            "admissible": self.admissible,
            "statistics": self.statistics,
            "implied": self.implied,
            "determined": self.determined,
            "bounded": self.bounded,
            "free": self.free,
            "unchecked": self.unchecked,
            "warnings": self.warnings,
        }
