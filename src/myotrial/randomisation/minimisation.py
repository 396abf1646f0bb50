"""Minimisation with a random element.

Rule     a new patient goes, with a stated chance, to the arm that would leave the arms most alike
         in the numbers that share each of the patient's factors; ties, and the rest of the chance,
         are drawn by the planned ratio.
Ratio    numbers are divided by the arm's part of the ratio before they are compared.
Source   Pocock SJ, Simon R. Biometrics 1975;31:103-15.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.randomisation.sealed import Sealed

__all__ = ["imbalance", "minimise"]

Factors = Mapping[str, str]


def imbalance(
    patient: Factors, before: Sequence[tuple[Factors, int]], ratio: Sequence[int]
) -> list[float]:
    """How unlike the arms would be, for each arm that the patient could go to.

    Args:
        patient: The patient's value of each factor.
        before: Factors and arm of each patient allocated so far.
        ratio: Patients of each arm in the planned ratio.

    Returns:
        For each arm, the sum over factors of the range, over arms, of the numbers that share the
        patient's value.

    >>> before = [({"DIAG": "PM"}, 0), ({"DIAG": "PM"}, 0), ({"DIAG": "DM"}, 1)]
    >>> imbalance({"DIAG": "PM"}, before, (1, 1))
    [3.0, 1.0]
    """
    found = []
    for arm in range(len(ratio)):
        total = 0.0
        for factor, value in patient.items():
            counts = [0.0] * len(ratio)
            for others, given in before:
                counts[given] += others.get(factor) == value
            counts[arm] += 1
            shares = [count / part for count, part in zip(counts, ratio, strict=True)]
            total += max(shares) - min(shares)
        found.append(total)
    return found


def minimise(
    patient: Factors,
    before: Sequence[tuple[Factors, int]],
    ratio: Sequence[int],
    generator: np.random.Generator | Sealed,
    *,
    probability: float = 0.8,
) -> int:
    """Allocate one patient.

    Args:
        patient: The patient's value of each factor.
        before: Factors and arm of each patient allocated so far.
        ratio: Patients of each arm in the planned ratio.
        generator: Source of randomness.
        probability: Chance of the arm that leaves the arms most alike; below 1, so that no
            allocation is certain.

    Returns:
        The number of the arm, counted from 0.

    Raises:
        MyotrialError: The probability leaves no chance, or prefers the worse arm.
    """
    if not 1 / len(ratio) <= probability < 1:
        raise MyotrialError(
            f"The chance of the better arm must lie between 1/{len(ratio)} and 1, without 1 "
            f"(got {probability!r}).\nHint: 0.8 is usual; 1 would make allocations foreseeable."
        )
    weights = np.asarray(ratio, dtype=float)
    costs = np.asarray(imbalance(patient, before, ratio))
    best = np.isclose(costs, costs.min())
    if best.all():
        return int(generator.choice(len(weights), p=weights / weights.sum()))
    inside, outside = weights * best, weights * ~best
    chances = probability * inside / inside.sum() + (1 - probability) * outside / outside.sum()
    return int(generator.choice(len(weights), p=chances))
