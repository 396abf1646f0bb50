"""From the text of an expression to its tree, by recursive descent."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from myotrial.errors import ExpressionError

__all__ = ["Expression", "Node", "is_name", "names", "parse"]

TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>[0-9]+(?:\.[0-9]+)?)
      | (?P<text>'[^']*'|"[^"]*")
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<mark>==|!=|<=|>=|[<>+\-*/()\[\],])
    )""",
    re.VERBOSE,
)
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
KEYWORDS = {"and", "or", "not", "in", "implies", "true", "false", "missing"}
DEEPEST = 50  # nested brackets; an expression a person can read has far fewer
STEPS = 100  # operations that wait for each other, as in a sum of a hundred terms
DIGITS = 100  # of one number
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True)
class Node:
    """One node of a parsed expression; `at` is its position in the text."""

    kind: str  # literal name list minus arithmetic compare in not and or implies
    at: int
    value: Any = None
    parts: tuple["Node", ...] = ()
    depth: int = 1


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


def is_name(word: str) -> bool:
    """Whether an expression can refer to something by this word.

    >>> is_name("last_visit"), is_name("last visit"), is_name("and")
    (True, False, False)
    """
    return NAME.fullmatch(word) is not None and word not in KEYWORDS


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

    def node(self, kind: str, at: int, value: Any = None, parts: tuple[Node, ...] = ()) -> Node:
        depth = 1 + max((part.depth for part in parts), default=0)
        if depth > STEPS:
            message = f"more than {STEPS} operations wait for each other here"
            raise ExpressionError(self.text, at, message)
        return Node(kind, at, value, parts, depth)

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
            left = self.node("implies", at, parts=(left, self.implication()))
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
        return parts[0] if len(parts) == 1 else self.node(word, at, parts=tuple(parts))

    def negation(self) -> Node:
        inverted = False
        at = self.tokens[self.next][2]
        while self.peek("not"):
            self.take()
            inverted = not inverted
        node = self.comparison()
        return self.node("not", at, parts=(node,)) if inverted else node

    def comparison(self) -> Node:
        left, links = self.total(), []
        while True:
            at = self.tokens[self.next][2]
            if self.peek(*COMPARISONS):
                operator = self.take()[1]
                right = self.total()
                links.append(self.node("compare", at, operator, (left, right)))
                left = right
            elif self.peek("in", "not"):
                negated = self.take()[1] == "not"
                if negated:
                    self.expect("in")
                node = self.node("in", at, parts=(left, self.listing()))
                links.append(self.node("not", at, parts=(node,)) if negated else node)
            else:
                break
        if not links:
            return left
        return links[0] if len(links) == 1 else self.node("and", links[0].at, parts=tuple(links))

    def listing(self) -> Node:
        at = self.tokens[self.next][2]
        self.expect("[")
        items = [self.total()]
        while self.peek(","):
            self.take()
            items.append(self.total())
        self.expect("]")
        return self.node("list", at, parts=tuple(items))

    def total(self) -> Node:
        return self.chain(("+", "-"), lambda: self.chain(("*", "/"), self.factor))

    def chain(self, marks: tuple[str, ...], part: Any) -> Node:
        left = part()
        while self.peek(*marks):
            _, operator, at = self.take()
            left = self.node("arithmetic", at, operator, (left, part()))
        return left

    def factor(self) -> Node:
        signs = []
        while self.peek("-"):
            signs.append(self.take()[2])
        node = self.operand()
        for at in reversed(signs):
            node = self.node("minus", at, parts=(node,))
        return node

    def operand(self) -> Node:
        kind, word, at = self.tokens[self.next]
        if kind == "number":
            if len(word) > DIGITS:
                raise self.fail(f"a number has at most {DIGITS} digits")
            self.take()
            return self.node("literal", at, _number(word))
        if kind == "text":
            self.take()
            return self.node("literal", at, word[1:-1])
        if kind == "word":
            self.take()
            return self.node("name", at, word)
        if self.peek("true", "false", "missing"):
            self.take()
            return self.node("literal", at, {"true": True, "false": False, "missing": None}[word])
        if self.peek("("):
            self.take()
            node = self.implication()
            self.expect(")")
            return node
        raise self.fail("expected a name, a number or a value in quotes")


def _number(word: str) -> int | Fraction:
    return Fraction(word) if "." in word else int(word)
