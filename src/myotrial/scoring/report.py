"""What was recognised in a table, and what could not be scored, with its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

__all__ = ["Problem", "Report", "Tally", "merged"]

LISTED = 10  # rows named in one line of text
KEPT = 100_000  # rows named in a record; the rest are counted


@dataclass(frozen=True)
class Problem:
    """One kind of fault and the rows that have it.

    Attributes:
        says: What is wrong, in words.
        rows: Row numbers, from 1; the header is not counted. Of very many, the first.
        column: The column it is in, "" where it is the whole row.
        scored: Whether the rows were scored nevertheless, with the value counted as missing.
        count: How many rows have it.
    """

    says: str
    rows: tuple[int, ...]
    column: str = ""
    scored: bool = False
    count: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "count", self.count or len(self.rows))

    def __str__(self) -> str:
        shown = ", ".join(map(str, self.rows[:LISTED]))
        more = f" and {self.count - LISTED} more" if self.count > LISTED else ""
        what = f"{self.column}: {self.says}" if self.column else self.says
        word = "row" if self.count == 1 else "rows"
        after = "counted as missing" if self.scored else "not scored"
        return f"{what}: {self.count} {word} {after} ({word} {shown}{more})"

    @classmethod
    def at(
        cls, numbers: np.ndarray, says: str, *, column: str = "", scored: bool = False
    ) -> "Problem":
        """The problem at rows of these numbers."""
        first = np.sort(numbers)[:KEPT]
        return cls(says, tuple(first.tolist()), column, scored, len(numbers))


@dataclass(frozen=True)
class Tally:
    """What was counted in one part of a table; parts add up.

    Attributes:
        rows: Rows.
        scored: Rows with verdicts.
        baselines: Rows that served as a baseline.
        problems: What is wrong with which rows.
        highest: For measures of strength, how many values there are and the highest.
        doubtful: For measures of strength, rows whose value is a mean grade rather than a total.
        verdicts: How many rows got which word, by column.
        contrary: Rows whose strength fell while every other measure improved, and how many rows
            improved in every other measure.
    """

    rows: int = 0
    scored: int = 0
    baselines: int = 0
    problems: tuple[Problem, ...] = ()
    highest: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    doubtful: tuple[Problem, ...] = ()
    verdicts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    contrary: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Report:
    """What became of a table.

    Attributes:
        rows: Rows of the table; of a long one, its visits.
        scored: Rows with verdicts.
        baselines: Rows that served as a baseline.
        recognised: Which column was taken for what, with its unit and variant.
        absent: Measures that no column holds and a criterion asks for.
        ignored: Columns that were not used.
        notes: What follows from what is absent, and what looks odd.
        problems: What is wrong with which rows.
        verdicts: How many scored rows got which word, by column.
    """

    rows: int
    scored: int
    baselines: int
    recognised: Mapping[str, str]
    absent: tuple[str, ...]
    ignored: tuple[str, ...]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]
    verdicts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def as_record(self) -> dict[str, Any]:
        """All of it as plain data."""
        verdicts = {name: dict(counts) for name, counts in self.verdicts.items()}
        return asdict(self) | {"recognised": dict(self.recognised), "verdicts": verdicts}

    def _repr_html_(self) -> str:
        from myotrial.scoring import shown

        return shown.report(self)

    def __str__(self) -> str:
        lines = [f"{name:<8} {told}" for name, told in self.recognised.items()]
        if self.absent:
            lines.append(f"No column for {', '.join(self.absent)}.")
        if self.ignored:
            lines.append(f"Not used: {', '.join(self.ignored)}.")
        lines += [f"Note: {note}." for note in self.notes]
        lines += [f"Problem: {problem}." for problem in self.problems]
        other = self.rows - self.scored - self.baselines
        lines.append(
            f"Rows: {self.rows}; scored {self.scored}, baselines {self.baselines}, "
            f"not scored {other}."
        )
        return "\n".join(lines)


def merged(tallies: Iterable[Tally]) -> Tally:
    """The tally of a whole table from those of its parts."""
    parts = [*tallies]
    return Tally(
        rows=sum(part.rows for part in parts),
        scored=sum(part.scored for part in parts),
        baselines=sum(part.baselines for part in parts),
        problems=_joined(item for part in parts for item in part.problems),
        highest=_highest(parts),
        doubtful=_joined(item for part in parts for item in part.doubtful),
        verdicts=_added(parts),
        contrary=(sum(part.contrary[0] for part in parts), sum(part.contrary[1] for part in parts)),
    )


def _joined(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those of one kind made one, in the order in which kinds first come."""
    kinds: dict[tuple[str, str, bool], list[Problem]] = {}
    for item in problems:
        kinds.setdefault((item.says, item.column, item.scored), []).append(item)
    return tuple(_one(same) for same in kinds.values())


def _one(same: list[Problem]) -> Problem:
    rows = sorted(row for item in same for row in item.rows)[:KEPT]
    first = same[0]
    count = sum(item.count for item in same)
    return Problem(first.says, tuple(rows), first.column, first.scored, count)


def _highest(parts: Iterable[Tally]) -> dict[str, tuple[int, float]]:
    found: dict[str, tuple[int, float]] = {}
    for part in parts:
        for name, (count, highest) in part.highest.items():
            before, top = found.get(name, (0, -np.inf))
            found[name] = before + count, max(top, highest)
    return found


def _added(parts: Iterable[Tally]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for part in parts:
        for name, counts in part.verdicts.items():
            total = found.setdefault(name, {})
            for word, count in counts.items():
                total[word] = total.get(word, 0) + count
    return {name: dict(sorted(counts.items())) for name, counts in found.items()}
