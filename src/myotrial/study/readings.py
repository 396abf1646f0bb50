"""Blinded readings of a study's slides: start a session, sit a reader at it, unblind it.

`biopsies/sessions/NAME` holds the codes and the readers' sealed answers, `biopsies/keys/NAME` what
the codes stand for. Unblinding writes `data/readings.csv`, and the regions that readers rejected as
`biopsies/excluded/FILE.geojson`, which the next measurement leaves out.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myotrial.errors import MyotrialError
from myotrial.study.biopsies import MEASURED, RECORD, read_record, require_libraries
from myotrial.study.lock import alone
from myotrial.study.manifest import FOLDER, Row, read_manifest
from myotrial.study.output import write_whole
from myotrial.study.places import DATA, PROTOCOL, require_own_patients, require_study
from myotrial.study.reading_answers import Asked, Read, StartedReading, Unblinded
from myotrial.study.reading_table import TABLE, accepted, agreement, line, others, table
from myotrial.study.slide_sources import EXCLUDED

if TYPE_CHECKING:
    from myotrial.biopsy.readers import Reading, Session
    from myotrial.biopsy.viewing import Desk, Shown

__all__ = ["new_reading", "sit", "unblind", "view"]

SESSIONS, KEYS, KEY, PLAN = "sessions", "keys", "key.json", "session.json"
AGREED = "CONSENSUS"
Tell = Callable[[str], object]


def new_reading(folder: Path, name: str, asked: Asked) -> StartedReading:
    """Start a blinded session on the slides of one marker.

    Raises:
        MyotrialError: The study has too few slides of the marker, the session exists, or what was
            asked for is no session.
    """
    require_libraries()
    from myotrial.biopsy.readers import Question, make_slide_session

    _require_sensible(name, asked)
    rows = [row for row in _rows(folder) if row.marker == asked.marker and row.reported]
    names = [row.name for row in rows if not row.control]
    if not names:
        raise MyotrialError(
            f"no slide of the manifest is of the marker {asked.marker!r}.\n"
            f"Hint: see MARKER in {folder / FOLDER / 'manifest.csv'}."
        )
    unit = "" if asked.grades else _unit(folder, asked.marker)
    question = Question(asked.question, asked.grades, unit, asked.helped)
    place, keys = _places(folder, name)
    with alone(folder):
        codes = make_slide_session(
            place, keys / KEY, names, question=question, repeats=asked.repeats
        )
        told = {key: value for key, value in vars(asked).items() if key != "tolerance"}
        told["tolerance"] = asked.tolerance if math.isfinite(asked.tolerance) else None
        write_whole(keys / PLAN, (json.dumps(told, indent=1) + "\n").encode())
    return StartedReading(name, len(names), len(codes), asked.readers)


def view(folder: Path, name: str, reader: str, tell: Tell, *, port: int = 0) -> Read:
    """Serve a session to one reader, or what is disputed to its adjudicator, until interrupted.

    Args:
        folder: The study's folder.
        name: Of the session.
        reader: Who reads.
        tell: Told the address of the page.
        port: Of this machine's loopback; 0 takes a free one.

    Raises:
        MyotrialError: There is no such session, or the reader is none of it.
    """
    require_libraries()
    from myotrial.biopsy.viewing import serve

    desk = sit(folder, name, reader)
    with suppress(KeyboardInterrupt):
        serve(desk, tell, port=port)
    session = desk.session
    answered = len(session.codes) - len(session.missing(reader))
    unseen = tuple(sorted(desk.faults))
    return Read(reader, answered, len(session.codes), session.committed(reader), unseen)


def sit(folder: Path, name: str, reader: str) -> "Desk":
    """The desk of a reader, for any server.

    Raises:
        MyotrialError: As `view`.
    """
    from myotrial.biopsy.viewing import Desk

    session, key, plan = _opened(folder, name)
    if reader not in (*plan["readers"], plan["adjudicator"]) or not reader:
        raise MyotrialError(
            f"{reader!r} is no reader of {name}; there are {', '.join(plan['readers'])}."
        )
    names = json.loads(key.read_bytes())["sections"]
    shown = _shown(folder, plan["marker"])
    slides = {code: shown[section] for code, section in names.items() if section in shown}
    if reader != plan["adjudicator"]:
        return Desk(session, reader, slides)
    told = _disputed(session, key, plan, names)
    if not told:
        raise MyotrialError(f"the readers of {name} agree: there is nothing to adjudicate.")
    return Desk(session.only(list(told)), reader, slides, told)


def unblind(folder: Path, name: str) -> Unblinded:
    """Unblind a session once all have committed: write the readings and the rejected regions.

    Raises:
        MyotrialError: Somebody has not committed, or disputed sections are not adjudicated.
    """
    require_libraries()
    from myotrial.biopsy.readers import adjudicate

    session, key, plan = _opened(folder, name)
    readings = session.unblind(key, plan["readers"])
    rows = {row.name: row for row in _rows(folder)}
    tolerance, decided = _tolerance(plan), {}
    names = json.loads(key.read_bytes())["sections"]
    disputed = _disputed(session, key, plan, names)
    if disputed:
        part = session.only(list(disputed))
        found = {one.code: one for one in part.unblind_codes([plan["adjudicator"]], names)}
        decided = {names[code]: found[code].value for code in disputed}
    settled = adjudicate(readings, decided, tolerance=tolerance)
    lines = [line(name, rows[one.section], one) for one in readings if one.section in rows]
    for section, value in settled.items():
        if section in rows:
            who = plan["adjudicator"] if section in decided else AGREED
            lines.append(accepted(name, rows[section], who, value))
    with alone(folder):
        place = folder / DATA / TABLE
        write_whole(place, table([*others(place, name), *lines]).encode())
        regions = _exclude(folder, readings)
    found = agreement(readings, tolerance, session.grades)
    sections = len(set(names.values()))
    return Unblinded(place, sections, len(settled), len(decided), regions, found)


def _require_sensible(name: str, asked: Asked) -> None:
    readers = (*asked.readers, *filter(None, (asked.adjudicator,)))
    wrong = [
        (not name or Path(name).name != name or name.startswith("."), "a name is one word"),
        (not asked.readers, "a session has at least one reader"),
        (len(set(readers)) < len(readers), "readers and adjudicator are different people"),
        (asked.grades == 1 or asked.grades < 0, "there are two grades at least"),
        (not 0 <= asked.repeats <= 1, "the share of repeats is between 0 and 1"),
        (asked.tolerance < 0 or math.isnan(asked.tolerance), "the tolerance is 0 or more"),
    ]
    for broken, told in wrong:
        if broken:
            raise MyotrialError(f"the session {name!r} cannot be started: {told}.")


def _places(folder: Path, name: str) -> tuple[Path, Path]:
    return folder / FOLDER / SESSIONS / name, folder / FOLDER / KEYS / name


def _rows(folder: Path) -> list[Row]:
    from myotrial import protocol

    require_own_patients(folder)
    return read_manifest(folder, protocol.read(folder / PROTOCOL))


def _unit(folder: Path, marker: str) -> str:
    from myotrial import protocol

    biopsy = protocol.read(folder / PROTOCOL).biopsy
    units = {one.id: one.unit or "" for one in biopsy.markers} if biopsy else {}
    return units.get(marker, "")


def _opened(folder: Path, name: str) -> tuple["Session", Path, dict[str, Any]]:
    from myotrial.biopsy.readers import open_session

    require_study(folder)
    place, keys = _places(folder, name)
    try:
        plan = json.loads((keys / PLAN).read_bytes())
    except (OSError, ValueError) as error:
        raise MyotrialError(
            f"there is no session {name!r} in {folder}.\n"
            f"Hint: myotrial reading new {folder} {name} --marker … --question … --reader …"
        ) from error
    return open_session(place), keys / KEY, plan


def _tolerance(plan: Mapping[str, Any]) -> float:
    """Without an adjudicator nothing is disputed: the mean stands."""
    limit = plan["tolerance"]
    return math.inf if limit is None or not plan["adjudicator"] else float(limit)


def _disputed(
    session: "Session", key: Path, plan: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, list[float | None]]:
    """What readers said of the sections they disagree on, by the first code of each."""
    from myotrial.biopsy.readers import disputes

    found = disputes(session.unblind(key, plan["readers"]), tolerance=_tolerance(plan))
    first = {names[code]: code for code in reversed(session.codes)}
    return {first[section]: row for section, row in found.items()}


def _shown(folder: Path, marker: str) -> dict[str, "Shown"]:
    from myotrial.biopsy.records import OPERATING
    from myotrial.biopsy.viewing import Shown

    measured = folder / FOLDER / MEASURED
    batches = read_record(measured / RECORD).get("batches", {})
    known = {name: one for batch in batches.values() for name, one in batch["slides"].items()}
    found = {}
    for row in _rows(folder):
        if row.marker == marker and not row.control:
            one = known.get(row.name)
            cells = measured / "cells" / f"{one['code']}.geojson" if one else None
            path, record = folder / FOLDER / row.file, one["record"] if one else None
            found[row.name] = Shown(path, row.mpp, row.chromogen, OPERATING, record, cells)
    return found


def _exclude(folder: Path, readings: Sequence["Reading"]) -> int:
    """Add the rejected regions to those of each slide; how many were new."""
    from myotrial.biopsy.rejecting import read_regions, write_regions

    new = 0
    for section in sorted({one.section for one in readings if one.regions}):
        file = folder / FOLDER / EXCLUDED / f"{section}.geojson"
        kept = [(feature.outline, feature.label) for feature in read_regions(file)]
        for one in readings:
            for region in one.regions if one.section == section else ():
                found = region.outline, f"{region.reason} ({one.reader})"
                if found not in kept:
                    kept.append(found)
                    new += 1
        write_regions(file, kept)
    return new
