"""Tables made from results: one row for what was counted, one column for each group."""

from collections.abc import Iterable, Sequence

from myotrial.report.content import Cell, Number, Run, Table, cell
from myotrial.report.source import Record
from myotrial.report.typography import MISSING, decimal, interval, share, value

__all__ = ["by_group", "number", "shown", "words"]

STATISTICS = {
    "mean": "mean", "sd": "SD", "median": "median", "difference": "difference", "p_value": "test",
    "odds_ratio": "odds ratio", "minimum": "minimum", "maximum": "maximum",
}  # fmt: skip
WHOLE = "All"


def shown(record: Record) -> str:
    """A result as one cell shows it; a share with how many of how many.

    >>> shown({"value": 46.67, "unit": "%", "statistic": "share", "numerator": 7, "n": 15})
    '7/15 (46.7 %)'
    """
    counted = record.get("numerator") is not None and record.get("n") is not None
    if record.get("statistic") == "share" and counted and record.get("value") is not None:
        return f"{record['numerator']}/{record['n']} ({share(record['value'])})"
    return value(record)


def number(record: Record, text: str | None = None) -> Number:
    """A number that leads to its result."""
    return Number(text if text is not None else shown(record), record["id"])


def words(record: Record) -> Iterable[Run]:
    """A result with its interval behind it."""
    yield number(record)
    if record.get("interval"):
        yield " "
        yield f"({interval(record)})"


def by_group(
    name: str, caption: str, records: Sequence[Record], *, group: str = "DIAG", note: str = ""
) -> Table | None:
    """Make a table with a row for each thing counted and a column for each value of a group.

    Args:
        name: Anchor of the table.
        caption: Its caption.
        records: Results; those that differ only in `group` share a row.
        group: The key of `groups` that is spread over columns; without it, "All".
        note: A line below the table.

    Returns:
        The table, or None where there are no results.
    """
    if not records:
        return None
    columns = _columns(records, group)
    rows: dict[tuple[str, ...], dict[str, Record]] = {}
    for record in records:
        column = (record.get("groups") or {}).get(group, WHOLE)
        rows.setdefault(_row(record, group), {})[column] = record
    details = any(key[1] for key in rows)
    head = [cell("", "col"), *([cell("Of what", "col")] if details else [])]
    head += [cell(_titled(column, records, group), "col", numeric=True) for column in columns]
    body = tuple(_line(key, found, columns, details=details) for key, found in rows.items())
    return Table(name, caption, tuple(head), body, note)


def _columns(records: Sequence[Record], group: str) -> list[str]:
    found = dict.fromkeys((record.get("groups") or {}).get(group, WHOLE) for record in records)
    return sorted(found, key=lambda column: column != WHOLE)


def _titled(column: str, records: Sequence[Record], group: str) -> str:
    sizes = {
        record.get("n")
        for record in records
        if (record.get("groups") or {}).get(group, WHOLE) == column
    }
    only = sizes.pop() if len(sizes) == 1 else None
    title = "Result" if column == WHOLE and len(_columns(records, group)) == 1 else column
    return f"{title} (n = {decimal(only)})" if only else title


def _row(record: Record, group: str) -> tuple[str, ...]:
    others = [str(name) for key, name in (record.get("groups") or {}).items() if key != group]
    if record.get("estimand"):
        others.append(record["estimand"])
    statistic = STATISTICS.get(str(record.get("statistic")), "")
    return (record.get("label") or record["id"], "; ".join(others), statistic)


def _line(
    key: tuple[str, ...], found: dict[str, Record], columns: list[str], *, details: bool
) -> tuple[Cell, ...]:
    label, about, statistic = key
    named = f"{label}, {statistic}" if statistic and statistic != label.lower() else label
    cells = [cell(named, "row"), *([cell(about)] if details else [])]
    for column in columns:
        record = found.get(column)
        cells.append(cell(words(record) if record else "", numeric=True))
    return tuple(cells)


def missing(text: object) -> str:
    """Text of a captured value; a missing one says so."""
    return MISSING if text is None or text == "" else str(text)
