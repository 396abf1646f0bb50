"""A file of visits that was scored, told to a person."""

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myotrial.errors import MyotrialError, OutputError
from myotrial.study.answers import FINDINGS

if TYPE_CHECKING:
    import polars as pl

    from myotrial.scoring import Report

__all__ = ["ScoredFile", "score"]

KINDS = (".csv", ".parquet")
SHOWN = 40  # rows told one by one
COUNTED = ("DOI", "STATUS", "FI20", "TISCAT")


@dataclass(frozen=True)
class ScoredFile:
    """The verdicts on a file of visits.

    Attributes:
        file: The file.
        out: Where the table with its scores was written, if it was.
        table: The table with its scores.
        report: What was recognised, and what could not be scored.
    """

    file: Path
    out: Path | None
    table: "pl.DataFrame"
    report: "Report"

    @property
    def code(self) -> int:
        """0, or findings: a row or value could not be used."""
        return FINDINGS if self.report.problems else 0

    def verdicts(self) -> dict[str, dict[str, int]]:
        """How many scored rows got which verdict."""
        names = [name for name in COUNTED if name in self.table.columns]
        return {
            name: dict(sorted(Counter(self.table[name].drop_nulls().to_list()).items()))
            for name in names
        }

    def as_record(self) -> dict[str, Any]:
        """The report and the counts as plain data."""
        out = None if self.out is None else str(self.out)
        return {
            "file": str(self.file),
            "out": out,
            "verdicts": self.verdicts(),
            **self.report.as_record(),
        }

    def __str__(self) -> str:
        lines = []
        if self.table.height <= SHOWN:
            why = enumerate(self.table["WHY"].to_list(), start=1)
            lines += [f"Row {row}: {sentence}." for row, sentence in why]
        for name, counts in self.verdicts().items():
            lines.append(f"{name}: " + ", ".join(f"{word} {n}" for word, n in counts.items()))
        lines.append(str(self.report))
        if self.out is not None:
            lines.append(f"Scores: {self.out}")
        return "\n".join(lines)


def score(
    file: Path,
    *,
    out: Path | None = None,
    baseline: str | None = None,
    column: Mapping[str, str],
    unit: Mapping[str, str],
    variant: Mapping[str, str],
    limit: Mapping[str, str],
    criterion: Sequence[str] = (),
) -> ScoredFile:
    """Score the visits in a CSV or Parquet file.

    Args:
        file: The file.
        out: Where to write the table with its scores, if anywhere.
        baseline: Name of the baseline visit.
        column: Column that holds a measure.
        unit: Unit of a measure.
        variant: Variant of a measure.
        limit: Upper limit of normal by "CK", or by "CK:F" and "CK:M", as text.
        criterion: Which criteria; none: the usual ones.

    Raises:
        MyotrialError: The file cannot be read, or something that is needed is not stated.
        OutputError: The scores cannot be written.
    """
    from myotrial import scoring

    if out is not None:
        _kind(out)
        if out.resolve() == file.resolve():
            raise OutputError(f"{out} is the file to score.\nHint: write the scores elsewhere.")
    chosen: dict[str, Any] = {"criteria": criterion} if criterion else {}
    scored = scoring.score(
        _read(file),
        baseline=baseline,
        columns=column,
        units=unit,
        variants=variant,
        limits=_limits(limit),
        **chosen,
    )
    if out is not None:
        _write(scored.table, out)
    return ScoredFile(file, out, scored.table, scored.report)


def _kind(file: Path) -> str:
    kind = file.suffix.lower()
    if kind not in KINDS:
        raise MyotrialError(f"{file}: expected a file that ends in {' or '.join(KINDS)}.")
    return kind


def _read(file: Path) -> "pl.DataFrame":
    import polars as pl

    kind = _kind(file)
    try:
        if kind == ".parquet":
            return pl.read_parquet(file)
        return pl.read_csv(file, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise MyotrialError(f"{file} cannot be read: {error}") from error


def _write(table: "pl.DataFrame", out: Path) -> None:
    """Write beside the place and move there, so that a file is whole or as it was."""
    import polars as pl

    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".myotrial-") as folder:
            part = Path(folder) / out.name
            table.write_parquet(part) if _kind(out) == ".parquet" else table.write_csv(part)
            part.replace(out)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise OutputError(f"{out} cannot be written: {error}") from error


def _limits(given: Mapping[str, str]) -> dict[str, Any]:
    """Limits as numbers, those of one sex together."""
    found: dict[str, Any] = {}
    for name, text in given.items():
        try:
            value = float(text)
        except ValueError as error:
            raise MyotrialError(f"the limit of {name} is a number (got {text!r}).") from error
        measure, _, sex = name.partition(":")
        if sex:
            by_sex = found.setdefault(measure, {})
            if not isinstance(by_sex, dict):
                raise MyotrialError(f"the limit of {measure} is stated for both sexes and for one.")
            by_sex[sex] = value
        elif measure in found:
            raise MyotrialError(f"the limit of {measure} is stated for both sexes and for one.")
        else:
            found[measure] = value
    return found
