"""What can be wrong with a paper as a whole: names, values and numbers that cannot be meant.

Each check yields problems as (path in the file, expected, found, hint). A count above n or a
share that no whole number gives is most often a slip in transcription; a claim that sets
`as_printed: true` is taken at its word, and the examination then finds the contradiction.
"""

from collections.abc import Callable, Iterator
from typing import Any

from myotrial.documents import nearest
from myotrial.errors import MyotrialError, PrintedError
from myotrial.evidence import claims, pvalues, rounding
from myotrial.evidence.methods import METHODS
from myotrial.evidence.vague import bound
from myotrial.expressions import Expression, Node, evaluate

__all__ = ["problems", "sizes", "stating"]

Found = tuple[tuple[str | int, ...], str, str, str]
CHECKED = "if the source prints this, say so with as_printed: true"


def problems(paper: claims.Paper) -> Iterator[Found]:
    """Everything wrong with a paper whose parts are each well formed."""
    yield from _twice(paper)
    for section in ("claims", "readings"):
        for place, item in enumerate(getattr(paper, section)):
            yield from _form(paper, item.form, (section, place))
            if getattr(item, "loosely", None) is not None:
                yield from _form(paper, item.loosely, (section, place, "loosely"))
    for place, statistic in enumerate(paper.statistics):
        yield from _statistic(paper, statistic, ("statistics", place))
    yield from _words(paper)
    known = sizes(paper)
    for place, claim in enumerate(paper.claims):
        if not claim.as_printed:
            yield from _numbers(claim.form, known, ("claims", place))


def stating(paper: claims.Paper) -> dict[str | None, claims.Claim]:
    """The first claim that states a number of patients, by condition; None: all patients."""
    known: dict[str | None, claims.Claim] = {}
    for claim in paper.claims:
        if isinstance(claim.form, claims.Total):
            known.setdefault(None, claim)
        elif isinstance(claim.form, claims.Count) and claim.form.equals is not None:
            known.setdefault(claim.form.count.text, claim)
    return known


def sizes(paper: claims.Paper) -> dict[str | None, int]:
    """Numbers of patients that claims state, by condition; None stands for all patients."""
    found = {}
    for text, claim in stating(paper).items():
        found[text] = int(getattr(claim.form, "total" if text is None else "equals"))
    return found


def _twice(paper: claims.Paper) -> Iterator[Found]:
    for sections in (("claims", "readings"), ("statistics",)):
        seen: set[str] = set()
        for section in sections:
            for place, item in enumerate(getattr(paper, section)):
                if item.id in seen:
                    yield (section, place, "id"), "an id used once", repr(item.id), ""
                seen.add(item.id)


def _form(paper: claims.Paper, form: claims.Form, path: tuple[str | int, ...]) -> Iterator[Found]:
    for key, expression in _expressions(form):
        yield from _expression(paper, expression, (*path, *key))
    check = CHECKS.get(type(form))
    if check is not None:
        yield from check(paper, form, path)


def _expressions(form: Any) -> Iterator[tuple[tuple[str, ...], Expression]]:
    for name, value in form:
        if isinstance(value, Expression):
            yield (name,), value
        elif isinstance(value, claims.Table):
            yield from (((name, *key), found) for key, found in _expressions(value))


def _expression(
    paper: claims.Paper, expression: Expression, path: tuple[str | int, ...]
) -> Iterator[Found]:
    sound = True
    stack = [expression.root]
    while stack:
        node = stack.pop()
        stack.extend(node.parts)
        if node.kind == "name" and node.value not in paper.attributes:
            sound = False
            yield path, "a known attribute", repr(node.value), nearest(node.value, paper.attributes)
        for attribute, value in _compared(paper, node):
            if value not in paper.attributes[attribute].domain:
                sound = False
                known = [str(item) for item in paper.attributes[attribute].domain]
                yield path, f"a value of {attribute}", repr(str(value)), nearest(str(value), known)
    if sound:
        yield from _truth(paper, expression, path)


def _compared(paper: claims.Paper, node: Node) -> Iterator[tuple[str, Any]]:
    """The values that attributes are set equal to in a node."""
    if node.kind == "compare" and node.value in ("==", "!="):
        sides = [node.parts, node.parts[::-1]]
    elif node.kind == "in":
        sides = [(node.parts[0], item) for item in node.parts[1].parts]
    else:
        return
    for name, other in sides:
        if name.kind == "name" and other.kind == "literal" and name.value in paper.attributes:
            yield name.value, other.value


def _truth(
    paper: claims.Paper, expression: Expression, path: tuple[str | int, ...]
) -> Iterator[Found]:
    case = {name: attribute.domain[0] for name, attribute in paper.attributes.items()}
    try:
        truth = evaluate(expression, case)
    except MyotrialError as error:
        yield path, "an expression that can be evaluated", str(error).splitlines()[0], ""
        return
    if not isinstance(truth, bool):
        yield path, "a condition that is true or false", f"one that gives {truth!r}", ""


def _by(paper: claims.Paper, form: Any, path: tuple[str | int, ...]) -> Iterator[Found]:
    attribute = paper.attributes.get(form.by)
    if attribute is None:
        yield (*path, "by"), "a known attribute", repr(form.by), nearest(form.by, paper.attributes)
        return
    known = [str(value) for value in attribute.domain]
    for value in form.equals:
        if value not in known:
            where = (*path, "equals", value)
            yield where, f"a value of {form.by}", repr(value), nearest(value, known)


def _scored(paper: claims.Paper, form: Any, path: tuple[str | int, ...]) -> Iterator[Found]:
    where = (*path, type(form).key)
    attribute = paper.attributes.get(form.attribute)
    if attribute is None:
        hint = nearest(form.attribute, paper.attributes)
        yield where, "a known attribute", repr(form.attribute), hint
    elif not attribute.numeric:
        yield where, "an attribute whose values are numbers", repr(form.attribute), ""
    elif isinstance(form, claims.Range):
        for key, value in (("from", form.low), ("to", form.high)):
            if claims.number(value) not in attribute.domain:
                yield (*path, key), f"a value of {form.attribute}", repr(value), ""
    elif form.sd is not None:
        yield from _spread(paper, form, path)


def _spread(paper: claims.Paper, form: Any, path: tuple[str | int, ...]) -> Iterator[Found]:
    if any(not isinstance(value, int) for value in paper.attributes[form.attribute].domain):
        yield (*path, "sd"), "an SD of whole-number scores", repr(form.attribute), ""
    among = form.among.text if form.among is not None else None
    if form.n is None and among not in sizes(paper):
        hint = "add n: with the number the publication gives"
        yield (*path, "sd"), "a known number of patients", "none stated", hint


def _tested(paper: claims.Paper, form: Any, path: tuple[str | int, ...]) -> Iterator[Found]:
    test = form.p_value.test
    if test not in pvalues.TESTS:
        yield (*path, "p_value", "test"), "a known test", repr(test), nearest(test, pvalues.TESTS)
    if form.sizes is None and None not in sizes(paper):
        hint = "add sizes: [number in the row, number outside it]"
        yield path, "a known number of patients", "none stated", hint


def _worded(paper: claims.Paper, form: Any, path: tuple[str | int, ...]) -> Iterator[Found]:
    if form.vaguely not in paper.vague:
        where, hint = (*path, "vaguely"), nearest(form.vaguely, paper.vague)
        yield where, "a vague word that is defined", repr(form.vaguely), hint


def _statistic(
    paper: claims.Paper, statistic: claims.Statistic, path: tuple[str | int, ...]
) -> Iterator[Found]:
    for key, expression in _expressions(statistic):
        yield from _expression(paper, expression, (*path, key[-1]))
    for place, method in enumerate(statistic.methods):
        if method not in METHODS:
            where = (*path, "methods", place)
            yield where, "a known method", repr(method), nearest(method, METHODS)


def _words(paper: claims.Paper) -> Iterator[Found]:
    for word, meaning in paper.vague.items():
        for key, bounds in meaning:
            for text in bounds:
                try:
                    bound(text)
                except ValueError as error:
                    yield ("vague", word, key), str(error), repr(text), ""


def _numbers(
    form: claims.Form, known: dict[str | None, int], path: tuple[str | int, ...]
) -> Iterator[Found]:
    """Counts above n, and shares that no whole number of patients gives."""
    n = known.get(None)
    for key, text in _counts(form):
        if n is not None and int(text) > n:
            yield (*path, *key), f"at most the {n} patients there are", repr(text), CHECKED
    if isinstance(form, claims.Share):
        among = form.among.text if form.among is not None else None
        size = known.get(among)
        try:
            possible = rounding.counts(form.equals, n if size is None else size) if n else (0,)
        except PrintedError as error:
            yield (*path, "equals"), error.expected, repr(form.equals), error.hint
            return
        if size is not None and not possible:
            where, found = (*path, "equals"), repr(form.equals)
            yield where, f"a share that a whole number of {size} patients gives", found, CHECKED


def _counts(form: claims.Form) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(form, claims.Count):
        for key in ("equals", "at_least"):
            if getattr(form, key) is not None:
                yield (key,), getattr(form, key)
    elif isinstance(form, claims.CountBy):
        yield from ((("equals", value), text) for value, text in form.equals.items())
        yield ("equals",), str(sum(map(int, form.equals.values())))


CHECKS: dict[type, Callable[[claims.Paper, Any, tuple[str | int, ...]], Iterator[Found]]] = {
    claims.CountBy: _by,
    claims.Range: _scored,
    claims.Mean: _scored,
    claims.PValue: _tested,
    claims.Vaguely: _worded,
}
