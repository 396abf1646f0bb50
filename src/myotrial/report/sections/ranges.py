"""What hangs on the readings, and what the publication fixes, bounds and leaves open."""

from collections.abc import Iterable, Sequence

from myotrial.report.content import (
    Aside,
    Block,
    Cell,
    Facts,
    Note,
    Number,
    Points,
    Prose,
    Run,
    Section,
    Table,
    cell,
)
from myotrial.report.source import Record, Source
from myotrial.report.tables import counted
from myotrial.report.typography import PERCENT, decimal, p_value
from myotrial.results import INFINITY

__all__ = ["openness", "section", "verdicts"]

ALONE = "Stated alone"
LEVEL = 0.05  # the level beside which a p-value is read
TESTS = {
    "fisher": "Fisher",
    "fisher_mid_p": "Fisher mid-P",
    "boschloo": "Boschloo",
    "barnard": "Barnard",
}
EFFECTS = {"risk_difference": "Risk difference, % points", "odds_ratio": "Odds ratio"}
STATUSES = {"determined": "fixed", "bounded": "bounded", "free": "open"}
Under = tuple[tuple[str, ...], ...]


def section(source: Source) -> Section | None:
    """Every statistic under each set of readings; None where there is none."""
    items = _items(source)
    if not items:
        return None
    sets = _sets(items)
    lead = (
        "Where readings clash, some must be given up. Each set below is as large as it can be "
        "without a clash; every statistic is given over all patient tables that then fit."
    )
    blocks: list[Block] = [Prose((lead,)), _legend(sets, source)]
    by_id = dict.fromkeys(item["id"] for item, _ in items)
    for key in by_id:
        found = [(item, result) for item, result in items if item["id"] == key]
        if any("tables" in item for item, _ in found):
            blocks += _table_statistic(key, found, sets)
    counts = _counts([pair for pair in items if pair[0]["method"] == "count"], sets)
    return Section("ranges", "What hangs on the readings", (*blocks, *([counts] if counts else [])))


def _items(source: Source) -> list[tuple[Record, str]]:
    """Each range with the id of its result, which stand in the same order; "" without one."""
    statistics = source.evidence.get("statistics") or []
    ids = [record["id"] for record in source.of("sensitivity")]
    if len(ids) != len(statistics):
        ids = [""] * len(statistics)
    return list(zip(statistics, ids, strict=True))


def _under(item: Record) -> Under:
    return tuple(tuple(item.get(key) or ()) for key in ("readings", "without", "loosely"))


def _sets(items: Sequence[tuple[Record, str]]) -> dict[Under, str]:
    """A name for each set of readings, in the order given."""
    names: dict[Under, str] = {}
    letters = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for item, _ in items:
        under = _under(item)
        if under not in names:
            names[under] = f"Set {next(letters, '…')}" if under[0] else ALONE
    return names


def _legend(sets: dict[Under, str], source: Source) -> Facts:
    return Facts(tuple((name, (_told(under, source),)) for under, name in sets.items()))


def _told(under: Under, source: Source) -> str:
    readings, without, loosely = under
    if not readings:
        return "Every published statement, and no reading."
    text = "Every published statement and every reading"
    text += f" but {source.quoted(without)}" if without else ""
    text += f"; read loosely: {source.quoted(loosely)}" if loosely else ""
    return f"{text}."


def _table_statistic(
    key: str, found: Sequence[tuple[Record, str]], sets: dict[Under, str]
) -> list[Block]:
    methods = list(dict.fromkeys(item["method"] for item, _ in found))
    label = str(found[0][0].get("label") or key)
    head = ("Under", "Counts", *(TESTS.get(m) or EFFECTS.get(m) or m for m in methods))
    rows: list[tuple[Cell, ...]] = []
    for under, name in sets.items():
        here = {item["method"]: (item, result) for item, result in found if _under(item) == under}
        if here:
            cells = (cell(_value(*here[m]), numeric=True) for m in methods if m in here)
            first = next(iter(here.values()))[0]
            rows.append((cell(name, "row"), cell(_counted(first), numeric=True), *cells))
    cells = tuple(cell(title, "col", numeric=at > 0) for at, title in enumerate(head))
    title = label[:1].upper() + label[1:]
    table = Table(f"range-{key}", title, cells, tuple(rows), origin=False)
    return [table, *(Prose((text,)) for text in verdicts(found))]


def _counted(item: Record) -> str:
    """The 2x2 table where only one fits, else how many do."""
    end = (item.get("at_min") or {}).get("table")
    if item.get("tables") == 1 and end:
        a, b, c, d = end
        return f"{a}/{a + b} v {c}/{c + d}"
    return f"{counted(item['tables'], 'table')} fit".replace(" ", " ") if item.get("tables") else ""


def _value(item: Record, result: str) -> list[Run]:
    """A range, or one number with its interval below it; linked to its result."""
    text, ends = _range(item), _interval(item)
    return [Number(text, result) if result else text, *([Aside(ends)] if ends else [])]


def _range(item: Record) -> str:
    low, high = item.get("min"), item.get("max")
    if low is None or high is None:
        return "undefined"
    if low == high:
        text = _end(low, item)
    elif high == INFINITY:
        text = f"{_end(low, item)} or more"
    else:
        text = f"{_end(low, item)} to {_end(high, item)}"
    some = any(note.startswith("undefined") for note in item.get("warnings") or [])
    return f"{text}, or undefined" if some else text


def _end(end: float | str, item: Record) -> str:
    """One end of a range; a difference of shares in percentage points."""
    if isinstance(end, str):
        return "infinite"
    if item["method"] in TESTS:
        return _p(end)
    return decimal(100 * end if item["method"] == "risk_difference" else end)


def _p(value: float) -> str:
    """A p-value that may be an end of a range, where "> 0.999" would not read."""
    return "1.00" if value > 0.999 else p_value(value).removeprefix("p = ").removeprefix("p ")


def _interval(item: Record) -> str:
    end = item.get("at_min") or {}
    if item.get("tables") != 1 or "level" not in end:
        return ""
    level = decimal(100 * end["level"])
    return f"{level}{PERCENT} CI {_end(end['low'], item)} to {_end(end['high'], item)}"


def verdicts(found: Sequence[tuple[Record, str]]) -> Iterable[str]:
    """For each test a sentence on its p-values over the sets of readings that can hold."""
    for method, name in TESTS.items():
        chosen = [
            item for item, _ in found if item["method"] == method and (item.get("readings") or [])
        ]
        values = [item[end] for item in chosen for end in ("min", "max") if item[end] is not None]
        if len(chosen) > 1 and values:
            low, high = min(values), max(values)
            span = f"p from {_p(low)} to {_p(high)}" if low != high else p_value(low)
            below = "below" if high < LEVEL else "not below" if low >= LEVEL else "on both sides of"
            split = below == "on both sides of"
            every = ", depending on the readings" if split else " under every set of readings"
            yield f"{name}: {span}, {below} {LEVEL}{every}."


def _counts(items: Sequence[tuple[Record, str]], sets: dict[Under, str]) -> Table | None:
    rows: dict[str, dict[Under, list[Run]]] = {}
    for item, result in items:
        label = str(item.get("label") or item["id"])
        rows.setdefault(label, {})[_under(item)] = _value(item, result)
    if not rows:
        return None
    head = (
        cell("Number of patients", "col"),
        *(cell(name, "col", numeric=True) for name in sets.values()),
    )
    body = tuple(
        (
            cell(label[:1].upper() + label[1:], "row"),
            *(cell(values.get(under, ""), numeric=True) for under in sets),
        )
        for label, values in rows.items()
    )
    return Table(
        "range-counts",
        "Counts that the publication leaves open",
        head,
        body,
        "One number where every patient table that fits agrees.",
        origin=False,
    )


def openness(source: Source) -> Section | None:
    """What the stated claims alone fix, bound, and leave open; None where nothing is known."""
    found = source.evidence
    blocks: list[Block] = []
    table = _attributes(source)
    if table:
        blocks += [table, Prose((_pairs(source),))]
    implied = tuple(
        (f"“{source.says(item['claim'])}” follows from {source.quoted(item['from'])}.",)
        for item in found.get("implied") or []
    )
    if implied:
        blocks += [Prose(("Statements that add nothing to the others:",)), Points(implied)]
    blocks += [Note("caution", (str(text),)) for text in found.get("warnings") or []]
    return Section("open", "What is fixed, and what stays open", tuple(blocks)) if blocks else None


def _attributes(source: Source) -> Table | None:
    """A row an attribute: the values whose counts are fixed, bounded, and open."""
    found: dict[str, dict[str, list[str]]] = {}
    for status, word in STATUSES.items():
        for item in source.evidence.get(status) or []:
            if len(item.get("values") or {}) == 1:
                ((name, value),) = item["values"].items()
                size = _range({**item, "method": "count"})
                found.setdefault(str(name), {}).setdefault(word, []).append(f"{value}: {size}")
    if not found:
        return None
    words = [word for word in STATUSES.values() if any(word in row for row in found.values())]
    head = tuple(cell(title, "col") for title in ("Attribute", *(w.capitalize() for w in words)))
    body = tuple(
        (cell(name.replace("_", " "), "row"), *(cell("; ".join(row.get(w, []))) for w in words))
        for name, row in found.items()
    )
    caption = "How many patients have each value, by the published statements alone"
    return Table("attributes", caption, head, body, origin=False)


def _pairs(source: Source) -> str:
    counts = {
        word: sum(len(item.get("values") or {}) > 1 for item in source.evidence.get(status) or [])
        for status, word in STATUSES.items()
    }
    told = ", ".join(f"{decimal(number)} {word}" for word, number in counts.items())
    unlinked = sum("unlinked" in item for item in source.evidence.get("free") or [])
    text = f"Of the counts of two attributes together: {told}."
    if unlinked:
        text += f" {counted(unlinked, 'pair')} of attributes share no statement at all."
    return text
