"""Error-spending functions: how much of an error probability is used up to each look.

A function takes the information fraction t and the whole error, and returns the error spent up to
t: 0 at t = 0, never falling, the whole error at t = 1. The same functions spend alpha (efficacy)
and beta (futility).

Source  Lan KKG, DeMets DL. Biometrika 1983;70:659-63. Kim K, DeMets DL. Biometrika 1987;74:149-54.
        Hwang IK, Shih WJ, DeCani JS. Stat Med 1990;9:1439-45.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import e, exp, expm1, isfinite, log, sqrt
from typing import Protocol

import numpy as np
from scipy.special import ndtr, ndtri

from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_fractions, checked_positive

__all__ = [
    "HwangShihDeCani",
    "KimDeMets",
    "LanDeMetsOBrienFleming",
    "LanDeMetsPocock",
    "Spending",
    "SpentAt",
    "UserSpending",
    "increments",
]


class Spending(Protocol):
    """Anything that tells how much of an error is spent up to an information fraction."""

    def spent(self, t: float, error: float) -> float:
        """The error spent up to information fraction t, out of `error`."""
        ...


@dataclass(frozen=True)
class LanDeMetsOBrienFleming:
    """Spends late, with bounds near those of O'Brien and Fleming.

    >>> round(LanDeMetsOBrienFleming().spent(0.5, 0.025), 6)
    0.001525
    """

    def spent(self, t: float, error: float) -> float:
        """2 - 2 Phi(z(1 - error / 2) / sqrt(t))."""
        return float(2 * ndtr(ndtri(error / 2) / sqrt(t))) if t > 0 else 0.0


@dataclass(frozen=True)
class LanDeMetsPocock:
    """Spends early, with bounds near Pocock's."""

    def spent(self, t: float, error: float) -> float:
        """Error times log(1 + (e - 1) t)."""
        return error * log(1 + (e - 1) * t)


@dataclass(frozen=True)
class KimDeMets:
    """The power family: error times t to the power rho.

    Attributes:
        rho: Above 0; 1 spends evenly, 3 lies near O'Brien and Fleming.
    """

    rho: float

    def __post_init__(self) -> None:
        checked_positive("rho of the Kim-DeMets family", self.rho)

    def spent(self, t: float, error: float) -> float:
        """Error times t ** rho."""
        return error * t**self.rho


@dataclass(frozen=True)
class HwangShihDeCani:
    """The gamma family.

    Attributes:
        gamma: Any finite number; -4 lies near O'Brien and Fleming, 1 near Pocock, 0 spends evenly.
    """

    gamma: float

    def __post_init__(self) -> None:
        if not isfinite(self.gamma):
            raise MyotrialError(f"gamma of the Hwang family must be finite (got {self.gamma!r})")

    def spent(self, t: float, error: float) -> float:
        """Error times (1 - exp(-gamma t)) / (1 - exp(-gamma))."""
        if abs(self.gamma) < 1e-9:
            return error * t
        if self.gamma < 0:  # the same, with no overflow for a large negative gamma
            shift = exp(self.gamma * (1 - t)) if t > 0 else 0.0
            return error * shift * expm1(self.gamma * t) / expm1(self.gamma)
        return error * expm1(-self.gamma * t) / expm1(-self.gamma)


@dataclass(frozen=True)
class UserSpending:
    """A spending function of the user's own.

    Attributes:
        function: From information fraction and whole error to the error spent up to there.

    >>> evenly = UserSpending(lambda t, error: error * t)
    >>> evenly.spent(0.5, 0.025)
    0.0125
    """

    function: Callable[[float, float], float]

    def spent(self, t: float, error: float) -> float:
        """What the user's function says."""
        return float(self.function(t, error))


@dataclass(frozen=True)
class SpentAt:
    """Given amounts at given information fractions, evenly in between.

    Attributes:
        information: Information fractions, rising and ending at 1.
        amounts: Error spent up to each of them, as cumulative probabilities.

    >>> SpentAt((0.5, 1.0), (0.005, 0.025)).spent(0.5, 0.025)
    0.005
    """

    information: tuple[float, ...]
    amounts: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "information", checked_fractions(self.information))
        object.__setattr__(self, "amounts", tuple(map(float, self.amounts)))
        if len(self.amounts) != len(self.information):
            raise MyotrialError(
                f"{len(self.amounts)} amounts of error are given for {len(self.information)} "
                "information fractions.\nHint: give one cumulative amount for each of them."
            )

    def spent(self, t: float, error: float) -> float:  # noqa: ARG002
        """The amount given at t, or on the line between its neighbours."""
        return float(np.interp(t, (0.0, *self.information), (0.0, *self.amounts)))


def increments(
    spending: Spending, information: tuple[float, ...], error: float
) -> tuple[float, ...]:
    """The error that each look spends, with the whole error spent at the last.

    Raises:
        MyotrialError: The function spends more than the whole error, takes back what was spent, or
            does not spend all of it at the last look.
    """
    looks = checked_fractions(information)
    totals = tuple(spending.spent(t, error) for t in looks)
    _require_spendable(totals, error)
    totals = (*totals[:-1], error)
    return tuple(b - a for a, b in zip((0.0, *totals), totals, strict=False))


def _require_spendable(totals: tuple[float, ...], error: float) -> None:
    """Say which look spends too much, takes something back, or leaves something over."""
    slack = 1e-9 * error
    before = 0.0
    for look, total in enumerate(totals, 1):
        if not 0 <= total <= error + slack:
            raise MyotrialError(
                f"Up to look {look} the spending function spends {total!r}, "
                f"but there is only {error!r} to spend.\n"
                "Hint: amounts are cumulative, as shares of 1; none may be spent twice."
            )
        if total < before - slack:
            raise MyotrialError(
                f"Up to look {look} the spending function spends {total!r}, less than the "
                f"{before!r} spent before.\nHint: amounts are cumulative and must not fall."
            )
        before = total
    if totals[-1] < error * (1 - 1e-6):
        raise MyotrialError(
            f"At the last look the spending function has spent {totals[-1]!r} of {error!r}.\n"
            "Hint: whatever is left can be spent at the last look; let the function end there."
        )
