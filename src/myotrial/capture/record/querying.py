"""Queries: a question about a field, its answers, and its end. Nothing of a query is deleted."""

from myotrial.capture.record.actions import AnswerQuery, CloseQuery, OpenQuery
from myotrial.capture.record.asking import Asked, Decision, form_of
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import Change, Record, Value

__all__ = ["answer", "ask", "close", "of_check", "open_query", "settle"]

LIVE = ("open", "answered")


def open_query(record: Record, action: OpenQuery, asked: Asked) -> Decision:
    """Ask about a field of a form."""
    form = form_of(record, action.key, asked)
    if action.field not in form.known:
        raise RefusedError("unknown", f"{form.label} has no field {action.field!r}.")
    text = _said(action.text, "a query")
    return Decision(tuple(ask(record, str(action.key), action.field, text)))


def answer(record: Record, action: AnswerQuery, asked: Asked) -> Decision:
    """Answer a query; a site's answer makes it answered, anybody else's leaves it open."""
    state = _live(record, action.query)
    text = _said(action.text, "an answer")
    site = asked.by.role in ("investigator", "nurse", "physiotherapist", "pathologist")
    changes = [_message(record, action.query, text, "answer query")]
    after = "answered" if site else "open"
    if after != state:
        changes.append(Change(action.query, "@state", Value(after), "answer query"))
    return Decision(tuple(changes))


def close(record: Record, action: CloseQuery, asked: Asked) -> Decision:
    """Close a query."""
    del asked  # whoever may, may at any time
    _live(record, action.query)
    what, after = ("cancel query", "cancelled") if action.cancel else ("close query", "closed")
    said = [_message(record, action.query, action.text, what)] if action.text.strip() else []
    return Decision((*said, Change(action.query, "@state", Value(after), what)))


def ask(
    record: Record,
    entity: str,
    name: str,
    text: str,
    *,
    check: str = "",
    offset: int = 0,
    answered: str = "",
) -> list[Change]:
    """The changes that open a query.

    Args:
        record: The record before.
        entity: The form.
        name: The field.
        text: The question.
        check: The check that asks; "" for a person.
        offset: How many queries the same decision opens before this one.
        answered: What was answered at once; "" for nothing.
    """
    query, action = f"query/{record.last('query') + 1 + offset}", "open query"
    fields = {
        "@on": entity,
        "@field": name,
        "@source": "check" if check else "person",
        "@check": check,
        "@state": "open",
        "say/1": text,
    }
    made = [Change(query, key, Value(item), action) for key, item in fields.items() if item]
    if answered.strip():
        made.append(Change(query, "say/2", Value(answered.strip()), "answer query"))
        made.append(Change(query, "@state", Value("answered"), "answer query"))
    return made


def of_check(record: Record, entity: str, check: str) -> str:
    """The query that a check has open on a form; "" where it has none."""
    for query in record.queries_on(entity):
        if record.text(query, "@check") == check and record.text(query, "@state") in LIVE:
            return query
    return ""


def settle(record: Record, query: str) -> list[Change]:
    """The changes that close a query whose check is content with the new value."""
    text = "The value no longer breaks the check."
    return [
        _message(record, query, text, "close query"),
        Change(query, "@state", Value("closed"), "close query"),
    ]


def _message(record: Record, query: str, text: str, action: str) -> Change:
    said = [name for name in record.values(query) if name.startswith("say/")]
    return Change(query, f"say/{len(said) + 1}", Value(text.strip()), action)


def _live(record: Record, query: str) -> str:
    if not query.startswith("query/") or not record.values(query):
        raise RefusedError("unknown", f"there is no {query!r} in this record.")
    state = record.text(query, "@state")
    if state not in LIVE:
        raise RefusedError("order", f"this query is {state}.\nHint: open a new one.")
    return state


def _said(text: str, what: str) -> str:
    if not text.strip():
        raise RefusedError("invalid", f"{what} needs some text.")
    return text.strip()
