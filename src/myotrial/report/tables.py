"""Tables made from results, every number a link to its result.

`by_group` gives each thing counted a row and each group a column; `matrix` finds its cells by id.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from myotrial.report.content import Aside, Cell, Number, Run, Table, cell
from myotrial.report.source import Record, Source, grouped
from myotrial.report.typography import decimal, interval, share, significant, span, units, value

__all__ = ["Tables", "shown"]

STATISTICS = {"mean": "mean", "sd": "SD", "median": "median", "range": "range"}
WHOLE = "All"
PUBLISHED = "✓ published and reproduced. The other numbers are one draw among all that fit."


def shown(record: Record) -> str:
    """A result as one cell shows it; a share, or a count of patients, with the number of all.

    >>> shown({"value": 46.67, "unit": "%", "statistic": "share", "numerator": 7, "n": 15})
    '7/15 (46.7\u202f%)'
    >>> shown({"value": 13, "unit": "patients", "statistic": "count", "numerator": 13, "n": 15})
    '13/15'
    """
    counted = record.get("numerator") is not None and record.get("n") is not None
    if counted and record.get("value") is not None:
        if record.get("statistic") == "share":
            return f"{record['numerator']}/{record['n']} ({share(record['value'])})"
        if record.get("statistic") == "count":
            return f"{record['numerator']}/{record['n']}"
    if record.get("statistic") == "range" and record.get("interval"):
        return span(record)
    return value(record)


class Tables:
    """Makes the tables of one report.

    Args:
        source: The results.
    """

    def __init__(self, source: Source) -> None:
        self.source = source

    def number(self, record: Record, text: str | None = None) -> Number:
        """A number that leads to its result."""
        published = record["id"] in self.source.backed
        return Number(shown(record) if text is None else text, record["id"], published)

    def words(self, record: Record) -> Iterable[Run]:
        """A result with its interval behind it, as in a sentence."""
        yield self.number(record)
        if record.get("interval") and record.get("statistic") != "range":
            yield f" ({interval(record)})"

    def found(self, record: Record | None, *, unit: bool = True, ends: bool = True) -> Cell:
        """A result with its interval below it, as in a table.

        Args:
            record: The result; None leaves the cell empty.
            unit: Write the unit; a row whose header names it needs none.
            ends: Write the interval.
        """
        if record is None:
            return cell("", numeric=True)
        bare = record.get("unit") in (None, "%") or unit
        runs: list[Run] = [self.number(record, None if bare else shown({**record, "unit": ""}))]
        if ends and record.get("interval") and record.get("statistic") != "range":
            runs.append(Aside(interval(record)))
        return cell(runs, numeric=True)

    def make(
        self,
        name: str,
        caption: str,
        head: Sequence[str],
        rows: Iterable[tuple[Cell, ...]],
        *,
        note: str = "",
        text: int = 1,
    ) -> Table | None:
        """Put a table of results together; None without rows.

        Args:
            name: Anchor of the table.
            caption: Its caption.
            head: Column headers; all but the first `text` are over numbers.
            rows: The rows.
            note: A line below the table.
            text: Number of leading columns that hold words.
        """
        body = tuple(rows)
        if not body:
            return None
        cells = tuple(cell(title, "col", numeric=at >= text) for at, title in enumerate(head))
        runs = (run for row in body for part in row for run in part.runs)
        if any(isinstance(run, Number) and run.published for run in runs):
            note = f"{note} {PUBLISHED}".strip()
        return Table(name, caption, cells, body, note)

    def matrix(
        self,
        name: str,
        caption: str,
        rows: Iterable[tuple[str, str]],
        columns: Sequence[tuple[str, str]],
        *,
        key: Callable[[str, str], str] = str.__add__,
        unit: bool = True,
        note: str = "",
        corner: str = "",
        bare: Collection[str] = (),
    ) -> Table | None:
        """Make a table whose cells are results found by id; what has none is left out.

        Args:
            name: Anchor of the table.
            caption: Its caption.
            rows: (title, part of the id) of each row.
            columns: (title, part of the id) of each column.
            key: Makes an id from a row's and a column's part; by default one behind the other.
            unit: Write units into the cells.
            note: A line below the table.
            corner: Header of the first column.
            bare: Titles of columns without intervals, which stand in another table.
        """
        known = self.source.by_id
        given = [row for row in rows if any(key(row[1], part) in known for _, part in columns)]
        kept = [
            column for column in columns if any(key(part, column[1]) in known for _, part in given)
        ]
        body = [
            (
                cell(title, "row"),
                *(
                    self.found(known.get(key(part, end)), unit=unit, ends=head not in bare)
                    for head, end in kept
                ),
            )
            for title, part in given
        ]
        return self.make(name, caption, (corner, *(title for title, _ in kept)), body, note=note)

    def by_group(
        self,
        name: str,
        caption: str,
        records: Sequence[Record],
        *,
        group: str = "DIAG",
        ends: bool = True,
        note: str = "",
    ) -> Table | None:
        """Make a table with a row for each thing counted and a column for each value of a group.

        Args:
            name: Anchor of the table.
            caption: Its caption.
            records: Results; those that differ only in `group` share a row; a mean and its SD, a
                median and its range share a cell.
            group: The key of `groups` that is spread over columns; without it, "All".
            ends: Write the intervals of shares and estimates.
            note: A line below the table.
        """
        columns = _columns(records, group)
        rows: dict[tuple[str, str, str], dict[str, Record]] = {}
        for record in records:
            column = (record.get("groups") or {}).get(group, WHOLE)
            rows.setdefault(_row(record, group), {})[column] = record
        columns = _needed(columns, rows.values())
        abouts = {key[1] for key in rows}
        details = len(abouts) > 1
        if not details:
            note = " ".join(part for part in (note, _remark(caption, *abouts)) if part)
        head = ["", *(["Of what"] if details else []), *(_title(c, columns) for c in columns)]
        body = (
            self._line(key, rows, columns, details=details, ends=ends)
            for key in rows
            if key[2] not in ("SD", "range") or not _host(key, rows)
        )
        return self.make(name, caption, head, body, note=note, text=2 if details else 1)

    def _line(
        self,
        key: tuple[str, str, str],
        rows: Mapping[tuple[str, str, str], Mapping[str, Record]],
        columns: Sequence[str],
        *,
        details: bool,
        ends: bool,
    ) -> tuple[Cell, ...]:
        label, about, statistic = key
        guest = rows.get(_guest(key), {})
        named = [_measured(label, next(iter(rows[key].values())))] if statistic else [label]
        runs: list[Run] = [*named, *([Aside(_told(statistic, guest))] if statistic else [])]
        cells = [cell(runs, "row"), *([cell(about)] if details else [])]
        places = _places(rows[key].values()) if statistic == "mean" else None
        for column in columns:
            record, other = rows[key].get(column), guest.get(column)
            if statistic and record:
                cells.append(cell(self._pair(record, other, places), numeric=True))
            else:
                cells.append(self.found(record, ends=ends))
        return tuple(cells)

    def _pair(self, record: Record, other: Record | None, places: int | None) -> Iterable[Run]:
        yield self.number(record, _bare(record, places))
        quartiles = span(record) if record.get("interval") else ""
        if other and record.get("value") is not None:
            yield f" ({quartiles}; " if quartiles else " ("
            yield self.number(other, _bare(other, places))
            yield ")"
        elif quartiles:
            yield f" ({quartiles})"


def _places(records: Iterable[Record]) -> int | None:
    """Digits after the point for all means of a row and their SDs; None where none is known.

    >>> _places([{"value": 59.93}, {"value": 9.0}, {"value": None}])
    1
    """
    sizes = [abs(record["value"]) for record in records if record.get("value") is not None]
    return max(1, significant(max(sizes))) if sizes else None


def _bare(record: Record, places: int | None) -> str:
    """A number without its unit, to so many digits after the point or as its size asks."""
    if places is None or record.get("value") is None:
        return shown({**record, "unit": ""})
    return decimal(record["value"], places)


def _remark(caption: str, about: str = "") -> str:
    """What all rows of a table are about, as a sentence; nothing where the caption says it."""
    return f"{about[:1].upper()}{about[1:]}." if about and about not in caption else ""


def _measured(label: str, record: Record) -> str:
    """A label with its unit, unless it names it already."""
    unit = str(record.get("unit") or "")
    if not units(unit) or label.endswith(f"({unit})"):
        return label.replace(f"({unit})", f"({units(unit)})") if units(unit) else label
    return f"{label}, {units(unit)}"


def _columns(records: Sequence[Record], group: str) -> list[str]:
    found = dict.fromkeys((record.get("groups") or {}).get(group, WHOLE) for record in records)
    return sorted(found, key=lambda column: column != WHOLE)


def _needed(columns: list[str], rows: Iterable[Mapping[str, Record]]) -> list[str]:
    """The columns, without that of the only group where all are in it."""
    if len(columns) != 2 or columns[0] != WHOLE:
        return columns
    said = [[row.get(name, {}).get("value") for name in columns] for row in rows]
    return columns[:1] if all(whole == one for whole, one in said) else columns


def _title(column: str, columns: Sequence[str]) -> str:
    return "Result" if column == WHOLE and len(columns) == 1 else column


def _row(record: Record, group: str) -> tuple[str, str, str]:
    groups = record.get("groups") or {}
    others = [grouped(name) for key, name in groups.items() if key != group]
    if record.get("estimand"):
        others.append(record["estimand"])
    statistic = STATISTICS.get(str(record.get("statistic")), "")
    return (record.get("label") or record["id"], "; ".join(others), statistic)


def _guest(key: tuple[str, str, str]) -> tuple[str, str, str]:
    """The row whose numbers stand in the cells of this one."""
    label, about, statistic = key
    if statistic == "mean":
        return (label, about, "SD")
    return (f"{label}, range", about, "range") if statistic == "median" else ("", "", "")


def _host(
    key: tuple[str, str, str], rows: Mapping[tuple[str, str, str], Mapping[str, Record]]
) -> bool:
    return any(_guest(other) == key for other in rows)


def _told(statistic: str, guest: Mapping[str, Record]) -> str:
    if not guest:
        return "median (quartiles)" if statistic == "median" else statistic
    return "mean (SD)" if statistic == "mean" else "median (quartiles; range)"


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "patient"), counted(3, "patient")
    ('1 patient', '3 patients')
    """
    return f"{decimal(number)} {noun}" if number == 1 else f"{decimal(number)} {noun}s"
