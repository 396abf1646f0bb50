"""What must hold between the rows and tables of a study: subjects, days, units, ranges.

Each check takes the sheets, typed, and yields a problem for each row that breaks it. A visit
outside its window is not here: it is a deviation of the trial, not of the record, and is listed
among the protocol deviations.
"""

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from myotrial import instruments
from myotrial.datasets.parsing import Sheet
from myotrial.datasets.specification import close
from myotrial.errors import Problem
from myotrial.protocol.models import Assessment, Protocol

__all__ = ["check"]

Sheets = Mapping[str, Sheet]
PERIODS = {
    "exposure": ("EXSTDY", "EXENDY"),
    "concomitant": ("CMSTDY", "CMENDY"),
    "adverse_events": ("AESTDY", "AEENDY"),
}
FIRST_DAY = "day 1 (the first dose) or later"


def check(sheets: Sheets, protocol: Protocol) -> Iterator[Problem]:
    """Every problem between rows and tables; sheets that lack a column are left alone."""
    for sheet in sheets.values():
        yield from repeated(sheet)
        yield from unknown_subjects(sheet, sheets["subjects"])
        yield from reversed_periods(sheet)
    yield from before_enrolment(sheets, protocol)
    yield from visit_days(sheets["visits"], protocol)
    yield from values(sheets["visits"], protocol)
    yield from reasons(sheets["disposition"])
    yield from markers(sheets["biopsies"], protocol)
    yield from biopsy_days(sheets["biopsies"])


def repeated(sheet: Sheet) -> Iterator[Problem]:
    """No two rows share their key."""
    key = sheet.table.key
    if not key or not _has(sheet, *key):
        return
    whole = pl.all_horizontal(pl.col(key).is_not_null())
    rows = sheet.rows(whole & ~pl.struct(key).is_first_distinct())
    firsts = sheet.frame.with_row_index("_row").group_by(key).agg(pl.col("_row").min())
    first = {tuple(row[:-1]): row[-1] for row in firsts.iter_rows()} if rows else {}

    def found(row: int) -> str:
        same = first[tuple(sheet.frame[column][row] for column in key)]
        return f"a second row (first on line {sheet.lines[same]})"

    yield from sheet.problems(rows, "", f"one row for each {' and '.join(key)}", found)


def unknown_subjects(sheet: Sheet, subjects: Sheet) -> Iterator[Problem]:
    """Every subject is one of subjects.csv."""
    if sheet is subjects or not (_has(sheet, "USUBJID") and _has(subjects, "USUBJID")):
        return
    known = subjects.frame["USUBJID"].drop_nulls()
    rows = sheet.rows(pl.col("USUBJID").is_not_null() & ~pl.col("USUBJID").is_in(known.implode()))
    ids = sheet.frame["USUBJID"]
    yield from sheet.problems(
        rows,
        "",
        f"a subject of {subjects.file}",
        lambda row: repr(ids[row]),
        "add the subject there, or mend the id here",
    )


def reversed_periods(sheet: Sheet) -> Iterator[Problem]:
    """Nothing ends before it starts."""
    start, end = PERIODS.get(sheet.table.name, ("", ""))
    if not start or not _has(sheet, start, end):
        return
    first = sheet.frame[start]
    for row in sheet.rows(pl.col(end) < pl.col(start)):
        expected = f"a day not before {start} ({first[row]})"
        yield from sheet.problems([row], end, expected, _shown(sheet, end))


def before_enrolment(sheets: Sheets, protocol: Protocol) -> Iterator[Problem]:
    """Doses, the end of study and what follows baseline take place after enrolment."""
    later = [visit.id for visit in protocol.visits if not visit.baseline]
    always = pl.lit(value=True)
    for name, column, which in (
        ("visits", "VISITDY", pl.col("VISIT").is_in(later)),
        ("disposition", "DSSTDY", always),
        ("exposure", "EXSTDY", always),
        ("biopsies", "BXDY", pl.col("BXTIME") == "REPEAT"),
    ):
        sheet = sheets[name]
        if _has(sheet, column, *which.meta.root_names()):
            rows = sheet.rows(which & (pl.col(column) < 1))
            hint = "a day before enrolment; is RFSTDTC right, or the sign of the day?"
            yield from sheet.problems(rows, column, FIRST_DAY, _shown(sheet, column), hint)


def visit_days(sheet: Sheet, protocol: Protocol) -> Iterator[Problem]:
    """Scheduled visits follow each other as planned; an unscheduled one has its day."""
    if not _has(sheet, "USUBJID", "VISIT", "VISITDY"):
        return
    unscheduled = [visit.id for visit in protocol.visits if visit.unscheduled]
    rows = sheet.rows(pl.col("VISIT").is_in(unscheduled) & pl.col("VISITDY").is_null())
    yield from sheet.problems(rows, "VISITDY", "the day of the visit", lambda _: "an empty cell")
    order = {visit.id: index for index, visit in enumerate(protocol.visits)}
    planned = (
        sheet.frame.with_row_index("_row")
        .filter(~pl.col("VISIT").is_in(unscheduled) & pl.col("VISITDY").is_not_null())
        .filter(pl.col("VISIT").is_in(list(order)))
        .sort("USUBJID", pl.col("VISIT").replace_strict(order, default=None), maintain_order=True)
        .with_columns(
            pl.col("VISIT", "VISITDY").shift().over("USUBJID").name.prefix("_before_"),
        )
        .filter(pl.col("VISIT") != pl.col("_before_VISIT"))
        .filter(pl.col("VISITDY") <= pl.col("_before_VISITDY"))
        .sort("_row")
    )
    for row, visit, day in planned.select("_row", "_before_VISIT", "_before_VISITDY").iter_rows():
        expected = f"a day after that of {visit} (day {day})"
        yield from sheet.problems([row], "VISITDY", expected, _shown(sheet, "VISITDY"))


def values(sheet: Sheet, protocol: Protocol) -> Iterator[Problem]:
    """Every value has a unit of its instrument and lies on its scale."""
    for item in protocol.assessments:
        if not _has(sheet, item.id):
            continue
        yield from _units(sheet, item)
        yield from _range(sheet, item)


def reasons(sheet: Sheet) -> Iterator[Problem]:
    """A withdrawal has its reason, a completion has none."""
    if not _has(sheet, "DSDECOD", "DSREAS"):
        return
    left, reason = pl.col("DSDECOD") == "WITHDRAWN", pl.col("DSREAS")
    rows = sheet.rows(left & reason.is_null())
    yield from sheet.problems(
        rows, "DSREAS", "the reason for withdrawal", lambda _: "an empty cell"
    )
    rows = sheet.rows((pl.col("DSDECOD") == "COMPLETED") & reason.is_not_null())
    expected = "an empty cell for a subject who completed"
    yield from sheet.problems(rows, "DSREAS", expected, _shown(sheet, "DSREAS"))


def markers(sheet: Sheet, protocol: Protocol) -> Iterator[Problem]:
    """A measured marker has a number in its unit, the others Y or N."""
    if protocol.biopsy is None or not _has(sheet, "MARKER", "BXRES", "BXPRES", "BXU"):
        return
    for marker in protocol.biopsy.markers:
        this = pl.col("MARKER") == marker.id
        wrong, right = ("BXRES", "BXPRES") if marker.presence else ("BXPRES", "BXRES")
        expected = f"an empty cell ({marker.id} is recorded in {right})"
        rows = sheet.rows(this & pl.col(wrong).is_not_null())
        yield from sheet.problems(rows, wrong, expected, _shown(sheet, wrong))
        if marker.unit is not None:
            valued = this & pl.col("BXRES").is_not_null()
            rows = sheet.rows(valued & pl.col("BXU").ne_missing(marker.unit))
            yield from sheet.problems(rows, "BXU", f"the unit {marker.unit}", _shown(sheet, "BXU"))
            if marker.unit.startswith("%"):
                rows = sheet.rows(this & (pl.col("BXRES") > 100))
                yield from sheet.problems(rows, "BXRES", "0 to 100 %", _shown(sheet, "BXRES"))


def biopsy_days(sheet: Sheet) -> Iterator[Problem]:
    """The repeat biopsy is taken after the first."""
    if not _has(sheet, "USUBJID", "BXTIME", "BXDY"):
        return
    first = (
        sheet.frame.filter(pl.col("BXTIME") == "BASELINE")
        .group_by("USUBJID")
        .agg(pl.col("BXDY").max().alias("_first"))
    )
    both = sheet.frame.join(first, on="USUBJID", how="left", maintain_order="left")
    late = (both["BXTIME"] == "REPEAT") & (both["BXDY"] <= both["_first"])
    for row in late.fill_null(value=False).arg_true().to_list():
        expected = f"a day after that of the first biopsy (day {both['_first'][row]})"
        yield from sheet.problems([row], "BXDY", expected, _shown(sheet, "BXDY"))


def _units(sheet: Sheet, item: Assessment) -> Iterator[Problem]:
    column = f"{item.id}_UNIT"
    if not _has(sheet, column):
        return
    known = tuple(instruments.get(item.instrument).units)
    units = sheet.frame[column]
    valued = pl.col(item.id).is_not_null()
    expected = f"a unit of {item.instrument}: {', '.join(known)}"
    rows = sheet.rows(valued & ~pl.col(column).is_in(known).fill_null(value=False))
    yield from sheet.problems(
        rows,
        column,
        expected,
        lambda row: "an empty cell" if units[row] is None else repr(units[row]),
        lambda row: "" if units[row] is None else close(units[row], known),
    )


def _range(sheet: Sheet, item: Assessment) -> Iterator[Problem]:
    instrument = instruments.get(item.instrument)
    column = f"{item.id}_UNIT"
    for unit in instrument.units:
        low, high = instrument.range(unit=unit, variant=item.variant)
        if _has(sheet, column):
            this = pl.col(column) == unit
        elif unit == item.unit:
            this = pl.lit(value=True)
        else:
            continue
        rows = sheet.rows(this & ((pl.col(item.id) < low) | (pl.col(item.id) > high)))
        top = f"{low:g} to {high:g}" if high < float("inf") else f"{low:g} or more"
        variant = f", {item.variant}" if item.variant else ""
        expected = f"{top} {unit} ({item.instrument}{variant})"
        hint = _variant_hint(item, unit)
        yield from sheet.problems(rows, item.id, expected, _shown(sheet, item.id), hint)


def _variant_hint(item: Assessment, unit: str) -> str:
    instrument = instruments.get(item.instrument)
    others = [name for name in instrument.ranges if name != item.variant]
    known = [
        f"{n} ({'{:g} to {:g}'.format(*instrument.range(unit=unit, variant=n))})" for n in others
    ]
    return f"other variants of {item.instrument}: {', '.join(known)}" if known else ""


def _has(sheet: Sheet, *columns: str) -> bool:
    return all(column in sheet.frame.columns for column in columns)


def _shown(sheet: Sheet, column: str) -> Callable[[int], str]:
    def shown(row: int) -> str:
        value = sheet.frame[column][row]
        if value is None:
            return "an empty cell"
        return f"{value:g}" if isinstance(value, float) else repr(value)

    return shown
