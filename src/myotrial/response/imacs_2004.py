"""The preliminary IMACS definition of improvement (DOI, 2004).

Rule     at least 3 of the 6 core set measures improved by 20 % or more, at most 2 worsened by
         25 % or more, and muscle strength is not among the worsened.
Children the paediatric working group ranked the same definition first: parent global as `patient`,
         CHAQ as `function` (or the CMAS, with `core_set.BETTER_CMAS`), the rest as in adults.
Missing  a measure that was not assessed counts neither as improved nor as worsened in
         `improved`; `bounds` says what it could have changed.
Source   Rider LG et al. Arthritis Rheum 2004;50:2281-90.
"""

from myotrial.facts import Fact
from myotrial.response.core_set import CoreSet, Numbers, Truths

__all__ = ["FACTS", "assessed", "bounds", "improved", "number_improved", "number_worsened"]

IMPROVED = 20.0  # percent of baseline, at least
WORSENED = -25.0  # percent of baseline, at most
NEEDED = 3  # measures improved, at least
ALLOWED = 2  # measures worsened, at most

SOURCE = "Rider LG et al. Arthritis Rheum 2004;50:2281-90"
FACTS = (
    Fact("a measure is improved from", IMPROVED, "% of baseline", SOURCE, "verified"),
    Fact("a measure is worsened from", WORSENED, "% of baseline", SOURCE, "verified"),
    Fact("measures that must be improved, at least", NEEDED, "measures", SOURCE, "verified"),
    Fact("measures that may be worsened, at most", ALLOWED, "measures", SOURCE, "verified"),
    Fact("muscle strength may be among the worsened", "no", "", SOURCE, "verified"),
    Fact("definition ranked first for children", "the same as for adults", "", SOURCE, "verified"),
)


def improved(change: CoreSet, zero: Numbers = 0) -> Truths:
    """Say whether the definition of improvement is met by the measures that were assessed.

    Args:
        change: Improvement since baseline of each measure, in percent of its baseline, as
            `core_set.improvements` gives it: positive is better whichever way the scale runs;
            NaN where a measure was not assessed. Floats, or arrays of one shape.
        zero: From where measures are counted; `np.int8(0)` is quicker on large arrays.

    Returns:
        Truth of the same shape.

    >>> improved(CoreSet(30.0, 25.0, 22.0, 0.0, 0.0, -40.0))
    True
    """
    better = worse = 0 + zero
    for measure in change:
        better = better + (measure >= IMPROVED)
        worse = worse + (measure <= WORSENED)
    lost = change.strength <= WORSENED
    return (better >= NEEDED) & (worse <= ALLOWED) & (lost == 0)


def bounds(change: CoreSet, zero: Numbers = 0) -> tuple[Truths, Truths]:
    """The verdict if every missing measure were as bad, and as good, as it could be.

    Args:
        change: As in `improved`.
        zero: As in `improved`.

    Returns:
        Two truths (low, high) of the same shape. The verdict is settled where both agree;
        (False, True) means that the missing measures decide.

    >>> bounds(CoreSet(30.0, 25.0, float("nan"), 0.0, 0.0, 0.0))
    (False, True)
    """
    better = worse = unknown = 0 + zero
    for measure in change:
        better = better + (measure >= IMPROVED)
        worse = worse + (measure <= WORSENED)
        unknown = unknown + (measure != measure)
    kept = change.strength > WORSENED
    lost = change.strength <= WORSENED
    low = (better >= NEEDED) & (worse + unknown <= ALLOWED) & kept
    high = (better + unknown >= NEEDED) & (worse <= ALLOWED) & (lost == 0)
    return low, high


def number_improved(change: CoreSet) -> Numbers:
    """How many of the six measures improved by 20 % or more."""
    better = 0
    for measure in change:
        better = better + (measure >= IMPROVED)
    return better


def number_worsened(change: CoreSet) -> Numbers:
    """How many of the six measures worsened by 25 % or more."""
    worse = 0
    for measure in change:
        worse = worse + (measure <= WORSENED)
    return worse


def assessed(change: CoreSet) -> Numbers:
    """How many of the six measures were assessed at baseline and later."""
    known = 0
    for measure in change:
        known = known + (measure == measure)
    return known
