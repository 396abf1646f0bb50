"""What a report consists of, before it becomes a page or a PDF.

Sections hold blocks, blocks hold runs. A run is plain text, or a `Number` that leads to the
result it shows. Both faces, HTML and PDF, are made from the same content, so they cannot differ
in what they say. `plain` turns it into dicts and lists for the templates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

__all__ = [
    "Answer", "Aside", "Block", "Cell", "Conflict", "Facts", "Figure", "Link", "Mark", "Note",
    "Number", "Opening", "Points", "Prose", "Run", "Section", "Table", "cell", "plain",
]  # fmt: skip


@dataclass(frozen=True)
class Number:
    """A number, the id of the result it shows, and whether that is published and reproduced."""

    text: str
    result: str
    published: bool = False


@dataclass(frozen=True)
class Mark:
    """A symbol with its word; `kind` names the symbol, never a colour alone."""

    kind: str
    text: str


@dataclass(frozen=True)
class Link:
    """Words that lead to another place of the page; `to` is an anchor without '#'."""

    text: str
    to: str


@dataclass(frozen=True)
class Aside:
    """Words of less weight behind a number or a statement, such as its interval."""

    text: str


Run = str | Number | Mark | Link | Aside


@dataclass(frozen=True)
class Cell:
    """One cell of a table; `header` is "col", "row" or "" for data."""

    runs: tuple[Run, ...]
    header: str = ""
    numeric: bool = False
    span: int = 1


@dataclass(frozen=True)
class Prose:
    """One paragraph."""

    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Note:
    """A paragraph set apart; `kind` is "origin", "caution" or "absent"."""

    kind: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Points:
    """A list of short statements, each of runs."""

    items: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True)
class Facts:
    """Terms with what is said of each; `anchors`, one for each, lets links arrive there."""

    items: tuple[tuple[str, tuple[Run, ...]], ...]
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table with its caption; `head` is one row of column headers.

    `origin` says that it shows patients' data, so that its caption tells where they come from.
    """

    name: str
    caption: str
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    origin: bool = True


@dataclass(frozen=True)
class Figure:
    """A drawing by name, its caption, what it shows in words, and the listing it was drawn from."""

    name: str
    caption: str
    alt: str
    listing: str = ""


@dataclass(frozen=True)
class Conflict:
    """Statements and readings that cannot all hold, told and proved.

    Attributes:
        name: Anchor of the block.
        title: What clashes, in one line.
        explanation: The clash in sentences.
        statements: Id, words and place of each statement involved.
        readings: Id and words of each reading involved.
        certificate: The proof, line by line; each line is a sum anyone can redo.
    """

    name: str
    title: str
    explanation: tuple[str, ...]
    statements: tuple[tuple[str, str, str], ...]
    readings: tuple[tuple[str, str], ...]
    certificate: tuple[str, ...]


Block = Prose | Note | Points | Facts | Table | Figure | Conflict


@dataclass(frozen=True)
class Section:
    """One section of the report with its anchor, heading, and blocks in reading order."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Answer:
    """One question of the first screen and its answer, point by point."""

    question: str
    points: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True)
class Opening:
    """The first screen: what the report is about and its answers."""

    title: str
    line: str
    answers: tuple[Answer, ...]


def cell(content: Run | Iterable[Run], header: str = "", *, numeric: bool = False) -> Cell:
    """Make a cell from one run or several; a numeric one stands at the right."""
    runs = (content,) if isinstance(content, Run) else tuple(content)
    return Cell(runs, header, numeric)


def plain(part: Any) -> Any:
    """Turn content into dicts and lists; every dataclass says its `kind_of`.

    >>> plain(Number("7", "response.all.count"))
    {'kind_of': 'number', 'text': '7', 'result': 'response.all.count', 'published': False}
    """
    if is_dataclass(part) and not isinstance(part, type):
        named = {field.name: plain(getattr(part, field.name)) for field in fields(part)}
        return {"kind_of": type(part).__name__.lower(), **named}
    if isinstance(part, Sequence) and not isinstance(part, str):
        return [plain(item) for item in part]
    return part
