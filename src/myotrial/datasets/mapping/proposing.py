"""Propose how a source fills the captured tables, by names, labels and values alone."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from myotrial import instruments, names
from myotrial.datasets.mapping import spellings
from myotrial.datasets.mapping.foreign import Foreign, said_unit, words
from myotrial.datasets.mapping.models import Filled, Mapping, Taken
from myotrial.datasets.mapping.redcap import is_technical
from myotrial.instruments import enzymes
from myotrial.names import meaning, plain
from myotrial.protocol.captured import Column, Table, tables
from myotrial.protocol.models import Assessment, Protocol

__all__ = ["Proposal", "propose"]

NEEDED = {  # without one of these a table is not filled from a source
    "disposition": ("DSDECOD",),
    "exposure": ("EXTRT", "EXDOSE"),
    "concomitant": ("CMTRT",),
    "adverse_events": ("AETERM",),
    "biopsies": ("MARKER",),
}
REPEAT = "redcap_repeat_instrument"
OWN = ("STUDYID", "ORIGIN")
MONTH = re.compile(r"(?:m|mo|month|visit_month)?_?(\d+)_?(?:m|mo|months?)?")
ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}.*")
PARTS = re.compile(r"(\d{1,4})[-./](\d{1,2})[-./](\d{1,4})")


class Proposal(NamedTuple):
    """A mapping, and the columns of the source that it leaves aside, each with why."""

    mapping: Mapping
    aside: list[tuple[str, str]]


def propose(
    protocol: Protocol, sources: list[Foreign], *, source: str, dictionary: str | None
) -> Proposal:
    """Propose a mapping.

    Args:
        protocol: The protocol.
        sources: The tables of the source.
        source: Its name.
        dictionary: The name of REDCap's data dictionary, if there is one.

    Returns:
        The mapping. What cannot be told from names, labels and values (a unit, the order of day
        and month, what an unknown value means) stays open in it, and nothing is guessed.
    """
    found: dict[str, Filled] = {}
    for name, table in tables(protocol).items():
        candidates = [(_matched(protocol, table, one), one) for one in sources]
        fitting = [(held, one) for held, one in candidates if _fits(protocol, name, held)]
        if fitting:
            held, one = max(fitting, key=lambda pair: len(pair[0]))
            found[name] = _filled(protocol, table, one, held)
    if "visits" in found and "subjects" not in found:
        one = next(one for one in sources if one.name == found["visits"].sheet)
        table = tables(protocol)["subjects"]
        alone = {"subjects": _filled(protocol, table, one, _matched(protocol, table, one))}
        found = alone | found
    missing = sorted(
        {
            cell
            for filled in found.values()
            for cell in _codes(filled, next(one for one in sources if one.name == filled.sheet))
        }
    )
    mapping = Mapping(source=source, dictionary=dictionary, missing=tuple(missing), tables=found)
    return Proposal(mapping, [*_aside(protocol, mapping, sources)])


def _fits(protocol: Protocol, name: str, held: dict[str, str]) -> bool:
    if "USUBJID" not in held:
        return False
    if name == "subjects":
        return any(item in held for item in ("ARM", "RFSTDTC", *protocol.recorded))
    if name == "visits":
        return any(item.id in held for item in protocol.assessments)
    return any(item in held for item in NEEDED[name])


def _matched(protocol: Protocol, table: Table, one: Foreign) -> dict[str, str]:
    """The source's column for each captured column (a date under its own name)."""
    called = {column: words(one, column) for column in one.table.columns}
    found: dict[str, str] = {}
    for target in table.columns:
        if target.name in OWN or target.name.endswith("_UNIT"):
            continue
        for name in filter(None, (target.name, target.date)):
            wanted = _wanted(protocol, name)
            fit = [column for column, has in called.items() if has & wanted]
            fit = fit or [column for column in called if _means(protocol, name, column, one)]
            fit = fit or _boxes(one, wanted)
            if fit:
                found[name] = fit[0]
        if target.date and target.name in found and target.date in found:
            by_day = bool(one.table[found[target.name]].str.contains(r"\d[-./]\d").any())
            found.pop(target.name if by_day else target.date)
        elif target.name in found and target.date:
            dates = one.table[found[target.name]].str.contains(r"\d[-./]\d+[-./]\d")
            if dates.fill_null(value=False).any():
                found[target.date] = found.pop(target.name)
    return found


def _wanted(protocol: Protocol, name: str) -> set[str]:
    """All that a captured column may be called."""
    wanted = {plain(name), *spellings.COLUMNS.get(name, ())}
    if name in protocol.subject:
        wanted.add(plain(protocol.subject[name].label))
    wanted |= {plain(item.label) for item in protocol.assessments if item.id == name and item.label}
    return wanted


def _means(protocol: Protocol, name: str, column: str, one: Foreign) -> bool:
    """Whether the names that scores know say that the column holds this."""
    held = meaning(column) or meaning(one.labels.get(column, ""))
    if not held:
        return False
    if held == name:
        return True
    item = next((item for item in protocol.assessments if item.id == name), None)
    same = [other for other in protocol.assessments if item and other.instrument == item.instrument]
    return bool(item) and len(same) == 1 and same[0].instrument in names.INSTRUMENTS.get(held, ())


def _boxes(one: Foreign, wanted: set[str]) -> list[str]:
    """The first box of a checkbox that is called so."""
    for column in one.table.columns:
        base, parted, _ = column.partition("___")
        if parted and (plain(base) in wanted or plain(one.labels.get(base, "")) in wanted):
            return [column]
    return []


def _filled(protocol: Protocol, table: Table, one: Foreign, held: dict[str, str]) -> Filled:
    columns: dict[str, Taken] = {}
    for target in table.columns:
        name = target.date if target.date in held else target.name
        if name in held:
            columns[name] = _taken(protocol, target, name, held[name], one)
        elif target.name == "ARM":
            only = protocol.arms[0].id if len(protocol.arms) == 1 else None
            columns["ARM"] = Taken.model_validate({"value": only})
        elif target.filled:
            columns[name] = Taken.model_validate({})
    return Filled(sheet=one.name, where=_where(table.name, one, held), columns=columns)


def _where(name: str, one: Foreign, held: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Which instances of REDCap's repeating instruments hold this table."""
    if name == "subjects" or REPEAT not in one.table.columns:
        return {}
    key = next((item for item in NEEDED.get(name, ()) if item in held), "")
    cells = one.table[REPEAT].str.strip_chars().fill_null("")
    if not key:
        return {REPEAT: ("",)}
    filled = one.table[held[key]].str.strip_chars().fill_null("") != ""
    return {REPEAT: tuple(sorted(cells.filter(filled).unique().to_list()))}


def _taken(protocol: Protocol, target: Column, name: str, column: str, one: Foreign) -> Taken:
    made: dict[str, Any] = {"column": column}
    base, parted, _ = column.partition("___")
    if parted and target.values:
        boxes = [item for item in one.table.columns if item.startswith(f"{base}___")]
        choices = {f"{base}___{plain(code)}": label for code, label in
                   one.choices.get(base, {}).items()}  # fmt: skip
        chosen = {box: _value(protocol, target, choices.get(box, box.removeprefix(f"{base}___")))
                  for box in boxes}  # fmt: skip
        return Taken.model_validate({"ticked": {box: to for box, to in chosen.items() if to}})
    if target.values:
        codes = [cell for cell in one.distinct(column) if cell not in spellings.NOT_RECORDED]
        meant = one.choices.get(column, {})
        chosen = {
            code: _value(protocol, target, code) or _value(protocol, target, meant.get(code, ""))
            for code in codes
        }
        made["values"] = {code: to for code, to in chosen.items() if to != code}
    item = next((item for item in protocol.assessments if item.id == target.name), None)
    if item is not None:
        made |= _unit(item, column, one)
    elif said_unit(target, column, one):
        made["unit"] = target.unit
    if name == target.date or target.kind == "date":
        made["date"] = _order(one, column)
    return Taken.model_validate(made)


def _unit(item: Assessment, column: str, one: Foreign) -> dict[str, str]:
    """The unit, where the source states it or there is only one."""
    known = [*instruments.get(item.instrument).units]
    beside = names.beside(item.id, column, one.table.columns, names.UNITED)
    if beside:
        return {"unit_column": beside}
    for word in (column, one.labels.get(column, "")):
        said = names.stated_unit(word)
        said = enzymes.SAME.get(said, said)
        if said in known:
            return {"unit": said}
    return {"unit": known[0]} if len(known) == 1 else {}


def _value(protocol: Protocol, target: Column, word: str) -> str | None:
    """What a value of the source is in the protocol, if its words say so."""
    low = plain(re.sub(r"\s*\(arm .*\)$|_arm_\d+$", "", word.strip().lower()))
    if not low:
        return None
    known = {plain(value): value for value in target.values}
    if target.name == "ARM":
        known |= {plain(arm.label): arm.id for arm in protocol.arms}
    if target.name == "VISIT":
        known |= _visits(protocol)
        month = MONTH.fullmatch(low)
        if low not in known and month:
            return {f"{v.month:g}": v.id for v in protocol.visits if v.month is not None}.get(
                str(int(month[1]))
            )
    kind = "YN" if set(target.values) == {"Y", "N"} else target.name
    others = spellings.VALUES.get(kind, {})
    found = known.get(low) or others.get(low)
    return found if found in target.values else None


def _visits(protocol: Protocol) -> dict[str, str]:
    known = {plain(visit.label): visit.id for visit in protocol.visits}
    return known | {word: visit.id for visit in protocol.visits if visit.baseline
                    for word in ("baseline", "baseline_visit")}  # fmt: skip


def _order(one: Foreign, column: str) -> str | None:
    """The order of day and month where the cells leave only one; None where they do not."""
    cells = one.distinct(column)
    if cells and all(ISO.fullmatch(cell) for cell in cells):
        return "YMD"
    parts = [found for cell in cells if (found := PARTS.fullmatch(cell))]
    if not parts or any(len(part[3]) < 4 for part in parts):
        return None
    first, second = (max(int(part[at]) for part in parts) for at in (1, 2))
    return "DMY" if first > 12 >= second else "MDY" if second > 12 >= first else None


def _codes(filled: Filled, one: Foreign) -> Iterator[str]:
    """Usual codes for what was not recorded, where the mapped columns hold them."""
    for taken in filled.columns.values():
        if taken.column and taken.column in one.table.columns:
            yield from (c for c in one.distinct(taken.column) if c in spellings.NOT_RECORDED)


def _aside(
    protocol: Protocol, mapping: Mapping, sources: list[Foreign]
) -> Iterator[tuple[str, str]]:
    """The columns that are not used, each with why."""
    specified = tables(protocol)
    for one in sources:
        mine = {name: filled for name, filled in mapping.tables.items() if filled.sheet == one.name}
        used = {
            column
            for filled in mine.values()
            for taken in filled.columns.values()
            for column in (taken.column, taken.unit_column, *taken.ticked)
        }
        for column in one.table.columns:
            if column in used or is_technical(column):
                continue
            taken_by = [
                f"{name}.{target.name}"
                for name in mine
                for target in specified[name].columns
                if words(one, column) & _wanted(protocol, target.name)
                or _means(protocol, target.name, column, one)
            ]
            why = (
                f"{taken_by[0]} is filled from another column"
                if taken_by
                else ("no captured column is called so")
            )
            yield f"{one.name}: {column}", why
