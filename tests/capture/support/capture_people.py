"""People, values and a patient in memory, for tests of the study server."""

from dataclasses import dataclass, replace

from myotrial.capture.record.actions import Action, Save
from myotrial.capture.record.asking import Asked, Decision
from myotrial.capture.record.deciding import decide
from myotrial.capture.record.people import Person
from myotrial.capture.record.state import FormKey, Record, Value

ELIGIBLE = {
    "RFICDTC": "2026-01-05", "AGE": "54", "SEX": "F", "DIAG": "PM", "BOHANFL": "Y",
    "GCDOSE": "1", "GCMONTHS": "3", "MTXMONTH": "6", "AZAMONTH": "0", "FAILEDFL": "Y",
    "FIPRED": "60", "SERINF": "N", "OPPINF": "N", "HIV": "N", "ALCOHOL": "N", "LIVER": "N",
    "CXRTB": "N", "PREGNANT": "N", "NURSING": "N", "PREGPLAN": "N", "GRIGGSFL": "N",
    "DISDUR": "4",
}  # fmt: skip


def person(role: str, *, site: str = "A") -> Person:
    return Person(f"{role}-{site}", f"The {role} of {site}", role, frozenset({site}), "Hospital")


def values(**fields: str) -> dict[str, Value]:
    return {name: Value(text) for name, text in fields.items()}


@dataclass
class Patient:
    """A record in memory, and whoever acts on it."""

    record: Record
    asked: Asked

    def decide(self, action: Action, role: str = "investigator", site: str = "A") -> Decision:
        return decide(self.record, action, replace(self.asked, by=person(role, site=site)))

    def act(self, action: Action, role: str = "investigator") -> Decision:
        decision = self.decide(action, role)
        self.record = self.record.after(decision.changes)
        return decision

    def save(
        self, code: str, event: str, reason: str = "", number: int = 1, **fields: str
    ) -> Decision:
        key = FormKey(code, event, number)
        return self.act(Save(key, values(**fields), seen=self.record.head, reason=reason))
