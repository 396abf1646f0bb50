"""What each tally gives a patient, by combination of attribute values.

Values that no tally tells apart form one class and are counted together from here on.
"""

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np

from myotrial.errors import TooLargeError
from myotrial.evidence.claims import Paper
from myotrial.evidence.elements import Elements
from myotrial.evidence.statements import Choice, Line, Tally
from myotrial.expressions import mask

__all__ = ["RAW", "Weights"]

SHOWN = 8  # claims named in one message; the rest are counted
RAW = 1 << 20  # combinations of values of one condition or one clique


class Weights:
    """What each tally gives a patient, by combination of values; found once for many models.

    Attributes:
        paper: The paper.
        elements: Its elements.
        tallies: All tallies but the number of patients.
        attributes: The attributes of each tally, in the paper's order.
        classes: For each attribute the class of each of its values.
        arrays: The weight of each combination of value classes, by tally.
    """

    def __init__(self, paper: Paper, elements: Elements, asked: Iterable[Tally] = ()) -> None:
        """Evaluate all tallies of the elements, and those asked for.

        Raises:
            TooLargeError: A tally has too many combinations; says which claims join them.
        """
        self.paper, self.elements = paper, elements
        self.domains = {name: each.domain for name, each in paper.attributes.items()}
        self.names = tuple(self.domains)
        stated = [found for each in elements.all for found in _tallies(each.statements)]
        self.tallies = [each for each in dict.fromkeys([*stated, *asked]) if each != Tally()]
        self.attributes = {each: self._attributes(each) for each in self.tallies}
        raw = {each: self._raw(each) for each in self.tallies}
        self.classes = {name: self._classes(name, raw) for name in self.names}
        keep = {
            name: np.unique(classes, return_index=True)[1] for name, classes in self.classes.items()
        }
        self.arrays = {
            each: raw[each][np.ix_(*(keep[name] for name in names))]
            for each, names in self.attributes.items()
        }

    def _attributes(self, tally: Tally) -> tuple[str, ...]:
        found = tally.attributes() or {self.names[0]}
        return tuple(name for name in self.names if name in found)

    def size(self, name: str) -> int:
        """Number of value classes of an attribute."""
        return int(self.classes[name].max()) + 1

    def require_few(self, names: Sequence[str], cells: int, limit: int = RAW) -> None:
        """Refuse what is too large to be counted together."""
        if cells <= limit:
            return
        inside = set(names)
        joining = [
            each.item.id
            for each in self.elements.all
            if any(len(tally.attributes() & inside) > 1 for tally in _tallies(each.statements))
        ]
        listed = list(dict.fromkeys(joining))
        more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
        shown = ", ".join(listed[:SHOWN]) + more or "none but the statistics"
        raise TooLargeError(
            f"The attributes {', '.join(names)} would have to be counted together, in {cells:,} "
            f"combinations (at most {limit:,}).\nHint: drop an attribute, give it fewer values, "
            f"or drop one of the statements that join them: {shown}."
        )

    def _raw(self, tally: Tally) -> np.ndarray:
        """The tally's weight for each combination of values of its attributes."""
        names = self.attributes[tally]
        shape = tuple(len(self.domains[name]) for name in names)
        self.require_few(names, math.prod(shape))
        grids = dict(zip(names, np.indices(shape).reshape(len(shape), -1), strict=True))
        columns = {name: _array(self.domains[name])[grids[name]] for name in names}
        condition = tally.condition()
        weights = (
            np.ones(math.prod(shape), dtype=np.int64)
            if condition is None
            else mask(condition, columns).astype(np.int64)
        )
        if tally.score:
            domain = self.domains[tally.score]
            scale = math.lcm(*(Fraction(value).denominator for value in domain))
            scores = np.array([int(value * scale) ** tally.power for value in domain])
            weights = weights * scores[grids[tally.score]]
        return weights.reshape(shape)

    def _classes(self, name: str, raw: dict[Tally, np.ndarray]) -> np.ndarray:
        """The class of each value: values are in one class if no tally tells them apart."""
        size = len(self.domains[name])
        labels = np.zeros(size, dtype=np.int64)
        for tally, array in raw.items():
            names = self.attributes[tally]
            if name in names:
                moved = np.moveaxis(array, names.index(name), 0).reshape(size, -1)
                rows = np.unique(moved, axis=0, return_inverse=True)[1].reshape(-1)
                labels = np.unique(labels * size + rows, return_inverse=True)[1]
        return labels


def _tallies(statements: Iterable[Line | Choice]) -> Iterable[Tally]:
    for statement in statements:
        if isinstance(statement, Line):
            yield from (tally for _, tally in statement.terms)
        else:
            yield from statement.tallies


def _array(domain: Sequence[object]) -> np.ndarray:
    if all(isinstance(value, str) for value in domain):
        return np.array(domain)
    if all(isinstance(value, int) for value in domain):
        return np.array(domain, dtype=np.int64)
    array = np.empty(len(domain), dtype=object)
    array[:] = domain
    return array
