"""Functional Index-3 (FI-3): muscle endurance in three tasks.

Scale    correct repetitions of shoulder flexion (0 to 60), neck flexion (0 to 30) and hip flexion
         (0 to 60) on the dominant side, at 40 beats a minute; total 0 to 150, or in percent of it.
Total    the form prints "(shoulder + neck + hip / 3) / 150"; a third of the hip's repetitions, or
         of all, could never reach the printed maximum of 150. The total is taken as the plain sum.
Better   higher.
Missing  one task not done leaves the total missing; each task stands on its own.
Source   Ernste FC et al. J Rheumatol 2021;48:94-100, supplement (NIHMS1580246). Its maximum of
         shoulder flexion was cut off in the copy that was read, and follows from the other numbers.
"""

from collections.abc import Mapping
from types import MappingProxyType

from myotrial.facts import Fact
from myotrial.instruments.instrument import HIGHER, Instrument
from myotrial.instruments.items import Numbers, possible

__all__ = ["FACTS", "INSTRUMENTS", "MAXIMA", "percent", "total"]

FORM = "Ernste FC et al. J Rheumatol 2021;48:94-100, supplement NIHMS1580246"
TOTAL = 150.0  # repetitions
MAXIMA: Mapping[str, float] = MappingProxyType(
    {"shoulder flexion": 60.0, "neck flexion": 30.0, "hip flexion": 60.0}
)
FACTS = (
    Fact("most repetitions of shoulder flexion", 60, "repetitions", FORM, "derived"),
    Fact("most repetitions of neck flexion", 30, "repetitions", FORM, "verified"),
    Fact("most repetitions of hip flexion", 60, "repetitions", FORM, "verified"),
    Fact("repetitions of the three tasks together, at most", TOTAL, "", FORM, "verified"),
    Fact("total of the FI-3", "sum of the three tasks", "repetitions", FORM, "derived"),
)

INSTRUMENTS = (
    Instrument(
        id="fi3",
        label="Muscle endurance (FI-3)",
        better=HIGHER,
        units={"repetitions": 1.0},
        ranges={"total": (0.0, TOTAL)} | {task: (0.0, top) for task, top in MAXIMA.items()},
        missing="one task not done leaves the total missing",
        source=FORM,
    ),
)


def total(
    shoulder: Numbers, neck: Numbers, hip: Numbers, *, maxima: Mapping[str, float] = MAXIMA
) -> Numbers:
    """The repetitions of the three tasks of the dominant side together, 0 to 150.

    Args:
        shoulder: Correct repetitions of shoulder flexion; NaN where not done.
        neck: Those of neck flexion.
        hip: Those of hip flexion.
        maxima: The repetitions at which each task ends.

    Returns:
        The sum, of the shape of a task; NaN where a task is missing or off its scale.

    >>> float(total(30, 12, 42))
    84.0
    """
    tasks = zip((shoulder, neck, hip), maxima.values(), strict=True)
    return sum(possible(task, 0.0, top) for task, top in tasks)


def percent(
    shoulder: Numbers, neck: Numbers, hip: Numbers, *, maxima: Mapping[str, float] = MAXIMA
) -> Numbers:
    """The total in percent of its maximum, 0 to 100; arguments as in `total`.

    >>> float(percent(30, 12, 42))
    56.0
    """
    return total(shoulder, neck, hip, maxima=maxima) * 100.0 / sum(maxima.values())
