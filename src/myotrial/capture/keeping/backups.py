"""A sound copy of a running study in one file, and its way back.

A backup is taken while the server works, opened, and walked with the study's key before it gets its
name. It holds all of the database except who is signed in; it holds no key: whoever had both could
forge a trail that verifies. The key of the trail is kept apart, for example printed or in a safe.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotrial.capture.databases import database
from myotrial.capture.keeping import copies
from myotrial.capture.keeping.anchoring import Kept, append, files, kept, lost, now
from myotrial.capture.keeping.opening import opened, set_up
from myotrial.capture.keeping.serving import serving
from myotrial.capture.places import Places
from myotrial.capture.trail.verifying import Fault
from myotrial.errors import SHOWN, MyotrialError, OutputError

__all__ = ["Copied", "Restored", "backup", "restore"]

KEYS = ("trail.key", "allocation.key")


@dataclass(frozen=True)
class Copied:
    """A backup as it was found when it was opened.

    Attributes:
        file: The file.
        chains: Number of chains.
        entries: Number of entries.
        digest: One digest over the ends of all chains.
        at: When the last entry was saved.
    """

    file: Path
    chains: int
    entries: int
    digest: str
    at: str


@dataclass(frozen=True)
class Restored:
    """A backup that was brought back.

    Attributes:
        copied: The backup.
        aside: Where the database that stood there before is now; None where none stood.
        missing: What anchors or that database know and the backup does not hold.
    """

    copied: Copied
    aside: Path | None = None
    missing: tuple[Fault, ...] = ()


def backup(study: Path, file: Path) -> Copied:
    """Copy a study's database, its server running or not, to a file; open the copy and walk it.

    The ends of all chains in the copy are anchored.

    Raises:
        MyotrialError: There is no database or key, or the trail is not as it was written.
        OutputError: The file cannot be written; what was there is untouched.
    """
    fresh = file.with_name(f".{file.name}.new-{os.getpid()}")
    with opened(study) as (places, connection):
        key = places.key
        try:
            copies.copy(connection, fresh)
            found = _walked(fresh, key, file)
            _anchor(places, fresh, key)
            fresh.replace(file)
        except OSError as error:
            raise OutputError(f"the backup {file} cannot be written: {error.strerror}.") from None
        finally:
            fresh.unlink(missing_ok=True)
    return found


def restore(
    file: Path,
    study: Path,
    *,
    keys: Sequence[Path] = (),
    anchors: Sequence[Path] = (),
    loss: str = "",
    by: str = "",
) -> Restored:
    """Bring a backup back as the database of a study; what stood there is put aside.

    Args:
        file: The backup.
        study: The study's folder; it may be an empty one.
        keys: The files trail.key and allocation.key, where the study's folder lacks them.
        anchors: Further files of anchors.
        loss: Why an older state than the anchors know is brought back; "" refuses one.
        by: Who says so.

    Raises:
        MyotrialError: The file is damaged, of another study, or older than what is known; the
            study is being served; or PostgreSQL's database is not empty.
    """
    copies.whole_file(file)
    places = Places(study.resolve())
    _bring(places, keys)
    _need_keys(file, places)
    places.make()
    set_up(study)
    with serving(places):
        fresh = places.folder / f".restore-{os.getpid()}.sqlite3"
        try:
            shutil.copyfile(file, fresh)
            fresh.chmod(0o600)
            found = _walked(fresh, places.key, file)
            missing = _missing(fresh, places, anchors)
            if missing and not (loss and by):
                raise _older(file, missing)
            aside = _put(fresh, places)
        finally:
            fresh.unlink(missing_ok=True)
        if missing:
            _tell(places, missing, loss, by)
    return Restored(found, aside, tuple(missing))


def _walked(file: Path, key: bytes, shown: Path) -> Copied:
    """The copy, opened and walked.

    Raises:
        MyotrialError: Something in it is not as it was written.
    """
    from myotrial.capture.store.connections import beside
    from myotrial.capture.store.trails import anchored, faults, heads

    copies.whole_file(file)
    with beside(copies.settings_of(file)) as on:
        wrong = [*faults(key, on=on)]
        ends = heads(on)
        if wrong:
            shown_faults = "\n".join(f"  {item}" for item in wrong[:SHOWN])
            raise MyotrialError(
                f"the trail in {shown} is not as it was written with this study's key: "
                f"{len(wrong)} faults.\n{shown_faults}\n"
                "Hint: see that it is a backup of this study, and that server/trail.key is its key."
            )
        digest = anchored("", key, on).digest
    total, last = sum(head.seq for head in ends), max((head.at for head in ends), default="")
    return Copied(shown, len(ends), total, digest, last)


def _anchor(places: Places, copy: Path, key: bytes) -> None:
    from myotrial.capture.store.connections import beside
    from myotrial.capture.store.trails import anchored

    with beside(copies.settings_of(copy)) as on:
        made = anchored(now(), key, on)
    for name in dict.fromkeys(files(places)):
        append(made, name)


def _bring(places: Places, keys: Sequence[Path]) -> None:
    """Keys into the study's folder; what is there stays."""
    for key in keys:
        held = places.folder / key.name
        try:
            text = key.read_text().strip()
            bytes.fromhex(text)
        except (OSError, ValueError):
            raise MyotrialError(f"{key} is no key of a study.") from None
        if key.name not in KEYS:
            raise MyotrialError(f"a key is brought as {' or '.join(KEYS)} (got {key.name}).")
        if held.exists():
            continue
        places.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(held, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(text + "\n")


def _need_keys(file: Path, places: Places) -> None:
    """A backup holds no keys; without the right ones nothing in it is verified or opened."""
    sealed = copies.holds(file, "concealed_list")
    for name, needed in zip(KEYS, (True, sealed), strict=True):
        if needed and not (places.folder / name).exists():
            raise MyotrialError(
                f"{places.folder / name} is not there, which this backup needs.\n"
                "Hint: backups hold no keys: bring the key from where it was kept, with --key FILE."
            )


def _missing(fresh: Path, places: Places, anchors: Sequence[Path]) -> list[Fault]:
    """What is known elsewhere and not in the copy: by anchors, by the database that stands now."""
    from myotrial.capture.store.connections import beside

    known: list[Kept] = [*kept(files(places, anchors), places.key)]
    with beside(copies.settings_of(fresh)) as on:
        found = [fault for _, missing in lost(known, on) for fault in missing]
        if not os.environ.get("DATABASE_URL") and places.database.exists():
            found += _beyond(on)
    return [*dict.fromkeys(found)]


def _beyond(copy: Any) -> list[Fault]:
    """What the database that stands now holds beyond a copy; nothing if it cannot be read."""
    from django.db import DatabaseError, connection

    from myotrial.capture.store.trails import heads

    held = {head.chain: head.seq for head in heads(copy)}
    try:
        ends = heads(connection)
    except DatabaseError:
        return []  # damaged: that is why a backup is brought back
    finally:
        connection.close()
    return [
        Fault(head.chain, head.seq, f"the backup ends at entry {held.get(head.chain, 0)}")
        for head in ends
        if head.seq > held.get(head.chain, 0)
    ]


def _older(file: Path, missing: list[Fault]) -> MyotrialError:
    shown = "\n".join(f"  {item}" for item in missing[:SHOWN])
    more = f"\n  … and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
    return MyotrialError(
        f"{file} is older than what is known of this study: {len(missing)} chains go further.\n"
        f"{shown}{more}\n"
        "Hint: bring the newest backup. If what came later is lost, say so: "
        "--loss WHY --by NAME; the trail then tells of it."
    )


def _put(fresh: Path, places: Places) -> Path | None:
    url = os.environ.get("DATABASE_URL", "")
    if url:
        _pour(fresh)
        return None
    aside = None
    if places.database.exists():
        stamp = now().replace(":", "").replace(".", "")
        aside = places.database.with_name(f"{places.database.name}.replaced-{stamp}")
        for ending in ("-wal", "-shm", ""):  # what is not yet in the file itself goes with it
            part = places.database.with_name(places.database.name + ending)
            if part.exists():
                part.replace(aside.with_name(aside.name + ending))
    fresh.replace(places.database)
    handle = os.open(places.folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    from myotrial.capture.store.connections import use

    use(database("", places))
    return aside


def _pour(fresh: Path) -> None:
    """Into PostgreSQL: tables made anew, rows brought."""
    from django.db import connection

    from myotrial.capture.store.connections import beside
    from myotrial.capture.store.making import make, owner
    from myotrial.capture.store.trails import heads

    if "capture_chain" in connection.introspection.table_names() and heads(connection):
        raise MyotrialError(
            "PostgreSQL's database is not empty: a backup is brought back into an empty one.\n"
            "Hint: make another database, and let DATABASE_URL name it."
        )
    make()
    with beside(copies.settings_of(fresh)) as source, owner() as target:
        copies.bring_to(source)
        copies.fill(source, target)
    connection.close()


def _tell(places: Places, missing: list[Fault], loss: str, by: str) -> None:
    """Leave in the trail that an older state was brought back, by whom and why."""
    from myotrial.capture.keeping.acting import act, at_the_machine
    from myotrial.capture.record.actions import AcceptLoss

    text = "; ".join(f"{item.chain} from {item.seq}" for item in missing[: 20 * SHOWN])
    accepted = AcceptLoss(f"{len(missing)} chains: {text}", loss)
    act(places, accepted, at_the_machine(by, "administrator"))
