"""Queries of a form as threads: who asked, what was said, what this person may do about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from myotrial.capture.record.actions import AnswerQuery, CloseQuery
from myotrial.capture.record.asking import Asked
from myotrial.capture.record.people import may
from myotrial.capture.record.state import FormKey, Record
from myotrial.capture.store.queries import LIVE, Said, thread

__all__ = ["Thread", "days", "threads"]


@dataclass(frozen=True)
class Thread:
    """One query.

    Attributes:
        query: "query/3".
        number: 3.
        field: Label of the field.
        name: Its name.
        state: "open", "answered", "closed", "cancelled".
        source: "check" or "person".
        said: What was said and done, in order.
        days: Days since it was asked.
        may_answer: Whether this person may answer it.
        may_close: Whether this person may close it.
    """

    query: str
    number: int
    field: str
    name: str
    state: str
    source: str
    said: tuple[Said, ...]
    days: int
    may_answer: bool
    may_close: bool

    @property
    def live(self) -> bool:
        """Whether it waits for anything."""
        return self.state in LIVE


def threads(chain: str, record: Record, key: FormKey, asked: Asked) -> list[Thread]:
    """The queries on a form, those that are alive first."""
    found = [*_threads(chain, record, key, asked)]
    return sorted(found, key=lambda item: (not item.live, item.number))


def days(since: datetime, now: datetime) -> int:
    """Whole days between two moments.

    >>> from datetime import UTC
    >>> days(datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 1, 3, 11, tzinfo=UTC))
    1
    """
    return max(0, (now - since).days)


def _threads(chain: str, record: Record, key: FormKey, asked: Asked) -> Iterator[Thread]:
    form = asked.catalogue.form(key.code)
    for query in record.queries_on(str(key)):
        name, state = record.text(query, "@field"), record.text(query, "@state")
        said = tuple(thread(chain, query))
        alive = state in LIVE
        yield Thread(
            query,
            int(query.rpartition("/")[2]),
            form.known[name].label if name in form.known else name,
            name,
            state,
            record.text(query, "@source"),
            said,
            days(said[0].at, asked.at) if said else 0,
            alive and may(asked.by, AnswerQuery),
            alive and may(asked.by, CloseQuery),
        )
