"""Bring spreadsheets and REDCap projects into a study, by a mapping that a person can edit."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from myotrial.errors import DocumentError, MyotrialError, Problem, some
from myotrial.study.answers import FINDINGS
from myotrial.study.output import cannot_write

__all__ = ["MAPPING", "Read", "Reading", "read"]

MAPPING = "mapping.yaml"


@dataclass(frozen=True)
class Reading:
    """What a mapping makes of a source, without anything written into the tables.

    Attributes:
        folder: The study's folder.
        source: The source.
        file: Where the mapping stands.
        proposed: Whether it was proposed just now.
        fits: What fills each captured column, by table.
        open: What the mapping leaves open.
        aside: Columns that are not used, each with why.
        problems: Rows that do not fit the protocol.
        rows: Rows by captured table.
        notes: What had to be found out, and what was left out.
    """

    folder: Path
    source: Path
    file: Path
    proposed: bool
    fits: dict[str, dict[str, str]]
    open: tuple[Problem, ...] = ()
    aside: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def code(self) -> int:
        """0 where everything fits, or findings."""
        return FINDINGS if self.open or self.problems else 0

    def as_record(self) -> dict[str, Any]:
        """The mapping and what is wrong with it as plain data."""
        return {
            "folder": str(self.folder),
            "source": str(self.source),
            "mapping": str(self.file),
            "proposed": self.proposed,
            "written": False,
            "fits": self.fits,
            "open": [vars(item) for item in self.open],
            "not_used": [{"column": column, "why": why} for column, why in self.aside],
            "problems": [vars(item) for item in self.problems],
            "rows": self.rows,
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        lines = []
        for name, columns in self.fits.items():
            rows = f" ({self.rows[name]} rows)" if name in self.rows else ""
            lines += [f"{name}{rows}", *(f"  {key:<10} {says}" for key, says in columns.items())]
        lines += [f"Not used: {column}: {why}." for column, why in self.aside]
        lines += [f"Note: {note}." for note in self.notes]
        if self.open:
            lines += ["Open:", *(f"  {item.sentence(str(self.file))}" for item in self.open)]
        if self.problems:
            lines += ["Does not fit:", *(item.sentence("") for item in self.problems)]
        made = "The proposal stands" if self.proposed else "The mapping stands"
        lines.append(f"{made} in {self.file}; no table was written.")
        verb = "look through it" if self.code == 0 else "settle what is open in it"
        lines.append(f"Next: {verb}, then: myotrial import {self.source} {self.folder}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Read:
    """The tables that a mapping gives, ready to be written, and what to tell about them."""

    tables: dict[str, Any]
    reading: Reading


def read(
    source: Path, folder: Path, plan: Any, dictionary: Path | None, held: dict[str, Any]
) -> Read:
    """Read a source by the study's mapping; propose one where there is none.

    Args:
        source: A CSV, XLSX or Parquet file, or a folder of these.
        folder: The study's folder.
        plan: Its protocol.
        dictionary: REDCap's data dictionary, where the source is an export of REDCap.
        held: Captured tables that have rows already; they are checked beside the new ones.

    Raises:
        MyotrialError: The source or the dictionary cannot be read, or fills a table that has rows.
        DocumentError: The mapping breaks its form.
        OutputError: The proposal cannot be written.
    """
    from myotrial import datasets
    from myotrial.datasets.mapping import applying, models, proposing, redcap, writing
    from myotrial.study import import_sources

    place = folder / MAPPING
    proposed = not place.exists()
    mapping, document = (None, None) if proposed else models.read(place)
    if dictionary is None and mapping is not None and mapping.dictionary:
        dictionary = _beside(mapping.dictionary, source, place)
    sources = import_sources.read(source, exported=dictionary is not None)
    if dictionary is not None:
        fields = redcap.dictionary(import_sources.plain_table(dictionary), str(dictionary))
        sources = [redcap.applied(one, fields) for one in sources]
    aside: list[tuple[str, str]] = []
    if mapping is None:
        called = None if dictionary is None else str(dictionary)
        mapping, aside = proposing.propose(plan, sources, source=source.name, dictionary=called)
        _write(place, writing.text(mapping, plan, sources, aside))
        mapping, document = models.read(place)
    clash = [name for name in mapping.tables if name in held]
    if clash:
        raise MyotrialError(
            f"{place} fills tables of {folder} that hold captured rows already: {some(clash)}.\n"
            "Hint: take them out of it, or import into a study of its own; records are never "
            "mixed or replaced."
        )
    left = applying.open_points(mapping, plan, sources, document)
    notes = [note for one in sources for note in one.notes]
    reading = {
        "folder": folder,
        "source": source,
        "file": place,
        "proposed": proposed,
        "fits": _fits(mapping, plan),
        "aside": tuple(aside),
    }
    if left:
        return Read({}, Reading(**reading, open=tuple(left), notes=tuple(notes)))
    raws, more = applying.applied(mapping, plan, sources)
    rows = {name: len(raw.lines) for name, raw in raws.items()}
    problems: tuple[Problem, ...] = ()
    try:
        datasets.tables_of(held | raws, plan)
    except DocumentError as error:
        problems = error.problems
    said = Reading(**reading, problems=problems, rows=rows, notes=(*notes, *more))
    return Read(raws, said)


def _beside(name: str, source: Path, place: Path) -> Path:
    """The data dictionary that a mapping names: as it stands, or beside the source or the study."""
    for found in (Path(name), source.parent / name, place.parent / name):
        if found.is_file():
            return found
    raise MyotrialError(
        f"{place} names the data dictionary {name!r}, which is not there.\n"
        "Hint: say where it is: --dictionary FILE, or mend the mapping."
    )


def _fits(mapping: Any, plan: Any) -> dict[str, dict[str, str]]:
    from myotrial.datasets.mapping import applying

    return {
        name: {key: _says(taken) for key, taken in filled.columns.items()}
        | dict.fromkeys(applying.lacking(name, filled, plan), "not in the source: stays empty")
        for name, filled in mapping.tables.items()
    }


def _says(taken: Any) -> str:
    """What fills a column, in words."""
    if taken.value is not None:
        return f"{taken.value!r} in every row"
    if taken.ticked:
        return f"the ticked one of {', '.join(map(repr, taken.ticked))}"
    if taken.column is None:
        return "open: no column of the source is called so"
    words = f"from {taken.column!r}"
    if taken.unit_column:
        words += f", units in {taken.unit_column!r}"
    elif taken.unit:
        words += f", {taken.unit}"
    meant = {code: value for code, value in taken.values.items() if value}
    if meant:
        words += ", " + ", ".join(f"{code} is {value}" for code, value in meant.items())
    return words + (f", dates as {taken.date}" if taken.date else "")


def _write(place: Path, text: str) -> None:
    """Write beside the place and move there."""
    part = place.with_name(f".{place.name}.new")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(place)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise cannot_write(place, error) from error
