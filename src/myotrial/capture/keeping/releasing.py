"""Versions of the protocol and its forms: which was released, and which is in force where.

A definition is kept whole in the database under its digest, and the digest in the trail of the
study, so that nobody changes it afterwards. Data keep the version that they were entered under: an
amendment changes none of them.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from myotrial import protocol as protocols
from myotrial.capture.accounts.deciding import STUDY
from myotrial.capture.forms.catalogue import catalogue
from myotrial.capture.forms.definitions import Catalogue
from myotrial.capture.keeping.amendments import Touched, report
from myotrial.capture.keeping.opening import opened
from myotrial.capture.record.actions import Release
from myotrial.capture.record.people import Person
from myotrial.capture.record.state import Record
from myotrial.capture.record.upkeep import EVERYWHERE, in_force
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


@dataclass(frozen=True)
class Amendment:
    """What study.yaml changes.

    Attributes:
        before: Version of the forms that was released last; "" before the first.
        after: Version of the forms of study.yaml.
        touched: The differences, with the data they touch.
        number: Number of the release; 0 if it was not released.
        sites: Where; empty for all.
    """

    before: str
    after: str
    touched: tuple[Touched, ...]
    number: int = 0
    sites: tuple[str, ...] = ()


def amend(
    study: Path, approval: str, *, sites: tuple[str, ...] = (), reason: str = "", by: str = ""
) -> Amendment:
    """Report what study.yaml changes; with an approval, release it.

    Raises:
        MyotrialError: There is no database, a site is not one of the study, or nobody is named.
        RefusedError: It may not be released so.
    """
    from myotrial.capture.keeping.acting import at_the_machine, server
    from myotrial.capture.store.models import Site

    with opened(study) as (places, on):
        made, last = definition(places.study / "study.yaml"), latest(on)
        before = last.catalogue if last else Catalogue(made.catalogue.study, {}, {})
        touched = tuple(report(before, made.catalogue, on, datetime.now(UTC).date()))
        told = Amendment(last.version if last else "", made.version, touched)
        if not approval.strip():
            return told
        known = set(Site.objects.values_list("code", flat=True))
        if unknown := set(sites) - known:
            raise MyotrialError(
                f"the study has no site {', '.join(sorted(unknown))}: {', '.join(sorted(known))}."
            )
        who, under = at_the_machine(by, "data_manager"), server(places, on)
        number = release(made, under, who, on, sites=sites, approval=approval, reason=reason)
        return replace(told, number=number, sites=sites)


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


def in_force_at(sites: list[str], on: Any) -> tuple[Definition | None, dict[str, Definition]]:
    """The definition that is in force where nothing else is said, and at each site.

    Args:
        sites: Codes of the sites.
        on: The database.
    """
    by_number = {item.number: item for item in released(on)}
    record = _study(on)
    found = {site: by_number.get(in_force(record, site)) for site in (EVERYWHERE, *sites)}
    everywhere = found.pop(EVERYWHERE)
    return everywhere, {site: item for site, item in found.items() if item is not None}


def first(made: Definition, server: Any, by: Person, on: Any) -> None:
    """Release the first definition, everywhere: a site that is opened starts with it."""
    if latest(on) is None:
        release(made, server, by, on, approval="the first version, in force as sites are opened")


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

    from myotrial.capture.accounts.acting import open_record
    from myotrial.capture.store.applying import apply

    known = released(on)
    number = next((item.number for item in known if item.digest == made.digest), len(known) + 1)
    open_record()
    with transaction.atomic(), on.cursor() as cursor:
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
