"""Extramuscular activity by MYOACT, the visual analogue scales of the MDAAT.

Scale    six extramuscular systems on 10 cm scales, summed and divided by the maximum of those
         assessed: a fraction 0 to 1. Some reports give the sum 0 to 60 ("sum of 60"), which is the
         same number only where all six systems were assessed.
Better   lower. Often very low, and percent changes of low values are unstable.
Missing  systems not assessed leave sum and maximum; missing when none was assessed.
Source   MDAAT form, 2009.
"""

from collections.abc import Mapping

from myotrial.errors import MyotrialError
from myotrial.facts import Fact
from myotrial.instruments.instrument import LOWER, Instrument
from myotrial.instruments.items import Numbers, share, unspoiled

__all__ = ["FACTS", "INSTRUMENTS", "SYSTEMS", "by_system", "score"]

FORM = "MDAAT form, 2009"
SYSTEMS = ("constitutional", "cutaneous", "skeletal", "gastrointestinal", "pulmonary", "cardiac")
HIGHEST = 10.0  # cm
FACTS = (
    Fact("range of the MYOACT extramuscular score", "0 to 1", "fraction", FORM, "verified"),
    Fact("extramuscular systems of the MYOACT", ", ".join(SYSTEMS), "", FORM, "verified"),
    Fact("maximum of the six systems together", 60, "cm", FORM, "verified"),
)

INSTRUMENTS = (
    Instrument(
        id="myoact",
        label="Extramuscular activity (MYOACT)",
        better=LOWER,
        units={"fraction": 1.0, "sum of 60": 1 / 60},
        ranges={"": (0.0, 1.0)},
        missing="systems not assessed leave sum and maximum; missing when none was assessed",
        source=FORM,
    ),
)


def score(systems: Mapping[str, Numbers], *, at_least: int = 1) -> Numbers:
    """The extramuscular score, a fraction 0 to 1.

    Args:
        systems: The mark of each of `SYSTEMS` in cm, 0 to 10, by name; NaN, or left out, where the
            system was not assessed. Numbers, or arrays of one shape.
        at_least: How many systems must be assessed; the form asks for none in particular.

    Returns:
        Sum in what it could be at most, of the same shape; NaN where too few were assessed, or a
        mark is off the scale.

    Raises:
        MyotrialError: A name is not one of `SYSTEMS`, or there is no system.

    >>> round(float(score({"cutaneous": 4.0, "pulmonary": 2.0})), 3)
    0.3
    """
    marks = by_system(systems, of="MYOACT")
    found = share(marks, HIGHEST, at_least=at_least)
    return unspoiled(found, marks, 0.0, HIGHEST, whole=False)


def by_system(systems: Mapping[str, Numbers], *, of: str) -> list[Numbers]:
    """The values of the extramuscular systems, after a look at their names.

    Raises:
        MyotrialError: A name is not one of `SYSTEMS`, or there is no system.
    """
    odd = sorted(set(systems) - set(SYSTEMS))
    if odd or not systems:
        found = ", ".join(map(repr, odd)) or "no system"
        raise MyotrialError(
            f"{of} needs extramuscular systems by name (got {found}).\n"
            f"Hint: they are {', '.join(SYSTEMS)}."
        )
    return list(systems.values())
