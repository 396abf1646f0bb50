"""The small expression language of protocols and claims: read without `eval`, three-valued.

An expression compares named values: `age >= 18 and diagnosis in ['PM', 'DM']`. Words in quotes
are values, bare words are names. From loosest to tightest binding:

    a implies b      not a, or b            (right associative)
    a or b           a and b           not a
    == != < <= > >=  in [..]  not in [..]    (comparisons chain: 18 <= age <= 80)
    + -   * /   unary -   numbers, 'text', true, false, missing, names, [lists], (…)

Missing  a missing value (None) makes a comparison unknown, and unknown follows Kleene's rules:
         `false and unknown` is false, `true and unknown` is unknown.
         `x == missing` and `x != missing` ask for missingness itself and are never unknown.
Numbers  are exact: `0.1` is the fraction 1/10, so a band edge typed in a protocol is that edge.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from operator import add, eq, ge, gt, le, lt, mul, ne, sub, truediv
from typing import Any

import numpy as np

from myotrial.errors import ExpressionError

__all__ = ["Expression", "evaluate", "mask", "names", "parse"]

TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d+(?:\.\d+)?)
      | (?P<text>'[^']*'|"[^"]*")
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<mark>==|!=|<=|>=|[<>+\-*/()\[\],])
    )""",
    re.VERBOSE,
)
KEYWORDS = {"and", "or", "not", "in", "implies", "true", "false", "missing"}
COMPARE = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
ARITHMETIC = {"+": add, "-": sub, "*": mul, "/": truediv}
DEEPEST = 50  # nested brackets; an expression a person can read has far fewer


@dataclass(frozen=True)
class Node:
    """One node of a parsed expression; `at` is its position in the text."""

    kind: str  # literal name list minus arithmetic compare in not and or implies
    at: int
    value: Any = None
    parts: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Expression:
    """A parsed expression: its text as written and its tree."""

    text: str
    root: Node

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        ExpressionError: With the position of what cannot be read.

    >>> sorted(names(parse("age >= 18 and diagnosis in ['PM', 'DM']")))
    ['age', 'diagnosis']
    """
    return Expression(text, _Parser(text).whole())


def names(expression: Expression) -> frozenset[str]:
    """The names an expression refers to."""
    found: set[str] = set()
    stack = [expression.root]
    while stack:
        node = stack.pop()
        if node.kind == "name":
            found.add(node.value)
        stack.extend(node.parts)
    return frozenset(found)


def evaluate(expression: Expression, values: Mapping[str, Any]) -> Any:
    """Evaluate for one case.

    Args:
        expression: A parsed expression.
        values: A value for each name: text, number, truth or None where missing.

    Returns:
        The value; None where missing values leave it unknown.

    Raises:
        ExpressionError: A name has no value, or the values cannot be compared.

    >>> evaluate(parse("age >= 18 or pregnant == 'no'"), {"age": 30, "pregnant": None})
    True
    """
    return _Evaluator(expression.text, values).value(expression.root)


def mask(expression: Expression, columns: Mapping[str, Any]) -> np.ndarray:
    """Evaluate for many complete cases at once.

    Args:
        expression: A parsed condition.
        columns: For each name an array of one common length; text or numbers, nothing missing.

    Returns:
        Truth per case, an array of that length.

    >>> import numpy as np
    >>> mask(parse("x > 1 implies y == 'a'"), {"x": np.array([1, 2]), "y": np.array(["b", "b"])})
    array([ True, False])
    """
    length = next(iter(columns.values())).shape[0]
    truth = _Columns(expression.text, columns).value(expression.root)
    return np.broadcast_to(np.asarray(truth, dtype=bool), (length,))


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._tokens()
        self.next = 0
        self.depth = 0

    def _tokens(self) -> list[tuple[str, str, int]]:
        tokens, at = [], 0
        end = len(self.text.rstrip())
        while at < end:
            match = TOKEN.match(self.text, at)
            if match is None or match.lastgroup is None:
                start = at + len(self.text[at:]) - len(self.text[at:].lstrip())
                hint = " (use == to compare)" if self.text[start] == "=" else ""
                raise ExpressionError(
                    self.text, start, f"cannot read {self.text[start]!r} here{hint}"
                )
            kind, word = match.lastgroup, match[match.lastgroup]
            if kind == "word" and word in KEYWORDS:
                kind = "mark"
            tokens.append((kind, word, match.start(match.lastgroup)))
            at = match.end()
        return [*tokens, ("end", "", len(self.text))]

    def fail(self, message: str) -> ExpressionError:
        return ExpressionError(self.text, self.tokens[self.next][2], message)

    def peek(self, *marks: str) -> bool:
        kind, word, _ = self.tokens[self.next]
        return kind == "mark" and word in marks

    def take(self) -> tuple[str, str, int]:
        self.next += 1
        return self.tokens[self.next - 1]

    def expect(self, mark: str) -> None:
        if not self.peek(mark):
            raise self.fail(f"expected {mark!r}")
        self.take()

    def whole(self) -> Node:
        node = self.implication()
        if self.tokens[self.next][0] != "end":
            word = self.tokens[self.next][1]
            raise self.fail(f"expected the end or an operator, found {word!r}")
        return node

    def implication(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fail(f"nested more than {DEEPEST} deep")
        left = self.joined("or", self.conjunction)
        if self.peek("implies"):
            at = self.take()[2]
            left = Node("implies", at, parts=(left, self.implication()))
        self.depth -= 1
        return left

    def conjunction(self) -> Node:
        return self.joined("and", self.negation)

    def joined(self, word: str, part: Any) -> Node:
        parts = [part()]
        at = self.tokens[self.next][2]
        while self.peek(word):
            self.take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else Node(word, at, parts=tuple(parts))

    def negation(self) -> Node:
        inverted = False
        at = self.tokens[self.next][2]
        while self.peek("not"):
            self.take()
            inverted = not inverted
        node = self.comparison()
        return Node("not", at, parts=(node,)) if inverted else node

    def comparison(self) -> Node:
        left, links = self.total(), []
        while True:
            at = self.tokens[self.next][2]
            if self.peek(*COMPARE):
                operator = self.take()[1]
                right = self.total()
                links.append(Node("compare", at, operator, (left, right)))
                left = right
            elif self.peek("in", "not"):
                negated = self.take()[1] == "not"
                if negated:
                    self.expect("in")
                node = Node("in", at, parts=(left, self.listing()))
                links.append(Node("not", at, parts=(node,)) if negated else node)
            else:
                break
        if not links:
            return left
        return links[0] if len(links) == 1 else Node("and", links[0].at, parts=tuple(links))

    def listing(self) -> Node:
        at = self.tokens[self.next][2]
        self.expect("[")
        items = [self.total()]
        while self.peek(","):
            self.take()
            items.append(self.total())
        self.expect("]")
        return Node("list", at, parts=tuple(items))

    def total(self) -> Node:
        return self.chain(("+", "-"), lambda: self.chain(("*", "/"), self.factor))

    def chain(self, marks: tuple[str, ...], part: Any) -> Node:
        left = part()
        while self.peek(*marks):
            _, operator, at = self.take()
            left = Node("arithmetic", at, operator, (left, part()))
        return left

    def factor(self) -> Node:
        kind, word, at = self.tokens[self.next]
        if kind == "number":
            self.take()
            return Node("literal", at, _number(word))
        if kind == "text":
            self.take()
            return Node("literal", at, word[1:-1])
        if kind == "word":
            self.take()
            return Node("name", at, word)
        if self.peek("true", "false", "missing"):
            self.take()
            return Node("literal", at, {"true": True, "false": False, "missing": None}[word])
        if self.peek("-"):
            self.take()
            return Node("minus", at, parts=(self.factor(),))
        if self.peek("("):
            self.take()
            node = self.implication()
            self.expect(")")
            return node
        raise self.fail("expected a name, a number or a value in quotes")


def _number(word: str) -> int | Fraction:
    return Fraction(word) if "." in word else int(word)


class _Evaluator:
    """Kleene evaluation of one case; None is unknown."""

    def __init__(self, text: str, values: Mapping[str, Any]) -> None:
        self.text, self.values = text, values

    def fail(self, node: Node, message: str) -> ExpressionError:
        return ExpressionError(self.text, node.at, message)

    def value(self, node: Node) -> Any:
        return getattr(self, f"_{node.kind}")(node)

    def _literal(self, node: Node) -> Any:
        return node.value

    def _name(self, node: Node) -> Any:
        if node.value not in self.values:
            raise self.fail(node, f"nothing here is called {node.value!r}")
        return self.values[node.value]

    def _minus(self, node: Node) -> Any:
        return self._combine(node, sub, 0, self.value(node.parts[0]))

    def _arithmetic(self, node: Node) -> Any:
        left, right = (self.value(part) for part in node.parts)
        return self._combine(node, ARITHMETIC[node.value], left, right)

    def _combine(self, node: Node, operator: Any, left: Any, right: Any) -> Any:
        if left is None or right is None:
            return None
        try:
            return operator(left, right)
        except (TypeError, ZeroDivisionError) as error:
            message = f"cannot work with {_shown(left)} and {_shown(right)} here"
            raise self.fail(node, message) from error

    def _compare(self, node: Node) -> Any:
        left, right = node.parts
        for part in node.parts:
            if part.kind == "literal" and part.value is None:
                if node.value not in ("==", "!="):
                    raise self.fail(node, "only == and != apply to missing")
                known = (self.value(left) is None) == (self.value(right) is None)
                return known if node.value == "==" else not known
        a, b = self.value(left), self.value(right)
        if a is not None and b is not None and isinstance(a, str) != isinstance(b, str):
            raise self.fail(node, f"cannot compare {_shown(a)} with {_shown(b)}")
        return self._combine(node, COMPARE[node.value], a, b)

    def _in(self, node: Node) -> Any:
        item = self.value(node.parts[0])
        values = [self.value(part) for part in node.parts[1].parts]
        if item is None:
            return None
        return True if item in values else (None if None in values else False)

    def _not(self, node: Node) -> Any:
        truth = self.value(node.parts[0])
        return None if truth is None else not truth

    def _and(self, node: Node) -> Any:
        truths = [self.value(part) for part in node.parts]
        return False if any(t is False for t in truths) else (None if None in truths else True)

    def _or(self, node: Node) -> Any:
        truths = [self.value(part) for part in node.parts]
        return True if any(t is True for t in truths) else (None if None in truths else False)

    def _implies(self, node: Node) -> Any:
        premise, consequence = (self.value(part) for part in node.parts)
        if premise is False or consequence is True:
            return True
        return None if premise is None or consequence is None else False


class _Columns(_Evaluator):
    """The same grammar over whole columns without missing values."""

    def _compare(self, node: Node) -> Any:
        left, right = (self.value(part) for part in node.parts)
        if left is None or right is None:
            raise self.fail(node, "nothing is missing here: give missingness a value of its own")
        if (np.asarray(left).dtype.kind in "US") != (np.asarray(right).dtype.kind in "US"):
            raise self.fail(node, "cannot compare text with a number")
        return COMPARE[node.value](left, right)

    def _in(self, node: Node) -> Any:
        item = self.value(node.parts[0])
        values = [self.value(part) for part in node.parts[1].parts]
        return np.logical_or.reduce([np.asarray(item == value) for value in values])

    def _not(self, node: Node) -> Any:
        return np.logical_not(self.value(node.parts[0]))

    def _and(self, node: Node) -> Any:
        return self._reduce(np.logical_and, node.parts)

    def _or(self, node: Node) -> Any:
        return self._reduce(np.logical_or, node.parts)

    def _implies(self, node: Node) -> Any:
        premise, consequence = (self.value(part) for part in node.parts)
        return np.logical_or(np.logical_not(premise), consequence)

    def _reduce(self, operator: Any, parts: tuple[Node, ...]) -> Any:
        truth = self.value(parts[0])
        for part in parts[1:]:
            truth = operator(truth, self.value(part))
        return truth


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, Fraction) else repr(value)
