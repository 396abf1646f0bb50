"""data/readings.csv: what each reader said of each section, and what is accepted of it.

One row for each reading: EVALID is the reader, RDSEQ 2 a hidden repeat, RDREAS why a section could
not be read. The row that is accepted has Y in ACPTFL; its EVALID is the adjudicator, or CONSENSUS
for the mean of readers who agree.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myotrial.errors import MyotrialError, SlideError, some
from myotrial.study.manifest import Row

if TYPE_CHECKING:
    from myotrial.biopsy.readers import Reading

__all__ = [
    "TABLE", "accepted", "accepted_values", "agreement", "line", "others", "readings",
    "require_known", "table",
]  # fmt: skip

TABLE = "readings.csv"
COLUMNS = ("USUBJID", "BXTIME", "MARKER", "RDSESS", "EVALID", "RDSEQ", "RDRES", "RDREAS", "ACPTFL")


def line(session: str, row: Row, one: "Reading") -> dict[str, str]:
    """The row of one reading."""
    value = "" if one.value is None else f"{one.value:g}"
    return _cells(session, row, one.reader, 2 if one.again else 1, value, one.reason, "")


def accepted(session: str, row: Row, who: str, value: float) -> dict[str, str]:
    """The row of what is accepted of a section."""
    return _cells(session, row, who, 1, f"{value:.6g}", "", "Y")


def _cells(
    session: str, row: Row, who: str, number: int, value: str, reason: str, accepted: str
) -> dict[str, str]:
    cells = (row.subject, row.time, row.marker, session, who, str(number), value, reason, accepted)
    return dict(zip(COLUMNS, cells, strict=True))


def readings(place: Path) -> Any:
    """The table as a dataframe, every cell as text; an empty one is missing.

    Raises:
        MyotrialError: It is no table of readings, or a number in it is none.
    """
    import polars as pl

    rows = others(place, "")
    for number, row in enumerate(rows, start=2):
        for column in ("RDRES", "RDSEQ"):
            try:
                float(row[column] or 0)
            except ValueError as error:
                raise MyotrialError(
                    f"{place}:{number}: {column}: expected a number, found {row[column]!r}."
                ) from error
    cells = [{name: value or None for name, value in row.items()} for row in rows]
    return pl.DataFrame(cells, schema=dict.fromkeys(COLUMNS, pl.String))


def accepted_values(place: Path) -> dict[tuple[str, str, str], str]:
    """What readers' values were accepted, by subject, time and marker; none without a table.

    Raises:
        MyotrialError: It is no table of readings, or two sessions have accepted a value of one
            biopsy.
    """
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in others(place, ""):
        key = row["USUBJID"], row["BXTIME"], row["MARKER"]
        if row["ACPTFL"] == "Y" and row["RDRES"]:
            before = found.setdefault(key, row)
            if before["RDSESS"] != row["RDSESS"]:
                raise MyotrialError(
                    f"{place}: the sessions {before['RDSESS']!r} and {row['RDSESS']!r} have both "
                    f"accepted a value of {', '.join(key)}.\n"
                    "Hint: empty ACPTFL in the rows of the session that does not count."
                )
    return {key: row["RDRES"] for key, row in found.items()}


def require_known(place: Path, subjects: Iterable[str]) -> None:
    """Refuse readings of someone who is not in the study.

    Raises:
        MyotrialError: A subject of the table is not among those of the study.
    """
    known = set(subjects)
    for number, row in enumerate(others(place, ""), start=2):
        if row["USUBJID"] not in known:
            raise MyotrialError(
                f"{place}:{number}: USUBJID: expected a subject of the study, found "
                f"{row['USUBJID']!r}.\nHint: see subjects.csv, and USUBJID in the slides' manifest."
            )


def others(place: Path, name: str) -> list[dict[str, str]]:
    """Rows of the table that are of other sessions."""
    if not place.exists():
        return []
    with place.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if rows and set(rows[0]) != set(COLUMNS):
        raise MyotrialError(
            f"{place} is no table of readings: its columns are not {', '.join(COLUMNS)}.\n"
            "Hint: move it away, then unblind again."
        )
    return [row for row in rows if row["RDSESS"] != name]


def table(rows: Iterable[Mapping[str, str]]) -> str:
    """The rows as text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list[str](COLUMNS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def agreement(readings: Sequence["Reading"], tolerance: float, grades: int) -> dict[str, str]:
    """Agreement in words; empty where there is one reader, or too few sections for it."""
    from myotrial.biopsy.readers import compare

    try:
        found = compare(readings, tolerance=tolerance, grades=grades)
    except SlideError:
        return {}
    told = {"ICC(2,1), agreement": found.absolute, "ICC(3,1), consistency": found.consistency}
    words = {name: _with_interval(one) for name, one in told.items()}
    for pair, one in found.kappa.items():
        words[f"Weighted kappa, {some(pair)}"] = _with_interval(one)
    for (one, two), limits in found.limits.items():
        low, high = limits.lower.value, limits.upper.value
        name = f"{one!r} minus {two!r}, mean (limits of agreement)"
        words[name] = f"{limits.mean.value:.3g} ({low:.3g} to {high:.3g})"
    return words


def _with_interval(one: Any) -> str:
    return "none" if one.value is None else f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})"
