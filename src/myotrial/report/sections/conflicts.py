"""What cannot all hold, what hangs on it, and what the publication leaves open."""

from collections.abc import Iterable
from typing import Any

from myotrial.report.content import (
    Block,
    Cell,
    Conflict,
    Facts,
    Note,
    Points,
    Prose,
    Section,
    Table,
    cell,
)
from myotrial.report.source import Record, Source, reading_anchor
from myotrial.report.typography import MISSING, decimal, p_value

__all__ = ["grouped", "sections"]

TESTS = frozenset({"fisher", "boschloo", "barnard", "mid_p", "mcnemar"})
METHODS = {
    "fisher": "Fisher's exact test, two-sided p",
    "boschloo": "Boschloo's test, two-sided p",
    "barnard": "Barnard's test, two-sided p",
    "risk_difference": "Risk difference",
    "odds_ratio": "Odds ratio",
    "count": "Count",
}


def sections(source: Source) -> list[Section]:
    """Sections on the evidence; none where the study has no publication."""
    if not source.evidence:
        return []
    found = [_conflicts(source), _hanging(source), _open(source)]
    return [section for section in found if section]


def grouped(source: Source) -> dict[str, list[Record]]:
    """Conflicts by the fact they share."""
    groups: dict[str, list[Record]] = {}
    for conflict in source.evidence.get("conflicts") or []:
        key = conflict.get("group")
        groups.setdefault(str(key if key is not None else conflict.get("explanation")), []).append(
            conflict
        )
    return groups


def _conflicts(source: Source) -> Section:
    blocks: list[Block] = [_verdict(source), *_readings(source)]
    for number, (name, members) in enumerate(grouped(source).items(), start=1):
        blocks.append(_conflict(number, name, members, source))
    blocks += _ways_out(source)
    return Section("conflicts", "What cannot all hold", tuple(blocks))


def _verdict(source: Source) -> Prose:
    found = source.evidence
    groups = grouped(source)
    if found.get("consistent"):
        text = (
            "The published statements alone can all hold: at least one set of patients agrees "
            "with every one of them."
        )
    else:
        text = "The published statements cannot all hold, even without any reader's assumption."
    if groups:
        ways = f"{len(groups)} {'way' if len(groups) == 1 else 'ways'}"
        text += (
            f" Together with what a reader assumes, they clash in {ways}, shown below. "
            "A clash says that these cannot all hold; it does not say which of them is wrong."
        )
    return Prose((text,))


def _readings(source: Source) -> list[Block]:
    if not source.readings:
        return []
    lead = Prose(("What a reader assumes, by name; none of it stands in the publication:",))
    items = tuple((key, (says,)) for key, says in source.readings.items())
    return [lead, Facts(items, tuple(reading_anchor(key) for key in source.readings))]


def _conflict(number: int, name: str, members: list[Record], source: Source) -> Conflict:
    first = members[0]
    told = [str(first.get("explanation") or "")]
    if len(members) > 1:
        told.append(f"The same fact stands behind {len(members)} smallest sets; this is the first.")
    return Conflict(
        f"conflict-{number}",
        f"{number}. {name[:1].upper()}{name[1:]}",
        tuple(text for text in told if text),
        tuple(_statement(key, source) for key in first.get("claims") or []),
        tuple((key, source.readings.get(key) or key) for key in first.get("readings") or []),
        tuple(_lines(first.get("certificate"))),
    )


def _statement(key: str, source: Source) -> tuple[str, str, str]:
    claim = source.claims.get(key) or {}
    return (key, str(claim.get("says") or key), str(claim.get("where") or ""))


def _lines(certificate: Any) -> Iterable[str]:
    """A certificate line by line, whatever nesting it came in."""
    if certificate in (None, "", [], {}):
        return
    if isinstance(certificate, dict):
        for key, said in certificate.items():
            yield f"{key}: {said}" if not isinstance(said, list | dict) else f"{key}:"
            if isinstance(said, list | dict):
                yield from _lines(said)
    elif isinstance(certificate, list):
        for item in certificate:
            yield from _lines(item)
    else:
        yield str(certificate)


def _ways_out(source: Source) -> list[Block]:
    repairs = source.evidence.get("repairs") or []
    if not repairs:
        return []
    items = tuple(
        (" and ".join(_named(key, source) for key in _members(repair)),) for repair in repairs
    )
    lead = Prose(("Each of these, given up, is enough for the rest to hold together:",))
    return [lead, Points(items)]


def _members(repair: Any) -> list[str]:
    if isinstance(repair, dict):
        return [*(repair.get("readings") or []), *(repair.get("claims") or [])]
    return [str(key) for key in repair] if isinstance(repair, list) else [str(repair)]


def _named(key: str, source: Source) -> str:
    if key in source.readings:
        return f"the reading “{source.readings[key]}”"
    claim = source.claims.get(key)
    return f"the statement “{claim['says']}”" if claim and claim.get("says") else key


def _hanging(source: Source) -> Section | None:
    rows = tuple(_range(item, source) for item in source.evidence.get("statistics") or [])
    if not rows:
        return None
    head = ("Statistic", "Method", "Smallest", "Largest", "Readings taken as true")
    table = Table(
        "ranges",
        "The range of each statistic over all patient tables that fit",
        tuple(cell(text, "col", numeric=text in {"Smallest", "Largest"}) for text in head),
        rows,
        "Smallest and largest are equal where the published counts determine the statistic.",
        origin=False,
    )
    lead = Prose((
        "Where readings clash, some must be dropped. For each largest set of readings that can "
        "hold together, this is what every statistic can be.",
    ))  # fmt: skip
    return Section("ranges", "What hangs on it", (lead, table))


def _range(item: Record, source: Source) -> tuple[Cell, ...]:
    method = str(item.get("method") or "")
    low, high = (_end(item, key, method) for key in ("min", "max"))
    readings = "; ".join(source.readings.get(key) or key for key in item.get("readings") or [])
    return (
        cell(str(item.get("says") or item["id"]), "row"),
        cell(METHODS.get(method, method.replace("_", " "))),
        cell(low, numeric=True),
        cell(high, numeric=True),
        cell(readings or "none"),
    )


def _end(item: Record, key: str, method: str) -> str:
    number = item.get(key)
    if number is None:
        return MISSING
    text = p_value(number) if method in TESTS else decimal(number)
    table = item.get(f"at_{key}")
    if isinstance(table, list) and len(table) == 4:
        a, b, c, d = table
        text += f" ({a}/{a + b} v {c}/{c + d})"
    return text


def _open(source: Source) -> Section | None:
    found = source.evidence
    blocks: list[Block] = []
    for key, lead in (
        ("determined", "The published statements fix these:"),
        ("bounded", "They bound these, without fixing them:"),
        ("free", "They leave these open:"),
        ("implied", "These statements follow from the others and add nothing:"),
        ("unchecked", "These statements cannot be checked from counts:"),
    ):
        items = tuple((_told(item, source),) for item in found.get(key) or [])
        if items:
            blocks += [Prose((lead,)), Points(items)]
    blocks += [Note("caution", (str(said),)) for said in found.get("warnings") or []]
    if not blocks:
        return None
    return Section("open", "What is fixed, and what stays open", tuple(blocks))


def _told(item: Any, source: Source) -> str:
    if isinstance(item, dict):
        said = item.get("says") or item.get("id") or item.get("claim") or item.get("attribute")
        rest = [
            f"{key} {value}"
            for key, value in item.items()
            if key not in {"says", "id", "claim", "attribute"}
            and not isinstance(value, list | dict)
        ]
        return f"{said}: {', '.join(rest)}" if rest else str(said)
    return _named(str(item), source)
