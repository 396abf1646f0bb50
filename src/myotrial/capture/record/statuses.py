"""How far a form, a visit and a patient are: one word each, the most pressing first."""

from types import MappingProxyType

from myotrial.capture.forms.definitions import Catalogue
from myotrial.capture.record.state import FormKey, Record
from myotrial.protocol.models import Protocol

__all__ = ["STATUSES", "baseline_of", "form_status", "query_states"]

STATUSES = MappingProxyType(  # the most pressing first
    {
        "query": "query open",
        "answered": "query answered",
        "overdue": "overdue",
        "started": "incomplete",
        "due": "due",
        "complete": "complete",
        "verified": "compared with source",
        "frozen": "frozen",
        "locked": "locked",
        "skipped": "not done",
        "future": "not due yet",
        "none": "nothing due",
    }
)
QUERY = {"open": "query", "answered": "answered"}


def baseline_of(protocol: Protocol) -> str:
    """Id of the visit that changes are counted from."""
    return next(visit.id for visit in protocol.visits if visit.baseline)


def query_states(record: Record, key: FormKey) -> dict[str, str]:
    """The most pressing state of the queries on each field of a form, where one is alive."""
    found: dict[str, str] = {}
    for query in record.queries_on(str(key)):
        state, name = record.text(query, "@state"), record.text(query, "@field")
        if state in QUERY:
            found[name] = "open" if "open" in (state, found.get(name)) else state
    return found


def form_status(record: Record, key: FormKey, catalogue: Catalogue) -> str:
    """The status of a form that holds something; "none" of one that does not."""
    values = record.values(str(key))
    if not values or record.text(str(key), "@removed") == "Y":
        return "none"
    states = query_states(record, key).values()
    if states:
        return "query" if "open" in states else "answered"
    if any(not values.get(name) for name in catalogue.form(key.code).required):
        return "started"
    for mark, status in (("@locked", "locked"), ("@frozen", "frozen"), ("@verified", "verified")):
        if record.text(str(key), mark) == "Y":
            return status
    return "complete"
