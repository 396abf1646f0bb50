"""The allocation list that stays concealed, in two files that no one person needs.

Allocation  which kit the next patient of a stratum receives: for whoever dispenses.
Kits        which arm a kit belongs to: for whoever packs, and for unblinding.
Seed        drawn from the system, never from a seed that a blinded person can read: whoever knows
            the seed and this code knows the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from myotrial.randomisation.blocks import permuted_blocks, sizes
from myotrial.randomisation.sealed import Sealed, fresh

__all__ = ["Concealed", "conceal"]

SPARE = 1.5  # allocations in a stratum's list, as a multiple of the patients expected in it
LEAST = 8
DIGITS = 6
Row = dict[str, str | int]


@dataclass(frozen=True)
class Concealed:
    """A list of allocations.

    Attributes:
        allocation: Stratum, its running number, and the kit, in order.
        kits: Kit and arm, by kit.
        seed: The seed it was drawn with.
    """

    allocation: tuple[Row, ...]
    kits: tuple[Row, ...]
    seed: int


def conceal(
    strata: Sequence[tuple[dict[str, str], float]],
    arms: Sequence[str],
    ratio: Sequence[int],
    n: int,
    *,
    seed: int | None = None,
) -> Concealed:
    """Draw a list by permuted blocks of varied sizes, one sequence a stratum.

    Args:
        strata: Values of the stratifying attributes of each stratum, with the share of the
            patients expected in it.
        arms: Ids of the arms.
        ratio: Patients of each arm in the planned ratio.
        n: Planned patients.
        seed: To draw a list again, when it is audited; without it a fresh one is drawn from the
            system.
    """
    seed = fresh() if seed is None else seed
    generator = Sealed(seed, "allocation")
    drawn = [
        (stratum, place, arm)
        for stratum, share in strata
        for place, arm in enumerate(
            permuted_blocks(
                max(LEAST, ceil(SPARE * share * n)), ratio, generator, multiples=sizes(ratio)
            ),
            start=1,
        )
    ]
    first = 10 ** (DIGITS - 1)
    kits = [first + kit for kit in Sealed(seed, "kits").sample(9 * first, len(drawn))]
    allocation: list[Row] = []
    packed: list[Row] = []
    for (stratum, place, arm), kit in zip(drawn, kits, strict=True):
        allocation.append({**stratum, "NUMBER": place, "KIT": kit})
        packed.append({"KIT": kit, "ARM": arms[arm]})
    packed.sort(key=lambda row: row["KIT"])
    return Concealed(tuple(allocation), tuple(packed), seed)
