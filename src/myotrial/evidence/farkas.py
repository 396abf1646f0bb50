"""Exact proofs that statements cannot all hold.

Certificate  multipliers of rows, as fractions. A positive one uses a row's lower bound, a negative
             one its upper bound. Summed up, every column has a coefficient of 0 or less, so the
             sum is at most 0 whatever the counts are (they are at least 0), while the bounds sum to
             more than 0: a contradiction (Farkas' lemma).
Split        where only whole numbers are impossible: a whole-number sum is either at most k or at
             least k + 1, and both lead to a contradiction.
A float ray of the solver only suggests the multipliers; they are made exact here, and `verify`
checks every certificate exactly before it is returned.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from myotrial.evidence.elements import Elements
from myotrial.evidence.model import STRUCTURE, Model
from myotrial.evidence.solver import Extra, Solver, Vector
from myotrial.evidence.statements import Line, Statement, Tally

__all__ = ["Certificate", "Proof", "Split", "prove", "record", "used", "verify"]

NODES = 500  # branches of one proof by splitting
ZERO = 1e-9
DENOMINATORS = (1, 2, 6, 12, 60, 360, 2520, 10_000, 1_000_000)


@dataclass(frozen=True)
class Certificate:
    """Multipliers by row; places from the number of rows on are those of the path's splits."""

    multipliers: dict[int, Fraction]


@dataclass(frozen=True)
class Split:
    """A whole-number sum is at most `at`, or at least `at` + 1; both are impossible."""

    vector: Vector
    words: str
    at: int
    below: "Proof"
    above: "Proof"


Proof = Certificate | Split


def prove(solver: Solver, chosen: int) -> Proof | None:
    """Prove that the chosen elements cannot all hold.

    Returns:
        A proof, each certificate of it verified; None where none was found within `NODES`
        branches, or where the elements can hold after all.
    """
    return _Prover(solver, chosen).prove(())


def verify(model: Model, proof: Proof, path: Sequence[Extra] = ()) -> bool:
    """Check a proof in whole numbers, sharing nothing with the solver.

    Args:
        model: The model whose rows the proof multiplies.
        proof: The proof.
        path: The splits on the way to it.
    """
    if isinstance(proof, Split):
        below, above = _sides(proof.vector, proof.at, proof.words)
        return verify(model, proof.below, [*path, below]) and verify(
            model, proof.above, [*path, above]
        )
    scale = math.lcm(*(each.denominator for each in proof.multipliers.values()))
    sums: dict[int, int] = {}
    bounds = 0
    for place, multiplier in proof.multipliers.items():
        (columns, coefficients), low, high = _row(model, path, place)
        end = low if multiplier > 0 else high
        if end is None:
            return False
        times = int(multiplier * scale)
        bounds += times * end
        for column, coefficient in zip(columns.tolist(), coefficients.tolist(), strict=True):
            sums[column] = sums.get(column, 0) + times * coefficient
    return bounds > 0 and all(total <= 0 for total in sums.values())


def used(model: Model, elements: Elements, proof: Proof) -> int:
    """The elements whose rows a proof uses, with those they need."""
    if isinstance(proof, Split):
        return used(model, elements, proof.below) | used(model, elements, proof.above)
    found = 0
    for place in proof.multipliers:
        owner = model.rows[place].owner if place < len(model.rows) else STRUCTURE
        if owner != STRUCTURE:
            found |= 1 << owner | elements[owner].needs
    return found


def record(
    model: Model, elements: Elements, proof: Proof, path: Sequence[Extra] = ()
) -> dict[str, object]:
    """A proof as plain data.

    A certificate lists the statements' rows with their multipliers. Give each patient, for every
    row, its multiplier times what the patient adds to that row: whatever values a patient has,
    this comes to 0 or less, while the rows' numbers make the sum over all patients more than 0.
    (The rows that tie the counts together follow from this and are not listed.)
    """
    if isinstance(proof, Split):
        below, above = _sides(proof.vector, proof.at, proof.words)
        return {
            "kind": "split",
            "on": proof.words,
            "at_most": proof.at,
            "below": record(model, elements, proof.below, [*path, below]),
            "above": record(model, elements, proof.above, [*path, above]),
        }
    rows, total = [], Fraction(0)
    for place, multiplier in sorted(proof.multipliers.items()):
        _, low, high = _row(model, path, place)
        total += multiplier * ((low if multiplier > 0 else high) or 0)
        if place >= len(model.rows):
            words = path[place - len(model.rows)].words
            rows.append({"owner": "split", "row": words, "multiplier": str(multiplier)})
        elif model.rows[place].owner != STRUCTURE:
            row = model.rows[place]
            name = elements[row.owner].item.id
            rows.append({"owner": name, "row": row.words, "multiplier": str(multiplier)})
    return {"kind": "farkas", "rows": rows, "sum": f"0 >= {total}"}


def _row(model: Model, path: Sequence[Extra], place: int) -> tuple[Vector, int | None, int | None]:
    if place < len(model.rows):
        row = model.rows[place]
        return (row.columns, row.coefficients), row.low, row.high
    extra = path[place - len(model.rows)]
    return extra.vector, extra.low, extra.high


def _sides(vector: Vector, at: int, words: str) -> tuple[Extra, Extra]:
    below = Extra(vector, None, at, f"{words} <= {at}")
    return below, Extra(vector, at + 1, None, f"{words} >= {at + 1}")


class _Prover:
    """Branches until every leaf has a certificate."""

    def __init__(self, solver: Solver, chosen: int) -> None:
        self.solver, self.chosen = solver, chosen
        self.active = solver.active(chosen)
        self.nodes = 0
        kept = set(np.unique(solver.owners[self.active]).tolist())
        model = solver.model
        self.tallies = [
            (model.tallies[tally], tally.words())
            for place, element in enumerate(solver.elements.all)
            if place in kept
            for statement in element.statements
            for tally in _tallies(statement)
        ]

    def prove(self, path: tuple[Extra, ...]) -> Proof | None:
        self.nodes += 1
        if self.nodes > NODES:
            return None
        solution, ray = self.solver.relaxed.run(self.active, path)
        if solution is None:
            return None if ray is None else _exact(self.solver, self.active, path, ray)
        if self.solver.checked(solution, self.active, path) is not None:
            return None
        vector, words, at = self.branch(solution)
        below, above = _sides(vector, at, words)
        left = self.prove((*path, below))
        right = self.prove((*path, above)) if left is not None else None
        return Split(vector, words, at, left, right) if left and right else None

    def branch(self, solution: np.ndarray) -> tuple[Vector, str, int]:
        """A sum that is not whole: a tally of the statements if there is one, or a column."""
        for vector, words in self.tallies:
            total = float(vector[1] @ solution[vector[0]])
            if abs(total - round(total)) > 1e-5:
                return vector, words, int(np.floor(total))
        column = int(np.argmax(np.abs(solution - np.rint(solution))))
        vector = (np.array([column]), np.array([1]))
        return vector, f"column {column}", int(np.floor(solution[column]))


def _tallies(statement: Statement) -> list[Tally]:
    if isinstance(statement, Line):
        return [tally for _, tally in statement.terms]
    return list(statement.tallies)


def _exact(
    solver: Solver, active: np.ndarray, path: Sequence[Extra], ray: np.ndarray
) -> Certificate | None:
    """Make a float ray exact: by rounding to simple fractions, else by solving for it."""
    used_rows = np.flatnonzero(np.abs(ray) > ZERO * max(1.0, np.abs(ray).max()))
    rows = [int(i) for i in used_rows if i >= len(active) or active[i]]
    for sign in (1, -1):
        for scale in (np.abs(ray[rows]).max(), np.abs(ray[rows]).min()):
            for denominator in DENOMINATORS:
                found = Certificate(
                    {
                        row: Fraction(sign * float(ray[row] / scale)).limit_denominator(denominator)
                        for row in rows
                    }
                )
                found = Certificate({row: y for row, y in found.multipliers.items() if y})
                if verify(solver.model, found, path):
                    return found
        solved = _solved(solver.model, path, {row: sign * float(ray[row]) for row in rows})
        if solved is not None and verify(solver.model, solved, path):
            return solved
    return None


def _solved(model: Model, path: Sequence[Extra], ray: dict[int, float]) -> Certificate | None:
    """Solve exactly for multipliers that cancel the columns which the float ray cancels."""
    places = list(ray)
    sums: dict[int, list[tuple[int, int]]] = {}
    bounds = []
    for k, place in enumerate(places):
        (columns, coefficients), low, high = _row(model, path, place)
        end = low if ray[place] > 0 else high
        if end is None:
            return None
        bounds.append(Fraction(end))
        for column, coefficient in zip(columns.tolist(), coefficients.tolist(), strict=True):
            sums.setdefault(column, []).append((k, coefficient))
    size = max(abs(y) for y in ray.values())
    equations = [[*bounds, Fraction(1)]]
    for terms in sums.values():
        if abs(sum(c * ray[places[k]] for k, c in terms)) <= 1e-7 * size:
            equation = [Fraction(0)] * (len(places) + 1)
            for k, coefficient in terms:
                equation[k] += coefficient
            equations.append(equation)
    values = _gauss(equations, len(places))
    if values is None:
        return None
    return Certificate({place: y for place, y in zip(places, values, strict=True) if y})


def _gauss(equations: list[list[Fraction]], unknowns: int) -> list[Fraction] | None:
    """Solve linear equations (last entry: right side) exactly; unknowns left free become 0."""
    pivots: list[int] = []
    rows = equations
    for column in range(unknowns):
        done = len(pivots)
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        head = rows[done][column]
        rows[done] = [entry / head for entry in rows[done]]
        for i, row in enumerate(rows):
            if i != done and row[column]:
                factor = row[column]
                rows[i] = [a - factor * b for a, b in zip(row, rows[done], strict=True)]
        pivots.append(column)
    if any(row[-1] and not any(row[:-1]) for row in rows):
        return None
    values = [Fraction(0)] * unknowns
    for row, column in zip(rows, pivots, strict=False):
        values[column] = row[-1]
    return values
