"""Eligibility rules against what a protocol records: known names, possible values, a truth."""

from collections.abc import Iterator
from fractions import Fraction

from myotrial import expressions
from myotrial.documents import Step, nearest
from myotrial.errors import ExpressionError, Problem
from myotrial.expressions import Node
from myotrial.protocol.draft import Draft, Path
from myotrial.protocol.models import Attribute, Rule
from myotrial.protocol.wording import problem

__all__ = ["problems"]

LOGIC = ("and", "or", "not", "implies")


def problems(draft: Draft) -> Iterator[Problem]:
    """Every rule that cannot be read, or that asks for what is not recorded."""
    attributes = {path[-1]: item for path, item in draft.entries(Attribute, "subject")}
    known = [*draft.keys("subject"), *draft.ids("assessments")]
    for kind in ("inclusion", "exclusion"):
        for path, rule in draft.entries(Rule, "eligibility", kind):
            yield from _rule(draft, (*path, "rule"), rule.rule, known, attributes)


def _rule(
    draft: Draft, path: Path, text: str, known: list[str], attributes: dict[Step, Attribute]
) -> Iterator[Problem]:
    try:
        expression = expressions.parse(text)
    except ExpressionError as error:
        yield problem(draft.document, path, "a readable rule", str(error))
        return
    for name in sorted(expressions.names(expression)):
        if name not in known:
            expected = "a subject attribute or an assessment"
            yield problem(draft.document, path, expected, repr(name), nearest(name, known))
    yield from _truths(draft, path, expression.root)
    for name, literal in _compared(expression.root):
        if name in attributes and (attributes[name].type is None or not attributes[name].values):
            yield from _value(draft, path, name, literal.value, attributes[name])


def _truths(draft: Draft, path: Path, node: Node) -> Iterator[Problem]:
    """What stands as a truth must be one: a comparison, or truths joined."""
    if node.kind in LOGIC:
        for part in node.parts:
            yield from _truths(draft, path, part)
    elif node.kind not in ("compare", "in") and not isinstance(node.value, bool):
        found = f"{node.value!r}" if node.kind in ("name", "literal") else "a number"
        hint = "compare it with a value, as in SEX == 'F'"
        yield problem(draft.document, path, "a comparison that is true or false", found, hint)


def _compared(node: Node) -> Iterator[tuple[str, Node]]:
    """Each name with each literal it is compared with."""
    if node.kind == "compare":
        for one, other in (node.parts, node.parts[::-1]):
            if one.kind == "name" and other.kind == "literal" and other.value is not None:
                yield one.value, other
    if node.kind == "in" and node.parts[0].kind == "name":
        yield from ((node.parts[0].value, part) for part in node.parts[1].parts)
    for part in node.parts:
        yield from _compared(part)


def _value(
    draft: Draft, path: Path, name: str, value: object, attribute: Attribute
) -> Iterator[Problem]:
    if attribute.values is not None and value not in attribute.values:
        expected = f"a value of {name}: {', '.join(attribute.values)}"
        hint = nearest(value, attribute.values) if isinstance(value, str) else ""
        yield problem(draft.document, path, expected, _shown(value), hint)
    if attribute.type is not None and isinstance(value, str):
        yield problem(draft.document, path, f"a number beside {name}", repr(value))


def _shown(value: object) -> str:
    return str(value) if isinstance(value, Fraction) else repr(value)
