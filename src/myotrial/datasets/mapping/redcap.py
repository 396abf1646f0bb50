"""REDCap: the data dictionary, and exports under raw names or under labels.

Labels    an export with labels is headed by them; each is put back to its field's name.
Choices   codes and labels of radio buttons, drop-downs and checkboxes; yesno and truefalse have
          theirs from REDCap itself (1 is Yes or True, 0 is No or False).
Boxes     one column for each choice of a checkbox: `diagnosis___1`, or "Diagnosis (choice=DM)".
Dates     are exported as year, month, day, whatever the screen shows.
Source    the columns of the dictionary and of exports as REDCap documents them, read in articles
          on it and in public projects, not in REDCap itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from myotrial.datasets.mapping.foreign import Foreign
from myotrial.errors import MissingColumnsError, MyotrialError
from myotrial.names import plain

__all__ = ["Field", "applied", "dictionary", "is_technical"]

NAME, TYPE, LABEL = "variable_/_field_name", "field_type", "field_label"
CHOICES, CHECK = "choices,_calculations,_or_slider_labels", "text_validation_type_or_show_slider"
BRANCH, NOTE = "branching_logic_(show_field_only_if_)", "field_note"
OTHER = {  # names in an export of metadata, by those in the dictionary that REDCap writes
    NAME: "field_name",
    CHOICES: "select_choices_or_calculations",
    BRANCH: "branching_logic",
}
GIVEN = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}
TECHNICAL = {
    "event_name": "redcap_event_name",
    "repeat_instrument": "redcap_repeat_instrument",
    "repeat_instance": "redcap_repeat_instance",
    "data_access_group": "redcap_data_access_group",
}
BOX = re.compile(r"^(?P<label>.*?)\s*\(choice=(?P<choice>.*)\)$", re.DOTALL)
MARKUP = re.compile(r"<[^>]*>")
BRANCH_TEST = re.compile(
    r"^\s*\[(?P<field>\w+)(?:\((?P<box>\w+)\))?\]\s*(?P<sign><>|!=|=)\s*['\"](?P<value>[^'\"]*)['\"]\s*$"
)


@dataclass(frozen=True)
class Field:
    """One field of a dictionary."""

    name: str
    kind: str
    label: str
    choices: dict[str, str]
    validation: str
    branching: str


def dictionary(table: pl.DataFrame, file: str) -> list[Field]:
    """The fields of a data dictionary, in order.

    Raises:
        MissingColumnsError: It is no data dictionary.
        MyotrialError: It holds no fields.
    """
    known = {plain(name): name for name in table.columns}
    found = {key: known.get(key) or known.get(OTHER.get(key, "")) for key in
             (NAME, TYPE, LABEL, CHOICES, CHECK, BRANCH)}  # fmt: skip
    missing = [key for key in (NAME, TYPE, LABEL) if not found[key]]
    if missing:
        hint = "download it in REDCap as the project's data dictionary (CSV)."
        raise MissingColumnsError(f"the data dictionary {file}", missing, table.columns, hint)
    fields = [
        _field({key: str(row[name] or "") if name else "" for key, name in found.items()})
        for row in table.iter_rows(named=True)
        if (row[found[NAME]] or "").strip()  # type: ignore[index]
    ]
    if not fields:
        raise MyotrialError(f"The data dictionary {file} holds no fields.")
    return fields


def _field(cells: dict[str, str]) -> Field:
    kind = cells[TYPE].strip().lower()
    choices = dict(_choices(cells[CHOICES])) if kind in ("radio", "dropdown", "checkbox") else {}
    label = " ".join(MARKUP.sub(" ", cells[LABEL]).split())
    return Field(
        cells[NAME].strip(),
        kind,
        label,
        choices or GIVEN.get(kind, {}),
        cells[CHECK].strip(),
        cells[BRANCH].strip(),
    )


def _choices(text: str) -> Iterator[tuple[str, str]]:
    """Code and label of each choice of "1, Yes | 0, No"."""
    for part in text.split("|"):
        code, comma, label = part.partition(",")
        if comma:
            yield code.strip(), " ".join(MARKUP.sub(" ", label).split())


def applied(foreign: Foreign, fields: list[Field]) -> Foreign:
    """A REDCap export under the names of its fields, with labels and choices known.

    Raises:
        MyotrialError: None of its columns is in the dictionary.
    """
    by_name = {field.name: field for field in fields}
    called = _unique([(field.label, field.name) for field in fields])
    boxes = {
        (plain(field.label), plain(label)): f"{field.name}___{plain(code)}"
        for field in fields
        if field.kind == "checkbox"
        for code, label in field.choices.items()
    }
    renamed = {column: _name(column, by_name, called, boxes) for column in foreign.table.columns}
    held = [_base(name) for name in renamed.values() if _base(name) in by_name]
    if not held:
        raise MyotrialError(
            f"No column of {foreign.file} is a field of the data dictionary.\n"
            "Hint: are both of the same project?"
        )
    twice = [name for name in renamed.values() if [*renamed.values()].count(name) > 1]
    if twice:
        raise MyotrialError(
            f"Several columns of {foreign.file} are the field {twice[0]!r}.\n"
            "Hint: export the raw data, whose columns are named as the fields."
        )
    made = replace(
        foreign,
        table=foreign.table.rename(renamed),
        labels={name: by_name[name].label for name in held if name in by_name},
        choices={name: by_name[name].choices for name in held if by_name[name].choices},
        decimal="," if _commas([by_name[name] for name in held]) else foreign.decimal,
    )
    return replace(made, notes=(*made.notes, *_hidden(made, [by_name[name] for name in held])))


def _commas(fields: list[Field]) -> bool:
    return any("comma_decimal" in field.validation for field in fields)


def _unique(pairs: list[tuple[str, str]]) -> dict[str, str]:
    labels = [plain(label) for label, _ in pairs]
    return {plain(label): name for label, name in pairs if labels.count(plain(label)) == 1}


def _name(
    column: str,
    fields: dict[str, Field],
    called: dict[str, str],
    boxes: dict[tuple[str, str], str],
) -> str:
    """The field of a column, which may be headed by its label."""
    if column in fields or "___" in column or column.startswith("redcap_"):
        return column
    box = BOX.match(column)
    if box:
        return boxes.get((plain(box["label"]), plain(box["choice"])), column)
    return called.get(plain(column)) or TECHNICAL.get(plain(column), column)


def _base(name: str) -> str:
    return name.partition("___")[0]


def is_technical(column: str) -> bool:
    """Whether a column is REDCap's own: of events, repeats and the state of a form."""
    low = plain(column)
    return low.startswith(("redcap_", "complete?")) or low.endswith("_complete")


def _hidden(foreign: Foreign, fields: list[Field]) -> Iterator[str]:
    """Fields that hold values where their branching logic would hide them, as notes."""
    for field in fields:
        shown = _shown(foreign, field.branching)
        if shown is None or field.name not in foreign.table.columns:
            continue
        filled = foreign.table[field.name].str.strip_chars().fill_null("") != ""
        many = int((filled & ~shown).sum())
        if many:
            yield (
                f"{field.name} holds a value in {many} rows where its branching logic hides it "
                f"({field.branching})"
            )


def _shown(foreign: Foreign, logic: str) -> pl.Series | None:
    """Where a branching logic shows its field; None where it is beyond what is read here."""
    if not logic or re.search(r"\bor\b", logic, re.IGNORECASE):
        return None
    shown = pl.Series([True] * foreign.table.height, dtype=pl.Boolean)
    for part in re.split(r"\band\b", logic, flags=re.IGNORECASE):
        test = BRANCH_TEST.match(part)
        name = "" if test is None else test["field"] + (f"___{test['box']}" if test["box"] else "")
        if test is None or name not in foreign.table.columns:
            return None
        cells = foreign.table[name].str.strip_chars().fill_null("")
        same = cells == test["value"]
        label = foreign.choices.get(name, {}).get(test["value"])
        if label:
            same = same | (cells == label)
        shown = shown & (same if test["sign"] == "=" else ~same)
    return shown
