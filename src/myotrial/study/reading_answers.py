"""What is asked of a blinded session, and what the calls on one give back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Asked", "Read", "StartedReading", "Unblinded"]


@dataclass(frozen=True)
class Asked:
    """What a session is to be.

    Attributes:
        marker: Whose slides are read.
        question: What readers are asked.
        readers: Who reads.
        adjudicator: Who decides where they disagree; "" nobody does, and their mean stands.
        grades: Number of grades; 0: any number is an answer.
        tolerance: Difference between readers up to which their mean stands.
        repeats: Share of slides that come twice.
        helped: Whether readers see positive areas, cells and the threshold.
    """

    marker: str
    question: str
    readers: tuple[str, ...]
    adjudicator: str = ""
    grades: int = 0
    tolerance: float = 0.0
    repeats: float = 0.2
    helped: bool = True


@dataclass(frozen=True)
class StartedReading:
    """A session that was started: its name, and how many sections are read under how many codes."""

    name: str
    sections: int
    codes: int
    readers: tuple[str, ...]
    code: int = 0

    def as_record(self) -> dict[str, Any]:
        """Plain data."""
        return {"session": self.name, "sections": self.sections, "codes": self.codes}

    def __str__(self) -> str:
        readers = ", ".join(self.readers)
        return (
            f"Session {self.name}: {self.sections} sections under {self.codes} codes, for {readers}"
        )


@dataclass(frozen=True)
class Read:
    """A sitting that has ended: how many sections were answered, and whether it was committed."""

    reader: str
    answered: int
    codes: int
    committed: bool
    unseen: tuple[str, ...]
    code: int = 0

    def as_record(self) -> dict[str, Any]:
        """Plain data."""
        return dict(vars(self)) | {"unseen": list(self.unseen)}

    def __str__(self) -> str:
        end = "committed" if self.committed else "not committed yet"
        lines = [f"{self.reader}: {self.answered} of {self.codes} sections answered, {end}"]
        lines += [f"Not shown: section {code}" for code in self.unseen]
        return "\n".join(lines)


@dataclass(frozen=True)
class Unblinded:
    """A session that was unblinded: the table, and how far its readers agree."""

    table: Path
    sections: int
    agreed: int
    adjudicated: int
    regions: int
    agreement: Mapping[str, Any] = field(default_factory=dict)
    code: int = 0

    def as_record(self) -> dict[str, Any]:
        """Plain data."""
        return dict(vars(self)) | {"table": str(self.table), "agreement": dict(self.agreement)}

    def __str__(self) -> str:
        lines = [f"Unblinded {self.sections} sections, {self.agreed} with a value: {self.table}"]
        if self.adjudicated:
            lines.append(f"Adjudicated: {self.adjudicated}")
        if self.regions:
            lines.append(f"Rejected regions, left out of the next measurement: {self.regions}")
        lines += [f"{name}: {told}" for name, told in self.agreement.items()]
        return "\n".join(lines)
