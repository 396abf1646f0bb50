"""Read the tables of a source that is no CDISC file: CSV, sheets of an XLSX file, Parquet."""

from pathlib import Path

import polars as pl

from myotrial.datasets import files
from myotrial.datasets.mapping.foreign import Foreign
from myotrial.datasets.standards.words import DOMAIN_LABELS as DOMAINS
from myotrial.errors import DocumentError, MyotrialError
from myotrial.names import KEYS, meaning, plain
from myotrial.study import spreadsheets

__all__ = ["KINDS", "holds_tables", "plain_table", "read"]

KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
LONG = ("PARAMCD", "AVAL")


def holds_tables(source: Path) -> bool:
    """Whether a source is a table, or a folder of tables, rather than CDISC files."""
    if source.is_dir():
        listed = [file for file in source.iterdir() if file.suffix.lower() in KINDS]
        domains = [file for file in listed if file.stem.upper() in DOMAINS]
        return bool(listed) and not domains and not any(source.glob("*.[xX][pP][tT]"))
    return source.suffix.lower() in KINDS


def read(source: Path, *, exported: bool = False) -> list[Foreign]:
    """Every table of a file, or of a folder, as texts.

    Args:
        source: The file or folder.
        exported: Whether it comes from REDCap: CSV files are then read as they stand, the first
            row naming the columns.

    Raises:
        MyotrialError: A file cannot be read, or holds no rows.
    """
    listed = sorted(source.iterdir()) if source.is_dir() else [source]
    found = [
        one for file in listed if file.suffix.lower() in KINDS for one in _tables(file, exported)
    ]
    if not any(one.table.height for one in found):
        raise MyotrialError(f"{source} holds no rows.\nHint: is it the file with the records?")
    return found


def plain_table(file: Path) -> pl.DataFrame:
    """A CSV file whose first line names its columns, as texts.

    Raises:
        DocumentError: It cannot be read, with the line.
    """
    raw = files.read(file, name=str(file))
    if raw.problems:
        raise DocumentError(str(file), raw.problems)
    return pl.DataFrame({name: list(cells) for name, cells in raw.columns.items()})


def _tables(file: Path, exported: bool) -> list[Foreign]:
    if file.suffix.lower() == ".parquet":
        return [_parquet(file)]
    if exported and file.suffix.lower() != ".xlsx":
        table = spreadsheets.as_it_stands(file)
        return [Foreign(file.stem, str(file), table, [*range(2, table.height + 2)])]
    if file.suffix.lower() != ".xlsx":
        return [_spread(file, None)]
    named = spreadsheets.sheets(file)
    made = []
    for sheet in named:
        try:
            made.append(_spread(file, sheet))
        except MyotrialError as error:
            if "The table is empty" not in str(error):  # an empty sheet is nobody's fault
                raise MyotrialError(f"sheet {sheet!r}: {error}") from error
    return made


def _spread(file: Path, sheet: str | None) -> Foreign:
    found = spreadsheets.read(file, sheet=sheet, decimal=None, columns={})
    shown = f"{file} ({sheet})" if sheet else str(file)
    lines = [int(number) + found.above for number in found.numbers]
    table = found.table.cast(pl.String)
    made = Foreign(sheet or file.stem, shown, table, lines, found.decimal, notes=found.notes)
    return _one_column_each(made)


def _parquet(file: Path) -> Foreign:
    try:
        frame = pl.read_parquet(file)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise MyotrialError(f"{file} cannot be read: {str(error).splitlines()[0]}") from error
    flat = frame.select(
        pl.col(name).cast(pl.String) if not kind.is_nested() else pl.lit(None).alias(name)
        for name, kind in frame.schema.items()
    )
    return _one_column_each(Foreign(file.stem, str(file), flat, [*range(1, frame.height + 1)]))


def _one_column_each(one: Foreign) -> Foreign:
    """A long table, with a row for each measure, as one with a column for each."""
    keys = {name: column for column in one.table.columns if (name := meaning(column)) in KEYS}
    if not all(name in keys for name in (*LONG, "USUBJID", "VISIT")):
        return one
    index = [keys["USUBJID"], keys["VISIT"]]
    on, value = keys["PARAMCD"], keys["AVAL"]
    whole = one.table.with_columns(pl.Series("__line__", one.lines))
    if whole.select([*index, on]).is_duplicated().any():
        raise MyotrialError(
            f"{one.file}: a measure of a subject and visit stands in several rows.\n"
            "Hint: keep one of them."
        )
    parts = [whole.group_by(index, maintain_order=True).agg(pl.col("__line__").first())]
    parts.append(whole.pivot(on, index=index, values=value, maintain_order=True))
    if "AVALU" in keys:
        units = whole.with_columns(pl.concat_str(pl.col(on), pl.lit("_unit")).alias(on))
        parts.append(units.pivot(on, index=index, values=keys["AVALU"], maintain_order=True))
    made = parts[0]
    for part in parts[1:]:
        made = made.join(part, on=index, how="left", maintain_order="left", nulls_equal=True)
    said = f"each row of {plain(on)} is read as a column of its own"
    table, lines = made.drop("__line__"), made["__line__"].to_list()
    return Foreign(one.name, one.file, table, lines, one.decimal, notes=(*one.notes, said))
