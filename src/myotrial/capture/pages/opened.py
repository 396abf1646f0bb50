"""What the page of one form works with: the patient, the record, the form, and who asks."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language

from myotrial.capture.forms.definitions import LOG, Event, Form
from myotrial.capture.record.actions import Save
from myotrial.capture.record.asking import Asked, form_of
from myotrial.capture.record.people import Person, may
from myotrial.capture.record.state import FormKey, Record
from myotrial.capture.store import patients
from myotrial.capture.store.applying import Server
from myotrial.capture.store.patients import Patient
from myotrial.capture.web.server import current

__all__ = ["Opened", "language", "opened"]


@dataclass(frozen=True)
class Opened:
    """One form of one patient, as a person opened it.

    Attributes:
        person: Who.
        server: What everything is decided under.
        patient: Whose form it is.
        record: The whole record.
        form: Its definition.
        key: Which form.
        asked: A request of this moment.
    """

    person: Person
    server: Server
    patient: Patient
    record: Record
    form: Form
    key: FormKey
    asked: Asked

    @property
    def event(self) -> Event:
        """The visit it belongs to."""
        return self.asked.catalogue.events[self.key.event]

    @property
    def closed(self) -> str:
        """Why nothing can be entered: "role", "locked", "frozen", "removed"; "" where it can."""
        if not may(self.person, Save, self.form):
            return "role"
        marks = {"@removed": "removed", "@locked": "locked", "@frozen": "frozen"}
        found = (word for mark, word in marks.items() if self.mark(mark))
        return next(found, "")

    @property
    def siblings(self) -> tuple[Form, ...]:
        """The forms of the same visit, in order of entry; those that repeat stand alone."""
        return () if self.key.event == LOG else self.asked.catalogue.due(self.key.event)

    def mark(self, name: str) -> bool:
        """Whether the form has a mark: "@verified", "@frozen", "@locked"."""
        return self.record.text(str(self.key), name) == "Y"

    def again(self) -> "Opened":
        """The same form as it stands now."""
        patient, record = patients.record(self.person, self.patient.chain)
        return replace(self, patient=patient, record=record)


def opened(request: Any, chain: str, code: str, event: str, number: int) -> Opened:
    """Open a form.

    Raises:
        RefusedError: There is no such patient, or none that this person may see; or no such form.
    """
    person, server = request.person, current()
    patient, record = patients.record(person, chain)
    asked, key = server.asked(person, patient.site), FormKey(code, event, number)
    form = form_of(record, key, asked)
    return Opened(person, server, patient, record, form, key, asked)


def language() -> str:
    """Language of the page."""
    return get_language() or "en"
