"""From the machine form of a claim to linear statements over counts of patients.

Tally    a sum over patients: how many meet a condition, or the sum of a score (or of its square)
         over those who do.
Line     low <= sum of coefficient times tally <= high, all whole numbers.
Choice   the tallies lie in one of several boxes: what a printed SD or p-value leaves possible.
Shares   "46.7%" of m patients means 0.4665 m <= count <= 0.4675 m and m >= 1: linear, so a share
         needs no known m. A printed mean likewise: low m <= sum of scores <= high m.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from myotrial.errors import TooLargeError
from myotrial.evidence import claims, moments, pvalues, rounding
from myotrial.evidence.plausible import sizes
from myotrial.evidence.vague import bound
from myotrial.expressions import Expression, names, parse

__all__ = ["EVERYONE", "Choice", "Line", "Statement", "Tally", "of_form", "tally"]

TABLES = 60_000  # candidate tables of one printed p-value


@dataclass(frozen=True)
class Tally:
    """A sum over patients.

    Attributes:
        text: The condition as text; empty for all patients.
        score: Attribute summed over those who meet it; empty to count them.
        power: The score is raised to this power.
    """

    text: str = ""
    score: str = ""
    power: int = 1

    def condition(self) -> Expression | None:
        """The condition parsed; None for all patients."""
        return parse(self.text) if self.text else None

    def attributes(self) -> frozenset[str]:
        """The attributes it depends on."""
        found = names(parse(self.text)) if self.text else frozenset()
        return found | {self.score} if self.score else found

    def words(self) -> str:
        """The tally as a reader sees it in a certificate."""
        if not self.score:
            return f"number with {self.text}" if self.text else "number of patients"
        what = self.score if self.power == 1 else f"{self.score} squared"
        return f"sum of {what} over {self.text}" if self.text else f"sum of {what}"


@dataclass(frozen=True)
class Line:
    """A linear statement: low <= sum of coefficient times tally <= high; None is no bound."""

    terms: tuple[tuple[int, Tally], ...]
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Choice:
    """One of the options holds: tally i lies between option[i][0] and option[i][1] for all i."""

    tallies: tuple[Tally, ...]
    options: tuple[tuple[tuple[int, int], ...], ...]


Statement = Line | Choice
EVERYONE = Tally()


def tally(*conditions: Expression | str | None, score: str = "", power: int = 1) -> Tally:
    """Tally of the patients who meet all of the conditions; None is no condition."""
    texts = [str(condition) for condition in conditions if condition is not None]
    text = texts[0] if len(texts) == 1 else " and ".join(f"({text})" for text in texts)
    return Tally(text, score, power)


def of_form(
    paper: claims.Paper, form: claims.Form, name: str
) -> tuple[list[Statement], list[str | None]]:
    """The statements of a form, and the sizes it takes from other claims.

    Args:
        paper: The paper the form belongs to.
        form: A machine form.
        name: The claim's id, for messages.

    Returns:
        The statements, which hold together; and the conditions (None: all patients) whose stated
        number the statements rest on, so that they say nothing once that number is withdrawn.

    Raises:
        TooLargeError: A printed p-value leaves too many tables.
    """
    return BUILD[type(form)](paper, form, name)


def _exactly(found: Tally, value: int) -> Line:
    return Line(((1, found),), value, value)


def _total(_paper: claims.Paper, form: Any, _name: str) -> Any:
    return [_exactly(EVERYONE, int(form.total))], []


def _count(_paper: claims.Paper, form: Any, _name: str) -> Any:
    counted = tally(form.count)
    if form.equals is not None:
        return [_exactly(counted, int(form.equals))], []
    low = int(form.at_least) if form.at_least is not None else None
    high = int(form.at_most) if form.at_most is not None else None
    return [Line(((1, counted),), low, high)], []


def _by(paper: claims.Paper, form: Any, _name: str) -> Any:
    domain = {str(value): value for value in paper.attributes[form.by].domain}
    lines = []
    for value, printed in form.equals.items():
        group = f"{form.by} == {literal(domain[value])}"
        lines.append(_exactly(tally(group, form.count), int(printed)))
    return lines, []


def literal(value: Any) -> str:
    """A value as the expression language writes it."""
    if isinstance(value, str):
        return f'"{value}"' if "'" in value else f"'{value}'"
    if isinstance(value, Fraction):
        return str(Decimal(value.numerator) / Decimal(value.denominator))
    return str(value)


def _bounds(top: Tally, bottom: Tally, printed: rounding.Printed, scale: int = 1) -> list[Line]:
    """Lines that say: top / (scale * bottom) lies in the printed interval, bottom >= 1."""
    lines = [Line(((1, bottom),), 1, None)]
    if printed.low is not None:
        end = printed.low * scale
        terms = ((end.denominator, top), (-end.numerator, bottom))
        lines.append(Line(terms, int(printed.low_open), None))
    if printed.high is not None:
        end = printed.high * scale
        terms = ((end.denominator, top), (-end.numerator, bottom))
        lines.append(Line(terms, None, -int(printed.high_open)))
    return lines


def _share(_paper: claims.Paper, form: Any, _name: str) -> Any:
    printed = rounding.interval(form.equals)
    return _bounds(tally(form.share, form.among), tally(form.among), printed), []


def _range(_paper: claims.Paper, form: Any, _name: str) -> Any:
    low, high = (literal(claims.number(end)) for end in (form.low, form.high))
    name, among = form.attribute, form.among
    return [
        _exactly(tally(f"{name} < {low} or {name} > {high}", among), 0),
        Line(((1, tally(f"{name} == {low}", among)),), 1, None),
        Line(((1, tally(f"{name} == {high}", among)),), 1, None),
    ], []


def _mean(paper: claims.Paper, form: Any, _name: str) -> Any:
    among = tally(form.among)
    given = [] if form.n is None else [_exactly(among, int(form.n))]
    domain = paper.attributes[form.attribute].domain
    scale = math.lcm(*(Fraction(value).denominator for value in domain))
    total = tally(form.among, score=form.attribute)
    if form.sd is None:
        return given + _bounds(total, among, rounding.interval(form.equals), scale), []
    text = form.among.text if form.among is not None else None
    n = int(form.n) if form.n is not None else sizes(paper)[text]
    low, high = int(min(domain)), int(max(domain))
    found = moments.alternatives(n, low, high, form.equals, form.sd)
    boxes = tuple(
        ((n, n), (each.total, each.total), (each.squares_low, each.squares_high)) for each in found
    )
    squares = tally(form.among, score=form.attribute, power=2)
    return [*given, Choice((among, total, squares), boxes)], [] if given else [text]


def _p_value(paper: claims.Paper, form: Any, name: str) -> Any:
    test = form.p_value
    rows = (tally(test.row, test.among), tally(f"not ({test.row})", test.among))
    given: list[Statement] = []
    if form.sizes is not None:
        first, second = map(int, form.sizes)
        _require_few(name, (first + 1) * (second + 1))
        given = [_exactly(rows[0], first), _exactly(rows[1], second)]
        grids = [_grid((first,), (second,))]
    else:
        n = sizes(paper)[None]
        _require_few(name, math.comb(n + 4, 4))
        grids = [_grid((first,), range(n - first + 1)) for first in range(n + 1)]
    _require_few(name, sum(map(len, grids)))
    tables = np.concatenate(grids)
    kept = tables[pvalues.allowed(test.test, form.equals, tables)]
    cells = tuple(
        tally(row, column, test.among)
        for row in (test.row, f"not ({test.row})")
        for column in (test.column, f"not ({test.column})")
    )
    boxes = tuple(tuple((int(cell), int(cell)) for cell in table) for table in kept)
    return [*given, Choice(cells, boxes)], [] if given else [None]


def _grid(firsts: Sequence[int], seconds: Sequence[int]) -> np.ndarray:
    """All tables whose two rows have one of these sizes."""
    return np.array(
        [
            (a, first - a, c, second - c)
            for first in firsts
            for second in seconds
            for a in range(first + 1)
            for c in range(second + 1)
        ]
    )


def _require_few(name: str, tables: int) -> None:
    if tables > TABLES:
        raise TooLargeError(
            f"The p-value of claim {name!r} leaves {tables:,} tables to try (at most {TABLES:,}).\n"
            "Hint: give the numbers of patients in its rows (sizes: [.., ..]) or drop the claim."
        )


def _vaguely(paper: claims.Paper, form: Any, _name: str) -> Any:
    meaning = paper.vague[form.vaguely]
    counted, among = tally(form.count, form.among), tally(form.among)
    lines = []
    for texts, sign, strict in (
        (meaning.at_least, 1, 0),
        (meaning.more_than, 1, 1),
        (meaning.at_most, -1, 0),
        (meaning.less_than, -1, 1),
    ):
        lines += [_vague(counted, among, *bound(text), sign, strict) for text in texts]
    return lines, []


def _vague(
    counted: Tally, among: Tally, end: Fraction, share: bool, sign: int, strict: int
) -> Line:
    """The line sign * (count - end [* among]) >= strict, in whole numbers."""
    terms = [(sign * end.denominator, counted)]
    low = strict
    if share:
        terms.append((-sign * end.numerator, among))
    else:
        low += sign * end.numerator
    return Line(tuple(terms), low, None)


def _always(_paper: claims.Paper, form: Any, _name: str) -> Any:
    return [_exactly(tally(f"not ({form.always})"), 0)], []


def _unchecked(_paper: claims.Paper, _form: Any, _name: str) -> Any:
    return [], []


BUILD: dict[type, Callable[[claims.Paper, Any, str], Any]] = {
    claims.Total: _total,
    claims.Count: _count,
    claims.CountBy: _by,
    claims.Share: _share,
    claims.Range: _range,
    claims.Mean: _mean,
    claims.PValue: _p_value,
    claims.Vaguely: _vaguely,
    claims.Always: _always,
    claims.Unchecked: _unchecked,
}
