"""A mapping as YAML that a person reads and edits."""

import json
import re
from collections.abc import Iterator

from myotrial import instruments
from myotrial.datasets.mapping.foreign import Foreign
from myotrial.datasets.mapping.models import Filled, Mapping, Taken
from myotrial.protocol.models import Protocol

__all__ = ["text"]

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
WORDS = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
HEAD = """\
# How the columns of {source} fill the captured tables of this study.
# Look through it, settle what is open, then: myotrial import SOURCE STUDY
#
# column   column of the source            value    the same in every row, instead of a column
# unit     unit of the source's values     values   what each value is called in the protocol
# date     DMY, MDY or YMD                 missing  cells that mean: not recorded
# leave_out  values whose rows are left out
"""


def text(
    mapping: Mapping, protocol: Protocol, sources: list[Foreign], aside: list[tuple[str, str]]
) -> str:
    """The document; what is open says what may stand there, and what is not used ends it."""
    lines = [HEAD.format(source=mapping.source), f"source: {_word(mapping.source)}"]
    if mapping.dictionary:
        lines.append(f"dictionary: {_word(mapping.dictionary)}")
    lines.append(f"missing: {_list(mapping.missing)}")
    lines.append("tables:" if mapping.tables else "tables: {}")
    sheets = {one.name: one for one in sources}
    for name, filled in mapping.tables.items():
        lines += _table(name, filled, protocol, sheets[filled.sheet])
    if aside:
        lines += ["", "# Not used:", *(f"#   {column}: {why}" for column, why in aside)]
    return "\n".join(lines) + "\n"


def _table(name: str, filled: Filled, protocol: Protocol, one: Foreign) -> Iterator[str]:
    yield f"  {name}:"
    yield f"    sheet: {_word(filled.sheet)}"
    if filled.where:
        pairs = ", ".join(f"{_word(key)}: {_list(kept)}" for key, kept in filled.where.items())
        yield f"    where: {{{pairs}}}"
    yield "    columns:"
    for key, taken in filled.columns.items():
        label = one.labels.get(taken.column or "", "")
        after = f"  # {label}" if label else ""
        yield f"      {key}:{after}"
        yield from (f"        {line}" for line in _taken(key, taken, protocol))


def _taken(key: str, taken: Taken, protocol: Protocol) -> Iterator[str]:
    if taken.ticked:
        yield "ticked:"
        yield from (f"  {_word(box)}: {_word(value)}" for box, value in taken.ticked.items())
        return
    if taken.column is None:
        yield f"value: {_word(taken.value)}" if taken.value else "column:  # open: which holds it?"
        return
    yield f"column: {_word(taken.column)}"
    item = next((one for one in protocol.assessments if one.id == key), None)
    if taken.unit_column:
        yield f"unit_column: {_word(taken.unit_column)}"
    elif item is not None:
        units = " or ".join(instruments.get(item.instrument).units)
        yield f"unit: {_word(taken.unit)}" if taken.unit else f"unit:  # open: {units}"
        if item.variant:
            yield f"# read as {item.variant}, as in study.yaml"
    attribute = protocol.subject.get(key)
    if attribute is not None and attribute.unit:
        yield f"unit: {_word(taken.unit)}" if taken.unit else f"unit:  # open: {attribute.unit}"
    if taken.date or key.endswith("DTC"):
        yield f"date: {taken.date}" if taken.date else "date:  # open: DMY, MDY or YMD"
    if taken.values:
        yield "values:"
        for value, meant in taken.values.items():
            yield f"  {_word(value)}: {_word(meant)}" if meant else f"  {_word(value)}:  # open"


def _list(values: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_word, values))}]"


def _word(value: str | None) -> str:
    """A text as YAML reads it back: quoted unless it is a plain word."""
    if value and PLAIN.fullmatch(value) and value.lower() not in WORDS:
        return value
    return json.dumps(value or "", ensure_ascii=False)
