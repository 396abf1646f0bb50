"""The PRINTO definition of improvement of juvenile dermatomyositis.

Rule     at least 3 of the 6 PRINTO core set measures improved by 20 % or more, at most 1 worse by
         more than 30 %, and muscle strength not worse by more than that. The numbers are
         recalled, not read in the source: every one is an argument.
Measures physician global, parent global as `patient`, CMAS as `strength`, CHAQ as `function`,
         CHQ-PhS in the place of the enzyme, DAS in that of extramuscular activity. The CHQ-PhS is
         better higher: take `BETTER` to `core_set.improvements`.
Missing  a measure that was not assessed counts neither as improved nor as worse in `improved`;
         `bounds` says what it could have changed.
Source   Ruperto N et al. Arthritis Care Res 2010;62:1533-41 (citation and numbers recalled).
"""

from myotrial.facts import Fact
from myotrial.response import core_set
from myotrial.response.core_set import CoreSet, Truths

__all__ = ["BETTER", "FACTS", "bounds", "improved"]

BETTER = core_set.BETTER._replace(enzyme=1.0)  # CHQ-PhS

IMPROVED = 20.0  # percent of baseline, at least
WORSE = 30.0  # percent of baseline, more than
NEEDED = 3
ALLOWED = 1

SOURCE = "Ruperto N et al. Arthritis Care Res 2010;62:1533-41"
SLIDES = "Steering committee's slides on the 2016 criteria"
FACTS = (
    Fact(
        "PRINTO core set",
        "physician and parent global, CMAS, CHAQ, DAS, CHQ-PhS",
        "",
        SLIDES,
        "verified",
    ),
    Fact("CHQ-PhS is better", "higher", "", SOURCE, "recalled"),
    Fact("a measure is improved from", IMPROVED, "% of baseline", SOURCE, "recalled"),
    Fact("a measure is worse beyond", WORSE, "% of baseline", SOURCE, "recalled"),
    Fact("measures that must be improved, at least", NEEDED, "measures", SOURCE, "recalled"),
    Fact("measures that may be worse, at most", ALLOWED, "measures", SOURCE, "recalled"),
    Fact("muscle strength may be the one that is worse", "no", "", SOURCE, "recalled"),
)


def improved(
    change: CoreSet,
    percent: float = IMPROVED,
    worse: float = WORSE,
    needed: int = NEEDED,
    allowed: int = ALLOWED,
) -> Truths:
    """Say whether the definition of improvement is met by the measures that were assessed.

    Args:
        change: Improvement of each PRINTO measure in percent of its baseline, positive is better;
            NaN where not assessed. Floats, or arrays of one shape.
        percent: From how many percent a measure is improved.
        worse: Beyond how many percent a measure is worse (a positive number).
        needed: How many must be improved, at least.
        allowed: How many may be worse, at most.

    Returns:
        Truth of the same shape.

    >>> improved(CoreSet(30.0, 25.0, 22.0, 0.0, 0.0, -40.0))
    True
    """
    gained = lost = 0
    for measure in change:
        gained = gained + (measure >= percent)
        lost = lost + (measure < -worse)
    weaker = change.strength < -worse
    return (gained >= needed) & (lost <= allowed) & (weaker == 0)


def bounds(
    change: CoreSet,
    percent: float = IMPROVED,
    worse: float = WORSE,
    needed: int = NEEDED,
    allowed: int = ALLOWED,
) -> tuple[Truths, Truths]:
    """The verdict if every missing measure were as bad, and as good, as it could be.

    >>> bounds(CoreSet(30.0, 25.0, float("nan"), 0.0, 0.0, 0.0))
    (False, True)
    """
    gained = lost = unknown = 0
    for measure in change:
        gained = gained + (measure >= percent)
        lost = lost + (measure < -worse)
        unknown = unknown + (measure != measure)
    weaker = change.strength < -worse
    kept = change.strength >= -worse
    low = (gained >= needed) & (lost + unknown <= allowed) & kept
    high = (gained + unknown >= needed) & (lost <= allowed) & (weaker == 0)
    return low, high
