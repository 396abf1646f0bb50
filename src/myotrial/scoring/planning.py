"""Settle how a table is scored: which column is what, in which unit, and what is asked of it."""

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from myotrial import names
from myotrial.documents import nearest
from myotrial.errors import MissingColumnsError, MyotrialError
from myotrial.names import KEYS
from myotrial.scoring import cells, core_sets, limits
from myotrial.scoring.core_sets import CRITERIA
from myotrial.scoring.limits import Limits
from myotrial.scoring.measures import MEASURES, Measure, check_names, measure
from myotrial.scoring.plan import Plan

__all__ = ["Distinct", "planned"]

Distinct = Callable[[list[str]], pl.DataFrame]  # the distinct rows of some columns
LONG = ("PARAMCD", "AVAL")
SHOWN = 8  # visits named in a message


def planned(
    present: Sequence[str],
    distinct: Distinct,
    *,
    baseline: str | None,
    columns: Mapping[str, str],
    units: Mapping[str, str],
    variants: Mapping[str, str],
    limits: Limits,
    criteria: Sequence[str],
    decimal: str = ".",
) -> Plan:
    """Settle how a table is scored.

    Args:
        present: The table's columns.
        distinct: Gives the distinct rows of some of them.
        baseline: As in `score`.
        columns: As in `score`.
        units: As in `score`.
        variants: As in `score`.
        limits: As in `score`.
        criteria: As in `score`.
        decimal: As in `score`.

    Raises:
        MyotrialError: Something is not stated, or not known; all that lacks a unit or variant is
            named at once.
        MissingColumnsError: Subject, visit or every measure is missing.
    """
    _check(columns, units, variants, limits, criteria, decimal)
    keys = _keys(present, columns, baseline)
    long = all(name in keys for name in LONG)
    if not long:
        keys = {
            name: column for name, column in keys.items() if name not in (*LONG, "AVALU", "ANRHI")
        }
    parameters = _parameters(keys, distinct, columns) if long else {}
    held = (
        _long(parameters, keys, distinct, units, variants)
        if long
        else _wide(present, distinct, columns, units, variants)
    )
    if baseline is not None:
        _check_baseline(baseline, keys["VISIT"], distinct)
    kept, notes = _criteria(criteria, held)
    _check_limits(kept, held, keys, limits)
    return Plan(
        tuple(present), keys, held, kept, dict(limits), baseline, decimal, parameters, tuple(notes)
    )


def _check(
    columns: Mapping[str, str],
    units: Mapping[str, str],
    variants: Mapping[str, str],
    stated: Limits,
    criteria: Sequence[str],
    decimal: str,
) -> None:
    check_names(columns, [*KEYS, *MEASURES], argument="columns")
    check_names(units, [*MEASURES], argument="units")
    check_names(variants, [*MEASURES], argument="variants")
    check_names(stated, [*core_sets.ENZYME, "CHQPHS"], argument="limits")
    core_sets.check_criteria(criteria)
    if decimal not in (".", ","):
        raise MyotrialError(f"decimal is '.' or ',' (got {decimal!r}).")


def _keys(
    present: Sequence[str], columns: Mapping[str, str], baseline: str | None
) -> dict[str, str]:
    """The columns of subject, visit, baseline flag … that are there."""
    found = {name: names.column_of(name, present, columns) for name in KEYS}
    missing = [name for name in ("USUBJID", "VISIT") if found[name] is None]
    if missing:
        first = missing[0]
        hint = (
            f"say which column it is: columns={{{first!r}: …}}, or --column {first}=…; names "
            "that are recognised: " + ", ".join(KEYS[first]) + "."
        )
        raise MissingColumnsError("score", missing, present, hint)
    if baseline is None and found["ABLFL"] is None:
        raise MyotrialError(
            "score needs to know the baseline.\n"
            "Hint: name the baseline visit (baseline='…', or --baseline …), or mark its rows with "
            "Y in a column ABLFL."
        )
    if baseline is not None:
        found["ABLFL"] = None
    return {name: column for name, column in found.items() if column is not None}


def _parameters(
    keys: Mapping[str, str], distinct: Distinct, columns: Mapping[str, str]
) -> dict[str, str]:
    """The measure of each PARAMCD of a long table."""
    there = cells.texts(distinct([keys["PARAMCD"]]).to_series()).drop_nulls().unique().sort()
    given = {word: name for name, word in columns.items() if name in MEASURES}
    found = {word: given.get(word, names.meaning(word)) for word in there}
    known = {word: name for word, name in found.items() if name in MEASURES}
    if not known:
        raise MyotrialError(
            f"No value of {keys['PARAMCD']!r} is a measure that score knows (found "
            f"{', '.join(map(repr, there[:SHOWN]))}).\n"
            "Hint: state which holds which: columns={'PHGA': 'PHYS'}, or --column PHGA=PHYS."
        )
    if len({*known.values()}) < len(known):
        twice = [word for word, name in known.items() if [*known.values()].count(name) > 1]
        raise MyotrialError(
            f"{' and '.join(map(repr, twice))} are the same measure, under two names."
        )
    return known


def _long(
    parameters: Mapping[str, str],
    keys: Mapping[str, str],
    distinct: Distinct,
    units: Mapping[str, str],
    variants: Mapping[str, str],
) -> dict[str, Measure]:
    seen: dict[str, list[str]] = {}
    if "AVALU" in keys:
        pairs = distinct([keys["PARAMCD"], keys["AVALU"]])
        code, unit = (cells.texts(column) for column in pairs.get_columns())
        for word, said in sorted({*zip(code, unit, strict=True)}, key=str):
            if word in parameters and said is not None:
                seen.setdefault(word, []).append(said)
    made = {
        name: measure(
            name,
            word,
            stated=units.get(name, "") or names.stated_unit(word),
            variants=variants,
            unit_column=keys.get("AVALU", "") if word in seen else "",
            limit_column=keys.get("ANRHI", "") if name in core_sets.ENZYME else "",
            seen=seen.get(word, ()),
        )
        for word, name in parameters.items()
    }
    return _told(made)


def _wide(
    present: Sequence[str],
    distinct: Distinct,
    columns: Mapping[str, str],
    units: Mapping[str, str],
    variants: Mapping[str, str],
) -> dict[str, Measure]:
    found = {name: names.column_of(name, present, columns) for name in MEASURES}
    made = {}
    for name, column in found.items():
        if column is None:
            continue
        unit_column = names.beside(name, column, present, names.UNITED)
        seen = cells.texts(distinct([unit_column]).to_series()) if unit_column else None
        limited = name in core_sets.ENZYME
        made[name] = measure(
            name,
            column,
            stated=units.get(name, "") or names.stated_unit(column),
            variants=variants,
            unit_column=unit_column,
            limit_column=names.beside(name, column, present, names.LIMITED) if limited else "",
            seen=[] if seen is None else sorted({*seen.drop_nulls()}),
        )
    if not made:
        hint = "say which column holds which: columns={'PHGA': …}, or --column PHGA=…."
        raise MissingColumnsError("score", MEASURES, present, hint)
    return _told(made)


def _told(made: Mapping[str, Measure | list[str]]) -> dict[str, Measure]:
    """The measures; what any of them lacks is an error, all of it at once."""
    lacking = [line for item in made.values() if isinstance(item, list) for line in item]
    if lacking:
        raise MyotrialError("score never guesses a unit or variant:\n" + "\n".join(lacking))
    held = {name: item for name, item in made.items() if isinstance(item, Measure)}
    return {name: held[name] for name in MEASURES if name in held}


def _check_baseline(baseline: str, column: str, distinct: Distinct) -> None:
    known = cells.texts(distinct([column]).to_series()).drop_nulls().unique().sort().to_list()
    if known and baseline not in known:
        raise MyotrialError(
            f"No row has the baseline visit {baseline!r}.\nHint: {nearest(baseline, known)}"
        )


def _criteria(
    wanted: Sequence[str], held: Mapping[str, Measure]
) -> tuple[tuple[str, ...], list[str]]:
    """The criteria that can be judged, in a fixed order; and notes."""
    kept, notes = [], []
    for name, criterion in CRITERIA.items():
        if name not in wanted:
            continue
        taken = core_sets.used(criterion, held)
        if not taken.some and not any(item in held for item in criterion.needs):
            notes.append(f"{name} is left out, no column holds a measure of it")
            continue
        kept.append(name)
        notes += core_sets.notes(name, taken, held)
    if not kept:
        raise MyotrialError(f"Nothing to score: {'; '.join(notes)}.")
    return tuple(kept), notes


def _check_limits(
    criteria: Sequence[str],
    held: Mapping[str, Measure],
    keys: Mapping[str, str],
    stated: Limits,
) -> None:
    enzymes: dict[str, None] = {}
    scored = False
    for name in criteria:
        taken = core_sets.used(CRITERIA[name], held)
        enzymes |= dict.fromkeys(taken.enzymes)
        scored |= CRITERIA[name].adds == "tis" and bool(taken.enzymes)
        if CRITERIA[name].adds == "tis" and taken.names.enzyme == "CHQPHS":
            _check_range(stated)
    limits.check(held, keys, stated, scored=scored, enzymes=tuple(enzymes))


def _check_range(stated: Limits) -> None:
    if not isinstance(stated.get("CHQPHS"), int | float):
        raise MyotrialError(
            "the juvenile score of the PRINTO core set needs the range of the CHQ-PhS; the one "
            "that the criteria use was not found in a source.\n"
            "Hint: state it as a limit (limits={'CHQPHS': 50}, or --limit CHQPHS=50)."
        )
