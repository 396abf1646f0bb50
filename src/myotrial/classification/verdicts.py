"""What a set of criteria says of one patient, and which items decided.

A set of criteria answers with one truth for each of its classes: whether the patient can still be
in it, whatever the items that were not assessed would show. Where one class is left, that is the
verdict; where more are left, no verdict is given and all of them are told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

__all__ = ["Verdict", "judge", "only"]

NAN = float("nan")
NOTHING: Mapping[str, tuple[float, ...]] = MappingProxyType({})


@dataclass(frozen=True)
class Verdict:
    """The classes one patient can be in.

    Attributes:
        rules: The rule of each class that is possible, in words, by the class's name.
        decided_by: Items whose finding decided: were one of them not assessed, other classes
            would be possible too. Empty where no single item decides.
        hangs_on: Items that were not assessed and whose finding would leave fewer classes.
    """

    rules: Mapping[str, str]
    decided_by: tuple[str, ...]
    hangs_on: tuple[str, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes that are possible."""
        return tuple(self.rules)

    @property
    def verdict(self) -> str | None:
        """The one class that is possible; None where what is missing decides."""
        return self.classes[0] if len(self.rules) == 1 else None

    @property
    def why(self) -> str:
        """What was decided, by which rule and which items."""
        if self.verdict is None:
            told = ", ".join(self.classes)
            return f"open between {told}: hangs on {', '.join(self.hangs_on)}"
        items = ", ".join(self.decided_by) or "several findings, no single one"
        return f"{self.verdict}: {self.rules[self.verdict]}; decided by {items}"


def judge(
    items: NamedTuple,
    possible: Callable[[Any], NamedTuple],
    rules: Mapping[str, str],
    probes: Mapping[str, tuple[float, ...]] = NOTHING,
    *,
    unused: tuple[str, ...] = (),
) -> Verdict:
    """Judge one patient, and find which items decided by asking again without each.

    Args:
        items: The items of one patient, as the set of criteria takes them.
        possible: The set of criteria: from items to a truth for each class.
        rules: The rule of each class in words.
        probes: For an item that is a number, values that fall on every side of its limits.
        unused: Items that the verdict does not wait for although they were not assessed.

    Returns:
        The verdict.
    """
    left = _left(possible(items))

    def without(name: str) -> bool:
        return _left(possible(items._replace(**{name: NAN}))) != left

    def narrows(name: str) -> bool:
        values = probes.get(name, (0, 1))
        return any(_left(possible(items._replace(**{name: value}))) < left for value in values)

    missing = [name for name, value in items._asdict().items() if value is None or value != value]
    return Verdict(
        MappingProxyType({name: rule for name, rule in rules.items() if name in left}),
        tuple(name for name in items._fields if name not in missing and without(name)),
        tuple(name for name in missing if name not in unused and narrows(name)),
    )


def _left(classes: NamedTuple) -> frozenset[str]:
    return frozenset(name for name, can_be in classes._asdict().items() if can_be)


def only(classes: NamedTuple) -> Any:
    """The place of the one class that is possible, counted from 0; -1 where more are.

    Args:
        classes: A truth, or an array of truths, for each class.

    Returns:
        Whole numbers of the same shape.

    >>> from typing import NamedTuple
    >>> class Classes(NamedTuple):
    ...     yes: object
    ...     no: object
    >>> only(Classes(yes=False, no=True)), only(Classes(yes=True, no=True))
    (1, -1)
    """
    found = place = 0
    for at, can_be in enumerate(classes):
        found = found + (can_be * 1)
        place = place + can_be * (at + 1)
    return (found == 1) * place - 1
