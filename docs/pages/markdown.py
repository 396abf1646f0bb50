"""Tables and blocks of Markdown, and what docstrings say."""

import inspect
import re
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["MADE", "block", "first_line", "listed", "opening", "table"]

MADE = "<!-- Made by docs/generate.py from the code; edit the code instead. -->\n\n"
ENTRY = re.compile(r"^ {4}(\w+): ", re.MULTILINE)


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table; cells are kept on one line."""
    lines = [head, ("---",) * len(head), *rows]
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells) + "\n"


def block(text: str) -> str:
    """Text as it stands, unformatted."""
    return f"```text\n{text.rstrip()}\n```\n"


def first_line(thing: Any) -> str:
    """The first line of a docstring."""
    return (inspect.getdoc(thing) or "").split("\n")[0]


def opening(thing: Any) -> str:
    """A docstring without its list of attributes."""
    return (inspect.getdoc(thing) or "").partition("Attributes:\n")[0].strip()


def listed(thing: Any) -> dict[str, str]:
    """What a docstring's list of attributes says of each."""
    _, _, told = (inspect.getdoc(thing) or "").partition("Attributes:\n")
    _, *pairs = ENTRY.split(told.split("\n\n")[0])
    return {name: " ".join(text.split()) for name, text in zip(*[iter(pairs)] * 2, strict=True)}
