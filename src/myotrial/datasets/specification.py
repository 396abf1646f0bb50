"""What each captured table must look like, as the protocol and its instruments ask for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from myotrial import documents, instruments, terms
from myotrial.datasets import definitions, derivations
from myotrial.datasets.definitions import Unknown
from myotrial.documents import Document, nearest
from myotrial.errors import DocumentError, Problem
from myotrial.protocol.models import Assessment, Attribute, Protocol

__all__ = ["FREQUENCIES", "Column", "Table", "check_protocol", "close", "tables"]

FREQUENCIES = MappingProxyType(  # how often a day; weekly codes in either spelling
    {
        "QD": 1.0,
        "BID": 2.0,
        "TID": 3.0,
        "QID": 4.0,
        "QOD": 1 / 2,
        "QW": 1 / 7,
        "QS": 1 / 7,
        "BIW": 2 / 7,
        "TIW": 3 / 7,
        "Q2W": 1 / 14,
        "Q2S": 1 / 14,
        "Q4W": 1 / 28,
        "Q4S": 1 / 28,
        "QM": 1 / 30,
    }
)

OFTEN = "QD once a day, BID twice a day, QOD every other day, QW once a week, QM once a month"


@dataclass(frozen=True)
class Column:
    """One column of a captured table.

    Attributes:
        name: Its name. A study day may stand as a date: VISITDTC for VISITDY.
        kind: "text", "number", "integer", "day" (a study day) or "date".
        optional: Whether the table may lack the column.
        filled: Whether every cell must be filled.
        values: The values it can take; empty where any will do.
        range: Lowest and highest number, where there are any.
        unit: Unit of the number, for messages.
        hint: What its values mean, for one that is not among them.
    """

    name: str
    kind: str = "text"
    optional: bool = False
    filled: bool = False
    values: tuple[str, ...] = ()
    range: tuple[float, float] | None = None
    unit: str = ""
    hint: str = ""

    @property
    def date(self) -> str:
        """Name of the column that gives a study day as a date instead."""
        return self.name.removesuffix("DY") + "DTC" if self.kind == "day" else ""


@dataclass(frozen=True)
class Table:
    """One captured table.

    Attributes:
        name: Its name, as in "visits.csv".
        columns: Its columns.
        key: Columns that no two rows share; none where rows may repeat.
        optional: Whether the study may lack the table.
        bare: Whether it may have no rows.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    optional: bool = False
    bare: bool = False
    known: dict[str, Column] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", {column.name: column for column in self.columns})


def tables(protocol: Protocol) -> dict[str, Table]:
    """The captured tables of a study, in the order in which they are read."""
    study = Column("STUDYID", optional=True, values=(protocol.study.id,))
    subject = Column("USUBJID", filled=True)
    origin = Column("ORIGIN", optional=True, values=tuple(terms.ORIGINS))
    markers = tuple(marker.id for marker in protocol.biopsy.markers) if protocol.biopsy else ()
    parts = {
        "subjects": _subject_columns(protocol),
        "visits": _visit_columns(protocol),
        "disposition": (
            Column("DSDECOD", filled=True, values=("COMPLETED", "WITHDRAWN")),
            Column("DSREAS"),
            Column("DSSTDY", "day"),
        ),
        "exposure": (
            Column("EXTRT", filled=True),
            Column("EXDOSE", "number", range=(0, float("inf"))),
            Column("EXDOSU"),
            Column("EXSTDY", "day"),
            Column("EXENDY", "day"),
            Column("EXPLAN", "integer", range=(0, float("inf")), unit="doses"),
            Column("EXTAKEN", "integer", range=(0, float("inf")), unit="doses"),
        ),
        "concomitant": (
            Column("CMTRT", filled=True),
            Column("CMCLAS"),
            Column("CMDOSE", "number", range=(0, float("inf"))),
            Column("CMDOSU"),
            Column("CMDOSFRQ", values=tuple(FREQUENCIES), hint=OFTEN),
            Column("CMSTDY", "day"),
            Column("CMENDY", "day"),
        ),
        "adverse_events": (
            Column("AETERM", filled=True),
            Column("AESEV", values=("MILD", "MODERATE", "SEVERE")),
            Column("AEREL", values=("Y", "N")),
            Column("AEACN"),
            Column("AESTDY", "day"),
            Column("AEENDY", "day"),
        ),
        "biopsies": (
            Column("BXTIME", filled=True, values=("BASELINE", "REPEAT")),
            Column("BXDY", "day"),
            Column("MARKER", filled=True, values=markers),
            Column("BXRES", "number", range=(0, float("inf"))),
            Column("BXPRES", values=("Y", "N")),
            Column("BXU"),
        ),
    }
    keys = {
        "subjects": ("USUBJID",),
        "visits": ("USUBJID", "VISIT"),
        "disposition": ("USUBJID",),
        "biopsies": ("USUBJID", "BXTIME", "MARKER"),
    }
    needed = ("subjects", "visits", "disposition", "exposure")
    return {
        name: Table(
            name,
            (study, subject, *columns, origin),
            keys.get(name, ()),
            optional=name not in needed,
            bare=name not in needed,
        )
        for name, columns in parts.items()
    }


def check_protocol(protocol: Protocol, *, file: str = "study.yaml") -> None:
    """Check that a protocol asks for instruments, units and definitions that exist here.

    Args:
        protocol: The protocol.
        file: Where it was read, for messages; if the file is there, they name its lines.

    Raises:
        DocumentError: Lists everything that does not exist, with the nearest that does.
    """
    found = [*_assessment_problems(protocol)]
    found = found or [*definitions.problems(protocol)]  # which take instruments as they are
    found += derivations.problems(protocol)
    if found:
        document = documents.read(Path(file)) if Path(file).is_file() else None
        raise DocumentError(file, [_problem(item, document) for item in found])


def _problem(item: Unknown, document: Document | None) -> Problem:
    line = document.line(item.path) if document else None
    return Problem(documents.shown_path(item.path), item.expected, item.found, line, item.hint)


def _subject_columns(protocol: Protocol) -> tuple[Column, ...]:
    arms = tuple(arm.id for arm in protocol.arms)
    attributes = (_attribute(name, item) for name, item in protocol.recorded.items())
    return (
        Column("ARM", filled=True, values=arms),
        *attributes,
        Column("RFSTDTC", "date", optional=True),
    )


def _attribute(name: str, attribute: Attribute) -> Column:
    kind = attribute.type or "text"
    return Column(
        name,
        kind,
        values=attribute.values or (),
        range=attribute.range,
        unit=attribute.unit,
    )


def _visit_columns(protocol: Protocol) -> tuple[Column, ...]:
    visits = tuple(visit.id for visit in protocol.visits)
    measures = [Column(item.id, "number") for item in protocol.assessments]
    units = [Column(f"{item.id}_UNIT", optional=True) for item in protocol.assessments]
    return (
        Column("VISIT", filled=True, values=visits),
        Column("VISITDY", "day"),
        *measures,
        *units,
    )


def _assessment_problems(protocol: Protocol) -> Iterator[Unknown]:
    for index, item in enumerate(protocol.assessments):
        path = ("assessments", index)
        if item.instrument in instruments.ALL:
            yield from _scale_problems(path, item)
        else:
            hint = nearest(item.instrument, instruments.ALL)
            found = repr(item.instrument)
            yield Unknown((*path, "instrument"), "the id of an instrument", found, hint)


def _scale_problems(path: tuple[str | int, ...], item: Assessment) -> Iterator[Unknown]:
    instrument = instruments.get(item.instrument)
    for key, value, known in (
        ("variant", item.variant, instrument.ranges),
        ("unit", item.unit, instrument.units),
    ):
        if value not in known:
            expected = f"a {key} of {item.instrument}: {', '.join(filter(None, known)) or 'none'}"
            found = repr(value) if value else "nothing"
            yield Unknown((*path, key), expected, found, close(value, tuple(known)))


def close(word: str, known: Sequence[str]) -> str:
    """A hint that names the nearest allowed value; "" where none is near.

    >>> close("m3", ["M0", "M3"])
    "did you mean 'M3'?"
    """
    same = [value for value in known if value.casefold() == word.casefold()]
    hint = f"did you mean {same[0]!r}?" if same else nearest(word, known)
    return hint if hint.startswith("did you") else ""
