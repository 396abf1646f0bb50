"""Read the trail back from an ODM file that a study server wrote, 1.3.2 or 2.0; streamed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from myotrial.capture.exchange import odm_names as names
from myotrial.capture.exchange.archive import Archive, Site
from myotrial.capture.exchange.odm_names import NAMESPACES, Place
from myotrial.capture.record.state import Record, Value
from myotrial.capture.trail.entries import Entry
from myotrial.capture.trail.verifying import change_of
from myotrial.errors import DocumentError, Problem

__all__ = ["read", "written_here"]

Person = tuple[str, str, str]
BEGINNING = 2000  # bytes in which a file says who wrote it
HEAD = re.compile(rb"(<\?xml[^>]*\?>)?\s*<ODM\s[^>]*>")
MARKS = (b'FileType="Transactional"', b'SourceSystem="myotrial"')


def written_here(file: Path) -> bool:
    """Whether a file is an ODM file of a study server; other systems' are imported otherwise."""
    try:
        with file.open("rb") as opened:
            start = opened.read(BEGINNING)
    except OSError:
        return False
    head = HEAD.match(start)
    return head is not None and all(mark in head[0] for mark in MARKS)


def read(file: Path) -> Archive:
    """Open an ODM file of a study server.

    Args:
        file: The file.

    Raises:
        DocumentError: It is no such file, or it breaks off; also while entries are read.
    """
    reader = _Reader(file)
    reader.definitions()
    sites = tuple(Site(code, name, "") for code, name in reader.sites.items())
    return Archive(reader.study, sites, reader.entries())


class _Reader:
    """A file that is read forward once."""

    def __init__(self, file: Path) -> None:
        self.file, self.study = file, ""
        self.people: dict[str, Person] = {}
        self.sites: dict[str, str] = {}
        self.organisations: dict[str, str] = {}
        if not written_here(file):
            raise self._wrong("an ODM file that a study server wrote", "another file")
        # nothing stands before the root (see `HEAD`), and no entity can be declared after it
        self._events = ET.iterparse(file, ("start", "end"))  # noqa: S314
        self._odm = ""

    def definitions(self) -> None:
        """Read what stands before the patients: who, and where."""
        for event, element in self._walk():
            name = element.tag.rpartition("}")[2]
            if event == "start" and name == "ODM":
                self._odm = element.tag.removesuffix("ODM")
                if self._odm.strip("{}") not in NAMESPACES.values():
                    raise self._wrong("the namespace of ODM 1.3.2 or 2.0", self._odm)
            if event == "start" and name == "Study":
                self.study = element.get("OID", "").removeprefix("ST.")
            if event == "end" and name == "AdminData":
                self._people(element)
                return
        raise self._wrong("AdminData", "none")

    def entries(self) -> Iterator[Entry]:
        """The entries of all patients."""
        version = event = ""
        form: tuple[str, str] = ("", "")
        record = Record("", "")
        for kind, element in self._walk():
            name = element.tag.rpartition("}")[2]
            if kind == "start":
                if name == "ClinicalData":
                    version = element.get("MetaDataVersionOID", "").removeprefix("MDV.")
                elif name == "StudyEventData":
                    event = element.get("StudyEventOID", "").removeprefix("SE.")
                elif name == "FormData":
                    form = _form(element.get("FormOID", ""), element.get("FormRepeatKey", ""))
                elif name == "ItemGroupData" and "ItemGroupRepeatKey" in element.attrib:
                    form = _form(
                        element.get("ItemGroupOID", ""), element.get("ItemGroupRepeatKey", "")
                    )
            elif name == "ItemData":
                entry = self._known(element, version, Place(event, *form), record)
                if entry.chain != record.chain:
                    record = Record(entry.chain, entry.site)
                record.take(change_of(entry))
                yield entry
                element.clear()
            elif name in ("SubjectData", "ClinicalData"):
                element.clear()

    def _known(self, item: ET.Element, version: str, place: Place, record: Record) -> Entry:
        try:
            return self._entry(item, version, place, record)
        except (KeyError, TypeError, ValueError) as error:
            found = f"{place.form} {item.get('ItemOID')}: {error!r}"
            raise self._wrong("an entry as a study server writes one", found) from None

    def _entry(self, item: ET.Element, version: str, place: Place, record: Record) -> Entry:
        said: dict[str, Any] = json.loads(self._text(item, "SourceID"))
        chain = said.get("chain", record.chain)
        person = self.people[self._attribute(item, "UserRef", "UserOID")]
        entity = names.entity_of(place)
        field = names.field_of(item.get("ItemOID", ""), place.form)
        text = item.get("Value")
        if text is None and item.get("IsNull") is None:
            text = self._text(item, "Value")
        known = record.value(entity, field) if chain == record.chain else Value()
        return Entry(
            chain=chain,
            seq=said["seq"],
            at=self._text(item, "DateTimeStamp"),
            zone=said["zone"],
            user=person[0],
            name=person[1],
            role=said["role"],
            organisation=person[2],
            site=self._attribute(item, "LocationRef", "LocationOID").removeprefix("L."),
            action=said["action"],
            entity=entity,
            field=field,
            old=Value(*said["old"]) if "old" in said else known,
            new=Value(text, said.get("absent", "")),
            reason=self._text(item, "ReasonForChange"),
            noted=item.get("TransactionType") == "Context",
            version=version,
            act=said["act"],
            entered=said.get("entered", ""),
            withheld=said.get("withheld", ""),
            hash=said["hash"],
        )

    def _people(self, admin: ET.Element) -> None:
        for item in admin.iter(f"{self._odm}Organization"):
            if item.get("OID"):
                self.organisations[item.get("OID", "")] = item.get("Name", "")
        for user in admin.iter(f"{self._odm}User"):
            login = self._text(user, "LoginName") or self._text(user, "UserName")
            works = self._text(user, "Organization")
            works = works or self.organisations.get(user.get("OrganizationOID", ""), "")
            self.people[user.get("OID", "")] = (login, self._text(user, "FullName"), works)
        for place in admin.iter(f"{self._odm}Location"):
            self.sites[place.get("OID", "").removeprefix("L.")] = place.get("Name", "")

    def _walk(self) -> Iterator[tuple[str, ET.Element]]:
        try:
            yield from self._events
        except ET.ParseError as error:
            raise self._wrong("well-formed XML", str(error)) from None

    def _text(self, element: ET.Element, name: str) -> str:
        found = element.find(f".//{self._odm}{name}")
        return (found.text or "") if found is not None else ""

    def _attribute(self, element: ET.Element, name: str, attribute: str) -> str:
        found = element.find(f".//{self._odm}{name}")
        return found.get(attribute, "") if found is not None else ""

    def _wrong(self, expected: str, found: str) -> DocumentError:
        return DocumentError(str(self.file), [Problem("(file)", expected, found)])


def _form(oid: str, number: str) -> tuple[str, str]:
    return oid.removeprefix("F."), number
