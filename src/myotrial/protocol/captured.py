"""What each captured table must look like, as the protocol asks for it.

Whoever fills the tables follows this, be it a person with a spreadsheet, an import, or the forms
of the study server; whoever reads them checks against it.
"""

from dataclasses import dataclass, field
from types import MappingProxyType

from myotrial import terms
from myotrial.protocol.models import Attribute, Protocol

__all__ = ["FREQUENCIES", "Column", "Table", "tables"]

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
