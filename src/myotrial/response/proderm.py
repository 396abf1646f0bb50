"""Confirmed deterioration, as the ProDERM trial defined it.

Rule     any of three legs: physician global worse by 2 cm with muscle strength worse by 20 %;
         extramuscular global worse by 2 cm; at least 3 of 5 core set measures, the enzyme left
         out, worse by 30 %. It is confirmed where it holds at two visits in a row; the source
         does not ask for the same leg at both, and neither does this.
Missing  what was not assessed counts as not worse in `deteriorated`; `bounds` says what it could
         have changed. `confirmed` takes either bound's visits.
Source   ProDERM safety paper. Arthritis Res Ther 2023, doi:10.1186/s13075-023-03232-2, Figure 1.
"""

from collections.abc import Sequence

from myotrial.facts import Fact
from myotrial.response import course
from myotrial.response.core_set import CoreSet, Numbers, Truths

__all__ = ["FACTS", "bounds", "confirmed", "deteriorated"]

RISE = 2.0  # cm
STRENGTH = 20.0  # percent of baseline
PERCENT = 30.0  # percent of baseline
MEASURES = 3  # of 5
CONSECUTIVE = 2  # visits

SOURCE = "Arthritis Res Ther 2023, doi:10.1186/s13075-023-03232-2, Figure 1"
FACTS = (
    Fact("physician or extramuscular global is worse from", RISE, "cm", SOURCE, "verified"),
    Fact(
        "strength that must be lost beside the physician global's rise",
        STRENGTH,
        "% of baseline",
        SOURCE,
        "verified",
    ),
    Fact("a measure is worse from", PERCENT, "% of baseline", SOURCE, "verified"),
    Fact("measures that must be worse, at least", MEASURES, "of 5", SOURCE, "verified"),
    Fact("core set measure that is left out", "enzyme", "", SOURCE, "verified"),
    Fact("deterioration is confirmed at", CONSECUTIVE, "visits in a row", SOURCE, "verified"),
    Fact("the same leg is asked for at both visits", "no", "", "not stated", "assumed"),
)


def deteriorated(change: CoreSet, physician_rise: Numbers, extramuscular_rise: Numbers) -> Truths:
    """Say whether any of the three legs is met at one visit.

    Args:
        change: Improvement of each measure in percent of its baseline, positive is better; NaN
            where not assessed; the enzyme is not read. Floats, or arrays of one shape.
        physician_rise: Physician global activity now minus baseline, in cm; NaN if missing.
        extramuscular_rise: Extramuscular global activity now minus baseline, in cm; NaN if
            missing.

    Returns:
        Truth of the same shape.

    >>> deteriorated(CoreSet(-30.0, -30.0, 0.0, 0.0, -90.0, 0.0), 1.0, 0.0)
    False
    """
    legs = (change.physician, change.patient, change.strength, change.function)
    worse = 0 + (change.extramuscular <= -PERCENT)
    for measure in legs:
        worse = worse + (measure <= -PERCENT)
    weaker = (physician_rise >= RISE) & (change.strength <= -STRENGTH)
    return weaker | (extramuscular_rise >= RISE) | (worse >= MEASURES)


def bounds(
    change: CoreSet, physician_rise: Numbers, extramuscular_rise: Numbers
) -> tuple[Truths, Truths]:
    """Deterioration if what is missing were good (low), and bad (high); never of the enzyme.

    >>> bounds(CoreSet(-40.0, 0.0, float("nan"), 0.0, 0.0, 0.0), 2.0, 0.0)
    (False, True)
    """
    legs = (change.physician, change.patient, change.strength, change.function)
    worse = 0 + (change.extramuscular <= -PERCENT)
    unknown = 0 + (change.extramuscular != change.extramuscular)
    for measure in legs:
        worse = worse + (measure <= -PERCENT)
        unknown = unknown + (measure != measure)
    weaker = (physician_rise >= RISE) & (change.strength <= -STRENGTH)
    low = weaker | (extramuscular_rise >= RISE) | (worse >= MEASURES)
    held = (physician_rise < RISE) | (change.strength > -STRENGTH)
    spared = extramuscular_rise < RISE
    high = (held == 0) | (spared == 0) | (worse + unknown >= MEASURES)
    return low, high


def confirmed(visits: Sequence[Truths]) -> Truths:
    """Whether deterioration held at two visits in a row.

    Args:
        visits: For each scheduled visit in order, whether deteriorated; a visit that was missed
            breaks the row (False) in the lower bound, and may continue it (True) in the upper.

    >>> confirmed((True, False, True)), confirmed((False, True, True))
    (False, True)
    """
    return course.sustained(visits, CONSECUTIVE)
