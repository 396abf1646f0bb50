"""`mapping.yaml`: how the columns of a source become the captured tables of a study."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from myotrial import documents
from myotrial.documents import Document
from myotrial.errors import DocumentError, Problem
from myotrial.protocol import wording
from myotrial.protocol.models import Part, Several

__all__ = ["Filled", "Mapping", "Taken", "read"]

ORDERS = ("YMD", "DMY", "MDY")


class Taken(Part):
    """What fills one captured column."""

    column: str | None = Field(None, description="column of the source")
    value: str | None = Field(None, description="the same value in every row, instead of a column")
    ticked: dict[str, str] = Field(
        default_factory=dict, description="value that each ticked column of checkboxes means"
    )
    unit: str | None = Field(None, description="unit of the source's values")
    unit_column: str | None = Field(None, description="column with the unit of each value")
    values: dict[str, str | None] = Field(
        default_factory=dict, description="what each value of the source is called in the protocol"
    )
    leave_out: Several[str] = Field((), description="values whose rows are left out")
    missing: Several[str] = Field((), description="cells that mean: not recorded")
    date: Literal["YMD", "DMY", "MDY"] | None = Field(
        None, description="order of year, month and day in the source"
    )


class Filled(Part):
    """What fills one captured table."""

    sheet: str = Field(description="sheet of the source, or its name")
    where: dict[str, Several[str]] = Field(
        default_factory=dict, description="rows that count: values of a column; '' for empty cells"
    )
    columns: dict[str, Taken] = Field(description="what fills each column")


class Mapping(Part):
    """The whole mapping."""

    source: str = Field(description="name of the file it was proposed for")
    dictionary: str | None = Field(None, description="REDCap's data dictionary")
    missing: Several[str] = Field((), description="cells that mean: not recorded, everywhere")
    tables: dict[str, Filled] = Field(description="what fills each captured table")


def read(file: Path) -> tuple[Mapping, Document]:
    """Read a mapping; its document names lines.

    Raises:
        DocumentError: The file cannot be read, or lists every problem, each with its line.
    """
    document = documents.read(file, verbatim=True)
    if not isinstance(document.data, dict):
        found = wording.shown(document.data)
        problem = Problem("(file)", "the keys of a mapping: source, tables", found, 1)
        raise DocumentError(document.file, [problem])
    try:
        return Mapping.model_validate(document.data), document
    except ValidationError as error:
        problems: Sequence[Problem] = wording.problems(error, document, Mapping)
        raise DocumentError(document.file, problems) from error
