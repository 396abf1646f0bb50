"""The forms of a study as ODM's metadata, 1.3.2 or 2.0: one MetaDataVersion a version of the forms.

Besides the fields of the forms, what the trail says of a form (its locks, that it was verified) and
of the patient (status, queries) are items too, so that every entry of the trail has a place.
"""

from collections.abc import Iterable, Iterator, Mapping
from math import isinf

from myotrial.capture.exchange import odm_names as names
from myotrial.capture.exchange.odm_names import RECORD
from myotrial.capture.exchange.xml import Writer
from myotrial.capture.forms.definitions import Catalogue, Event, Field, Form

__all__ = ["unit", "versions"]

TYPES = {
    "1.3.2": {"number": "float", "integer": "integer", "date": "date", "partial": "partialDate"},
    "2.0": {"number": "decimal", "integer": "integer", "date": "date"},
}
FORM_OF_RECORD = "What the trail keeps of "
Found = Mapping[str, Mapping[str, None]]  # fields of each form, in order


def versions(
    writer: Writer,
    odm: str,
    catalogues: Mapping[str, Catalogue],
    held: Iterable[str],
    fields: Iterable[tuple[str, str]],
) -> None:
    """Write the metadata of every version of the forms that entries were made under.

    Args:
        writer: Where to.
        odm: "1.3.2" or "2.0".
        catalogues: The forms of each version that is known.
        held: The versions that the trail names.
        fields: Entity and field of everything in the trail.
    """
    found: dict[str, dict[str, None]] = {}
    events: dict[str, dict[str, None]] = {}
    for entity, field in fields:
        place = names.of(entity)
        found.setdefault(place.form, {})[field] = None
        events.setdefault(place.event, {})[place.form] = None
    for version in held:
        _Version(writer, odm, catalogues.get(version), found, events).write(version)


class _Version:
    """One MetaDataVersion."""

    def __init__(
        self, writer: Writer, odm: str, catalogue: Catalogue | None, found: Found, events: Found
    ) -> None:
        self.writer, self.two, self.types = writer, odm == "2.0", TYPES[odm]
        known = catalogue or Catalogue("", {}, {})
        self.forms = {**known.forms}
        for code in found:
            self.forms.setdefault(code, _plain(code))
        self.events = {**known.events}
        for event in events:
            self.events.setdefault(event, Event(event, event.removeprefix("@").capitalize()))
        self.found, self.at = found, events

    def fields(self, form: Form) -> dict[str, Field]:
        """The fields of a form, and what the trail knows of it besides."""
        found = {name: Field(name, name) for name in self.found.get(form.code, ())}
        return {**found, **form.known}

    def write(self, version: str) -> None:
        self.writer.begin("MetaDataVersion", OID=f"MDV.{version}", Name=f"Forms {version}")
        if not self.two:
            self.writer.begin("Protocol")
            for place, event in enumerate(self.events, start=1):
                self.writer.leaf(
                    "StudyEventRef",
                    StudyEventOID=names.event(event),
                    OrderNumber=str(place),
                    Mandatory="No",
                )
            self.writer.end()
        for event in self.events.values():
            self._event(event)
        for form in () if self.two else self.forms.values():
            self._form(form)
        for form in self.forms.values():
            self._group(form)
        for form, field in self._all():
            self._item(form, field)
        for form, field in self._all():
            if field.choices:
                self._codes(form, field)
        self.writer.end()

    def _all(self) -> Iterator[tuple[Form, Field]]:
        for form in self.forms.values():
            for field in self.fields(form).values():
                yield form, field

    def _event(self, event: Event) -> None:
        kind = "Common" if event.id == RECORD or event.day is None else "Scheduled"
        self.writer.begin(
            "StudyEventDef",
            OID=names.event(event.id),
            Name=event.label,
            Repeating="No",
            Type="Unscheduled" if event.unscheduled else kind,
        )
        due = {form.code: None for form in self.forms.values() if event.id in form.events}
        for place, code in enumerate({**due, **self.at.get(event.id, {})}, start=1):
            more = {"OrderNumber": str(place), "Mandatory": "No"}
            if self.two:
                self.writer.leaf("ItemGroupRef", ItemGroupOID=names.form(code), **more)
            else:
                self.writer.leaf("FormRef", FormOID=names.form(code), **more)
        self.writer.end()

    def _form(self, form: Form) -> None:
        """A form of 1.3.2, which is one group of items."""
        repeats = "Yes" if _repeats(form) else "No"
        oid = names.form(form.code)
        self.writer.begin("FormDef", OID=oid, Name=form.code, Repeating=repeats)
        self._described("Description", form.label)
        self.writer.leaf("ItemGroupRef", ItemGroupOID=f"IG.{form.code}", Mandatory="Yes")
        self.writer.end()

    def _group(self, form: Form) -> None:
        """The group of items of a form; in 2.0 it is the form."""
        more = {"OID": f"IG.{form.code}", "Name": form.code, "Repeating": "No"}
        if self.two:
            repeats = "Simple" if _repeats(form) else "No"
            more |= {"OID": names.form(form.code), "Repeating": repeats, "Type": "Form"}
        self.writer.begin("ItemGroupDef", **more)
        if self.two:
            self._described("Description", form.label)
        for field in self.fields(form).values():
            oid = names.item(form.code, field.name)
            needed = "Yes" if field.required and field.name in form.known else "No"
            self.writer.leaf("ItemRef", ItemOID=oid, Mandatory=needed)
        self.writer.end()

    def _item(self, form: Form, field: Field) -> None:
        kind = self.types.get(field.kind, "text")
        self.writer.begin(
            "ItemDef",
            OID=names.item(form.code, field.name),
            Name=f"{form.code}.{field.name}",
            DataType=kind,
            **({"Length": "10000"} if kind == "text" else {}),
            **({"SignificantDigits": "12"} if kind == "float" else {}),
        )
        self._described("Question", f"{field.label} ({field.unit})" if field.unit else field.label)
        if field.unit and not self.two:
            self.writer.leaf("MeasurementUnitRef", MeasurementUnitOID=unit(field.unit))
        for comparator, limit in zip(("GE", "LE"), field.range or (), strict=False):
            if not isinf(limit):
                self.writer.begin("RangeCheck", Comparator=comparator, SoftHard="Hard")
                self.writer.leaf("CheckValue", f"{limit:g}")
                self.writer.end()
        if field.choices:
            self.writer.leaf("CodeListRef", CodeListOID=f"CL.{form.code}.{field.name}")
        self.writer.end()

    def _codes(self, form: Form, field: Field) -> None:
        oid = f"CL.{form.code}.{field.name}"
        self.writer.begin("CodeList", OID=oid, Name=oid, DataType="text")
        for value, label in field.choices:
            self.writer.begin("CodeListItem", CodedValue=value)
            self._described("Decode", label)
            self.writer.end()
        self.writer.end()

    def _described(self, name: str, text: str) -> None:
        self.writer.begin(name)
        more = {"Type": "text/plain"} if self.two else {}
        self.writer.leaf("TranslatedText", text, **{"xml:lang": "en", **more})
        self.writer.end()


def _repeats(form: Form) -> bool:
    return form.repeats or form.code.startswith("@")


def unit(text: str) -> str:
    """OID of a unit."""
    return "MU." + "".join(letter if letter.isalnum() else "_" for letter in text)


def _plain(code: str) -> Form:
    """A form that only the trail knows: of the record itself, or of a version that is not here."""
    kind = code.removeprefix("@")
    label = f"{FORM_OF_RECORD}the {kind}" if code.startswith("@") else f"Form {kind}"
    return Form(code, label, (), (RECORD,) if code.startswith("@") else (), repeats=True)
