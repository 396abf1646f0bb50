"""The inverse-normal combination test: stages are weighted as planned, whatever their size became.

Stage     a statistic of the patients of one stage alone, standard normal under the null whatever
          the stages before said, even if they set its size. So the combined statistic keeps the
          type I error of the planned boundary.
Weights   the roots of the planned increments of information; with those this is the weighted
          statistic of Cui, Hung and Wang.
Source    Lehmacher W, Wassmer G. Biometrics 1999;55:1286-90. Cui L, Hung HMJ, Wang SJ. Biometrics
          1999;55:853-7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, sqrt
from typing import Literal

from scipy.special import ndtr, ndtri

from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_fractions, checked_share
from myotrial.statistics.sequential.boundaries import Boundary

__all__ = ["Decision", "combined", "combined_from_p", "decide", "p_value_bounds", "weights"]

Outcome = Literal["efficacy", "futility", "continue", "not rejected"]


def weights(information: Sequence[float]) -> tuple[float, ...]:
    """The weight of each stage, from the planned information fractions; squares add up to 1.

    >>> [round(w * w, 3) for w in weights((0.5, 0.75, 1.0))]
    [0.5, 0.25, 0.25]
    """
    return tuple(sqrt(b - a) for a, b in pairwise((0.0, *checked_fractions(information))))


def combined(stages: Sequence[float], information: Sequence[float]) -> float:
    """The combined statistic of the stages so far.

    Args:
        stages: Statistic of each stage so far, from its own patients alone.
        information: Planned information fractions of all looks.

    Raises:
        MyotrialError: There are no stages or more than looks, or a statistic is not finite.

    >>> round(combined([1.1, 1.9], (0.5, 1.0)), 4)
    2.1213
    """
    planned = weights(information)
    if not 1 <= len(stages) <= len(planned) or not all(isfinite(z) for z in stages):
        raise MyotrialError(
            f"Combining needs finite statistics of 1 to {len(planned)} stages "
            f"(got {list(stages)!r})"
        )
    used = planned[: len(stages)]
    total = sum(w * z for w, z in zip(used, stages, strict=True))
    return total / sqrt(sum(w * w for w in used))


def combined_from_p(p_values: Sequence[float], information: Sequence[float]) -> float:
    """The combined statistic of one-sided p-values of the stages; see `combined`.

    Raises:
        MyotrialError: A p-value is not strictly between 0 and 1.
    """
    checked = [checked_share("A stage's p-value", p) for p in p_values]
    return combined([-float(ndtri(p)) for p in checked], information)


@dataclass(frozen=True)
class Decision:
    """What the combination test says after a stage.

    Attributes:
        look: Number of the look, from 1.
        z: The combined statistic.
        outcome: "efficacy", "futility", "continue", or at the last look "not rejected".
    """

    look: int
    z: float
    outcome: Outcome


def decide(boundary: Boundary, stages: Sequence[float]) -> Decision:
    """Compare the combined statistic of the stages so far with the bounds of the look.

    Args:
        boundary: The planned bounds; their information fractions are the weights.
        stages: Statistic of each stage so far.
    """
    z = combined(stages, boundary.information)
    look = len(stages)
    _, low, high = boundary.bounds[look - 1]
    outcome: Outcome = "not rejected" if look == boundary.looks else "continue"
    if z >= high or (boundary.sides == 2 and z <= low):
        outcome = "efficacy"
    elif z <= low and look < boundary.looks:
        outcome = "futility"
    return Decision(look, z, outcome)


def p_value_bounds(boundary: Boundary) -> tuple[float, ...]:
    """The efficacy bounds as one-sided p-values of the combined statistic."""
    return tuple(float(ndtr(-z)) for z in boundary.efficacy)
