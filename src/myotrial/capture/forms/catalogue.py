"""From a protocol to the forms it asks for.

SUBJECT   what is known once of each patient, and the date of consent: at screening.
VISIT     the date of each visit.
…         one form an assessment (its id is the code): the items of its instrument where they are
          known, and its value; at the visits the protocol names.
EX CM AE  treatment, concomitant therapy, adverse events: any number, beside the visits.
BX        one entry a biopsy: when, whether it was adequate, what was read.
DS        how the study ended for the patient: once.
"""

from collections.abc import Iterator, Mapping

from myotrial import instruments
from myotrial.capture.forms.definitions import LOG, SCREENING, Catalogue, Event, Field, Form
from myotrial.capture.forms.items import sheet
from myotrial.protocol import captured
from myotrial.protocol.models import Assessment, Biopsy, Protocol

__all__ = ["CONSENT", "DAY_ONE", "catalogue"]

CONSENT = "RFICDTC"  # date of informed consent
DAY_ONE = "RFSTDTC"  # date of the first dose, which is day 1
YES_NO = (("Y", "yes"), ("N", "no"))
FUNCTION = frozenset({"functional_index", "fi2", "fi3", "mmt8", "mmt26", "cmas"})
LOGS = {  # table, heading, and the columns that a form is incomplete without
    "EX": ("exposure", "Study treatment", ("EXTRT", "EXSTDTC")),
    "CM": ("concomitant", "Concomitant therapy", ("CMTRT", "CMSTDTC")),
    "AE": ("adverse_events", "Adverse events", ("AETERM", "AESEV", "AEREL", "AESTDTC")),
    "DS": ("disposition", "End of study", ("DSDECOD", "DSSTDTC")),
}
LABELS = {
    "ARM": "Treatment arm",
    "EXTRT": "Treatment",
    "EXDOSE": "Dose each time",
    "EXDOSU": "Unit of the dose",
    "EXSTDTC": "First dose",
    "EXENDTC": "Last dose",
    "EXPLAN": "Doses planned",
    "EXTAKEN": "Doses taken",
    "CMTRT": "Medicine or therapy",
    "CMCLAS": "Class",
    "CMDOSE": "Dose each time",
    "CMDOSU": "Unit of the dose",
    "CMDOSFRQ": "How often",
    "CMSTDTC": "Started",
    "CMENDTC": "Stopped (empty if ongoing)",
    "AETERM": "Adverse event, in the patient's or investigator's words",
    "AESEV": "Severity",
    "AEREL": "Related to study treatment",
    "AEACN": "Action taken with study treatment",
    "AESTDTC": "Started",
    "AEENDTC": "Ended (empty if ongoing)",
    "DSDECOD": "Study completed or left",
    "DSREAS": "Reason for leaving",
    "DSSTDTC": "Date",
}


def catalogue(protocol: Protocol) -> Catalogue:
    """The forms and events of a protocol.

    Args:
        protocol: A protocol that `datasets.check_protocol` accepts.
    """
    return Catalogue(
        protocol.study.id,
        {form.code: form for form in _forms(protocol)},
        {event.id: event for event in _events(protocol)},
    )


def _events(protocol: Protocol) -> Iterator[Event]:
    yield Event(SCREENING, "Screening")
    for visit in protocol.visits:
        yield Event(visit.id, visit.label, visit.day, visit.days, visit.unscheduled)
    yield Event(LOG, "Throughout")


def _forms(protocol: Protocol) -> Iterator[Form]:
    tables = captured.tables(protocol)
    yield _subject(tables["subjects"], protocol)
    visits = tuple(visit.id for visit in protocol.visits)
    when = (Field("VISITDTC", "Date of the visit", "date"),)
    yield Form("VISIT", "Visit", when, visits, table="visits")
    for assessment in protocol.assessments:
        yield _assessment(assessment)
    if protocol.biopsy:
        yield _biopsy(protocol.biopsy)
    for code, (table, label, required) in LOGS.items():
        fields = tuple(_logged(tables[table], required))
        yield Form(code, label, fields, (LOG,), repeats=code != "DS", table=table)


def _subject(table: captured.Table, protocol: Protocol) -> Form:
    labels = {name: item.label for name, item in protocol.recorded.items()}
    consent = Field(CONSENT, "Date of informed consent", "date")
    fields = [_field(column, labels[column.name]) for column in table.columns
              if column.name in labels]  # fmt: skip
    return Form("SUBJECT", "Patient", (consent, *fields), (SCREENING,), table="subjects")


def _assessment(item: Assessment) -> Form:
    instrument = instruments.get(item.instrument)
    low, high = instrument.range(unit=item.unit, variant=item.variant)
    items = sheet(item.instrument, item.variant)
    value = Field(
        item.id,
        item.label or instrument.label,
        "number",
        item.unit,
        (low, high),
        computed=items is not None,
    )
    return Form(
        item.id,
        item.label or instrument.label,
        (*(items.fields if items else ()), value),
        item.visits,
        table="visits",
        instrument=item.instrument,
        variant=item.variant,
        who="function" if item.instrument in FUNCTION else "site",
    )


def _biopsy(biopsy: Biopsy) -> Form:
    infinite = (0.0, float("inf"))
    readings = tuple(
        Field(item.id, item.label, "choice", choices=YES_NO, required=False)
        if item.presence
        else Field(item.id, item.label, "number", item.unit or "", infinite, required=False)
        for item in biopsy.markers
    )
    fields = (
        Field("BXTIME", "First or repeat biopsy", "choice",
              choices=(("BASELINE", "first"), ("REPEAT", "repeat"))),
        Field("BXDTC", "Date of the biopsy", "date"),
        Field("BXMONTH", "Month it belongs to", "number", "months", (0.0, 1200.0)),
        Field("BXADEQ", "Adequate for reading", "choice", choices=YES_NO),
        *readings,
    )  # fmt: skip
    return Form("BX", "Biopsies", fields, (LOG,), repeats=True, table="biopsies", who="biopsy")


def _logged(table: captured.Table, required: tuple[str, ...]) -> Iterator[Field]:
    for column in table.columns:
        name = column.date or column.name
        if name in LABELS:
            yield _field(column, LABELS[name], name=name, required=name in required)


def _field(column: captured.Column, label: str, *, name: str = "", required: bool = True) -> Field:
    name = name or column.name
    if column.date:
        kind = "date" if name.startswith(("EX", "DS")) else "partial"
    else:
        kind = "choice" if column.values else column.kind
    choices = tuple((value, _words(value)) for value in column.values)
    return Field(name, label, kind, column.unit, column.range, 0.0, choices, required)


WORDS: Mapping[str, str] = {"Y": "yes", "N": "no", "F": "female", "M": "male"}


def _words(value: str) -> str:
    """A coded value as it stands on the form: capitals that are words are not shouted."""
    if value in WORDS:
        return WORDS[value]
    return value.capitalize() if len(value) > 3 and value.isalpha() else value
