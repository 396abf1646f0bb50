"""Patients drawn from what a paper leaves possible, and what of them the paper determines."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from myotrial.evidence import determined, worlds
from myotrial.evidence.claims import Paper
from myotrial.evidence.question import Question

__all__ = ["determinacy", "draw"]


def draw(paper: Paper, seed: int, readings: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Draw patients that agree with the claims; a reconstruction, describing no real patient.

    Args:
        paper: The paper.
        seed: The same seed gives the same patients.
        readings: Ids of the readings that hold too; None for the first admissible set.

    Returns:
        One dict of attribute values per patient.

    Raises:
        MyotrialError: A reading is unknown, or the statements cannot all hold.
    """
    question = Question.of(paper)
    generator = np.random.default_rng(seed)
    chosen = question.chosen(readings)
    solution = worlds.draw_solution(question.solver, chosen, generator)
    return worlds.patients(paper, question.solver.model, solution, generator)


def determinacy(paper: Paper, readings: Sequence[str] | None = ()) -> dict[str, str]:
    """How far each attribute's counts are determined: "determined", "bounded" or "free".

    Args:
        paper: The paper.
        readings: Ids of readings that hold too; None for the first admissible set.

    Raises:
        MyotrialError: A reading is unknown, or the statements cannot all hold.
    """
    question = Question.of(paper)
    found = determined.openness(paper, question.weights, question.chosen(readings), 0)
    return {name: determined.status(found.single, name) for name in paper.attributes}
