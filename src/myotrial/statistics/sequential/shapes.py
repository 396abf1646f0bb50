"""What a boundary can be asked to look like.

Source   Pocock SJ. Biometrika 1977;64:191-9. O'Brien PC, Fleming TR. Biometrics 1979;35:549-56.
         Wang SK, Tsiatis AA. Biometrics 1987;43:193-9. Haybittle JL. Br J Radiol 1971;44:793-7.
"""

from dataclasses import dataclass
from math import isfinite
from typing import TypeAlias

from myotrial.errors import MyotrialError
from myotrial.facts import Fact
from myotrial.statistics.assumptions import checked_positive
from myotrial.statistics.sequential.spending import Spending

__all__ = [
    "FACTS",
    "BetaSpending",
    "FutilityBounds",
    "HaybittlePeto",
    "OBrienFleming",
    "Pocock",
    "Shape",
    "WangTsiatis",
]


WANG_TSIATIS = "Wang SK, Tsiatis AA. Biometrics 1987;43:193-9"
HAYBITTLE_PETO = 3.0  # standard deviations
O_BRIEN_FLEMING = 0.0
POCOCK = 0.5
FACTS = (
    Fact(
        "Haybittle and Peto's bound before the last look",
        HAYBITTLE_PETO,
        "standard deviations",
        "Haybittle JL. Br J Radiol 1971;44:793-7",
        "recalled",
    ),
    Fact(
        "Wang and Tsiatis' delta of O'Brien and Fleming",
        O_BRIEN_FLEMING,
        "",
        WANG_TSIATIS,
        "recalled",
    ),
    Fact("Wang and Tsiatis' delta of Pocock", POCOCK, "", WANG_TSIATIS, "recalled"),
)


@dataclass(frozen=True)
class WangTsiatis:
    """Bounds proportional to t ** (delta - 1/2): 0 is O'Brien and Fleming, 1/2 is Pocock.

    Attributes:
        delta: Shape, a finite number, usually 0 to 0.5.
    """

    delta: float

    def __post_init__(self) -> None:
        if not isfinite(self.delta):
            raise MyotrialError(f"delta of the Wang-Tsiatis family must be finite ({self.delta!r})")


OBrienFleming = WangTsiatis(O_BRIEN_FLEMING)
Pocock = WangTsiatis(POCOCK)


@dataclass(frozen=True)
class HaybittlePeto:
    """One constant bound before the last look; the last bound uses what alpha is left.

    Attributes:
        z: The constant bound, above 0.
    """

    z: float = HAYBITTLE_PETO

    def __post_init__(self) -> None:
        checked_positive("z of Haybittle and Peto's bounds", self.z)


@dataclass(frozen=True)
class FutilityBounds:
    """Given futility bounds.

    Attributes:
        z: Z at or below which to stop, one for each look before the last; -inf for none.
        binding: Whether the bounds must be obeyed.
    """

    z: tuple[float, ...]
    binding: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "z", tuple(map(float, self.z)))


@dataclass(frozen=True)
class BetaSpending:
    """Futility bounds that spend the type II error.

    Attributes:
        spending: How beta is spent.
        power: Power at the alternative that the bounds are for, 1 - beta.
        binding: Whether the bounds must be obeyed.
    """

    spending: Spending
    power: float
    binding: bool = False


Shape: TypeAlias = WangTsiatis | HaybittlePeto | Spending
