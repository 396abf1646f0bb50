"""Cells of a CSV file that a spreadsheet would take for a formula are quoted, and unquoted again.

A cell that begins with = + - @, a tab or a line end, and is no plain number, gets an apostrophe in
front; so does one that begins with apostrophes before such a sign, so that nothing is lost on the
way back. An empty text (which is not a missing one) is a lone apostrophe.
"""

import re

__all__ = ["quoted", "unquoted"]

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
FORMULA = re.compile(r"'*([=+\-@\t\r\n]|\Z)")
QUOTED = re.compile(r"'+([=+\-@\t\r\n]|\Z)")


def quoted(text: str) -> str:
    """The text as a cell that no spreadsheet runs.

    >>> [quoted(text) for text in ("=1+1", "-5", "-x", "'=x", "it's", "")]
    ["'=1+1", '-5', "'-x", "''=x", "it's", "'"]
    """
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def unquoted(cell: str) -> str:
    """The text that `quoted` made a cell of.

    >>> [unquoted(quoted(text)) for text in ("=1+1", "-5", "''", "'=x", "it's", "")]
    ['=1+1', '-5', "''", "'=x", "it's", '']
    """
    return cell[1:] if QUOTED.match(cell) else cell
