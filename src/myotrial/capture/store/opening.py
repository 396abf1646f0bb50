"""A record is made when a patient is screened: the chain and its first entries, or neither."""

import hmac
import uuid

from django.db import connection, transaction

from myotrial.capture.record.actions import Screen
from myotrial.capture.record.people import Person
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.store.applying import Outcome, Server, apply

__all__ = ["open_record"]

CHAIN = (
    "INSERT INTO capture_chain (id, number, site_id, status, seq, hash, at) "
    "VALUES (%s, %s, %s, '', 0, '', '') ON CONFLICT (id) DO NOTHING"
)


def open_record(
    server: Server,
    site: str,
    number: str,
    by: Person,
    *,
    act: str = "",
    entered: str = "",
    origin: str = "",
) -> Outcome:
    """Screen a patient: a new record, under an id that says nothing and cannot be guessed.

    Args:
        server: Protocol, forms, key.
        site: Code of the site.
        number: The patient's number.
        by: Who asks.
        act: Id of the request; sent twice, it makes one record.
        entered: When it was entered, if not now.
        origin: Where the patient comes from, if nobody captured it.

    Raises:
        RefusedError: It may not be done, or the number is taken; nothing was written.
    """
    if site not in server.zones or not by.at(site):
        raise RefusedError("unknown", f"there is no site {site[:40]!r} where you may do this.")
    if act:
        chain = hmac.digest(server.key, f"record\0{act}".encode(), "sha256").hex()[:32]
    else:
        chain = uuid.uuid4().hex
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(CHAIN, (chain, chain[:20], site))
        return apply(server, chain, Screen(number, origin), by, act=act, entered=entered)
