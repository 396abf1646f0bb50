"""Read the captured tables of a study from a CDISC ODM file, 1.3.2 or 2.0.

1.3.2   a cell is the attribute Value of its ItemData
2.0     groups of items stand inside one another, and a cell is the element Value of its ItemData;
        an item with several is refused, since a cell of a table holds one
"""

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
ODM_2 = "{http://www.cdisc.org/ns/odm/v2.0}"
Row = dict[str, Any]


def read(file: Path, protocol: Protocol) -> dict[str, list[Row]]:
    """The rows of captured tables from an ODM file.

    Args:
        file: An ODM file, 1.3.2 or 2.0, whose items are named as the columns of the captured
            tables, and whose groups of items as those tables.
        protocol: The protocol they are to fit.

    Raises:
        DocumentError: It is no ODM file, holds no clinical data, or several values in one item.
    """
    root = _root(file)
    odm = root.tag.removesuffix("ODM")
    names = {item.get("OID"): item.get("Name") for item in root.iter(f"{odm}ItemDef")}
    forms = {item.get("OID"): item.get("Name") for item in root.iter(f"{odm}ItemGroupDef")}
    known = tables(protocol)
    rows: dict[str, list[Row]] = {name: [] for name in known}
    problems: list[Problem] = []
    for person in root.iter(f"{odm}SubjectData"):
        for group in person.iter(f"{odm}ItemGroupData"):
            table = forms.get(group.get("ItemGroupOID"))
            held = group.findall(f"{odm}ItemData")
            if table in known and (held or odm == ODM):
                where = f"{person.get('SubjectKey')}, {table}"
                cells = {
                    names.get(item.get("ItemOID")): _cell(item, odm, where, problems)
                    for item in held
                }
                columns = {column.name: None for column in items(known[table].columns)}
                kept = {name: cells.get(name) for name in columns}
                rows[table].append({"USUBJID": person.get("SubjectKey")} | kept)
    if problems:
        raise DocumentError(str(file), problems)
    if not rows["subjects"]:
        raise DocumentError(
            str(file), [Problem("ClinicalData", "subjects", "no form named subjects")]
        )
    return {name: _without_empty(several) for name, several in rows.items()}


def _cell(item: ET.Element, odm: str, where: str, problems: list[Problem]) -> str | None:
    """The one value of an item; what else it holds is a problem."""
    if odm == ODM:
        return item.get("Value")
    values = [value.text for value in item.findall(f"{odm}Value")]
    if len(values) > 1:
        said = f"{len(values)} values"
        problems.append(Problem(f"{where}: {item.get('ItemOID')}", "one value", said))
    return values[0] if values else None


def _root(file: Path) -> ET.Element:
    """The document's root; one that declares entities is not parsed."""
    expected = "a document of ODM 1.3.2 or 2.0"
    try:
        content = file.read_bytes()
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise DocumentError(
                str(file), [Problem("(file)", expected, "a declaration of document type")]
            )
        root = ET.fromstring(content)  # noqa: S314  (without a declaration there are no entities)
    except (OSError, ET.ParseError) as error:
        raise DocumentError(str(file), [Problem("(file)", expected, str(error))]) from error
    if root.tag not in (f"{ODM}ODM", f"{ODM_2}ODM"):
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
