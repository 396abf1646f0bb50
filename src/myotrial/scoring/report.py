"""What was recognised in a table, and what could not be scored, with its rows."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Problem", "Report"]

LISTED = 10  # rows named in one line of text; a record names all


@dataclass(frozen=True)
class Problem:
    """One kind of fault and the rows that have it.

    Attributes:
        says: What is wrong, in words.
        rows: Row numbers, from 1; the header is not counted.
        column: The column it is in, "" where it is the whole row.
        scored: Whether the rows were scored nevertheless, with the value counted as missing.
    """

    says: str
    rows: tuple[int, ...]
    column: str = ""
    scored: bool = False

    def __str__(self) -> str:
        shown = ", ".join(map(str, self.rows[:LISTED]))
        more = f" and {len(self.rows) - LISTED} more" if len(self.rows) > LISTED else ""
        what = f"{self.column}: {self.says}" if self.column else self.says
        word = "row" if len(self.rows) == 1 else "rows"
        after = "counted as missing" if self.scored else "not scored"
        return f"{what}: {len(self.rows)} {word} {after} ({word} {shown}{more})"


@dataclass(frozen=True)
class Report:
    """What became of a table.

    Attributes:
        rows: Rows of the table.
        scored: Rows with verdicts.
        baselines: Rows that served as a baseline.
        recognised: Which column was taken for what, with its unit and variant.
        absent: Measures that no column holds.
        ignored: Columns that were not used.
        notes: What follows from what is absent.
        problems: What is wrong with which rows.
    """

    rows: int
    scored: int
    baselines: int
    recognised: Mapping[str, str]
    absent: tuple[str, ...]
    ignored: tuple[str, ...]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]

    def as_record(self) -> dict[str, Any]:
        """All of it as plain data."""
        return asdict(self) | {"recognised": dict(self.recognised)}

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
