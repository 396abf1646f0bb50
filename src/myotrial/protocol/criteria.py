"""Who is eligible: each criterion met, failed or unknown, with the failing ones named."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

from myotrial import expressions
from myotrial.expressions import Expression
from myotrial.protocol.models import Protocol, Rule

__all__ = ["Criterion", "Verdict", "eligibility"]

Outcome = Literal["met", "failed", "unknown"]


@dataclass(frozen=True)
class Criterion:
    """One criterion for one patient.

    Attributes:
        id: The rule's id.
        text: The rule in words.
        outcome: "met" means it does not stand against taking part: an inclusion rule is true, an
            exclusion rule false; "unknown" where missing values leave it open.
        missing: Names the rule speaks of that have no value.
    """

    id: str
    text: str
    outcome: Outcome
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Eligibility of one patient, criterion by criterion, in the protocol's order."""

    criteria: tuple[Criterion, ...]

    @property
    def outcome(self) -> Outcome:
        """Failed if any criterion failed; else unknown if any is unknown; else met."""
        return "failed" if self.failed else "unknown" if self.unknown else "met"

    @property
    def failed(self) -> tuple[str, ...]:
        """Ids of the criteria that failed."""
        return tuple(item.id for item in self.criteria if item.outcome == "failed")

    @property
    def unknown(self) -> tuple[str, ...]:
        """Ids of the criteria that missing values leave open."""
        return tuple(item.id for item in self.criteria if item.outcome == "unknown")


def eligibility(protocol: Protocol, record: Mapping[str, Any]) -> Verdict:
    """Judge one patient against every criterion.

    Args:
        protocol: The protocol.
        record: Subject attributes and baseline assessments by name, in the protocol's units;
            None, NaN, an empty text or no entry is missing. Other entries are ignored.

    Returns:
        The verdict; unknown follows Kleene's rules, so that a missing value matters only where
        the rule hangs on it.

    Raises:
        ExpressionError: A value cannot be compared as the rule asks, such as text with a number.
    """
    values = {name: _exact(value) for name, value in record.items()}
    rules = protocol.eligibility
    judged = [_judged(rule, values, wanted=True) for rule in rules.inclusion]
    judged += [_judged(rule, values, wanted=False) for rule in rules.exclusion]
    return Verdict(tuple(judged))


def _judged(rule: Rule, values: Mapping[str, Any], *, wanted: bool) -> Criterion:
    expression = _parsed(rule.rule)
    known = {name: values.get(name) for name in sorted(expressions.names(expression))}
    truth = expressions.evaluate(expression, known)
    outcome = "unknown" if truth is None else "met" if truth == wanted else "failed"
    missing = tuple(name for name, value in known.items() if value is None)
    return Criterion(rule.id, rule.text, outcome, missing)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Expression:
    return expressions.parse(text)


def _exact(value: Any) -> Any:
    """A float as the decimal it is written as, so that 0.7 is 7/10; what is missing as None."""
    if value == "":
        return None
    if isinstance(value, float):
        return Fraction(repr(float(value))) if math.isfinite(value) else None
    return value
