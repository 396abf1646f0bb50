"""The value of an expression: for one case with missing values, or for many complete ones."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from operator import add, eq, ge, gt, le, lt, mul, ne, sub, truediv
from typing import Any

import numpy as np

from myotrial.errors import ExpressionError
from myotrial.expressions.grammar import Expression, Node

__all__ = ["evaluate", "mask"]

COMPARE = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
ARITHMETIC = {"+": add, "-": sub, "*": mul, "/": truediv}


def evaluate(expression: Expression, values: Mapping[str, Any]) -> Any:
    """Evaluate for one case.

    Args:
        expression: A parsed expression.
        values: A value for each name: text, number, truth or None where missing.

    Returns:
        The value, a number as int or Fraction; None where missing values leave it unknown.

    Raises:
        ExpressionError: A name has no value, or the values cannot be compared.

    >>> from myotrial.expressions import parse
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

    >>> from myotrial.expressions import parse
    >>> mask(parse("x > 1 implies y == 'a'"), {"x": np.array([1, 2]), "y": np.array(["b", "b"])})
    array([ True, False])
    """
    if not columns:
        raise ExpressionError(expression.text, 0, "there are no columns to evaluate this on")
    length = next(iter(columns.values())).shape[0]
    truth = _Columns(expression.text, columns).truth(expression.root)
    return np.broadcast_to(truth, (length,))


class _Evaluator:
    """Kleene evaluation of one case; None is unknown."""

    def __init__(self, text: str, values: Mapping[str, Any]) -> None:
        self.text, self.values = text, values

    def fail(self, node: Node, message: str) -> ExpressionError:
        return ExpressionError(self.text, node.at, message)

    def value(self, node: Node) -> Any:
        return getattr(self, f"_{node.kind}")(node)

    def truth(self, node: Node) -> Any:
        """The value of a node that must be true, false or unknown."""
        value = self.value(node)
        if value is None or isinstance(value, bool):
            return value
        raise self.fail(node, f"expected something true or false, found {_shown(value)}")

    def number(self, node: Node) -> Any:
        """The value of a node that must be a number or unknown."""
        value = self.value(node)
        if isinstance(value, str):
            raise self.fail(node, f"expected a number, found {_shown(value)}")
        return value

    def _literal(self, node: Node) -> Any:
        return node.value

    def _name(self, node: Node) -> Any:
        if node.value not in self.values:
            raise self.fail(node, f"nothing here is called {node.value!r}")
        return _plain(self.values[node.value])

    def _minus(self, node: Node) -> Any:
        return self._combine(node, sub, 0, self.number(node.parts[0]))

    def _arithmetic(self, node: Node) -> Any:
        left, right = (self.number(part) for part in node.parts)
        return self._combine(node, ARITHMETIC[node.value], left, right)

    def _combine(self, node: Node, operator: Any, left: Any, right: Any) -> Any:
        if left is None or right is None:
            return None
        try:
            return operator(left, right)
        except (TypeError, ArithmeticError) as error:
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
        self._require_same_kind(node, a, b)
        return self._combine(node, COMPARE[node.value], a, b)

    def _require_same_kind(self, node: Node, a: Any, b: Any) -> None:
        if a is not None and b is not None and isinstance(a, str) != isinstance(b, str):
            raise self.fail(node, f"cannot compare {_shown(a)} with {_shown(b)}")

    def _in(self, node: Node) -> Any:
        item = self.value(node.parts[0])
        values = [self.value(part) for part in node.parts[1].parts]
        for value in values:
            self._require_same_kind(node, item, value)
        if item is None:
            return None
        return True if item in values else (None if None in values else False)

    def _not(self, node: Node) -> Any:
        truth = self.truth(node.parts[0])
        return None if truth is None else not truth

    def _and(self, node: Node) -> Any:
        truths = [self.truth(part) for part in node.parts]
        return False if False in truths else (None if None in truths else True)

    def _or(self, node: Node) -> Any:
        truths = [self.truth(part) for part in node.parts]
        return True if True in truths else (None if None in truths else False)

    def _implies(self, node: Node) -> Any:
        premise, consequence = (self.truth(part) for part in node.parts)
        if premise is False or consequence is True:
            return True
        return None if premise is None or consequence is None else False


class _Columns(_Evaluator):
    """The same grammar over whole columns without missing values."""

    def truth(self, node: Node) -> np.ndarray:
        found = np.asarray(self.value(node))
        if found.dtype != bool:
            raise self.fail(node, "expected something true or false")
        return found

    def number(self, node: Node) -> Any:
        value = self.value(node)
        if value is None or _is_text(value):
            raise self.fail(node, "expected a number")
        return value

    def _name(self, node: Node) -> Any:
        if node.value not in self.values:
            raise self.fail(node, f"nothing here is called {node.value!r}")
        return self.values[node.value]

    def _combine(self, node: Node, operator: Any, left: Any, right: Any) -> Any:
        try:
            with np.errstate(divide="raise", invalid="raise"):
                return operator(_beside(left, right), _beside(right, left))
        except (TypeError, ArithmeticError) as error:
            raise self.fail(node, "cannot work with these values here") from error

    def _compare(self, node: Node) -> Any:
        left, right = (self.value(part) for part in node.parts)
        self._require_same_kind(node, left, right)
        return self._combine(node, COMPARE[node.value], left, right)

    def _require_same_kind(self, node: Node, a: Any, b: Any) -> None:
        if a is None or b is None:
            raise self.fail(node, "nothing is missing here: give missingness a value of its own")
        if _is_text(a) != _is_text(b):
            raise self.fail(node, "cannot compare text with a number")

    def _in(self, node: Node) -> Any:
        item = self.value(node.parts[0])
        values = [self.value(part) for part in node.parts[1].parts]
        for value in values:
            self._require_same_kind(node, item, value)
        found = [self._combine(node, eq, item, value) for value in values]
        return np.logical_or.reduce([np.asarray(each) for each in found])

    def _not(self, node: Node) -> Any:
        return np.logical_not(self.truth(node.parts[0]))

    def _and(self, node: Node) -> Any:
        return self._reduce(np.logical_and, node.parts)

    def _or(self, node: Node) -> Any:
        return self._reduce(np.logical_or, node.parts)

    def _implies(self, node: Node) -> Any:
        premise, consequence = (self.truth(part) for part in node.parts)
        return np.logical_or(np.logical_not(premise), consequence)

    def _reduce(self, operator: Any, parts: tuple[Node, ...]) -> Any:
        truth = self.truth(parts[0])
        for part in parts[1:]:
            truth = operator(truth, self.truth(part))
        return truth


def _plain(value: Any) -> Any:
    """A captured value as this language knows it: exact numbers, plain truth, None if missing."""
    if isinstance(value, float | np.floating | Decimal):
        if value != value:  # NaN
            return None
        return Fraction(str(value)) if isfinite(value) else float(value)
    return value.item() if isinstance(value, np.generic) else value


def _is_text(value: Any) -> bool:
    """Whether a column or a single value is text."""
    return np.asarray(value).dtype.kind in "US"


def _beside(value: Any, other: Any) -> Any:
    """A fraction as the nearest float where it meets a column of floats."""
    floats = isinstance(other, np.ndarray) and other.dtype.kind == "f"
    return other.dtype.type(value) if floats and isinstance(value, Fraction) else value


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, Fraction) else repr(value)
