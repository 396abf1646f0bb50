"""One dataset as a standard sees it: its rows, and what each variable is.

Kinds    "text", "integer", "float"; a transport file knows text and numbers only.
Lengths  in bytes, as the longest cell needs (numbers 8).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

__all__ = ["Dataset", "Variable", "dataset"]


@dataclass(frozen=True)
class Variable:
    """One variable.

    Attributes:
        name: At most 8 characters.
        label: At most 40 bytes.
        kind: "text", "integer" or "float".
        length: Bytes of the longest text; 8 for a number.
        origin: "Collected", "Derived", "Assigned" or "Protocol".
        codes: The values it can take; empty where any will do.
    """

    name: str
    label: str
    kind: str
    length: int
    origin: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """One dataset.

    Attributes:
        name: "DM", "ADSL" …
        label: At most 40 bytes.
        standard: "SDTMIG" or "ADaMIG".
        kind: Its class: "EVENTS", "FINDINGS", "BASIC DATA STRUCTURE" …
        structure: What a row is, in words.
        keys: Variables that no two rows share.
        variables: In order.
        frame: Rows; columns as `variables`.
    """

    name: str
    label: str
    standard: str
    kind: str
    structure: str
    keys: tuple[str, ...]
    variables: tuple[Variable, ...]
    frame: pl.DataFrame

    @cached_property
    def labels(self) -> dict[str, str]:
        """Label by variable."""
        return {variable.name: variable.label for variable in self.variables}


def dataset(
    frame: pl.DataFrame,
    *,
    name: str,
    label: str,
    standard: str,
    kind: str,
    structure: str,
    keys: tuple[str, ...],
    labels: Mapping[str, str],
    origins: Mapping[str, str],
    codes: Mapping[str, tuple[str, ...]],
) -> Dataset:
    """Describe a frame; an origin that is not named is "Derived"."""
    variables = tuple(
        Variable(
            column,
            labels[column],
            _kind(kind_),
            _length(frame[column]),
            origins.get(column, "Derived"),
            codes.get(column, ()),
        )
        for column, kind_ in frame.schema.items()
    )
    return Dataset(name, label, standard, kind, structure, keys, variables, frame)


def _kind(kind: pl.DataType) -> str:
    if kind.is_integer():
        return "integer"
    return "float" if kind.is_float() else "text"


def _length(column: pl.Series) -> int:
    if column.dtype != pl.String:
        return 8
    sizes: list[int] = column.drop_nulls().str.len_bytes().to_list()
    return max([1, *sizes])
