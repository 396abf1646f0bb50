"""Read a YAML document so that every error can name its line.

A document is parsed as YAML 1.2 (`no` is the word no). Each scalar keeps the string it was
written as beside its value, because a reported "46.70" says more than the number 46.7.
"""

import difflib
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from myotrial.errors import DocumentError, Problem

__all__ = ["Document", "nearest", "parse", "read", "shown_path"]

Step = str | int
INTEGER = re.compile(r"[-+]?[0-9]+")
DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.?[0-9]+)(?:[eE][-+]?[0-9]+)?")
DIGITS = 400  # of one number
PARTS = 500_000  # values of one document, those reached through an alias counted each time
SLIPS = {  # part of the YAML parser's message: what to do about it
    "'\\t'": "indent with spaces, not with tabs",
    "mapping values are not allowed": "quote a text that holds ': ', indent keys of one part alike",
    "expected ',' or": "close the bracket that was opened here or before",
    "unexpected end of stream": "close the quotes that were opened before",
    "cannot start any token": "quote a text that begins with a mark such as this",
    "expected <block end>": "indent keys of one part alike",
}
WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True)
class Document:
    """A YAML document: its data, and for every place the line and the text as written.

    Attributes:
        file: Name to show in messages.
        data: Plain dicts, lists, str, int, float, bool and None.
        lines: 1-based line of each path.
        written: The string of each scalar, as it stands in the file.
    """

    file: str
    data: Any
    lines: dict[tuple[Step, ...], int] = field(repr=False)
    written: dict[tuple[Step, ...], str] = field(repr=False)

    def line(self, path: tuple[Step, ...]) -> int | None:
        """Line of a path, or of the nearest enclosing place that the file has."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None


def read(file: Path, *, verbatim: bool = False) -> Document:
    """Read a YAML file.

    Args:
        file: The file.
        verbatim: Keep every scalar as the string it was written as.

    Raises:
        DocumentError: The file is missing, is not UTF-8, is not YAML or repeats a key.
    """
    name = str(file)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        found = "a folder" if isinstance(error, IsADirectoryError) else reason
        raise _fail(name, "(file)", "a readable YAML file", found) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        found = f"the byte {error.object[error.start]:#04x}"
        hint = "save the file as UTF-8"
        raise _fail(name, "(file)", "UTF-8 text", found, line, hint) from error
    except ValueError as error:  # a NUL in the name
        raise _fail(repr(name), "(file)", "the name of a file", str(error)) from error
    return parse(text, file=name, verbatim=verbatim)


def parse(text: str, *, file: str = "(text)", verbatim: bool = False) -> Document:
    """Read YAML text; see `read`."""
    builder = _Builder(file, verbatim)
    try:
        root = _compose(text, file)
        data = builder.build(root, ()) if root is not None else None
    except RecursionError as error:
        raise _fail(file, "(file)", "a document", "lists or keys nested without end") from error
    if builder.problems:
        raise DocumentError(file, builder.problems)
    return Document(file, data, builder.lines, builder.written)


def shown_path(path: Iterable[Step]) -> str:
    """Show a key's path as a person writes it.

    >>> shown_path(("visits", 2, "day"))
    'visits[2].day'
    """
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "(top level)"


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the most similar known word, or lists what is known.

    >>> nearest("diagnsis", ["diagnosis", "sex"])
    "did you mean 'diagnosis'?"
    """
    listed = [str(item) for item in known]
    plain = {item.casefold(): item for item in reversed(listed)}
    close = difflib.get_close_matches(word.casefold(), plain, n=1, cutoff=0.6)
    if close:
        return f"did you mean {plain[close[0]]!r}?"
    return f"known here: {', '.join(map(repr, sorted(listed)))}" if listed else ""


def _compose(text: str, file: str) -> Any:
    """The document's tree of YAML nodes."""
    from ruamel.yaml import YAML  # heavy: only where a document is read
    from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)
            return YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else None
        found = (error.problem or "an error").removeprefix("but ").removeprefix("found ")
        raise _fail(file, "(file)", "valid YAML", found, line, _way_out(found)) from error
    except YAMLError as error:
        raise _fail(file, "(file)", "valid YAML", str(error).splitlines()[0]) from error


def _way_out(found: str) -> str:
    """What usually causes an error of the YAML parser, and mends it."""
    return next((hint for part, hint in SLIPS.items() if part in found), "")


def _fail(
    file: str, where: str, expected: str, found: str, line: int | None = None, hint: str = ""
) -> DocumentError:
    return DocumentError(file, [Problem(where, expected, found, line, hint)])


class _Builder:
    """Turns YAML nodes into plain data and remembers where each came from."""

    def __init__(self, file: str, verbatim: bool) -> None:
        self.file, self.verbatim = file, verbatim
        self.parts = 0
        self.lines: dict[tuple[Step, ...], int] = {}
        self.written: dict[tuple[Step, ...], str] = {}
        self.problems: list[Problem] = []
        self.open: set[int] = set()

    def build(self, node: Any, path: tuple[Step, ...]) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        self.parts += 1
        if self.parts > PARTS:
            found = f"more than {PARTS:,} of them (aliases count each time)"
            raise DocumentError(self.file, [Problem("(file)", "fewer values", found, line)])
        if id(node) in self.open:
            self.problems.append(Problem(shown_path(path), "a value", "an alias of itself", line))
            return None
        self.open.add(id(node))
        try:
            return getattr(self, f"_{node.id}")(node, path)
        finally:
            self.open.discard(id(node))

    def _scalar(self, node: Any, path: tuple[Step, ...]) -> Any:
        self.written[path] = node.value
        plain = node.style is None
        if not plain or (self.verbatim and node.value not in WORDS):
            return node.value
        if node.value.lower() in WORDS:
            return WORDS[node.value.lower()]
        if len(node.value) > DIGITS:
            return node.value
        if INTEGER.fullmatch(node.value):
            return int(node.value)
        if DECIMAL.fullmatch(node.value):
            return float(node.value)
        return node.value

    def _sequence(self, node: Any, path: tuple[Step, ...]) -> list[Any]:
        return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]

    def _mapping(self, node: Any, path: tuple[Step, ...]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key.value, str):
                found = "a list or keys as a key"
                self.problems.append(Problem(shown_path(path), "a word as a key", found, line))
                continue
            name = key.value
            here = (*path, name)
            if name in data:
                first = self.lines[here]
                found = f"a second {name!r} (first on line {first})"
                self.problems.append(Problem(shown_path(here), "each key once", found, line))
                continue
            self.lines[here] = line
            data[name] = self.build(value, here)
        return data
