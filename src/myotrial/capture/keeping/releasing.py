"""Versions of the protocol and its forms: which was released, and which is in force where.

A definition is kept whole in the database under its digest, and the digest in the trail of the
study, so that nobody changes it afterwards. Data keep the version that they were entered under: an
amendment changes none of them.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotrial import protocol as protocols
from myotrial.capture.forms.catalogue import catalogue
from myotrial.capture.forms.definitions import Catalogue
from myotrial.capture.record.actions import Release
from myotrial.capture.record.people import Person
from myotrial.capture.record.state import Record
from myotrial.capture.record.upkeep import STUDY, in_force
from myotrial.errors import MyotrialError
from myotrial.protocol.models import Protocol

__all__ = [
    "Definition",
    "definition",
    "first",
    "in_force_at",
    "latest",
    "of_version",
    "release",
    "released",
]

ADD = (
    "INSERT INTO capture_release (number, digest, version, protocol, catalogue) "
    "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (number) DO NOTHING"
)
FOUND = "SELECT number, digest, protocol, catalogue FROM capture_release ORDER BY number"
CATALOGUE = "SELECT catalogue FROM capture_release WHERE version = %s ORDER BY number"
OPEN = (  # the record of the study
    "INSERT INTO capture_chain (id, number, status, seq, hash, at) "
    "VALUES (%s, %s, '', 0, '', '') ON CONFLICT (id) DO NOTHING"
)


@dataclass(frozen=True)
class Definition:
    """One version of the protocol.

    Attributes:
        number: Number of its release; 0 of one that was not released.
        text: study.yaml.
        protocol: As it was read.
        catalogue: Its forms.
        digest: Digest of what the protocol says; comments and layout do not count.
    """

    number: int
    text: str
    protocol: Protocol
    catalogue: Catalogue
    digest: str

    @property
    def version(self) -> str:
        """Version of its forms."""
        return self.catalogue.version


def definition(file: Path) -> Definition:
    """What study.yaml says now.

    Raises:
        MyotrialError: It cannot be read or used.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MyotrialError(f"{file} cannot be read: {error}.") from None
    return _read(0, text, str(file))


def released(on: Any) -> list[Definition]:
    """All released definitions, in order.

    Raises:
        MyotrialError: One of them is not what was released.
    """
    with on.cursor() as cursor:
        cursor.execute(FOUND)
        rows = cursor.fetchall()
    made = []
    for number, digest, text, _ in rows:
        item = _read(number, text, f"release {number}")
        if item.digest != digest:
            raise MyotrialError(
                f"release {number} in the database is not what was released.\n"
                "Hint: compare the database with a backup."
            )
        made.append(item)
    return made


def of_version(version: str, on: Any) -> Catalogue | None:
    """The forms of one version, as they were when it was released; None if it never was."""
    with on.cursor() as cursor:
        cursor.execute(CATALOGUE, (version,))
        found = cursor.fetchone()
    return Catalogue.from_record(json.loads(found[0])) if found else None


def latest(on: Any) -> Definition | None:
    """The newest release; None before the first."""
    found = released(on)
    return found[-1] if found else None


def in_force_at(sites: list[str], on: Any) -> dict[str, Definition]:
    """The definition that is in force at each site."""
    by_number = {item.number: item for item in released(on)}
    record = _study(on)
    found = {site: by_number.get(in_force(record, site)) for site in sites}
    return {site: item for site, item in found.items() if item is not None}


def first(made: Definition, server: Any, by: Person, on: Any) -> None:
    """Release the first definition, everywhere: a site that is opened starts with it."""
    if latest(on) is None:
        release(made, server, by, on, approval="first version, in force as sites are opened")


def release(
    made: Definition,
    server: Any,
    by: Person,
    on: Any,
    *,
    sites: tuple[str, ...] = (),
    approval: str,
    reason: str = "",
) -> int:
    """Put a definition in force at sites; a new one gets the next number.

    Args:
        made: The definition.
        server: What acts are decided under.
        by: A data manager for all sites.
        on: The database.
        sites: Where; everywhere if none are named.
        approval: What was approved, by whom, and when.
        reason: What the amendment is for.

    Returns:
        Its number.

    Raises:
        RefusedError: It may not be released so.
    """
    from django.db import transaction

    from myotrial.capture.store.applying import apply

    known = released(on)
    number = next((item.number for item in known if item.digest == made.digest), len(known) + 1)
    with transaction.atomic(), on.cursor() as cursor:
        cursor.execute(OPEN, (STUDY, STUDY))
        forms = json.dumps(made.catalogue.as_record(), ensure_ascii=False)
        cursor.execute(ADD, (number, made.digest, made.version, made.text, forms))
        action = Release(number, made.digest, made.version, sites, approval, reason)
        apply(server, STUDY, action, by)
    return number


def _read(number: int, text: str, where: str) -> Definition:
    protocol = protocols.parse(text, file=where)
    said = json.dumps(protocol.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(said.encode()).hexdigest()
    return Definition(number, text, protocol, catalogue(protocol), digest)


def _study(on: Any) -> Record:
    from myotrial.capture.store.records import whole

    with on.cursor() as cursor:
        return whole(cursor, STUDY, "", 0)
