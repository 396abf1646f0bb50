"""The patient-level tables that could lie behind a paper, as the whole-number points of a polytope.

Patients are interchangeable, so a table is how many patients have each combination of values: a
profile. Profiles of all attributes together would explode, so they are counted by clique
(`junction`): one variable for each cell of each clique, and neighbouring cliques agree on what they
share. This loses nothing: given whole-number tables of the cliques that agree on the shared
attributes, the patients of one clique can be matched, within each combination of shared values,
one to one with those of the next (there are equally many of them), and since the cliques form a
tree whose cliques with a common attribute are connected, no match contradicts another. `worlds`
does exactly that. Parts that share no attribute only share the number of patients.

Merging   values of an attribute that no condition tells apart are one; so are cells of a clique
          that no condition and no neighbour tells apart. The size does not depend on n.
Columns   column 0 is the number of patients, then cells, then one 0/1 column per option of a
          `Choice`. All are whole and at least 0; no column has another bound.
Rows      `owner` is the place of the element that says it, or STRUCTURE.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import numpy as np

from myotrial.evidence.junction import Clique, tree
from myotrial.evidence.statements import Choice, Line, Tally
from myotrial.evidence.weights import Weights

__all__ = ["STRUCTURE", "Block", "Model", "Row", "build", "separated", "words_of"]

Vector = tuple[np.ndarray, np.ndarray]
STRUCTURE = -1
MERGED = 40_000  # columns in all


@dataclass(frozen=True)
class Row:
    """low <= coefficients times columns <= high, in whole numbers; None is no bound."""

    owner: int
    columns: np.ndarray
    coefficients: np.ndarray
    low: int | None
    high: int | None
    words: str


@dataclass(frozen=True)
class Block:
    """The cells of one clique.

    Attributes:
        clique: The clique.
        shape: Number of value classes of each of its attributes.
        first: Its first column.
        cells: Column (from 0 within the block) of each raw cell, flat, shape (cells,).
        width: Number of columns.
    """

    clique: Clique
    shape: tuple[int, ...]
    first: int
    cells: np.ndarray
    width: int


@dataclass(frozen=True)
class Model:
    """All rows and columns; see the module's text.

    Attributes:
        columns: Number of columns.
        rows: All rows.
        blocks: One per clique, parents before children.
        classes: For each attribute the class of each of its values.
        tallies: Columns and coefficients of each tally.
    """

    columns: int
    rows: tuple[Row, ...]
    blocks: tuple[Block, ...]
    classes: dict[str, np.ndarray]
    tallies: dict[Tally, Vector]


def build(weights: Weights, *, together: Iterable[frozenset[str]] = ()) -> Model:
    """Build the model of a paper.

    Args:
        weights: The tallies of its elements, and those asked for.
        together: Sets of attributes that one clique must hold, each combination of their value
            classes in columns of its own.

    Raises:
        TooLargeError: A clique has too many cells; says which claims join its attributes.
    """
    return _Builder(weights, together).model()


class _Builder:
    def __init__(self, weights: Weights, together: Iterable[frozenset[str]]) -> None:
        self.weights, self.together = weights, list(together)
        self.vectors: dict[Tally, Vector] = {Tally(): (np.array([0]), np.array([1]))}
        self.rows: list[Row] = []

    def model(self) -> Model:
        weights = self.weights
        groups = [frozenset(names) for names in weights.attributes.values()]
        cliques = tree(weights.names, [*groups, *self.together])
        blocks = self._blocks(cliques)
        self._structure(blocks)
        columns = self._statements(blocks[-1].first + blocks[-1].width)
        classes = weights.classes
        return Model(columns, tuple(self.rows), tuple(blocks), classes, self.vectors)

    def _blocks(self, cliques: Sequence[Clique]) -> list[Block]:
        weights = self.weights
        homes: list[list[Tally]] = [[] for _ in cliques]
        for tally, place in self._homes(cliques).items():
            homes[place].append(tally)
        blocks: list[Block] = []
        first = 1
        for place, clique in enumerate(cliques):
            shape = tuple(weights.size(name) for name in clique.attributes)
            weights.require_few(clique.attributes, math.prod(shape))
            flat = {
                tally: _spread(
                    weights.arrays[tally], weights.attributes[tally], clique.attributes, shape
                )
                for tally in homes[place]
            }
            shared = [
                _index(clique.attributes, shape, names) for names in self._apart(cliques, place)
            ]
            cells, representatives = _merge(math.prod(shape), [*flat.values(), *shared])
            for tally, values in flat.items():
                kept = values[representatives]
                where = np.flatnonzero(kept)
                self.vectors[tally] = (where + first, kept[where])
            blocks.append(Block(clique, shape, first, cells, len(representatives)))
            first += len(representatives)
            weights.require_few(clique.attributes, first, MERGED)
        return blocks

    def _apart(self, cliques: Sequence[Clique], place: int) -> list[tuple[str, ...]]:
        """Attributes whose combinations must stay apart in a clique's columns."""
        clique = cliques[place]
        edges = [clique.separator] if clique.parent is not None else []
        edges += [other.separator for other in cliques if other.parent == place]
        inside = set(clique.attributes)
        edges += [tuple(sorted(each)) for each in self.together if each <= inside]
        return edges

    def _homes(self, cliques: Sequence[Clique]) -> dict[Tally, int]:
        """For each tally the smallest clique that holds its attributes."""
        ordered = sorted(range(len(cliques)), key=lambda i: len(cliques[i].attributes))
        sets = {i: set(cliques[i].attributes) for i in ordered}
        found: dict[tuple[str, ...], int] = {}
        for names in self.weights.attributes.values():
            if names not in found:
                found[names] = next(i for i in ordered if sets[i].issuperset(names))
        return {tally: found[names] for tally, names in self.weights.attributes.items()}

    def _structure(self, blocks: Sequence[Block]) -> None:
        """Every part counts every patient once, and neighbours agree on what they share."""
        for block in blocks:
            clique = block.clique
            if clique.parent is None:
                columns = np.concatenate([[0], np.arange(block.first, block.first + block.width)])
                words = f"every patient has one {' and '.join(clique.attributes)}"
                self._row(STRUCTURE, columns, np.r_[-1, np.ones(block.width, int)], 0, 0, words)
                continue
            parent = blocks[clique.parent]
            sides = [
                (separated(block, clique.separator), 1),
                (separated(parent, clique.separator), -1),
            ]
            words = f"patients are the same wherever {' and '.join(clique.separator)} is counted"
            for cell in range(math.prod(self.weights.size(name) for name in clique.separator)):
                columns = np.concatenate([each[cell] for each, _ in sides])
                signs = np.concatenate([np.full(len(each[cell]), sign) for each, sign in sides])
                self._row(STRUCTURE, columns, signs, 0, 0, words)

    def _statements(self, columns: int) -> int:
        for place, element in enumerate(self.weights.elements.all):
            for statement in element.statements:
                if isinstance(statement, Line):
                    self._line(place, statement)
                else:
                    self._choice(place, statement, columns)
                    columns += len(statement.options)
        return columns

    def _line(self, owner: int, line: Line) -> None:
        vectors = [self._vector(factor, tally) for factor, tally in line.terms]
        columns, coefficients = vectors[0] if len(vectors) == 1 else _summed(vectors)
        self._row(owner, columns, coefficients, line.low, line.high, words_of(line))

    def _vector(self, factor: int, tally: Tally) -> Vector:
        columns, coefficients = self.vectors[tally]
        return columns, coefficients * factor

    def _choice(self, owner: int, choice: Choice, first: int) -> None:
        options = np.arange(first, first + len(choice.options))
        ones = np.ones(len(options), dtype=np.int64)
        what = ", ".join(tally.words() for tally in choice.tallies)
        words = f"one of {len(options)} possibilities for {what}"
        self._row(owner, options, ones, 1, 1, words)
        for place, tally in enumerate(choice.tallies):
            columns, coefficients = self.vectors[tally]
            for side, low, high in ((0, 0, None), (1, None, 0)):
                ends = np.array([option[place][side] for option in choice.options], dtype=np.int64)
                both = np.concatenate([columns, options]), np.concatenate([coefficients, -ends])
                self._row(owner, *both, low, high, f"{tally.words()} as in the possibility")

    def _row(
        self,
        owner: int,
        columns: np.ndarray,
        coefficients: np.ndarray,
        low: int | None,
        high: int | None,
        words: str,
    ) -> None:
        kept = coefficients != 0
        self.rows.append(Row(owner, columns[kept], coefficients[kept], low, high, words))


def words_of(line: Line) -> str:
    """A line in words and figures."""
    text = " + ".join(
        tally.words() if factor == 1 else f"{factor} x {tally.words()}"
        for factor, tally in line.terms
    )
    if line.low == line.high:
        return f"{text} = {line.low}"
    low = f"{line.low} <= " if line.low is not None else ""
    high = f" <= {line.high}" if line.high is not None else ""
    return f"{low}{text}{high}"


def _spread(
    array: np.ndarray, names: Sequence[str], all_names: Sequence[str], shape: tuple[int, ...]
) -> np.ndarray:
    """An array over some attributes as one over all of a clique's, flat."""
    wide = [size if name in names else 1 for name, size in zip(all_names, shape, strict=True)]
    return np.broadcast_to(array.reshape(wide), shape).reshape(-1)


def _index(names: Sequence[str], shape: tuple[int, ...], shared: Sequence[str]) -> np.ndarray:
    """The combination of shared values (flat, in order) of each raw cell."""
    grids = np.indices(shape).reshape(len(shape), -1)
    index = np.zeros(math.prod(shape), dtype=np.int64)
    for name in shared:
        place = names.index(name)
        index = index * shape[place] + grids[place]
    return index


def _merge(size: int, keys: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Group equal cells: the group of each cell, and one cell of each group."""

    def joined(labels: np.ndarray, key: np.ndarray) -> np.ndarray:
        codes = key - key.min()
        wide = int(codes.max()) + 1
        if int(labels.max()) * wide > 1 << 60:
            labels = np.unique(labels, return_inverse=True)[1]
        return labels * wide + codes

    labels = reduce(joined, keys, np.zeros(size, dtype=np.int64))
    _, first, groups = np.unique(labels, return_index=True, return_inverse=True)
    return groups, first


def separated(block: Block, names: Sequence[str]) -> list[np.ndarray]:
    """The columns of a block for each combination of values of the named attributes."""
    index = _index(block.clique.attributes, block.shape, names)
    pairs = np.unique(np.stack([index, block.cells]), axis=1)
    starts = np.searchsorted(pairs[0], np.arange(int(index.max()) + 2))
    return [pairs[1, start:end] + block.first for start, end in pairwise(starts)]


def _summed(vectors: Sequence[Vector]) -> Vector:
    columns = np.concatenate([columns for columns, _ in vectors])
    coefficients = np.concatenate([coefficients for _, coefficients in vectors])
    distinct, place = np.unique(columns, return_inverse=True)
    sums = np.zeros(len(distinct), dtype=np.int64)
    np.add.at(sums, place, coefficients)
    return distinct, sums
