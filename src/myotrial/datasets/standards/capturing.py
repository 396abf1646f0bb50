"""SDTM back into captured tables: what an export wrote, or what another system did.

Measures are found by the test code, which is the assessment's id in the protocol. Values come with
the unit they were standardised to; a unit that the instrument does not know is refused by the check
of the tables, never guessed. A visit is found by its id in the protocol, or by its label.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from myotrial.errors import MissingColumnsError, MyotrialError, some
from myotrial.protocol.captured import tables as specified
from myotrial.protocol.models import Protocol
from myotrial.terms import ORIGINS

__all__ = ["Intake", "captured"]

Row = dict[str, Any]
FINDINGS = ("LB", "QS", "FT", "RS", "VS", "MK")
USED = ("DM", "SUPPDM", "SV", "DS", "EX", "SUPPEX", "CM", "AE", "MI", *FINDINGS)
PRESENCE = {"PRESENT": "Y", "ABSENT": "N"}
DESIGN = ("TA", "TE", "TI", "TS", "TV", "BE")


class Intake:
    """What was taken from SDTM datasets, and what was not.

    Attributes:
        tables: Rows of each captured table.
        notes: What was left aside, in words.
    """

    def __init__(self) -> None:
        self.tables: dict[str, list[Row]] = {}
        self.notes: list[str] = []


def captured(domains: Mapping[str, pl.DataFrame], protocol: Protocol) -> Intake:
    """Turn SDTM datasets into the rows of captured tables.

    Args:
        domains: Datasets by domain.
        protocol: The protocol they are to fit.

    Returns:
        The rows, as `tables_from` takes them, and what was left aside.

    Raises:
        MyotrialError: There is no DM, a visit has no place in the protocol, or a test has
            two results at one visit.
        MissingColumnsError: A domain lacks a variable that is needed.
    """
    if "DM" not in domains:
        raise MyotrialError(
            f"Expected the domain DM among the datasets, found {some(domains)}.\n"
            "Hint: subjects are read from DM."
        )
    intake = Intake()
    intake.tables = {
        "subjects": _subjects(domains, protocol),
        "visits": _visits(domains, protocol, intake),
        "disposition": _disposition(domains),
        "exposure": _exposure(domains),
        "concomitant": _plain(domains, "CM", protocol, "concomitant"),
        "adverse_events": _plain(domains, "AE", protocol, "adverse_events"),
        "biopsies": list(_biopsies(domains)),
    }
    _say_origin(intake.tables)
    left = [name for name in domains if name not in (*USED, *DESIGN)]
    if left:
        intake.notes.append(f"not used: {', '.join(left)}")
    return intake


def _say_origin(tables: Mapping[str, list[Row]]) -> None:
    """Every row says where its subject's records come from, if the subject's own row does."""
    origins = {row["USUBJID"]: row.get("ORIGIN") for row in tables["subjects"]}
    if any(origins.values()):
        for rows in tables.values():
            for row in rows:
                row["ORIGIN"] = origins.get(row["USUBJID"])


def _rows(domains: Mapping[str, pl.DataFrame], domain: str, *needed: str) -> list[Row]:
    """The rows of a domain; none where it is not there."""
    if domain not in domains:
        return []
    frame = domains[domain]
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        raise MissingColumnsError(f"Import of {domain}", missing, frame.columns)
    return list(frame.iter_rows(named=True))


def _supplements(domains: Mapping[str, pl.DataFrame], domain: str) -> dict[tuple[str, str], Row]:
    """Qualifiers by subject and row of the parent domain ("" where they are of the subject)."""
    found: dict[tuple[str, str], Row] = {}
    for row in _rows(domains, f"SUPP{domain}", "USUBJID", "QNAM", "QVAL"):
        key = (row["USUBJID"], _whole(row.get("IDVARVAL")) or "")
        found.setdefault(key, {})[row["QNAM"]] = row["QVAL"]
    return found


def _subjects(domains: Mapping[str, pl.DataFrame], protocol: Protocol) -> list[Row]:
    more = _supplements(domains, "DM")
    labels = {arm.label: arm.id for arm in protocol.arms}
    rows = []
    for row in _rows(domains, "DM", "USUBJID", "ARMCD"):
        extra = more.get((row["USUBJID"], ""), {})
        found = {"USUBJID": row["USUBJID"], "ARM": labels.get(str(row.get("ARM")), row["ARMCD"])}
        found |= {name: row.get(name, extra.get(name)) for name in protocol.recorded}
        if row.get("RFSTDTC"):
            found["RFSTDTC"] = row["RFSTDTC"]
        if extra.get("ORIGIN") in ORIGINS:
            found["ORIGIN"] = extra["ORIGIN"]
        rows.append(found)
    return _same_keys(rows)


def _visits(domains: Mapping[str, pl.DataFrame], protocol: Protocol, intake: Intake) -> list[Row]:
    """One row for each subject and visit, with the values of all findings."""
    names = {visit.id: visit.id for visit in protocol.visits}
    names |= {visit.label.casefold(): visit.id for visit in protocol.visits}
    empty: Row = {}
    for item in protocol.assessments:
        empty |= {item.id: None, f"{item.id}_UNIT": None}
    found: dict[tuple[str, str], Row] = {}
    unknown: set[str] = set()
    repeated: list[str] = []
    for row in _rows(domains, "SV", "USUBJID", "VISIT"):
        _held(found, row, names, empty, row.get("SVSTDY"), "SV")
    for domain in FINDINGS:
        needed = (f"{domain}TESTCD", f"{domain}STRESN", "USUBJID", "VISIT")
        for row in _rows(domains, domain, *needed):
            code, value = row[f"{domain}TESTCD"], row[f"{domain}STRESN"]
            if code not in empty:
                unknown.add(f"{domain}.{code}")
            elif value is not None:
                visit = _held(found, row, names, empty, row.get(f"{domain}DY"), domain)
                if visit[code] is not None:
                    repeated.append(f"{row['USUBJID']} {visit['VISIT']} {domain}.{code}")
                visit[code], visit[f"{code}_UNIT"] = value, row.get(f"{domain}STRESU")
    if repeated:
        raise MyotrialError(
            "Expected one result for each subject, visit and test, "
            f"found {len(repeated)} more: {some(repeated)}.\n"
            "Hint: leave in the result that counts; none is chosen for you."
        )
    if unknown:
        intake.notes.append(
            f"no assessment of the protocol has the test code of {some(sorted(unknown))}"
        )
    return list(found.values())


def _held(
    found: dict[tuple[str, str], Row],
    row: Row,
    names: Mapping[str, str],
    empty: Row,
    day: Any,
    domain: str,
) -> Row:
    """The row of this subject's visit, new if it is not there yet."""
    called = str(row["VISIT"])
    name = names.get(called) or names.get(called.casefold())
    if name is None:
        raise MyotrialError(
            f"{domain}: expected a visit of the protocol, found {called!r}.\n"
            f"Hint: its visits are {', '.join(dict.fromkeys(names.values()))}."
        )
    key = (row["USUBJID"], name)
    if key not in found:
        found[key] = {"USUBJID": row["USUBJID"], "VISIT": name, "VISITDY": day} | empty
    return found[key]


def _disposition(domains: Mapping[str, pl.DataFrame]) -> list[Row]:
    """How each subject's study ended; milestones such as consent are left aside."""
    rows = []
    for row in _rows(domains, "DS", "USUBJID", "DSDECOD"):
        if row.get("DSCAT") not in (None, "DISPOSITION EVENT"):
            continue
        done = row["DSDECOD"] == "COMPLETED"
        reason = row.get("DSTERM") if row.get("DSTERM") != "UNKNOWN" else None
        rows.append(
            {
                "USUBJID": row["USUBJID"],
                "DSDECOD": "COMPLETED" if done else "WITHDRAWN",
                "DSREAS": None if done else reason,
                "DSSTDY": row.get("DSSTDY"),
            }
        )
    return rows


def _exposure(domains: Mapping[str, pl.DataFrame]) -> list[Row]:
    more = _supplements(domains, "EX")
    rows = []
    for row in _rows(domains, "EX", "USUBJID", "EXTRT"):
        counts = more.get((row["USUBJID"], _whole(row.get("EXSEQ")) or ""), {})
        names = ("USUBJID", "EXTRT", "EXDOSE", "EXDOSU", "EXSTDY", "EXENDY")
        rows.append(
            {name: row.get(name) for name in names}
            | {name: counts.get(name) for name in ("EXPLAN", "EXTAKEN")}
        )
    return rows


def _plain(
    domains: Mapping[str, pl.DataFrame], domain: str, protocol: Protocol, table: str
) -> list[Row]:
    """A domain whose variables are the columns of a captured table."""
    columns = [column.name for column in specified(protocol)[table].columns]
    kept = [name for name in columns if name not in ("STUDYID", "ORIGIN")]
    return [{name: row.get(name) for name in kept} for row in _rows(domains, domain, "USUBJID")]


def _biopsies(domains: Mapping[str, pl.DataFrame]) -> Iterator[Row]:
    """Each reading; a biopsy is the first one if it says so, or was taken up to day 1."""
    unknown = [
        row["MISTRESC"]
        for row in _rows(domains, "MI", "USUBJID", "MITESTCD")
        if row.get("MISTRESN") is None and row.get("MISTRESC") not in (None, *PRESENCE)
    ]
    if unknown:
        raise MyotrialError(
            f"MI: expected a number in MISTRESN, or {' or '.join(PRESENCE)} in MISTRESC, "
            f"found {len(unknown)} other: {some(dict.fromkeys(unknown))}."
        )
    for row in _rows(domains, "MI", "USUBJID", "MITESTCD"):
        number, words = row.get("MISTRESN"), row.get("MISTRESC")
        if number is None and words is None:
            continue
        called = str(row.get("MIREFID") or "").rpartition("-")[2]
        day = row.get("MIDY")
        first = "BASELINE" if day is not None and day <= 1 else "REPEAT"
        yield {
            "USUBJID": row["USUBJID"],
            "BXTIME": called if called in ("BASELINE", "REPEAT") else first,
            "BXDY": day,
            "MARKER": row["MITESTCD"],
            "BXRES": number,
            "BXPRES": PRESENCE.get(words or ""),
            "BXU": row.get("MISTRESU"),
        }


def _whole(value: Any) -> str | None:
    """A number as text without a decimal point; texts as they are."""
    return f"{value:g}" if isinstance(value, float) else None if value is None else str(value)


def _same_keys(rows: list[Row]) -> list[Row]:
    keys = dict.fromkeys(key for row in rows for key in row)
    return [dict.fromkeys(keys) | row for row in rows]
