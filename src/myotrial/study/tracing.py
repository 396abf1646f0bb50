"""One value of a study walked back: its rule, its publication, and the rows it was made from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotrial.documents import nearest
from myotrial.errors import MyotrialError

__all__ = ["Traced", "trace"]

BY_PARAMETER = ("ADCS", "ADRS", "ADBX")


@dataclass(frozen=True)
class Source:
    """One captured row: its table's file, its number, and what it says."""

    file: str
    row: int
    cells: dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One derived row: its name, what it says, the rule that made it, and where that stands."""

    rowid: str
    cells: dict[str, Any]
    rule: str
    does: str
    published: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Traced:
    """What a trace found.

    Attributes:
        asked: Subject, parameter and visit.
        steps: The derived rows that hold the value.
    """

    asked: tuple[str, str, str]
    steps: tuple[Step, ...]
    code: int = 0

    def as_record(self) -> dict[str, Any]:
        """The walk as plain data."""
        subject, parameter, visit = self.asked
        steps = [
            vars(step) | {"sources": [vars(source) for source in step.sources]}
            for step in self.steps
        ]
        return {"USUBJID": subject, "PARAMCD": parameter, "AVISIT": visit, "rows": steps}

    def __str__(self) -> str:
        return "\n\n".join(_told(step) for step in self.steps)


def trace(folder: Path, subject: str, parameter: str, visit: str) -> Traced:
    """Walk one value of the study in a folder back.

    Args:
        folder: The study's folder.
        subject: USUBJID.
        parameter: PARAMCD: an assessment, a verdict such as DOI, or a biopsy marker.
        visit: AVISIT, or the visit's id in the protocol.

    Raises:
        MyotrialError: There is no such value; the message names the nearest that is there.
    """
    from myotrial import datasets
    from myotrial.study.stages import contents

    held = contents(folder)
    rows = [row for name in BY_PARAMETER for row in held.datasets[name].iter_rows(named=True)]
    found = _named(rows, subject, parameter, visit)
    steps = []
    for row in found:
        walk = datasets.trace(held.datasets, row["ROWID"])
        does, published = datasets.rule(walk.rule)
        sources = tuple(
            Source(
                _file(folder, held.place, table),
                at,
                _filled(held.tables[table].row(at - 1, named=True)),
            )
            for table, at in walk.sources
        )
        steps.append(Step(row["ROWID"], _filled(dict(row)), walk.rule, does, published, sources))
    return Traced((subject, parameter, visit), tuple(steps))


def _named(
    rows: list[dict[str, Any]], subject: str, parameter: str, visit: str
) -> list[dict[str, Any]]:
    """The rows of a subject, parameter and visit; each is looked for among those before it."""
    asked = (("USUBJID", subject), ("PARAMCD", parameter), ("AVISIT", visit))
    for column, wanted in asked:
        names = (column, "VISITID") if column == "AVISIT" else (column,)
        kept = [row for row in rows if any(row.get(name) == wanted for name in names)]
        if not kept:
            known = sorted({str(row[column]) for row in rows})
            raise MyotrialError(
                f"{column}: there is no {wanted!r}.\nHint: {nearest(wanted, known)}"
            )
        rows = kept
    return rows


def _file(folder: Path, place: str, table: str) -> str:
    """The file of a captured table, below the study's folder."""
    found = sorted((folder / place).glob(f"{table}.*"))
    return f"{place}/{found[0].name if found else table}"


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    """The cells that hold something, without the columns that only say where a row comes from."""
    own = ("RULE", "SRCROWS", "ROWID")
    return {name: cell for name, cell in row.items() if cell is not None and name not in own}


def _told(step: Step) -> str:
    lines = [step.rowid, f"  {_cells(step.cells)}", f"Rule: {step.rule}", f"  {step.does}"]
    if step.published:
        lines.append(f"Published: {step.published}")
    lines.append("Made from:")
    lines += [f"  {item.file}, row {item.row}: {_cells(item.cells)}" for item in step.sources]
    return "\n".join(lines)


def _cells(cells: dict[str, Any]) -> str:
    hidden = ("STUDYID", "USUBJID", "ORIGIN")
    return ", ".join(
        f"{name} {cell:.12g}" if isinstance(cell, float) else f"{name} {cell}"
        for name, cell in cells.items()
        if name not in hidden
    )
