"""A table of others as it stands: texts under any names, and what their own dictionary says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from myotrial.names import plain
from myotrial.protocol.captured import Column

__all__ = ["Foreign", "said_unit", "stem", "words"]


@dataclass(frozen=True)
class Foreign:
    """One table of a source.

    Attributes:
        name: The sheet, or the file's name without its ending.
        file: Name to show in messages.
        table: Its cells as texts.
        lines: Line of each row in the file or sheet.
        decimal: What stands before the decimals.
        labels: What a dictionary calls a column.
        choices: What a dictionary says that the codes of a column mean.
        notes: What had to be found out to read it.
    """

    name: str
    file: str
    table: pl.DataFrame
    lines: list[int]
    decimal: str = "."
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def distinct(self, column: str) -> list[str]:
        """The different cells of a column that hold something, in order."""
        cells = self.table[column].str.strip_chars()
        return [cell for cell in cells.unique(maintain_order=True).to_list() if cell]


def said_unit(target: Column, column: str, foreign: Foreign) -> bool:
    """Whether the source says that a column is in the unit of an attribute; age is in years."""
    said = plain(f"{column} {foreign.labels.get(column, '')}")
    return bool(target.unit) and (target.name == "AGE" or plain(target.unit) in said)


def stem(word: str) -> str:
    """A name without what stands in brackets at its end.

    >>> stem("PHGA (mm)"), stem("PHGA")
    ('PHGA', 'PHGA')
    """
    bare = word.rstrip()
    if bare.endswith((")", "]")):
        return bare[: max(bare.rfind("("), bare.rfind("["))].rstrip() or bare
    return bare


def words(foreign: Foreign, column: str) -> set[str]:
    """All that a column is called, in small letters."""
    called = [column, foreign.labels.get(column, "")]
    return {plain(one) for word in called for one in (word, stem(word)) if one}
