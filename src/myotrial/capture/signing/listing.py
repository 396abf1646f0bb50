"""Signatures as lists: of one record with whether each holds, and the broken ones as work to do."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from myotrial.capture.forms.definitions import Catalogue
from myotrial.capture.record.people import Person
from myotrial.capture.record.state import Record
from myotrial.capture.signing.binding import Signature, signature, validity
from myotrial.capture.store.records import whole

__all__ = ["Broken", "broken", "held"]

BROKEN = (
    "SELECT c.id, c.number, c.site_id, c.seq, s.number FROM capture_sheet s "
    "JOIN capture_chain c ON c.id = s.chain_id "
    "WHERE s.kind = 'signature' AND s.status = 'broken' ORDER BY c.number, s.number"
)
LATEST = (
    "SELECT value FROM capture_item WHERE chain_id = %s AND entity = %s AND field = '@signature'"
)


@dataclass(frozen=True)
class Broken:
    """A form whose last signature was broken: to be signed again.

    Attributes:
        chain: The patient's record.
        patient: The patient's number.
        signature: The signature.
    """

    chain: str
    patient: str
    signature: Signature


def held(record: Record, catalogue: Catalogue, key: bytes) -> Iterator[tuple[Signature, str]]:
    """Every signature of a whole record, in order, each with why it does not hold ("" if it does).

    For pages, printouts and exports: a signature is never shown without this verdict.
    """
    for number in range(1, record.last("signature") + 1):
        found = signature(record, number)
        if found is not None:
            yield found, validity(record, found, catalogue, key)


def broken(by: Person) -> list[Broken]:
    """The forms at a person's sites that were signed, changed, and not signed again."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(BROKEN)
        for chain, patient, site, seq, number in cursor.fetchall():
            if not by.at(site):
                continue
            one = signature(whole(cursor, chain, site, seq), number)
            if one is None:
                continue
            cursor.execute(LATEST, (chain, one.form))
            latest = cursor.fetchone()
            if latest and latest[0] == str(number):
                found.append(Broken(chain, patient, one))
    return found
