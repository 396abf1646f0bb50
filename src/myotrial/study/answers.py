"""What a call on a study gives back: a text for a person, a record for a program, an exit code."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from myotrial.errors import Problem
from myotrial.study.steps import Done

__all__ = ["BAD_INPUT", "FINDINGS", "Checked", "Outcome"]

FINDINGS, BAD_INPUT = 1, 3  # exit codes


@dataclass(frozen=True)
class Outcome:
    """A study that was run.

    Attributes:
        out: The folder of everything derived.
        steps: What became of each step.
    """

    out: Path
    steps: tuple[Done, ...]
    code: int = 0

    @property
    def report(self) -> Path:
        """The report to open in a browser."""
        return self.out / "report.html"

    def verdicts(self) -> dict[str, int]:
        """How many of the published claims got which verdict."""
        results = json.loads((self.out / "results.json").read_bytes())
        return dict(Counter(claim["verdict"] for claim in results["published"]))

    def as_record(self) -> dict[str, Any]:
        """Where the output is and how it came about, as plain data."""
        return {
            "report": str(self.report),
            "results": str(self.out / "results.json"),
            "steps": [asdict(step) for step in self.steps],
            "published": self.verdicts(),
        }

    def __str__(self) -> str:
        lines = [self._told(step) for step in self.steps]
        if all(step.reused for step in self.steps):
            lines = ["Nothing has changed since the last run."]
        counts = ", ".join(_counted(count, what) for what, count in self.verdicts().items())
        if counts:
            lines.append(f"Published claims: {counts}.")
        return "\n".join([*lines, f"Report: {self.report}"])

    @staticmethod
    def _told(step: Done) -> str:
        return f"{step.name:<15} " + ("unchanged" if step.reused else f"{step.seconds:.1f} s")


def _counted(count: int, verdict: str) -> str:
    """One claim hangs on a reading, two hang on one."""
    return f"{count} {verdict if count == 1 else verdict.replace('hangs', 'hang')}"


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Attributes:
        folder: The study's folder.
        files: What was read.
        problems: Each problem with its file.
        notes: What is no problem, and worth knowing.
    """

    folder: Path
    files: tuple[str, ...]
    problems: tuple[tuple[str, Problem], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def code(self) -> int:
        """0, or bad input."""
        return BAD_INPUT if self.problems else 0

    def as_record(self) -> dict[str, Any]:
        """The problems as plain data."""
        return {
            "folder": str(self.folder),
            "files": list(self.files),
            "problems": [asdict(problem) | {"file": file} for file, problem in self.problems],
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        lines = [problem.sentence(file) for file, problem in self.problems]
        lines += [f"Note: {note}" for note in self.notes]
        count = len(self.problems)
        found = f"{count} problem{'s' if count != 1 else ''}" if count else "no problems"
        return "\n".join([*lines, f"{self.folder}: {found} (read {', '.join(self.files)})."])
