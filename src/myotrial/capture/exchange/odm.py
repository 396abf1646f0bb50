"""The trail of a study as CDISC ODM, 1.3.2 or 2.0: every act as a transaction, streamed.

Act         one SubjectData; its site, event and form around the items that it changed.
Entry       one ItemData with its AuditRecord: user, location, time, reason. What was only tried has
            TransactionType Context; what stands there now is what the last transaction left.
SourceID    what ODM has no place for, as JSON: number and link in the chain, role, action, time
            zone, the id of the act, why there is no value, digests of withheld values. Whoever
            reads the file back has the trail to the last bit, and can verify it with the key.
Queries     are entries too; ODM 2.0 also gives each one as a Query of its patient.
Versions    each version of the forms is a MetaDataVersion; an act names the one it was made under.
"""

import json
from collections.abc import Iterator, Mapping
from importlib.metadata import version as version_of
from typing import Any

from myotrial.capture.exchange import odm_definitions
from myotrial.capture.exchange import odm_names as names
from myotrial.capture.exchange.snapshot import Held, Snapshot
from myotrial.capture.exchange.xml import Writer, attribute, content
from myotrial.capture.forms.definitions import Catalogue
from myotrial.capture.record.state import Record, Value
from myotrial.capture.trail.entries import Entry
from myotrial.capture.trail.verifying import change_of
from myotrial.errors import MyotrialError
from myotrial.protocol.models import Protocol

__all__ = ["VERSIONS", "document"]

VERSIONS = ("1.3.2", "2.0")
BATCH = 200  # entries written at a time
ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
DONE = {"open": "Open", "answered": "Answered", "closed": "Closed", "cancelled": "Cancelled"}
People = Mapping[tuple[str, str, str, str], str]


def document(
    held: Snapshot, protocol: Protocol, catalogues: Mapping[str, Catalogue], odm: str = "1.3.2"
) -> Iterator[bytes]:
    """The study as one ODM file, piece by piece.

    Args:
        held: The database at one moment.
        protocol: The protocol.
        catalogues: The forms of each version.
        odm: "1.3.2" or "2.0".

    Raises:
        MyotrialError: There is no such version.
    """
    if odm not in VERSIONS:
        raise MyotrialError(f"there is no ODM {odm!r} here.\nHint: {' or '.join(VERSIONS)}.")
    writer = Writer()
    patients = held.patients()
    _begun(writer, held, protocol, catalogues, odm, patients)
    people = _people(writer, held, protocol, odm)
    yield writer.taken()
    for patient in patients:
        yield from _Patient(writer, protocol, odm, people, patient).write(held)
    writer.close(0)
    yield writer.taken()


def _begun(
    writer: Writer,
    held: Snapshot,
    protocol: Protocol,
    catalogues: Mapping[str, Catalogue],
    odm: str,
    patients: list[Held],
) -> None:
    study, two = protocol.study, odm == "2.0"
    made = max((item.head.at for item in patients), default="1970-01-01T00:00:00Z")
    writer.raw('<?xml version="1.0" encoding="UTF-8"?>\n')
    writer.begin(
        "ODM",
        xmlns=names.NAMESPACES[odm],
        FileType="Transactional",
        Granularity="All",
        FileOID=f"myotrial.{study.id}.{made}",
        CreationDateTime=made,
        AsOfDateTime=made,
        ODMVersion=odm,
        Originator="myotrial",
        SourceSystem="myotrial",
        SourceSystemVersion=version_of("myotrial"),
    )
    if two:
        writer.begin(
            "Study",
            OID=f"ST.{study.id}",
            StudyName=study.id,
            ProtocolName=study.registration or study.id,
        )
        writer.begin("Description")
        writer.leaf("TranslatedText", study.title, **{"xml:lang": "en", "Type": "text/plain"})
        writer.end()
    else:
        writer.begin("Study", OID=f"ST.{study.id}")
        writer.begin("GlobalVariables")
        writer.leaf("StudyName", study.id)
        writer.leaf("StudyDescription", study.title)
        writer.leaf("ProtocolName", study.registration or study.id)
        writer.end()
        _units(writer, catalogues)
    odm_definitions.versions(writer, odm, catalogues, held.versions(), held.fields())
    writer.end()


def _units(writer: Writer, catalogues: Mapping[str, Catalogue]) -> None:
    found = {
        field.unit: None
        for catalogue in catalogues.values()
        for form in catalogue.forms.values()
        for field in form.fields
        if field.unit
    }
    writer.begin("BasicDefinitions")
    for text in sorted(found):
        writer.begin("MeasurementUnit", OID=odm_definitions.unit(text), Name=text)
        writer.begin("Symbol")
        writer.leaf("TranslatedText", text, **{"xml:lang": "en"})
        writer.end()
        writer.end()
    writer.end()


def _people(writer: Writer, held: Snapshot, protocol: Protocol, odm: str) -> People:
    """Write who acted and where; gives the OID of each."""
    made: dict[tuple[str, str, str, str], str] = {}
    study, two = f"ST.{protocol.study.id}", odm == "2.0"
    organisations = {item[3]: f"O.{place}" for place, item in enumerate(held.people(), start=1)}
    writer.begin("AdminData", StudyOID=study)
    for place, person in enumerate(held.people(), start=1):
        user, name, role, organisation = person
        made[person] = f"U.{place}"
        more = {"OrganizationOID": organisations[organisation]} if two and organisation else {}
        kind = "Investigator" if role == "investigator" else "Other"
        writer.begin("User", OID=made[person], UserType=kind, **more)
        writer.leaf("UserName" if two else "LoginName", user)
        writer.leaf("FullName", name)
        if not two and organisation:
            writer.leaf("Organization", organisation)
        writer.end()
    for name, oid in organisations.items() if two else ():
        if name:
            writer.leaf("Organization", OID=oid, Name=name, Type="Other")
    versions = held.versions()
    for code, name, _ in held.sites() if versions else ():
        more = {"Role": "Site"} if two else {"LocationType": "Site"}
        writer.begin("Location", OID=f"L.{code}", Name=name, **more)
        for version, since in versions.items():
            writer.leaf(
                "MetaDataVersionRef",
                StudyOID=study,
                MetaDataVersionOID=f"MDV.{version}",
                EffectiveDate=since[:10],
            )
        writer.end()
    writer.end()
    return made


class _Patient:
    """The trail of one patient."""

    def __init__(
        self, writer: Writer, protocol: Protocol, odm: str, people: People, patient: Held
    ) -> None:
        self.writer, self.two, self.people, self.patient = writer, odm == "2.0", people, patient
        self.study = f"ST.{protocol.study.id}"
        self.record = Record(patient.chain, patient.site)
        self.base = writer.depth
        self.path: tuple[Any, ...] = ()

    def write(self, held: Snapshot) -> Iterator[bytes]:
        version = ""
        for count, entry in enumerate(held.entries(self.patient), start=1):
            self._entry(entry)
            version = entry.version
            if count % BATCH == 0:
                yield self.writer.taken()
        self.writer.close(self.base)
        if self.two and version:
            self._queries(version)
        yield self.writer.taken()

    def _entry(self, entry: Entry) -> None:
        place = names.of(entry.entity)
        self._move((entry.version, entry.act, place.event, (place.form, place.number)))
        self._item(entry, names.item(place.form, entry.field))
        self.record.take(change_of(entry))

    def _move(self, path: tuple[Any, ...]) -> None:
        """Close and open elements so that an entry stands in its act, event and form."""
        same = next((i for i, pair in enumerate(zip(self.path, path, strict=False))
                     if pair[0] != pair[1]), len(self.path))  # fmt: skip
        if self.path and same == len(path):
            return
        self.writer.close(self.base + same)
        for depth in range(same, len(path)):
            self._open(depth, path[depth])
        self.path = path

    def _open(self, depth: int, part: Any) -> None:
        more = {"TransactionType": "Upsert"}
        if depth == 0:
            self.writer.begin("ClinicalData", StudyOID=self.study, MetaDataVersionOID=f"MDV.{part}")
        elif depth == 1:
            self.writer.begin("SubjectData", SubjectKey=self.patient.number, **more)
            self.writer.leaf("SiteRef", LocationOID=f"L.{self.patient.site}")
        elif depth == 2:
            self.writer.begin("StudyEventData", StudyEventOID=names.event(part), **more)
        elif self.two:
            form, number = part
            self.writer.begin(
                "ItemGroupData", ItemGroupOID=names.form(form), ItemGroupRepeatKey=number, **more
            )
        else:
            form, number = part
            self.writer.begin("FormData", FormOID=names.form(form), FormRepeatKey=number, **more)
            self.writer.begin("ItemGroupData", ItemGroupOID=f"IG.{form}", **more)

    def _item(self, entry: Entry, oid: str) -> None:
        """One entry, written at once: an export has a million of them."""
        known = self.record.value(entry.entity, entry.field)
        change = "Context" if entry.noted else "Update" if known else "Insert"
        pad = " " * self.writer.depth
        head = f'{pad}<ItemData ItemOID="{attribute(oid)}" TransactionType="{change}"'
        if entry.new.text is None:
            head += ' IsNull="Yes">\n'
        elif self.two:
            head += f">\n{pad} <Value>{content(entry.new.text)}</Value>\n"
        else:
            head += f' Value="{attribute(entry.new.text)}">\n'
        reason = content(entry.reason)
        person = self.people[entry.user, entry.name, entry.role, entry.organisation]
        self.writer.raw(
            f'{head}{pad} <AuditRecord>\n{pad}  <UserRef UserOID="{person}"/>\n'
            f'{pad}  <LocationRef LocationOID="L.{entry.site}"/>\n'
            f"{pad}  <DateTimeStamp>{entry.at}</DateTimeStamp>\n"
            + (f"{pad}  <ReasonForChange>{reason}</ReasonForChange>\n" if reason else "")
            + f"{pad}  <SourceID>{content(_source(entry, known))}</SourceID>\n"
            f"{pad} </AuditRecord>\n{pad}</ItemData>\n"
        )

    def _queries(self, version: str) -> None:
        """The queries of the patient as they stand now."""
        record = self.record
        several = [name for name in record.entities if name.startswith("query/")]
        if not several:
            return
        self.writer.begin("ClinicalData", StudyOID=self.study, MetaDataVersionOID=f"MDV.{version}")
        self.writer.begin("SubjectData", SubjectKey=self.patient.number, TransactionType="Context")
        self.writer.leaf("SiteRef", LocationOID=f"L.{self.patient.site}")
        for query in several:
            self.writer.begin(
                "Query",
                OID=f"Q.{self.patient.number}.{query.removeprefix('query/')}",
                Source="System" if record.text(query, "@source") == "check" else "Site Monitor",
                Target=f"{record.text(query, '@on')} {record.text(query, '@field')}",
                Type="System" if record.text(query, "@source") == "check" else "Manual",
                State=DONE.get(record.text(query, "@state"), "Open"),
                LastUpdateDatetime=self.patient.head.at,
            )
            self.writer.leaf("Value", record.text(query, "say/1"))
            self.writer.end()
        self.writer.close(self.base)


def _source(entry: Entry, known: Value) -> str:
    """What ODM has no place for."""
    said: dict[str, Any] = {
        "seq": entry.seq,
        "zone": entry.zone,
        "role": entry.role,
        "action": entry.action,
        "act": entry.act,
        "hash": entry.hash,
    }
    if entry.seq == 1:
        said["chain"] = entry.chain
    if entry.old != known:
        said["old"] = [entry.old.text, entry.old.absent]
    if entry.new.absent:
        said["absent"] = entry.new.absent
    for name in ("entered", "withheld"):
        if getattr(entry, name):
            said[name] = getattr(entry, name)
    return ENCODE(said)
