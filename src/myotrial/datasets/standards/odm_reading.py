"""Read the captured tables of a study from a CDISC ODM 1.3.2 file."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from myotrial.datasets.standards.odm import items
from myotrial.datasets.standards.odm_document import NAMESPACE
from myotrial.errors import DocumentError, Problem
from myotrial.protocol.captured import tables
from myotrial.protocol.models import Protocol

__all__ = ["read"]

ODM = f"{{{NAMESPACE}}}"
Row = dict[str, Any]


def read(file: Path, protocol: Protocol) -> dict[str, list[Row]]:
    """The rows of captured tables from an ODM 1.3.2 file.

    Args:
        file: An ODM file whose items are named as the columns of the captured tables, and whose
            forms as those tables.
        protocol: The protocol they are to fit.

    Raises:
        DocumentError: It is no ODM file, or holds no clinical data.
    """
    root = _root(file)
    names = {item.get("OID"): item.get("Name") for item in root.iter(f"{ODM}ItemDef")}
    forms = {item.get("OID"): item.get("Name") for item in root.iter(f"{ODM}ItemGroupDef")}
    known = tables(protocol)
    rows: dict[str, list[Row]] = {name: [] for name in known}
    for person in root.iter(f"{ODM}SubjectData"):
        for group in person.iter(f"{ODM}ItemGroupData"):
            table = forms.get(group.get("ItemGroupOID"))
            if table in known:
                cells = {
                    names.get(item.get("ItemOID")): item.get("Value")
                    for item in group.iter(f"{ODM}ItemData")
                }
                columns = {column.name: None for column in items(known[table].columns)}
                kept = {name: cells.get(name) for name in columns}
                rows[table].append({"USUBJID": person.get("SubjectKey")} | kept)
    if not rows["subjects"]:
        raise DocumentError(
            str(file), [Problem("ClinicalData", "subjects", "no form named subjects")]
        )
    return {name: _without_empty(several) for name, several in rows.items()}


def _root(file: Path) -> ET.Element:
    """The document's root; one that declares entities is not parsed."""
    expected = "a document of ODM 1.3.2"
    try:
        content = file.read_bytes()
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise DocumentError(
                str(file), [Problem("(file)", expected, "a declaration of document type")]
            )
        root = ET.fromstring(content)  # noqa: S314  (without a declaration there are no entities)
    except (OSError, ET.ParseError) as error:
        raise DocumentError(str(file), [Problem("(file)", expected, str(error))]) from error
    if root.tag != f"{ODM}ODM":
        raise DocumentError(str(file), [Problem("(file)", expected, f"the root {root.tag!r}")])
    return root


def _without_empty(rows: list[Row]) -> list[Row]:
    """Rows without the optional columns that none of them fills."""
    optional = [
        name for name in (rows[0] if rows else ()) if name.endswith(("_UNIT", "DTC"))
        or name == "ORIGIN"
    ]  # fmt: skip
    gone = [name for name in optional if all(row[name] is None for row in rows)]
    return [{name: cell for name, cell in row.items() if name not in gone} for row in rows]
