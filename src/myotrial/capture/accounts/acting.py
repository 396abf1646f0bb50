"""Acts on the study's own record: the trail first, and the tables of accounts as it tells them."""

import uuid
from collections.abc import Callable
from datetime import date

from django.db import connection, transaction

from myotrial.capture.accounts.actions import Note
from myotrial.capture.accounts.deciding import STUDY, account, site
from myotrial.capture.record.actions import Action
from myotrial.capture.record.people import Person
from myotrial.capture.store.applying import Outcome, apply
from myotrial.capture.store.models import Account, Chain, Grant, Site
from myotrial.capture.store.records import StoredRecord
from myotrial.capture.trail.entries import START
from myotrial.capture.web.server import current

__all__ = ["SYSTEM", "act", "note", "open_record"]

SYSTEM = Person("myotrial", "The server itself", "system", None)


def open_record() -> None:
    """Make the study's own record, where it is not there."""
    Chain.objects.get_or_create(id=STUDY, defaults={"number": STUDY, "hash": START})


def act(
    action: Action, by: Person, *, request: str = "", then: Callable[[], object] = lambda: None
) -> Outcome:
    """Take an action on the study's own record; trail, tables and `then` in one transaction.

    Args:
        action: What to do.
        by: Who asks.
        request: Id of the request; sent twice, it is saved once.
        then: What belongs to it and has no place in a trail: storing a secret.

    Raises:
        RefusedError: It may not be done; nothing was written.
    """
    with transaction.atomic():
        outcome = apply(current(), STUDY, action, by, act=request or uuid.uuid4().hex)
        if not outcome.repeated:
            for entity in (account(getattr(action, "user", "")), site(getattr(action, "code", ""))):
                _project(entity)
            then()
    return outcome


def note(by: Person, what: str, about: str) -> None:
    """Leave in the trail that something left the system: "export", "print"; and what of."""
    act(Note(what, about), by)


def _project(entity: str) -> None:
    """Bring the row of an account or a site to what the record tells."""
    kind, _, name = entity.partition("/")
    with connection.cursor() as cursor:
        record = StoredRecord(cursor, STUDY, "", 0)
        known = {field: value.text or "" for field, value in record.values(entity).items()}
    if not known.get("name"):
        return
    if kind == "site":
        shown = {"name": known["name"], "zone": known["zone"]}
        Site.objects.update_or_create(code=name, defaults=shown)
        return
    trained = known.get("trained", "")
    told = {
        "name": known["name"],
        "organisation": known.get("organisation", ""),
        "email": known.get("email", ""),
        "trained": date.fromisoformat(trained) if trained else None,
        "is_active": known["active"] == "Y",
    }
    owner, _ = Account.objects.update_or_create(username=name, defaults=told)
    for field, value in known.items():
        if field.startswith("role/"):
            _, role, code = field.split("/")
            if value == "Y":
                Grant.objects.get_or_create(account=owner, role=role, site_id=code or None)
            else:
                Grant.objects.filter(account=owner, role=role, site_id=code or None).delete()
